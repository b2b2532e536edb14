/* One function a type; each picks among what gives that type. Leaves become likelier as the depth runs out.
 */
#include "generate.h"

#include <string.h>

struct maker {
    struct world *world;
    int reg;
    int depth;
};

static struct node *gen(const struct maker *maker, enum type_kind kind);

static const enum type_kind ALL_KINDS[] = {TYPE_BOOL,  TYPE_INT,  TYPE_DECIMAL, TYPE_MONEY,
                                           TYPE_RATIO, TYPE_DATE, TYPE_MONTH,   TYPE_CODE,
                                           TYPE_CODES, TYPE_TEXT, TYPE_RECORD};
static const enum type_kind ORDERED[] = {TYPE_INT,  TYPE_DECIMAL, TYPE_MONEY, TYPE_RATIO,
                                         TYPE_DATE, TYPE_MONTH,   TYPE_TEXT};
static const enum type_kind NUMBERS[] = {TYPE_INT, TYPE_DECIMAL, TYPE_MONEY, TYPE_RATIO};
static const enum type_kind DATED[] = {TYPE_DATE, TYPE_MONTH};
static const enum type_kind TIMELY[] = {TYPE_DATE,    TYPE_MONTH, TYPE_INT,
                                        TYPE_DECIMAL, TYPE_MONEY, TYPE_RATIO};
static const enum type_kind EXACT[] = {TYPE_INT, TYPE_DECIMAL};

#define PICK(maker, list) ((list)[world_below((maker)->world, sizeof(list) / sizeof *(list))])

static struct type plain(enum type_kind kind)
{
    struct type type = type_of(kind);
    if (kind == TYPE_CODE || kind == TYPE_CODES) type.dictionary = 0;
    return type;
}

static struct node *make(const struct maker *maker, enum node_op op, enum type_kind kind, size_t count,
                         struct node **children)
{
    int scope = -1;
    for (size_t i = 0; i < count; i++)
        if (children[i] != NULL && children[i]->scope >= 0) scope = children[i]->scope;
    return node_make(&maker->world->arena, op, plain(kind), scope, count, children);
}

static struct node *make1(const struct maker *maker, enum node_op op, enum type_kind kind, struct node *a)
{
    return make(maker, op, kind, 1, (struct node *[]){a});
}

static struct node *make2(const struct maker *maker, enum node_op op, enum type_kind kind, struct node *a,
                          struct node *b)
{
    return make(maker, op, kind, 2, (struct node *[]){a, b});
}

static struct node *make3(const struct maker *maker, enum node_op op, enum type_kind kind, struct node *a,
                          struct node *b, struct node *c)
{
    return make(maker, op, kind, 3, (struct node *[]){a, b, c});
}

static struct node *call(const struct maker *maker, enum function function, enum type_kind kind,
                         struct node *a, struct node *b, struct node *c)
{
    struct node *node = make(maker, NODE_CALL, kind,
                             c != NULL   ? 3
                             : b != NULL ? 2
                                         : 1,
                             (struct node *[]){a, b, c});
    node->function = function;
    return node;
}

static struct node *constant(const struct maker *maker, enum type_kind kind)
{
    return node_constant(&maker->world->arena, plain(kind), world_value(maker->world, plain(kind)));
}

static struct node *known_constant(const struct maker *maker, enum type_kind kind)
{
    struct node *node;
    do node = constant(maker, kind);
    while (!node->value.known);
    return node;
}

static struct node *number(const struct maker *maker, int64_t value)
{
    return node_constant(&maker->world->arena, type_of(TYPE_INT),
                         (struct value){.known = true, .integer = value});
}

static struct node *field_of(const struct maker *maker, enum type_kind kind)
{
    int found = -1;
    size_t seen = 0;
    for (int f = 0; f < WORLD_FIELDS; f++)
        if (maker->world->schema.registers[maker->reg].fields[f].type.kind == kind &&
            world_below(maker->world, ++seen) == 0)
            found = f;
    return node_field(maker->world, maker->reg, found);
}

