/* Tests of columns: which operations are one, and running them. */
#include "formula/exec.h"

static int whole_column(const struct bound_value *value)
{
    return value->load >= 0 && (value->type == LANE_I32 || value->type == LANE_I64);
}

static bool add_range(struct bound_test *test, int64_t low, int64_t high)
{
    if (test->count > 0 && test->ranges[test->count - 1].high + 1 == low) {
        test->ranges[test->count - 1].high = high;
        return true;
    }
    if (test->count == TEST_RANGES) return false;
    test->ranges[test->count].low = low;
    test->ranges[test->count++].high = high;
    return true;
}

/* Neighbours in a list make a range; too many ranges are no gain over a table. */
static bool add_list(struct bound_test *test, const struct graph_node *node)
{
    for (size_t i = 0; i < node->list_count; i++)
        if (i == 0 || node->list[i].integer != node->list[i - 1].integer)
            if (!add_range(test, node->list[i].integer, node->list[i].integer)) return false;
    return true;
}

int bound_test_of(const struct graph_node *node, const struct bound_value *in, const struct graph *graph,
                  struct bound_test *out)
{
    *out = (struct bound_test){0};
    if (node->op == OP_IN_INT) return whole_column(&in[0]) && add_list(out, node) ? 0 : -1;
    if (node->op != OP_EQUAL_INT && node->op != OP_LESS_INT) return -1;
    int column = in[0].constant ? 1 : 0;
    const struct bound_value *constant = &in[1 - column];
    if (!constant->constant || constant->nullable || !whole_column(&in[column])) return -1;
    int64_t c = graph->nodes[constant->node].value.integer;
    if (node->op == OP_EQUAL_INT)
        (void)add_range(out, c, c);
    else if (column == 0 && c > INT64_MIN)
        (void)add_range(out, INT64_MIN, c - 1);
    else if (column == 1 && c < INT64_MAX)
        (void)add_range(out, c + 1, INT64_MAX);
    return column;
}

/* Bases are small, so that only what is beyond every width is cut off. */
static int64_t less_base(int64_t limit, int64_t base)
{
    int64_t result;
    if (!__builtin_sub_overflow(limit, base, &result)) return result;
    return limit < 0 ? INT64_MIN : INT64_MAX;
}

bool bound_test_fit(struct bound_test *test, const struct column_view *view)
{
    int64_t least, most;
    size_t kept = 0;
    if (view->width == COLUMN_ABSENT || view->width == COLUMN_BIT || view->width == COLUMN_F64 ||
        view->width == COLUMN_TEXT || view->width == COLUMN_PARENT)
        return false;
    column_width_limits(view->width, &least, &most);
    for (size_t i = 0; i < test->count; i++) {
        int64_t low = less_base(test->ranges[i].low, view->base),
                high = less_base(test->ranges[i].high, view->base);
        if (high < least || low > most) continue;
        test->ranges[kept].low = low < least ? least : low;
        test->ranges[kept++].high = high > most ? most : high;
    }
    test->count = kept;
    test->run = column_test_pick(view->width);
    return true;
}

static const void *values_at(const struct column_view *view, size_t row)
{
    static const size_t sizes[] = {[COLUMN_I8] = 1,  [COLUMN_U8] = 1,  [COLUMN_I16] = 2,
                                   [COLUMN_U16] = 2, [COLUMN_I32] = 4, [COLUMN_I64] = 8};
    return (const char *)view->values + row * sizes[view->width];
}

void run_test(struct worker *worker, const struct bound_block *block, const struct bound_step *step,
              struct lane *lanes, struct window window)
{
    const struct bound_test *test = &step->test;
    const struct column_view view = view_now(&step->view);
    struct lane *out = &lanes[step->out];
    uint64_t *truth = out->values;
    size_t words = bits_words(window.rows);
    load_known(&view, step->nullable, out, window);
    if (test->count == 0) bits_fill(truth, window.rows, false);
    for (size_t i = 0; i < test->count; i++)
        test->run(values_at(&view, window.first - view.first), test->ranges[i].low, test->ranges[i].high,
                  truth, words, i > 0);
    for (size_t w = 0; out->known != NULL && w < words; w++) truth[w] &= out->known[w];
}
