/* declaration.yaml: into which register a household's own words go, and what it reads of what became of them.
 * A pack without it has no public page. */
#include "pack/reader.h"
#include "pack/workflow.h"

enum { ADDRESS_DAY = 60, IDENTITY_DAY = 3 };

static const struct {
    const char *name;
    enum type_kind kind;
    bool needed;
} parts[DECLARATION_PARTS] = {
    [DECLARATION_RECEIPT] = {"receipt", TYPE_TEXT, true},
    [DECLARATION_VILLAGE] = {"village", TYPE_RECORD, true},
    [DECLARATION_NAME] = {"name", TYPE_TEXT, true},
    [DECLARATION_IDENTITY] = {"identity", TYPE_TEXT, true},
    [DECLARATION_PHONE] = {"phone", TYPE_TEXT, true},
    [DECLARATION_RISK] = {"risk", TYPE_CODE, true},
    [DECLARATION_STORY] = {"story", TYPE_TEXT, true},
    [DECLARATION_RECEIVED] = {"received", TYPE_DATE, true},
    [DECLARATION_SOURCE] = {"source", TYPE_CODE, false},
    [DECLARATION_STATE] = {"state", TYPE_CODE, true}, /* with a workflow, the case's own */
};

const char *pack_declaration_part(enum declaration_part part)
{
    return parts[part].name;
}

static void read_fields(struct reader *reader, const struct yaml_node *node, struct pack_declaration *out)
{
    const struct pack_register *meta = &reader->pack->registers[out->reg];
    const char *keys[DECLARATION_PARTS + 1] = {NULL};
    int count = meta->workflow == NULL ? DECLARATION_PARTS : DECLARATION_STATE;
    for (int i = 0; i < count; i++) keys[i] = parts[i].name;
    if (meta->workflow != NULL) out->fields[DECLARATION_STATE] = meta->case_fields.state;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    for (int i = 0; i < count; i++) {
        const struct yaml_node *field = parts[i].needed ? yaml_need(node, parts[i].name, "登记册的一个字段",
                                                                    "a field of the register", reader->faults)
                                                        : yaml_get(node, parts[i].name);
        int index = out->fields[i] = reader_field(reader, field, out->reg);
        if (index < 0) continue;
        struct type type = reader->pack->schema.registers[out->reg].fields[index].type;
        if (type.kind != parts[i].kind)
            yaml_fault(field, reader->faults, "“%.*s”应是 %s 类型的字段",
                       "`%.*s` should be a field of type %s", TEXT_ARGS(yaml_text(field)),
                       pack_type_name(parts[i].kind));
        else if (i == DECLARATION_VILLAGE && type.record != reader->pack->division_register)
            yaml_fault(field, reader->faults, "“%.*s”应指向由行政区划填充的登记册",
                       "`%.*s` should refer to the register that divisions fill",
                       TEXT_ARGS(yaml_text(field)));
    }
}

static int read_code(struct reader *reader, const struct yaml_node *node, const struct pack_declaration *out,
                     enum declaration_part part)
{
    if (out->fields[part] < 0 || node == NULL) return -1;
    struct type type = reader->pack->schema.registers[out->reg].fields[out->fields[part]].type;
    struct value value;
    return type.kind == TYPE_CODE && read_value(reader, node, type, &value) ? (int)value.integer : -1;
}

/* What a household reads of each code of `state`; a code without words would be an answer in our own tongue.
 */