static struct node *leaf(const struct maker *maker, enum type_kind kind)
{
    struct world *world = maker->world;
    if (kind == TYPE_RECORD) return node_field(world, maker->reg, FIELD_OTHER);
    if (kind == TYPE_DATE && world_below(world, 5) == 0)
        return node_make(&world->arena, NODE_AS_OF, type_of(TYPE_DATE), -1, 0, NULL);
    if (world_below(world, 7) == 0)
        for (size_t p = 0; p < world->schema.parameter_count; p++) {
            if (world->schema.parameters[p].type.kind != kind) continue;
            struct node *node = node_make(&world->arena, NODE_PARAMETER, plain(kind), -1, 0, NULL);
            node->index = (int)p;
            return node;
        }
    return world_below(world, 4) == 0 ? constant(maker, kind) : field_of(maker, kind);
}

static struct node *up(const struct maker *maker, enum type_kind kind)
{
    int index = world_below(maker->world, 2) ? FIELD_OTHER : FIELD_PARENT;
    int other = maker->world->schema.registers[maker->reg].fields[index].type.record;
    struct maker above = {maker->world, other, maker->depth};
    struct node *child = gen(&above, kind);
    struct node *node = node_make(&maker->world->arena, NODE_UP, child->type, maker->reg, 1, &child);
    node->index = index;
    node->other = other;
    return node;
}

/* A random register that hangs here by its parent field or another reference; false when nobody points here.
 */
static bool pick_child(const struct maker *maker, int *child, int *index)
{
    struct world *world = maker->world;
    size_t seen = 0;
    for (int r = 0; r < WORLD_REGISTERS; r++)
        for (int f = FIELD_PARENT; f <= FIELD_OTHER; f++)
            if (world->schema.registers[r].fields[f].type.record == maker->reg &&
                world_below(world, ++seen) == 0) {
                *child = r;
                *index = f;
            }
    return seen > 0;
}

static struct node *aggregate(const struct maker *maker, enum aggregate aggregate, enum type_kind out,
                              bool valued, enum type_kind value_kind)
{
    struct world *world = maker->world;
    int child, index;
    if (!pick_child(maker, &child, &index)) return leaf(maker, out);
    struct maker inner = {world, child, maker->depth};
    struct node *children[4] = {NULL, NULL, NULL, NULL};
    size_t count = 2;
    if (valued) children[0] = gen(&inner, value_kind);
    if (world_below(world, 3) != 0) children[1] = gen(&inner, TYPE_BOOL);
    bool picks = aggregate == AGGREGATE_LATEST || aggregate == AGGREGATE_EARLIEST;
    if (picks) {
        children[2] =
            world_below(world, 3) ? field_of(&inner, PICK(maker, TIMELY)) : gen(&inner, PICK(maker, TIMELY));
        count = 3;
    }
    if (aggregate == AGGREGATE_COVERS) {
        children[2] = gen(maker, TYPE_MONTH);
        children[3] = world_below(world, 2) ? gen(maker, TYPE_MONTH)
                                            : make2(maker, NODE_ADD, TYPE_MONTH, children[2],
                                                    number(maker, (int64_t)world_below(world, 5)));
        count = 4;
    }
    struct type type = picks ? children[0]->type : plain(out);
    struct node *node = node_make(&world->arena, NODE_AGGREGATE, type, maker->reg, count, children);
    node->aggregate = aggregate;
    node->other = child;
    node->index = index;
    return node;
}

static struct node *pick_row(const struct maker *maker, enum type_kind kind)
{
    return aggregate(maker, world_below(maker->world, 3) ? AGGREGATE_LATEST : AGGREGATE_EARLIEST, kind, true,
                     kind);
}

/* A value over the whole register, often within and across keys; mostly fields, or nothing would ever be the
 * same. */
