/* What a change must pass before it is written. Whatever is out of scope is met as if it were not there: the
 * statements that look for it carry the scope themselves. */
#include "pack/workflow.h"
#include "register/bound.h"
#include "register/naming.h"
#include "register/sealed.h"
#include "register/validate.h"
#include "register/warden.h"
#include "register/write_private.h"

/* ---- Statements ---- */

/* The handles of sealed fields, behind all fields. */
static void append_handles(struct buffer *sql, const struct writer *writer, int reg)
{
    for (size_t i = 0; i < register_of(writer->pack, reg)->field_count; i++) {
        if (!sealed_now(writer->database, reg, (int)i)) continue;
        buffer_string(sql, ", ");
        sql_field(sql, "t", writer->pack, reg, (int)i);
    }
}

/* "SELECT … FROM register AS t WHERE t.id = ?1" and the scope; ?1 is bound anew for each record. */
static int prepare_scoped(struct writer *writer, int reg, bool fields, struct statement **out,
                          struct err *err)
{
    struct bound bound = {0};
    buffer_string(&bound.sql, "SELECT t.version, t.retired, t.created");
    if (fields) {
        buffer_string(&bound.sql, ", ");
        sealed_columns(&bound.sql, writer->database, "t", reg);
        append_handles(&bound.sql, writer, reg);
    }
    buffer_string(&bound.sql, " FROM ");
    sql_table(&bound.sql, writer->pack, reg);
    buffer_string(&bound.sql, " AS t WHERE t.id = ");
    bound_int(&bound, 0);
    scope_row(writer->scope, writer->database, reg, "t", &bound);
    int code = bound_prepare(&bound, writer->database, out, err);
    bound_fini(&bound);
    return code;
}

static int prepare_taken(struct writer *writer, int reg, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    struct buffer *sql = &writer->sql;
    buffer_clear(sql);
    buffer_string(sql, "SELECT id FROM ");
    sql_table(sql, writer->pack, reg);
    buffer_string(sql, " WHERE id <> ?1");
    for (size_t i = 0; i < meta->key_count; i++) {
        buffer_string(sql, " AND ");
        sql_field(sql, NULL, writer->pack, reg, meta->key[i]);
        buffer_printf(sql, " = ?%zu", i + 2);
    }
    return sql_prepare(writer->database->store, sql, &writer->doors[reg].taken, err);
}

/* ---- Records that are there ---- */

static int refuse_missing(const struct writer *writer, int reg, int64_t id, struct err *err)
{
    struct text table = register_name(writer->pack, reg);
    return err_set(err, ERR_NOT_FOUND, "登记 %.*s 里没有编号 %lld 的记录",
                   "Register %.*s has no record with id %lld", TEXT_ARGS(table), (long long)id);
}

int writer_read(struct writer *writer, int reg, int64_t id, struct old_record *old, struct err *err)
{
    struct door *door = &writer->doors[reg];
    size_t count = register_of(writer->pack, reg)->field_count;
    int code = door->select == NULL ? prepare_scoped(writer, reg, true, &door->select, err) : 0;
    if (code != 0) return code;
    statement_bind_int(door->select, 1, id);
    bool row;
    code = statement_step(door->select, &row, err);
    if (code != 0) return code;
    if (!row) return refuse_missing(writer, reg, id, err);
    *old = (struct old_record){.version = statement_int(door->select, 0),
                               .created = statement_int(door->select, 2),
                               .values = arena_array(&writer->arena, count, sizeof *old->values),
                               .handles = arena_array(&writer->arena, count, sizeof *old->handles)};
    if (!statement_is_null(door->select, 1)) old->retired = statement_int(door->select, 1);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = column_value(writer->database, door->select, (int)i + 3, reg, (int)i, &writer->arena,
                            &old->values[i], err);
    int column = (int)count + 3;
    for (size_t i = 0; code == 0 && i < count; i++)
        if (sealed_now(writer->database, reg, (int)i))
            old->handles[i] = arena_text(&writer->arena, statement_text(door->select, column++));
    statement_reset(door->select);
    return code;
}

