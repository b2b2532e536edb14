/* What a transition does besides leading to another state: what it writes, which cases it opens, which facts
 * are kept with it. */
#include "pack/workflow_private.h"

/* Is `above` the register, or does the register hang on it? */
static bool stands_on(const struct schema *schema, int reg, int above)
{
    while (reg >= 0 && reg != above) reg = schema->registers[reg].parent;
    return reg >= 0;
}

static bool may_be_written(struct workflow_reading *reading, const struct yaml_node *key, int reg, int field)
{
    struct reader *reader = reading->reader;
    const struct pack_register *meta = &reader->pack->registers[reg];
    bool in_key = reader->pack->schema.registers[reg].parent_field == field;
    for (size_t i = 0; i < meta->key_count; i++) in_key = in_key || meta->key[i] == field;
    bool foreign = meta->fields[field].keeper == KEEPER_CASE ||
                   (meta->fields[field].keeper == KEEPER_FACT && reg != reading->workflow->reg);
    if (!in_key && !foreign) return true;
    if (in_key)
        yaml_fault(key, reader->faults, "“%.*s”是主键或上级字段，流转时不能改写",
                   "`%.*s` is part of the key, or what the record hangs on; a transition cannot change it",
                   TEXT_ARGS(yaml_text(key)));
    else
        yaml_fault(key, reader->faults, "“%.*s”只由它自己的工作流填写",
                   "`%.*s` is written by its own workflow alone", TEXT_ARGS(yaml_text(key)));
    return false;
}

/* {field: formula} of a register, for one that is to be written, or (fresh) made. */
static const struct workflow_write *read_values(struct workflow_reading *reading,
                                                const struct yaml_node *mapping, int reg, bool fresh,
                                                struct workflow_write *writes, size_t *count)
{
    struct reader *reader = reading->reader;
    for (size_t i = 0; i < yaml_count(mapping); i++) {
        const struct yaml_node *key = yaml_key(mapping, i);
        int field = reader_field(reader, key, reg);
        if (field < 0) continue;
        bool kept = reader->pack->registers[reg].fields[field].keeper == KEEPER_CASE;
        if (fresh && kept)
            yaml_fault(key, reader->faults, "案件自身的字段由系统填写",
                       "the case's own fields are filled by the system");
        if (fresh ? kept : !may_be_written(reading, key, reg, field)) continue;
        struct workflow_write *write = &writes[*count];
        *write = (struct workflow_write){.reg = reg, .field = field};
        struct type wanted = reader->pack->schema.registers[reg].fields[field].type;
        write->node = workflow_read_formula(reading, yaml_item(mapping, i), &wanted, &write->source);
        (*count)++;
    }
    return writes;
}