static struct node *over_register(const struct maker *maker, enum function function, enum type_kind kind,
                                  enum type_kind value)
{
    struct world *world = maker->world;
    struct node *children[NODE_WITHIN_MAX + 2] = {gen(maker, value)};
    size_t within = world_below(world, NODE_WITHIN_MAX + 1), count = 1 + within;
    if (function == FUNCTION_DUPLICATED && world_below(world, 2)) count++;
    for (size_t i = 1; i < count; i++) {
        enum type_kind key = PICK(maker, ALL_KINDS);
        if (world_below(world, 4) == 0)
            children[i] = node_field(world, maker->reg, FIELD_PARENT);
        else
            children[i] =
                world_below(world, 3) && key != TYPE_RECORD ? field_of(maker, key) : gen(maker, key);
        if (children[i]->type.kind == TYPE_RECORD && children[i]->type.record < 0)
            children[i] = field_of(maker, TYPE_BOOL);
    }
    struct node *node = node_make(&world->arena, NODE_CALL, type_of(kind), maker->reg, count, children);
    node->function = function;
    node->index = (int)within;
    return node;
}

static struct node *choice(const struct maker *maker, enum type_kind kind)
{
    struct world *world = maker->world;
    struct maker same = *maker;
    struct node *inner;
    switch (world_below(world, 7)) {
    case 5:
        return pick_row(maker, kind);
    case 0:
        return make3(maker, NODE_IF, kind, gen(maker, TYPE_BOOL), gen(maker, kind),
                     world_below(world, 3) ? gen(maker, kind) : NULL);
    case 1:
        return make2(maker, NODE_COALESCE, kind, gen(maker, kind), gen(maker, kind));
    case 2:
        return make3(maker, NODE_COALESCE, kind, gen(maker, kind), gen(maker, kind), gen(maker, kind));
    case 3:
        inner = gen(&same, kind);
        if (inner->scope < 0) return inner;
        return make1(maker, NODE_DEFINITION, kind, inner);
    case 4:
        return make1(maker, NODE_PREVIOUS, kind, gen(&same, kind));
    default:
        return up(maker, kind);
    }
}

static struct node *comparison(const struct maker *maker)
{
    static const enum node_op ops[] = {NODE_EQUAL,      NODE_UNEQUAL, NODE_LESS,
                                       NODE_LESS_EQUAL, NODE_GREATER, NODE_GREATER_EQUAL};
    struct world *world = maker->world;
    enum node_op op = PICK(maker, ops);
    if (world_below(world, 5) == 0) { /* is there any? */
        struct node *count = aggregate(maker, AGGREGATE_COUNT, TYPE_INT, false, TYPE_BOOL);
        struct node *limit = number(maker, (int64_t)world_below(world, 3));
        if (world_below(world, 4) == 0) count = make1(maker, NODE_DEFINITION, TYPE_INT, count);
        return world_below(world, 3) ? make2(maker, op, TYPE_BOOL, count, limit)
                                     : make2(maker, op, TYPE_BOOL, limit, count);
    }
    enum type_kind kind = PICK(maker, ORDERED);
    if (op == NODE_EQUAL || op == NODE_UNEQUAL) kind = PICK(maker, ALL_KINDS);
    if (kind == TYPE_RECORD)
        return make2(maker, op, TYPE_BOOL, leaf(maker, TYPE_RECORD), up(maker, TYPE_RECORD));
    return make2(maker, op, TYPE_BOOL, gen(maker, kind), gen(maker, kind));
}

static struct node *between(const struct maker *maker)
{
    enum type_kind kind = PICK(maker, ORDERED);
    return make3(maker, NODE_BETWEEN, TYPE_BOOL, gen(maker, kind), gen(maker, kind), gen(maker, kind));
}

static struct node *in_list(const struct maker *maker)
{
    enum type_kind kind = ALL_KINDS[world_below(maker->world, 10)];
    struct node *children[9] = {gen(maker, kind)};
    size_t count = 2 + world_below(maker->world, 7);
    for (size_t i = 1; i < count; i++) children[i] = constant(maker, kind);
    return make(maker, NODE_IN, TYPE_BOOL, count, children);
}

