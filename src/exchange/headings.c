/* Recognising columns is where an import goes silently wrong, so whatever leaves a doubt is said: two columns
 * for one field and missing keys are errors, the rest is listed for the user to see. */
#include "exchange/headings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "exchange/heading_key.h"
#include "exchange/vocabulary.h"

const struct text heading_reason = {"原因 / Reason", sizeof("原因 / Reason") - 1};
const struct text heading_source_row = {"行号 / Row", sizeof("行号 / Row") - 1};

struct finder {
    struct vocabulary vocabulary;
    const struct heading_override *overrides;
    size_t override_count;
    bool *override_met;
    struct heading_target *found; /* room for one heading's targets */
    struct headings *out;
};

bool heading_is_linked(const struct pack *pack, const struct pack_feed *feed, int part, int field)
{
    int record = pack->schema.registers[feed->parts[part].reg].fields[field].type.record;
    for (int i = 0; record >= 0 && i < part; i++)
        if (feed->parts[i].reg == record) return true;
    return false;
}

/* ---- Overrides ---- */

static const struct heading_override *override_of(struct finder *finder, struct text folded)
{
    for (size_t i = 0; i < finder->override_count; i++) {
        struct buffer wanted = {0};
        heading_fold(finder->overrides[i].heading, &wanted);
        bool same = text_equal(buffer_get(&wanted), folded);
        buffer_fini(&wanted);
        if (!same) continue;
        finder->override_met[i] = true;
        return &finder->overrides[i];
    }
    return NULL;
}

static bool is_ignore(struct text field)
{
    return field.size == 0 || text_is(field, "-");
}

static int unknown_field(const struct finder *finder, struct text wanted, struct err *err)
{
    const struct pack_feed *feed = finder->vocabulary.feed;
    struct suggest suggest = suggest_start(wanted);
    for (size_t part = 0; part < feed->part_count; part++) {
        const struct schema_register *reg = &finder->vocabulary.pack->schema.registers[feed->parts[part].reg];
        for (size_t i = 0; i < reg->field_count; i++) {
            suggest_offer(&suggest, reg->fields[i].label.name);
            suggest_offer(&suggest, reg->fields[i].label.zh);
        }
    }
    if (suggest.best.size == 0)
        return err_set(err, ERR_INPUT, "--map：没有字段“%.*s”", "--map: there is no field `%.*s`",
                       TEXT_ARGS(wanted));
    return err_set(err, ERR_INPUT, "--map：没有字段“%.*s”，是不是“%.*s”？",
                   "--map: there is no field `%.*s`; did you mean `%.*s`?", TEXT_ARGS(wanted),
                   TEXT_ARGS(suggest.best));
}

/* "field" in every part that has it, or "register.field". */
static int resolve_override(struct finder *finder, struct text wanted, size_t *count, struct err *err)
{
    const struct schema *schema = &finder->vocabulary.pack->schema;
    const struct pack_feed *feed = finder->vocabulary.feed;
    struct text reg_name = {NULL, 0}, name = wanted;
    ptrdiff_t dot = text_find(wanted, TEXT("."));
    if (dot > 0) {
        reg_name = (struct text){wanted.at, (size_t)dot};
        name = (struct text){wanted.at + dot + 1, wanted.size - (size_t)dot - 1};
    }
    *count = 0;
    for (int part = 0; part < (int)feed->part_count; part++) {
        int reg = feed->parts[part].reg;
        if (reg_name.size > 0 && schema_register_find(schema, reg_name) != reg) continue;
        int field = schema_field_find(&schema->registers[reg], name);
        if (field < 0 || heading_is_linked(finder->vocabulary.pack, feed, part, field)) continue;
        if (!vocabulary_may_take(finder->vocabulary.pack, &feed->parts[part], field)) continue;
        finder->found[(*count)++] = (struct heading_target){part, field, 1};
    }
    return *count == 0 ? unknown_field(finder, wanted, err) : 0;
}

