/* Formulas come from the executor's generator (tests/unit/formula); a world's rows go into tables as they
 * are, with orphans and references to nothing. */
#include "trial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/formula/generate.h"
#include "base/date.h"
#include "base/mem.h"
#include "formula/formula.h"

static const enum type_kind KINDS[] = {TYPE_BOOL,  TYPE_BOOL,  TYPE_BOOL,  TYPE_INT,   TYPE_DECIMAL,
                                       TYPE_MONEY, TYPE_RATIO, TYPE_DATE,  TYPE_MONTH, TYPE_CODE,
                                       TYPE_CODES, TYPE_TEXT,  TYPE_RECORD};

struct trial {
    const struct diff *diff;
    struct world *world;
    int32_t as_of;
    size_t budget; /* further comparisons that reducing may cost */
};

/* The worlds have codes without a dictionary; tables need their names. */
static void add_dictionary(struct world *world)
{
    struct schema_code *codes = arena_array(&world->arena, 64, sizeof *codes);
    for (int i = 0; i < 64; i++) {
        struct text name = text_of(arena_printf(&world->arena, "k%d", 63 - i));
        codes[i].label = (struct label){name, name, name};
    }
    world->schema.dictionary_count = 1;
    world->schema.dictionaries = arena_array(&world->arena, 1, sizeof *world->schema.dictionaries);
    world->schema.dictionaries[0].label = (struct label){TEXT("codes"), TEXT("codes"), TEXT("codes")};
    world->schema.dictionaries[0].codes = codes;
    world->schema.dictionaries[0].code_count = 64;
    for (size_t p = 0; p < world->schema.parameter_count; p++)
        if (world->schema.parameters[p].type.kind == TYPE_CODE)
            world->schema.parameters[p].type.dictionary = 0;
}

static int64_t table_values(const void *context, size_t row, struct value *values)
{
    const struct world_table *table = context;
    row = table->count - 1 - row; /* the frame gets them in another order */
    memcpy(values, table->rows[row].values, sizeof table->rows[row].values);
    return table->rows[row].id;
}

static void fill(const struct trial *trial)
{
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        const struct world_table *table = &trial->world->tables[r];
        diff_tables_fill(trial->diff, &trial->world->schema, r, table->count, table_values, table);
    }
}

static enum outcome compare(struct trial *trial, const struct frame *frame, const struct node *node,
                            int scope, struct buffer *why)
{
    struct question question = {&trial->world->schema, frame, node, scope, trial->as_of};
    return diff_compare(trial->diff, &question, why);
}

/* ---- Reducing ---- */

static bool differs(struct trial *trial, const struct frame *frame, const struct node *node, int scope)
{
    struct buffer why = {0};
    if (trial->budget == 0) return false;
    trial->budget--;
    bool wrong = compare(trial, frame, node, scope, &why) == OUTCOME_WRONG;
    buffer_fini(&why);
    return wrong;
}

/* Depth first, so that the smallest part that differs by itself is found. */
static const struct node *smallest_part(struct trial *trial, const struct frame *frame,
                                        const struct node *node, int *scope)
{
    for (size_t i = 0; i < node->child_count; i++) {
        if (node->children[i] == NULL) continue;
        int inner = *scope;
        if (node_leads_away(node, i)) inner = node->other;
        if (node->children[i]->child_count == 0 || !differs(trial, frame, node->children[i], inner)) continue;
        *scope = inner;
        return smallest_part(trial, frame, node->children[i], scope);
    }
    return node;
}

/* A copy without the wrappings of definitions, which have no names here. */
static struct node *copy(struct arena *arena, const struct node *node)
{
    if (node == NULL) return NULL;
    if (node->op == NODE_DEFINITION) return copy(arena, node->children[0]);
    struct node *made = arena_alloc(arena, sizeof *made);
    *made = *node;
    made->children = arena_array(arena, node->child_count + 1, sizeof(struct node *));
    for (size_t i = 0; i < node->child_count; i++) made->children[i] = copy(arena, node->children[i]);
    return made;
}

