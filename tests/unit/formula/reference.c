/* Obvious rather than quick. Integers are computed in __int128 and checked at the end. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/idcard.h"
#include "base/mem.h"

typedef __int128 wide;

struct scene {
    const struct world *world;
    int reg;
    const struct world_row *row;
    bool dated;
    int32_t as_of;
};

static struct value eval(const struct scene *scene, const struct node *node);

static const struct value UNKNOWN = {0};

static struct value integer(wide value)
{
    if (value < INT64_MIN || value > INT64_MAX) return UNKNOWN;
    return (struct value){.known = true, .integer = (int64_t)value};
}

static struct value truth(bool value)
{
    return integer(value);
}

static struct value ratio(double value)
{
    if (!isfinite(value)) return UNKNOWN;
    return (struct value){.known = true, .ratio = value + 0.0};
}

static struct value text(struct text value)
{
    return (struct value){.known = true, .text = value};
}

static struct value rounded(double value)
{
    double nearest = round(value);
    if (!(fabs(nearest) < 9223372036854775808.0)) return UNKNOWN;
    return integer((wide)nearest);
}

/* n / d rounded half away from zero, as base/money does it: the least int64 counts as overflow. */
static struct value divided(wide n, wide d)
{
    if (d == 0) return UNKNOWN;
    wide magnitude_n = n < 0 ? -n : n, magnitude_d = d < 0 ? -d : d;
    wide quotient = magnitude_n / magnitude_d;
    if (magnitude_n % magnitude_d * 2 >= magnitude_d) quotient++;
    if (quotient > INT64_MAX) return UNKNOWN;
    return integer((n < 0) != (d < 0) ? -quotient : quotient);
}

static struct value date(wide value)
{
    if (value < INT32_MIN || value > INT32_MAX || !date_in_range((int32_t)value)) return UNKNOWN;
    return integer(value);
}

static struct value month(wide value)
{
    if (value < INT32_MIN || value > INT32_MAX || !month_in_range((int32_t)value)) return UNKNOWN;
    return integer(value);
}

static struct value and3(struct value a, struct value b)
{
    if ((a.known && !a.integer) || (b.known && !b.integer)) return truth(false);
    return a.known && b.known ? truth(true) : UNKNOWN;
}

static struct value not3(struct value a)
{
    return a.known ? truth(!a.integer) : UNKNOWN;
}

static struct value or3(struct value a, struct value b)
{
    return not3(and3(not3(a), not3(b)));
}

/* -1, 0, 1 for two known values of one kind. */
static int order(enum type_kind kind, const struct value *a, const struct value *b)
{
    if (kind == TYPE_RATIO) return (a->ratio > b->ratio) - (a->ratio < b->ratio);
    if (kind == TYPE_TEXT) {
        int by_bytes = text_compare(a->text, b->text);
        return (by_bytes > 0) - (by_bytes < 0);
    }
    return (a->integer > b->integer) - (a->integer < b->integer);
}

static struct value compared(enum node_op op, enum type_kind kind, struct value a, struct value b)
{
    if (!a.known || !b.known) return UNKNOWN;
    int sign = order(kind, &a, &b);
    if (op == NODE_EQUAL) return truth(sign == 0);
    if (op == NODE_UNEQUAL) return truth(sign != 0);
    if (op == NODE_LESS) return truth(sign < 0);
    if (op == NODE_LESS_EQUAL) return truth(sign <= 0);
    if (op == NODE_GREATER) return truth(sign > 0);
    return truth(sign >= 0);
}

bool reference_present(const struct world *world, int reg, const struct world_row *row)
{
    int parent = world->schema.registers[reg].parent;
    if (parent < 0) return true;
    if (!row->values[FIELD_PARENT].known) return false;
    const struct world_row *above = world_find(world, parent, row->values[FIELD_PARENT].integer);
    return above != NULL && reference_present(world, parent, above);
}