static int check_overrides_met(const struct finder *finder, struct err *err)
{
    for (size_t i = 0; i < finder->override_count; i++) {
        if (finder->override_met[i]) continue;
        struct text wanted = finder->overrides[i].heading;
        struct suggest suggest = suggest_start(wanted);
        for (size_t k = 0; k < finder->out->column_count; k++)
            suggest_offer(&suggest, finder->out->columns[k].text);
        if (suggest.best.size == 0)
            return err_set(err, ERR_INPUT, "--map：表里没有表头“%.*s”",
                           "--map: the sheet has no heading `%.*s`", TEXT_ARGS(wanted));
        return err_set(err, ERR_INPUT, "--map：表里没有表头“%.*s”，是不是“%.*s”？",
                       "--map: the sheet has no heading `%.*s`; did you mean `%.*s`?", TEXT_ARGS(wanted),
                       TEXT_ARGS(suggest.best));
    }
    return 0;
}

/* ---- Columns ---- */

static bool is_ours(struct text folded)
{
    struct buffer reason = {0}, row = {0};
    heading_fold(heading_reason, &reason);
    heading_fold(heading_source_row, &row);
    bool ours = text_equal(folded, buffer_get(&reason)) || text_equal(folded, buffer_get(&row));
    buffer_fini(&reason);
    buffer_fini(&row);
    return ours;
}

static bool recognised(struct finder *finder, struct text heading)
{
    struct buffer folded = {0};
    size_t count = 0;
    bool known = false;
    heading_fold(heading, &folded);
    if (folded.size > 0 && override_of(finder, buffer_get(&folded)) != NULL)
        count = 1;
    else if (folded.size > 0)
        vocabulary_find(&finder->vocabulary, buffer_get(&folded), finder->found, &count, &known);
    buffer_fini(&folded);
    return count > 0;
}

static int map_column(struct finder *finder, struct heading_column *column, struct text folded,
                      struct err *err)
{
    const struct heading_override *override = override_of(finder, folded);
    bool known = is_ours(folded);
    size_t count = 0;
    if (override != NULL && !is_ignore(override->field)) {
        int code = resolve_override(finder, override->field, &count, err);
        if (code < 0) return code;
    } else if (override != NULL) {
        known = true;
    } else if (!known) {
        vocabulary_find(&finder->vocabulary, folded, finder->found, &count, &known);
    }
    column->state = count > 0 ? HEADING_MAPPED : known ? HEADING_IGNORED : HEADING_UNKNOWN;
    struct heading_target *targets = arena_array(&finder->out->arena, count, sizeof *targets);
    if (count > 0) memcpy(targets, finder->found, count * sizeof *targets);
    column->targets = targets;
    column->target_count = count;
    return 0;
}

/* The heading without the mark that exporting programs put behind a repeated one. */
static bool without_repeat_mark(struct text folded, struct text *stem)
{
    static const struct text marks[] = {{".1", 2}, {".2", 2}, {"_1", 2}, {"0", 1}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (folded.size <= marks[i].size || !text_ends(folded, marks[i])) continue;
        *stem = (struct text){folded.at, folded.size - marks[i].size};
        return true;
    }
    return false;
}

/* Why a column is not recognised, as far as one can tell. */
static void judge_unknown(const struct finder *finder, struct heading_column *column, struct text folded,
                          const struct map *all)
{
    struct text stem;
    if (without_repeat_mark(folded, &stem) && map_get(all, stem, NULL))
        column->state = HEADING_REPEATED;
    else
        column->nearest =
            arena_text(&finder->out->arena, vocabulary_nearest(&finder->vocabulary, column->text));
}

static bool same_targets(const struct heading_column *a, const struct heading_column *b)
{
    if (a->target_count != b->target_count) return false;
    for (size_t i = 0; i < a->target_count; i++)
        if (a->targets[i].part != b->targets[i].part || a->targets[i].field != b->targets[i].field)
            return false;
    return true;
}

