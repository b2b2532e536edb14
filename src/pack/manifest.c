/* pack.yaml: what the pack is (read first, because languages decide what other files must say), and which of
 * its things play a special part (read last, when they are known). */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "formula/node.h"
#include "pack/reader.h"

enum { PACK_FORMAT = 1 };

static const char *const keys[] = {"format",
                                   "name",
                                   "title",
                                   "document",
                                   "years",
                                   "division",
                                   "languages",
                                   "subject",
                                   "people",
                                   "category",
                                   "divisions",
                                   "highlights",
                                   "dashboard",
                                   "page",
                                   "units",
                                   "note",
                                   "subcategory",
                                   "subcategory_without",
                                   "progress",
                                   "subject_plan",
                                   "notices",
                                   "assessment",
                                   "parameter_changes",
                                   NULL};

static const struct yaml_node *root_of(const struct reader *reader)
{
    return reader->document_counts[DOCUMENT_PACK] == 0 ? NULL : reader->documents[DOCUMENT_PACK][0];
}

static bool read_format(struct reader *reader, const struct yaml_node *root)
{
    int64_t format;
    const struct yaml_node *node = yaml_need(root, "format", "本页格式的版本，现为 1",
                                             "the version of the pack format, now 1", reader->faults);
    if (!yaml_integer(node, 1, INT32_MAX, &format, reader->faults)) return false;
    if (format == PACK_FORMAT) return true;
    yaml_fault(node, reader->faults, "配置包格式 %d 比本程序认识的（1）新；请升级程序",
               "pack format %d is newer than this program knows (1); upgrade the program", (int)format);
    return false;
}