/* A field as the frame has it: references to what is not there are empty. */
static struct value field(const struct world *world, int reg, const struct world_row *row, int index)
{
    struct type type = world->schema.registers[reg].fields[index].type;
    struct value value = row->values[index];
    if (!value.known || type.kind != TYPE_RECORD) return value;
    const struct world_row *there = world_find(world, type.record, value.integer);
    return there != NULL && reference_present(world, type.record, there) ? value : UNKNOWN;
}

static struct value up(const struct scene *scene, const struct node *node)
{
    struct value reference = field(scene->world, scene->reg, scene->row, node->index);
    if (!reference.known) return UNKNOWN;
    struct scene above = *scene;
    above.reg = scene->world->schema.registers[scene->reg].fields[node->index].type.record;
    above.row = world_find(scene->world, above.reg, reference.integer);
    return eval(&above, node->children[0]);
}

static struct value arithmetic(enum node_op op, const struct node *node, struct value a, struct value b)
{
    enum type_kind ka = node->children[0]->type.kind, kb = node->children[1]->type.kind,
                   out = node->type.kind;
    if (!a.known || !b.known) return UNKNOWN;
    wide x = a.integer, y = b.integer;
    if (op == NODE_ADD || op == NODE_SUBTRACT) {
        if (out == TYPE_RATIO) return ratio(op == NODE_ADD ? a.ratio + b.ratio : a.ratio - b.ratio);
        wide sum = op == NODE_ADD ? x + y : x - y;
        return out == TYPE_DATE ? date(sum) : out == TYPE_MONTH ? month(sum) : integer(sum);
    }
    if (op == NODE_MULTIPLY) {
        if (ka == TYPE_RATIO && kb == TYPE_RATIO) return ratio(a.ratio * b.ratio);
        if (ka == TYPE_RATIO) { /* the exact number first */
            x = y;
            b.ratio = a.ratio;
            ka = kb;
            kb = TYPE_RATIO;
        }
        if (kb == TYPE_RATIO) {
            struct value number = ka == TYPE_INT ? integer(x * 10000) : integer(x);
            return number.known ? rounded((double)number.integer * b.ratio) : UNKNOWN;
        }
        return ka == TYPE_INT || kb == TYPE_INT ? integer(x * y) : divided(x * y, 10000);
    }
    if (ka == TYPE_RATIO) return b.ratio == 0 ? UNKNOWN : ratio(a.ratio / b.ratio);
    if (kb == TYPE_RATIO) return b.ratio == 0 ? UNKNOWN : rounded((double)a.integer / b.ratio);
    if (out == TYPE_RATIO) return y == 0 ? UNKNOWN : ratio((double)a.integer / (double)b.integer);
    return divided(kb == TYPE_DECIMAL ? x * 10000 : x, y);
}

/* ---- Aggregates ---- */

struct item {
    struct value w, v, y; /* y: LATEST and EARLIEST only */
};

static int compare_items(const void *a, const void *b, void *kind)
{
    return order(*(const enum type_kind *)kind, &((const struct item *)a)->v, &((const struct item *)b)->v);
}

/* Sum, exactly; ratios by their first nine decimals. */
static bool exact_sum(const struct item *items, size_t count, enum type_kind kind, int64_t *sum)
{
    wide total = 0;
    for (size_t i = 0; i < count; i++) {
        struct value value = kind == TYPE_RATIO ? rounded(items[i].v.ratio * 1e9) : items[i].v;
        if (!value.known) return false;
        total += value.integer;
    }
    *sum = (int64_t)total;
    return total >= INT64_MIN && total <= INT64_MAX;
}

static struct value average(const struct node *node, enum type_kind kind, int64_t sum, size_t count)
{
    if (count == 0) return UNKNOWN;
    if (kind == TYPE_RATIO) return ratio((double)sum / (double)((int64_t)count * 1000000000));
    if (node->type.kind == TYPE_RATIO) return ratio((double)sum / (double)count);
    return divided(sum, (wide)count);
}

