/* One record at a time. What is out of scope is answered by the same words as what does not exist, from the
 * same statement, so that nothing tells the two apart. */
#include "register/record.h"

#include <stdlib.h>

#include "base/json.h"
#include "register/database_private.h"
#include "register/mask.h"
#include "register/query_private.h"
#include "register/record_private.h"
#include "register/scope_sql.h"
#include "register/sql.h"

static int refuse_missing(const struct pack *pack, int reg, int64_t id, struct err *err)
{
    struct text table = register_name(pack, reg);
    return err_set(err, ERR_NOT_FOUND, "登记 %.*s 里没有编号 %lld 的记录",
                   "Register %.*s has no record with id %lld", TEXT_ARGS(table), (long long)id);
}

/* *raw: the values as they stand. */
static int read_one(struct database *database, const struct scope *scope, const struct record_reader *reader,
                    int64_t id, struct record *record, struct value **raw, struct err *err)
{
    struct bound bound = {0};
    struct statement *statement = NULL;
    buffer_string(&bound.sql, "SELECT ");
    record_columns(reader, &bound.sql);
    buffer_string(&bound.sql, " FROM ");
    sql_table(&bound.sql, database->pack, reader->reg);
    buffer_string(&bound.sql, " AS t WHERE t.id = ");
    bound_int(&bound, id);
    scope_row(scope, database, reader->reg, "t", &bound);
    bool row = false;
    int code = bound_prepare(&bound, database, &statement, err);
    if (code == 0) code = statement_step(statement, &row, err);
    if (code == 0 && !row) code = refuse_missing(database->pack, reader->reg, id, err);
    if (code == 0) code = record_read(reader, statement, record, raw, err);
    statement_free(statement);
    bound_fini(&bound);
    return code;
}

int record_get(struct database *database, const struct scope *scope, int reg, int64_t id,
               const char *language, struct arena *arena, struct record *record, struct err *err)
{
    *record = (struct record){0};
    int code = scope_check(scope, database->pack, reg, SCOPE_READ, err);
    if (code != 0) return code;
    struct value *raw;
    struct record_reader reader = record_reader_new(database, scope, reg, NULL, -1, language, arena);
    code = read_one(database, scope, &reader, id, record, &raw, err);
    if (code == 0) code = record_dress(&reader, record, raw, err);
    record_reader_fini(&reader);
    return code;
}

/* ---- Plain sight ---- */

static int log_sight(struct database *database, const struct scope *scope, int reg, int64_t id, int field,
                     struct err *err)
{
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    int64_t entry;
    json_put_object(&json);
    json_member_text(&json, "register", register_name(database->pack, reg));
    json_member_int(&json, "record", id);
    json_member_text(&json, "field", field_name(database->pack, reg, field));
    json_put_object_end(&json);
    int code = database_entry(database, scope->actor, TEXT("unmask"), buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    return code;
}

static int check_unmask(const struct database *database, const struct scope *scope, int reg, int field,
                        struct err *err)
{
    enum pack_sensitive kind = mask_kind(database->pack, reg, field);
    struct text name = field_name(database->pack, reg, field);
    int code = scope_check(scope, database->pack, reg, SCOPE_READ, err);
    if (code != 0) return code;
    if (kind == SENSITIVE_NO)
        return err_set(err, ERR_INPUT, "字段 %.*s 不是敏感信息，本来就看得到",
                       "Field %.*s is not sensitive; it is shown anyway", TEXT_ARGS(name));
    if (scope_unmasks(scope, kind)) return 0;
    return err_set(err, ERR_FORBIDDEN, "您无权查看 %.*s 的原文。如有需要，请联系管理员",
                   "You may not see %.*s in the clear. If you need to, ask the administrator",
                   TEXT_ARGS(name));
}

struct sight {
    struct database *database;
    const struct scope *scope;
    int reg, field;
    int64_t id;
    struct arena *arena;
    struct value value;
};

static int see(void *context, struct err *err)
{
    struct sight *sight = context;
    struct database *database = sight->database;
    struct record record;
    struct value *raw = NULL;
    struct record_reader reader =
        record_reader_new(database, sight->scope, sight->reg, NULL, -1, NULL, sight->arena);
    int code = read_one(database, sight->scope, &reader, sight->id, &record, &raw, err);
    if (code == 0) code = log_sight(database, sight->scope, sight->reg, sight->id, sight->field, err);
    if (code == 0) sight->value = raw[sight->field];
    record_reader_fini(&reader);
    return code;
}

int record_unmask(struct database *database, const struct scope *scope, int reg, int64_t id, int field,
                  struct arena *arena, struct value *value, struct err *err)
{
    *value = (struct value){0};
    int code = check_unmask(database, scope, reg, field, err);
    if (code != 0) return code;
    struct sight sight = {database, scope, reg, field, id, arena, {0}};
    code = store_in_transaction(database->store) ? see(&sight, err)
                                                 : store_transact(database->store, see, &sight, err);
    if (code == 0) *value = sight.value;
    return code;
}

/* ---- Choosing ---- */

/* By the first field of the key where that is text of its own, so that people find what they look for. */
static int option_order(const struct pack *pack, int reg)
{
    const struct pack_register *meta = &pack->registers[reg];
    if (meta->key_count == 0 || mask_kind(pack, reg, meta->key[0]) != SENSITIVE_NO) return -1;
    return meta->key[0];
}

int record_options(struct database *database, const struct scope *scope, int reg, struct text words,
                   size_t limit, struct arena *arena, struct record_option **options, size_t *count,
                   struct err *err)
{
    struct query query = query_of(reg);
    struct query_page page;
    bool *fields = arena_array(arena, register_of(database->pack, reg)->field_count, sizeof *fields);
    query.words = words;
    query.limit = limit;
    query.fields = fields; /* the name is all that is wanted */
    query.sort = option_order(database->pack, reg);
    *options = NULL;
    *count = 0;
    int code = query_list(database, scope, &query, &page, err);
    if (code != 0) return code;
    *options = arena_array(arena, page.count, sizeof **options);
    for (size_t i = 0; i < page.count; i++) {
        const struct named *named = &page.records[i].named;
        (*options)[(*count)++] =
            (struct record_option){page.records[i].id,
                                   {arena_text(arena, named->key), arena_text(arena, named->name),
                                    arena_text(arena, named->township), arena_text(arena, named->village)}};
    }
    query_page_fini(&page);
    return 0;
}