/* A column against constants, which is read at its own width. */
static struct node *column_test(const struct maker *maker)
{
    static const enum type_kind kinds[] = {TYPE_INT, TYPE_MONEY, TYPE_DATE, TYPE_MONTH, TYPE_CODE, TYPE_CODE};
    static const enum node_op ops[] = {NODE_LESS, NODE_LESS_EQUAL, NODE_GREATER, NODE_GREATER_EQUAL};
    struct world *world = maker->world;
    enum type_kind kind = PICK(maker, kinds);
    struct node *field = field_of(maker, kind);
    enum node_op op = kind == TYPE_CODE || world_below(world, 4) == 0 ? NODE_EQUAL : PICK(maker, ops);
    if (world_below(world, 4) == 0) {
        struct node *children[5] = {field};
        size_t count = 2 + world_below(world, 4);
        for (size_t i = 1; i < count; i++) children[i] = constant(maker, kind);
        return make(maker, NODE_IN, TYPE_BOOL, count, children);
    }
    if (kind != TYPE_CODE && world_below(world, 3) == 0)
        return make3(maker, NODE_BETWEEN, TYPE_BOOL, field, constant(maker, kind), constant(maker, kind));
    return world_below(world, 2) ? make2(maker, op, TYPE_BOOL, field, constant(maker, kind))
                                 : make2(maker, op, TYPE_BOOL, constant(maker, kind), field);
}

/* Ages, months and years against constants near those that occur. */
static struct node *date_test(const struct maker *maker)
{
    static const enum node_op ops[] = {NODE_EQUAL,      NODE_UNEQUAL, NODE_LESS,
                                       NODE_LESS_EQUAL, NODE_GREATER, NODE_GREATER_EQUAL};
    struct world *world = maker->world;
    enum node_op op = PICK(maker, ops);
    struct node *date = gen(maker, TYPE_DATE), *a, *b;
    switch (world_below(world, 3)) {
    case 0: {
        struct node *at = world_below(world, 3)
                              ? node_make(&world->arena, NODE_AS_OF, type_of(TYPE_DATE), -1, 0, NULL)
                              : constant(maker, TYPE_DATE);
        a = call(maker, FUNCTION_AGE, TYPE_INT, date, at, NULL);
        b = number(maker, (int64_t)world_below(world, 40) - 5);
        break;
    }
    case 1:
        a = call(maker, FUNCTION_MONTH, TYPE_MONTH, date, NULL, NULL);
        b = constant(maker, TYPE_MONTH);
        break;
    default:
        a = call(maker, FUNCTION_YEAR, TYPE_INT, date, NULL, NULL);
        b = number(maker, world_below(world, 5) == 0 ? (int64_t)world_below(world, 5000) - 1000
                                                     : 1998 + (int64_t)world_below(world, 28));
    }
    return world_below(world, 3) ? make2(maker, op, TYPE_BOOL, a, b) : make2(maker, op, TYPE_BOOL, b, a);
}

/* The sums that a ledger is asked for: one value, split by conditions, one of them the other way round. */
static struct node *split_sum(const struct maker *maker, enum type_kind kind)
{
    struct world *world = maker->world;
    int child, index;
    if (!pick_child(maker, &child, &index)) return leaf(maker, kind);
    struct maker inner = {world, child, maker->depth};
    struct node *value = field_of(&inner, kind), *total = NULL;
    struct node *period = column_test(&inner);
    for (size_t parts = 2 + world_below(world, 18); parts > 0; parts--) {
        struct node *code =
            make2(&inner, NODE_EQUAL, TYPE_BOOL, field_of(&inner, TYPE_CODE), constant(&inner, TYPE_CODE));
        struct node *w = world_below(world, 4) == 0 ? make1(&inner, NODE_NOT, TYPE_BOOL, code)
                         : world_below(world, 3)    ? make2(&inner, NODE_AND, TYPE_BOOL, code, period)
                                                    : column_test(&inner);
        struct node *children[2] = {value, w};
        struct node *sum = node_make(&world->arena, NODE_AGGREGATE, plain(kind), maker->reg, 2, children);
        sum->aggregate = AGGREGATE_SUM;
        sum->other = child;
        sum->index = index;
        sum = make2(maker, NODE_COALESCE, kind, sum, known_constant(maker, kind));
        total =
            total == NULL ? sum : make2(maker, parts % 2 == 0 ? NODE_ADD : NODE_SUBTRACT, kind, total, sum);
    }
    return total;
}

