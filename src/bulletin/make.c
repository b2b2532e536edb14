/* Making a document: who may have it, of when it is, and then block by block as the pack says. */
#include <stdio.h>

#include "base/date.h"
#include "bulletin/making.h"
#include "monitor/found.h"
#include "progress/eyes.h"
#include "register/query.h"
#include "register/scope_sql.h"

enum { MONTH_TEXT = 16 };

/* ---- Which place ---- */

/* The county is all there is, also what lies nowhere. */
static int as_place(const struct pack *pack, int division)
{
    return division >= 0 && pack->divisions[division].parent < 0 ? -1 : division;
}

static int own_place(const struct pack *pack, const struct scope *scope, int *division, struct err *err)
{
    if (scope_all_rows(scope, pack)) return 0;
    if (scope->division_count == 0)
        return err_set(
            err, ERR_FORBIDDEN, "您只看得到交给您的户，没有整个地区的文件",
            "you see the families that were given to you: there is no bulletin of a place for you");
    if (scope->division_count > 1)
        return err_set(err, ERR_INPUT, "您管几个地区，请指明一个", "you answer for several places: name one");
    *division = as_place(pack, scope->divisions[0]);
    return 0;
}

int bulletin_place(const struct pack *pack, const struct scope *scope, struct text words, int *division,
                   struct err *err)
{
    size_t found = 0;
    *division = -1;
    if (words.size == 0 || (!scope_all_rows(scope, pack) && scope->division_count == 0))
        return own_place(pack, scope, division, err);
    int coded = pack_division_find(pack, words);
    if (coded >= 0 && eyes_within(pack, scope, coded)) {
        *division = as_place(pack, coded);
        return 0;
    }
    for (size_t i = 0; i < pack->division_count && coded < 0; i++) {
        if (!text_equal(pack->divisions[i].name, words) || !eyes_within(pack, scope, (int)i)) continue;
        *division = as_place(pack, (int)i);
        found++;
    }
    if (found == 0)
        return err_set(err, ERR_NOT_FOUND, "没有区划 %.*s，或不在您的范围内",
                       "There is no division %.*s, or it is not yours to see", TEXT_ARGS(words));
    if (found > 1)
        return err_set(err, ERR_INPUT, "有 %zu 个区划叫 %.*s，请写代码",
                       "%zu divisions are called %.*s: give the code", found, TEXT_ARGS(words));
    return 0;
}

/* ---- Shared by the rows ---- */

static enum document_align align_of(const struct bulletin_column *column, const struct pack *pack, int reg)
{
    if (column->show == SHOW_FIELD) {
        enum type_kind kind = pack->schema.registers[reg].fields[column->field].type.kind;
        bool number = kind == TYPE_INT || kind == TYPE_DECIMAL || kind == TYPE_MONEY || kind == TYPE_RATIO;
        bool brief = kind == TYPE_DATE || kind == TYPE_MONTH || kind == TYPE_BOOL || kind == TYPE_CODE;
        return number ? DOCUMENT_RIGHT : brief ? DOCUMENT_CENTRE : DOCUMENT_LEFT;
    }
    switch (column->show) {
    case SHOW_FIGURE:
        return column->aspect == ASPECT_LIGHT ? DOCUMENT_CENTRE : DOCUMENT_RIGHT;
    case SHOW_GREEN:
    case SHOW_YELLOW:
    case SHOW_RED:
    case SHOW_NONE:
    case SHOW_UNKNOWN:
    case SHOW_VALUE:
    case SHOW_BEFORE:
    case SHOW_CHANGE:
    case SHOW_LAST_YEAR:
    case SHOW_TARGET:
    case SHOW_DUE:
    case SHOW_FORECAST:
    case SHOW_COUNTED:
    case SHOW_MISSING:
    case SHOW_UNDETERMINED:
    case SHOW_LEADS:
    case SHOW_POINTS:
    case SHOW_PART:
    case SHOW_ASKED:
    case SHOW_HANDED:
    case SHOW_ACCEPTED:
    case SHOW_LATE:
        return DOCUMENT_RIGHT;
    case SHOW_NUMBER:
    case SHOW_RANK:
    case SHOW_CODE:
    case SHOW_CLAUSE:
    case SHOW_UNIT:
    case SHOW_LIGHT:
    case SHOW_GRADE:
    case SHOW_LEVEL:
    case SHOW_STATE:
    case SHOW_REPORTED_ON:
    case SHOW_DEADLINE:
        return DOCUMENT_CENTRE;
    case SHOW_FIELD:
    case SHOW_NAME:
    case SHOW_TOWNSHIP:
    case SHOW_VILLAGE:
    case SHOW_LEAD:
    case SHOW_RESPONSIBLE:
    case SHOW_SOURCE:
    case SHOW_LISTS:
    case SHOW_SENTENCE:
    case SHOW_REPORT:
    case SHOW_REPORTED_BY:
        break;
    }
    return DOCUMENT_LEFT;
}