/* A pack may know the marked spelling, for exports that have no other; beside the plain one it is the
 * repeated column. */
static void leave_repeated(const struct headings *headings, const struct map *all)
{
    struct buffer folded = {0};
    for (size_t i = 0; i < headings->column_count; i++) {
        struct heading_column *column = &headings->columns[i];
        struct text stem;
        size_t plain;
        buffer_clear(&folded);
        heading_fold(column->text, &folded);
        if (column->state != HEADING_MAPPED || !without_repeat_mark(buffer_get(&folded), &stem)) continue;
        if (!map_get(all, stem, &plain) || !same_targets(column, &headings->columns[plain])) continue;
        column->state = HEADING_REPEATED;
        column->target_count = 0;
    }
    buffer_fini(&folded);
}

static int map_columns(struct finder *finder, const struct sheet_row *row, struct err *err)
{
    struct headings *out = finder->out;
    struct map all = {0};
    struct buffer folded = {0};
    int code = 0;
    out->row = row->number;
    out->column_count = row->count;
    out->columns = arena_array(&out->arena, row->count, sizeof *out->columns);
    for (size_t i = 0; i < row->count; i++) {
        out->columns[i].text = arena_text(&out->arena, text_trim(row->cells[i].text));
        buffer_clear(&folded);
        heading_fold(out->columns[i].text, &folded);
        map_put(&all, buffer_get(&folded), i);
    }
    for (size_t i = 0; i < row->count && code == 0; i++) {
        struct heading_column *column = &out->columns[i];
        buffer_clear(&folded);
        heading_fold(column->text, &folded);
        if (folded.size > 0) code = map_column(finder, column, buffer_get(&folded), err);
        if (code == 0 && column->state == HEADING_UNKNOWN)
            judge_unknown(finder, column, buffer_get(&folded), &all);
    }
    if (code == 0) leave_repeated(out, &all);
    buffer_fini(&folded);
    map_fini(&all);
    return code;
}

/* ---- What must hold for the whole row of headings ---- */

static bool has_target(const struct heading_column *column, int part, int field)
{
    for (size_t i = 0; i < column->target_count; i++)
        if (column->targets[i].part == part && (field < 0 || column->targets[i].field == field)) return true;
    return false;
}

static size_t column_of(const struct headings *headings, int part, int field, size_t from)
{
    for (size_t i = from; i < headings->column_count; i++)
        if (has_target(&headings->columns[i], part, field)) return i;
    return SIZE_MAX;
}

static int check_doubles(const struct finder *finder, struct err *err)
{
    const struct headings *out = finder->out;
    for (size_t i = 0; i < out->column_count; i++)
        for (size_t k = 0; k < out->columns[i].target_count; k++) {
            struct heading_target target = out->columns[i].targets[k];
            size_t second = column_of(out, target.part, target.field, i + 1);
            if (second == SIZE_MAX) continue;
            char a[SHEET_COLUMN_TEXT], b[SHEET_COLUMN_TEXT];
            const struct schema *schema = &finder->vocabulary.pack->schema;
            int reg = finder->vocabulary.feed->parts[target.part].reg;
            struct text field = label_in(&schema->registers[reg].fields[target.field].label, "zh");
            return err_set(
                err, ERR_INPUT,
                "%s列“%.*s”和%s列“%.*s”都对应字段“%.*s”；请删去其中一列，或用 --map 表头=- 忽略一列",
                "columns %s `%.*s` and %s `%.*s` are both for the field `%.*s`; delete one, or ignore one "
                "with --map HEADING=-",
                sheet_column_name(i, a), TEXT_ARGS(out->columns[i].text), sheet_column_name(second, b),
                TEXT_ARGS(out->columns[second].text), TEXT_ARGS(field));
        }
    return 0;
}

static bool is_constant(const struct feed_part *part, int field)
{
    for (size_t i = 0; i < part->set_count; i++)
        if (part->set_fields[i] == field) return true;
    return false;
}