static struct node *text_test(const struct maker *maker)
{
    static const enum function functions[] = {FUNCTION_STARTS_WITH, FUNCTION_ENDS_WITH, FUNCTION_CONTAINS};
    static const char *const patterns[] = {"[0-9]*", "a.*", "a|ab"};
    struct node *text = gen(maker, TYPE_TEXT);
    if (world_below(maker->world, 3) == 0)
        return call(maker, FUNCTION_IDCARD_VALID, TYPE_BOOL, text, NULL, NULL);
    if (world_below(maker->world, 3) == 0)
        return call(maker, FUNCTION_IDCARD_MALE, TYPE_BOOL, text, NULL, NULL);
    if (world_below(maker->world, 2) == 0) {
        struct node *pattern = known_constant(maker, TYPE_TEXT);
        pattern->value.text = text_of(PICK(maker, patterns));
        return call(maker, FUNCTION_MATCHES, TYPE_BOOL, text, pattern, NULL);
    }
    return call(maker, PICK(maker, functions), TYPE_BOOL, text, gen(maker, TYPE_TEXT), NULL);
}

static struct node *gen_bool(const struct maker *maker)
{
    struct world *world = maker->world;
    switch (world_below(world, 19)) {
    case 16:
    case 17:
        return column_test(maker);
    case 18:
        return date_test(maker);
    case 0:
    case 1:
    case 2:
        return make2(maker, NODE_AND, TYPE_BOOL, gen(maker, TYPE_BOOL), gen(maker, TYPE_BOOL));
    case 3:
    case 4:
        return make2(maker, NODE_OR, TYPE_BOOL, gen(maker, TYPE_BOOL), gen(maker, TYPE_BOOL));
    case 5:
        return make1(maker, NODE_NOT, TYPE_BOOL, gen(maker, TYPE_BOOL));
    case 6:
        return make1(maker, world_below(world, 2) ? NODE_IS_NULL : NODE_KNOWN, TYPE_BOOL,
                     gen(maker, PICK(maker, ALL_KINDS)));
    case 7:
        return in_list(maker);
    case 8:
        return aggregate(maker, AGGREGATE_EXISTS, TYPE_BOOL, false, TYPE_BOOL);
    case 9:
        return aggregate(maker, world_below(world, 2) ? AGGREGATE_ANY : AGGREGATE_ALL, TYPE_BOOL, true,
                         TYPE_BOOL);
    case 10:
        return aggregate(maker, AGGREGATE_COVERS, TYPE_BOOL, true, TYPE_MONTH);
    case 11:
        return text_test(maker);
    case 12:
        return call(maker, world_below(world, 2) ? FUNCTION_HAS : FUNCTION_ONLY, TYPE_BOOL,
                    gen(maker, TYPE_CODES), known_constant(maker, TYPE_CODES), NULL);
    case 13:
        return between(maker);
    case 14:
        if (world_below(world, 4) == 0)
            return over_register(maker, FUNCTION_DUPLICATED, TYPE_BOOL, ALL_KINDS[world_below(world, 10)]);
        return comparison(maker);
    default:
        return comparison(maker);
    }
}

static struct node *date_number(const struct maker *maker)
{
    enum type_kind kind = PICK(maker, DATED);
    switch (world_below(maker->world, 6)) {
    case 0:
        return call(maker, FUNCTION_AGE, TYPE_INT, gen(maker, TYPE_DATE), gen(maker, TYPE_DATE), NULL);
    case 1:
        return call(maker, FUNCTION_MONTHS_BETWEEN, TYPE_INT, gen(maker, kind), gen(maker, kind), NULL);
    case 2:
        return call(maker, FUNCTION_DAYS_BETWEEN, TYPE_INT, gen(maker, TYPE_DATE), gen(maker, TYPE_DATE),
                    NULL);
    case 3:
        return call(maker, FUNCTION_YEAR, TYPE_INT, gen(maker, kind), NULL, NULL);
    case 4:
        return call(maker, FUNCTION_MONTH_NUMBER, TYPE_INT, gen(maker, kind), NULL, NULL);
    default:
        return make2(maker, NODE_SUBTRACT, TYPE_INT, gen(maker, kind), gen(maker, kind));
    }
}

