/* Staging: rows of a sheet go into one wide temporary table as they come, each value checked on the way. */
#include "register/stage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/mem.h"
#include "register/stage_private.h"
#include "register/validate.h"
#include "register/value.h"
#include "register/warden.h"

enum {
    LOOKUP_SIZE_MAX = 1000,
    /* PostgreSQL takes 1,600 columns in a table and 1,664 in a result, SQLite 2,000 in both; comparing needs
       two a field. */
    COLUMNS_MAX = 1500,
    PART_FIELDS_MAX = 750
};

/* ---- Which field of which part comes from where ---- */

static const struct value *constant_of(const struct feed_part *feed, int field)
{
    for (size_t i = 0; i < feed->set_count; i++)
        if (feed->set_fields[i] == field) return &feed->set_values[i];
    return NULL;
}

static bool same_key(const struct feed_part *feed, const struct pack_register *rules)
{
    if (feed->key_count != rules->key_count) return false;
    for (size_t i = 0; i < feed->key_count; i++)
        if (feed->key[i] != rules->key[i]) return false;
    return true;
}

/* A reference to the register of an earlier part is that part's record on the same row. */
static int link_of(const struct stage *stage, size_t part, struct type type)
{
    for (size_t i = 0; type.kind == TYPE_RECORD && i < part; i++)
        if (stage->parts[i].reg == type.record) return (int)i;
    return -1;
}

static void describe_field(struct stage *stage, size_t part, size_t field)
{
    struct stage_part *meta = &stage->parts[part];
    struct stage_field *out = &meta->fields[field];
    bool key = stage_in_key(meta, (int)field);
    bool wanted = meta->write ? meta->feed->fields == NULL || meta->feed->fields[field] || key : key;
    out->link = wanted ? link_of(stage, part, meta->meta->fields[field].type) : -1;
    out->constant = wanted ? constant_of(meta->feed, (int)field) : NULL;
    out->staged = wanted && out->link < 0;
    if (out->link >= 0) stage->parts[out->link].linked = true;
    stage_describe_sealed(stage, part, field);
}

static void describe_part(struct stage *stage, size_t part, const struct feed_part *feed)
{
    struct stage_part *out = &stage->parts[part];
    out->feed = feed;
    out->reg = feed->reg;
    out->meta = register_of(stage->pack, feed->reg);
    out->rules = &stage->pack->registers[feed->reg];
    out->write = feed->mode == FEED_WRITE;
    out->own_key = same_key(feed, out->rules);
    out->fields = arena_array(&stage->arena, out->meta->field_count, sizeof *out->fields);
    for (size_t i = 0; out->whole == NULL && i < out->meta->field_count; i++)
        if (out->rules->fields[i].above_count + out->rules->fields[i].below_count > 0)
            out->whole = arena_array(&stage->arena, out->meta->field_count, sizeof *out->whole);
    for (size_t i = 0; i < out->meta->field_count; i++) describe_field(stage, part, i);
}

static int check_width(const struct stage *stage, size_t columns, struct err *err)
{
    size_t widest = 0;
    for (size_t part = 0; part < stage->part_count; part++) {
        size_t fields = 0;
        for (size_t i = 0; i < stage->parts[part].meta->field_count; i++)
            if (stage->parts[part].fields[i].staged) fields++;
        if (fields > widest) widest = fields;
    }
    if (columns <= COLUMNS_MAX && widest <= PART_FIELDS_MAX) return 0;
    return err_set(
        err, ERR_LIMIT,
        "这种表要填的栏太多（最多 %d 栏，一个登记最多 %d 栏）。请在包里用 fields 限定只填需要的字段",
        "This feed fills too many columns (at most %d, and %d of one register). Limit its parts to the "
        "fields they need, "
        "with fields: in the pack",
        COLUMNS_MAX, PART_FIELDS_MAX);
}

