/* What a person reads before applying: refusals with their reasons, and changes field by field. */
#include <assert.h>

#include "register/stage_private.h"
#include "register/value.h"

int stage_rejects(struct stage *stage, int (*each)(void *context, const struct stage_reject *reject),
                  void *context, struct err *err)
{
    assert(stage->matched);
    struct buffer sql = {0};
    struct statement *rows;
    stage_sql(stage, &sql,
              "SELECT DISTINCT row, part, field, zh, en FROM $reject ORDER BY row, part, field, zh");
    int code = sql_prepare(stage->store, &sql, &rows, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    bool row;
    struct buffer zh = {0}, en = {0};
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        code = stage_open_words(stage, statement_text(rows, 3), &zh, err);
        if (code == 0) code = stage_open_words(stage, statement_text(rows, 4), &en, err);
        const struct stage_reject reject = {statement_int(rows, 0), (int)statement_int(rows, 1),
                                            (int)statement_int(rows, 2), buffer_get(&zh), buffer_get(&en)};
        if (code == 0) code = each(context, &reject);
        if (code != 0) break;
    }
    statement_free(rows);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* ---- Changes ---- */

static bool compared(const struct stage_part *part, size_t field)
{
    return stage_has_value(part, field) && !stage_in_key(part, (int)field);
}

/* slot, id, then for each compared field: before, after, of a sealed one what its column holds, and for a
 * linked one whether the row speaks of it (the record it leads to may have no id yet). */
static void append_source(const struct stage *stage, struct buffer *sql, int part, bool multi, size_t limit)
{
    const struct stage_part *meta = &stage->parts[part];
    buffer_string(sql, "SELECT c.slot AS slot, c.id AS id");
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        if (!compared(meta, i)) continue;
        buffer_string(sql, ", ");
        sealed_column(sql, stage->database, "t", meta->reg, (int)i);
        sql_as_field(sql, stage->pack, meta->reg, (int)i);
        buffer_string(sql, ", ");
        stage_shown(stage, sql, part, (int)i);
        sql_as_field(sql, stage->pack, meta->reg, (int)i);
        if (meta->fields[i].sealed) {
            buffer_string(sql, ", ");
            sql_field(sql, "t", stage->pack, meta->reg, (int)i);
        }
        if (meta->fields[i].link < 0) continue;
        buffer_string(sql, ", CASE WHEN ");
        stage_given(stage, sql, part, (int)i, multi);
        buffer_string(sql, " THEN 1 ELSE 0 END");
    }
    stage_sql(stage, sql, " FROM $changed%d AS c CROSS JOIN ", part);
    stage_sql(stage, sql, multi ? "$merged%d AS r" : "@ AS r", part);
    stage_joins(stage, sql, part, multi, false);
    buffer_string(sql, " JOIN ");
    sql_table(sql, stage->pack, meta->reg);
    buffer_printf(sql, " AS t ON t.id = c.id WHERE r.row = c.slot AND c.multi = %d", multi);
    if (limit > 0)
        stage_sql(stage, sql, " AND c.slot IN (SELECT slot FROM $changed%d ORDER BY slot LIMIT %zu)", part,
                  limit);
}

static int walk_row(struct stage *stage, int part, const struct statement *rows,
                    int (*each)(void *context, const struct stage_difference *difference), void *context,
                    struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    int code = 0, column = 2;
    for (size_t i = 0; code == 0 && i < meta->meta->field_count; i++) {
        if (!compared(meta, i)) continue;
        struct type type = meta->meta->fields[i].type;
        struct stage_difference difference = {
            .row = statement_int(rows, 0), .record = statement_int(rows, 1), .field = (int)i};
        code = column_read(stage->database, rows, column, meta->reg, (int)i, NULL, &stage->opened,
                           &difference.before, err);
        if (code == 0)
            code = column_read(stage->database, rows, column + 1, meta->reg, (int)i, NULL, &stage->closed,
                               &difference.after, err);
        if (code != 0) return code;
        column += 2;
        if (meta->fields[i].sealed) difference.handle = statement_text(rows, column++);
        bool given = difference.after.known;
        if (meta->fields[i].link >= 0) given = statement_int(rows, column++) != 0;
        bool differs = given && !value_equal(type, &difference.before, &difference.after);
        difference.after.known = true; /* a linked record without an id is one that this import adds */
        if (differs) code = each(context, &difference);
    }
    return code;
}

int stage_walk_changes(struct stage *stage, int part, size_t limit,
                       int (*each)(void *context, const struct stage_difference *difference), void *context,
                       struct err *err)
{
    struct buffer sql = {0};
    struct statement *rows;
    append_source(stage, &sql, part, false, limit);
    if (stage->parts[part].grouped) {
        buffer_string(&sql, " UNION ALL ");
        append_source(stage, &sql, part, true, limit);
    }
    buffer_string(&sql, " ORDER BY 1");
    int code = sql_prepare(stage->store, &sql, &rows, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    bool row;
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        code = walk_row(stage, part, rows, each, context, err);
        if (code != 0) break;
    }
    statement_free(rows);
    return code;
}

int stage_differences(struct stage *stage, int part, size_t limit,
                      int (*each)(void *context, const struct stage_difference *difference), void *context,
                      struct err *err)
{
    assert(stage->matched);
    if (limit == 0 || stage->counts[part].changed == 0) return 0;
    return stage_walk_changes(stage, part, limit, each, context, err);
}
