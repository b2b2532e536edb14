/* The month's reports: who owes what, what was handed in and by whom, what came back, what is late. A report
 * stands as it does today, whatever the month that it is about. */
#include "base/date.h"
#include "bulletin/making.h"

int making_reports(struct making *making, struct err *err)
{
    const struct bulletin_question *question = making->question;
    struct making_reports *reports = &making->reports;
    int32_t month;
    if (reports->read) return 0;
    reports->read = true;
    reports->seen = making->pack->progress.dispatch.unit >= 0 &&
                    scope_may(question->scope, making->pack->progress.report.reg, SCOPE_READ);
    if (!reports->seen || !month_make(question->year, question->month, &month)) return 0;
    return round_read(making->tools->database, question->scope, month, TEXT(""), question->language,
                      question->today, &making->document->arena, &reports->round, err);
}

/* Of the bulletin's place: reports of units are the county's, those of townships also their own. */
static bool is_here(const struct making *making, const struct round_report *report)
{
    int wanted = making->question->division;
    return wanted < 0 ||
           pack_division_within(making->pack, pack_division_find(making->pack, report->unit), wanted);
}

/* ---- Words ---- */

/* 待报 that is late is 逾期未报; what was handed in and lies with somebody else too long is said to be both.
 */
static void put_standing(const struct making *making, const struct round_report *report, struct buffer *out)
{
    if (report->overdue && !report->handed && !report->returned) {
        buffer_text(out, making_word(making, "逾期未报", "late: not reported"));
        return;
    }
    buffer_text(out, label_in(report->stands, making->question->language));
    if (report->overdue) buffer_text(out, making_word(making, "，逾期", ", late"));
}

static void put_reporter(const struct making *making, const struct round_report *report, struct buffer *out)
{
    const struct label owner = pack_owner_label(making->pack, report->unit);
    buffer_text(out, label_in(&owner, making->question->language));
    if (report->by.size == 0) return;
    buffer_text(out, making_word(making, "（", " ("));
    buffer_text(out, report->by);
    buffer_text(out, making_word(making, "）", ")"));
}

static void put_count(const struct making *making, int64_t count, const char *zh, const char *en,
                      struct buffer *out)
{
    if (count == 0) return;
    buffer_text(out, making_word(making, "，", ", "));
    if (making_english(making))
        buffer_printf(out, "%lld %s", (long long)count, en);
    else
        buffer_printf(out, "%s%lld", zh, (long long)count);
}

static void put_sum(const struct making *making, const struct round_sum *sum, struct buffer *out)
{
    buffer_printf(out, making_english(making) ? "%lld asked" : "应报%lld", (long long)sum->asked);
    put_count(making, sum->handed - sum->accepted, "已报待审", "handed in", out);
    put_count(making, sum->accepted, "已接受", "accepted", out);
    put_count(making, sum->returned, "退回", "sent back", out);
    put_count(making, sum->asked - sum->handed - sum->returned, "待报", "to be reported", out);
    put_count(making, sum->overdue, "逾期", "late", out);
}

static void cell_of_buffer(struct making *making, struct document_cell *cell, struct buffer *words)
{
    making_cell_text(making, cell, words->size == 0 ? TEXT("—") : buffer_get(words));
    buffer_fini(words);
}

static void cell_of_day(struct making *making, struct document_cell *cell, const struct value *day)
{
    char text[DATE_TEXT];
    making_cell_text(making, cell,
                     day->known ? text_of(date_format((int32_t)day->integer, text)) : TEXT("—"));
}

/* ---- Of an indicator ---- */

static void fill_one(struct making *making, const struct round_report *report, enum column_show show,
                     struct document_cell *cell)
{
    struct buffer words = {0};
    if (show == SHOW_REPORTED_ON) {
        cell_of_day(making, cell, &report->on);
        return;
    }
    if (show == SHOW_REPORT)
        put_standing(making, report, &words);
    else
        put_reporter(making, report, &words);
    cell_of_buffer(making, cell, &words);
}

static void fill_many(struct making *making, const struct round_sum *sum, const struct value *last,
                      enum column_show show, struct document_cell *cell)
{
    struct buffer words = {0};
    if (show == SHOW_REPORTED_ON) {
        cell_of_day(making, cell, last);
        return;
    }
    if (show == SHOW_REPORT)
        put_sum(making, sum, &words);
    else
        buffer_printf(&words, making_english(making) ? "%lld units" : "%lld个单位", (long long)sum->asked);
    cell_of_buffer(making, cell, &words);
}

/* No report of it: who sees all of them can tell why. */
static void fill_none(struct making *making, int indicator, enum column_show show, struct document_cell *cell)
{
    const struct pack *pack = making->pack;
    const struct pack_indicator *asked = &pack->indicators[indicator];
    bool all = scope_all_of(making->question->scope, pack, pack->progress.report.reg);
    bool due = asked->every == PERIOD_MONTH ||
               (asked->every == PERIOD_QUARTER && making->question->month % 3 == 0) ||
               making->question->month == YEAR_MONTHS;
    if (show != SHOW_REPORT || !all)
        making_cell_text(making, cell, TEXT("—"));
    else if (due)
        making_cell_text(making, cell, making_word(making, "尚未发起", "not asked for yet"));
    else
        making_cell_text(making, cell, making_word(making, "本月不报", "not due this month"));
}