/* Puts smaller trees of the same type in the place of parts, as long as the difference stays. */
static bool simplify_below(struct trial *trial, const struct frame *frame, struct node *root, int scope,
                           struct node *node)
{
    bool simpler = false;
    for (size_t i = 0; i < node->child_count; i++) {
        struct node *before = node->children[i];
        if (before == NULL || node->op == NODE_IN) continue;
        bool across = before->op == NODE_UP || before->op == NODE_AGGREGATE;
        for (size_t k = 0; !across && k < before->child_count; k++) {
            struct node *instead = before->children[k];
            if (instead == NULL || instead->type.kind != before->type.kind) continue;
            node->children[i] = instead;
            if (differs(trial, frame, root, scope)) {
                simpler = true;
                before = instead;
                k = SIZE_MAX;
                if (before->op == NODE_UP || before->op == NODE_AGGREGATE) break;
            } else {
                node->children[i] = before;
            }
        }
        if (node->op == NODE_AGGREGATE && i == 1) {
            node->children[1] = NULL;
            if (differs(trial, frame, root, scope))
                simpler = true;
            else
                node->children[1] = before;
        }
        if (node->children[i] != NULL)
            simpler |= simplify_below(trial, frame, root, scope, node->children[i]);
    }
    return simpler;
}

static bool still_differs(struct trial *trial, const struct node *node, int scope)
{
    struct frame *frame = world_frame(trial->world, false);
    fill(trial);
    bool wrong = differs(trial, frame, node, scope);
    frame_free(frame);
    return wrong;
}

static void drop_rows(struct trial *trial, const struct node *node, int scope)
{
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        struct world_table *table = &trial->world->tables[r];
        for (size_t part = (table->count + 1) / 2; part > 0; part = part == 1 ? 0 : (part + 1) / 2) {
            for (size_t at = 0; at + part <= table->count;) {
                struct world_row *removed = mem_new(part, sizeof *removed);
                struct world_row *from = &table->rows[at];
                size_t behind = table->count - at - part;
                memcpy(removed, from, part * sizeof *removed);
                memmove(from, from + part, behind * sizeof *from);
                table->count -= part;
                if (!still_differs(trial, node, scope)) {
                    memmove(from + part, from, behind * sizeof *from);
                    memcpy(from, removed, part * sizeof *removed);
                    table->count += part;
                    at += part;
                }
                free(removed);
            }
        }
    }
}

static void print_rows(const struct world *world)
{
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        const struct schema_register *reg = &world->schema.registers[r];
        for (size_t i = 0; i < world->tables[r].count; i++) {
            const struct world_row *row = &world->tables[r].rows[i];
            struct buffer line = {0};
            buffer_printf(&line, "%.*s %lld", TEXT_ARGS(reg->label.name), (long long)row->id);
            for (int f = 0; f < WORLD_FIELDS; f++) {
                struct type type = reg->fields[f].type;
                if (!row->values[f].known) continue;
                buffer_printf(&line, " %.*s=", TEXT_ARGS(reg->fields[f].label.name));
                if (type.kind == TYPE_RATIO)
                    buffer_printf(&line, "%.17g", row->values[f].ratio);
                else if (type.kind == TYPE_TEXT)
                    buffer_text(&line, row->values[f].text);
                else
                    buffer_printf(&line, "%lld", (long long)row->values[f].integer);
            }
            printf("#   %s\n", line.data);
            buffer_fini(&line);
        }
    }
}

static void print_comment(const char *text)
{
    printf("#   ");
    for (; *text != '\0'; text++) {
        putchar(*text);
        if (*text == '\n') printf("#   ");
    }
    putchar('\n');
}

static void report(struct trial *trial, const struct node *node, int scope, uint64_t seed)
{
    struct buffer formula = {0}, why = {0};
    struct frame *frame = world_frame(trial->world, false);
    trial->budget = 400;
    node = smallest_part(trial, frame, node, &scope);
    struct node *reduced = copy(&trial->world->arena, node);
    if (differs(trial, frame, reduced, scope)) {
        while (simplify_below(trial, frame, reduced, scope, reduced)) {
        }
    } else {
        reduced = (struct node *)(uintptr_t)node;
    }
    frame_free(frame);
    drop_rows(trial, reduced, scope);
    frame = world_frame(trial->world, false);
    fill(trial);
    trial->budget = 1;
    (void)compare(trial, frame, reduced, scope, &why);
    frame_free(frame);
    formula_print(&trial->world->schema, copy(&trial->world->arena, reduced), "en", &formula);
    printf("# seed %llu, as of day %d, on %.*s:\n", (unsigned long long)seed, trial->as_of,
           TEXT_ARGS(trial->world->schema.registers[scope].label.name));
    print_comment(formula.size == 0 ? "" : formula.data);
    print_comment(why.size == 0 ? "the difference went away while it was reduced" : why.data);
    print_rows(trial->world);
    fflush(stdout);
    buffer_fini(&formula);
    buffer_fini(&why);
}