static struct value covers(const struct scene *scene, const struct node *node, const struct item *items,
                           size_t count)
{
    struct value first = eval(scene, node->children[2]), last = eval(scene, node->children[3]);
    if (!first.known || !last.known || last.integer - first.integer >= 64) return UNKNOWN;
    for (int64_t wanted = first.integer; wanted <= last.integer; wanted++) {
        bool found = false;
        for (size_t i = 0; i < count; i++)
            found |=
                items[i].w.known && items[i].w.integer && items[i].v.known && items[i].v.integer == wanted;
        if (!found) return truth(false);
    }
    return truth(true);
}

/* Aggregates that want every w known, and every v where w is true; items: those with w true. */
static struct value strict(const struct node *node, struct item *items, size_t count, enum type_kind kind)
{
    int64_t sum = 0;
    size_t yes = 0, different = count > 0;
    if (node->aggregate == AGGREGATE_COUNT) return integer((wide)count);
    if (node->aggregate == AGGREGATE_SUM || node->aggregate == AGGREGATE_AVG) {
        if (!exact_sum(items, count, kind, &sum)) return UNKNOWN;
        if (node->aggregate == AGGREGATE_AVG) return average(node, kind, sum, count);
        return kind == TYPE_RATIO ? ratio((double)sum / 1e9) : integer(sum);
    }
    if (node->aggregate == AGGREGATE_SHARE) {
        for (size_t i = 0; i < count; i++) yes += items[i].v.integer != 0;
        return count == 0 ? UNKNOWN : ratio((double)yes / (double)count);
    }
    qsort_r(items, count, sizeof *items, compare_items, &kind);
    if (node->aggregate == AGGREGATE_DISTINCT) {
        for (size_t i = 1; i < count; i++) different += order(kind, &items[i].v, &items[i - 1].v) != 0;
        return integer((wide)different);
    }
    if (count == 0) return UNKNOWN;
    if (node->aggregate == AGGREGATE_MIN) return items[0].v;
    if (node->aggregate == AGGREGATE_MAX) return items[count - 1].v;
    return items[(count - 1) / 2].v;
}

static bool picks(const struct node *node)
{
    return node->aggregate == AGGREGATE_LATEST || node->aggregate == AGGREGATE_EARLIEST;
}

/* Every w is known, and every y; items: those with w true. */
static struct value latest(const struct node *node, const struct item *items, size_t count)
{
    enum type_kind kind = node->children[0]->type.kind, by = node->children[2]->type.kind;
    size_t best = 0;
    if (count == 0) return UNKNOWN;
    for (size_t i = 1; i < count; i++) {
        int sign = order(by, &items[i].y, &items[best].y);
        if (node->aggregate == AGGREGATE_LATEST ? sign > 0 : sign < 0) best = i;
    }
    for (size_t i = 0; i < count; i++) {
        if (order(by, &items[i].y, &items[best].y) != 0) continue;
        if (!items[i].v.known || !items[best].v.known || order(kind, &items[i].v, &items[best].v) != 0)
            return UNKNOWN;
    }
    return items[best].v;
}

