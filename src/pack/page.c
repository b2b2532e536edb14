/* pack.yaml, `page`: which of the pack's things the page of one subject shows, so that no register or field
 * of a plan is known to the program. */
#include "pack/reader.h"

static const char *kind_name(enum type_kind kind)
{
    switch (kind) {
    case TYPE_INT:
        return "int";
    case TYPE_MONEY:
        return "money";
    case TYPE_MONTH:
        return "month";
    case TYPE_CODE:
        return "code";
    case TYPE_DATE:
        return "date";
    case TYPE_BOOL:
    case TYPE_DECIMAL:
    case TYPE_RATIO:
    case TYPE_CODES:
    case TYPE_TEXT:
    case TYPE_RECORD:
    case TYPE_NULL:
        break;
    }
    return "";
}

int read_typed_field(struct reader *reader, const struct yaml_node *node, int reg, enum type_kind kind)
{
    int field = reader_field(reader, node, reg);
    if (field < 0) return -1;
    const struct schema_field *found = &reader->pack->schema.registers[reg].fields[field];
    if (found->type.kind == kind || reader_is_suspect(reader, found->label.name)) return field;
    yaml_fault(node, reader->faults, "“%.*s”应是 %s 类型的字段", "`%.*s` should be a field of type %s",
               TEXT_ARGS(yaml_text(node)), kind_name(kind));
    return -1;
}

int read_hanging(struct reader *reader, const struct yaml_node *node, int parent)
{
    const struct schema *schema = &reader->pack->schema;
    int reg = reader_reference(reader, node, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (reg < 0 || parent < 0 || schema->registers[reg].parent == parent) return reg;
    yaml_fault(node, reader->faults, "“%.*s”没有挂在“%.*s”下（parent）",
               "`%.*s` does not hang on `%.*s` (its `parent`)", TEXT_ARGS(yaml_text(node)),
               TEXT_ARGS(schema->registers[parent].label.name));
    return -1;
}

static int read_register_of(struct reader *reader, const struct yaml_node *mapping)
{
    const struct yaml_node *node = yaml_need(mapping, "register", "挂在被监测登记册下的登记册",
                                             "a register that hangs on the subject", reader->faults);
    return read_hanging(reader, node, reader->pack->subject);
}

static void read_ledger(struct reader *reader, const struct yaml_node *node)
{
    static const char *const ledger_keys[] = {"register", "month", "kind", "amount", NULL};
    struct pack_page *page = &reader->pack->page;
    if (node == NULL || !yaml_keys(node, ledger_keys, reader->faults)) return;
    int reg = read_register_of(reader, node);
    if (reg < 0) return;
    page->ledger_month = read_typed_field(
        reader, yaml_need(node, "month", "月份字段", "the field of the month", reader->faults), reg,
        TYPE_MONTH);
    page->ledger_kind = read_typed_field(
        reader, yaml_need(node, "kind", "类别字段", "the field of the kind", reader->faults), reg, TYPE_CODE);
    page->ledger_amount = read_typed_field(
        reader, yaml_need(node, "amount", "金额字段", "the field of the amount", reader->faults), reg,
        TYPE_MONEY);
    if (page->ledger_month >= 0 && page->ledger_kind >= 0 && page->ledger_amount >= 0) page->ledger = reg;
}

static void read_kinds(struct reader *reader, const struct yaml_node *node, int reg)
{
    struct pack *pack = reader->pack;
    struct type kind = pack->schema.registers[pack->page.ledger].fields[pack->page.ledger_kind].type;
    const struct schema_dictionary *dictionary = &pack->schema.dictionaries[kind.dictionary];
    int *kinds = arena_array(reader->arena, dictionary->code_count, sizeof *kinds);
    for (size_t i = 0; i < dictionary->code_count; i++) kinds[i] = -1;
    pack->page.years_kinds = kinds;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int code = schema_code_find(dictionary, yaml_text(yaml_key(node, i)));
        int field = read_typed_field(reader, yaml_item(node, i), reg, TYPE_MONEY);
        if (code >= 0)
            kinds[code] = field;
        else if (dictionary->code_count > 0)
            yaml_fault(yaml_key(node, i), reader->faults, "字典“%.*s”没有代码“%.*s”",
                       "dictionary `%.*s` has no code `%.*s`", TEXT_ARGS(dictionary->label.name),
                       TEXT_ARGS(yaml_text(yaml_key(node, i))));
    }
}

static void read_years(struct reader *reader, const struct yaml_node *root)
{
    static const char *const years_keys[] = {"register", "year", "kinds", "per_capita", NULL};
    const struct yaml_node *node = yaml_get(root, "years");
    struct pack_page *page = &reader->pack->page;
    if (node == NULL || !yaml_keys(node, years_keys, reader->faults)) return;
    if (yaml_get(root, "ledger") == NULL)
        yaml_fault(node, reader->faults, "有 years 而无 ledger：类别由台账的类别字段而来",
                   "`years` without `ledger`, whose kinds it speaks of");
    if (page->ledger < 0) return;
    int reg = read_register_of(reader, node);
    if (reg < 0) return;
    page->years_year = read_typed_field(
        reader, yaml_need(node, "year", "年度字段", "the field of the year", reader->faults), reg, TYPE_INT);
    page->years_per_capita = read_typed_field(reader, yaml_get(node, "per_capita"), reg, TYPE_MONEY);
    read_kinds(reader,
               yaml_need(node, "kinds", "{代码: 金额字段 …}", "{code: field of money …}", reader->faults),
               reg);
    if (page->years_year >= 0) page->years = reg;
}

static void read_figures(struct reader *reader, const struct yaml_node *node)
{
    struct pack *pack = reader->pack;
    if (node == NULL || pack->subject < 0 || !yaml_is(node, YAML_LIST, reader->faults)) return;
    int *figures = arena_array(reader->arena, yaml_count(node), sizeof *figures);
    pack->page.definitions = figures;
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct text name;
        if (!yaml_string(yaml_item(node, i), &name, reader->faults)) continue;
        int index = schema_definition_find(&pack->schema, pack->subject, name);
        if (index >= 0)
            figures[pack->page.definition_count++] = index;
        else if (!reader->broken[DOCUMENT_DEFINITIONS] && !reader_is_suspect(reader, name))
            yaml_fault(yaml_item(node, i), reader->faults, "“%.*s”没有定义“%.*s”",
                       "`%.*s` has no definition `%.*s`",
                       TEXT_ARGS(pack->schema.registers[pack->subject].label.name), TEXT_ARGS(name));
    }
}

void read_page(struct reader *reader, const struct yaml_node *node)
{
    static const char *const page_keys[] = {"definitions", "ledger", "years", NULL};
    reader->pack->page = (struct pack_page){.ledger = -1,
                                            .ledger_month = -1,
                                            .ledger_kind = -1,
                                            .ledger_amount = -1,
                                            .years = -1,
                                            .years_year = -1,
                                            .years_per_capita = -1};
    if (node == NULL || !yaml_keys(node, page_keys, reader->faults)) return;
    read_figures(reader, yaml_get(node, "definitions"));
    read_ledger(reader, yaml_get(node, "ledger"));
    read_years(reader, node);
}
