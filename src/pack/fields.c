/* What a register says of a field beside its label and type: its limits, its form, and how spreadsheets write
 * it. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "pack/reader.h"

static const char *const keys[] = {"label",      "type",     "dictionary", "register", "unit",
                                   "required",   "headings", "aliases",    "format",   "pattern",
                                   "min",        "max",      "sensitive",  "true",     "false",
                                   "separators", "empty",    "group",      "fits",     "known_by",
                                   "note",       "clause",   "kept_by",    "begins",   NULL};

/* Is the key there although the field's type has no use for it? */
static const struct yaml_node *only_for(struct reader *reader, const struct yaml_node *node, const char *key,
                                        bool fits, const char *types)
{
    const struct yaml_node *value = yaml_get(node, key);
    if (value == NULL || fits) return value;
    yaml_fault(value, reader->faults, "“%s”只用于 %s 类型", "`%s` is only for type %s", key, types);
    return NULL;
}

/* ---- Limits and forms ---- */

static void read_limits(struct reader *reader, const struct yaml_node *node, struct type type,
                        struct pack_field *field)
{
    static const char types[] = "int, decimal, money, ratio, date, month";
    bool fits = type.kind == TYPE_INT || type.kind == TYPE_DECIMAL || type.kind == TYPE_MONEY ||
                type.kind == TYPE_RATIO || type.kind == TYPE_DATE || type.kind == TYPE_MONTH;
    const struct yaml_node *least = bound_constant(only_for(reader, node, "min", fits, types));
    const struct yaml_node *most = bound_constant(only_for(reader, node, "max", fits, types));
    read_value(reader, least, type, &field->least);
    read_value(reader, most, type, &field->most);
    if (!field->least.known || !field->most.known) return;
    bool wrong = type.kind == TYPE_RATIO ? field->least.ratio > field->most.ratio
                                         : field->least.integer > field->most.integer;
    if (wrong) yaml_fault(most, reader->faults, "max 小于 min", "`max` is below `min`");
}

static void read_pattern(struct reader *reader, const struct yaml_node *node, struct pack_field *field)
{
    if (!yaml_string(node, &field->pattern, reader->faults)) return;
    int code;
    PCRE2_SIZE offset;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)field->pattern.at, field->pattern.size,
                                         PCRE2_UTF | PCRE2_UCP, &code, &offset, NULL);
    if (compiled == NULL) {
        PCRE2_UCHAR words[120];
        pcre2_get_error_message(code, words, sizeof words);
        yaml_fault(node, reader->faults, "正则表达式在第 %zu 个字节处有错：%s",
                   "the pattern is wrong at its byte %zu: %s", (size_t)offset + 1, (const char *)words);
        field->pattern = (struct text){0};
    }
    pcre2_code_free(compiled);
}

static void read_form(struct reader *reader, const struct yaml_node *node, struct type type,
                      struct pack_field *field)
{
    static const char *const formats[] = {"idcard", "phone", "digits", "unit", NULL};
    static const char *const sensitives[] = {"identity", "phone", "bank", "health", NULL};
    static const enum pack_format format_of[] = {FORMAT_IDCARD, FORMAT_PHONE, FORMAT_DIGITS, FORMAT_UNIT};
    static const enum pack_sensitive sensitive_of[] = {SENSITIVE_IDENTITY, SENSITIVE_PHONE, SENSITIVE_BANK,
                                                       SENSITIVE_HEALTH};
    int choice;
    bool text = type.kind == TYPE_TEXT;
    if (yaml_choice(only_for(reader, node, "format", text, "text"), formats, &choice, reader->faults))
        field->format = format_of[choice];
    if (yaml_choice(yaml_get(node, "sensitive"), sensitives, &choice, reader->faults))
        field->sensitive = sensitive_of[choice];
    read_pattern(reader, only_for(reader, node, "pattern", text, "text"), field);
}

/* ---- Spreadsheets ---- */

enum { HEADINGS_MAX = 200 };

static struct pack_heading *heading_find(struct pack_heading *headings, size_t count, struct text heading)
{
    for (size_t i = 0; i < count; i++)
        if (text_fold_equal(headings[i].heading, heading)) return &headings[i];
    return NULL;
}

static bool read_heading(struct reader *reader, const struct yaml_node *node, struct type type,
                         struct pack_heading *heading)
{
    static const char *const heading_keys[] = {"heading", "unit", NULL};
    heading->scale_by = 1;
    if (yaml_kind(node) != YAML_MAPPING) return yaml_string(node, &heading->heading, reader->faults);
    if (!yaml_keys(node, heading_keys, reader->faults)) return false;
    const struct yaml_node *words =
        yaml_need(node, "heading", "表头文字", "the heading's words", reader->faults);
    bool written = yaml_string(words, &heading->heading, reader->faults);
    return read_scale(reader, yaml_get(node, "unit"), type, &heading->scale_by) && written;
}