/* A column that speaks of this part alone. */
static bool has_own_column(const struct headings *headings, int part)
{
    for (size_t i = 0; i < headings->column_count; i++)
        if (headings->columns[i].target_count == 1 && headings->columns[i].targets[0].part == part)
            return true;
    return false;
}

/* Another column speaks for it. */
static bool falls_back(const struct finder *finder, int part, int field)
{
    const struct feed_part *feed_part = &finder->vocabulary.feed->parts[part];
    for (size_t i = 0; i < feed_part->fallback_count; i++)
        if (feed_part->fallbacks[i].field == field &&
            column_of(finder->out, part, feed_part->fallbacks[i].from, 0) != SIZE_MAX)
            return true;
    return false;
}

/* "“户编号”（最接近的是 F 列“户编码”）", once a key column that is missing; the number of them. */
static size_t list_missing(const struct finder *finder, int part, struct buffer *zh, struct buffer *en)
{
    const struct feed_part *feed_part = &finder->vocabulary.feed->parts[part];
    const struct schema_register *reg = &finder->vocabulary.pack->schema.registers[feed_part->reg];
    size_t missing = 0;
    for (size_t i = 0; i < feed_part->key_count + feed_part->needs_count; i++) {
        int field = i < feed_part->key_count ? feed_part->key[i] : feed_part->needs[i - feed_part->key_count];
        bool again = false;
        for (size_t k = 0; k < i && k < feed_part->key_count; k++)
            again = again || feed_part->key[k] == field;
        if (again || is_constant(feed_part, field) ||
            heading_is_linked(finder->vocabulary.pack, finder->vocabulary.feed, part, field) ||
            column_of(finder->out, part, field, 0) != SIZE_MAX || falls_back(finder, part, field))
            continue;
        const struct label *label = &reg->fields[field].label;
        struct suggest suggest = suggest_start(label_in(label, "zh"));
        for (size_t k = 0; k < finder->out->column_count; k++)
            if (finder->out->columns[k].state == HEADING_UNKNOWN)
                suggest_offer(&suggest, finder->out->columns[k].text);
        buffer_printf(zh, "%s“%.*s”", missing == 0 ? "" : "、", TEXT_ARGS(label_in(label, "zh")));
        buffer_printf(en, "%s`%.*s`", missing == 0 ? "" : ", ", TEXT_ARGS(label_in(label, "en")));
        if (suggest.best.size > 0) {
            buffer_printf(zh, "（最接近的表头是“%.*s”）", TEXT_ARGS(suggest.best));
            buffer_printf(en, " (the nearest heading is `%.*s`)", TEXT_ARGS(suggest.best));
        }
        missing++;
    }
    return missing;
}

static int missing_keys(const struct finder *finder, int part, const struct buffer *zh,
                        const struct buffer *en, struct err *err)
{
    const struct schema *schema = &finder->vocabulary.pack->schema;
    const struct label *label = &schema->registers[finder->vocabulary.feed->parts[part].reg].label;
    struct buffer all_zh = {0}, all_en = {0};
    buffer_printf(&all_zh, "表头（第%lld行）里缺少“%.*s”的%s；请补上这一列，或用 --map 表头=字段 指定",
                  (long long)finder->out->row, TEXT_ARGS(label_in(label, "zh")),
                  zh->data == NULL ? "" : zh->data);
    buffer_printf(
        &all_en,
        "the headings (row %lld) lack, for `%.*s`: %s; add the column, or name it with --map HEADING=FIELD",
        (long long)finder->out->row, TEXT_ARGS(label_in(label, "en")), en->data == NULL ? "" : en->data);
    int code = err_set(err, ERR_INPUT, "%s%.0s", "%.0s%s", all_zh.data, all_en.data);
    buffer_fini(&all_zh);
    buffer_fini(&all_en);
    return code;
}

/* Which parts the sheet speaks of; a part with columns of its own but without its key is an error, unless the
 * feed itself says by which columns it shows (needs): then its absence is the ordinary case. */