int writer_check_version(const struct writer *writer, int reg, int64_t id, int64_t now, int64_t seen,
                         struct err *err)
{
    struct text table = register_name(writer->pack, reg);
    if (now == seen) return 0;
    return err_set(
        err, ERR_CONFLICT,
        "登记 %.*s 的记录 %lld 已被别人改过（现在是第 %lld 版，您看到的是第 %lld 版）。请重新打开后再改",
        "Register %.*s: record %lld was changed by somebody else (it is at version %lld, you saw version "
        "%lld). "
        "Open it again, then change it",
        TEXT_ARGS(table), (long long)id, (long long)now, (long long)seen);
}

int writer_check_living(const struct writer *writer, int reg, int64_t id, const struct old_record *old,
                        struct err *err)
{
    struct text table = register_name(writer->pack, reg);
    if (old->retired == 0) return 0;
    return err_set(err, ERR_CONFLICT, "登记 %.*s 的记录 %lld 已经注销。请先恢复它，再修改",
                   "Register %.*s: record %lld is retired. Restore it first, then change it",
                   TEXT_ARGS(table), (long long)id);
}

void writer_note(struct writer *writer, struct json_writer *json, int reg, int field,
                 const struct old_record *old)
{
    struct text name = field_name(writer->pack, reg, field);
    json_put_key(json, arena_copy(&writer->arena, name.at, name.size));
    column_json(writer->database, json, reg, field, &old->values[field], old->handles[field]);
}

/* ---- Cases ---- */

void writer_begin_field(const struct writer *writer, const struct record_change *change, int field,
                        struct value *value)
{
    const struct pack_field *meta = &writer->pack->registers[change->reg].fields[field];
    if (change->id == 0 && !writer->casework && meta->keeper == KEEPER_WORKFLOW && !change->given[field])
        *value = meta->begins;
}

