/* What the formulas of a workflow say of one case. They run on a frame of its family, loaded in the open
 * transaction, so that what was just written counts. A case that hangs on no family (a declaration, while
 * nobody knows whose it is) may lead to one by a reference: that family comes with it. Where a formula looks
 * beyond, all of what it reads is loaded. */
#include <stdlib.h>

#include "base/mem.h"
#include "casework/casework_private.h"
#include "formula/formula.h"
#include "formula/program.h"
#include "monitor/local.h"
#include "register/frame_load.h"

/* The family's head: the subject where the case hangs on it, else the case itself. */
static int head_of(const struct pack *pack, int reg)
{
    return hangs_on(&pack->schema, reg, pack->subject) ? pack->subject : reg;
}

static int mark_head(struct casework *casework, int reg, int64_t record, int head, int64_t *id,
                     struct err *err)
{
    int code = 0;
    while (code == 0 && reg != head) {
        int64_t above;
        code = reference_of(casework, reg, casework->pack->schema.registers[reg].parent_field, record, &above,
                            err);
        reg = casework->pack->schema.registers[reg].parent;
        record = above;
    }
    if (code == 0) code = store_run(casework->store, "DELETE FROM " CASE_PART_TABLE, err);
    if (code == 0)
        code = ask_run(casework->store, "INSERT INTO " CASE_PART_TABLE " (id) VALUES (?1)",
                       ASK_WITH(ask_int(record)), err);
    *id = record;
    return code;
}

/* Puts the subjects that the case refers to in place of those before. */
static int mark_led(struct casework *casework, int reg, int64_t record, struct err *err)
{
    const struct schema_register *meta = &casework->pack->schema.registers[reg];
    int code = store_run(casework->store, "DELETE FROM " CASE_LED_TABLE, err);
    for (size_t i = 0; code == 0 && i < meta->field_count; i++) {
        int64_t led = 0, standing;
        bool found = true;
        if (meta->fields[i].type.kind != TYPE_RECORD ||
            meta->fields[i].type.record != casework->pack->subject)
            continue;
        code = reference_of(casework, reg, (int)i, record, &led, err);
        if (code == 0 && led != 0)
            code = ask_one(casework->store, "SELECT id FROM " CASE_LED_TABLE " WHERE id = ?1",
                           ASK_WITH(ask_int(led)), &standing, &found, err);
        if (code == 0 && !found)
            code = ask_run(casework->store, "INSERT INTO " CASE_LED_TABLE " (id) VALUES (?1)",
                           ASK_WITH(ask_int(led)), err);
    }
    return code;
}

/* Of what the formulas look at: the case's family; the one that it leads to; nothing else? */
struct reach {
    bool local, led;
};

static struct reach reach_of(const struct pack *pack, int reg, int head, const struct node *const *nodes,
                             size_t count)
{
    const struct schema *schema = &pack->schema;
    struct reach reach = {true, head == reg && reg != pack->subject && !hangs_on(schema, pack->subject, reg)};
    for (size_t i = 0; i < count; i++) {
        reach.local = reach.local && formula_is_local(schema, nodes[i], head);
        reach.led = reach.led && formula_is_local_from(schema, nodes[i], pack->subject, reg);
    }
    return reach;
}

static int load(struct casework *casework, int reg, int64_t record, const struct node *const *nodes,
                size_t count, struct case_facts *out, struct err *err)
{
    const struct schema *schema = &casework->pack->schema;
    int head = head_of(casework->pack, reg);
    const struct frame_part part = {head, CASE_PART_TABLE}, led = {casework->pack->subject, CASE_LED_TABLE};
    const struct reach reach = reach_of(casework->pack, reg, head, nodes, count);
    bool **used = mem_new(schema->register_count, sizeof *used);
    for (size_t i = 0; i < schema->register_count; i++)
        used[i] = mem_new(schema->registers[i].field_count, sizeof **used);
    for (size_t i = 0; i < count; i++) formula_fields_used(schema, nodes[i], used);
    for (size_t i = 0; i < schema->registers[reg].field_count; i++) used[reg][i] = true;
    const struct frame_request request = {
        .used = used, .part = reach.local ? &part : NULL, .other = reach.local && reach.led ? &led : NULL};
    int64_t id;
    int code = reach.local ? mark_head(casework, reg, record, head, &id, err) : 0;
    if (code == 0 && reach.local && reach.led) code = mark_led(casework, reg, record, err);
    if (code == 0) code = frame_load(casework->database, &request, &out->frame, err);
    for (size_t i = 0; i < schema->register_count; i++) free(used[i]);
    free(used);
    return code;
}