/* Amounts stand in their cells without their unit. */
static struct text heading_of(const struct making *making, const struct bulletin_column *column, int reg)
{
    struct text heading = label_in(&column->heading, making->question->language);
    bool money = column->show == SHOW_FIELD &&
                 making->pack->schema.registers[reg].fields[column->field].type.kind == TYPE_MONEY;
    return text_of(arena_printf(&making->document->arena,
                                !money                   ? "%.*s"
                                : making_english(making) ? "%.*s (yuan)"
                                                         : "%.*s（元）",
                                TEXT_ARGS(heading)));
}

const struct document_column *making_columns(const struct making *making, const struct bulletin_table *table)
{
    struct document_column *columns =
        arena_array(&making->document->arena, table->column_count, sizeof *columns);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct bulletin_column *column = &table->columns[i];
        columns[i] = (struct document_column){.heading = heading_of(making, column, table->reg),
                                              .share = column->share,
                                              .align = align_of(column, making->pack, table->reg)};
    }
    return columns;
}

void making_nothing(struct making *making)
{
    document_say(making->document, BLOCK_TEXT,
                 making_word(making, "（本项没有记录。）", "(There is nothing to list.)"));
}

void making_as_of(struct making *making)
{
    struct buffer words = {0};
    buffer_text(&words, making_word(making, "数据截至", "As of "));
    put_day(making, making->document->as_of, &words);
    buffer_text(&words, making_word(making, "。", "."));
    document_say(making->document, BLOCK_NOTE, buffer_get(&words));
    buffer_fini(&words);
}

/* ---- Opening ---- */

static int open_counts(struct making *making, struct err *err)
{
    const struct bulletin_question *question = making->question;
    const struct bulletin_tools *tools = making->tools;
    bool january = question->month == 1;
    const int32_t days[DAYS] = {making->document->as_of,
                                progress_day(january ? question->year - 1 : question->year,
                                             january ? YEAR_MONTHS : question->month - 1, question->today),
                                progress_day(question->year - 1, question->month, question->today)};
    return progress_shelf_get(bulletin_counts_shelf(tools->counts), tools->frames, tools->database, days,
                              DAYS, making->counts, err);
}

/* No record of the subject in the place: every figure below would be 0 or unknown, and the reader has to know
 * why. */
static int say_empty(struct making *making, struct err *err)
{
    const struct bulletin_question *question = making->question;
    int subject = making->pack->subject;
    struct buffer words = {0};
    int64_t count;
    if (subject < 0 || !scope_may(question->scope, subject, SCOPE_READ)) return 0;
    struct query query = query_of(subject);
    query.division = question->division;
    int code = query_count(making->tools->database, question->scope, &query, 1, &count, err);
    if (code != 0 || count > 0) return code;
    struct text label = label_in(&making->pack->schema.registers[subject].label, question->language);
    buffer_printf(
        &words,
        making_english(making)
            ? "Nothing has been entered in the register “%.*s” for this place yet: the figures below "
              "rest on no records."
            : "本地区的登记簿“%.*s”中还没有记录，以下数字没有数据可依。",
        TEXT_ARGS(label));
    document_say(making->document, BLOCK_TEXT, buffer_get(&words));
    buffer_fini(&words);
    return 0;
}