/* No hand writes what cases write: which workflow does is said. */
static int refuse_kept(const struct writer *writer, int reg, int field, struct err *err)
{
    const struct pack *pack = writer->pack;
    struct text label_zh = label_in(&writer_field(writer, reg, field)->label, "zh");
    struct text label_en = label_in(&writer_field(writer, reg, field)->label, "en");
    struct buffer zh = {0}, en = {0}, by_zh = {0}, by_en = {0};
    buffer_text(&zh, label_zh);
    buffer_text(&en, label_en);
    for (size_t i = 0; i < pack->workflow_count; i++) {
        if (!workflow_writes(&pack->workflows[i], reg, field)) continue;
        struct text name_zh = label_in(&pack->workflows[i].label, "zh"),
                    name_en = label_in(&pack->workflows[i].label, "en");
        buffer_printf(&by_zh, "%s%.*s", by_zh.size > 0 ? "”或“" : "", TEXT_ARGS(name_zh));
        buffer_printf(&by_en, "%s%.*s", by_en.size > 0 ? "” or “" : "", TEXT_ARGS(name_en));
    }
    int code = err_set(
        err, ERR_FORBIDDEN,
        "“%s”随办理结果由系统填写，不能手工改。请通过“%s”办理；导入的表带错了的，改正原表再导入%.0s%.0s",
        "%.0s%.0s“%s” is written by what is decided and cannot be typed. Go by “%s”; what a sheet "
        "brought wrong is put right by importing the corrected sheet",
        zh.data, by_zh.data, en.data, by_en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    buffer_fini(&by_zh);
    buffer_fini(&by_en);
    return code;
}

/* given NULL: all of them. */
static int check_kept(const struct writer *writer, int reg, const bool *differs, const bool *given,
                      struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    for (size_t i = 0; i < register_of(writer->pack, reg)->field_count; i++)
        if (differs[i] && meta->fields[i].keeper == KEEPER_WORKFLOW && (given == NULL || given[i]))
            return refuse_kept(writer, reg, (int)i, err);
    return 0;
}

int writer_check_keeper(const struct writer *writer, const struct record_change *change,
                        const struct value *before, const bool *differs, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[change->reg];
    if (writer->casework) return 0;
    int code = check_kept(writer, change->reg, differs, change->given, err);
    if (code != 0 || meta->workflow == NULL) return code;
    struct text table = register_name(writer->pack, change->reg);
    if (change->id == 0)
        return err_set(err, ERR_METHOD, "登记 %.*s 的记录是办件，要用立件的办法新增",
                       "The records of register %.*s are cases: open a case instead of adding a record",
                       TEXT_ARGS(table));
    for (size_t i = 0; i < register_of(writer->pack, change->reg)->field_count; i++) {
        struct text name = field_name(writer->pack, change->reg, (int)i);
        if (differs[i] && meta->fields[i].keeper != KEEPER_PEOPLE)
            return err_set(err, ERR_FORBIDDEN, "%.*s.%.*s 只随办件流转由系统填写，不能直接改",
                           "%.*s.%.*s is written by the case's workflow alone; it cannot be changed here",
                           TEXT_ARGS(table), TEXT_ARGS(name));
    }
    if (!before[meta->case_fields.state].known) return 0;
    if (before[meta->case_fields.closed].known)
        return err_set(err, ERR_CONFLICT, "登记 %.*s 的办件 %lld 已经办结，不能再改。需要改时请先重开",
                       "Register %.*s: case %lld is closed and cannot be changed. Reopen it first",
                       TEXT_ARGS(table), (long long)change->id);
    return err_set(
        err, ERR_FORBIDDEN,
        "登记 %.*s 的记录 %lld 是正在办理的一件，不能从这里改。请在办件页上由承办的人填写",
        "Register %.*s: record %lld is an open case and cannot be changed here. Fill it in as a case",
        TEXT_ARGS(table), (long long)change->id);
}

/* ---- Fields ---- */

static int check_reference(struct writer *writer, int reg, int field, const struct value *value,
                           struct err *err)
{
    int target = writer_field(writer, reg, field)->type.record;
    struct door *door = &writer->doors[target];
    bool row = false, may = scope_may(writer->scope, target, SCOPE_READ);
    int code = may && door->exists == NULL ? prepare_scoped(writer, target, false, &door->exists, err) : 0;
    if (code != 0) return code;
    if (may) {
        statement_bind_int(door->exists, 1, value->integer);
        code = statement_step(door->exists, &row, err);
        if (code != 0) return code;
        row = row && statement_is_null(door->exists, 1);
        statement_reset(door->exists);
    }
    if (row) return 0;
    struct text table = register_name(writer->pack, reg), name = field_name(writer->pack, reg, field);
    struct text other = register_name(writer->pack, target);
    return err_set(err, ERR_NOT_FOUND, "%.*s.%.*s 引用的 %.*s 记录 %lld 不存在",
                   "%.*s.%.*s refers to a record of %.*s, %lld, that does not exist", TEXT_ARGS(table),
                   TEXT_ARGS(name), TEXT_ARGS(other), (long long)value->integer);
}

int writer_check_field(struct writer *writer, int reg, int field, const struct value *value, struct err *err)
{
    int code = validator_check(writer->validator, reg, field, value, err);
    if (code == 0 && value->known && writer_field(writer, reg, field)->type.kind == TYPE_RECORD)
        code = check_reference(writer, reg, field, value, err);
    return code;
}

int writer_check_parent(const struct writer *writer, int reg, const struct value *values, struct err *err)
{
    int cluster = sql_cluster_field(writer->pack, reg);
    if (cluster < 0 || values[cluster].known) return 0;
    return validate_missing(writer->pack, reg, cluster, err);
}

/* ---- Keys ---- */

/* A record that a key refers to is called as people call it; the writer gave it, so it is in their scope. */
static int say_key_part(struct writer *writer, int reg, int field, const struct value *value,
                        const char *language, struct buffer *out, struct err *err)
{
    const struct type type = writer_field(writer, reg, field)->type;
    if (type.kind != TYPE_RECORD || !value->known) {
        value_format(&writer->pack->schema, type, value, language, out);
        return 0;
    }
    struct naming *naming = naming_new(writer->database, writer->scope, language);
    struct named named;
    int code = naming_get(naming, type.record, value->integer, &named, err);
    if (code == 0) buffer_text(out, named.key);
    if (code == 0 && named.name.size > 0) buffer_printf(out, " %.*s", TEXT_ARGS(named.name));
    naming_free(naming);
    return code;
}

/* The number of a case, by which the search finds it, else of the record. */
static const char *number_of(struct writer *writer, int reg, int64_t id, const struct old_record *old,
                             const char *language)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    const struct value *number = meta->workflow == NULL ? NULL : &old->values[meta->case_fields.number];
    if (number != NULL && number->known)
        return arena_printf(&writer->arena, language[0] == 'z' ? "编号 %.*s" : "number %.*s",
                            TEXT_ARGS(number->text));
    return arena_printf(&writer->arena, language[0] == 'z' ? "编号 %lld" : "id %lld", (long long)id);
}

