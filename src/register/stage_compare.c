/* What an import would change: records with several rows are merged, then every value given is compared with
 * the register's. A blank says nothing. */
#include <stdio.h>

#include "pack/workflow.h"
#include "register/case_record.h"
#include "register/stage_private.h"

/* ---- Merging ---- */

static int merge_part(struct stage *stage, int part, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    struct buffer sql = {0}, joins = {0};
    stage_note_table(stage, "merged%d", part);
    stage_sql(stage, &sql, "CREATE TEMP TABLE $merged%d AS SELECT n.slot AS row", part);
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        int link = meta->fields[i].link;
        if (link < 0) {
            if (meta->fields[i].seen) buffer_printf(&sql, ", max(r.p%d_f%zu) AS p%d_f%zu", part, i, part, i);
            continue;
        }
        bool map = stage->parts[link].grouped;
        if (map) stage_sql(stage, &joins, " LEFT JOIN $map%d AS g%zu ON g%zu.row = r.row", link, i, i);
        buffer_printf(&sql, ", max(CASE WHEN r.p%d IS NOT NULL THEN ", link);
        if (map)
            buffer_printf(&sql, "coalesce(g%zu.slot, r.row)", i);
        else
            buffer_string(&sql, "r.row");
        buffer_printf(&sql, " END) AS p%d_s%zu", part, i);
    }
    stage_sql(stage, &sql,
              " FROM $map%d AS n CROSS JOIN @ AS r%s WHERE r.row = n.row AND NOT EXISTS (SELECT 1 FROM $bad "
              "AS b WHERE b.row = "
              "n.row) GROUP BY n.slot",
              part, joins.size > 0 ? joins.data : "");
    int code = stage_run(stage, &sql, err);
    stage_sql(stage, &sql, "CREATE UNIQUE INDEX $merged%d_row ON $merged%d (row)", part, part);
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    buffer_fini(&joins);
    return code;
}

/* ---- Comparing ---- */

static void append_differences(const struct stage *stage, struct buffer *sql, int part, bool multi)
{
    const struct stage_part *meta = &stage->parts[part];
    struct stage_chain chain = {sql, " OR ", 0};
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        /* The fields by which the record was found are equal. */
        if (!stage_has_value(meta, i) || stage_in_key(meta, (int)i) || meta->fields[i].alone) continue;
        stage_link(&chain);
        buffer_char(sql, '(');
        stage_given(stage, sql, part, (int)i, multi);
        buffer_string(sql, " AND ");
        sql_field(sql, "t", stage->pack, meta->reg, (int)i);
        buffer_string(sql, " IS DISTINCT FROM ");
        stage_value(stage, sql, part, (int)i);
        buffer_char(sql, ')');
    }
    if (chain.count == 0) buffer_string(sql, "1 = 0");
    stage_chain_end(&chain);
}

static int compare_source(struct stage *stage, int part, bool multi, struct err *err)
{
    struct buffer sql = {0};
    stage_sql(
        stage, &sql,
        "INSERT INTO $changed%d (slot, id, multi) SELECT e.slot, e.id, %d FROM $record%d AS e CROSS JOIN ",
        part, multi, part);
    stage_sql(stage, &sql, multi ? "$merged%d AS r" : "@ AS r", part);
    stage_joins(stage, &sql, part, multi, false);
    buffer_string(&sql, " JOIN ");
    sql_table(&sql, stage->pack, stage->parts[part].reg);
    buffer_string(&sql, " AS t ON t.id = e.id WHERE r.row = e.slot AND ");
    append_differences(stage, &sql, part, multi);
    if (!multi) stage_single(stage, &sql, part);
    int code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    return code == 0 ? stage_compare_sealed(stage, part, multi, err) : code;
}

/* What stands in a case is the word of those who acted on it: a list that comes again goes over none. */
static int pass_cases_by(struct stage *stage, int part, struct err *err)
{
    int reg = stage->parts[part].reg;
    struct buffer sql = {0};
    if (stage->pack->registers[reg].workflow == NULL) return 0;
    stage_sql(stage, &sql, "DELETE FROM $changed%d WHERE id IN (SELECT id FROM ", part);
    sql_table(&sql, stage->pack, reg);
    buffer_string(&sql, " WHERE ");
    sql_field(&sql, NULL, stage->pack, reg, stage->pack->registers[reg].case_fields.state);
    buffer_string(&sql, " IS NOT NULL)");
    int code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    return code;
}

