/* From keys to the records of the registers: what is there already, what is new, and whether what is new is
 * whole. */
#include <stdio.h>

#include "pack/workflow.h"
#include "register/case_record.h"
#include "register/stage_private.h"
#include "register/validate.h"

enum { PASSES_MAX = 50 };

/* " AND t.key = …" for the fields of a key. */
static void key_conditions(const struct stage *stage, struct buffer *sql, int part, const int *key,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_string(sql, i == 0 ? " ON " : " AND ");
        sql_field(sql, "t", stage->pack, stage->parts[part].reg, key[i]);
        buffer_string(sql, " = ");
        stage_value(stage, sql, part, key[i]);
    }
}

/* One row a slot: those not in the map, and the first of each group. */
static void slots_only(const struct stage *stage, struct buffer *sql, int part)
{
    if (stage->parts[part].grouped)
        stage_sql(stage, sql,
                  " AND NOT EXISTS (SELECT 1 FROM $map%d AS m WHERE m.row = r.row AND m.slot <> r.row)",
                  part);
}

static int find_part(struct stage *stage, int part, struct err *err)
{
    static const char *const columns[] = {"slot INTEGER PRIMARY KEY", "id INTEGER", "matches INTEGER"};
    const struct stage_part *meta = &stage->parts[part];
    char name[32];
    struct buffer sql = {0};
    snprintf(name, sizeof name, "record%d", part);
    int code = stage_table(stage, name, columns, 3, err);
    /* The register's own key is unique; another one may fit several records. */
    stage_sql(stage, &sql, "INSERT INTO $record%d (slot, id, matches) SELECT r.row, %s FROM @ AS r", part,
              meta->own_key ? "t.id, 1" : "min(t.id), count(t.id)");
    stage_joins(stage, &sql, part, false, true);
    buffer_string(&sql, " LEFT JOIN ");
    sql_table(&sql, stage->pack, meta->reg);
    buffer_string(&sql, " AS t");
    key_conditions(stage, &sql, part, meta->feed->key, meta->feed->key_count);
    buffer_string(&sql, " WHERE ");
    stage_complete(stage, &sql, "r", part);
    slots_only(stage, &sql, part);
    buffer_printf(&sql, "%s ORDER BY r.row", meta->own_key ? "" : " GROUP BY r.row");
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    return code == 0 ? stage_ask(stage, &stage->parts[part].fresh, err,
                                 "SELECT count(*) FROM $record%d WHERE id IS NULL", part)
                     : code;
}

/* ---- Refusals of whole records ---- */

struct words {
    struct buffer *sql;
    size_t count;
};

static void each_word(void *context, int part, int field)
{
    struct words *words = context;
    buffer_printf(words->sql, "%sCAST(r.p%d_f%d AS TEXT)", words->count++ > 0 ? " || '/' || " : "", part,
                  field);
}

/* "FROM @ AS r … AS e WHERE …": every complete row with its record. */
static void rows_with_records(const struct stage *stage, struct buffer *sql, int part)
{
    stage_sql(stage, sql, "FROM @ AS r");
    if (stage->parts[part].grouped) stage_sql(stage, sql, " LEFT JOIN $map%d AS s ON s.row = r.row", part);
    stage_sql(stage, sql, " JOIN $record%d AS e ON e.slot = %s", part,
              stage->parts[part].grouped ? "coalesce(s.slot, r.row)" : "r.row");
}