static void read_headings(struct reader *reader, const struct yaml_node *node,
                          const struct schema_field *schema_field, struct pack_field *field)
{
    const struct yaml_node *list = yaml_get(node, "headings");
    bool several = list != NULL && yaml_is(list, YAML_LIST, reader->faults);
    if (several && yaml_count(list) > HEADINGS_MAX) {
        yaml_fault(list, reader->faults, "一个字段最多 200 个表头", "a field has 200 headings at most");
        several = false;
    }
    struct pack_heading *headings = arena_array(reader->arena, yaml_count(list) + 2, sizeof *headings);
    size_t count = 0;
    const struct text labels[] = {schema_field->label.zh, schema_field->label.en};
    for (size_t i = 0; i < 2; i++)
        if (labels[i].size > 0 && heading_find(headings, count, labels[i]) == NULL)
            headings[count++] = (struct pack_heading){labels[i], 1};
    for (size_t i = 0; several && i < yaml_count(list); i++) {
        struct pack_heading heading = {0};
        if (!read_heading(reader, yaml_item(list, i), schema_field->type, &heading)) continue;
        struct pack_heading *standing = heading_find(headings, count, heading.heading);
        if (standing != NULL)
            standing->scale_by = heading.scale_by; /* the label again, to say its unit */
        else
            headings[count++] = heading;
    }
    field->headings = headings;
    field->heading_count = count;
}

static void read_spellings(struct reader *reader, const struct yaml_node *node, struct type type,
                           struct pack_field *field)
{
    const struct yaml_node *yes = only_for(reader, node, "true", type.kind == TYPE_BOOL, "bool");
    const struct yaml_node *no = only_for(reader, node, "false", type.kind == TYPE_BOOL, "bool");
    field->yes = reader_texts(reader, yes, &field->yes_count);
    field->no = reader_texts(reader, no, &field->no_count);
    field->empty = reader_texts(reader, yaml_get(node, "empty"), &field->empty_count);
    for (size_t i = 0; i < field->yes_count; i++)
        for (size_t k = 0; k < field->no_count; k++)
            if (text_fold_equal(field->yes[i], field->no[k]))
                yaml_fault(no, reader->faults, "“%.*s”既表示是又表示否", "`%.*s` means both yes and no",
                           TEXT_ARGS(field->no[k]));
    const struct yaml_node *separators =
        only_for(reader, node, "separators", type.kind == TYPE_CODES, "codes");
    if (yaml_is(separators, YAML_SCALAR, reader->faults))
        field->separators = yaml_text(separators); /* may be a blank */
}

/* `kept_by: workflow`, and with it `begins`: what the field says of a record that a hand adds. */
static void read_keeper(struct reader *reader, const struct yaml_node *node, struct type type,
                        struct pack_field *field)
{
    static const char *const keepers[] = {"workflow", NULL};
    const struct yaml_node *keeper = yaml_get(node, "kept_by"), *begins = yaml_get(node, "begins");
    int choice;
    if (begins != NULL && keeper == NULL)
        yaml_fault(begins, reader->faults, "“begins”只用于 kept_by: workflow",
                   "`begins` is only for `kept_by: workflow`");
    if (!yaml_choice(keeper, keepers, &choice, reader->faults)) return;
    field->keeper = KEEPER_WORKFLOW;
    read_value(reader, begins, type, &field->begins);
    if (field->required && begins == NULL)
        yaml_fault(
            keeper, reader->faults,
            "必填的字段只由工作流填写时，须用 begins 写明新增记录时的值，否则人无法新增",
            "a required field that workflows keep needs `begins`, the value that a new record has; else "
            "nobody could add one");
}

void read_field(struct reader *reader, const struct yaml_node *node, struct schema_field *schema_field,
                struct pack_field *field)
{
    struct text name = schema_field->label.name;
    schema_field->type = type_of(TYPE_TEXT);
    field->line = yaml_line(node);
    if (!yaml_keys(node, keys, reader->faults)) {
        reader_suspect(reader, &schema_field->label);
        return;
    }
    reader_label(reader, node, name, &schema_field->label);
    schema_field->aliases = reader_texts(reader, yaml_get(node, "aliases"), &schema_field->alias_count);
    yaml_bool(yaml_get(node, "required"), &field->required, reader->faults);
    reader_words(reader, yaml_get(node, "group"), &field->group_zh, &field->group_en);
    field->note = reader_note(reader, node);
    field->clause = reader_clause(reader, node);
    if (!read_type(reader, node, &schema_field->type)) {
        reader_suspect(reader, &schema_field->label);
        schema_field->type = type_of(TYPE_TEXT);
        return; /* the rest hangs on the type */
    }
    int dictionary = schema_field->type.dictionary;
    if (dictionary >= 0 && reader->faulty_dictionaries[dictionary])
        reader_suspect(reader, &schema_field->label);
    read_limits(reader, node, schema_field->type, field);
    read_keeper(reader, node, schema_field->type, field);
    read_form(reader, node, schema_field->type, field);
    read_headings(reader, node, schema_field, field);
    read_spellings(reader, node, schema_field->type, field);
}
