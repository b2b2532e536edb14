/* The pack against the plan: every row of indicators.tsv (the quantified targets as read from the notice) is
 * an indicator with that clause, name, unit, direction, targets, way of measuring and lead units; every unit
 * that the notice names in brackets behind a task is one of the task's units, and no others; the seventeen
 * paths and the parts are there. Prints TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"
#include "cases.h"

enum { CELLS = 11, UNITS_MAX = 64 };

struct checker {
    struct arena arena;
    struct pack *pack;
    size_t done, failed;
    struct buffer why;
};

static void report(struct checker *checker, const char *what)
{
    bool ok = checker->why.size == 0;
    printf("%sok %zu - %s\n", ok ? "" : "not ", ++checker->done, what);
    if (!ok) printf("# %.*s\n", TEXT_ARGS(buffer_get(&checker->why)));
    checker->failed += !ok;
    buffer_clear(&checker->why);
}

static struct text cut(struct text *rest, struct text mark)
{
    ptrdiff_t at = text_find(*rest, mark);
    struct text part = {rest->at, at < 0 ? rest->size : (size_t)at};
    size_t used = at < 0 ? rest->size : part.size + mark.size;
    rest->at += used;
    rest->size -= used;
    return part;
}

static int unit_of(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->unit_count; i++) {
        if (text_fold_equal(pack->units[i].label.zh, name)) return (int)i;
        for (size_t j = 0; j < pack->units[i].alias_count; j++)
            if (text_fold_equal(pack->units[i].aliases[j], name)) return (int)i;
    }
    return -1;
}

static bool among(const int *items, size_t count, int wanted)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == wanted) return true;
    return false;
}

/* ---- Indicators ---- */

static void compare_targets(struct checker *checker, const struct pack_indicator *indicator,
                            const struct text *cells)
{
    for (int i = 0; i < 3; i++) {
        int year = 2022 + i;
        int at = year - checker->pack->year_first;
        bool given = at >= 0 && (size_t)at < indicator->target_years && indicator->targets[at].given;
        int64_t wanted = 0;
        bool expected = cells[5 + i].size > 0 && fixed_parse(cells[5 + i], 4, &wanted);
        if (given != expected || (given && indicator->targets[at].value != wanted))
            buffer_printf(&checker->why, "the target of %d differs; ", year);
    }
}

static void compare_leads(struct checker *checker, const struct pack_indicator *indicator, struct text leads)
{
    size_t count = 0;
    while (leads.size > 0) {
        struct text name = cut(&leads, TEXT(" "));
        count++;
        if (!among(indicator->lead, indicator->lead_count, unit_of(checker->pack, name)))
            buffer_printf(&checker->why, "%.*s does not lead it; ", TEXT_ARGS(name));
    }
    if (count != indicator->lead_count) buffer_string(&checker->why, "others lead it; ");
}

static void compare_clauses(struct checker *checker, const struct pack_indicator *indicator,
                            struct text clauses)
{
    while (clauses.size > 0) {
        struct text id = cut(&clauses, TEXT(" "));
        bool found = false;
        for (size_t i = 0; i < indicator->clause.count; i++)
            found = found || text_equal(checker->pack->clauses[indicator->clause.items[i]].id, id);
        if (!found) buffer_printf(&checker->why, "it does not stand under %.*s; ", TEXT_ARGS(id));
    }
}

static void check_indicator(struct checker *checker, struct text line)
{
    static const char *const directions[] = {">=", ">", "<=", "<", "="};
    const struct pack *pack = checker->pack;
    struct text cells[CELLS] = {{0}};
    for (size_t i = 0; i < CELLS; i++) cells[i] = cut(&line, TEXT("\t"));
    const struct pack_indicator *found = NULL;
    for (size_t i = 0; i < pack->indicator_count; i++)
        if (text_equal(pack->indicators[i].label.name, cells[0])) found = &pack->indicators[i];
    if (found == NULL) {
        buffer_string(&checker->why, "the pack has no such indicator");
    } else {
        compare_clauses(checker, found, cells[1]);
        if (!text_equal(found->label.zh, cells[2])) buffer_string(&checker->why, "its name differs; ");
        if (!text_equal(found->unit, cells[3])) buffer_string(&checker->why, "its unit differs; ");
        if (!text_is(cells[4], directions[found->direction]))
            buffer_string(&checker->why, "its direction differs; ");
        compare_targets(checker, found, cells);
        bool reported = found->measure == MEASURE_REPORTED;
        if (reported != text_is(cells[8], "reported"))
            buffer_string(&checker->why, "computed or reported differs; ");
        compare_leads(checker, found, cells[9]);
    }
    report(checker, arena_printf(&checker->arena, "indicator %.*s", TEXT_ARGS(cells[0])));
}

