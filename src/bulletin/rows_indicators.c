/* The plan's indicators one below the other: the table by which units are called to account each month. */
#include "base/date.h"
#include "bulletin/making.h"

static void fill_units(struct making *making, const int *units, size_t count, struct document_cell *cell)
{
    struct buffer names = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_text(&names, making_word(making, "、", ", "));
        buffer_text(&names, label_in(&making->pack->units[units[i]].label, making->question->language));
    }
    making_cell_text(making, cell, buffer_get(&names));
    buffer_fini(&names);
}

/* Where the value comes from: the registers, or a report of which month. */
static void fill_source(struct making *making, const struct pack_indicator *indicator,
                        const struct progress_line *line, struct document_cell *cell)
{
    struct buffer words = {0};
    char month[DATE_TEXT];
    if (indicator->measure != MEASURE_REPORTED)
        buffer_text(&words, making_word(making, "系统计算", "computed"));
    else if (!line->seen || !line->reported.known)
        buffer_text(&words, making_word(making, "尚无认可的填报", "no report accepted yet"));
    else
        buffer_printf(&words, making_english(making) ? "reported for %s" : "填报（%s）",
                      month_format(line->reported.month, month));
    making_cell_text(making, cell, buffer_get(&words));
    buffer_fini(&words);
}

static enum figure_aspect aspect_of(enum column_show show)
{
    switch (show) {
    case SHOW_BEFORE:
        return ASPECT_BEFORE;
    case SHOW_CHANGE:
        return ASPECT_CHANGE;
    case SHOW_LAST_YEAR:
        return ASPECT_LAST_YEAR;
    case SHOW_TARGET:
        return ASPECT_TARGET;
    case SHOW_DUE:
        return ASPECT_DUE;
    case SHOW_FORECAST:
        return ASPECT_FORECAST;
    case SHOW_LIGHT:
        return ASPECT_LIGHT;
    case SHOW_COUNTED:
        return ASPECT_COUNTED;
    case SHOW_MISSING:
        return ASPECT_MISSING;
    case SHOW_UNDETERMINED:
        return ASPECT_UNDETERMINED;
    case SHOW_VALUE:
    case SHOW_FIGURE:
    case SHOW_FIELD:
    case SHOW_NUMBER:
    case SHOW_RANK:
    case SHOW_NAME:
    case SHOW_CODE:
    case SHOW_TOWNSHIP:
    case SHOW_VILLAGE:
    case SHOW_GREEN:
    case SHOW_YELLOW:
    case SHOW_RED:
    case SHOW_NONE:
    case SHOW_UNKNOWN:
    case SHOW_CLAUSE:
    case SHOW_UNIT:
    case SHOW_LEAD:
    case SHOW_RESPONSIBLE:
    case SHOW_SOURCE:
    case SHOW_LEADS:
    case SHOW_POINTS:
    case SHOW_PART:
    case SHOW_GRADE:
    case SHOW_LISTS:
    case SHOW_LEVEL:
    case SHOW_STATE:
    case SHOW_SENTENCE:
    case SHOW_REPORT:
    case SHOW_REPORTED_BY:
    case SHOW_REPORTED_ON:
    case SHOW_DEADLINE:
    case SHOW_ASKED:
    case SHOW_HANDED:
    case SHOW_ACCEPTED:
    case SHOW_LATE:
        break;
    }
    return ASPECT_VALUE;
}

/* The records that stand between the value and the target: those of a share that fall short; of a count that
 * is to become 0, or less, those that it counts. Of what is to become more there are none to be named. */
static enum figure_aspect in_the_way(const struct pack_indicator *indicator, const struct progress_line *line)
{
    bool less = indicator->direction == DIRECTION_AT_MOST || indicator->direction == DIRECTION_BELOW ||
                (indicator->direction == DIRECTION_EXACTLY && line->judged.target == 0);
    if (indicator->measure == MEASURE_SHARE) return ASPECT_MISSING;
    return indicator->measure == MEASURE_COUNT && less ? ASPECT_COUNTED : ASPECT_UNIT;
}

static void fill_missing(struct making *making, int index, const struct progress_line *line,
                         struct document_cell *cell)
{
    enum figure_aspect aspect = in_the_way(&making->pack->indicators[index], line);
    const struct number nothing = {.seen = true};
    making_cell_number(
        making, cell,
        aspect == ASPECT_UNIT ? nothing : making_indicator(making, index, aspect, making->question->division),
        false);
}

static void fill_cell(struct making *making, const struct bulletin_column *column, int index,
                      const struct progress_line *line, int64_t number, struct document_cell *cell)
{
    const struct pack_indicator *indicator = &making->pack->indicators[index];
    if (column->show == SHOW_NUMBER)
        making_cell_int(making, cell, number);
    else if (column->show == SHOW_NAME)
        making_cell_text(making, cell, label_in(&indicator->label, making->question->language));
    else if (column->show == SHOW_CLAUSE)
        making_cell_text(making, cell, pack_clause_id(making->pack, &indicator->clause));
    else if (column->show == SHOW_UNIT)
        making_cell_text(making, cell, indicator->unit);
    else if (column->show == SHOW_LEAD)
        fill_units(making, indicator->lead, indicator->lead_count, cell);
    else if (column->show == SHOW_RESPONSIBLE)
        fill_units(making, indicator->responsible, indicator->responsible_count, cell);
    else if (column->show == SHOW_SOURCE)
        fill_source(making, indicator, line, cell);
    else if (column->show >= SHOW_REPORT && column->show <= SHOW_REPORTED_ON)
        making_report_cell(making, index, column->show, cell);
    else if (column->show == SHOW_MISSING)
        fill_missing(making, index, line, cell);
    else
        making_cell_number(
            making, cell,
            making_indicator(making, index, aspect_of(column->show), making->question->division),
            column->show == SHOW_CHANGE);
    if (column->show == SHOW_VALUE) making_mark(making, index, cell);
}

static bool shows_reports(const struct bulletin_table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].show >= SHOW_REPORT && table->columns[i].show <= SHOW_REPORTED_ON) return true;
    return false;
}

int rows_indicators(struct making *making, const struct bulletin_table *table, struct err *err)
{
    struct document_table *out = NULL;
    size_t count = table->indicators != NULL ? table->indicator_count : making->pack->indicator_count;
    int64_t number = 0;
    int code = making_disputes(making, err);
    if (code == 0 && shows_reports(table)) code = making_reports(making, err);
    if (code != 0) return code;
    for (size_t i = 0; i < count; i++) {
        int index = table->indicators != NULL ? table->indicators[i] : (int)i;
        struct progress_line line;
        progress_line(&making->year, making->question->scope, index, making->question->division, &line);
        if (!line.seen || (table->lights != 0 && (table->lights >> line.judged.light & 1) == 0)) continue;
        if (out == NULL)
            out = document_table(making->document, making_columns(making, table), table->column_count);
        struct document_cell *cells = document_row(making->document, out);
        if (cells == NULL) return document_is_full(err);
        number++;
        for (size_t k = 0; k < table->column_count; k++)
            fill_cell(making, &table->columns[k], index, &line, number, &cells[k]);
    }
    if (out == NULL) {
        making_nothing(making);
        return 0;
    }
    making_as_of(making);
    if (shows_reports(table)) making_reports_as_of(making);
    making_dispute_notes(making);
    return 0;
}
