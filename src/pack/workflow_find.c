/* Looking into a workflow that was read: its words, its states and transitions by name, what it writes and
 * asks for. Every room above uses it. */
#include "pack/workflow_private.h"

const char *const workflow_kind_names[KIND_COUNT + 1] = {
    [KIND_FORWARD] = "forward",         [KIND_RETURN] = "return",     [KIND_HAND_OVER] = "hand_over",
    [KIND_COUNTERSIGN] = "countersign", [KIND_WITHDRAW] = "withdraw", [KIND_REOPEN] = "reopen",
    [KIND_AUTOMATIC] = "automatic",     [KIND_COUNT] = NULL,
};
const char *const workflow_end_names[] = {"done", "refused", "withdrawn", NULL};

const char *workflow_kind_name(enum workflow_kind kind)
{
    return workflow_kind_names[kind];
}

const char *workflow_end_name(enum workflow_end end)
{
    return end == END_NOT ? "" : workflow_end_names[end - 1];
}

int pack_workflow_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->workflow_count; i++) {
        const struct label *label = &pack->workflows[i].label;
        if (text_equal(label->name, name) || text_fold_equal(label->zh, name) ||
            text_fold_equal(label->en, name))
            return (int)i;
    }
    return -1;
}

int workflow_state_find(const struct pack_workflow *workflow, struct text name)
{
    for (size_t i = 0; i < workflow->state_count; i++)
        if (text_equal(workflow->states[i].label.name, name)) return (int)i;
    return -1;
}

int workflow_transition_find(const struct pack_workflow *workflow, struct text name)
{
    for (size_t i = 0; i < workflow->transition_count; i++)
        if (text_equal(workflow->transitions[i].label.name, name)) return (int)i;
    return -1;
}

int pack_case_above(const struct pack *pack, int reg)
{
    int above = pack->schema.registers[reg].parent;
    while (above >= 0 && pack->registers[above].workflow == NULL)
        above = pack->schema.registers[above].parent;
    return above;
}

int64_t workflow_least(const struct pack *pack, const struct workflow_attachment *wanted, int32_t today)
{
    if (wanted->parameter < 0) return wanted->least;
    struct value value = schema_parameter_at(&pack->schema.parameters[wanted->parameter], today);
    return value.known && value.integer > 0 ? value.integer : 0;
}

bool workflow_has_role(const int *roles, size_t count, int role)
{
    for (size_t i = 0; i < count; i++)
        if (roles[i] == role) return true;
    return false;
}

bool workflow_writes(const struct pack_workflow *workflow, int reg, int field)
{
    for (size_t i = 0; i < workflow->transition_count; i++)
        for (size_t k = 0; k < workflow->transitions[i].write_count; k++)
            if (workflow->transitions[i].writes[k].reg == reg &&
                workflow->transitions[i].writes[k].field == field)
                return true;
    return false;
}

bool workflow_asks(const struct workflow_transition *transition, int field)
{
    return workflow_has_role(transition->require, transition->require_count, field) ||
           workflow_has_role(transition->optional, transition->optional_count, field);
}

bool workflow_asks_ever(const struct pack_workflow *workflow, int field)
{
    for (size_t i = 0; i < workflow->transition_count; i++)
        if (workflow_asks(&workflow->transitions[i], field)) return true;
    return false;
}
