/* Nobody deletes: a record is retired, with a reason, and can be brought back. What hangs on a family goes
 * and comes with it, under one entry of the log, so that nobody has to gather it again. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/words.h"
#include "register/bound.h"
#include "register/warden.h"
#include "register/write_private.h"

enum { REASON_MAX = 1000, DEPTH_MAX = 8 };

struct retirement {
    int reg;
    int64_t id, version;
    struct text reason;
};

/* ---- What hangs on a record ---- */

struct ids {
    int64_t *items;
    size_t count, capacity;
};

/* retired 0: the living; else those that went with that entry. */
static int children(struct writer *writer, int child, int64_t parent, int64_t retired, struct ids *ids,
                    struct err *err)
{
    struct bound bound = {0};
    struct statement *statement;
    buffer_string(&bound.sql, "SELECT t.id FROM ");
    sql_table(&bound.sql, writer->pack, child);
    buffer_string(&bound.sql, " AS t WHERE t.");
    sql_name(&bound.sql, field_name(writer->pack, child, register_of(writer->pack, child)->parent_field));
    buffer_string(&bound.sql, " = ");
    bound_int(&bound, parent);
    buffer_string(&bound.sql, retired == 0 ? " AND t.retired IS NULL" : " AND t.retired = ");
    if (retired != 0) bound_int(&bound, retired);
    buffer_string(&bound.sql, " ORDER BY t.id");
    int code = bound_prepare(&bound, writer->database, &statement, err);
    bound_fini(&bound);
    if (code != 0) return code;
    bool row;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        ids->items = mem_grow(ids->items, &ids->capacity, ids->count + 1, sizeof *ids->items);
        ids->items[ids->count++] = statement_int(statement, 0);
    }
    statement_free(statement);
    return code;
}

/* Is it the subject, or does it hang on the subject? */
static bool of_subject(const struct pack *pack, int reg)
{
    while (reg >= 0 && reg != pack->subject) reg = register_of(pack, reg)->parent;
    return reg >= 0;
}

/* ---- One record ---- */

static void write_values(struct writer *writer, int reg, const struct old_record *old)
{
    buffer_clear(&writer->json);
    struct json_writer json = json_start(&writer->json);
    json_put_object(&json);
    json_member_int(&json, "created", old->created);
    for (size_t i = 0; i < register_of(writer->pack, reg)->field_count; i++)
        writer_note(writer, &json, reg, (int)i, old);
    json_put_object_end(&json);
}

static void write_former(struct writer *writer, int64_t former)
{
    buffer_clear(&writer->json);
    struct json_writer json = json_start(&writer->json);
    json_put_object(&json);
    json_member_int(&json, "retired", former);
    json_put_object_end(&json);
}

/* former 0: it is retired; else it is brought back. */
static int turn(struct writer *writer, int reg, int64_t id, int64_t former, struct open_cases *open,
                struct err *err)
{
    struct old_record old;
    struct bound bound = {0};
    struct statement *statement = NULL;
    int code = writer_read(writer, reg, id, &old, err);
    if (code == 0 && former != 0) code = writer_check_one_open(writer, reg, id, old.values, err);
    if (code != 0) return code;
    if (former == 0) writer_note_open(writer, reg, &old, open);
    if (former == 0)
        write_values(writer, reg, &old);
    else
        write_former(writer, former);
    code = writer_log(writer, reg, id, former == 0 ? "retired" : "restored", buffer_get(&writer->json), err);
    buffer_string(&bound.sql, "UPDATE ");
    sql_table(&bound.sql, writer->pack, reg);
    buffer_string(&bound.sql, " SET version = version + 1, entry = ");
    bound_int(&bound, writer->entry);
    buffer_string(&bound.sql, ", retired = ");
    if (former == 0)
        bound_int(&bound, writer->entry);
    else
        buffer_string(&bound.sql, "NULL");
    buffer_string(&bound.sql, " WHERE id = ");
    bound_int(&bound, id);
    if (code == 0) code = bound_prepare(&bound, writer->database, &statement, err);
    if (code == 0) code = statement_run(statement, err);
    statement_free(statement);
    bound_fini(&bound);
    return code;
}

static int turn_all(struct writer *writer, int reg, int64_t id, int64_t former, int depth,
                    struct open_cases *open, struct err *err)
{
    int code = turn(writer, reg, id, former, open, err);
    for (size_t child = 0; code == 0 && depth < DEPTH_MAX && child < writer->pack->schema.register_count;
         child++) {
        if (register_of(writer->pack, (int)child)->parent != reg) continue;
        struct ids ids = {0};
        code = children(writer, (int)child, id, former, &ids, err);
        for (size_t i = 0; code == 0 && i < ids.count; i++)
            code = turn_all(writer, (int)child, ids.items[i], former, depth + 1, open, err);
        free(ids.items);
    }
    return code;
}

/* ---- The two doors ---- */