static bool counts_hits(const struct pack_bulletin *bulletin)
{
    for (size_t i = 0; i < bulletin->figure_count; i++)
        if (bulletin->figures[i].of_rule) return true;
    return false;
}

/* Hits of rules are counted from the registers, so there are some also where nobody ran a screening that
 * month, and so nobody was asked to verify them. */
static int say_unscreened(struct making *making, struct err *err)
{
    enum { SCREENINGS_LOOKED_AT = 1000 };
    struct found_screening *screenings;
    struct arena arena = {0};
    size_t count = 0;
    char month[MONTH_TEXT];
    bool there = false;
    if (!counts_hits(making->bulletin)) return 0;
    snprintf(month, sizeof month, "%d-%02d", making->question->year, making->question->month);
    int code =
        found_screenings(making->tools->database, SCREENINGS_LOOKED_AT, &arena, &screenings, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++)
        there = there || text_starts(screenings[i].as_of, text_of(month));
    arena_fini(&arena);
    if (code == 0 && !there)
        document_say(
            making->document, BLOCK_TEXT,
            making_word(
                making,
                "本月没有做过监测筛查，以下名单和预警按截至日的登记数据算出，尚未经过筛查和入户核实。",
                "No screening was run for this month: lists and warnings below follow from the "
                "registers as of the day, and nobody has verified them."));
    return code;
}

static int open_place(struct making *making, struct err *err)
{
    const struct bulletin_question *question = making->question;
    const struct bulletin_tools *tools = making->tools;
    making->document->division = question->division;
    int code = progress_year_open(tools->shelf, tools->book, tools->frames, tools->database, question->year,
                                  question->month, question->today, &making->year, err);
    return code == 0 ? open_counts(making, err) : code;
}

/* A village has no places below it to be ranked. */
static int check_ranks(const struct pack *pack, const struct bulletin_question *question, struct err *err)
{
    const struct pack_bulletin *bulletin = &pack->bulletins[question->bulletin];
    if (question->division < 0 || pack->divisions[question->division].level != DIVISION_VILLAGE) return 0;
    for (size_t i = 0; i < bulletin->block_count; i++)
        if (bulletin->blocks[i].kind == BLOCK_TABLE && bulletin->blocks[i].table.rows == ROWS_PLACES &&
            bulletin->blocks[i].table.ranked)
            return err_set(
                err, ERR_INPUT, "“%.*s”给下级各地排名，村一级没有可排的：请选乡镇或全县",
                "`%.*s` ranks places, and a village has none below it: choose a township or the county",
                TEXT_ARGS(bulletin->label.zh));
    return 0;
}

/* Of when, and of whom: whatever can be wrong with a question. */
static int check(const struct bulletin_tools *tools, const struct bulletin_question *question,
                 struct arena *arena, struct record *record, struct err *err)
{
    const struct pack *pack = database_pack(tools->database);
    int code = progress_month_check(pack, question->year, question->month, question->today, err);
    if (code != 0) return code;
    if (pack->bulletins[question->bulletin].about == ABOUT_SUBJECT) {
        code = record_get(tools->database, question->scope, pack->subject, question->subject,
                          question->language, arena, record, err);
        return code == 0 ? scope_check(question->scope, pack, pack->subject, question->action, err) : code;
    }
    if (eyes_within(pack, question->scope, question->division)) return check_ranks(pack, question, err);
    return err_set(err, ERR_NOT_FOUND, "没有这个区划，或不在您的范围内",
                   "There is no such division, or it is not yours to see");
}

