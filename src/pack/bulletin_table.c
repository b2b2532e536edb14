/* A bulletin's tables: which rows, which columns. What a column can show hangs on what the rows are; one
 * table of words says so for the reader, for its "did you mean", and for whoever writes docs/bulletins.md. */
#include "base/text.h"
#include "pack/assessment.h"
#include "pack/bulletin_private.h"

enum { COLUMNS_MAX = 24, FIELDS_MAX = 100, SHARE_MAX = 100, MOST = 20000, MOST_UNSAID = 500 };

#define ROWS(kind) (1u << (kind))
#define LIGHTS_OF  (ROWS(ROWS_PLACES) | ROWS(ROWS_UNITS))
#define REPORTS_OF (ROWS(ROWS_INDICATORS) | ROWS(ROWS_REPORTS))

static const struct {
    const char *word;
    enum column_show show;
    uint32_t rows;
} words[] = {
    {"number", SHOW_NUMBER, ~0u},
    {"rank", SHOW_RANK, ROWS(ROWS_PLACES) | ROWS(ROWS_SCORED)},
    {"name", SHOW_NAME, ~0u},
    {"code", SHOW_CODE, ROWS(ROWS_PLACES) | ROWS(ROWS_RECORDS)},
    {"township", SHOW_TOWNSHIP, ROWS(ROWS_RECORDS)},
    {"village", SHOW_VILLAGE, ROWS(ROWS_RECORDS)},
    {"green", SHOW_GREEN, LIGHTS_OF},
    {"yellow", SHOW_YELLOW, LIGHTS_OF},
    {"red", SHOW_RED, LIGHTS_OF},
    {"none", SHOW_NONE, LIGHTS_OF},
    {"unknown", SHOW_UNKNOWN, LIGHTS_OF},
    {"clause", SHOW_CLAUSE, ROWS(ROWS_INDICATORS) | ROWS(ROWS_WARNINGS)},
    {"unit", SHOW_UNIT, REPORTS_OF},
    {"lead", SHOW_LEAD, REPORTS_OF},
    {"responsible", SHOW_RESPONSIBLE, ROWS(ROWS_INDICATORS)},
    {"source", SHOW_SOURCE, ROWS(ROWS_INDICATORS)},
    {"value", SHOW_VALUE, REPORTS_OF},
    {"before", SHOW_BEFORE, ROWS(ROWS_INDICATORS)},
    {"change", SHOW_CHANGE, ROWS(ROWS_INDICATORS)},
    {"last_year", SHOW_LAST_YEAR, ROWS(ROWS_INDICATORS)},
    {"target", SHOW_TARGET, ROWS(ROWS_INDICATORS)},
    {"due", SHOW_DUE, ROWS(ROWS_INDICATORS)},
    {"forecast", SHOW_FORECAST, ROWS(ROWS_INDICATORS)},
    {"light", SHOW_LIGHT, ROWS(ROWS_INDICATORS)},
    {"counted", SHOW_COUNTED, ROWS(ROWS_INDICATORS)},
    {"missing", SHOW_MISSING, ROWS(ROWS_INDICATORS)},
    {"undetermined", SHOW_UNDETERMINED, ROWS(ROWS_INDICATORS)},
    {"leads", SHOW_LEADS, ROWS(ROWS_UNITS)},
    {"points", SHOW_POINTS, ROWS(ROWS_SCORED)},
    {"grade", SHOW_GRADE, ROWS(ROWS_SCORED)},
    {"lists", SHOW_LISTS, ROWS(ROWS_SCORED)},
    {"level", SHOW_LEVEL, ROWS(ROWS_WARNINGS)},
    {"state", SHOW_STATE, ROWS(ROWS_WARNINGS)},
    {"sentence", SHOW_SENTENCE, ROWS(ROWS_WARNINGS)},
    {"report", SHOW_REPORT, REPORTS_OF},
    {"reported_by", SHOW_REPORTED_BY, REPORTS_OF},
    {"reported_on", SHOW_REPORTED_ON, REPORTS_OF},
    {"deadline", SHOW_DEADLINE, ROWS(ROWS_REPORTS)},
    {"asked", SHOW_ASKED, ROWS(ROWS_UNITS)},
    {"handed", SHOW_HANDED, ROWS(ROWS_UNITS)},
    {"accepted", SHOW_ACCEPTED, ROWS(ROWS_UNITS)},
    {"late", SHOW_LATE, ROWS(ROWS_UNITS)},
};
enum { WORDS = sizeof words / sizeof *words };