static int check_nothing_hangs(struct writer *writer, int reg, int64_t id, struct err *err)
{
    for (size_t child = 0; child < writer->pack->schema.register_count; child++) {
        if (register_of(writer->pack, (int)child)->parent != reg) continue;
        struct ids ids = {0};
        int code = children(writer, (int)child, id, 0, &ids, err);
        free(ids.items);
        if (code != 0) return code;
        struct text table = register_name(writer->pack, (int)child);
        if (ids.count > 0)
            return err_set(err, ERR_CONFLICT,
                           "还有 %zu 条 %.*s 记录挂在它下面，不能注销。请先把它们移走或注销",
                           "%zu records of %.*s hang on it; it cannot be retired. Move or retire them first",
                           ids.count, TEXT_ARGS(table));
    }
    return 0;
}

static int describe(struct writer *writer, const struct retirement *what, struct err *err)
{
    struct text reason = text_trim(what->reason);
    if (reason.size == 0) return err_set(err, ERR_INPUT, "请写明理由", "Give a reason");
    int code = words_check(reason, REASON_MAX, "理由", "The reason", err);
    if (code != 0) return code;
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    json_put_object(&json);
    json_member_text(&json, "register", register_name(writer->pack, what->reg));
    json_member_int(&json, "record", what->id);
    json_member_text(&json, "reason", reason);
    json_put_object_end(&json);
    writer->detail = arena_text(&writer->arena, buffer_get(&detail));
    buffer_fini(&detail);
    return 0;
}

static int begin(struct writer *writer, const struct retirement *what, struct old_record *old,
                 struct err *err)
{
    int code = scope_check(writer->scope, writer->pack, what->reg, SCOPE_RETIRE, err);
    if (code == 0) code = describe(writer, what, err);
    if (code == 0) code = writer_read(writer, what->reg, what->id, old, err);
    return code;
}

static int retire(struct writer *writer, void *context, struct err *err)
{
    const struct retirement *what = context;
    struct old_record old;
    int code = begin(writer, what, &old, err);
    if (code == 0 && old.retired != 0)
        return err_set(err, ERR_CONFLICT, "这条记录已经注销", "This record is retired already");
    if (code == 0) code = writer_check_version(writer, what->reg, what->id, old.version, what->version, err);
    if (code == 0) code = writer_check_retiring(writer, what->reg, &old, err);
    if (code == 0) code = writer_check_above(writer, what->reg, old.values, NULL, err);
    int fault;
    if (code == 0) code = warden_ask(writer->database, what->reg, old.values, NULL, &fault, err);
    if (code == 0 && !of_subject(writer->pack, what->reg))
        code = check_nothing_hangs(writer, what->reg, what->id, err);
    if (code == 0) code = writer_begin_entry(writer, err);
    struct open_cases open = {0};
    if (code == 0) code = turn_all(writer, what->reg, what->id, 0, 0, &open, err);
    int refused = open_cases_refuse(&open, code == 0 ? err : NULL);
    return code == 0 ? refused : code;
}

static int check_parent_lives(struct writer *writer, int reg, const struct old_record *old, struct err *err)
{
    int field = register_of(writer->pack, reg)->parent_field;
    if (field < 0 || !old->values[field].known) return 0;
    struct old_record parent;
    int code =
        writer_read(writer, register_of(writer->pack, reg)->parent, old->values[field].integer, &parent, err);
    if (code != 0 || parent.retired == 0) return code;
    return err_set(err, ERR_CONFLICT, "它所属的记录已经注销。请先恢复那一条",
                   "What it hangs on is retired. Restore that first");
}

static int restore(struct writer *writer, void *context, struct err *err)
{
    const struct retirement *what = context;
    struct old_record old;
    int code = begin(writer, what, &old, err);
    if (code == 0 && old.retired == 0)
        return err_set(err, ERR_CONFLICT, "这条记录没有注销，不用恢复",
                       "This record is not retired; there is nothing to restore");
    if (code == 0) code = writer_check_version(writer, what->reg, what->id, old.version, what->version, err);
    if (code == 0) code = check_parent_lives(writer, what->reg, &old, err);
    if (code == 0) code = writer_check_above(writer, what->reg, NULL, old.values, err);
    int fault;
    if (code == 0) code = warden_ask(writer->database, what->reg, NULL, old.values, &fault, err);
    if (code == 0) code = writer_begin_entry(writer, err);
    struct open_cases open = {0};
    return code == 0 ? turn_all(writer, what->reg, what->id, old.retired, 0, &open, err) : code;
}

static int run(struct database *database, const struct scope *scope, const char *action,
               int (*work)(struct writer *writer, void *context, struct err *err), struct retirement *what,
               struct err *err)
{
    struct writer writer = writer_new(database, scope, text_of(action));
    int code = writer_transact(&writer, work, what, err);
    writer_fini(&writer);
    return code;
}

int record_retire(struct database *database, const struct scope *scope, int reg, int64_t id, int64_t version,
                  struct text reason, struct err *err)
{
    struct retirement what = {reg, id, version, reason};
    return run(database, scope, "retire", retire, &what, err);
}

int record_restore(struct database *database, const struct scope *scope, int reg, int64_t id, int64_t version,
                   struct text reason, struct err *err)
{
    struct retirement what = {reg, id, version, reason};
    return run(database, scope, "restore", restore, &what, err);
}