/* ---- What must hold whatever the data ---- */

static struct node *operation(struct world *world, enum node_op op, enum type_kind kind, int scope,
                              struct node *a, struct node *b)
{
    return node_make(&world->arena, op, type_of(kind), scope, b == NULL ? 1 : 2, (struct node *[]){a, b});
}

static struct node *aggregate_of(struct world *world, enum aggregate aggregate, int scope, int child,
                                 struct node *value, struct node *condition)
{
    struct type type = value == NULL ? type_of(TYPE_INT) : value->type;
    struct node *node =
        node_make(&world->arena, NODE_AGGREGATE, type, scope, 2, (struct node *[]){value, condition});
    node->aggregate = aggregate;
    node->other = child;
    node->index = FIELD_PARENT;
    return node;
}

/* A count, or a sum of small numbers, over all rows is that over some rows and that over the others: unknown
 * together or equal. */
static void split_and_add_up(struct trial *trial, const struct frame *frame, int scope, int child,
                             struct tally *tally)
{
    struct world *world = trial->world;
    struct node *condition = generate(world, child, TYPE_BOOL, 2);
    struct node *some =
        operation(world, NODE_KNOWN, TYPE_BOOL, child, node_field(world, child, FIELD_DECIMAL), NULL);
    struct node *others = operation(world, NODE_NOT, TYPE_BOOL, child, some, NULL);
    struct node *value = world_below(world, 2) ? node_field(world, child, FIELD_INT) : NULL;
    enum aggregate aggregate = value == NULL ? AGGREGATE_COUNT : AGGREGATE_SUM;
    struct node *whole = aggregate_of(world, aggregate, scope, child, value, condition);
    struct node *first = aggregate_of(world, aggregate, scope, child, value,
                                      operation(world, NODE_AND, TYPE_BOOL, child, condition, some));
    struct node *second = aggregate_of(world, aggregate, scope, child, value,
                                       operation(world, NODE_AND, TYPE_BOOL, child, condition, others));
    struct node *parts = operation(world, NODE_ADD, TYPE_INT, scope, first, second);
    struct node *unknown = operation(world, NODE_AND, TYPE_BOOL, scope,
                                     operation(world, NODE_IS_NULL, TYPE_BOOL, scope, whole, NULL),
                                     operation(world, NODE_IS_NULL, TYPE_BOOL, scope, parts, NULL));
    struct node *holds = operation(world, NODE_COALESCE, TYPE_BOOL, scope,
                                   operation(world, NODE_EQUAL, TYPE_BOOL, scope, whole, parts), unknown);
    struct question question = {&world->schema, frame, holds, scope, trial->as_of};
    struct buffer why = {0};
    bool right = diff_holds(&question) && diff_compare(trial->diff, &question, &why) != OUTCOME_WRONG;
    tally->formulas++;
    tally->wrong += !right;
    if (!right) {
        struct buffer formula = {0};
        formula_print(&world->schema, copy(&world->arena, holds), "en", &formula);
        printf("# does not hold of every %.*s:\n", TEXT_ARGS(world->schema.registers[scope].label.name));
        print_comment(formula.data);
        if (why.size > 0) print_comment(why.data);
        buffer_fini(&formula);
    }
    buffer_fini(&why);
}

/* Products and quotients near the ends of what a double can be: exponents whose sums and differences lie
 * there, with fractions that round either way. */