bool bulletin_word_is_taken(struct text name)
{
    for (size_t i = 0; i < WORDS; i++)
        if ((words[i].rows & ROWS(ROWS_PLACES)) != 0 && text_is(name, words[i].word)) return true;
    return false;
}

/* ---- Columns ---- */

static bool find_word(struct text name, enum bulletin_rows rows, enum column_show *show,
                      struct suggest *suggest)
{
    for (size_t i = 0; i < WORDS; i++) {
        if ((words[i].rows & ROWS(rows)) == 0) continue;
        suggest_offer(suggest, text_of(words[i].word));
        if (!text_is(name, words[i].word)) continue;
        *show = words[i].show;
        return true;
    }
    return false;
}

/* `part.final`: of a year's result, what that part came to. */
static bool find_part(const struct bulletin_reading *reading, const struct bulletin_table *table,
                      struct text name, struct bulletin_column *column, struct suggest *suggest)
{
    struct reader *reader = reading->reader;
    if (table->rows != ROWS_SCORED || !table->year || table->scheme < 0) return false;
    const struct pack_scheme *scheme = &reader->pack->schemes[table->scheme];
    for (size_t i = 0; i < scheme->part_count; i++) {
        struct text whole =
            text_of(arena_printf(reader->arena, "part.%.*s", TEXT_ARGS(scheme->parts[i].label.name)));
        suggest_offer(suggest, whole);
        if (!text_equal(whole, name)) continue;
        column->show = SHOW_PART;
        column->figure = (int)i;
        return true;
    }
    return false;
}

static void read_show(const struct bulletin_reading *reading, const struct yaml_node *node,
                      const struct bulletin_table *table, struct bulletin_column *column)
{
    struct reader *reader = reading->reader;
    struct text name;
    if (!yaml_string(node, &name, reader->faults)) return;
    struct suggest suggest = suggest_start(name);
    if (find_word(name, table->rows, &column->show, &suggest) ||
        find_part(reading, table, name, column, &suggest))
        return;
    if (table->rows == ROWS_PLACES) {
        column->show = SHOW_FIGURE;
        if (bulletin_figure_find(reading, name, &column->figure, &column->aspect, &suggest) ||
            reading->faulty_figures)
            return;
    }
    if (table->rows == ROWS_RECORDS && table->reg >= 0) {
        const struct schema_register *reg = &reader->pack->schema.registers[table->reg];
        column->show = SHOW_FIELD;
        for (size_t i = 0; i < reg->field_count; i++) {
            suggest_offer(&suggest, reg->fields[i].label.name);
            if (text_equal(reg->fields[i].label.name, name)) column->field = (int)i;
        }
        if (column->field >= 0 || reg->field_count == 0 || reader_is_suspect(reader, name)) return;
    }
    if (table->rows == ROWS_RECORDS && table->reg < 0) return; /* the register is at fault */
    yaml_fault_unknown(node, reader->faults, "列", "column", &suggest);
}

static void read_heading(const struct bulletin_reading *reading, const struct yaml_node *thing,
                         const struct bulletin_table *table, struct bulletin_column *column)
{
    struct reader *reader = reading->reader;
    if (column->field >= 0)
        column->heading = reader->pack->schema.registers[table->reg].fields[column->field].label;
    if (column->field >= 0 && yaml_get(thing, "heading") == NULL) return;
    column->heading = (struct label){0};
    reader_words(reader, yaml_need(thing, "heading", "列标题", "the column's heading", reader->faults),
                 &column->heading.zh, &column->heading.en);
}

static void read_columns(const struct bulletin_reading *reading, const struct yaml_node *node,
                         struct bulletin_table *table)
{
    static const char *const keys[] = {"show", "heading", "share", NULL};
    struct reader *reader = reading->reader;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(node) < COLUMNS_MAX ? yaml_count(node) : COLUMNS_MAX;
    if (yaml_count(node) > COLUMNS_MAX || yaml_count(node) == 0)
        yaml_fault(node, reader->faults, "列应有 1 到 %d 个", "expected 1 to %d columns", COLUMNS_MAX);
    struct bulletin_column *columns = arena_array(reader->arena, count, sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *thing = yaml_item(node, i);
        int64_t share = 1;
        columns[i] = (struct bulletin_column){.show = SHOW_NUMBER, .figure = -1, .field = -1, .share = 1};
        if (!yaml_keys(thing, keys, reader->faults)) continue;
        read_show(reading,
                  yaml_need(thing, "show", "这一列显示什么", "what the column shows", reader->faults), table,
                  &columns[i]);
        read_heading(reading, thing, table, &columns[i]);
        yaml_integer(yaml_get(thing, "share"), 1, SHARE_MAX, &share, reader->faults);
        columns[i].share = (int)share;
    }
    table->columns = columns;
    table->column_count = count;
}