static int check_feed(const struct stage *stage, const struct pack_feed *feed, struct err *err)
{
    for (size_t i = 0; i < feed->part_count; i++) {
        struct text table = register_name(stage->pack, feed->parts[i].reg);
        if (feed->parts[i].key_count == 0)
            return err_set(
                err, ERR_INPUT, "登记 %.*s 没有键，无法导入：不知道哪一行是哪一条记录。请在包里给它写 key",
                "Register %.*s has no key, so rows cannot be matched to records. Give it a key in the pack",
                TEXT_ARGS(table));
        if (feed->parts[i].mode == FEED_WRITE && warden_watches(stage->pack, feed->parts[i].reg))
            return err_set(
                err, ERR_INPUT, "登记 %.*s 不能由表格导入：考核评分和异议请在考核结果页里逐项办理",
                "Register %.*s is not filled from sheets: points and objections are entered one by "
                "one on the page of the assessment",
                TEXT_ARGS(table));
    }
    return 0;
}

/* ---- The table ---- */

struct columns {
    struct arena *arena;
    const char **items;
    size_t count, capacity;
};

static size_t add_column(struct columns *columns, char *definition)
{
    columns->items = arena_grow(columns->arena, columns->items, &columns->capacity, columns->count + 1,
                                sizeof *columns->items);
    columns->items[columns->count] = definition;
    return columns->count++;
}

static void add_part_columns(struct stage *stage, struct columns *columns, size_t part)
{
    struct stage_part *meta = &stage->parts[part];
    meta->column = add_column(columns, arena_printf(&stage->arena, "p%zu INTEGER", part));
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        if (!meta->fields[i].staged) continue;
        struct type type = meta->meta->fields[i].type;
        meta->fields[i].column = add_column(
            columns, arena_printf(&stage->arena, "p%zu_f%zu %s", part, i, database_column_type(type)));
        if (meta->fields[i].alone)
            meta->fields[i].token =
                add_column(columns, arena_printf(&stage->arena, "p%zu_e%zu TEXT", part, i));
        if (type.kind == TYPE_RECORD)
            meta->fields[i].lookup =
                add_column(columns, arena_printf(&stage->arena, "p%zu_l%zu TEXT", part, i));
    }
}

static int open_tables(struct stage *stage, struct err *err)
{
    static const char *const reject[] = {"row INTEGER", "part INTEGER", "field INTEGER", "zh TEXT",
                                         "en TEXT"};
    struct columns columns = {.arena = &stage->arena};
    char name[64];
    add_column(&columns, arena_string(&stage->arena, "row INTEGER PRIMARY KEY"));
    for (size_t i = 0; i < stage->part_count; i++) add_part_columns(stage, &columns, i);
    int code = check_width(stage, columns.count, err);
    if (code != 0) return code;
    stage->column_count = columns.count;
    stage->scratch = mem_new(columns.count, sizeof *stage->scratch);
    snprintf(name, sizeof name, "%sraw", stage->prefix);
    code = bulk_begin(stage->store, name, columns.items, columns.count, &stage->raw, err);
    if (code != 0) return code;
    stage_note_table(stage, "raw");
    snprintf(name, sizeof name, "%sreject", stage->prefix);
    code = bulk_begin(stage->store, name, reject, 5, &stage->reject, err);
    if (code == 0) stage_note_table(stage, "reject");
    return code;
}

int stage_begin(struct database *database, const struct scope *scope, const struct pack_feed *feed,
                struct stage **out, struct err *err)
{
    *out = NULL;
    struct stage *stage = mem_new(1, sizeof *stage);
    stage->database = database;
    stage->store = database->store;
    stage->pack = database->pack;
    stage->rows = "raw";
    stage->scope = scope;
    stage->mine = arena_array(&stage->arena, stage->pack->schema.register_count, sizeof *stage->mine);
    snprintf(stage->prefix, sizeof stage->prefix, "zs_%d_", ++database->stages);
    stage->validator = validator_new(stage->pack);
    stage->today = date_today();
    int code = check_feed(stage, feed, err);
    if (code == 0) {
        stage->part_count = feed->part_count;
        stage->parts = arena_array(&stage->arena, feed->part_count, sizeof *stage->parts);
        stage->counts = arena_array(&stage->arena, feed->part_count, sizeof *stage->counts);
        for (size_t i = 0; i < feed->part_count; i++) describe_part(stage, i, &feed->parts[i]);
        code = stage_scope_check(stage, err);
        if (code == 0) code = open_tables(stage, err);
        if (code == 0) code = stage_sealed_begin(stage, err);
    }
    if (code != 0) {
        stage_free(stage);
        return code;
    }
    *out = stage;
    return 0;
}