/* Nor does it go over what belongs to a case that is closed. */
static int pass_settled_by(struct stage *stage, int part, struct err *err)
{
    const struct pack *pack = stage->pack;
    int reg = stage->parts[part].reg;
    struct buffer sql = {0}, parent = {0};
    if (pack->registers[reg].workflow != NULL || pack_case_above(pack, reg) < 0) return 0;
    sql_field(&parent, "t", pack, reg, register_of(pack, reg)->parent_field);
    stage_sql(stage, &sql, "DELETE FROM $changed%d WHERE id IN (SELECT t.id FROM ", part);
    sql_table(&sql, pack, reg);
    buffer_string(&sql, " AS t WHERE ");
    sql_case_closed(&sql, pack, reg, parent.data);
    buffer_char(&sql, ')');
    int code = stage_run(stage, &sql, err);
    buffer_fini(&parent);
    buffer_fini(&sql);
    return code;
}

static int compare_part(struct stage *stage, int part, struct err *err)
{
    static const char *const columns[] = {"slot INTEGER PRIMARY KEY", "id INTEGER", "multi INTEGER"};
    char name[32];
    snprintf(name, sizeof name, "changed%d", part);
    int code = stage_table(stage, name, columns, 3, err);
    int64_t known = 0;
    if (code == 0)
        code = stage_ask(stage, &known, err, "SELECT count(*) FROM $record%d WHERE id IS NOT NULL", part);
    if (code != 0 || known == 0) return code;
    code = compare_source(stage, part, false, err);
    if (code == 0 && stage->parts[part].grouped) code = compare_source(stage, part, true, err);
    if (code == 0) code = pass_cases_by(stage, part, err);
    return code == 0 ? pass_settled_by(stage, part, err) : code;
}

/* ---- Counting ---- */

/* Good slots, all or new. */
static int count_slots(struct stage *stage, int part, bool fresh, int64_t *count, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    const char *only = fresh ? " AND e.id IS NULL" : "";
    if (!meta->grouped)
        return stage_ask(stage, count, err,
                         "SELECT count(*) FROM $record%d AS e WHERE NOT EXISTS (SELECT 1 FROM $bad AS b "
                         "WHERE b.row = e.slot)%s",
                         part, only);
    return stage_ask(stage, count, err,
                     "SELECT count(*) FROM $record%d AS e WHERE (EXISTS (SELECT 1 FROM $map%d AS m WHERE "
                     "m.slot = e.slot AND NOT "
                     "EXISTS (SELECT 1 FROM $bad AS b WHERE b.row = m.row)) OR (NOT EXISTS (SELECT 1 FROM "
                     "$map%d AS m WHERE m.slot = "
                     "e.slot) AND NOT EXISTS (SELECT 1 FROM $bad AS b WHERE b.row = e.slot)))%s",
                     part, part, part, only);
}

static int count_part(struct stage *stage, int part, struct err *err)
{
    struct stage_counts *counts = &stage->counts[part];
    int64_t good = 0;
    int code = count_slots(stage, part, false, &good, err);
    if (code == 0 && stage->parts[part].write) {
        code = count_slots(stage, part, true, &counts->fresh, err);
        if (code == 0)
            code = stage_ask(stage, &counts->changed, err, "SELECT count(*) FROM $changed%d", part);
    }
    counts->unchanged = good - counts->fresh - counts->changed;
    if (code == 0)
        code = stage_ask(stage, &counts->rejected_rows, err,
                         "SELECT count(DISTINCT row) FROM $reject WHERE part = %d", part);
    return code;
}

int stage_compare(struct stage *stage, struct err *err)
{
    int code = 0;
    for (size_t part = 0; code == 0 && part < stage->part_count; part++) {
        const struct stage_part *meta = &stage->parts[part];
        if (meta->write && meta->grouped) code = merge_part(stage, (int)part, err);
        if (code == 0 && meta->write) code = compare_part(stage, (int)part, err);
        if (code == 0) code = count_part(stage, (int)part, err);
    }
    return code;
}
