/* One walk over everything in workflows and clues that is a formula. */
#include "pack/case_formulas.h"

#include "pack/clue.h"
#include "pack/workflow.h"

struct walk {
    const struct pack *pack;
    int (*visit)(void *context, const struct case_formula *formula, struct err *err);
    void *context;
    struct err *err;
};

/* The pack is read-only for all but the pack's own room; whoever checks a variant anew owns that variant. */
static int visit(const struct walk *walk, const struct formula_source *source, const struct node *const *node,
                 int scope, const struct type *wanted)
{
    const struct case_formula formula = {source, (const struct node **)(uintptr_t)node, scope, wanted};
    return source->text.size == 0 ? 0 : walk->visit(walk->context, &formula, walk->err);
}

static int visit_truth(const struct walk *walk, const struct formula_source *source,
                       const struct node *const *node, int scope)
{
    const struct type truth = type_of(TYPE_BOOL);
    return visit(walk, source, node, scope, &truth);
}

/* What a field gets has its type; what is only compared may have any. */
static int visit_writes(const struct walk *walk, const struct workflow_write *writes, size_t count, int scope)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        const struct workflow_write *write = &writes[i];
        const struct type *wanted =
            write->reg < 0 ? NULL : &walk->pack->schema.registers[write->reg].fields[write->field].type;
        code = visit(walk, &write->source, &write->node, scope, wanted);
    }
    return code;
}

static int walk_transition(const struct walk *walk, const struct workflow_transition *transition, int reg)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < transition->guard_count; i++)
        code = visit_truth(walk, &transition->guards[i].source, &transition->guards[i].node, reg);
    if (code == 0) code = visit_writes(walk, transition->writes, transition->write_count, reg);
    for (size_t i = 0; code == 0 && i < transition->opening_count; i++) {
        const struct workflow_opening *opening = &transition->openings[i];
        code = visit_truth(walk, &opening->source, &opening->when, reg);
        if (code == 0) code = visit_writes(walk, opening->fields, opening->field_count, reg);
    }
    return code == 0 ? visit_writes(walk, transition->facts, transition->fact_count, reg) : code;
}

static int walk_clue(const struct walk *walk, const struct pack_clue *clue)
{
    int reg = walk->pack->rules[clue->rule].scope;
    int code = visit_truth(walk, &clue->source, &clue->when, reg);
    if (code == 0) code = visit_writes(walk, clue->fields, clue->field_count, reg);
    return code == 0 ? visit_writes(walk, clue->facts, clue->fact_count, reg) : code;
}

int case_formulas_walk(const struct pack *pack,
                       int (*visitor)(void *context, const struct case_formula *formula, struct err *err),
                       void *context, struct err *err)
{
    const struct walk walk = {pack, visitor, context, err};
    int code = 0;
    for (size_t i = 0; i < pack->workflow_count; i++)
        for (size_t k = 0; code == 0 && k < pack->workflows[i].guard_count; k++)
            code = visit_truth(&walk, &pack->workflows[i].guards[k].source,
                               &pack->workflows[i].guards[k].node, pack->workflows[i].reg);
    for (size_t i = 0; code == 0 && i < pack->workflow_count; i++)
        for (size_t k = 0; code == 0 && k < pack->workflows[i].transition_count; k++)
            code = walk_transition(&walk, &pack->workflows[i].transitions[k], pack->workflows[i].reg);
    for (size_t i = 0; code == 0 && i < pack->clue_count; i++) code = walk_clue(&walk, &pack->clues[i]);
    return code;
}