/* ---- Rows ---- */

/* Keys that only some kinds of rows know. */
static const struct {
    const char *key;
    uint32_t rows;
} owned[] = {
    {"rank", ROWS(ROWS_PLACES)},           {"first", ROWS(ROWS_PLACES)},      {"total", ROWS(ROWS_PLACES)},
    {"indicators", ROWS(ROWS_INDICATORS)}, {"lights", ROWS(ROWS_INDICATORS)}, {"scheme", ROWS(ROWS_SCORED)},
    {"year", ROWS(ROWS_SCORED)},           {"list", ROWS(ROWS_SCORED)},       {"only", ROWS(ROWS_REPORTS)},
    {"register", ROWS(ROWS_RECORDS)},      {"of", ROWS(ROWS_RECORDS)},        {"sort", ROWS(ROWS_RECORDS)},
    {"most", ROWS(ROWS_RECORDS)},          {"until", ROWS(ROWS_RECORDS)},     {"fields", ROWS(ROWS_FIELDS)},
    {"columns", ~ROWS(ROWS_FIELDS)}};

static void check_keys(struct reader *reader, const struct yaml_node *node,
                       const struct bulletin_table *table)
{
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        const struct yaml_node *value = yaml_get(node, owned[i].key);
        if (value != NULL && (owned[i].rows & ROWS(table->rows)) == 0)
            yaml_fault(value, reader->faults, "这种表没有“%s”", "a table of these rows has no `%s`",
                       owned[i].key);
    }
}

static void read_places(const struct bulletin_reading *reading, const struct yaml_node *node,
                        struct bulletin_table *table)
{
    static const char *const ends[] = {"most", "least", NULL};
    struct reader *reader = reading->reader;
    const struct yaml_node *rank = yaml_get(node, "rank");
    int choice;
    table->ranked = rank != NULL;
    if (rank != NULL && !text_is(yaml_text(rank), "lights")) table->by = bulletin_figure_named(reading, rank);
    if (yaml_choice(yaml_get(node, "first"), ends, &choice, reader->faults)) table->least_first = choice == 1;
    yaml_bool(yaml_get(node, "total"), &table->total, reader->faults);
    if (yaml_get(node, "first") != NULL && (rank == NULL || table->by < 0))
        yaml_fault(yaml_get(node, "first"), reader->faults, "first 只与按数字排名（rank）连用",
                   "`first` goes with a `rank` by a figure only");
}

static void read_lights(struct reader *reader, const struct yaml_node *node, struct bulletin_table *table)
{
    static const char *const lights[] = {"green", "yellow", "red", "none", "unknown", NULL};
    int choice;
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    for (size_t i = 0; i < yaml_count(node); i++)
        if (yaml_choice(yaml_item(node, i), lights, &choice, reader->faults)) table->lights |= 1u << choice;
}

/* Only those on one of the scheme's lists. */
static void read_list(struct reader *reader, const struct yaml_node *node, struct bulletin_table *table)
{
    const struct pack_scheme *scheme = &reader->pack->schemes[table->scheme];
    struct text name;
    if (node == NULL || !yaml_string(node, &name, reader->faults)) return;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < scheme->list_count; i++) {
        suggest_offer(&suggest, scheme->lists[i].label.name);
        if (text_equal(scheme->lists[i].label.name, name)) table->list = (int)i;
    }
    if (table->list < 0) yaml_fault_unknown(node, reader->faults, "名单", "list", &suggest);
}

static void read_scheme(struct reader *reader, const struct yaml_node *node, struct bulletin_table *table)
{
    struct text name;
    yaml_bool(yaml_get(node, "year"), &table->year, reader->faults);
    const struct yaml_node *scheme =
        yaml_need(node, "scheme", "考核办法", "the assessment scheme", reader->faults);
    if (!yaml_string(scheme, &name, reader->faults)) return;
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < reader->pack->scheme_count; i++) {
        suggest_offer(&suggest, reader->pack->schemes[i].label.name);
        if (text_equal(reader->pack->schemes[i].label.name, name)) table->scheme = (int)i;
    }
    if (table->scheme < 0 && !reader->broken[DOCUMENT_ASSESSMENT])
        yaml_fault_unknown(scheme, reader->faults, "考核办法", "scheme", &suggest);
    if (table->scheme >= 0) read_list(reader, yaml_get(node, "list"), table);
}