int bulletin_check(const struct bulletin_tools *tools, const struct bulletin_question *question,
                   struct err *err)
{
    struct arena arena = {0};
    struct record record;
    int code = check(tools, question, &arena, &record, err);
    arena_fini(&arena);
    return code;
}

static int open_making(struct making *making, struct err *err)
{
    const struct bulletin_question *question = making->question;
    struct document *document = making->document;
    document->year = question->year;
    document->month = question->month;
    document->landscape = making->bulletin->landscape;
    int code = check(making->tools, question, &document->arena, &making->record, err);
    if (code != 0) return code;
    document->as_of = progress_day(question->year, question->month, question->today);
    if (making->bulletin->about == ABOUT_PLACE) return open_place(making, err);
    document->records++;
    return subject_values(making, err);
}

static void close_making(struct making *making)
{
    progress_year_close(&making->year);
    for (int i = 0; i < DAYS; i++) figures_free(making->counts[i]);
}

/* ---- Blocks ---- */

static int make_table(struct making *making, const struct bulletin_table *table, struct err *err)
{
    switch (table->rows) {
    case ROWS_PLACES:
        return rows_places(making, table, err);
    case ROWS_INDICATORS:
        return rows_indicators(making, table, err);
    case ROWS_UNITS:
        return rows_units(making, table, err);
    case ROWS_SCORED:
        return rows_scored(making, table, err);
    case ROWS_REPORTS:
        return rows_reports(making, table, err);
    case ROWS_RECORDS:
        return rows_records(making, table, err);
    case ROWS_FIELDS:
        return rows_fields(making, table, err);
    case ROWS_WARNINGS:
        return rows_warnings(making, table, err);
    }
    return 0;
}

static int make_block(struct making *making, const struct bulletin_block *block, struct err *err)
{
    if (block->when >= 0 && !making_holds(making, block->when)) return 0;
    if (block->unless >= 0 && making_holds(making, block->unless)) return 0;
    if (block->known >= 0 && !making_knows(making, block->known)) return 0;
    if (block->unknown >= 0 && making_knows(making, block->unknown)) return 0;
    if (block->kind == BLOCK_TABLE) return make_table(making, &block->table, err);
    document_say(making->document, block->kind, making_fill(making, &block->words));
    return 0;
}

static int make_all(struct making *making, struct err *err)
{
    static const struct bulletin_piece place = {.kind = PIECE_PLACE};
    static const struct bulletin_words only_place = {{{&place, 1}, {&place, 1}}};
    const struct pack_bulletin *bulletin = making->bulletin;
    struct document *document = making->document;
    document->label = label_in(&bulletin->label, making->question->language);
    document->label = arena_text(&document->arena, document->label);
    document->title = making_fill(making, &bulletin->title);
    document->subtitle = making_fill(making, &bulletin->subtitle);
    document->place = bulletin->about == ABOUT_SUBJECT
                          ? arena_text(&document->arena, making->record.named.key)
                          : making_fill(making, &only_place);
    int code = bulletin->about == ABOUT_PLACE ? say_empty(making, err) : 0;
    if (code == 0 && bulletin->about == ABOUT_PLACE) code = say_unscreened(making, err);
    for (size_t i = 0; code == 0 && i < bulletin->block_count; i++)
        code = make_block(making, &bulletin->blocks[i], err);
    return code;
}

int bulletin_make(const struct bulletin_tools *tools, const struct bulletin_question *question,
                  struct document **out, struct err *err)
{
    const struct pack *pack = database_pack(tools->database);
    struct making making = {.tools = tools,
                            .question = question,
                            .pack = pack,
                            .bulletin = &pack->bulletins[question->bulletin],
                            .document = document_new()};
    int code = open_making(&making, err);
    if (code == 0) code = make_all(&making, err);
    close_making(&making);
    *out = code == 0 ? making.document : NULL;
    if (code != 0) document_free(making.document);
    return code;
}
