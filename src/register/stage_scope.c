/* An import is many writes by one person, so it keeps to the same scope as his forms: set by set, against a
 * table of the ids that are his. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "register/bound.h"
#include "register/scope_sql.h"
#include "register/stage_private.h"

static bool narrow(const struct stage *stage)
{
    return !scope_all_rows(stage->scope, stage->pack) || stage->scope->unit.size > 0;
}

int stage_scope_register(struct stage *stage, int reg, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY"};
    if (!narrow(stage) || stage->mine[reg]) return 0;
    char name[32];
    struct bound bound = {0};
    struct statement *statement = NULL;
    snprintf(name, sizeof name, "mine%d", reg);
    int code = stage_table(stage, name, columns, 1, err);
    stage_sql(stage, &bound.sql, "INSERT INTO $mine%d (id) SELECT t.id FROM ", reg);
    sql_table(&bound.sql, stage->pack, reg);
    buffer_string(&bound.sql, " AS t WHERE t.retired IS NULL");
    scope_rows(stage->scope, stage->database, reg, "t", &bound);
    if (code == 0) code = bound_prepare(&bound, stage->database, &statement, err);
    if (code == 0) code = statement_run(statement, err);
    statement_free(statement);
    bound_fini(&bound);
    stage->mine[reg] = code == 0;
    return code;
}

void stage_scope_seen(const struct stage *stage, struct buffer *sql, int reg, const char *alias)
{
    buffer_printf(sql, " AND %s.retired IS NULL", alias);
    if (!scope_may(stage->scope, reg, SCOPE_READ)) buffer_string(sql, " AND 1 = 0");
    if (!narrow(stage)) return;
    buffer_printf(sql, " AND %s.id IN (SELECT id FROM ", alias);
    stage_sql(stage, sql, "$mine%d)", reg);
}

bool stage_scope_foreign(const struct stage *stage, struct buffer *condition, int part)
{
    if (!narrow(stage)) return false;
    stage_sql(stage, condition, "e.id IS NOT NULL AND e.id NOT IN (SELECT id FROM $mine%d)",
              stage->parts[part].reg);
    return true;
}

/* ---- Rights ---- */

int stage_scope_check(const struct stage *stage, struct err *err)
{
    for (size_t i = 0; i < stage->part_count; i++) {
        int reg = stage->parts[i].reg, code = 0;
        if (!stage->parts[i].write)
            code = scope_check(stage->scope, stage->pack, reg, SCOPE_READ, err);
        else if (!scope_may(stage->scope, reg, SCOPE_EDIT))
            code = scope_check(stage->scope, stage->pack, reg, SCOPE_CREATE, err);
        if (code != 0) return code;
    }
    return 0;
}

int stage_scope_check_counts(const struct stage *stage, struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < stage->part_count; i++) {
        int reg = stage->parts[i].reg;
        if (stage->counts[i].fresh > 0) code = scope_check(stage->scope, stage->pack, reg, SCOPE_CREATE, err);
        if (code == 0 && stage->counts[i].changed > 0)
            code = scope_check(stage->scope, stage->pack, reg, SCOPE_EDIT, err);
    }
    return code;
}

/* ---- After writing ---- */

/* How many of the records in the temporary table lie outside the scope, as they stand now. */
static int count_outside(struct stage *stage, int part, const char *table, int64_t *outside, struct err *err)
{
    struct bound bound = {0};
    int64_t inside = 0;
    int code = stage_ask(stage, outside, err, "SELECT count(*) FROM $%s%d", table, part);
    stage_sql(stage, &bound.sql, "SELECT count(*) FROM $%s%d AS c JOIN ", table, part);
    sql_table(&bound.sql, stage->pack, stage->parts[part].reg);
    buffer_string(&bound.sql, " AS t ON t.id = c.id WHERE 1 = 1");
    scope_rows(stage->scope, stage->database, stage->parts[part].reg, "t", &bound);
    if (code == 0) code = bound_ask(&bound, stage->database, &inside, err);
    bound_fini(&bound);
    *outside -= inside;
    return code;
}

int stage_scope_check_places(struct stage *stage, struct err *err)
{
    if (!narrow(stage)) return 0;
    for (size_t i = 0; i < stage->part_count; i++) {
        int64_t fresh = 0, changed = 0;
        int code = 0;
        if (stage->counts[i].fresh > 0) code = count_outside(stage, (int)i, "fresh", &fresh, err);
        if (code == 0 && stage->counts[i].changed > 0)
            code = count_outside(stage, (int)i, "changed", &changed, err);
        if (code != 0) return code;
        struct text table = register_name(stage->pack, stage->parts[i].reg);
        if (fresh + changed > 0)
            return err_set(
                err, ERR_FORBIDDEN,
                "导入后有 %lld 条 %.*s 记录会落在您的管辖范围之外，没有导入任何内容。请核对它们的所在地",
                "%lld records of %.*s would lie outside your area after the import; nothing was "
                "imported. Check their places",
                (long long)(fresh + changed), TEXT_ARGS(table));
    }
    return 0;
}
