/* The villages are known before the first spreadsheet comes, so that imports can be matched to them. */
#include "register/divisions.h"

#include "base/map.h"
#include "register/database_private.h"
#include "register/sql.h"
#include "register/write.h"

static int present_codes(struct database *database, struct map *codes, struct err *err)
{
    const struct pack *pack = database->pack;
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT ");
    sql_field(&sql, NULL, pack, pack->division_register, pack->division_code);
    buffer_string(&sql, " FROM ");
    sql_table(&sql, pack, pack->division_register);
    struct statement *statement;
    int code = sql_prepare(database->store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    bool row;
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        map_add(codes, statement_text(statement, 0), 0, NULL);
    statement_free(statement);
    return code;
}

static int check_fields(const struct pack *pack, struct err *err)
{
    const int fields[] = {pack->division_code, pack->division_name, pack->division_township};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i] < 0) continue;
        if (register_of(pack, pack->division_register)->fields[fields[i]].type.kind == TYPE_TEXT) continue;
        struct text name = field_name(pack, pack->division_register, fields[i]);
        return err_set(err, ERR_INPUT, "pack.yaml 的 divisions：字段 %.*s 须是 text 类型",
                       "divisions in pack.yaml: field %.*s must have type text", TEXT_ARGS(name));
    }
    return 0;
}

static void describe(const struct pack *pack, size_t division, struct value *values)
{
    const struct pack_division *meta = &pack->divisions[division];
    values[pack->division_code] = (struct value){.known = true, .text = meta->code};
    if (pack->division_name >= 0)
        values[pack->division_name] = (struct value){.known = true, .text = meta->name};
    int township = pack_division_up(pack, (int)division, DIVISION_TOWNSHIP);
    if (pack->division_township >= 0 && township >= 0)
        values[pack->division_township] =
            (struct value){.known = true, .text = pack->divisions[township].name};
}

static int add(struct database *database, const struct map *present, size_t *added, struct err *err)
{
    const struct pack *pack = database->pack;
    size_t fields = register_of(pack, pack->division_register)->field_count;
    struct arena arena = {0};
    struct record_change *changes = arena_array(&arena, pack->division_count, sizeof *changes);
    bool *given = arena_array(&arena, fields, sizeof *given);
    for (size_t i = 0; i < fields; i++) given[i] = true;
    size_t count = 0;
    for (size_t i = 0; i < pack->division_count; i++) {
        if (pack->divisions[i].level != DIVISION_VILLAGE || map_get(present, pack->divisions[i].code, NULL))
            continue;
        struct value *values = arena_array(&arena, fields, sizeof *values);
        describe(pack, i, values);
        changes[count++] =
            (struct record_change){.reg = pack->division_register, .given = given, .values = values};
    }
    struct scope scope = scope_everything(pack, TEXT("zengshou"), &arena);
    int code = records_write(database, &scope, TEXT("init"), changes, count, NULL, err);
    if (code == 0) *added = count;
    arena_fini(&arena);
    return code;
}

int divisions_fill(struct database *database, size_t *added, struct err *err)
{
    *added = 0;
    if (database->pack->division_register < 0 || database->pack->division_code < 0) return 0;
    struct map present = {0};
    int code = check_fields(database->pack, err);
    if (code == 0) code = present_codes(database, &present, err);
    if (code == 0) code = add(database, &present, added, err);
    map_fini(&present);
    return code;
}