static struct value aggregate(const struct scene *scene, const struct node *node)
{
    const struct world_table *table = &scene->world->tables[node->other];
    struct item *items = mem_new(table->count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct world_row *row = &table->rows[i];
        struct value reference = field(scene->world, node->other, row, node->index);
        if (!reference_present(scene->world, node->other, row)) continue;
        if (!reference.known || reference.integer != scene->row->id) continue;
        struct scene child = *scene;
        child.reg = node->other;
        child.row = row;
        items[count].w = node->children[1] == NULL ? truth(true) : eval(&child, node->children[1]);
        items[count].v = node->children[0] == NULL ? UNKNOWN : eval(&child, node->children[0]);
        items[count].y = picks(node) ? eval(&child, node->children[2]) : UNKNOWN;
        count++;
    }
    struct value result = truth(node->aggregate == AGGREGATE_ALL);
    if (node->aggregate == AGGREGATE_EXISTS) {
        for (size_t i = 0; i < count; i++) result = or3(result, items[i].w);
    } else if (node->aggregate == AGGREGATE_ANY) {
        for (size_t i = 0; i < count; i++) result = or3(result, and3(items[i].w, items[i].v));
    } else if (node->aggregate == AGGREGATE_ALL) {
        for (size_t i = 0; i < count; i++) result = and3(result, or3(not3(items[i].w), items[i].v));
    } else if (node->aggregate == AGGREGATE_COVERS) {
        result = covers(scene, node, items, count);
    } else {
        size_t kept = 0;
        bool open = false;
        for (size_t i = 0; i < count; i++) {
            open |= !items[i].w.known;
            if (!items[i].w.known || !items[i].w.integer) continue;
            open |=
                node->aggregate != AGGREGATE_COUNT && !(picks(node) ? items[i].y.known : items[i].v.known);
            items[kept++] = items[i];
        }
        enum type_kind kind = node->children[0] == NULL ? TYPE_BOOL : node->children[0]->type.kind;
        result = open ? UNKNOWN : picks(node) ? latest(node, items, kept) : strict(node, items, kept, kind);
    }
    free(items);
    return result;
}

/* ---- A COUNT compared with a fixed 0 or 1 asks whether there is any row ---- */

static const struct node *through(const struct node *node)
{
    while (node->op == NODE_DEFINITION) node = node->children[0];
    return node;
}

static bool is_count(const struct node *node)
{
    return node->op == NODE_AGGREGATE && node->aggregate == AGGREGATE_COUNT;
}

static struct value comparison(const struct scene *scene, enum node_op op, const struct node *left,
                               const struct node *right)
{
    static const enum node_op mirrored[] = {
        [NODE_EQUAL] = NODE_EQUAL,  [NODE_UNEQUAL] = NODE_UNEQUAL,
        [NODE_LESS] = NODE_GREATER, [NODE_LESS_EQUAL] = NODE_GREATER_EQUAL,
        [NODE_GREATER] = NODE_LESS, [NODE_GREATER_EQUAL] = NODE_LESS_EQUAL};
    struct value a = eval(scene, left), b = eval(scene, right);
    enum type_kind kind = left->type.kind;
    if (!is_count(through(left)) && is_count(through(right))) {
        const struct node *swap = left;
        left = right;
        right = swap;
        op = mirrored[op];
        struct value other = a;
        a = b;
        b = other;
    }
    if (is_count(through(left)) && right->scope < 0 && b.known && (b.integer == 0 || b.integer == 1)) {
        struct node exists = *through(left);
        exists.aggregate = AGGREGATE_EXISTS;
        struct value any = aggregate(scene, &exists);
        if (b.integer == 0 && (op == NODE_GREATER || op == NODE_UNEQUAL)) return any;
        if (b.integer == 1 && op == NODE_GREATER_EQUAL) return any;
        if (b.integer == 0 && (op == NODE_EQUAL || op == NODE_LESS_EQUAL)) return not3(any);
        if (b.integer == 1 && op == NODE_LESS) return not3(any);
    }
    return compared(op, kind, a, b);
}

/* ---- Functions ---- */

static struct value round_to(enum type_kind kind, struct value a, int64_t digits)
{
    if (kind == TYPE_RATIO) {
        double power = 1;
        if (digits > 15) return a;
        if (digits < -308) return ratio(0);
        for (int64_t i = 0; i < llabs(digits); i++) power *= 10;
        if (digits < 0) return ratio(round(a.ratio / power) * power);
        double result = round(a.ratio * power) / power;
        return isfinite(result) ? ratio(result) : a;
    }
    int64_t grain = kind == TYPE_MONEY ? 2 : kind == TYPE_DECIMAL ? 4 : 0;
    if (digits >= grain) return a;
    if (grain - digits > 19) return integer(0);
    wide unit = 1, magnitude = a.integer < 0 ? -(wide)a.integer : a.integer;
    for (int64_t i = digits; i < grain; i++) unit *= 10;
    wide units = magnitude / unit + (magnitude % unit * 2 >= unit);
    return integer(a.integer < 0 ? -units * unit : units * unit);
}

