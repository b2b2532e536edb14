/* What needs no record is computed here and now, by the executor itself, and stands in the statement as a
 * literal: a month eleven months ago is a text to compare with, not a calculation for every row. */
#include "base/date.h"
#include "formula/frame.h"
#include "formula/sqlgen_plan.h"

/* rank and duplicated look at all records even where their operand needs none. */
static bool looks_at_records(const struct node *node)
{
    for (; node != NULL; node = node->child_count > 0 ? node->children[0] : NULL) {
        if (node->scope >= 0) return true;
        if (node->op == NODE_CALL &&
            (node->function == FUNCTION_RANK || node->function == FUNCTION_DUPLICATED))
            return true;
        for (size_t i = 1; i < node->child_count; i++)
            if (looks_at_records(node->children[i])) return true;
    }
    return false;
}

static bool run(const struct sql_plan *plan, const struct program *program, struct value *value)
{
    struct program_run_options how = {.threads = 1, .reg = -1};
    struct program_result result;
    struct frame *frame = NULL;
    if (frame_builder_finish(frame_builder_new(plan->schema), &frame, NULL) != 0) return false;
    bool done = program_run(program, frame, &how, &result, NULL) == 0;
    if (done) *value = program_result_get(&result, 0);
    if (done) program_results_fini(&result, 1);
    frame_free(frame);
    return done;
}

bool sql_fold(struct sql_plan *plan, const struct node *node, struct sql_scene scene, struct value *value)
{
    if (looks_at_records(node) || node->type.kind == TYPE_NULL) return false;
    struct program_root root = {node, -1};
    struct program_options options = {.as_of = scene.dated ? scene.as_of : INT32_MIN,
                                      .overlays = plan->options->overlays,
                                      .overlay_count = plan->options->overlay_count};
    struct program *program = NULL;
    if (program_new(plan->schema, &root, 1, &options, &program, NULL) != 0) return false;
    bool done = run(plan, program, value);
    if (done && value->known && node->type.kind == TYPE_TEXT)
        value->text = arena_text(&plan->arena, value->text);
    program_free(program);
    return done;
}
