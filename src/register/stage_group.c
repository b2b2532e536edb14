/* Which rows of the sheet speak of the same record: complete keys, groups, doubles, one record in two parts.
 */
#include <stdio.h>

#include "register/stage_private.h"
#include "register/validate.h"

/* ---- Keys ---- */

/* Only where filling saw a gap. A cell that was refused already needs no second reason. */
static int refuse_missing(struct stage *stage, int part, int field, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    const struct stage_field *of = &meta->fields[field];
    if (!of->gaps) return 0;
    struct err missing = {0};
    struct buffer from = {0};
    validate_missing(stage->pack, meta->reg, field, &missing);
    stage_sql(stage, &from, "FROM @ AS r WHERE r.p%d IS NOT NULL AND ", part);
    if (of->link >= 0)
        buffer_printf(&from, "r.p%d IS NULL", of->link);
    else
        buffer_printf(&from, "r.p%d_f%d IS NULL", part, field);
    stage_sql(
        stage, &from,
        " AND NOT EXISTS (SELECT 1 FROM $reject AS j WHERE j.row = r.row AND j.part = %d AND j.field = %d)",
        part, field);
    int code = stage_refuse_where(stage, part, field, missing.zh, missing.en, from.data, err);
    buffer_fini(&from);
    return code;
}

struct list {
    struct buffer *sql;
    const char *before; /* each item */
};

static void each_item(void *context, int part, int field)
{
    const struct list *list = context;
    char item[96];
    int size = snprintf(item, sizeof item, "%sp%d_f%d", list->before, part, field);
    buffer_add(list->sql, item, (size_t)size);
}

/* ", p0_f1, p1_f2" with the prefix before each. */
static void key_list(const struct stage *stage, struct buffer *sql, int part, const char *prefix)
{
    struct list list = {sql, prefix};
    stage_key_columns(stage, part, each_item, &list);
}

static void each_equal(void *context, int part, int field)
{
    buffer_printf(context, " AND r.p%d_f%d = d.p%d_f%d", part, field, part, field);
}

/* ---- Groups ---- */

static int make_map(struct stage *stage, int part, struct err *err)
{
    static const char *const columns[] = {"row INTEGER PRIMARY KEY", "slot INTEGER"};
    char name[32];
    struct buffer sql = {0};
    snprintf(name, sizeof name, "map%d", part);
    int code = stage_table(stage, name, columns, 2, err);
    stage_sql(
        stage, &sql,
        "INSERT INTO $map%d (row, slot) SELECT r.row, d.slot FROM $double%d AS d CROSS JOIN @ AS r WHERE ",
        part, part);
    stage_complete(stage, &sql, "r", part);
    stage_key_columns(stage, part, each_equal, &sql);
    buffer_string(&sql, " ORDER BY r.row");
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_clear(&sql);
    stage_sql(stage, &sql, "CREATE INDEX $map%d_slot ON $map%d (slot, row)", part, part);
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    return code;
}

/* Most parts of most sheets name each record once; the index tells that in one pass over it, and only keys
 * that come again are written down. */
static int group_part(struct stage *stage, int part, struct err *err)
{
    struct buffer sql = {0};
    stage_sql(stage, &sql, "CREATE INDEX $key%d ON @ (", part);
    size_t head = sql.size;
    key_list(stage, &sql, part, ", ");
    sql.data[head] = ' '; /* the first comma */
    buffer_string(&sql, ") WHERE ");
    struct buffer complete = {0};
    stage_complete(stage, &complete, "r", part);
    /* An index speaks of its table's columns without an alias. */
    for (size_t i = 0; i < complete.size; i++) {
        if (complete.data[i] == 'r' && complete.data[i + 1] == '.')
            i++;
        else
            buffer_char(&sql, complete.data[i]);
    }
    int code = stage_run(stage, &sql, err);
    buffer_clear(&sql);
    stage_note_table(stage, "double%d", part);
    stage_sql(stage, &sql, "CREATE TEMP TABLE $double%d AS SELECT min(r.row) AS slot", part);
    key_list(stage, &sql, part, ", r.");
    stage_sql(stage, &sql, " FROM @ AS r WHERE %s GROUP BY ", complete.data);
    head = sql.size;
    key_list(stage, &sql, part, ", r.");
    sql.data[head] = ' ';
    buffer_string(&sql, " HAVING count(*) > 1");
    if (code == 0) code = stage_run(stage, &sql, err);
    int64_t doubles = 0;
    if (code == 0) code = stage_ask(stage, &doubles, err, "SELECT count(*) FROM $double%d", part);
    stage->parts[part].grouped = doubles > 0;
    if (code == 0 && doubles > 0) code = make_map(stage, part, err);
    buffer_fini(&complete);
    buffer_fini(&sql);
    return code;
}