static void drop_tables(struct stage *stage)
{
    struct text names = buffer_get(&stage->tables);
    const char **tables = NULL;
    size_t count = 0, capacity = 0;
    for (size_t at = 0; at < names.size; at += strlen(names.at + at) + 1) {
        tables = arena_grow(&stage->arena, tables, &capacity, count + 1, sizeof *tables);
        tables[count++] = arena_printf(&stage->arena, "%s%s", stage->prefix, names.at + at);
    }
    store_drop_temporary(stage->store, tables, count);
}

void stage_free(struct stage *stage)
{
    if (stage == NULL) return;
    bulk_abandon(stage->raw);
    bulk_abandon(stage->reject);
    stage_sealed_fini(stage);
    drop_tables(stage);
    buffer_fini(&stage->tables);
    for (size_t i = 0; stage->scratch != NULL && i < stage->column_count; i++)
        buffer_fini(&stage->scratch[i]);
    free(stage->scratch);
    validator_free(stage->validator);
    arena_fini(&stage->arena);
    free(stage);
}

/* ---- Rows ---- */

int stage_refuse(struct stage *stage, int64_t row, int part, int field, struct text zh, struct text en,
                 struct err *err)
{
    assert(!stage->matched);
    bulk_int(stage->reject, 0, row);
    bulk_int(stage->reject, 1, part);
    bulk_int(stage->reject, 2, field);
    bulk_text(stage->reject, 3, stage_close_text(stage, zh, &stage->opened));
    bulk_text(stage->reject, 4, stage_close_text(stage, en, &stage->closed));
    return bulk_row(stage->reject, err);
}

static void put_value(struct stage *stage, size_t column, struct type type, const struct value *value)
{
    switch (value_storage(type)) {
    case STORED_INTEGER:
        bulk_int(stage->raw, column, value->integer);
        return;
    case STORED_REAL:
        bulk_double(stage->raw, column, value->ratio);
        return;
    case STORED_TEXT:
        if (type.kind == TYPE_TEXT) {
            bulk_text(stage->raw, column, value->text);
            return;
        }
        buffer_clear(&stage->scratch[column]);
        value_text(&stage->scratch[column], &stage->pack->schema, type, value);
        bulk_text(stage->raw, column, buffer_get(&stage->scratch[column]));
        return;
    }
}

static int put_lookup(struct stage *stage, int64_t row, int part, int field, struct text lookup,
                      struct err *err)
{
    struct stage_field *meta = &stage->parts[part].fields[field];
    if (lookup.size > LOOKUP_SIZE_MAX || !text_valid(lookup) || memchr(lookup.at, '\0', lookup.size) != NULL)
        return stage_refuse(stage, row, part, field, TEXT("所引用的记录写得太长，或含有无法识别的字符"),
                            TEXT("the reference is too long or holds characters that cannot be read"), err);
    meta->seen = meta->looked_up = true;
    if (meta->sealed_lookup) lookup = stage_close_text(stage, lookup, &stage->scratch[meta->lookup]);
    bulk_text(stage->raw, meta->lookup, lookup);
    return 0;
}

static int put_cell(struct stage *stage, int64_t row, int part, int field, const struct stage_cell *cell,
                    struct err *err)
{
    struct stage_part *of = &stage->parts[part];
    struct stage_field *meta = &of->fields[field];
    struct type type = of->meta->fields[field].type;
    static const struct value nothing;
    const struct value *value = meta->constant != NULL ? meta->constant
                                : cell->given          ? &cell->value
                                                       : &nothing;
    if (type.kind == TYPE_RECORD && meta->constant == NULL && cell->given) {
        struct text lookup = text_trim(cell->lookup);
        if (lookup.size > 0) return put_lookup(stage, row, part, field, lookup, err);
    }
    if (!value->known || (type.kind == TYPE_TEXT && value->text.size == 0)) {
        meta->gaps = true;
        return 0;
    }
    struct err fault = {0};
    if (validator_check(stage->validator, of->reg, field, value, &fault) != 0) {
        meta->gaps = true;
        return stage_refuse(stage, row, part, field, text_of(fault.zh), text_of(fault.en), err);
    }
    meta->seen = true;
    if (meta->sealed) return stage_put_sealed(stage, part, field, value, err);
    put_value(stage, meta->column, type, value);
    return 0;
}

