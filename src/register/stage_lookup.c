/* Lookups: references written in a sheet become ids. Each distinct spelling is read once, whatever the number
 * of rows. */
#include <stdio.h>

#include "register/key.h"
#include "register/stage_private.h"
#include "register/value.h"

enum { LOOKUPS_MAX = 60 }; /* each is a table in one join, of which SQLite takes 64 */

struct lookup {
    struct stage *stage;
    int part, field;
    int target; /* register */
    struct key key;
    struct bulk *bulk;
    bool sealed; /* spellings are closed with the stage's key */
};

/* ---- Distinct spellings and what they mean ---- */

static int put_leaf(const struct lookup *lookup, size_t leaf, const struct value *value,
                    struct buffer *scratch, struct err *err)
{
    const struct pack *pack = lookup->stage->pack;
    struct type type =
        register_of(pack, lookup->key.leaves[leaf].reg)->fields[lookup->key.leaves[leaf].field].type;
    if (value_storage(type) == STORED_INTEGER) {
        bulk_int(lookup->bulk, leaf + 2, value->integer);
        return 0;
    }
    buffer_clear(scratch);
    value_text(scratch, &pack->schema, type, value);
    const struct key_leaf *of = &lookup->key.leaves[leaf];
    int code = 0;
    if (sealed_now(lookup->stage->database, of->reg, of->field)) {
        char handle[VAULT_HANDLE_TEXT];
        code = vault_batch_find(lookup->stage->batch,
                                sealed_field(lookup->stage->database, of->reg, of->field)->place,
                                buffer_get(scratch), handle, err);
        buffer_clear(scratch);
        buffer_string(scratch, handle);
    }
    bulk_text(lookup->bulk, leaf + 2, buffer_get(scratch));
    return code;
}

/* Names stand in the register in plain, numbers may be somebody's. */
static bool may_be_name(const struct lookup *lookup, struct text typed)
{
    bool digit = false;
    for (size_t i = 0; i < typed.size; i++) digit = digit || (typed.at[i] >= '0' && typed.at[i] <= '9');
    return !lookup->sealed || !digit;
}

static int put_reading(const struct lookup *lookup, struct text raw, struct text typed, struct err *err)
{
    struct value values[KEY_LEAVES_MAX];
    struct buffer scratch[KEY_LEAVES_MAX] = {0};
    int code = 0;
    bulk_text(lookup->bulk, 0, raw);
    if (may_be_name(lookup, typed)) bulk_text(lookup->bulk, 1, typed);
    if (key_parse(lookup->stage->pack, &lookup->key, typed, values))
        for (size_t i = 0; code == 0 && i < lookup->key.count; i++)
            code = put_leaf(lookup, i, &values[i], &scratch[i], err);
    if (code == 0) code = bulk_row(lookup->bulk, err);
    for (size_t i = 0; i < lookup->key.count; i++) buffer_fini(&scratch[i]);
    return code;
}

/* As it was typed, and with full-width signs made half-width: the register may hold either. */
static int put_spelling(const struct lookup *lookup, struct text raw, struct err *err)
{
    struct buffer narrow = {0}, opened = {0};
    struct text typed = raw;
    int code = lookup->sealed ? stage_open_text(lookup->stage, raw, &opened, err) : 0;
    if (lookup->sealed) typed = buffer_get(&opened);
    text_narrow(typed, &narrow);
    if (code == 0) code = put_reading(lookup, raw, typed, err);
    if (code == 0 && !text_equal(buffer_get(&narrow), typed))
        code = put_reading(lookup, raw, buffer_get(&narrow), err);
    buffer_fini(&narrow);
    buffer_fini(&opened);
    return code;
}