/* Refuses all rows of the records for which the condition holds: “label: “key” why”. */
static int refuse_records(struct stage *stage, int part, const char *condition, const char *zh,
                          const char *en, struct err *err)
{
    const struct label *label = &stage->parts[part].meta->label;
    struct text label_zh = label_in(label, "zh"), label_en = label_in(label, "en");
    struct buffer key = {0}, head_zh = {0}, head_en = {0}, sql = {0};
    struct words words = {&key, 0};
    struct statement *statement;
    stage_key_columns(stage, part, each_word, &words);
    stage_sql(stage, &sql,
              "INSERT INTO $reject (row, part, field, zh, en) SELECT r.row, %d, -1, ?1 || %s || ?2, ?3 || %s "
              "|| ?4 ",
              part, key.data, key.data);
    rows_with_records(stage, &sql, part);
    buffer_string(&sql, " WHERE ");
    stage_complete(stage, &sql, "r", part);
    buffer_printf(&sql, " AND %s", condition);
    int code = sql_prepare(stage->store, &sql, &statement, err);
    if (code == 0) {
        buffer_printf(&head_zh, "“%.*s”里的“", TEXT_ARGS(label_zh));
        buffer_printf(&head_en, "%.*s: “", TEXT_ARGS(label_en));
        statement_bind_text(statement, 1, buffer_get(&head_zh));
        statement_bind_text(statement, 2, text_of(zh));
        statement_bind_text(statement, 3, buffer_get(&head_en));
        statement_bind_text(statement, 4, text_of(en));
        code = statement_run(statement, err);
        statement_free(statement);
    }
    buffer_fini(&key);
    buffer_fini(&head_zh);
    buffer_fini(&head_en);
    buffer_fini(&sql);
    return code;
}

static int refuse_unmatched(struct stage *stage, int part, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    int64_t several = 0;
    int code = 0;
    if (!meta->own_key)
        code = stage_ask(stage, &several, err, "SELECT count(*) FROM $record%d WHERE matches > 1", part);
    if (code == 0 && several > 0)
        code = refuse_records(stage, part, "e.matches > 1", "”不止一条，无法确定是哪一条",
                              "” fits several records; it is not clear which", err);
    if (code == 0 && !meta->write && meta->fresh > 0)
        code = refuse_records(stage, part, "e.id IS NULL", "”没有登记，请核对，或先登记",
                              "” is not there; check it, or enter it first", err);
    return code;
}

/* ---- Records that are retired, or somebody else's ---- */

static int refuse_retired(struct stage *stage, int part, struct err *err)
{
    struct buffer condition = {0};
    int64_t retired;
    bool found;
    buffer_string(&condition, "SELECT count(*) FROM ");
    sql_table(&condition, stage->pack, stage->parts[part].reg);
    buffer_string(&condition, " WHERE retired IS NOT NULL");
    int code = store_query_int(stage->store, condition.data, &retired, &found, err);
    buffer_clear(&condition);
    buffer_string(&condition, "e.id IN (SELECT id FROM ");
    sql_table(&condition, stage->pack, stage->parts[part].reg);
    buffer_string(&condition, " WHERE retired IS NOT NULL)");
    if (code == 0 && retired > 0)
        code = refuse_records(stage, part, condition.data, "”已经注销，请先恢复，再导入",
                              "” is retired; restore it before importing", err);
    buffer_fini(&condition);
    return code;
}

static int refuse_foreign(struct stage *stage, int part, struct err *err)
{
    struct buffer condition = {0};
    int code = stage_scope_register(stage, stage->parts[part].reg, err);
    if (code == 0 && stage_scope_foreign(stage, &condition, part))
        code =
            refuse_records(stage, part, condition.data, "”不在您的管辖范围内", "” is not in your area", err);
    buffer_fini(&condition);
    return code;
}

/* ---- A part found by another key must not take the natural key of somebody else's record ---- */

static bool own_key_is_given(const struct stage_part *meta)
{
    for (size_t i = 0; i < meta->rules->key_count; i++)
        if (!stage_has_value(meta, (size_t)meta->rules->key[i])) return false;
    return meta->rules->key_count > 0;
}

static int refuse_taken(struct stage *stage, int part, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    if (meta->own_key || !meta->write || !own_key_is_given(meta)) return 0;
    struct buffer from = {0};
    rows_with_records(stage, &from, part);
    stage_joins(stage, &from, part, false, false);
    buffer_string(&from, " JOIN ");
    sql_table(&from, stage->pack, meta->reg);
    buffer_string(&from, " AS t");
    key_conditions(stage, &from, part, meta->rules->key, meta->rules->key_count);
    buffer_string(&from, " WHERE ");
    stage_complete(stage, &from, "r", part);
    buffer_string(&from, " AND t.id IS DISTINCT FROM e.id");
    int code = stage_refuse_where(stage, part, meta->rules->key[0], "这个键已属于另一条记录",
                                  "this key belongs to another record", from.data, err);
    buffer_fini(&from);
    return code;
}