/* ---- Doubles: rows that speak of the same records in every part ---- */

/* A part whose every record stands on one row tells all its rows apart. */
static bool doubles_are_possible(const struct stage *stage)
{
    bool any = false;
    for (size_t part = 0; part < stage->part_count; part++) {
        if (!stage->parts[part].grouped && stage->parts[part].rows == stage->total) return false;
        any = any || stage->parts[part].grouped;
    }
    return any;
}

/* The part that tells rows apart best, for the word "because of this part": the one that fewest rows share a
 * record of. */
static int telling_part(struct stage *stage, int *best, struct err *err)
{
    int64_t fewest = INT64_MAX;
    int code = 0;
    for (size_t part = 0; code == 0 && part < stage->part_count; part++) {
        int64_t rows;
        if (!stage->parts[part].grouped) continue;
        code = stage_ask(stage, &rows, err, "SELECT count(*) FROM $map%zu", part);
        if (code != 0 || rows > fewest) continue;
        fewest = rows;
        *best = (int)part;
    }
    return code;
}

static int find_twins(struct stage *stage, struct err *err)
{
    struct buffer sql = {0}, slots = {0}, joins = {0}, all = {0}, some = {0};
    for (size_t part = 0; part < stage->part_count; part++) {
        if (!stage->parts[part].grouped) {
            buffer_printf(&all, " AND r.p%zu IS NULL", part);
            continue;
        }
        buffer_printf(&slots, "%sm%zu.slot", slots.size > 0 ? ", " : "", part);
        stage_sql(stage, &joins, " LEFT JOIN $map%zu AS m%zu ON m%zu.row = r.row", part, part, part);
        buffer_printf(&all, " AND (r.p%zu IS NULL OR m%zu.slot IS NOT NULL)", part, part);
        buffer_printf(&some, "%sm%zu.slot IS NOT NULL", some.size > 0 ? " OR " : "", part);
    }
    stage_note_table(stage, "twin");
    stage_sql(stage, &sql,
              "CREATE TEMP TABLE $twin AS SELECT row, first FROM (SELECT r.row AS row, min(r.row) OVER "
              "(PARTITION BY %s) AS "
              "first, count(*) OVER (PARTITION BY %s) AS number FROM @ AS r%s WHERE (%s)%s) AS grouped WHERE "
              "number > 1",
              slots.data, slots.data, joins.data, some.data, all.data);
    int code = stage_run(stage, &sql, err);
    stage_sql(stage, &sql, "CREATE INDEX $twin_first ON $twin (first, row)");
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    buffer_fini(&slots);
    buffer_fini(&joins);
    buffer_fini(&all);
    buffer_fini(&some);
    return code;
}

static int find_unlike(struct stage *stage, struct err *err)
{
    struct buffer sql = {0};
    stage_note_table(stage, "unlike");
    stage_sql(stage, &sql,
              "CREATE TEMP TABLE $unlike AS SELECT DISTINCT t.first AS first FROM $twin AS t JOIN @ AS a ON "
              "a.row = t.row JOIN @ "
              "AS b ON b.row = t.first WHERE t.row <> t.first AND ");
    struct stage_chain chain = {&sql, " OR ", 0};
    for (size_t part = 0; part < stage->part_count; part++) {
        for (size_t i = 0; i < stage->parts[part].meta->field_count; i++) {
            if (!stage->parts[part].fields[i].seen) continue;
            stage_link(&chain);
            char letter = stage_letter(stage, (int)part, i);
            buffer_printf(&sql, "a.p%zu_%c%zu IS DISTINCT FROM b.p%zu_%c%zu", part, letter, i, part, letter,
                          i);
        }
    }
    if (chain.count == 0) buffer_string(&sql, "1 = 0");
    stage_chain_end(&chain);
    int code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    return code;
}

