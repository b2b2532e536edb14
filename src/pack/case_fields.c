/* What a register gets because its records are cases: the dictionary of the workflow's states, and the fields
 * that casework keeps. They are made before the registers are read, so that formulas, lists and exports meet
 * them like any other field; what the workflow says beyond that is read last (workflows.c). */
#include <string.h>

#include "pack/reader.h"
#include "pack/workflow.h"

enum { STATES_MAX = 100 };

/* ---- States ---- */

static void read_state_labels(struct reader *reader, const struct yaml_node *states,
                              struct pack_workflow *workflow, struct schema_dictionary *dictionary)
{
    size_t count = yaml_count(states);
    if (count == 0) yaml_fault(states, reader->faults, "至少要有一个状态", "expected at least one state");
    if (count > STATES_MAX) {
        yaml_fault(states, reader->faults, "状态超过 100 个", "more than 100 states");
        count = STATES_MAX;
    }
    struct schema_code *codes = arena_array(reader->arena, count, sizeof *codes);
    workflow->states = arena_array(reader->arena, count, sizeof *workflow->states);
    struct spellings spellings = {0};
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *key = yaml_key(states, i), *value = yaml_item(states, i);
        struct text name;
        if (!yaml_name(key, &name, reader->faults)) continue;
        struct workflow_state *state = &workflow->states[workflow->state_count];
        state->line = yaml_line(key);
        state->label.name = name;
        if (yaml_is(value, YAML_MAPPING, reader->faults)) reader_label(reader, value, name, &state->label);
        spellings_add_label(&spellings, reader, &state->label, workflow->state_count, key, value);
        codes[workflow->state_count++].label = state->label;
    }
    spellings_fini(&spellings);
    dictionary->codes = codes;
    dictionary->code_count = workflow->state_count;
}

static struct text joined(struct reader *reader, struct text words, const char *behind)
{
    if (words.size == 0) return words;
    return text_of(arena_printf(reader->arena, "%.*s%s", TEXT_ARGS(words), behind));
}

/* The dictionary <workflow>_state. */
static void name_dictionary(struct reader *reader, const struct entry *entry, struct pack_workflow *workflow,
                            struct schema_dictionary *dictionary)
{
    size_t index = (size_t)workflow->dictionary, standing;
    dictionary->label =
        (struct label){joined(reader, entry->name, "_state"), joined(reader, workflow->label.zh, "状态"),
                       joined(reader, workflow->label.en, ": state")};
    dictionary->codes = arena_array(reader->arena, 0, sizeof *dictionary->codes);
    if (!map_add(&reader->dictionaries, dictionary->label.name, index, &standing))
        yaml_fault(entry->key, reader->faults, "代码表“%.*s”已经有了；它的名称由工作流的状态表使用",
                   "there is a dictionary `%.*s` already; that name is for the states of this workflow",
                   TEXT_ARGS(dictionary->label.name));
}

/* Which register's records are its cases; each register has one workflow at most. */
static void note_register(struct reader *reader, const struct entry *entry, size_t index)
{
    const struct yaml_node *node = yaml_get(entry->value, "register");
    size_t standing;
    if (yaml_kind(node) != YAML_SCALAR) return; /* workflows.c says what is wrong */
    if (map_add(&reader->case_registers, yaml_text(node), index, &standing)) return;
    yaml_fault(node, reader->faults, "登记册“%.*s”已经属于工作流“%.*s”；一个登记册只能有一个工作流",
               "the register `%.*s` belongs to the workflow `%.*s` already; a register has one at most",
               TEXT_ARGS(yaml_text(node)), TEXT_ARGS(reader->workflow_entries.items[standing].name));
}

static void make_room(struct reader *reader, size_t count)
{
    struct schema *schema = &reader->pack->schema;
    size_t had = schema->dictionary_count;
    struct schema_dictionary *dictionaries =
        arena_array(reader->arena, had + count, sizeof *schema->dictionaries);
    bool *faulty = arena_array(reader->arena, had + count, sizeof *faulty);
    memcpy(dictionaries, schema->dictionaries, had * sizeof *dictionaries);
    memcpy(faulty, reader->faulty_dictionaries, had * sizeof *faulty);
    schema->dictionaries = dictionaries;
    reader->faulty_dictionaries = faulty;
}

void read_workflow_states(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct schema *schema = &pack->schema;
    reader->workflow_entries = reader_entries(reader, DOCUMENT_WORKFLOWS);
    size_t count = reader->workflow_entries.count;
    pack->workflows = arena_array(reader->arena, count, sizeof *pack->workflows);
    pack->workflow_count = count;
    if (count == 0) return;
    make_room(reader, count);
    struct spellings spellings = {0};
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = &reader->workflow_entries.items[i];
        struct pack_workflow *workflow = &pack->workflows[i];
        size_t before = reader->faults->count + reader->faults->dropped;
        *workflow = (struct pack_workflow){.label = {.name = entry->name},
                                           .reg = -1,
                                           .start = -1,
                                           .dictionary = (int)schema->dictionary_count++,
                                           .file = yaml_file(entry->key),
                                           .line = yaml_line(entry->key)};
        struct schema_dictionary *dictionary = &schema->dictionaries[workflow->dictionary];
        map_put(&reader->workflows, entry->name, i);
        if (yaml_is(entry->value, YAML_MAPPING, reader->faults))
            reader_label(reader, entry->value, entry->name, &workflow->label);
        spellings_add_label(&spellings, reader, &workflow->label, i, entry->key, entry->value);
        name_dictionary(reader, entry, workflow, dictionary);
        const struct yaml_node *states = yaml_need(entry->value, "states", "案件可能处于的状态",
                                                   "the states that a case can be in", reader->faults);
        if (yaml_is(states, YAML_MAPPING, reader->faults))
            read_state_labels(reader, states, workflow, dictionary);
        note_register(reader, entry, i);
        reader->faulty_dictionaries[workflow->dictionary] =
            reader->faults->count + reader->faults->dropped > before;
    }
    spellings_fini(&spellings);
}