static int refuse_shared(struct stage *stage, int part, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    if (meta->own_key || !meta->write || !own_key_is_given(meta)) return 0;
    struct buffer from = {0}, key = {0};
    for (size_t i = 0; i < meta->rules->key_count; i++) {
        int field = meta->rules->key[i];
        if (i > 0) buffer_string(&key, ", ");
        if (meta->fields[field].link >= 0)
            buffer_printf(&key, "coalesce(k%d.id, -k%d.slot)", field, field);
        else
            buffer_printf(&key, "r.p%d_f%d", part, field);
    }
    const char *slot = meta->grouped ? "coalesce(s.slot, r.row)" : "r.row";
    stage_sql(stage, &from,
              "FROM (SELECT r.row AS row, min(%s) OVER (PARTITION BY %s) AS least, max(%s) OVER (PARTITION "
              "BY %s) AS most FROM @ AS r",
              slot, key.data, slot, key.data);
    if (meta->grouped) stage_sql(stage, &from, " LEFT JOIN $map%d AS s ON s.row = r.row", part);
    stage_joins(stage, &from, part, false, false);
    buffer_string(&from, " WHERE ");
    stage_complete(stage, &from, "r", part);
    for (size_t i = 0; i < meta->rules->key_count; i++) {
        buffer_string(&from, " AND ");
        stage_given(stage, &from, part, meta->rules->key[i], false);
    }
    buffer_string(&from, ") AS r WHERE r.least <> r.most");
    int code = stage_refuse_where(stage, part, meta->rules->key[0], "表里另有一条记录用了同样的键",
                                  "another record of the sheet has the same key", from.data, err);
    buffer_fini(&from);
    buffer_fini(&key);
    return code;
}