void workflow_read_writes(struct workflow_reading *reading, const struct yaml_node *node,
                          struct workflow_transition *transition)
{
    struct reader *reader = reading->reader;
    size_t total = 0;
    if (!yaml_is(node, YAML_MAPPING, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(node); i++) total += yaml_count(yaml_item(node, i));
    struct workflow_write *writes = arena_array(reader->arena, total, sizeof *writes);
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *key = yaml_key(node, i), *values = yaml_item(node, i);
        int reg = reader_reference(reader, key, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
        if (reg < 0 || !yaml_is(values, YAML_MAPPING, reader->faults)) continue;
        if (reading->workflow->reg >= 0 && !stands_on(&reader->pack->schema, reading->workflow->reg, reg))
            yaml_fault(key, reader->faults, "案件不属于“%.*s”；只能改写案件本身和它的上级",
                       "a case does not hang on `%.*s`; a transition writes the case and what it hangs on",
                       TEXT_ARGS(yaml_text(key)));
        else
            read_values(reading, values, reg, false, writes, &transition->write_count);
    }
    transition->writes = writes;
}

/* What the new case hangs on: the same record as this case, this case itself, or what the fields say. */
static int parent_source(const struct workflow_reading *reading, const struct workflow_opening *opening)
{
    const struct schema *schema = &reading->reader->pack->schema;
    int target = reading->reader->pack->workflows[opening->workflow].reg, own = reading->workflow->reg;
    if (target < 0 || own < 0 || schema->registers[target].parent < 0) return -1;
    for (size_t i = 0; i < opening->field_count; i++)
        if (opening->fields[i].field == schema->registers[target].parent_field) return -1;
    if (schema->registers[target].parent == own) return -2;
    if (schema->registers[target].parent == schema->registers[own].parent)
        return schema->registers[own].parent_field;
    return -1;
}

static void check_opening(struct workflow_reading *reading, const struct yaml_node *node,
                          const struct workflow_opening *opening)
{
    const struct pack *pack = reading->reader->pack;
    int target = pack->workflows[opening->workflow].reg;
    if (target < 0) return;
    for (size_t i = 0; i < pack->schema.registers[target].field_count; i++) {
        bool given = (int)i == pack->schema.registers[target].parent_field && opening->parent_from != -1;
        for (size_t k = 0; k < opening->field_count; k++) given = given || opening->fields[k].field == (int)i;
        const struct pack_field *field = &pack->registers[target].fields[i];
        if (!given && field->required && field->keeper != KEEPER_CASE)
            yaml_fault(node, reading->reader->faults, "新开的案件缺少必填字段“%.*s”；请写在 fields 里",
                       "the case that is opened lacks the required field `%.*s`; give it under `fields`",
                       TEXT_ARGS(pack->schema.registers[target].fields[i].label.name));
    }
}

void workflow_read_openings(struct workflow_reading *reading, const struct yaml_node *list,
                            struct workflow_transition *transition)
{
    static const char *const keys[] = {"workflow", "when", "fields", "note", NULL};
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct workflow_opening *openings = arena_array(reader->arena, count, sizeof *openings);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        if (!yaml_keys(node, keys, reader->faults)) continue;
        struct workflow_opening *opening = &openings[transition->opening_count];
        opening->workflow = reader_reference(
            reader, yaml_need(node, "workflow", "要开的工作流", "the workflow to open", reader->faults),
            &reader->workflows, DOCUMENT_WORKFLOWS, "工作流", "workflow");
        if (opening->workflow < 0) continue;
        opening->when = workflow_read_truth(reading, yaml_get(node, "when"), &opening->source);
        reader_note(reader, node);
        const struct yaml_node *fields = yaml_get(node, "fields");
        int target = reader->pack->workflows[opening->workflow].reg;
        if (target >= 0 && fields != NULL && yaml_is(fields, YAML_MAPPING, reader->faults)) {
            struct workflow_write *writes = arena_array(reader->arena, yaml_count(fields), sizeof *writes);
            opening->fields = read_values(reading, fields, target, true, writes, &opening->field_count);
        }
        opening->parent_from = parent_source(reading, opening);
        check_opening(reading, node, opening);
        transition->opening_count++;
    }
    transition->openings = openings;
}

void workflow_read_facts(struct workflow_reading *reading, const struct yaml_node *list,
                         struct workflow_transition *transition)
{
    struct reader *reader = reading->reader;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    static const char *const keys[] = {"then", "now", NULL};
    struct workflow_write *facts = arena_array(reader->arena, count * 2, sizeof *facts);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *item = yaml_item(list, i), *then = NULL;
        if (yaml_kind(item) == YAML_MAPPING) {
            if (!yaml_keys(item, keys, reader->faults)) continue;
            then = yaml_need(item, "then", "当时的值", "what it was then", reader->faults);
            item = yaml_need(item, "now", "现在的值", "what it is now", reader->faults);
        }
        const struct yaml_node *both[] = {then, item};
        for (size_t k = 0; k < 2; k++) {
            if (both[k] == NULL) continue;
            struct workflow_write *fact = &facts[transition->fact_count++];
            *fact = (struct workflow_write){.reg = k == 0 ? FACT_THEN : FACT, .field = -1};
            fact->node = workflow_read_formula(reading, both[k], NULL, &fact->source);
        }
    }
    transition->facts = facts;
}