static int open_readings(struct lookup *lookup, struct err *err)
{
    const char *columns[KEY_LEAVES_MAX + 2] = {"raw TEXT", "typed TEXT"};
    char names[KEY_LEAVES_MAX][32], table[64];
    const struct pack *pack = lookup->stage->pack;
    for (size_t i = 0; i < lookup->key.count; i++) {
        struct type type =
            register_of(pack, lookup->key.leaves[i].reg)->fields[lookup->key.leaves[i].field].type;
        snprintf(names[i], sizeof names[i], "k%zu %s", i + 1, database_column_type(type));
        columns[i + 2] = names[i];
    }
    snprintf(table, sizeof table, "%slook%d_%d", lookup->stage->prefix, lookup->part, lookup->field);
    stage_note_table(lookup->stage, "look%d_%d", lookup->part, lookup->field);
    return bulk_begin(lookup->stage->store, table, columns, lookup->key.count + 2, &lookup->bulk, err);
}

static int fill_readings(struct lookup *lookup, struct err *err)
{
    struct buffer sql = {0};
    struct statement *distinct = NULL;
    int code = open_readings(lookup, err);
    stage_sql(lookup->stage, &sql, "SELECT DISTINCT p%d_l%d FROM $raw WHERE p%d_l%d IS NOT NULL",
              lookup->part, lookup->field, lookup->part, lookup->field);
    if (code == 0) code = sql_prepare(lookup->stage->store, &sql, &distinct, err);
    bool row;
    while (code == 0 && (code = statement_step(distinct, &row, err)) == 0 && row)
        code = put_spelling(lookup, statement_text(distinct, 0), err);
    statement_free(distinct);
    buffer_fini(&sql);
    if (code == 0) return bulk_end(lookup->bulk, err);
    bulk_abandon(lookup->bulk);
    return code;
}

/* ---- Finding ---- */

static int find_by_key(struct lookup *lookup, struct err *err)
{
    if (lookup->key.count == 0) return 0;
    struct buffer sql = {0}, conditions = {0};
    stage_sql(lookup->stage, &sql,
              "INSERT INTO $found%d_%d (raw, id, matches) SELECT l.raw, min(t0.id), count(DISTINCT t0.id) "
              "FROM $look%d_%d "
              "AS l CROSS JOIN ",
              lookup->part, lookup->field, lookup->part, lookup->field);
    key_sql(lookup->stage->pack, lookup->target, "l.k", &sql, &conditions);
    buffer_printf(&sql, " WHERE 1 = 1%s", conditions.data);
    stage_scope_seen(lookup->stage, &sql, lookup->target, "t0");
    buffer_string(&sql, " GROUP BY l.raw");
    int code = stage_run(lookup->stage, &sql, err);
    buffer_fini(&sql);
    buffer_fini(&conditions);
    return code;
}

static int find_by_name(struct lookup *lookup, struct err *err)
{
    const struct pack *pack = lookup->stage->pack;
    int name = pack->registers[lookup->target].name_field, part = lookup->part, field = lookup->field;
    if (name < 0 || register_of(pack, lookup->target)->fields[name].type.kind != TYPE_TEXT) return 0;
    int64_t open;
    int code = stage_ask(
        lookup->stage, &open, err,
        "SELECT count(*) FROM $look%d_%d AS l WHERE NOT EXISTS (SELECT 1 FROM $found%d_%d AS f WHERE f.raw "
        "= l.raw)",
        part, field, part, field);
    if (code != 0 || open == 0) return code;
    struct buffer sql = {0};
    stage_sql(lookup->stage, &sql,
              "INSERT INTO $found%d_%d (raw, id, matches) SELECT l.raw, min(t.id), count(DISTINCT t.id) FROM "
              "$look%d_%d AS l "
              "JOIN ",
              part, field, part, field);
    sql_table(&sql, pack, lookup->target);
    buffer_string(&sql, " AS t ON ");
    sql_field(&sql, "t", pack, lookup->target, name);
    stage_sql(lookup->stage, &sql,
              " = l.typed WHERE NOT EXISTS (SELECT 1 FROM $found%d_%d AS f WHERE f.raw = l.raw)", part,
              field);
    stage_scope_seen(lookup->stage, &sql, lookup->target, "t");
    buffer_string(&sql, " GROUP BY l.raw");
    code = stage_run(lookup->stage, &sql, err);
    buffer_fini(&sql);
    return code;
}