/* What the row says of the record is judged against itself and the day; not against what stands there. */
static int check_bounds(struct stage *stage, int64_t row, int part, const struct stage_cell *cells,
                        struct err *err)
{
    struct stage_part *meta = &stage->parts[part];
    int code = 0;
    for (size_t i = 0; i < meta->meta->field_count; i++)
        meta->whole[i] = !meta->fields[i].staged            ? (struct value){0}
                         : meta->fields[i].constant != NULL ? *meta->fields[i].constant
                         : cells[i].given                   ? cells[i].value
                                                            : (struct value){0};
    for (size_t i = 0; code == 0 && i < meta->meta->field_count; i++) {
        struct err fault = {0};
        if (validate_bounds(stage->pack, meta->reg, (int)i, meta->whole, NULL, stage->today, &fault) != 0)
            code = stage_refuse(stage, row, part, (int)i, text_of(fault.zh), text_of(fault.en), err);
    }
    return code;
}

static int put_part(struct stage *stage, int64_t row, int part, const struct stage_cell *const *cells,
                    struct err *err)
{
    struct stage_part *meta = &stage->parts[part];
    int code = 0;
    meta->rows++;
    bulk_int(stage->raw, meta->column, 1);
    for (size_t i = 0; code == 0 && i < meta->meta->field_count; i++) {
        struct stage_field *field = &meta->fields[i];
        if (field->staged)
            code = put_cell(stage, row, part, (int)i, &cells[part][i], err);
        else if (field->link >= 0 && cells[field->link] == NULL)
            field->gaps = true;
    }
    return code == 0 && meta->whole != NULL ? check_bounds(stage, row, part, cells[part], err) : code;
}

int stage_row(struct stage *stage, int64_t row, const struct stage_cell *const *cells, struct err *err)
{
    assert(!stage->matched);
    int code = 0;
    bulk_int(stage->raw, 0, row);
    for (size_t part = 0; code == 0 && part < stage->part_count; part++)
        if (cells[part] != NULL) code = put_part(stage, row, (int)part, cells, err);
    if (code == 0) code = bulk_row(stage->raw, err);
    stage->total++;
    return code;
}

/* ---- Matching: the steps in order ---- */

static int end_filling(struct stage *stage, struct err *err)
{
    static const char *const bad[] = {"row INTEGER PRIMARY KEY", "pass INTEGER"};
    int code = bulk_end(stage->raw, err);
    stage->raw = NULL;
    int second = bulk_end(stage->reject, code == 0 ? err : NULL);
    stage->reject = NULL;
    if (code == 0) code = second;
    if (code == 0) code = stage_sealed_end_filling(stage, err);
    return code == 0 ? stage_table(stage, "bad", bad, 2, err) : code;
}

static int match(struct stage *stage, struct err *err)
{
    int64_t added;
    int code = database_last_entry(stage->store, &stage->entry, err);
    if (code == 0) code = stage_resolve(stage, err);
    if (code == 0) code = stage_group(stage, err);
    if (code == 0) code = stage_contradictions(stage, err);
    if (code == 0) code = stage_find(stage, err);
    if (code == 0) code = stage_collect_bad(stage, 0, &added, err);
    if (code == 0) code = stage_complete_new(stage, err);
    if (code == 0) code = stage_compare(stage, err);
    return code;
}

int stage_match(struct stage *stage, struct stage_counts *counts, int64_t *total_rejected, struct err *err)
{
    assert(!stage->matched);
    int code = end_filling(stage, err);
    stage->matched = true;
    /* One state of the registers for all steps. */
    if (code == 0) code = store_begin_read(stage->store, err);
    if (code != 0) return code;
    code = match(stage, err);
    if (code == 0)
        code = store_commit(stage->store, err);
    else
        store_rollback(stage->store);
    if (code == 0) code = stage_ask(stage, total_rejected, err, "SELECT count(*) FROM $bad");
    if (code == 0) memcpy(counts, stage->counts, stage->part_count * sizeof *counts);
    return code;
}
