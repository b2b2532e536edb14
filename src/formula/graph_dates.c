/* Comparing what a date gives (an age, a month, a year) with a constant needs no calendar for each row: all
 * of these rise or fall steadily with the date, so that the comparison is one with a date found once. */
#include "base/date.h"
#include "formula/graph_lower.h"

/* The accepted days. */
static int32_t first_date(void)
{
    int32_t date = 0;
    (void)date_make(DATE_YEAR_MIN, 1, 1, &date);
    return date;
}

static int32_t last_date(void)
{
    int32_t date = 0;
    (void)date_make(DATE_YEAR_MAX, 12, 31, &date);
    return date;
}

/* What is compared: a number that never falls as the date goes from first to last. */
struct steady {
    enum op op;
    int32_t at; /* AGE */
    int date;   /* the graph's node */
    int32_t first, last;
};

static int64_t steady_at(const struct steady *steady, int32_t date)
{
    if (steady->op == OP_AGE) return -(int64_t)date_years_between(date, steady->at);
    return steady->op == OP_MONTH_OF ? date_month(date) : month_year(date_month(date));
}

static bool steady_of(const struct graph *graph, int id, struct steady *out)
{
    const struct graph_node *node = &graph->nodes[id];
    *out = (struct steady){.op = node->op, .date = node->in[0], .first = first_date(), .last = last_date()};
    if (node->op == OP_AGE) {
        const struct graph_node *at = &graph->nodes[node->in[1]];
        if (at->op != OP_CONSTANT || !at->value.known) return false;
        if (at->value.integer < out->first || at->value.integer > out->last) return false;
        out->at = out->last = (int32_t)at->value.integer;
        return true;
    }
    if (node->op == OP_MONTH_YEAR && graph->nodes[node->in[0]].op == OP_MONTH_OF) {
        out->date = graph->nodes[node->in[0]].in[0];
        return true;
    }
    return node->op == OP_MONTH_OF;
}

/* The first date whose number is at least c; the day after the last if there is none. */
static int64_t reaches(const struct steady *steady, int64_t c)
{
    int64_t low = steady->first, high = (int64_t)steady->last + 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (steady_at(steady, (int32_t)middle) >= c)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Unknown for the same dates as the function itself. */
static int accepted(struct graph *graph, const struct steady *steady)
{
    struct graph_node node = graph_blank(OP_LIMIT, -1);
    node.kind = KIND_INT;
    node.in[0] = steady->date;
    node.least = steady->first;
    node.most = steady->last;
    return graph_add(graph, &node);
}

/* steady < c */
static int below(struct graph *graph, const struct steady *steady, int64_t c)
{
    if (steady->op != OP_AGE)
        return graph_operation(graph, OP_LESS_INT, accepted(graph, steady),
                               graph_integer(graph, reaches(steady, c)), GRAPH_NONE);
    /* An age is below c where its negative, which rises, is above -c. */
    return graph_operation(graph, OP_LESS_INT, graph_integer(graph, reaches(steady, 1 - c) - 1),
                           accepted(graph, steady), GRAPH_NONE);
}

int graph_date_test(struct graph *graph, enum op op, int a, int b)
{
    const int64_t most = 1000000; /* far beyond every age, month and year */
    struct steady steady;
    bool mirrored = graph_is_constant(graph, a);
    const struct graph_node *constant = &graph->nodes[mirrored ? a : b];
    if (op != OP_LESS_INT && op != OP_EQUAL_INT) return GRAPH_NONE;
    if (constant->op != OP_CONSTANT || !constant->value.known || !steady_of(graph, mirrored ? b : a, &steady))
        return GRAPH_NONE;
    int64_t c = constant->value.integer;
    if (c < -most) c = -most;
    if (c > most) c = most;
    if (op == OP_LESS_INT && !mirrored) return below(graph, &steady, c);
    int above = graph_operation(graph, OP_NOT, below(graph, &steady, c + 1), GRAPH_NONE, GRAPH_NONE);
    if (op == OP_LESS_INT) return above; /* c < x */
    int less = graph_operation(graph, OP_NOT, below(graph, &steady, c), GRAPH_NONE, GRAPH_NONE);
    return graph_operation(graph, OP_AND, less, below(graph, &steady, c + 1), GRAPH_NONE);
}