void making_report_cell(struct making *making, int indicator, enum column_show show,
                        struct document_cell *cell)
{
    const struct round *round = &making->reports.round;
    const struct round_report *first = NULL;
    struct round_sum sum = {0};
    struct value last = {0};
    if (making->pack->indicators[indicator].measure != MEASURE_REPORTED) {
        making_cell_text(making, cell,
                         show == SHOW_REPORT ? making_word(making, "系统计算", "computed") : TEXT("—"));
        return;
    }
    if (!making->reports.seen) {
        making_cell_text(making, cell, TEXT("—"));
        return;
    }
    for (size_t i = 0; i < round->count; i++) {
        const struct round_report *report = &round->reports[i];
        if (report->indicator != indicator || !is_here(making, report)) continue;
        if (first == NULL) first = report;
        round_add(&sum, report);
        if (report->on.known && (!last.known || report->on.integer > last.integer)) last = report->on;
    }
    if (first == NULL)
        fill_none(making, indicator, show, cell);
    else if (sum.asked == 1)
        fill_one(making, first, show, cell);
    else
        fill_many(making, &sum, &last, show, cell);
}

/* ---- Of a unit ---- */

struct round_sum making_unit_reports(const struct making *making, struct text unit)
{
    const struct round *round = &making->reports.round;
    struct round_sum sum = {0};
    for (size_t i = 0; i < round->count; i++) {
        if (text_equal(round->reports[i].unit, unit)) round_add(&sum, &round->reports[i]);
        sum.overdue += round_late_for_others(&round->reports[i], unit);
    }
    return sum;
}

void making_reports_as_of(struct making *making)
{
    struct buffer words = {0};
    buffer_text(&words, making_word(making, "报送情况为", "Reports as they stand on "));
    put_day(making, making->question->today, &words);
    buffer_text(&words, making_word(making, "的现状。", "."));
    document_say(making->document, BLOCK_NOTE, buffer_get(&words));
    buffer_fini(&words);
}

/* ---- Rows ---- */

static bool is_listed(const struct making *making, const struct bulletin_table *table,
                      const struct round_report *report)
{
    if (!is_here(making, report)) return false;
    switch (table->only) {
    case ONLY_ALL:
        return true;
    case ONLY_OPEN:
        return !report->closed.known;
    case ONLY_RETURNED:
        return report->returned;
    case ONLY_LATE:
        return report->overdue;
    }
    return false;
}

static struct text item_of(const struct making *making, const struct round_report *report)
{
    const struct pack *pack = making->pack;
    if (report->indicator >= 0)
        return label_in(&pack->indicators[report->indicator].label, making->question->language);
    return report->title;
}

static void fill_cell(struct making *making, enum column_show show, const struct round_report *report,
                      int64_t number, struct document_cell *cell)
{
    const struct label lead = pack_owner_label(making->pack, report->lead);
    const struct number value = {.seen = true, .known = report->value.known, .value = report->value.integer};
    if (show == SHOW_NUMBER)
        making_cell_int(making, cell, number);
    else if (show == SHOW_NAME)
        making_cell_text(making, cell, item_of(making, report));
    else if (show == SHOW_UNIT)
        making_cell_text(making, cell, report->measure);
    else if (show == SHOW_LEAD)
        making_cell_text(making, cell, label_in(&lead, making->question->language));
    else if (show == SHOW_VALUE)
        making_cell_number(making, cell, value, false);
    else if (show == SHOW_DEADLINE)
        cell_of_day(making, cell, &report->due);
    else
        fill_one(making, report, show, cell);
}

/* Why there is nothing: it is not for these eyes, nobody was asked yet, or all is well. */
static void say_none(struct making *making)
{
    struct text words;
    if (!making->reports.seen)
        words =
            making_word(making, "各单位的填报不在您的权限内。", "The units' reports are not for you to see.");
    else if (making->reports.round.count == 0)
        words = making_word(making, "本月的调度尚未发起，没有填报。",
                            "This month's round of reports has not been opened: there are none.");
    else
        words = making_word(making, "没有。", "None.");
    document_say(making->document, BLOCK_TEXT, words);
}

int rows_reports(struct making *making, const struct bulletin_table *table, struct err *err)
{
    struct document_table *out = NULL;
    int64_t number = 0;
    int code = making_reports(making, err);
    for (size_t i = 0; code == 0 && i < making->reports.round.count; i++) {
        const struct round_report *report = &making->reports.round.reports[i];
        if (!is_listed(making, table, report)) continue;
        if (out == NULL)
            out = document_table(making->document, making_columns(making, table), table->column_count);
        struct document_cell *cells = document_row(making->document, out);
        if (cells == NULL) return document_is_full(err);
        number++;
        for (size_t k = 0; k < table->column_count; k++)
            fill_cell(making, table->columns[k].show, report, number, &cells[k]);
    }
    if (code != 0) return code;
    if (out == NULL)
        say_none(making);
    else
        making_reports_as_of(making);
    return 0;
}