/* ---- Refusing what leads nowhere ---- */

static void describe_key(const struct lookup *lookup, const char *language, struct buffer *out)
{
    for (size_t i = 0; i < lookup->key.count; i++) {
        const struct key_leaf *leaf = &lookup->key.leaves[i];
        if (i > 0) buffer_char(out, '/');
        buffer_text(
            out, label_in(&register_of(lookup->stage->pack, leaf->reg)->fields[leaf->field].label, language));
    }
}

/* What comes behind the spelling. */
static void why_unfound(const struct lookup *lookup, bool several, struct buffer *zh, struct buffer *en)
{
    const struct pack *pack = lookup->stage->pack;
    struct text label_zh = label_in(&register_of(pack, lookup->target)->label, "zh");
    struct text label_en = label_in(&register_of(pack, lookup->target)->label, "en");
    buffer_printf(zh, several ? "”在“%.*s”里不止一条，请写" : "”在“%.*s”里没有，应写", TEXT_ARGS(label_zh));
    describe_key(lookup, "zh", zh);
    buffer_printf(
        en, several ? "” is more than one record of %.*s; write its " : "” is no record of %.*s; write its ",
        TEXT_ARGS(label_en));
    describe_key(lookup, "en", en);
}

enum { SPELLING_SHOWN = 60 };

static int refuse_spelling(struct lookup *lookup, bool several, struct text raw, struct statement *refuse,
                           struct err *err)
{
    struct stage *stage = lookup->stage;
    struct buffer opened = {0}, zh = {0}, en = {0}, closed_zh = {0}, closed_en = {0};
    int code = stage_open_text(stage, raw, &opened, err);
    size_t size = 0;
    for (size_t i = 0; i < SPELLING_SHOWN && size < opened.size; i++) text_next(buffer_get(&opened), &size);
    buffer_printf(&zh, "“%.*s", (int)size, size > 0 ? opened.data : "");
    buffer_text(&en, buffer_get(&zh));
    why_unfound(lookup, several, &zh, &en);
    statement_bind_text(refuse, 1, raw);
    statement_bind_text(refuse, 2, stage_close_text(stage, buffer_get(&zh), &closed_zh));
    statement_bind_text(refuse, 3, stage_close_text(stage, buffer_get(&en), &closed_en));
    if (code == 0) code = statement_run(refuse, err);
    buffer_fini(&opened);
    buffer_fini(&zh);
    buffer_fini(&en);
    buffer_fini(&closed_zh);
    buffer_fini(&closed_en);
    return code;
}

static int refuse_unfound(struct lookup *lookup, bool several, struct err *err)
{
    struct stage *stage = lookup->stage;
    int part = lookup->part, field = lookup->field;
    struct buffer zh = {0}, en = {0}, sql = {0};
    why_unfound(lookup, several, &zh, &en);
    stage_sql(stage, &sql,
              "INSERT INTO $reject (row, part, field, zh, en) SELECT r.row, %d, %d, '“' || substr(r.p%d_l%d, "
              "1, 60) || ?1, "
              "'“' || substr(r.p%d_l%d, 1, 60) || ?2 FROM $raw AS r ",
              part, field, part, field, part, field);
    if (several)
        stage_sql(stage, &sql, "JOIN $found%d_%d AS f ON f.raw = r.p%d_l%d WHERE f.matches > 1", part, field,
                  part, field);
    else
        stage_sql(stage, &sql,
                  "WHERE r.p%d_l%d IS NOT NULL AND NOT EXISTS (SELECT 1 FROM $found%d_%d AS f WHERE f.raw = "
                  "r.p%d_l%d)",
                  part, field, part, field, part, field);
    struct statement *statement;
    int code = sql_prepare(stage->store, &sql, &statement, err);
    if (code == 0) {
        statement_bind_text(statement, 1, buffer_get(&zh));
        statement_bind_text(statement, 2, buffer_get(&en));
        code = statement_run(statement, err);
        statement_free(statement);
    }
    buffer_fini(&zh);
    buffer_fini(&en);
    buffer_fini(&sql);
    return code;
}