static struct node *gen_int(const struct maker *maker)
{
    struct world *world = maker->world;
    static const enum node_op ops[] = {NODE_ADD, NODE_SUBTRACT, NODE_MULTIPLY};
    static const enum aggregate aggregates[] = {AGGREGATE_SUM, AGGREGATE_MIN, AGGREGATE_MAX,
                                                AGGREGATE_MEDIAN};
    switch (world_below(world, 12)) {
    case 11:
        return split_sum(maker, TYPE_INT);
    case 0:
    case 1:
        return make2(maker, PICK(maker, ops), TYPE_INT, gen(maker, TYPE_INT), gen(maker, TYPE_INT));
    case 2:
        return make1(maker, NODE_NEGATE, TYPE_INT, gen(maker, TYPE_INT));
    case 3:
        return aggregate(maker, AGGREGATE_COUNT, TYPE_INT, false, TYPE_BOOL);
    case 4:
        return aggregate(maker, PICK(maker, aggregates), TYPE_INT, true, TYPE_INT);
    case 5:
        return aggregate(maker, AGGREGATE_DISTINCT, TYPE_INT, true, PICK(maker, ALL_KINDS));
    case 6:
        return date_number(maker);
    case 7:
        return call(maker, FUNCTION_LENGTH, TYPE_INT, gen(maker, TYPE_TEXT), NULL, NULL);
    case 8:
        return call(maker, FUNCTION_SIZE, TYPE_INT, gen(maker, TYPE_CODES), NULL, NULL);
    case 9:
        if (world_below(world, 4) == 0)
            return over_register(maker, FUNCTION_RANK, TYPE_INT, PICK(maker, ORDERED));
        return call(maker, world_below(world, 2) ? FUNCTION_DISABILITY_KIND : FUNCTION_DISABILITY_GRADE,
                    TYPE_INT, gen(maker, TYPE_TEXT), NULL, NULL);
    default:
        return call(maker, world_below(world, 2) ? FUNCTION_LEAST : FUNCTION_GREATEST, TYPE_INT,
                    gen(maker, TYPE_INT), gen(maker, TYPE_INT), NULL);
    }
}

static struct node *digits(const struct maker *maker)
{
    return number(maker, (int64_t)world_below(maker->world, 14) - 8);
}

static struct node *gen_decimal(const struct maker *maker)
{
    switch (world_below(maker->world, 8)) {
    case 0:
        return make2(maker, NODE_ADD, TYPE_DECIMAL, gen(maker, TYPE_DECIMAL), gen(maker, TYPE_DECIMAL));
    case 1:
        return make2(maker, NODE_MULTIPLY, TYPE_DECIMAL, gen(maker, PICK(maker, EXACT)),
                     gen(maker, TYPE_DECIMAL));
    case 2:
        return make2(maker, NODE_MULTIPLY, TYPE_DECIMAL, gen(maker, TYPE_RATIO),
                     gen(maker, PICK(maker, EXACT)));
    case 3:
        return make2(maker, NODE_DIVIDE, TYPE_DECIMAL, gen(maker, TYPE_DECIMAL), gen(maker, TYPE_INT));
    case 4:
        return make1(maker, NODE_CONVERT, TYPE_DECIMAL, gen(maker, TYPE_INT));
    case 5:
        return call(maker, FUNCTION_NUMBER, TYPE_DECIMAL,
                    gen(maker, world_below(maker->world, 2) ? TYPE_MONEY : TYPE_RATIO), NULL, NULL);
    case 6:
        return call(maker, FUNCTION_ROUND, TYPE_DECIMAL, gen(maker, TYPE_DECIMAL), digits(maker), NULL);
    default:
        return aggregate(maker, world_below(maker->world, 2) ? AGGREGATE_AVG : AGGREGATE_SUM, TYPE_DECIMAL,
                         true, TYPE_DECIMAL);
    }
}

