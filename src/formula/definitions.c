/* Definitions may use one another in any order, so each is checked after those it uses. What it uses is only
 * known for sure when it is checked (a name may turn out to be a code). So the order is guessed first, from
 * all names that could be definitions; where the guess was wrong, or the definitions really go round in a
 * circle, the checker says which one it lacks. */
#include <stdlib.h>

#include "base/mem.h"
#include "formula/check.h"

struct spelled { /* a spelling of a definition; several may share one */
    int definition;
    int next; /* into the spellings; -1: the last */
};

struct visit { /* a definition whose names are being looked through */
    int definition;
    int spelling; /* of the name at hand, still to be followed; -1: read on */
    struct lexer lexer;
};

struct run {
    struct schema *schema;
    struct arena *arena;
    struct arena scratch; /* of the asts */
    struct ast **asts;    /* NULL where the text does not parse */
    struct fault_list *faults;
    size_t fault_count;
    struct map names; /* folded name → first spelling */
    struct spelled *spellings;
    size_t spelling_count;
    int *open; /* definitions being checked, each lacking the next */
    size_t open_count;
};

static void report(struct run *run, int which, struct err *err)
{
    struct schema_definition *definition = &run->schema->definitions[which];
    definition->state = DEFINITION_FAULTY;
    check_place(err, &definition->source);
    if (run->faults != NULL) fault_list_add(run->faults, err);
    run->fault_count++;
}

/* ---- Guessing the order ---- */

static void add_spelling(struct run *run, int definition, struct text name, struct buffer *folded)
{
    if (name.size == 0) return;
    buffer_clear(folded);
    text_fold(name, folded);
    size_t at = run->spelling_count++, first;
    run->spellings[at] = (struct spelled){definition, -1};
    if (map_add(&run->names, buffer_get(folded), at, &first)) return;
    run->spellings[at].next = (int)first;
    map_put(&run->names, buffer_get(folded), at);
}

static int spelling_of(struct run *run, struct text name, struct buffer *folded)
{
    size_t at;
    buffer_clear(folded);
    text_fold(name, folded);
    return map_get(&run->names, buffer_get(folded), &at) ? (int)at : -1;
}

/* The next definition that the visited one names; -1 when there is none left. */
static int next_named(struct run *run, struct visit *visit, struct buffer *folded)
{
    struct token token;
    while (visit->spelling < 0) {
        if (lexer_next(&visit->lexer, &token) < 0 || token.kind == TOKEN_END) return -1;
        if (token.kind == TOKEN_NAME) visit->spelling = spelling_of(run, token.content, folded);
    }
    struct spelled spelled = run->spellings[visit->spelling];
    visit->spelling = spelled.next;
    return spelled.definition;
}

/* ---- Checking ---- */

static void report_cycle(struct run *run, size_t from)
{
    struct buffer zh = {0}, en = {0};
    for (size_t i = from; i <= run->open_count; i++) {
        const struct label *label =
            &run->schema->definitions[run->open[i < run->open_count ? i : from]].label;
        if (i > from) buffer_string(&zh, " → ");
        if (i > from) buffer_string(&en, " → ");
        buffer_text(&zh, label_in(label, "zh"));
        buffer_text(&en, label->name);
    }
    struct err err;
    err_set(&err, ERR_INPUT, "指标互相引用，绕成一圈：%s%.0s", "the definitions go round in a circle: %.0s%s",
            zh.data, en.data);
    report(run, run->open[from], &err);
    for (size_t i = from; i < run->open_count; i++)
        run->schema->definitions[run->open[i]].state = DEFINITION_FAULTY;
    run->open_count = from;
    buffer_fini(&zh);
    buffer_fini(&en);
}

/* One attempt at the definition on top; it is done, faulty, or lacks another one that is put on top. */
static void attempt(struct run *run)
{
    int which = run->open[run->open_count - 1];
    struct schema_definition *definition = &run->schema->definitions[which];
    struct check check;
    check_init(&check, run->schema, run->arena);
    struct node *node = check_formula(&check, run->asts[which], definition->scope, NULL);
    int needed = node == NULL ? check.needed : -1;
    if (node != NULL) {
        definition->node = node;
        definition->state = DEFINITION_DONE + check.deepest;
        run->open_count--;
    } else if (needed < 0) {
        if (check.blamed_elsewhere)
            definition->state = DEFINITION_FAULTY;
        else
            report(run, which, &check.err);
        run->open_count--;
    } else if (run->schema->definitions[needed].state == DEFINITION_OPEN) {
        size_t from = run->open_count - 1;
        while (run->open[from] != needed) from--;
        report_cycle(run, from);
    } else {
        run->schema->definitions[needed].state = DEFINITION_OPEN;
        run->open[run->open_count++] = needed;
    }
    check_fini(&check);
}

static void check_definition(struct run *run, int which)
{
    if (run->schema->definitions[which].state != DEFINITION_NEW) return;
    run->schema->definitions[which].state = DEFINITION_OPEN;
    run->open[run->open_count++] = which;
    while (run->open_count > 0) attempt(run);
}

/* Visits what a definition names, then checks it; with a stack of our own, because chains of definitions may
 * be long. */
static void visit_from(struct run *run, int start, struct visit *visits, bool *visited)
{
    struct buffer folded = {0};
    struct err ignored; /* the parser has reported it already */
    size_t depth = 0;
    for (int next = start;;) {
        if (next >= 0 && !visited[next]) {
            visited[next] = true;
            visits[depth] = (struct visit){.definition = next, .spelling = -1};
            lexer_start(&visits[depth++].lexer, run->schema, &run->scratch,
                        run->schema->definitions[next].source.text, &ignored);
        }
        if (depth == 0) break;
        next = next_named(run, &visits[depth - 1], &folded);
        if (next < 0) check_definition(run, visits[--depth].definition);
    }
    buffer_fini(&folded);
}

static void parse_all(struct run *run)
{
    for (size_t i = 0; i < run->schema->definition_count; i++) {
        struct schema_definition *definition = &run->schema->definitions[i];
        struct err err;
        definition->node = NULL;
        definition->state = DEFINITION_NEW;
        if (ast_parse(run->schema, &run->scratch, definition->source.text, &run->asts[i], &err) < 0)
            report(run, (int)i, &err);
    }
}

int formula_check_definitions(struct schema *schema, struct arena *arena, struct fault_list *faults)
{
    size_t count = schema->definition_count;
    struct run run = {.schema = schema, .arena = arena, .faults = faults};
    struct buffer folded = {0};
    run.asts = mem_new(count, sizeof *run.asts);
    run.spellings = mem_new(3 * count, sizeof *run.spellings);
    run.open = mem_new(count, sizeof *run.open);
    struct visit *visits = mem_new(count, sizeof *visits);
    bool *visited = mem_new(count, sizeof *visited);
    parse_all(&run);
    for (size_t i = 0; i < count; i++) {
        add_spelling(&run, (int)i, schema->definitions[i].label.name, &folded);
        add_spelling(&run, (int)i, schema->definitions[i].label.zh, &folded);
        add_spelling(&run, (int)i, schema->definitions[i].label.en, &folded);
    }
    for (size_t i = 0; i < count; i++) visit_from(&run, (int)i, visits, visited);
    buffer_fini(&folded);
    free(visited);
    free(visits);
    free(run.open);
    free(run.spellings);
    free(run.asts);
    map_fini(&run.names);
    arena_fini(&run.scratch);
    return run.fault_count > 0 ? ERR_INPUT : 0;
}