static struct value substring(struct text whole, int64_t from, int64_t count)
{
    int64_t place = 0;
    size_t begin = whole.size, end = whole.size;
    for (size_t offset = 0; offset < whole.size;) {
        size_t at = offset;
        text_next(whole, &offset);
        place++;
        if (place < from || (wide)place >= (wide)from + count) continue;
        if (begin == whole.size) begin = at;
        end = offset;
    }
    return text((struct text){whole.at + begin, end - begin});
}

/* The patterns that the generator uses. */
static bool matches(struct text whole, struct text pattern)
{
    if (text_is(pattern, "[0-9]*")) {
        for (size_t i = 0; i < whole.size; i++)
            if (whole.at[i] < '0' || whole.at[i] > '9') return false;
        return true;
    }
    if (text_is(pattern, "a.*")) return text_starts(whole, TEXT("a"));
    return text_is(whole, "a") || text_is(whole, "ab"); /* a|ab */
}

enum { KEYS_MAX = NODE_WITHIN_MAX + 2 };

/* The value and all keys of a record; false if one of them is unknown. */
static bool keys_of(const struct scene *scene, const struct node *node, struct value keys[KEYS_MAX])
{
    bool known = true;
    for (size_t i = 0; i < node->child_count; i++) {
        keys[i] = eval(scene, node->children[i]);
        known = known && keys[i].known;
    }
    return known;
}

static struct value rank(const struct scene *scene, const struct node *node, bool duplicated)
{
    const struct world_table *table = &scene->world->tables[scene->reg];
    struct value own[KEYS_MAX], others[KEYS_MAX];
    bool keyed = node->child_count > 1, across = keyed && node->index + 1 < (int)node->child_count;
    wide larger = 0, equal = 0;
    if (!keys_of(scene, node, own)) return UNKNOWN;
    for (size_t i = 0; i < table->count; i++) {
        struct scene other = *scene;
        other.row = &table->rows[i];
        if (!reference_present(scene->world, scene->reg, other.row)) continue;
        bool together = keys_of(&other, node, others);
        for (int k = 1; keyed && k <= node->index; k++)
            together = together && order(node->children[k]->type.kind, &others[k], &own[k]) == 0;
        if (!together) continue;
        int sign = order(node->children[0]->type.kind, &others[0], &own[0]);
        larger += sign > 0;
        size_t last = node->child_count - 1;
        equal +=
            sign == 0 && (!across || order(node->children[last]->type.kind, &others[last], &own[last]) != 0);
    }
    return duplicated ? truth(equal > (across ? 0 : 1)) : integer(larger + 1);
}

static struct value of_dates(enum function function, enum type_kind kind, int64_t a, int64_t b, int64_t c)
{
    int32_t made;
    switch ((int)function) {
    case FUNCTION_AGE:
        return b < a ? UNKNOWN : integer(date_years_between((int32_t)a, (int32_t)b));
    case FUNCTION_MONTHS_BETWEEN:
        return kind == TYPE_MONTH ? integer((wide)b - a)
                                  : integer(date_months_between((int32_t)a, (int32_t)b));
    case FUNCTION_DAYS_BETWEEN:
        return integer((wide)b - a);
    case FUNCTION_ADD_MONTHS:
        return b < -10000 || b > 10000 ? UNKNOWN : date(date_add_months((int32_t)a, (int32_t)b));
    case FUNCTION_YEAR:
        return integer((kind == TYPE_DATE ? date_month((int32_t)a) : a) / 12);
    case FUNCTION_MONTH:
        return integer(date_month((int32_t)a));
    case FUNCTION_MONTH_NUMBER:
        return integer((kind == TYPE_DATE ? date_month((int32_t)a) : a) % 12 + 1);
    case FUNCTION_FIRST_DAY:
        return integer(month_first((int32_t)a));
    case FUNCTION_LAST_DAY:
        return integer(month_last((int32_t)a));
    case FUNCTION_DATE:
        if (llabs(a / 2) > 5000 || llabs(b / 2) > 50 || llabs(c / 2) > 50) return UNKNOWN;
        return date_make((int)a, (int)b, (int)c, &made) ? integer(made) : UNKNOWN;
    case FUNCTION_MAKE_MONTH:
        if (llabs(a / 2) > 5000 || llabs(b / 2) > 50) return UNKNOWN;
        return month_make((int)a, (int)b, &made) ? integer(made) : UNKNOWN;
    }
    return UNKNOWN;
}