static struct node *gen_money(const struct maker *maker)
{
    static const enum type_kind factors[] = {TYPE_INT, TYPE_DECIMAL, TYPE_RATIO};
    static const enum aggregate aggregates[] = {AGGREGATE_SUM, AGGREGATE_AVG, AGGREGATE_MIN, AGGREGATE_MAX,
                                                AGGREGATE_MEDIAN};
    switch (world_below(maker->world, 9)) {
    case 8:
        return split_sum(maker, TYPE_MONEY);
    case 0:
        return make2(maker, NODE_ADD, TYPE_MONEY, gen(maker, TYPE_MONEY), gen(maker, TYPE_MONEY));
    case 1:
        return make2(maker, NODE_SUBTRACT, TYPE_MONEY, gen(maker, TYPE_MONEY), gen(maker, TYPE_MONEY));
    case 2:
        return make2(maker, NODE_MULTIPLY, TYPE_MONEY, gen(maker, TYPE_MONEY),
                     gen(maker, PICK(maker, factors)));
    case 3:
        return make2(maker, NODE_MULTIPLY, TYPE_MONEY, gen(maker, PICK(maker, factors)),
                     gen(maker, TYPE_MONEY));
    case 4:
        return make2(maker, NODE_DIVIDE, TYPE_MONEY, gen(maker, TYPE_MONEY),
                     gen(maker, PICK(maker, factors)));
    case 5:
        return call(maker, FUNCTION_YUAN, TYPE_MONEY, gen(maker, PICK(maker, EXACT)), NULL, NULL);
    case 6:
        return call(maker, FUNCTION_ROUND, TYPE_MONEY, gen(maker, TYPE_MONEY), digits(maker), NULL);
    default:
        return aggregate(maker, PICK(maker, aggregates), TYPE_MONEY, true, TYPE_MONEY);
    }
}

static struct node *gen_ratio(const struct maker *maker)
{
    static const enum node_op ops[] = {NODE_ADD, NODE_SUBTRACT, NODE_MULTIPLY, NODE_DIVIDE};
    static const enum aggregate aggregates[] = {AGGREGATE_SUM, AGGREGATE_AVG, AGGREGATE_MIN, AGGREGATE_MAX,
                                                AGGREGATE_MEDIAN};
    enum type_kind kind = PICK(maker, NUMBERS);
    switch (world_below(maker->world, 7)) {
    case 0:
        return make2(maker, PICK(maker, ops), TYPE_RATIO, gen(maker, TYPE_RATIO), gen(maker, TYPE_RATIO));
    case 1:
    case 2:
        return make2(maker, NODE_DIVIDE, TYPE_RATIO, gen(maker, kind), gen(maker, kind));
    case 3:
        return call(maker, FUNCTION_ROUND, TYPE_RATIO, gen(maker, TYPE_RATIO), digits(maker), NULL);
    case 4:
        return aggregate(maker, AGGREGATE_SHARE, TYPE_RATIO, true, TYPE_BOOL);
    case 5:
        return aggregate(maker, AGGREGATE_AVG, TYPE_RATIO, true,
                         world_below(maker->world, 2) ? TYPE_INT : TYPE_RATIO);
    default:
        return aggregate(maker, PICK(maker, aggregates), TYPE_RATIO, true, TYPE_RATIO);
    }
}

static struct node *gen_date(const struct maker *maker)
{
    struct world *world = maker->world;
    switch (world_below(world, 7)) {
    case 0:
        return make2(maker, world_below(world, 2) ? NODE_ADD : NODE_SUBTRACT, TYPE_DATE,
                     gen(maker, TYPE_DATE), gen(maker, TYPE_INT));
    case 1:
        return call(maker, FUNCTION_ADD_MONTHS, TYPE_DATE, gen(maker, TYPE_DATE),
                    number(maker, (int64_t)world_below(world, 60) - 30), NULL);
    case 2:
        return call(maker, FUNCTION_ADD_MONTHS, TYPE_DATE, gen(maker, TYPE_DATE), gen(maker, TYPE_INT), NULL);
    case 3:
        return call(maker, world_below(world, 2) ? FUNCTION_FIRST_DAY : FUNCTION_LAST_DAY, TYPE_DATE,
                    gen(maker, TYPE_MONTH), NULL, NULL);
    case 4:
        return call(maker, FUNCTION_IDCARD_BIRTH, TYPE_DATE, gen(maker, TYPE_TEXT), NULL, NULL);
    case 5:
        return call(maker, FUNCTION_DATE, TYPE_DATE, number(maker, 1990 + (int64_t)world_below(world, 40)),
                    number(maker, (int64_t)world_below(world, 14)), gen(maker, TYPE_INT));
    default:
        return aggregate(maker, world_below(world, 2) ? AGGREGATE_MIN : AGGREGATE_MAX, TYPE_DATE, true,
                         TYPE_DATE);
    }
}