int case_facts_load(struct casework *casework, int reg, int64_t record, const struct node *const *nodes,
                    size_t count, struct arena *arena, struct case_facts *out, struct err *err)
{
    size_t fields = casework->pack->schema.registers[reg].field_count;
    *out = (struct case_facts){.values = arena_array(arena, fields, sizeof *out->values)};
    int code = load(casework, reg, record, nodes, count, out, err);
    if (code != 0) return code;
    out->row = frame_row(out->frame, reg, record);
    if (out->row == FRAME_NO_ROW) {
        case_facts_fini(out);
        return err_set(err, ERR_NOT_FOUND, "办件 %lld 所属的记录不在了",
                       "What case %lld hangs on is not there", (long long)record);
    }
    for (size_t i = 0; i < fields; i++) out->values[i] = frame_get(out->frame, reg, (int)i, out->row);
    return 0;
}

void case_facts_fini(struct case_facts *facts)
{
    if (facts->frame != NULL) frame_free(facts->frame);
    facts->frame = NULL;
}

int case_facts_ask(struct casework *casework, const struct case_facts *facts, int reg, int32_t today,
                   const struct node *const *nodes, size_t count, struct value *values, struct arena *arena,
                   struct err *err)
{
    if (count == 0) return 0;
    struct program_root *roots = arena_array(arena, count, sizeof *roots);
    struct program_result *results = mem_new(count, sizeof *results);
    const struct program_options options = {.as_of = today};
    const struct program_run_options run = {.threads = 1, .reg = reg, .row = facts->row};
    struct program *program;
    for (size_t i = 0; i < count; i++) roots[i] = (struct program_root){nodes[i], reg};
    int code = program_new(&casework->pack->schema, roots, count, &options, &program, err);
    if (code == 0) {
        code = program_run(program, facts->frame, &run, results, err);
        for (size_t i = 0; code == 0 && i < count; i++) {
            values[i] = program_result_get(&results[i], 0);
            values[i].text = arena_text(arena, values[i].text);
        }
        if (code == 0) program_results_fini(results, count);
        program_free(program);
    }
    free(results);
    return code;
}

static size_t add_nodes(const struct node **nodes, size_t count, const struct workflow_write *writes,
                        size_t write_count)
{
    for (size_t i = 0; i < write_count; i++) nodes[count++] = writes[i].node;
    return count;
}

const struct node **transition_nodes(const struct workflow_transition *transition, struct arena *arena,
                                     size_t *count)
{
    size_t most = transition->guard_count + transition->write_count + transition->fact_count;
    for (size_t i = 0; i < transition->opening_count; i++) most += 1 + transition->openings[i].field_count;
    const struct node **nodes = arena_array(arena, most, sizeof(struct node *));
    size_t at = 0;
    for (size_t i = 0; i < transition->guard_count; i++) nodes[at++] = transition->guards[i].node;
    at = add_nodes(nodes, at, transition->writes, transition->write_count);
    for (size_t i = 0; i < transition->opening_count; i++) {
        const struct workflow_opening *opening = &transition->openings[i];
        if (opening->when != NULL) nodes[at++] = opening->when;
        at = add_nodes(nodes, at, opening->fields, opening->field_count);
    }
    *count = add_nodes(nodes, at, transition->facts, transition->fact_count);
    return nodes;
}

int case_family(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
                struct frame_part *part, int64_t *subject, struct err *err)
{
    struct arena arena = {0};
    struct stored_case stored;
    int head = head_of(casework->pack, reg);
    int code = stored_case_get(casework, actor->scope, reg, record, &arena, &stored, err);
    *subject = 0;
    *part = (struct frame_part){head, CASE_PART_TABLE};
    if (code == 0 && head == casework->pack->subject && head != reg)
        code = mark_head(casework, reg, record, head, subject, err);
    arena_fini(&arena);
    return code;
}
