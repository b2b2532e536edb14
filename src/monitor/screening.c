/* One run: gather what the rules read, load it once, run all rules in one pass, count, store; or have the
 * database do it rule for rule in few statements. */
#include "monitor/screening.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/progress.h"
#include "monitor/gather.h"
#include "monitor/runs.h"
#include "monitor/screening_push.h"

/* The frame, and the entry of the log up to which it knows the facts. */
static int load_frame(struct database *database, const struct screening_options *options,
                      struct screening *screening, const struct program_root *roots, size_t count,
                      bool categories, struct err *err)
{
    struct store *store = database_store(database);
    int code = store_begin_read(store, err);
    if (code != 0) return code;
    screening->facts = options->entry;
    if (options->entry == 0) code = database_last_entry(store, &screening->facts, err);
    if (code == 0)
        code = gather_frame(database, roots, count, categories, options->entry, &screening->frame, err);
    store_rollback(store); /* nothing was written */
    return code;
}

/* Runs the rules that are not pushed; their results are put in their places. */
static int load_and_run(struct database *database, const struct screening_options *options,
                        struct screening *screening, const struct program_root *roots, const size_t *places,
                        size_t count, bool categories, struct err *err)
{
    struct program *program = NULL;
    struct program_result *results = mem_new(count, sizeof *results);
    int64_t start = progress_clock_ms();
    int code = load_frame(database, options, screening, roots, count, categories, err);
    screening->load_ms = progress_clock_ms() - start;
    struct program_options how = {.as_of = options->as_of};
    struct program_run_options run = {.threads = options->threads, .reg = -1};
    if (code == 0) code = program_new(&database_pack(database)->schema, roots, count, &how, &program, err);
    start = progress_clock_ms();
    if (code == 0) code = program_run(program, screening->frame, &run, results, err);
    screening->run_ms = progress_clock_ms() - start;
    for (size_t i = 0; code == 0 && i < count; i++) screening->results[places[i]] = results[i];
    program_free(program);
    free(results);
    return code;
}

static int choose_and_run(struct database *database, const struct screening_options *options,
                          struct screening *screening, struct err *err)
{
    const struct pack *pack = database_pack(database);
    struct program_root *roots = mem_new(screening->rule_count, sizeof *roots);
    size_t *places = mem_new(screening->rule_count, sizeof *places), count = 0;
    for (size_t i = 0; i < screening->rule_count; i++) {
        const struct pack_rule *rule = &pack->rules[screening->rules[i].rule];
        roots[i] = (struct program_root){rule->node, rule->scope};
    }
    struct engine_wish wish = options->wish;
    int code = engine_for_past(options->entry, &wish, err);
    if (code == 0)
        code = engine_choose(database, &wish, roots, screening->rule_count, true, &screening->engine, err);
    bool sql = screening->engine.engine == ENGINE_SQL;
    if (code == 0 && sql) code = screening_push_plan(database, screening, err);
    for (size_t i = 0; i < screening->rule_count; i++) {
        if (screening->rules[i].pushed) continue;
        roots[count] = roots[i];
        places[count++] = i;
    }
    if (code == 0 && count > 0)
        code = load_and_run(database, options, screening, roots, places, count, !sql, err);
    free(roots);
    free(places);
    return code;
}

static void count_findings(struct screening *screening)
{
    for (size_t i = 0; i < screening->rule_count; i++) {
        struct screening_rule *rule = &screening->rules[i];
        const struct program_result *result = &screening->results[i];
        if (rule->pushed) continue;
        rule->records = (int64_t)result->rows;
        rule->known = result->known;
        rule->truth = result->truth;
        for (size_t word = 0; word < (result->rows + 63) / 64; word++) {
            size_t left = result->rows - word * 64;
            uint64_t inside = left >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << left) - 1;
            rule->hits += __builtin_popcountll(rule->truth[word] & inside);
            rule->undetermined += __builtin_popcountll(~rule->known[word] & inside);
        }
    }
}

static struct screening *screening_new(const struct pack *pack, const struct screening_options *options)
{
    struct screening *screening = mem_new(1, sizeof *screening);
    screening->as_of = options->as_of;
    screening->rule_count = options->rules == NULL ? pack->rule_count : options->rule_count;
    screening->rules = mem_new(screening->rule_count, sizeof *screening->rules);
    screening->results = mem_new(screening->rule_count, sizeof *screening->results);
    for (size_t i = 0; i < screening->rule_count; i++)
        screening->rules[i].rule = options->rules == NULL ? (int)i : options->rules[i];
    return screening;
}

int screening_run(struct database *database, const struct screening_options *options, struct screening **out,
                  struct err *err)
{
    struct screening *screening = screening_new(database_pack(database), options);
    int code = choose_and_run(database, options, screening, err);
    if (code == 0) {
        count_findings(screening);
        int64_t start = progress_clock_ms();
        if (options->entry == 0) code = runs_store(database, options, screening, err);
        if (screening->batch_count > 0) screening->run_ms += progress_clock_ms() - start;
    }
    if (code != 0) {
        screening_free(screening);
        screening = NULL;
    }
    *out = screening;
    return code;
}

int screening_statements(struct database *database, const struct screening_options *options,
                         struct buffer *out, struct err *err)
{
    struct screening *screening = screening_new(database_pack(database), options);
    screening->engine.strict = true;
    int code = screening_push_plan(database, screening, err);
    if (code == 0) code = screening_push_print(database, screening, out, err);
    screening_free(screening);
    return code;
}

void screening_free(struct screening *screening)
{
    if (screening == NULL) return;
    for (size_t i = 0; i < screening->rule_count; i++) free(screening->rules[i].fresh_rows);
    program_results_fini(screening->results, screening->rule_count);
    frame_free(screening->frame);
    screening_push_free(screening);
    free(screening->results);
    free(screening->rules);
    free(screening);
}

bool screening_next(const struct screening_rule *rule, uint32_t *row, uint32_t *at, enum finding *finding)
{
    while ((int64_t)*row < rule->records) {
        uint32_t word = *row / 64, shift = *row % 64;
        uint64_t found = (rule->truth[word] | ~rule->known[word]) >> shift;
        if (found == 0) {
            *row += 64 - shift;
            continue;
        }
        *row += (uint32_t)__builtin_ctzll(found);
        if ((int64_t)*row >= rule->records) return false;
        *at = *row;
        *finding = (rule->truth[*at / 64] >> (*at % 64) & 1) != 0 ? FINDING_HIT : FINDING_UNDETERMINED;
        (*row)++;
        return true;
    }
    return false;
}