static struct node *gen_month(const struct maker *maker)
{
    struct world *world = maker->world;
    switch (world_below(world, 4)) {
    case 0:
        return make2(maker, world_below(world, 2) ? NODE_ADD : NODE_SUBTRACT, TYPE_MONTH,
                     gen(maker, TYPE_MONTH), gen(maker, TYPE_INT));
    case 1:
        return call(maker, FUNCTION_MONTH, TYPE_MONTH, gen(maker, TYPE_DATE), NULL, NULL);
    case 2:
        return call(maker, FUNCTION_MAKE_MONTH, TYPE_MONTH, number(maker, 2022), gen(maker, TYPE_INT), NULL);
    default:
        return aggregate(maker, world_below(world, 2) ? AGGREGATE_MIN : AGGREGATE_MEDIAN, TYPE_MONTH, true,
                         TYPE_MONTH);
    }
}

static struct node *gen_text(const struct maker *maker)
{
    struct world *world = maker->world;
    switch (world_below(world, 4)) {
    case 0:
        return call(
            maker, FUNCTION_SUBSTRING, TYPE_TEXT, gen(maker, TYPE_TEXT),
            world_below(world, 2) ? gen(maker, TYPE_INT) : number(maker, (int64_t)world_below(world, 6) - 2),
            world_below(world, 4) ? number(maker, (int64_t)world_below(world, 5) - 1) : gen(maker, TYPE_INT));
    case 1:
        return call(maker, FUNCTION_IDCARD_DIVISION, TYPE_TEXT, gen(maker, TYPE_TEXT), NULL, NULL);
    case 2:
        return call(maker, world_below(world, 2) ? FUNCTION_LEAST : FUNCTION_GREATEST, TYPE_TEXT,
                    gen(maker, TYPE_TEXT), gen(maker, TYPE_TEXT), NULL);
    default:
        return aggregate(maker, world_below(world, 2) ? AGGREGATE_MIN : AGGREGATE_MAX, TYPE_TEXT, true,
                         TYPE_TEXT);
    }
}

static struct node *gen(const struct maker *outer, enum type_kind kind)
{
    struct maker inner = *outer;
    const struct maker *maker = &inner;
    inner.depth--;
    if (outer->depth <= 0 || kind == TYPE_RECORD || world_below(outer->world, 6) == 0)
        return leaf(outer, kind);
    if (world_below(outer->world, 7) == 0) return choice(maker, kind);
    switch (kind) {
    case TYPE_BOOL:
        return gen_bool(maker);
    case TYPE_INT:
        return gen_int(maker);
    case TYPE_DECIMAL:
        return gen_decimal(maker);
    case TYPE_MONEY:
        return gen_money(maker);
    case TYPE_RATIO:
        return gen_ratio(maker);
    case TYPE_DATE:
        return gen_date(maker);
    case TYPE_MONTH:
        return gen_month(maker);
    case TYPE_TEXT:
        return gen_text(maker);
    case TYPE_CODE:
    case TYPE_CODES:
        return world_below(outer->world, 2) ? choice(maker, kind) : leaf(outer, kind);
    case TYPE_RECORD:
    case TYPE_NULL:
        break;
    }
    return leaf(outer, kind);
}

struct node *generate(struct world *world, int reg, enum type_kind kind, int depth)
{
    struct maker maker = {world, reg, depth};
    return gen(&maker, kind);
}