static void read_reports(struct reader *reader, const struct yaml_node *node, struct bulletin_table *table)
{
    static const char *const names[] = {"all", "open", "returned", "late", NULL};
    int choice;
    if (yaml_choice(yaml_get(node, "only"), names, &choice, reader->faults))
        table->only = (enum bulletin_only)choice;
    if (reader->pack->progress.dispatch.unit < 0 && !reader->broken[DOCUMENT_REGISTERS])
        yaml_fault(yaml_get(node, "rows"), reader->faults,
                   "包里没有月度调度（pack.yaml 的 progress.dispatch）",
                   "the pack has no rounds of reports (`progress.dispatch` in pack.yaml)");
}

/* How far below the subject a register hangs; -1: not at all. */
static int depth_below(const struct pack *pack, int reg)
{
    int depth = 0;
    for (int at = reg; at >= 0; at = pack->schema.registers[at].parent, depth++)
        if (at == pack->subject) return depth;
    return -1;
}

static void read_listed(const struct bulletin_reading *reading, const struct yaml_node *node,
                        struct bulletin_table *table)
{
    struct reader *reader = reading->reader;
    const struct pack *pack = reader->pack;
    const struct yaml_node *of =
        yaml_need(node, "of", "哪个数字数到的记录", "the figure that counts them", reader->faults);
    table->counted = bulletin_figure_named(reading, of);
    if (table->counted < 0) return;
    const struct bulletin_figure *figure = &reading->figures[table->counted];
    table->reg = figure->indicator >= 0 ? pack->indicators[figure->indicator].over
                                        : pack->bulletin_figures[figure->computed].over;
    if (table->reg < 0)
        yaml_fault(of, reader->faults, "“%.*s”由单位填报，没有名单", "`%.*s` is reported: there is no list",
                   TEXT_ARGS(yaml_text(of)));
}

static void read_hanging_on_subject(const struct bulletin_reading *reading, const struct yaml_node *node,
                                    struct bulletin_table *table)
{
    struct reader *reader = reading->reader;
    const struct yaml_node *reg =
        yaml_need(node, "register", "哪个登记册的记录", "the register of the records", reader->faults);
    table->reg = reader_reference(reader, reg, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    int depth = table->reg < 0 || reader->pack->subject < 0 ? 1 : depth_below(reader->pack, table->reg);
    if (depth >= 1 && depth <= 2) return;
    yaml_fault(reg, reader->faults, "“%.*s”没有挂在被监测的登记册下", "`%.*s` does not hang on the subject",
               TEXT_ARGS(yaml_text(reg)));
    table->reg = -1;
}

/* Dates that may not lie behind the one that stands on the bulletin. */
static void read_until(struct reader *reader, const struct yaml_node *node, struct bulletin_table *table)
{
    if (node == NULL || table->reg < 0) return;
    table->fields = reader_fields(reader, node, table->reg, &table->field_count);
    for (size_t i = 0; i < table->field_count; i++) {
        enum type_kind kind = reader->pack->schema.registers[table->reg].fields[table->fields[i]].type.kind;
        if (kind != TYPE_DATE && kind != TYPE_MONTH)
            yaml_fault(node, reader->faults, "until 只能写日期或月份字段",
                       "`until` takes dates and months only");
    }
}

static void read_records(const struct bulletin_reading *reading, const struct yaml_node *node,
                         struct bulletin_table *table)
{
    struct reader *reader = reading->reader;
    const struct yaml_node *sort = yaml_get(node, "sort");
    table->most = MOST_UNSAID;
    yaml_integer(yaml_get(node, "most"), 1, MOST, &table->most, reader->faults);
    if (reading->bulletin->about == ABOUT_PLACE)
        read_listed(reading, node, table);
    else
        read_hanging_on_subject(reading, node, table);
    read_until(reader, yaml_get(node, "until"), table);
    struct text name;
    if (table->reg < 0 || sort == NULL || !yaml_string(sort, &name, reader->faults)) return;
    table->descending = text_starts(name, TEXT("-"));
    if (table->descending) name = (struct text){name.at + 1, name.size - 1};
    const struct schema_register *reg = &reader->pack->schema.registers[table->reg];
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < reg->field_count; i++) {
        suggest_offer(&suggest, reg->fields[i].label.name);
        if (text_equal(reg->fields[i].label.name, name)) table->sort = (int)i;
    }
    if (table->sort < 0 && reg->field_count > 0)
        yaml_fault_unknown(sort, reader->faults, "字段", "field", &suggest);
    else if (table->sort >= 0 &&
             (reader->pack->registers[table->reg].fields[table->sort].sensitive != SENSITIVE_NO ||
              reg->fields[table->sort].type.kind == TYPE_CODES ||
              reg->fields[table->sort].type.kind == TYPE_RATIO))
        yaml_fault(sort, reader->faults, "不能按敏感字段、多选字段和比率排序",
                   "sensitive fields, codes and ratios cannot be sorted by");
}