/* The same where the spellings are closed: the sentences are made here and closed, too. */
static int refuse_closed(struct lookup *lookup, bool several, struct err *err)
{
    struct stage *stage = lookup->stage;
    int part = lookup->part, field = lookup->field;
    struct buffer sql = {0};
    struct statement *spellings = NULL, *refuse = NULL;
    bool row;
    stage_sql(stage, &sql, "CREATE INDEX IF NOT EXISTS $spelt%d_%d ON $raw (p%d_l%d)", part, field, part,
              field);
    int code = stage_run(stage, &sql, err);
    if (several)
        stage_sql(stage, &sql, "SELECT raw FROM $found%d_%d WHERE matches > 1", part, field);
    else
        stage_sql(stage, &sql,
                  "SELECT DISTINCT l.raw FROM $look%d_%d AS l WHERE NOT EXISTS (SELECT 1 FROM $found%d_%d AS "
                  "f WHERE f.raw "
                  "= l.raw)",
                  part, field, part, field);
    if (code == 0) code = sql_prepare(stage->store, &sql, &spellings, err);
    buffer_clear(&sql);
    stage_sql(
        stage, &sql,
        "INSERT INTO $reject (row, part, field, zh, en) SELECT r.row, %d, %d, ?2, ?3 FROM $raw AS r WHERE "
        "r.p%d_l%d = ?1",
        part, field, part, field);
    if (code == 0) code = sql_prepare(stage->store, &sql, &refuse, err);
    while (code == 0 && (code = statement_step(spellings, &row, err)) == 0 && row)
        code = refuse_spelling(lookup, several, statement_text(spellings, 0), refuse, err);
    statement_free(spellings);
    statement_free(refuse);
    buffer_fini(&sql);
    return code;
}

static int refuse_where_needed(struct lookup *lookup, struct err *err)
{
    int part = lookup->part, field = lookup->field;
    int64_t missing, several;
    int code = stage_ask(
        lookup->stage, &missing, err,
        "SELECT count(*) FROM $look%d_%d AS l WHERE NOT EXISTS (SELECT 1 FROM $found%d_%d AS f WHERE f.raw "
        "= l.raw)",
        part, field, part, field);
    if (code == 0)
        code = stage_ask(lookup->stage, &several, err, "SELECT count(*) FROM $found%d_%d WHERE matches > 1",
                         part, field);
    int (*refuse)(struct lookup *, bool, struct err *) = lookup->sealed ? refuse_closed : refuse_unfound;
    if (code == 0 && missing > 0) code = refuse(lookup, false, err);
    if (code == 0 && several > 0) code = refuse(lookup, true, err);
    return code;
}

static int resolve(struct stage *stage, int part, int field, struct err *err)
{
    static const char *const columns[] = {"raw TEXT", "id INTEGER", "matches INTEGER"};
    int target = stage->parts[part].meta->fields[field].type.record;
    struct lookup lookup = {stage,
                            part,
                            field,
                            target,
                            key_of(stage->pack, target),
                            NULL,
                            stage->parts[part].fields[field].sealed_lookup};
    char name[48];
    struct buffer sql = {0};
    snprintf(name, sizeof name, "found%d_%d", part, field);
    int code = stage_table(stage, name, columns, 3, err);
    if (code == 0) code = stage_scope_register(stage, target, err);
    if (code == 0) code = fill_readings(&lookup, err);
    if (code == 0) code = find_by_key(&lookup, err);
    /* Built after filling; the names, few, come on top. */
    stage_sql(stage, &sql, "CREATE UNIQUE INDEX $found%d_%d_raw ON $found%d_%d (raw)", part, field, part,
              field);
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    if (code == 0) code = find_by_name(&lookup, err);
    return code == 0 ? refuse_where_needed(&lookup, err) : code;
}