/* As a name, but hyphens may stand in it: it names a folder and a file, never a column. */
static void read_name(struct reader *reader, const struct yaml_node *root)
{
    const struct yaml_node *node = yaml_need(root, "name", "配置包的名称，例如 hengyang-2022",
                                             "the pack's name, such as hengyang-2022", reader->faults);
    struct text name;
    if (!yaml_string(node, &name, reader->faults)) return;
    bool good = name.size <= 48 && name.at[0] >= 'a' && name.at[0] <= 'z';
    for (size_t i = 0; i < name.size; i++) {
        char c = name.at[i];
        good &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    if (good)
        reader->pack->name = name;
    else
        yaml_fault(
            node, reader->faults, "名称应以小写字母开头，只含小写字母、数字、- 和 _，最多 48 个字符",
            "expected a name: a small letter, then small letters, digits, - and _, 48 characters at most");
}

static void read_languages(struct reader *reader, const struct yaml_node *root)
{
    static const char *const languages[] = {"zh", "en", NULL};
    const struct yaml_node *node =
        yaml_need(root, "languages", "语言列表，例如 [zh, en]，第一个为默认",
                  "the languages, such as [zh, en], the default first", reader->faults);
    reader->pack->language = "zh";
    if (!yaml_is(node, YAML_LIST, reader->faults)) {
        reader->zh = reader->en = true; /* so that labels are not blamed */
        return;
    }
    for (size_t i = yaml_count(node); i-- > 0;) {
        int choice;
        if (!yaml_choice(yaml_item(node, i), languages, &choice, reader->faults)) continue;
        *(choice == 0 ? &reader->zh : &reader->en) = true;
        reader->pack->language = languages[choice];
    }
    if (yaml_count(node) == 0)
        yaml_fault(node, reader->faults, "至少要有一种语言：zh 或 en",
                   "expected at least one language: zh or en");
    if (!reader->zh && !reader->en) reader->zh = reader->en = true;
}

static void read_years(struct reader *reader, const struct yaml_node *root)
{
    const struct yaml_node *node = yaml_need(root, "years", "起止年份，例如 [2022, 2024]",
                                             "first and last year, such as [2022, 2024]", reader->faults);
    int64_t first, last;
    if (!yaml_is(node, YAML_LIST, reader->faults)) return;
    if (yaml_count(node) != 2) {
        yaml_fault(node, reader->faults, "此处应是两个年份：[2022, 2024]",
                   "expected two years: [2022, 2024]");
        return;
    }
    if (!yaml_integer(yaml_item(node, 0), DATE_YEAR_MIN, DATE_YEAR_MAX, &first, reader->faults) ||
        !yaml_integer(yaml_item(node, 1), DATE_YEAR_MIN, DATE_YEAR_MAX, &last, reader->faults))
        return;
    if (first > last)
        yaml_fault(node, reader->faults, "起始年份晚于结束年份", "the first year is after the last");
    reader->pack->year_first = (int)first;
    reader->pack->year_last = (int)last;
}

static void read_document(struct reader *reader, const struct yaml_node *node)
{
    static const char *const document_keys[] = {"zh", "en", "number", "date", "issuer", NULL};
    struct text zh = {0}, en = {0}, number = {0}, issuer = {0};
    int32_t date;
    if (node == NULL || !yaml_keys(node, document_keys, reader->faults)) return;
    yaml_string(yaml_get(node, "zh"), &zh, reader->faults);
    yaml_string(yaml_get(node, "en"), &en, reader->faults);
    yaml_string(yaml_get(node, "number"), &number, reader->faults);
    yaml_string(yaml_get(node, "issuer"), &issuer, reader->faults);
    yaml_date(yaml_get(node, "date"), &date, reader->faults);
    bool english = strcmp(reader->pack->language, "en") == 0;
    struct text title = (english && en.size > 0) || zh.size == 0 ? en : zh;
    if (title.size == 0)
        yaml_fault(node, reader->faults, "缺少文件名（zh 或 en）",
                   "missing the document's title (`zh` or `en`)");
    reader->pack->document =
        number.size == 0 ? title
                         : text_of(arena_printf(reader->arena, english ? "%.*s (%.*s)" : "%.*s（%.*s）",
                                                TEXT_ARGS(title), TEXT_ARGS(number)));
}

static void read_measures(struct reader *reader, const struct yaml_node *node)
{
    static const char *const measure_keys[] = {"name", "zh", "en", NULL};
    if (!yaml_is(node, YAML_LIST, reader->faults)) return;
    struct spellings spellings = {0};
    for (size_t i = 0; i < yaml_count(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        struct label label = {0};
        if (!yaml_keys(item, measure_keys, reader->faults)) continue;
        const struct yaml_node *name =
            yaml_need(item, "name", "计量单位的名称", "the unit's name", reader->faults);
        if (!yaml_name(name, &label.name, reader->faults)) continue;
        yaml_string(yaml_get(item, "zh"), &label.zh, reader->faults);
        yaml_string(yaml_get(item, "en"), &label.en, reader->faults);
        spellings_add(&spellings, reader, label.name, i, name, "单位", "unit");
        spellings_add(&spellings, reader, label.zh, i, yaml_get(item, "zh"), "单位", "unit");
        spellings_add(&spellings, reader, label.en, i, yaml_get(item, "en"), "单位", "unit");
        int index = reader_measure(reader, label.name); /* before units is read: it may move them */
        reader->pack->schema.units[index].label = label;
    }
    spellings_fini(&spellings);
}

bool read_manifest(struct reader *reader)
{
    struct pack *pack = reader->pack;
    const struct yaml_node *root = root_of(reader);
    if (yaml_kind(root) != YAML_MAPPING) {
        yaml_fault(root, reader->faults, "此处应是映射（format: 1 …）", "expected a mapping (format: 1 …)");
        return false;
    }
    if (!read_format(reader, root)) return false;
    yaml_keys(root, keys, reader->faults);
    read_name(reader, root);
    read_languages(reader, root);
    reader_words(reader, yaml_need(root, "title", "标题", "the pack's title", reader->faults),
                 &pack->title_zh, &pack->title_en);
    read_document(reader, yaml_get(root, "document"));
    read_years(reader, root);
    yaml_string(yaml_get(root, "division"), &pack->division, reader->faults);
    read_measures(reader, yaml_get(root, "units"));
    reader_note(reader, root);
    return true;
}

/* ---- References ---- */

static int read_field_reference(struct reader *reader, const struct yaml_node *node, int reg)
{
    return reg < 0 ? -1 : reader_field(reader, node, reg);
}

/* A CODE field of the subject, -1 for none. */
static int read_category(struct reader *reader, const struct yaml_node *node)
{
    struct pack *pack = reader->pack;
    int field = read_field_reference(reader, node, pack->subject);
    if (field < 0) return -1;
    const struct schema_field *found = &pack->schema.registers[pack->subject].fields[field];
    if (found->type.kind == TYPE_CODE || reader_is_suspect(reader, found->label.name)) return field;
    yaml_fault(node, reader->faults, "“%.*s”应是 code 类型的字段", "`%.*s` should be a field of type code",
               TEXT_ARGS(yaml_text(node)));
    return -1;
}

static void read_subject(struct reader *reader, const struct yaml_node *root)
{
    struct pack *pack = reader->pack;
    const struct schema_register *registers = pack->schema.registers;
    pack->subject =
        reader_reference(reader,
                         yaml_need(root, "subject", "被监测的登记册，例如 household",
                                   "the register that is monitored, such as household", reader->faults),
                         &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    const struct yaml_node *people = yaml_get(root, "people");
    pack->people =
        reader_reference(reader, people, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    if (pack->people >= 0 && pack->subject >= 0 && registers[pack->people].parent != pack->subject)
        yaml_fault(people, reader->faults, "“%.*s”没有挂在“%.*s”下（parent）",
                   "`%.*s` does not hang on `%.*s` (its `parent`)", TEXT_ARGS(yaml_text(people)),
                   TEXT_ARGS(registers[pack->subject].label.name));
    pack->category = read_category(reader, yaml_get(root, "category"));
    pack->subcategory = read_category(reader, yaml_get(root, "subcategory"));
    reader_words(reader, yaml_get(root, "subcategory_without"), &pack->subcategory_without_zh,
                 &pack->subcategory_without_en);
}

/* A field that takes a division's code or name must be text. */
static int read_division_field(struct reader *reader, const struct yaml_node *node)
{
    struct pack *pack = reader->pack;
    int field = read_field_reference(reader, node, pack->division_register);
    if (field >= 0 && pack->schema.registers[pack->division_register].fields[field].type.kind != TYPE_TEXT)
        yaml_fault(node, reader->faults, "“%.*s”应是 text 类型的字段",
                   "`%.*s` should be a field of type text", TEXT_ARGS(yaml_text(node)));
    return field;
}

static void read_division_register(struct reader *reader, const struct yaml_node *node)
{
    static const char *const division_keys[] = {"file", "register", "fields", "map", NULL};
    static const char *const field_keys[] = {"code", "name", "township", NULL};
    struct pack *pack = reader->pack;
    pack->division_register = pack->division_code = pack->division_name = pack->division_township = -1;
    if (node == NULL || !yaml_keys(node, division_keys, reader->faults)) return;
    const struct yaml_node *reg = yaml_get(node, "register");
    pack->division_register =
        reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    const struct yaml_node *fields = yaml_get(node, "fields");
    if (reg == NULL) {
        if (fields != NULL)
            yaml_fault(fields, reader->faults, "有 fields 而无 register", "`fields` without `register`");
        return;
    }
    if (pack->division_register < 0) return;
    fields = yaml_need(node, "fields", "{code: …, name: …, township: …}", "{code: …, name: …, township: …}",
                       reader->faults);
    if (fields == NULL || !yaml_keys(fields, field_keys, reader->faults)) return;
    pack->division_code =
        read_division_field(reader, yaml_need(fields, "code", "放区划代码的字段",
                                              "the field for the division's code", reader->faults));
    pack->division_name =
        read_division_field(reader, yaml_need(fields, "name", "放区划名称的字段",
                                              "the field for the division's name", reader->faults));
    pack->division_township = read_division_field(reader, yaml_get(fields, "township"));
    const struct schema_register *filled = &pack->schema.registers[pack->division_register];
    for (int i = 0; i < (int)filled->field_count; i++)
        if (pack->registers[pack->division_register].fields[i].required && i != pack->division_code &&
            i != pack->division_name && i != pack->division_township)
            yaml_fault(fields, reader->faults, "登记册“%.*s”的必填字段“%.*s”没有来源，无法由区划生成记录",
                       "register `%.*s` requires `%.*s`, which divisions do not fill",
                       TEXT_ARGS(filled->label.name), TEXT_ARGS(filled->fields[i].label.name));
}

/* A definition of the subject that gives money, whole numbers, or a truth; -1, with a fault unless it is
 * itself faulty. */
static int read_figure(struct reader *reader, const struct yaml_node *node, enum type_kind kind)
{
    const struct pack *pack = reader->pack;
    struct text name;
    if (node == NULL || pack->subject < 0 || !yaml_string(node, &name, reader->faults)) return -1;
    int index = schema_definition_find(&pack->schema, pack->subject, name);
    if (index < 0) {
        if (!reader->broken[DOCUMENT_DEFINITIONS] && !reader_is_suspect(reader, name))
            yaml_fault(node, reader->faults, "“%.*s”没有定义“%.*s”", "`%.*s` has no definition `%.*s`",
                       TEXT_ARGS(pack->schema.registers[pack->subject].label.name), TEXT_ARGS(name));
        return -1;
    }
    const struct node *checked = pack->schema.definitions[index].node;
    if (checked == NULL || checked->type.kind == kind) return checked == NULL ? -1 : index;
    if (kind == TYPE_MONEY)
        yaml_fault(node, reader->faults, "定义“%.*s”的结果应是金额", "definition `%.*s` should give money",
                   TEXT_ARGS(name));
    else if (kind == TYPE_BOOL)
        yaml_fault(node, reader->faults, "定义“%.*s”的结果应是是否",
                   "definition `%.*s` should be true or false", TEXT_ARGS(name));
    else
        yaml_fault(node, reader->faults, "定义“%.*s”的结果应是整数",
                   "definition `%.*s` should give whole numbers", TEXT_ARGS(name));
    return -1;
}

static void read_income(struct reader *reader, const struct yaml_node *node)
{
    struct pack_dashboard *dashboard = &reader->pack->dashboard;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    int *income = arena_array(reader->arena, yaml_count(node), sizeof *income);
    dashboard->income = income;
    for (size_t i = 0; i < yaml_count(node); i++) {
        int index = read_figure(reader, yaml_item(node, i), TYPE_MONEY);
        if (index >= 0) income[dashboard->income_count++] = index;
    }
}

static void read_ledger(struct reader *reader, const struct yaml_node *node)
{
    static const char *const ledger_keys[] = {"kept", "complete", "least", NULL};
    struct pack_ledger *ledger = &reader->pack->dashboard.ledger;
    if (node == NULL || !yaml_keys(node, ledger_keys, reader->faults)) return;
    const struct yaml_node *kept = yaml_need(node, "kept", "“有台账”的定义", "a definition: rows are kept",
                                             reader->faults),
                           *complete = yaml_need(node, "complete", "“台账齐全”的定义",
                                                 "a definition: no month is missing", reader->faults);
    ledger->kept = read_figure(reader, kept, TYPE_BOOL);
    ledger->complete = read_figure(reader, complete, TYPE_BOOL);
    reader_part(reader, yaml_get(node, "least"), &ledger->least);
    if (ledger->kept < 0) ledger->complete = -1;
}

static void read_dashboard(struct reader *reader, const struct yaml_node *node)
{
    static const char *const dashboard_keys[] = {"income",     "total",  "members", "rule",
                                                 "comparable", "ledger", NULL};
    struct pack *pack = reader->pack;
    struct pack_dashboard *dashboard = &pack->dashboard;
    *dashboard = (struct pack_dashboard){
        .total = -1, .members = -1, .rule = -1, .comparable = -1, .ledger = {-1, -1, 1}};
    if (node == NULL || !yaml_keys(node, dashboard_keys, reader->faults)) return;
    read_income(reader, yaml_get(node, "income"));
    const struct yaml_node *total = yaml_get(node, "total"), *members = yaml_get(node, "members"),
                           *rule = yaml_get(node, "rule");
    if ((total == NULL) != (members == NULL))
        yaml_fault(node, reader->faults, "total 和 members 要写就一起写：人均是前者除以后者",
                   "`total` and `members` go together: per capita is the one divided by the other");
    dashboard->total = read_figure(reader, total, TYPE_MONEY);
    dashboard->members = read_figure(reader, members, TYPE_INT);
    dashboard->comparable = read_figure(reader, yaml_get(node, "comparable"), TYPE_BOOL);
    read_ledger(reader, yaml_get(node, "ledger"));
    dashboard->rule = reader_reference(reader, rule, &reader->rules, DOCUMENT_RULES, "规则", "rule");
    if (dashboard->rule < 0 || pack->subject < 0 || pack->rules[dashboard->rule].scope == pack->subject)
        return;
    yaml_fault(rule, reader->faults, "规则“%.*s”不在“%.*s”上", "rule `%.*s` is not on `%.*s`",
               TEXT_ARGS(yaml_text(rule)), TEXT_ARGS(pack->schema.registers[pack->subject].label.name));
}

void read_manifest_references(struct reader *reader)
{
    struct pack *pack = reader->pack;
    const struct yaml_node *root = root_of(reader);
    read_subject(reader, root);
    read_division_register(reader, yaml_get(root, "divisions"));
    pack->highlights = reader_references(reader, yaml_get(root, "highlights"), &reader->rules, DOCUMENT_RULES,
                                         "规则", "rule", &pack->highlight_count);
    read_dashboard(reader, yaml_get(root, "dashboard"));
    read_page(reader, yaml_get(root, "page"));
    read_sheets(reader, root);
    read_assessment_registers(reader, yaml_get(root, "assessment"));
}