static void read_words(struct reader *reader, const struct yaml_node *root, struct pack_declaration *out)
{
    int field = out->fields[DECLARATION_STATE];
    const struct yaml_node *node = yaml_need(root, "words", "每种状态对农户说的话",
                                             "what each state says to the household", reader->faults);
    if (field < 0 || node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    struct type type = reader->pack->schema.registers[out->reg].fields[field].type;
    if (type.kind != TYPE_CODE) return;
    const struct schema_dictionary *codes = &reader->pack->schema.dictionaries[type.dictionary];
    out->words = arena_array(reader->arena, codes->code_count, sizeof *out->words);
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct value value;
        if (read_value(reader, yaml_key(node, i), type, &value))
            reader_words(reader, yaml_item(node, i), &out->words[value.integer].zh,
                         &out->words[value.integer].en);
    }
    for (size_t i = 0; i < codes->code_count; i++)
        if (out->words[i].zh.size == 0 && out->words[i].en.size == 0)
            yaml_fault(node, reader->faults, "缺少状态“%.*s”对农户说的话",
                       "missing words for the state `%.*s`", TEXT_ARGS(codes->codes[i].label.name));
}

static void read_limits(struct reader *reader, const struct yaml_node *node, struct pack_declaration *out)
{
    static const char *const keys[] = {"address", "identity", NULL};
    out->per_address = ADDRESS_DAY;
    out->per_identity = IDENTITY_DAY;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    yaml_integer(yaml_get(node, "address"), 1, 100000, &out->per_address, reader->faults);
    yaml_integer(yaml_get(node, "identity"), 1, 1000, &out->per_identity, reader->faults);
}

/* Who opens what: a register of cases takes declarations as cases, and no workflow waits for some that never
 * come. */
static void check_openers(struct reader *reader, const struct yaml_node *reg,
                          const struct pack_declaration *out)
{
    const struct pack *pack = reader->pack;
    for (size_t i = 0; i < pack->workflow_count; i++) {
        const struct pack_workflow *workflow = &pack->workflows[i];
        bool opens = (workflow->openers & OPENER_DECLARATION) != 0;
        if (workflow->reg < 0 || workflow->start < 0 || opens == (workflow->reg == out->reg)) continue;
        if (opens)
            yaml_fault(reader->workflow_entries.items[i].key, reader->faults,
                       "start.by 中有 declaration，但申报（declaration.yaml）不写入这个登记册",
                       "`start` has `declaration` under `by`, but declarations (declaration.yaml) do not go "
                       "into this register");
        else
            yaml_fault(reg, reader->faults,
                       "申报在这个登记册里就是办件，其工作流“%.*s”的 start.by 中须有 declaration",
                       "in this register declarations are cases: its workflow `%.*s` needs `declaration` "
                       "under `by` of its `start`",
                       TEXT_ARGS(workflow->label.name));
    }
}

void read_declaration(struct reader *reader)
{
    static const char *const keys[] = {"register", "fields", "source", "words", "limits", "state", NULL};
    static const char *const case_keys[] = {"register", "fields", "source", "words", "limits", NULL};
    struct pack_declaration *out = &reader->pack->declaration;
    out->reg = -1;
    if (reader->document_counts[DOCUMENT_DECLARATION] == 0) {
        check_openers(reader, NULL, out);
        return;
    }
    const struct yaml_node *root = reader->documents[DOCUMENT_DECLARATION][0];
    if (!yaml_is(root, YAML_MAPPING, reader->faults)) return;
    const struct yaml_node *reg = yaml_need(root, "register", "登记册", "the register", reader->faults);
    out->reg = reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (out->reg < 0) return;
    bool cases = reader->pack->registers[out->reg].workflow != NULL;
    if (!yaml_keys(root, cases ? case_keys : keys, reader->faults)) return;
    check_openers(reader, reg, out);
    for (int i = 0; i < DECLARATION_PARTS; i++) out->fields[i] = -1;
    read_fields(reader, yaml_need(root, "fields", "各项对应的字段", "which field holds what", reader->faults),
                out);
    out->source = read_code(reader, yaml_get(root, "source"), out, DECLARATION_SOURCE);
    out->state =
        cases
            ? -1
            : read_code(reader,
                        yaml_need(root, "state", "刚收到时的状态", "the state of a new one", reader->faults),
                        out, DECLARATION_STATE);
    read_words(reader, root, out);
    read_limits(reader, yaml_get(root, "limits"), out);
}