static int refuse_twins(struct stage *stage, struct err *err)
{
    static const char *const dead[] = {"row INTEGER PRIMARY KEY"};
    int part = 0;
    int code = telling_part(stage, &part, err);
    if (code != 0) return code;
    struct buffer from = {0};
    static const char other[] = "CAST(CASE WHEN r.row <> r.first THEN r.first ELSE (SELECT min(t.row) FROM "
                                "%stwin AS t WHERE t.first = r.first AND "
                                "t.row > r.first) END AS TEXT)";
    struct buffer zh = {0}, en = {0};
    buffer_string(&zh, "'与第 ' || ");
    buffer_printf(&zh, other, stage->prefix);
    buffer_string(&zh, " || ' 行的键相同而内容不同，请只保留一行'");
    buffer_string(&en, "'has the same key as row ' || ");
    buffer_printf(&en, other, stage->prefix);
    buffer_string(&en, " || ' but other contents; keep one of them'");
    stage_sql(stage, &from, "FROM $twin AS r WHERE r.first IN (SELECT first FROM $unlike)");
    code = stage_refuse_select(stage, part, -1, zh.data, en.data, from.data, err);
    buffer_clear(&from);
    /* Contradictions among doubles alone are no news. */
    if (code == 0) code = stage_table(stage, "dead", dead, 1, err);
    stage_sql(stage, &from,
              "INSERT INTO $dead (row) SELECT row FROM $twin WHERE first IN (SELECT first FROM $unlike)");
    if (code == 0) code = stage_run(stage, &from, err);
    stage->doubled = true;
    buffer_clear(&from);
    stage_sql(stage, &from,
              "FROM $twin AS r WHERE r.row <> r.first AND r.first NOT IN (SELECT first FROM $unlike)");
    if (code == 0)
        code = stage_refuse_select(stage, part, -1, "'与第 ' || CAST(r.first AS TEXT) || ' 行完全重复'",
                                   "'repeats row ' || CAST(r.first AS TEXT)", from.data, err);
    buffer_fini(&zh);
    buffer_fini(&en);
    buffer_fini(&from);
    return code;
}

/* ---- One record in two parts ---- */

struct pair {
    const struct stage *stage;
    struct buffer *sql;
    int (*columns)[2];
    size_t count, at;
};

static void each_first(void *context, int part, int field)
{
    struct pair *pair = context;
    if (pair->count == 64) return;
    pair->columns[pair->count][0] = part;
    pair->columns[pair->count++][1] = field;
}

static void each_second(void *context, int part, int field)
{
    struct pair *pair = context;
    if (pair->at == pair->count) return;
    buffer_printf(pair->sql, " AND a.p%d_f%d = r.p%d_f%d", pair->columns[pair->at][0],
                  pair->columns[pair->at][1], part, field);
    pair->at++;
}

/* A register that stands twice in a feed (two years side by side) must not be given one record by both. */
static int refuse_overlap(struct stage *stage, int first, int second, struct err *err)
{
    int columns[64][2];
    struct buffer from = {0};
    struct pair pair = {stage, &from, columns, 0, 0};
    stage_key_columns(stage, first, each_first, &pair);
    stage_sql(stage, &from, "FROM @ AS r WHERE ");
    stage_complete(stage, &from, "r", second);
    stage_sql(stage, &from, " AND EXISTS (SELECT 1 FROM @ AS a WHERE ");
    stage_complete(stage, &from, "a", first);
    stage_key_columns(stage, second, each_second, &pair);
    buffer_char(&from, ')');
    int code =
        stage_refuse_where(stage, second, -1, "同一条记录在表里出现在两组列中，请只保留一组",
                           "the same record stands in two groups of columns; keep one", from.data, err);
    buffer_fini(&from);
    return code;
}

static bool same_feed_key(const struct feed_part *a, const struct feed_part *b)
{
    if (a->key_count != b->key_count) return false;
    for (size_t i = 0; i < a->key_count; i++)
        if (a->key[i] != b->key[i]) return false;
    return true;
}

static int refuse_overlaps(struct stage *stage, struct err *err)
{
    int code = 0;
    for (size_t a = 0; a < stage->part_count; a++) {
        for (size_t b = a + 1; code == 0 && b < stage->part_count; b++) {
            const struct stage_part *first = &stage->parts[a], *second = &stage->parts[b];
            if (first->reg != second->reg || !first->write || !second->write) continue;
            if (same_feed_key(first->feed, second->feed)) code = refuse_overlap(stage, (int)a, (int)b, err);
        }
    }
    return code;
}

int stage_group(struct stage *stage, struct err *err)
{
    struct buffer sql = {0};
    stage_sql(stage, &sql, "CREATE INDEX $reject_row ON $reject (row)");
    int code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    for (size_t part = 0; code == 0 && part < stage->part_count; part++) {
        const struct feed_part *feed = stage->parts[part].feed;
        for (size_t i = 0; code == 0 && i < feed->key_count; i++)
            code = refuse_missing(stage, (int)part, feed->key[i], err);
        if (code == 0) code = group_part(stage, (int)part, err);
    }
    if (code == 0) code = refuse_overlaps(stage, err);
    if (code != 0 || !doubles_are_possible(stage)) return code;
    code = find_twins(stage, err);
    if (code == 0) code = find_unlike(stage, err);
    return code == 0 ? refuse_twins(stage, err) : code;
}