static void read_subject_fields(struct reader *reader, const struct yaml_node *node,
                                struct bulletin_table *table)
{
    const struct yaml_node *fields =
        yaml_need(node, "fields", "被监测登记册的字段", "fields of the subject", reader->faults);
    table->reg = reader->pack->subject;
    if (fields == NULL || table->reg < 0) return;
    table->fields = reader_fields(reader, fields, table->reg, &table->field_count);
    if (table->field_count > FIELDS_MAX)
        yaml_fault(fields, reader->faults, "字段最多 %d 个", "%d fields at most", FIELDS_MAX);
}

static bool read_rows(const struct bulletin_reading *reading, const struct yaml_node *node,
                      struct bulletin_table *table)
{
    static const char *const names[] = {"places",  "townships", "villages", "indicators", "units", "scored",
                                        "reports", "records",   "fields",   "warnings",   NULL};
    static const enum bulletin_rows kinds[] = {ROWS_PLACES, ROWS_PLACES,  ROWS_PLACES,  ROWS_INDICATORS,
                                               ROWS_UNITS,  ROWS_SCORED,  ROWS_REPORTS, ROWS_RECORDS,
                                               ROWS_FIELDS, ROWS_WARNINGS};
    struct reader *reader = reading->reader;
    const struct yaml_node *rows = yaml_need(node, "rows", "townships、indicators、records 等",
                                             "townships, indicators, records …", reader->faults);
    bool of_place = reading->bulletin->about == ABOUT_PLACE;
    int choice;
    if (!yaml_choice(rows, names, &choice, reader->faults)) return false;
    table->rows = kinds[choice];
    if (table->rows == ROWS_PLACES && choice > 0)
        table->level = choice == 1 ? DIVISION_TOWNSHIP : DIVISION_VILLAGE;
    if (table->rows == ROWS_RECORDS || of_place == (table->rows < ROWS_RECORDS)) return true;
    yaml_fault(rows, reader->faults,
               of_place ? "“%s”只用于单户的文件（about: subject）" : "“%s”只用于地区的文件（about: place）",
               of_place ? "`%s` goes with bulletins about one subject (`about: subject`)"
                        : "`%s` goes with bulletins about places (`about: place`)",
               names[choice]);
    return false;
}

void read_bulletin_table(const struct bulletin_reading *reading, const struct yaml_node *node,
                         struct bulletin_table *table)
{
    static const char *const keys[] = {"rows",   "columns", "rank", "first", "total",  "indicators",
                                       "lights", "scheme",  "year", "list",  "only",   "register",
                                       "of",     "sort",    "most", "until", "fields", NULL};
    struct reader *reader = reading->reader;
    *table = (struct bulletin_table){
        .level = -1, .by = -1, .scheme = -1, .list = -1, .reg = -1, .counted = -1, .sort = -1};
    if (!yaml_keys(node, keys, reader->faults) || !read_rows(reading, node, table)) return;
    check_keys(reader, node, table);
    switch (table->rows) {
    case ROWS_PLACES:
        read_places(reading, node, table);
        break;
    case ROWS_INDICATORS:
        table->indicators =
            reader_references(reader, yaml_get(node, "indicators"), &reader->indicators, DOCUMENT_INDICATORS,
                              "指标", "indicator", &table->indicator_count);
        read_lights(reader, yaml_get(node, "lights"), table);
        break;
    case ROWS_SCORED:
        read_scheme(reader, node, table);
        break;
    case ROWS_REPORTS:
        read_reports(reader, node, table);
        break;
    case ROWS_RECORDS:
        read_records(reading, node, table);
        break;
    case ROWS_FIELDS:
        read_subject_fields(reader, node, table);
        return;
    case ROWS_UNITS:
    case ROWS_WARNINGS:
        break;
    }
    read_columns(reading, yaml_need(node, "columns", "各列", "the columns", reader->faults), table);
}