/* What to do about a key that somebody else has: only who may see that record is told which it is. */
static int refuse_taken(struct writer *writer, int reg, int64_t holder, const char *zh, const char *en,
                        struct err *err)
{
    const struct label *label = &register_of(writer->pack, reg)->label;
    struct text name_zh = label_in(label, "zh"), name_en = label_in(label, "en");
    const char *table_zh = arena_printf(&writer->arena, "“%.*s”", TEXT_ARGS(name_zh));
    const char *table_en = arena_printf(&writer->arena, "“%.*s”", TEXT_ARGS(name_en));
    struct old_record old;
    struct err unseen;
    int code = scope_may(writer->scope, reg, SCOPE_READ) ? writer_read(writer, reg, holder, &old, &unseen)
                                                         : ERR_NOT_FOUND;
    if (code != 0)
        return err_set(err, ERR_CONFLICT, "%s%.0s里 %s%.0s 已被占用。请核对，或改其中一项",
                       "%.0sRegister %s: %.0s%s is taken. Check it, or change one of these", table_zh,
                       table_en, zh, en);
    const char *number_zh = number_of(writer, reg, holder, &old, "zh");
    const char *number_en = number_of(writer, reg, holder, &old, "en");
    if (old.retired != 0)
        return err_set(err, ERR_CONFLICT,
                       "%s%.0s里 %s%.0s 是一条已注销的记录（%s%.0s）。请恢复那一条，或改其中一项",
                       "%.0sRegister %s: %.0s%s belongs to a retired record (%.0s%s). Restore that one, or "
                       "change one of these",
                       table_zh, table_en, zh, en, number_zh, number_en);
    return err_set(err, ERR_CONFLICT, "%s%.0s里已有 %s%.0s 的记录（%s%.0s）。请改那一条，或改其中一项",
                   "%.0sRegister %s already has a record with %.0s%s (%.0s%s). Change that one, or change "
                   "one of these",
                   table_zh, table_en, zh, en, number_zh, number_en);
}

static int find_holder(struct writer *writer, int reg, int64_t id, const struct value *values,
                       int64_t *holder, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    struct door *door = &writer->doors[reg];
    int code = door->taken == NULL ? prepare_taken(writer, reg, err) : 0;
    if (code != 0) return code;
    statement_bind_int(door->taken, 1, id);
    for (size_t i = 0; code == 0 && i < meta->key_count; i++)
        code = sealed_bind(writer->database, door->taken, (int)i + 2, reg, meta->key[i],
                           &values[meta->key[i]], err);
    bool row = false;
    if (code == 0) code = statement_step(door->taken, &row, err);
    *holder = code == 0 && row ? statement_int(door->taken, 0) : 0;
    statement_reset(door->taken);
    return code;
}