/* ---- The table with ids ---- */

static size_t count_lookups(const struct stage *stage)
{
    size_t count = 0;
    for (size_t part = 0; part < stage->part_count; part++)
        for (size_t i = 0; i < stage->parts[part].meta->field_count; i++)
            if (stage->parts[part].fields[i].looked_up) count++;
    return count;
}

static void append_part(const struct stage *stage, int part, struct buffer *columns, struct buffer *joins)
{
    const struct stage_part *meta = &stage->parts[part];
    buffer_printf(columns, ", r.p%d AS p%d", part, part);
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        const struct stage_field *field = &meta->fields[i];
        if (!field->staged) continue;
        if (!field->looked_up) {
            buffer_printf(columns, ", r.p%d_f%zu AS p%d_f%zu", part, i, part, i);
            if (field->alone) buffer_printf(columns, ", r.p%d_e%zu AS p%d_e%zu", part, i, part, i);
            continue;
        }
        buffer_printf(columns,
                      ", CASE WHEN x%d_%zu.matches = 1 THEN x%d_%zu.id ELSE r.p%d_f%zu END AS p%d_f%zu", part,
                      i, part, i, part, i, part, i);
        stage_sql(stage, joins, " LEFT JOIN $found%d_%zu AS x%d_%zu ON x%d_%zu.raw = r.p%d_l%zu", part, i,
                  part, i, part, i, part, i);
    }
}

static int make_table(struct stage *stage, struct err *err)
{
    struct arena arena = {0};
    const char **columns = NULL;
    size_t count = 0, capacity = 0;
    columns = arena_grow(&arena, columns, &capacity, 1, sizeof *columns);
    columns[count++] = "row INTEGER PRIMARY KEY";
    for (size_t part = 0; part < stage->part_count; part++) {
        const struct stage_part *meta = &stage->parts[part];
        columns =
            arena_grow(&arena, columns, &capacity, count + 1 + 2 * meta->meta->field_count, sizeof *columns);
        columns[count++] = arena_printf(&arena, "p%zu INTEGER", part);
        for (size_t i = 0; i < meta->meta->field_count; i++) {
            if (!meta->fields[i].staged) continue;
            columns[count++] = arena_printf(&arena, "p%zu_f%zu %s", part, i,
                                            database_column_type(meta->meta->fields[i].type));
            if (meta->fields[i].alone) columns[count++] = arena_printf(&arena, "p%zu_e%zu TEXT", part, i);
        }
    }
    int code = stage_table(stage, "rows", columns, count, err);
    arena_fini(&arena);
    return code;
}

int stage_resolve(struct stage *stage, struct err *err)
{
    size_t lookups = count_lookups(stage);
    if (lookups == 0) return 0;
    if (lookups > LOOKUPS_MAX)
        return err_set(err, ERR_LIMIT, "表里有 %zu 列引用别的登记，超过了 %d 列。请分成几张表导入",
                       "The sheet has %zu columns that refer to other registers, more than %d. Split it and "
                       "import the parts",
                       lookups, LOOKUPS_MAX);
    int code = 0;
    for (size_t part = 0; code == 0 && part < stage->part_count; part++)
        for (size_t i = 0; code == 0 && i < stage->parts[part].meta->field_count; i++)
            if (stage->parts[part].fields[i].looked_up) code = resolve(stage, (int)part, (int)i, err);
    if (code == 0) code = make_table(stage, err);
    if (code != 0) return code;
    struct buffer sql = {0}, joins = {0};
    stage_sql(stage, &sql, "INSERT INTO $rows SELECT r.row");
    for (size_t part = 0; part < stage->part_count; part++) append_part(stage, (int)part, &sql, &joins);
    stage_sql(stage, &sql, " FROM $raw AS r%s ORDER BY r.row", joins.data);
    code = stage_run(stage, &sql, err);
    stage->rows = "rows";
    stage_sql(stage, &sql, "DROP TABLE $raw");
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    buffer_fini(&joins);
    return code;
}