/* What a sheet would add to a case that is closed, or move there. */
static int refuse_settled(struct stage *stage, int part, struct err *err)
{
    const struct pack *pack = stage->pack;
    const struct stage_part *meta = &stage->parts[part];
    int parent = meta->meta->parent_field;
    if (!meta->write || parent < 0 || pack_case_above(pack, meta->reg) < 0 ||
        !stage_has_value(meta, (size_t)parent))
        return 0;
    struct buffer from = {0}, value = {0}, zh = {0}, en = {0};
    stage_value(stage, &value, part, parent);
    rows_with_records(stage, &from, part);
    stage_joins(stage, &from, part, false, false);
    buffer_string(&from, " WHERE ");
    stage_complete(stage, &from, "r", part);
    buffer_string(&from, " AND NOT EXISTS (SELECT 1 FROM ");
    sql_table(&from, pack, meta->reg);
    buffer_string(&from, " AS t WHERE t.id = e.id AND ");
    sql_field(&from, "t", pack, meta->reg, parent);
    buffer_printf(&from, " = %s) AND ", value.data);
    sql_case_closed(&from, pack, meta->reg, value.data);
    case_closed_words(pack, meta->reg, &zh, &en);
    int code = stage_refuse_where(stage, part, parent, zh.data, en.data, from.data, err);
    buffer_fini(&from);
    buffer_fini(&value);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

int stage_find(struct stage *stage, struct err *err)
{
    int code = 0;
    for (size_t part = 0; code == 0 && part < stage->part_count; part++) {
        code = find_part(stage, (int)part, err);
        if (code == 0) code = refuse_unmatched(stage, (int)part, err);
        if (code == 0) code = refuse_retired(stage, (int)part, err);
        if (code == 0) code = refuse_foreign(stage, (int)part, err);
        if (code == 0) code = refuse_taken(stage, (int)part, err);
        if (code == 0) code = refuse_shared(stage, (int)part, err);
        if (code == 0) code = refuse_settled(stage, (int)part, err);
    }
    return code;
}

/* ---- New records must be whole ---- */

static bool must_have(const struct stage *stage, int part, size_t field)
{
    const struct stage_part *meta = &stage->parts[part];
    if (stage_in_key(meta, (int)field)) return false; /* without it the row is refused already */
    if (!meta->rules->fields[field].required && (int)field != sql_cluster_field(stage->pack, meta->reg))
        return false;
    return meta->fields[field].gaps || !stage_has_value(meta, field);
}

/* "the field is empty" for the source r. */
static void append_empty(const struct stage *stage, struct buffer *sql, int part, size_t field)
{
    const struct stage_part *meta = &stage->parts[part];
    if (!stage_has_value(meta, field))
        buffer_string(sql, "1 = 1");
    else if (meta->fields[field].link >= 0)
        buffer_printf(sql, "r.p%d IS NULL", meta->fields[field].link);
    else
        buffer_printf(sql, "r.p%d_f%zu IS NULL", part, field);
}

static int refuse_rows(struct stage *stage, int part, size_t field, struct err *err)
{
    struct err missing;
    struct buffer from = {0};
    validate_missing(stage->pack, stage->parts[part].reg, (int)field, &missing);
    stage_sql(stage, &from,
              "FROM $record%d AS e CROSS JOIN @ AS r WHERE r.row = e.slot AND e.id IS NULL AND ", part);
    append_empty(stage, &from, part, field);
    stage_single(stage, &from, part);
    stage_sql(
        stage, &from,
        " AND NOT EXISTS (SELECT 1 FROM $reject AS j WHERE j.row = r.row AND j.part = %d AND j.field = %zu)",
        part, field);
    int code = stage_refuse_where(stage, part, (int)field, missing.zh, missing.en, from.data, err);
    buffer_fini(&from);
    return code;
}

/* A record of several rows has what any good row gives; each pass looks again at those that lost a row in the
 * one before. */
static int refuse_groups(struct stage *stage, int part, size_t field, int pass, struct err *err)
{
    struct err missing;
    struct buffer from = {0};
    validate_missing(stage->pack, stage->parts[part].reg, (int)field, &missing);
    stage_sql(stage, &from,
              "FROM $map%d AS r WHERE r.slot IN (SELECT n.slot FROM $record%d AS e CROSS JOIN $map%d AS n "
              "CROSS JOIN @ AS r LEFT JOIN "
              "$bad AS b ON b.row = r.row WHERE n.slot = e.slot AND r.row = n.row AND e.id IS NULL",
              part, part, part);
    if (pass > 1)
        stage_sql(stage, &from,
                  " AND n.slot IN (SELECT o.slot FROM $bad AS c JOIN $map%d AS o ON o.row = c.row WHERE "
                  "c.pass = %d)",
                  part, pass - 1);
    buffer_string(
        &from, " GROUP BY n.slot HAVING count(*) > count(b.row) AND max(CASE WHEN b.row IS NULL AND NOT (");
    append_empty(stage, &from, part, field);
    stage_sql(stage, &from,
              ") THEN 1 END) IS NULL) AND NOT EXISTS (SELECT 1 FROM $bad AS b WHERE b.row = r.row)");
    int code = stage_refuse_where(stage, part, (int)field, missing.zh, missing.en, from.data, err);
    buffer_fini(&from);
    return code;
}

static int complete_part(struct stage *stage, int part, int pass, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    int code = 0;
    if (!meta->write || meta->fresh == 0) return 0;
    for (size_t i = 0; code == 0 && i < meta->meta->field_count; i++) {
        if (!must_have(stage, part, i)) continue;
        if (pass == 1) code = refuse_rows(stage, part, i, err);
        if (code == 0 && meta->grouped) code = refuse_groups(stage, part, i, pass, err);
    }
    return code;
}

int stage_complete_new(struct stage *stage, struct err *err)
{
    for (int pass = 1; pass <= PASSES_MAX; pass++) {
        int64_t added;
        int code = 0;
        for (size_t part = 0; code == 0 && part < stage->part_count; part++)
            code = complete_part(stage, (int)part, pass, err);
        if (code == 0) code = stage_collect_bad(stage, pass, &added, err);
        if (code != 0 || added == 0) return code;
    }
    return err_set(err, ERR_LIMIT,
                   "表中记录互相牵连、层层退回，已停止，没有任何改动。请先按退回的原因改正表格再导入",
                   "The sheet's records depend on each other and refusals go on and on; stopped, nothing was "
                   "changed. Correct "
                   "the sheet by the reasons given, then import it again");
}