static double edge(struct world *world)
{
    static const int exponents[] = {-1074, -1073, -1023, -1022, -1021, -600, -540, -539, -538, -537,
                                    -536,  -500,  -52,   -51,   -50,   -2,   -1,   0,    1,    2,
                                    50,    51,    500,   510,   511,   512,  513,  520,  1022, 1023};
    /* Products of these are hardly more or less than the half of the smallest double, where rounding turns.
     */
    static const double turning[] = {0x1.0000002p-537,
                                     (1 - 0x1p-27 + 0x1p-53) * 0x1p-538,
                                     (1 - 0x1p-27) * 0x1p-538,
                                     0x1.0000000000001p-537,
                                     (1 - 0x1p-52) * 0x1p-538,
                                     0x1p-538,
                                     0x1p-537};
    double fraction = 1, little = ldexp((double)(1 + world_below(world, 4)), -52);
    size_t kind = world_below(world, 5);
    if (kind == 1) fraction += little;
    if (kind == 2) fraction = 2 - little;
    if (kind == 3) fraction += ldexp((double)world_below(world, (size_t)1 << 52), -52);
    if (kind == 4) return turning[world_below(world, sizeof turning / sizeof *turning)];
    double value = ldexp(fraction, exponents[world_below(world, sizeof exponents / sizeof *exponents)]);
    if (world_below(world, 20) == 0) return 0;
    return world_below(world, 4) == 0 ? -value : value;
}

static void multiply_at_the_edges(struct trial *trial, uint64_t seed, struct tally *tally)
{
    struct world *world = trial->world;
    for (int r = 0; r < WORLD_REGISTERS; r++)
        for (size_t i = 0; i < world->tables[r].count; i++)
            world->tables[r].rows[i].values[FIELD_RATIO] =
                (struct value){.known = true, .ratio = edge(world)};
    struct frame *frame = world_frame(world, false);
    fill(trial);
    for (int scope = WORLD_B; scope < WORLD_REGISTERS; scope++) {
        struct node *own = node_field(world, scope, FIELD_RATIO);
        struct type above = world->schema.registers[scope].fields[FIELD_PARENT].type;
        struct node *there = node_make(&world->arena, NODE_UP, own->type, scope, 1,
                                       (struct node *[]){node_field(world, above.record, FIELD_RATIO)});
        there->index = FIELD_PARENT;
        there->other = above.record;
        for (int k = 0; k < 3; k++) {
            struct node *left = k == 2 ? there : own, *right = k == 2 ? own : there;
            struct node *node =
                operation(world, k == 0 ? NODE_MULTIPLY : NODE_DIVIDE, TYPE_RATIO, scope, left, right);
            struct buffer why = {0};
            enum outcome outcome = compare(trial, frame, node, scope, &why);
            buffer_fini(&why);
            tally->formulas++;
            tally->refused += outcome == OUTCOME_REFUSED;
            if (outcome != OUTCOME_WRONG) continue;
            tally->wrong++;
            report(trial, node, scope, seed);
            frame_free(frame);
            return;
        }
    }
    frame_free(frame);
}

/* The world's schema with one more field in every register, and one more register that hangs on the first. */
static struct schema wider_schema(struct world *world)
{
    struct schema wider = world->schema;
    struct label label = {TEXT("irrelevant"), TEXT("无关"), TEXT("irrelevant")};
    struct schema_register *registers = arena_array(&world->arena, WORLD_REGISTERS + 1, sizeof *registers);
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        struct schema_field *fields = arena_array(&world->arena, WORLD_FIELDS + 1, sizeof *fields);
        memcpy(fields, world->schema.registers[r].fields, WORLD_FIELDS * sizeof *fields);
        fields[WORLD_FIELDS] =
            (struct schema_field){.label = label, .type = type_of(r % 2 == 0 ? TYPE_TEXT : TYPE_INT)};
        registers[r] = world->schema.registers[r];
        registers[r].fields = fields;
        registers[r].field_count = WORLD_FIELDS + 1;
    }
    struct schema_field *parent = arena_array(&world->arena, 1, sizeof *parent);
    parent->label = label;
    parent->type = type_of(TYPE_RECORD);
    parent->type.record = WORLD_A;
    registers[WORLD_REGISTERS] =
        (struct schema_register){.label = label, .fields = parent, .field_count = 1, .parent = WORLD_A};
    wider.registers = registers;
    wider.register_count = WORLD_REGISTERS + 1;
    return wider;
}

