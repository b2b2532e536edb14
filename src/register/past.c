/* Why a family was warned in March can be answered in November only from the facts that were known in March.
 * The log keeps what every change replaced; the first change of a field after a moment says what stood there
 * at that moment. */
#include "register/past.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "register/database_private.h"
#include "register/sealed.h"
#include "register/sql.h"
#include "register/value.h"

struct old_value {
    size_t column;
    struct value value;
    struct old_value *next;
};

/* What is known of a record that was changed since. */
struct patch {
    int64_t record;
    struct old_value *values;
    bool displaced; /* it stood elsewhere, or is no longer there: past_next gives it */
    bool retired;   /* it was, later: values are all there is, and nothing behind that matters */
    bool absent;    /* what came next for it was to be restored: it was retired then, and nowhere */
    int64_t created;
};

struct displaced {
    int64_t cluster;
    struct past_row row;
};

struct past {
    struct database *database;
    int reg;
    int64_t entry;
    size_t count;       /* columns */
    int *fields;        /* a column's field */
    int cluster;        /* the column by which the table is clustered, -1 */
    struct map columns; /* by field name */
    struct map *codes;  /* of each column that needs one */
    struct map records; /* by the bytes of the id, in patches */
    struct patch *patches;
    size_t patch_count, patch_capacity;
    struct displaced *displaced; /* in the table's order */
    size_t displaced_count, displaced_at;
    struct arena arena;
};

/* ---- Old values ---- */

static const struct patch *find_patch(const struct past *past, int64_t record)
{
    size_t at;
    struct text key = {(const char *)&record, sizeof record};
    return map_get(&past->records, key, &at) ? &past->patches[at] : NULL;
}

static struct patch *patch_of(struct past *past, int64_t record)
{
    size_t at;
    struct text key = {(const char *)&record, sizeof record};
    if (map_add(&past->records, key, past->patch_count, &at)) {
        past->patches =
            mem_grow(past->patches, &past->patch_capacity, past->patch_count + 1, sizeof *past->patches);
        past->patches[past->patch_count++] = (struct patch){.record = record};
    }
    return &past->patches[at];
}

static bool has_value(const struct patch *patch, size_t column)
{
    for (const struct old_value *old = patch->values; old != NULL; old = old->next)
        if (old->column == column) return true;
    return false;
}

static int refuse_value(const struct past *past, int64_t record, size_t column, struct err *err)
{
    struct text table = register_name(past->database->pack, past->reg);
    struct text field = field_name(past->database->pack, past->reg, past->fields[column]);
    return err_set(
        err, ERR_CONFLICT,
        "登记 %.*s 的记录 %lld 当时的 %.*s 不合现在的包（字典或类型后来变了），无法按那时的事实计算。"
        "请把原来的代码放回包里的字典",
        "Register %.*s: what record %lld then had as %.*s does not fit today's pack (its dictionary "
        "or type changed since), so the facts of that moment cannot be evaluated. Put the former "
        "codes back into the pack's dictionary",
        TEXT_ARGS(table), (long long)record, TEXT_ARGS(field));
}

static int note_value(struct past *past, struct patch *patch, size_t column, const json_t *json,
                      struct err *err)
{
    struct old_value *old = arena_alloc(&past->arena, sizeof *old);
    old->column = column;
    bool fits;
    int code = column_from_json(past->database, json, past->reg, past->fields[column], &past->codes[column],
                                &past->arena, &fits, &old->value, err);
    if (code != 0) return code;
    if (!fits) return refuse_value(past, patch->record, column, err);
    old->next = patch->values;
    patch->values = old;
    patch->displaced = patch->displaced || (int)column == past->cluster;
    return 0;
}

static int refuse_log(const struct past *past, int64_t record, struct err *err)
{
    struct text table = register_name(past->database->pack, past->reg);
    return err_set(err, ERR_CORRUPT,
                   "日志里登记 %.*s 的记录 %lld 的旧值读不懂，不是本程序写入的。请用备份恢复",
                   "The log's old values of register %.*s, record %lld, cannot be read; this program did not "
                   "write them. "
                   "Restore a backup",
                   TEXT_ARGS(table), (long long)record);
}

static int note_members(struct past *past, struct patch *patch, json_t *before, struct err *err)
{
    const char *name;
    json_t *json;
    int code = 0;
    json_object_foreach(before, name, json)
    {
        size_t column;
        if (code == 0 && map_get(&past->columns, text_of(name), &column) && !has_value(patch, column))
            code = note_value(past, patch, column, json, err);
    }
    return code;
}

static int note_change(struct past *past, int64_t record, struct text kind, struct text text, struct err *err)
{
    struct patch *patch = patch_of(past, record);
    if (patch->retired || patch->absent) return 0;
    patch->absent = text_is(kind, "restored");
    patch->retired = text_is(kind, "retired");
    patch->displaced = patch->displaced || patch->absent || patch->retired;
    if (patch->absent) return 0;
    json_t *before = json_loadb(text.at, text.size, JSON_ALLOW_NUL, NULL);
    int code =
        json_is_object(before) ? note_members(past, patch, before, err) : refuse_log(past, record, err);
    patch->created = json_integer_value(json_object_get(before, "created"));
    if (code == 0 && patch->retired && patch->created <= 0) code = refuse_log(past, record, err);
    json_decref(before);
    return code;
}