static struct value of_texts(enum function function, struct value a, struct value b, struct value c)
{
    int32_t birth;
    int kind, grade;
    bool male;
    switch ((int)function) {
    case FUNCTION_LENGTH:
        return integer((wide)text_length(a.text));
    case FUNCTION_STARTS_WITH:
        return truth(text_starts(a.text, b.text));
    case FUNCTION_ENDS_WITH:
        return truth(text_ends(a.text, b.text));
    case FUNCTION_CONTAINS:
        return truth(text_find(a.text, b.text) >= 0);
    case FUNCTION_SUBSTRING:
        return substring(a.text, b.integer, c.integer);
    case FUNCTION_MATCHES:
        return truth(matches(a.text, b.text));
    case FUNCTION_IDCARD_VALID:
        return truth(idcard_valid(a.text));
    case FUNCTION_IDCARD_BIRTH:
        return idcard_birth(a.text, &birth) ? integer(birth) : UNKNOWN;
    case FUNCTION_IDCARD_MALE:
        return idcard_male(a.text, &male) ? truth(male) : UNKNOWN;
    case FUNCTION_IDCARD_DIVISION:
        for (size_t i = 0; i < 6; i++)
            if (i >= a.text.size || a.text.at[i] < '0' || a.text.at[i] > '9') return UNKNOWN;
        return text((struct text){a.text.at, 6});
    case FUNCTION_DISABILITY_KIND:
        return idcard_disability(a.text, &kind, &grade) ? integer(kind) : UNKNOWN;
    case FUNCTION_DISABILITY_GRADE:
        return idcard_disability(a.text, &kind, &grade) ? integer(grade) : UNKNOWN;
    }
    return UNKNOWN;
}

static struct value call(const struct scene *scene, const struct node *node)
{
    struct value in[3] = {{0}, {0}, {0}};
    enum type_kind kind = node->children[0]->type.kind;
    if (node->function == FUNCTION_RANK || node->function == FUNCTION_DUPLICATED)
        return rank(scene, node, node->function == FUNCTION_DUPLICATED);
    for (size_t i = 0; i < node->child_count; i++) {
        in[i] = eval(scene, node->children[i]);
        if (!in[i].known) return UNKNOWN;
    }
    struct value a = in[0], b = in[1], c = in[2];
    switch ((int)node->function) {
    case FUNCTION_ABS:
        return kind == TYPE_RATIO ? ratio(fabs(a.ratio))
                                  : integer(a.integer < 0 ? -(wide)a.integer : a.integer);
    case FUNCTION_LEAST:
        return order(kind, &b, &a) < 0 ? b : a;
    case FUNCTION_GREATEST:
        return order(kind, &b, &a) > 0 ? b : a;
    case FUNCTION_ROUND:
        return round_to(kind, a, b.integer);
    case FUNCTION_YUAN:
        return kind == TYPE_INT ? integer((wide)a.integer * 100) : divided(a.integer, 100);
    case FUNCTION_NUMBER:
        return kind == TYPE_RATIO ? rounded(a.ratio * 10000) : integer((wide)a.integer * 100);
    case FUNCTION_HAS:
        return truth((a.integer & b.integer) != 0);
    case FUNCTION_ONLY:
        return truth(a.integer != 0 && (a.integer & ~b.integer) == 0);
    case FUNCTION_SIZE:
        return integer(__builtin_popcountll((unsigned long long)a.integer));
    }
    struct value dated = of_dates(node->function, kind, a.integer, b.integer, c.integer);
    return dated.known || kind != TYPE_TEXT ? dated : of_texts(node->function, a, b, c);
}

