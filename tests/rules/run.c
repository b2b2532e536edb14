/* Runs the cases of a pack's rules and prints TAP: each case answers as written, over all records and for the
 * first one alone; each rule in the scope of the cases (the data checks of the national system; with LISTS,
 * the rules of these files of rules/) has a case that hits and one that does not; each code of the national
 * system's list is a rule, which says its code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "formula/program.h"

struct runner {
    struct arena arena;
    struct pack *pack;
    struct rule_cases cases;
    size_t done, failed;
    char why[1700];
};

static void bail(const char *what, const struct err *err)
{
    char line[1600];
    err_format(err, "en", line, sizeof line);
    printf("Bail out! %s: %s\n", what, line);
    exit(1);
}

static bool fails(struct runner *runner, const char *what, const struct err *err)
{
    char line[1600];
    err_format(err, "en", line, sizeof line);
    snprintf(runner->why, sizeof runner->why, "%s: %s", what, line);
    return false;
}

static void report(struct runner *runner, bool ok, const char *what)
{
    printf("%sok %zu - %s\n", ok ? "" : "not ", ++runner->done, what);
    if (!ok) printf("# %s\n", runner->why);
    runner->failed += !ok;
}

static bool answers(struct runner *runner, const struct rule_case *item, const struct program *program,
                    const struct frame *frame, int reg, uint32_t row)
{
    struct program_run_options options = {.threads = 1, .reg = reg, .row = row};
    struct program_result result;
    struct err err;
    if (program_run(program, frame, &options, &result, &err) < 0) return fails(runner, "running", &err);
    struct value got = program_result_get(&result, reg < 0 ? row : 0);
    program_results_fini(&result, 1);
    enum answer answer = !got.known ? ANSWER_UNKNOWN : got.integer ? ANSWER_HIT : ANSWER_MISS;
    if (answer == item->answer) return true;
    snprintf(runner->why, sizeof runner->why, "line %d: expected %s, got %s%s: %.*s", item->line,
             answer_names[item->answer], answer_names[answer], reg < 0 ? "" : " for the record alone",
             TEXT_ARGS(item->records));
    return false;
}

static bool passes(struct runner *runner, const struct rule_case *item)
{
    const struct pack_rule *rule = &runner->pack->rules[item->rule];
    struct program_root root = {rule->node, rule->scope};
    struct program_options options = {.as_of = item->as_of};
    struct program *program;
    struct frame *frame;
    struct err err;
    if (case_frame(runner->pack, item, &runner->arena, &frame, &err) < 0) {
        err_at(&err, NULL, item->line, 1);
        return fails(runner, "the records", &err);
    }
    bool ok = program_new(&runner->pack->schema, &root, 1, &options, &program, &err) == 0;
    if (!ok) fails(runner, "compiling", &err);
    uint32_t row = frame_row(frame, rule->scope, 1);
    if (ok) {
        ok = answers(runner, item, program, frame, -1, row) &&
             answers(runner, item, program, frame, rule->scope, row);
        program_free(program);
    }
    frame_free(frame);
    return ok;
}

static void run_cases(struct runner *runner)
{
    for (size_t i = 0; i < runner->cases.count; i++) {
        const struct rule_case *item = &runner->cases.items[i];
        const struct pack_rule *rule = &runner->pack->rules[item->rule];
        bool ok = passes(runner, item);
        report(runner, ok,
               arena_printf(&runner->arena, "%.*s:%d %s", TEXT_ARGS(rule->label.name), item->line,
                            answer_names[item->answer]));
    }
}

/* From packs/…/rules/forces.yaml: forces. */
static bool is_of_file(const struct pack_rule *rule, const char *name)
{
    const char *slash = rule->source.file == NULL ? NULL : strrchr(rule->source.file, '/');
    size_t size = strlen(name);
    return slash != NULL && strncmp(slash + 1, name, size) == 0 && strcmp(slash + 1 + size, ".yaml") == 0;
}

static bool is_to_be_covered(const struct pack_rule *rule, char *const *files, int count)
{
    if (count == 0) return text_starts(rule->label.name, TEXT("q_"));
    for (int i = 0; i < count; i++)
        if (is_of_file(rule, files[i])) return true;
    return false;
}

/* A rule without both answers among its cases is not tested. */
static void check_coverage(struct runner *runner, char *const *files, int count)
{
    for (size_t r = 0; r < runner->pack->rule_count; r++) {
        struct text name = runner->pack->rules[r].label.name;
        size_t counts[ANSWERS] = {0};
        if (!is_to_be_covered(&runner->pack->rules[r], files, count)) continue;
        for (size_t i = 0; i < runner->cases.count; i++)
            if (runner->cases.items[i].rule == (int)r) counts[runner->cases.items[i].answer]++;
        snprintf(runner->why, sizeof runner->why, "%zu cases hit, %zu miss", counts[ANSWER_HIT],
                 counts[ANSWER_MISS]);
        report(runner, counts[ANSWER_HIT] > 0 && counts[ANSWER_MISS] > 0,
               arena_printf(&runner->arena, "%.*s has cases", TEXT_ARGS(name)));
    }
}

/* 2_01_005-16 is the rule q_2_01_005_16; its note begins with the code, its label names it. */
static void check_code(struct runner *runner, struct text code)
{
    char *name = arena_printf(&runner->arena, "q_%.*s", TEXT_ARGS(code));
    for (char *c = name; *c != '\0'; c++)
        if (*c == '-') *c = '_';
    int rule = pack_rule_find(runner->pack, text_of(name));
    bool ok = rule >= 0 && text_starts(runner->pack->rules[rule].note, code) &&
              text_starts(runner->pack->rules[rule].label.zh, code) &&
              runner->pack->rules[rule].kind == RULE_QUALITY;
    snprintf(runner->why, sizeof runner->why,
             rule < 0 ? "the pack has no rule of this code"
                      : "its note and label do not begin with the code");
    report(runner, ok, arena_printf(&runner->arena, "%.*s is a rule", TEXT_ARGS(code)));
}

static void check_codes(struct runner *runner, struct text codes)
{
    while (codes.size > 0) {
        ptrdiff_t end = text_find(codes, TEXT("\n"));
        size_t size = end < 0 ? codes.size : (size_t)end;
        struct text code = text_trim((struct text){codes.at, size});
        if (code.size > 0) check_code(runner, code);
        size += end >= 0;
        codes.at += size;
        codes.size -= size;
    }
}

static struct pack *load(const char *folder)
{
    struct fault_list faults = {0};
    struct pack *pack;
    struct err err;
    if (pack_load(folder, &pack, &faults, &err) < 0)
        bail("the pack", faults.count > 0 ? &faults.items[0] : &err);
    fault_list_fini(&faults);
    return pack;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: %s PACK CASES CODES | PACK CASES rules FILE …\n", argv[0]);
        return 2;
    }
    bool by_file = strcmp(argv[3], "rules") == 0;
    struct runner runner = {.pack = load(argv[1])};
    struct text cases = {NULL, 0}, codes = {NULL, 0};
    struct err err;
    if (cases_file(argv[2], &runner.arena, &cases, &err) < 0 ||
        (!by_file && cases_file(argv[3], &runner.arena, &codes, &err) < 0) ||
        cases_read(runner.pack, argv[2], cases, &runner.arena, &runner.cases, &err) < 0)
        bail("the cases", &err);
    run_cases(&runner);
    check_coverage(&runner, argv + 4, by_file ? argc - 4 : 0);
    check_codes(&runner, codes);
    printf("1..%zu\n", runner.done);
    arena_fini(&runner.arena);
    pack_free(runner.pack);
    return runner.failed > 0;
}