/* ---- Fields ---- */

static const struct {
    struct label label;
    enum type_kind kind;
} kept[] = {
    {{{"case_number", 11}, {"办件编号", 12}, {"Case number", 11}}, TYPE_TEXT},
    {{{"case_state", 10}, {"办理状态", 12}, {"Case state", 10}}, TYPE_CODE},
    {{{"case_opened", 11}, {"立件日期", 12}, {"Case opened on", 14}}, TYPE_DATE},
    {{{"case_since", 10}, {"本步开始日期", 18}, {"Case in this state since", 24}}, TYPE_DATE},
    {{{"case_due", 8}, {"办理期限", 12}, {"Case due on", 11}}, TYPE_DATE},
    {{{"case_closed", 11}, {"办结日期", 12}, {"Case closed on", 14}}, TYPE_DATE},
};

enum { KEPT_COUNT = sizeof kept / sizeof *kept };

size_t case_field_count(const struct reader *reader, struct text reg)
{
    return map_get(&reader->case_registers, reg, NULL) ? KEPT_COUNT : 0;
}

/* The number may be the register's key, or part of it; then every record has one. */
static bool in_key(const struct yaml_node *thing, struct text name)
{
    const struct yaml_node *key = yaml_get(thing, "key");
    if (yaml_kind(key) == YAML_SCALAR) return text_equal(yaml_text(key), name);
    for (size_t i = 0; yaml_kind(key) == YAML_LIST && i < yaml_count(key); i++)
        if (text_equal(yaml_text(yaml_item(key, i)), name)) return true;
    return false;
}

/* `facts`: fields of the register's own that only the workflow writes. */
static void mark_facts(struct reader *reader, const struct yaml_node *list, int reg,
                       struct pack_field *pack_fields)
{
    size_t count;
    const int *fields = reader_fields(reader, list, reg, &count);
    for (size_t i = 0; i < count; i++) {
        pack_fields[fields[i]].keeper = KEEPER_FACT;
        pack_fields[fields[i]].headings = NULL; /* no sheet fills it */
        pack_fields[fields[i]].heading_count = 0;
    }
}

/* Where a form has headings, these fields have one too: they are no part of what stands above them. */
static bool has_groups(const struct pack_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].group_zh.size > 0 || fields[i].group_en.size > 0) return true;
    return false;
}

void read_case_fields(struct reader *reader, const struct yaml_node *thing, int reg,
                      struct schema_field *schema_fields, struct pack_field *pack_fields)
{
    struct schema_register *schema_register = &reader->pack->schema.registers[reg];
    struct pack_register *pack_register = &reader->pack->registers[reg];
    size_t index;
    if (!map_get(&reader->case_registers, schema_register->label.name, &index)) return;
    struct pack_workflow *workflow = &reader->pack->workflows[index];
    const struct yaml_node *place = reader->workflow_entries.items[index].key;
    workflow->reg = reg;
    pack_register->workflow = workflow;
    mark_facts(reader, yaml_get(reader->workflow_entries.items[index].value, "facts"), reg, pack_fields);
    int *const places[KEPT_COUNT] = {&pack_register->case_fields.number, &pack_register->case_fields.state,
                                     &pack_register->case_fields.opened, &pack_register->case_fields.since,
                                     &pack_register->case_fields.due,    &pack_register->case_fields.closed};
    bool grouped = has_groups(pack_fields, schema_register->field_count);
    for (size_t i = 0; i < KEPT_COUNT; i++) {
        size_t at = schema_register->field_count++;
        struct schema_field *field = &schema_fields[at];
        field->label = kept[i].label;
        field->type = type_of(kept[i].kind);
        if (kept[i].kind == TYPE_CODE) field->type.dictionary = workflow->dictionary;
        pack_fields[at] = (struct pack_field){.keeper = KEEPER_CASE,
                                              .required = in_key(thing, kept[i].label.name),
                                              .line = pack_register->line};
        if (grouped && i == 0) {
            pack_fields[at].group_zh = TEXT("办理情况");
            pack_fields[at].group_en = TEXT("Casework");
        }
        *places[i] = (int)at;
        map_put(&reader->field_names[reg], field->label.name, at);
        const struct text spellings[] = {field->label.name, field->label.zh, field->label.en};
        for (size_t k = 0; k < sizeof spellings / sizeof *spellings; k++)
            spellings_add(&reader->field_spellings[reg], reader, spellings[k], at, place, "名称", "name");
    }
}