static int check_parts(const struct finder *finder, struct err *err)
{
    const struct pack_feed *feed = finder->vocabulary.feed;
    bool any = false;
    int faulty = -1;
    finder->out->parts = arena_array(&finder->out->arena, feed->part_count, sizeof *finder->out->parts);
    for (int part = 0; part < (int)feed->part_count; part++) {
        struct buffer zh = {0}, en = {0};
        finder->out->parts[part] = list_missing(finder, part, &zh, &en) == 0;
        any = any || (finder->out->parts[part] && feed->parts[part].mode == FEED_WRITE);
        bool fault =
            !finder->out->parts[part] && !feed->parts[part].needs_given && has_own_column(finder->out, part);
        if (fault && faulty < 0) {
            faulty = part;
            missing_keys(finder, part, &zh, &en, err);
        }
        buffer_fini(&zh);
        buffer_fini(&en);
    }
    if (faulty >= 0) return ERR_INPUT;
    if (any) return 0;
    struct buffer zh = {0}, en = {0};
    int last = (int)feed->part_count - 1;
    list_missing(finder, last, &zh, &en);
    int code = missing_keys(finder, last, &zh, &en, err);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* ---- The row ---- */

static const struct sheet_row *best_row(struct finder *finder, const struct sheet_row *rows, size_t count)
{
    const struct sheet_row *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < count && i < HEADING_ROWS; i++) {
        size_t score = 0;
        for (size_t k = 0; k < rows[i].count; k++) score += recognised(finder, rows[i].cells[k].text);
        if (score <= most) continue;
        most = score;
        best = &rows[i];
    }
    return best;
}

static int no_heading_row(const struct finder *finder, struct err *err)
{
    const struct pack_feed *feed = finder->vocabulary.feed;
    struct buffer zh = {0}, en = {0};
    buffer_printf(&zh, "前 %d 行里没有找到表头；应有这些列：", HEADING_ROWS);
    buffer_printf(&en, "no row of headings among the first %d rows; expected columns such as ", HEADING_ROWS);
    for (int part = 0; part < (int)feed->part_count; part++) {
        size_t before = zh.size;
        list_missing(finder, part, &zh, &en);
        if (zh.size == before || part + 1 == (int)feed->part_count) continue;
        buffer_string(&zh, "、");
        buffer_string(&en, ", ");
    }
    buffer_string(&zh, "。请检查是不是选错了文件、工作表或导入表");
    buffer_string(&en, ". Check the file, the sheet and the feed");
    int code = err_set(err, ERR_INPUT, "%s%.0s", "%.0s%s", zh.data, en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

int headings_find(const struct pack *pack, const struct pack_feed *feed,
                  const struct heading_override *overrides, size_t override_count,
                  const struct sheet_row *rows, size_t row_count, struct headings *out, struct err *err)
{
    *out = (struct headings){0};
    struct finder finder = {.overrides = overrides, .override_count = override_count, .out = out};
    vocabulary_init(&finder.vocabulary, pack, feed);
    finder.found = mem_new(feed->part_count, sizeof *finder.found);
    finder.override_met = mem_new(override_count, sizeof *finder.override_met);
    const struct sheet_row *row = best_row(&finder, rows, row_count);
    memset(finder.override_met, 0, override_count * sizeof *finder.override_met);
    int code = row == NULL ? no_heading_row(&finder, err) : map_columns(&finder, row, err);
    if (code == 0) code = check_overrides_met(&finder, err);
    if (code == 0) code = check_doubles(&finder, err);
    if (code == 0) code = check_parts(&finder, err);
    vocabulary_fini(&finder.vocabulary);
    free(finder.found);
    free(finder.override_met);
    if (code < 0) headings_fini(out);
    return code;
}

void headings_fini(struct headings *headings)
{
    arena_fini(&headings->arena);
    *headings = (struct headings){0};
}