static struct frame *wider_frame(struct world *world, const struct schema *wider)
{
    struct frame_builder *builder = frame_builder_new(wider);
    bool all[WORLD_FIELDS + 1];
    memset(all, true, sizeof all);
    for (int r = WORLD_REGISTERS; r >= 0; r--) frame_builder_fields(builder, r, all);
    for (int r = 0; r < WORLD_REGISTERS; r++) {
        const struct world_table *table = &world->tables[r];
        for (size_t i = 0; i < table->count; i++) {
            struct value values[WORLD_FIELDS + 1];
            memcpy(values, table->rows[i].values, sizeof table->rows[i].values);
            values[WORLD_FIELDS] = world_value(world, wider->registers[r].fields[WORLD_FIELDS].type);
            frame_builder_row(builder, r, table->rows[i].id, values);
            struct value above = {.known = true, .integer = table->rows[i].id};
            if (r == WORLD_A) frame_builder_row(builder, WORLD_REGISTERS, (int64_t)i + 1, &above);
        }
    }
    struct frame *frame = NULL;
    struct err err;
    if (frame_builder_finish(builder, &frame, &err) != 0) abort();
    return frame;
}

/* Fields and registers that a formula does not read change nothing about it. */
static void add_irrelevant(struct trial *trial, size_t formulas, struct tally *tally)
{
    struct world *world = trial->world;
    struct schema wider = wider_schema(world);
    struct frame *narrow = world_frame(world, false), *wide = wider_frame(world, &wider);
    for (size_t i = 0; i < formulas; i++) {
        int scope = (int)world_below(world, WORLD_REGISTERS);
        struct node *node =
            generate(world, scope, KINDS[world_below(world, sizeof KINDS / sizeof *KINDS)], 4);
        struct question without = {&world->schema, narrow, node, scope, trial->as_of},
                        with = {&wider, wide, node, scope, trial->as_of};
        bool alike = diff_alike(trial->diff, &without, &with);
        tally->formulas++;
        tally->wrong += !alike;
        if (alike) continue;
        struct buffer formula = {0};
        formula_print(&world->schema, copy(&world->arena, node), "en", &formula);
        printf("# hangs on fields that it does not read, on %.*s:\n",
               TEXT_ARGS(world->schema.registers[scope].label.name));
        print_comment(formula.size == 0 ? "" : formula.data);
        buffer_fini(&formula);
    }
    frame_free(narrow);
    frame_free(wide);
}

/* ---- Running ---- */

void trial_run(const struct diff *diff, uint64_t seed, size_t formulas, struct tally *tally)
{
    static const size_t sizes[][WORLD_REGISTERS] = {
        {2, 5, 12, 25, 20}, {2, 4, 8, 12, 10}, {1, 3, 40, 90, 60}, {0, 3, 0, 9, 0}, {1, 3, 5, 0, 7}};
    struct world world;
    struct trial trial = {.diff = diff, .world = &world};
    world_init(&world, seed, sizes[seed % 5]);
    add_dictionary(&world);
    (void)date_make(2022, 9, 30, &trial.as_of);
    if (seed % 5 == 0) (void)date_make(2020, 2, 29, &trial.as_of);
    if (seed % 37 == 0) (void)date_make(1800, 6, 1, &trial.as_of);
    diff_tables_create(diff, &world.schema);
    fill(&trial);
    struct frame *frame = world_frame(&world, seed % 2 == 0);
    for (size_t i = 0; i < formulas; i++) {
        int scope = (int)world_below(&world, WORLD_REGISTERS);
        enum type_kind kind = KINDS[world_below(&world, sizeof KINDS / sizeof *KINDS)];
        struct node *node =
            generate(&world, scope, kind, 1 + (int)world_below(&world, seed % 7 == 0 ? 6 : 4));
        struct buffer why = {0};
        enum outcome outcome = compare(&trial, frame, node, scope, &why);
        tally->formulas++;
        tally->refused += outcome == OUTCOME_REFUSED;
        if (outcome == OUTCOME_REFUSED && getenv("ZENGSHOU_DIFF_VERBOSE") != NULL)
            printf("# refused: %s\n", why.data);
        buffer_fini(&why);
        if (outcome != OUTCOME_WRONG) continue;
        tally->wrong++;
        report(&trial, node, scope, seed);
        break; /* the rows are no longer what they were */
    }
    if (tally->wrong == 0)
        for (int child = WORLD_B; child <= WORLD_E; child++)
            split_and_add_up(&trial, frame, world.schema.registers[child].parent, child, tally);
    if (tally->wrong == 0) add_irrelevant(&trial, 4, tally);
    if (tally->wrong == 0) multiply_at_the_edges(&trial, seed, tally);
    frame_free(frame);
    diff_tables_drop(diff, &world.schema);
    world_fini(&world);
}