int writer_check_key(struct writer *writer, int reg, int64_t id, const struct value *values, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    int64_t holder;
    int code = find_holder(writer, reg, id, values, &holder, err);
    if (code != 0 || holder == 0) return code;
    struct buffer zh = {0}, en = {0};
    for (size_t i = 0; code == 0 && i < meta->key_count; i++) {
        const struct schema_field *field = writer_field(writer, reg, meta->key[i]);
        struct text label_zh = label_in(&field->label, "zh"), label_en = label_in(&field->label, "en");
        buffer_printf(&zh, "%s%.*s ", i > 0 ? "，" : "", TEXT_ARGS(label_zh));
        buffer_printf(&en, "%s%.*s ", i > 0 ? ", " : "", TEXT_ARGS(label_en));
        code = say_key_part(writer, reg, meta->key[i], &values[meta->key[i]], "zh", &zh, err);
        if (code == 0) code = say_key_part(writer, reg, meta->key[i], &values[meta->key[i]], "en", &en, err);
    }
    if (code == 0) code = refuse_taken(writer, reg, holder, zh.data, en.data, err);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* ---- Where it lies ---- */

int writer_check_place(struct writer *writer, int reg, int64_t id, struct err *err)
{
    if (scope_all_of(writer->scope, writer->pack, reg)) return 0;
    struct door *door = &writer->doors[reg];
    int code = door->exists == NULL ? prepare_scoped(writer, reg, false, &door->exists, err) : 0;
    if (code != 0) return code;
    bool row;
    statement_bind_int(door->exists, 1, id);
    code = statement_step(door->exists, &row, err);
    statement_reset(door->exists);
    if (code != 0 || row) return code;
    struct text table = register_name(writer->pack, reg);
    return err_set(err, ERR_FORBIDDEN,
                   "登记 %.*s 的这条记录会落在您的管辖范围之外，没有保存。请核对它的所在地",
                   "This record of register %.*s would lie outside your area; it was not saved. Check its "
                   "place",
                   TEXT_ARGS(table));
}

/* ---- All faults at once ---- */

static int note(struct record_faults *faults, int field, int code, const struct err *err)
{
    if (code == 0) return 0;
    if (code != ERR_INPUT && code != ERR_NOT_FOUND && code != ERR_CONFLICT && code != ERR_LIMIT) return code;
    faults->items = arena_grow(&faults->arena, faults->items, &faults->capacity, faults->count + 1,
                               sizeof *faults->items);
    faults->items[faults->count++] = (struct record_fault){field, *err};
    return 0;
}

static int check_all(struct writer *writer, const struct record_change *change, const struct value *values,
                     struct record_faults *faults, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[change->reg];
    bool whole = meta->key_count > 0;
    int code = 0;
    for (size_t i = 0; code == 0 && i < register_of(writer->pack, change->reg)->field_count; i++) {
        if (change->id != 0 && !change->given[i]) continue;
        size_t before = faults->count;
        code = note(faults, (int)i, writer_check_field(writer, change->reg, (int)i, &values[i], err), err);
        if (code == 0 && faults->count == before)
            code = note(
                faults, (int)i,
                validate_bounds(writer->pack, change->reg, (int)i, values, change->given, writer->today, err),
                err);
    }
    int cluster = sql_cluster_field(writer->pack, change->reg);
    bool required = cluster >= 0 && meta->fields[cluster].required;
    if (code == 0 && !required)
        code = note(faults, cluster, writer_check_parent(writer, change->reg, values, err), err);
    for (size_t i = 0; i < meta->key_count; i++) whole = whole && values[meta->key[i]].known;
    if (code == 0 && whole && faults->count == 0)
        code =
            note(faults, meta->key[0], writer_check_key(writer, change->reg, change->id, values, err), err);
    return code;
}

static int check_change(struct writer *writer, const struct record_change *change, const bool *unread,
                        struct record_faults *faults, struct err *err)
{
    size_t count = register_of(writer->pack, change->reg)->field_count;
    struct old_record old = {.values = arena_array(&writer->arena, count, sizeof *old.values)};
    struct value *values = arena_array(&writer->arena, count, sizeof *values);
    bool *given_anew = arena_array(&writer->arena, count, sizeof *given_anew);
    enum scope_action action = change->id == 0 ? SCOPE_CREATE : SCOPE_EDIT;
    int code = scope_check(writer->scope, writer->pack, change->reg, action, err);
    if (code == 0 && change->id != 0) code = writer_read(writer, change->reg, change->id, &old, err);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) {
        struct type type = writer_field(writer, change->reg, (int)i)->type;
        values[i] = change->given[i] ? change->values[i] : old.values[i];
        if (type.kind == TYPE_TEXT && values[i].text.size == 0) values[i].known = false;
        given_anew[i] = (unread != NULL && unread[i]) ||
                        (change->given[i] && !value_equal(type, &old.values[i], &values[i]));
        writer_begin_field(writer, change, (int)i, &values[i]);
    }
    code = check_kept(writer, change->reg, given_anew, NULL, err);
    if (code != 0) return code;
    int field, code_of_values = check_all(writer, change, values, faults, err);
    if (code_of_values != 0 || faults->count > 0) return code_of_values;
    code =
        warden_ask(writer->database, change->reg, change->id == 0 ? NULL : old.values, values, &field, err);
    return field < 0 ? code : note(faults, field, code, err);
}

int record_check(struct database *database, const struct scope *scope, const struct record_change *change,
                 const bool *unread, struct record_faults *faults, struct err *err)
{
    *faults = (struct record_faults){0};
    struct writer writer = writer_new(database, scope, TEXT(""));
    int code = check_change(&writer, change, unread, faults, err);
    writer_fini(&writer);
    if (code != 0) record_faults_fini(faults);
    return code;
}

void record_faults_fini(struct record_faults *faults)
{
    arena_fini(&faults->arena);
    *faults = (struct record_faults){0};
}