static int read_changes(struct past *past, struct err *err)
{
    struct statement *statement;
    int code =
        store_prepare(past->database->store,
                      TEXT("SELECT record, kind, before FROM zs_change WHERE register = ?1 AND entry > ?2 "
                           "ORDER BY entry"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, register_name(past->database->pack, past->reg));
    statement_bind_int(statement, 2, past->entry);
    bool row;
    while (code == 0 && (code = statement_step(statement, &row, err)) == 0 && row)
        code = note_change(past, statement_int(statement, 0), statement_text(statement, 1),
                           statement_text(statement, 2), err);
    statement_free(statement);
    return code;
}

/* ---- Records that stood elsewhere ---- */

static void put_old(const struct patch *patch, struct value *values)
{
    for (const struct old_value *old = patch->values; old != NULL; old = old->next)
        values[old->column] = old->value;
}

static int prepare_row(const struct past *past, struct statement **statement, struct err *err)
{
    const struct pack *pack = past->database->pack;
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT t.created");
    for (size_t i = 0; i < past->count; i++) {
        buffer_string(&sql, ", ");
        sealed_column(&sql, past->database, "t", past->reg, past->fields[i]);
        sql_as_field(&sql, pack, past->reg, past->fields[i]);
    }
    buffer_string(&sql, " FROM ");
    sql_living(&sql, pack, past->reg);
    buffer_string(&sql, " AS t WHERE t.id = ?1");
    int code = sql_prepare(past->database->store, &sql, statement, err);
    buffer_fini(&sql);
    return code;
}

/* Where the record stands now; *there false when it was not there then. */
static int read_row(struct past *past, struct statement *statement, const struct patch *patch,
                    struct value *values, bool *there, struct err *err)
{
    statement_bind_int(statement, 1, patch->record);
    int code = statement_step(statement, there, err);
    if (code != 0 || !*there) return code;
    *there = statement_int(statement, 0) <= past->entry;
    for (size_t i = 0; code == 0 && *there && i < past->count; i++) {
        code = column_value(past->database, statement, (int)i + 1, past->reg, past->fields[i], &past->arena,
                            &values[i], err);
    }
    statement_reset(statement);
    return code;
}

static int displace(struct past *past, struct statement *statement, const struct patch *patch,
                    struct err *err)
{
    if (patch->absent) return 0;
    struct value *values = arena_array(&past->arena, past->count, sizeof *values);
    bool there = patch->created <= past->entry;
    int code = patch->retired ? 0 : read_row(past, statement, patch, values, &there, err);
    if (code != 0 || !there) return code;
    put_old(patch, values);
    past->displaced[past->displaced_count++] =
        (struct displaced){past->cluster < 0 ? 0 : values[past->cluster].integer, {patch->record, values}};
    return 0;
}

static int in_order(const void *left, const void *right)
{
    const struct displaced *a = left, *b = right;
    if (a->cluster != b->cluster) return a->cluster < b->cluster ? -1 : 1;
    return a->row.id < b->row.id ? -1 : a->row.id > b->row.id;
}

static int gather_displaced(struct past *past, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < past->patch_count; i++) count += past->patches[i].displaced;
    if (count == 0) return 0;
    struct statement *statement;
    int code = prepare_row(past, &statement, err);
    past->displaced = mem_new(count, sizeof *past->displaced);
    for (size_t i = 0; code == 0 && i < past->patch_count; i++)
        if (past->patches[i].displaced) code = displace(past, statement, &past->patches[i], err);
    statement_free(statement);
    qsort(past->displaced, past->displaced_count, sizeof *past->displaced, in_order);
    return code;
}

/* ---- The whole ---- */

static void choose_columns(struct past *past, const bool *fields)
{
    const struct pack *pack = past->database->pack;
    const struct schema_register *meta = register_of(pack, past->reg);
    int cluster = sql_cluster_field(pack, past->reg);
    past->fields = mem_new(meta->field_count, sizeof *past->fields);
    past->codes = mem_new(meta->field_count, sizeof *past->codes);
    past->cluster = -1;
    for (size_t i = 0; i < meta->field_count; i++) {
        struct type type = meta->fields[i].type;
        if (!fields[i]) continue;
        if ((int)i == cluster) past->cluster = (int)past->count;
        if (type.kind == TYPE_CODE || type.kind == TYPE_CODES)
            value_codes(&pack->schema.dictionaries[type.dictionary], &past->codes[past->count]);
        map_put(&past->columns, meta->fields[i].label.name, past->count);
        past->fields[past->count++] = (int)i;
    }
}

int past_new(struct database *database, int reg, const bool *fields, int64_t entry, struct past **out,
             struct err *err)
{
    struct past *past = mem_new(1, sizeof *past);
    past->database = database;
    past->reg = reg;
    past->entry = entry;
    choose_columns(past, fields);
    int code = read_changes(past, err);
    if (code == 0) code = gather_displaced(past, err);
    *out = code == 0 ? past : NULL;
    if (code != 0) past_free(past);
    return code;
}

void past_free(struct past *past)
{
    if (past == NULL) return;
    for (size_t i = 0; i < past->count; i++) map_fini(&past->codes[i]);
    map_fini(&past->columns);
    map_fini(&past->records);
    arena_fini(&past->arena);
    free(past->displaced);
    free(past->patches);
    free(past->fields);
    free(past->codes);
    free(past);
}

bool past_restore(const struct past *past, int64_t id, int64_t created, int64_t entry, struct value *values)
{
    if (created > past->entry) return false;
    if (entry <= past->entry) return true;
    const struct patch *patch = find_patch(past, id);
    if (patch == NULL) return true;
    if (patch->displaced) return false;
    put_old(patch, values);
    return true;
}

bool past_next(struct past *past, int64_t cluster, int64_t id, struct past_row *row)
{
    if (past->displaced_at == past->displaced_count) return false;
    const struct displaced *next = &past->displaced[past->displaced_at];
    if (next->cluster > cluster || (next->cluster == cluster && next->row.id > id)) return false;
    past->displaced_at++;
    *row = next->row;
    return true;
}