/* What only watches something may be counted beside the plan's, without a target. */
static void check_others(struct checker *checker, struct text rows)
{
    for (size_t i = 0; i < checker->pack->indicator_count; i++) {
        const struct pack_indicator *at = &checker->pack->indicators[i];
        struct text line = text_of(arena_printf(&checker->arena, "\n%.*s\t", TEXT_ARGS(at->label.name)));
        if (text_find(rows, line) < 0 && at->target_years > 0)
            buffer_printf(&checker->why, "%.*s; ", TEXT_ARGS(at->label.name));
    }
}

static void check_indicators(struct checker *checker, struct text rows)
{
    check_others(checker, rows);
    report(checker, "no other indicator has targets");
    cut(&rows, TEXT("\n")); /* headings */
    while (rows.size > 0) {
        struct text line = cut(&rows, TEXT("\n"));
        if (line.size > 0) check_indicator(checker, line);
    }
}

/* ---- Units in brackets ---- */

/* The longest name of a unit that the text begins with; 0: none. */
static size_t begins_with_unit(const struct pack *pack, struct text text, int *unit)
{
    size_t longest = 0;
    for (size_t i = 0; i < pack->unit_count; i++)
        for (size_t j = 0; j <= pack->units[i].alias_count; j++) {
            struct text name = j == 0 ? pack->units[i].label.zh : pack->units[i].aliases[j - 1];
            if (name.size <= longest || !text_starts(text, name)) continue;
            longest = name.size;
            *unit = (int)i;
        }
    return longest;
}

/* All of them, one behind the other; what stands between is only punctuation. */
static void check_units(struct checker *checker, struct text names, const int *wanted, size_t count,
                        const char *what)
{
    static const char *const between[] = {"、", "，", ",", "；", ";", " "};
    bool seen[UNITS_MAX] = {false};
    size_t distinct = 0;
    while (names.size > 0) {
        int unit = -1;
        size_t size = begins_with_unit(checker->pack, names, &unit);
        for (size_t i = 0; i < sizeof between / sizeof *between && size == 0; i++)
            if (text_starts(names, text_of(between[i]))) size = strlen(between[i]);
        if (size == 0) {
            buffer_printf(&checker->why, "no unit is called %.30s; ", names.at);
            return;
        }
        names.at += size;
        names.size -= size;
        if (unit < 0 || seen[unit]) continue;
        seen[unit] = true;
        distinct++;
        if (!among(wanted, count, unit))
            buffer_printf(&checker->why, "%.*s is not %s; ", TEXT_ARGS(checker->pack->units[unit].label.zh),
                          what);
    }
    if (distinct != count)
        buffer_printf(&checker->why, "%zu units are %s, the notice names %zu; ", count, what, distinct);
}

static void check_clause(struct checker *checker, const struct pack_plan_clause *clause)
{
    ptrdiff_t at = text_find(clause->text, TEXT("(牵头单位:"));
    if (at < 0) return;
    struct text rest = {clause->text.at + at + sizeof "(牵头单位:" - 1,
                        clause->text.size - (size_t)at - (sizeof "(牵头单位:" - 1)};
    struct text lead = cut(&rest, TEXT(";责任单位:"));
    ptrdiff_t end = (ptrdiff_t)rest.size;
    while (end > 0 && rest.at[end - 1] != ')') end--;
    struct text responsible = {rest.at, end > 0 ? (size_t)end - 1 : 0};
    check_units(checker, lead, clause->lead, clause->lead_count, "leading");
    check_units(checker, responsible, clause->responsible, clause->responsible_count, "responsible");
    report(checker, arena_printf(&checker->arena, "units of %.*s", TEXT_ARGS(clause->id)));
}

static void check_clauses(struct checker *checker)
{
    static const char *const parts[] = {"三(一)", "三(二)", "三(三)", "三(四)", "三(五)"};
    static const int last[] = {7, 10, 12, 14, 17};
    const struct pack *pack = checker->pack;
    for (size_t i = 0; i < pack->clause_count; i++) check_clause(checker, &pack->clauses[i]);
    for (int path = 1, part = 0; path <= 17; path++) {
        if (path > last[part]) part++;
        char id[32];
        snprintf(id, sizeof id, "%s%d", parts[part], path);
        bool found = false;
        for (size_t i = 0; i < pack->clause_count; i++) found = found || text_is(pack->clauses[i].id, id);
        if (!found) buffer_printf(&checker->why, "%s is missing", id);
        report(checker, arena_printf(&checker->arena, "path %s", id));
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s PACK INDICATORS\n", argv[0]);
        return 2;
    }
    struct checker checker = {0};
    struct fault_list faults = {0};
    struct text rows = {NULL, 0};
    struct err err = {0};
    if (pack_load(argv[1], &checker.pack, &faults, &err) < 0 ||
        cases_file(argv[2], &checker.arena, &rows, &err) < 0) {
        printf("Bail out! %s\n", faults.count > 0 ? faults.items[0].en : err.en);
        return 1;
    }
    fault_list_fini(&faults);
    check_indicators(&checker, rows);
    check_clauses(&checker);
    printf("1..%zu\n", checker.done);
    buffer_fini(&checker.why);
    arena_fini(&checker.arena);
    pack_free(checker.pack);
    return checker.failed > 0;
}