static struct value in_list(const struct scene *scene, const struct node *node)
{
    struct value value = eval(scene, node->children[0]), result = truth(false);
    for (size_t i = 1; i < node->child_count; i++)
        result = or3(result, compared(NODE_EQUAL, node->children[0]->type.kind, value,
                                      eval(scene, node->children[i])));
    return result;
}

static struct value choose(const struct scene *scene, const struct node *node)
{
    struct value condition = eval(scene, node->children[0]);
    if (!condition.known) return UNKNOWN;
    if (condition.integer) return eval(scene, node->children[1]);
    return node->child_count > 2 && node->children[2] != NULL ? eval(scene, node->children[2]) : UNKNOWN;
}

static struct value previous(const struct scene *scene, const struct node *node)
{
    struct scene before = *scene;
    int32_t earlier = scene->dated ? date_add_months(scene->as_of, -12) : 0;
    before.dated = scene->dated && date_in_range(earlier);
    before.as_of = earlier;
    return eval(&before, node->children[0]);
}

static struct value eval(const struct scene *scene, const struct node *node)
{
    struct node *const *child = node->children;
    struct value value;
    switch (node->op) {
    case NODE_CONSTANT:
        return node->value.known ? node->value : UNKNOWN;
    case NODE_PARAMETER:
        return scene->dated ? schema_parameter_at(&scene->world->schema.parameters[node->index], scene->as_of)
                            : UNKNOWN;
    case NODE_AS_OF:
        return scene->dated ? integer(scene->as_of) : UNKNOWN;
    case NODE_FIELD:
        return field(scene->world, scene->reg, scene->row, node->index);
    case NODE_DEFINITION:
        return eval(scene, child[0]);
    case NODE_UP:
        return up(scene, node);
    case NODE_AGGREGATE:
        return aggregate(scene, node);
    case NODE_NOT:
        return not3(eval(scene, child[0]));
    case NODE_AND:
        return and3(eval(scene, child[0]), eval(scene, child[1]));
    case NODE_OR:
        return or3(eval(scene, child[0]), eval(scene, child[1]));
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        return comparison(scene, node->op, child[0], child[1]);
    case NODE_BETWEEN:
        return and3(comparison(scene, NODE_GREATER_EQUAL, child[0], child[1]),
                    comparison(scene, NODE_LESS_EQUAL, child[0], child[2]));
    case NODE_IN:
        return in_list(scene, node);
    case NODE_IS_NULL:
        return truth(!eval(scene, child[0]).known);
    case NODE_KNOWN:
        return truth(eval(scene, child[0]).known);
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return arithmetic(node->op, node, eval(scene, child[0]), eval(scene, child[1]));
    case NODE_NEGATE:
        value = eval(scene, child[0]);
        if (!value.known) return UNKNOWN;
        return node->type.kind == TYPE_RATIO ? ratio(-value.ratio) : integer(-(wide)value.integer);
    case NODE_IF:
        return choose(scene, node);
    case NODE_COALESCE:
        for (size_t i = 0; i < node->child_count; i++)
            if ((value = eval(scene, child[i])).known) return value;
        return UNKNOWN;
    case NODE_CALL:
        return call(scene, node);
    case NODE_PREVIOUS:
        return previous(scene, node);
    case NODE_CONVERT:
        value = eval(scene, child[0]);
        return value.known ? integer((wide)value.integer * 10000) : UNKNOWN; /* INT to DECIMAL */
    }
    return UNKNOWN;
}

struct value reference_value(const struct world *world, const struct node *node, int reg,
                             const struct world_row *row, int32_t as_of)
{
    struct scene scene = {world, reg, row, true, as_of};
    return eval(&scene, node);
}
