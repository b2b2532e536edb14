/* Figures as words: what is not known is said in words and never as 0, and what may not be shown is not said
 * to be anything. */
#include <assert.h>

#include "base/date.h"
#include "base/money.h"
#include "bulletin/making.h"

enum { HUNDREDTH = DECIMAL_ONE / 100 };

/* ---- Values ---- */

static struct number number_of(bool seen, const struct measured *measured)
{
    struct value value = judge_value(measured);
    return (struct number){.seen = seen, .known = seen && value.known, .value = value.integer};
}

static struct number whole(bool seen, int64_t count)
{
    int64_t value = 0;
    bool known = seen && !__builtin_mul_overflow(count, (int64_t)DECIMAL_ONE, &value);
    return (struct number){.seen = seen, .known = known, .value = value};
}

static struct number less(struct number a, struct number b)
{
    int64_t value = 0;
    bool known = a.known && b.known && !__builtin_sub_overflow(a.value, b.value, &value);
    return (struct number){.seen = a.seen && b.seen, .known = known, .value = value};
}

/* Figures of one day, of either book. */
static struct number on_day(const struct making *making, const struct progress_book *book,
                            const struct figures *figures, int index, enum figure_aspect aspect, int division)
{
    struct figure figure;
    bool seen;
    struct measured measured =
        progress_measure(book, figures, making->question->scope, index, division, &figure, &seen);
    if (!progress_tells(&book->pack->indicators[index], making->document->as_of, figures->as_of))
        return (struct number){.seen = seen};
    switch (aspect) {
    case ASPECT_COUNTED:
        return whole(seen, figure.counted);
    case ASPECT_MISSING:
        return whole(seen, figure.missing);
    case ASPECT_UNDETERMINED:
        return whole(seen, figure.undetermined);
    case ASPECT_OF:
        return whole(seen, figure.counted + figure.missing);
    case ASPECT_VALUE:
    case ASPECT_UNIT:
    case ASPECT_BEFORE:
    case ASPECT_CHANGE:
    case ASPECT_LAST_YEAR:
    case ASPECT_TARGET:
    case ASPECT_DUE:
    case ASPECT_FORECAST:
    case ASPECT_LIGHT:
        break;
    }
    return number_of(seen, &measured);
}

static struct number judged(const struct making *making, int indicator, enum figure_aspect aspect,
                            int division)
{
    struct progress_line line;
    progress_line(&making->year, making->question->scope, indicator, division, &line);
    struct number out = {.seen = line.seen};
    if (!line.seen) return out;
    if (aspect == ASPECT_TARGET) {
        out.known = line.judged.target_given;
        out.value = line.judged.target;
    } else if (aspect == ASPECT_DUE) {
        out.known = line.judged.due_known;
        out.value = line.judged.due;
    } else if (aspect == ASPECT_FORECAST) {
        out.known = line.judged.forecast_known;
        out.value = line.judged.forecast;
    } else {
        out.known = out.lit = true;
        out.light = line.judged.light;
    }
    return out;
}

static struct number at(const struct making *making, const struct progress_book *book,
                        const struct figures *const days[DAYS], int index, enum figure_aspect aspect,
                        int division)
{
    struct number now = on_day(making, book, days[DAY_NOW], index, aspect, division);
    if (aspect == ASPECT_BEFORE) return on_day(making, book, days[DAY_BEFORE], index, aspect, division);
    if (aspect == ASPECT_LAST_YEAR) return on_day(making, book, days[DAY_LAST_YEAR], index, aspect, division);
    if (aspect == ASPECT_CHANGE)
        return less(now, on_day(making, book, days[DAY_BEFORE], index, ASPECT_BEFORE, division));
    return now;
}

struct number making_indicator(const struct making *making, int indicator, enum figure_aspect aspect,
                               int division)
{
    const struct progress_year *year = &making->year;
    const struct figures *const days[DAYS] = {
        year->months[year->month - 1], year->month > 1 ? year->months[year->month - 2] : year->end_before,
        year->same_before};
    if (aspect >= ASPECT_TARGET) return judged(making, indicator, aspect, division);
    return at(making, making->tools->book, days, indicator, aspect, division);
}

struct number making_figure(const struct making *making, int figure, enum figure_aspect aspect, int division)
{
    const struct bulletin_figure *asked = &making->bulletin->figures[figure];
    if (asked->indicator >= 0) return making_indicator(making, asked->indicator, aspect, division);
    assert(asked->computed >= 0);
    const struct figures *const days[DAYS] = {making->counts[DAY_NOW], making->counts[DAY_BEFORE],
                                              making->counts[DAY_LAST_YEAR]};
    return at(making, bulletin_counts_book(making->tools->counts), days, asked->computed, aspect, division);
}

/* ---- As text ---- */

void put_number(struct buffer *out, int64_t value)
{
    char text[MONEY_TEXT];
    int64_t hundredths;
    if (fixed_scale(value, 1, HUNDREDTH, &hundredths) && hundredths < INT64_MAX / HUNDREDTH &&
        hundredths > -INT64_MAX / HUNDREDTH)
        value = hundredths * HUNDREDTH;
    buffer_string(out, decimal_format(value, text));
}

struct text making_light(const struct making *making, enum light light)
{
    static const char *const zh[LIGHTS] = {"绿", "黄", "红", "当年无目标", "尚不能判定"};
    static const char *const en[LIGHTS] = {"green", "yellow", "red", "no target this year", "not yet known"};
    return text_of((making_english(making) ? en : zh)[light]);
}

void making_cell_text(struct making *making, struct document_cell *cell, struct text text)
{
    *cell = (struct document_cell){.text = arena_text(&making->document->arena, text)};
}

void making_cell_int(struct making *making, struct document_cell *cell, int64_t value)
{
    making_cell_number(making, cell, whole(true, value), false);
}

void making_cell_number(struct making *making, struct document_cell *cell, struct number number, bool sign)
{
    struct buffer text = {0};
    if (!number.known) {
        making_cell_text(making, cell, TEXT("—"));
        return;
    }
    if (number.lit) {
        making_cell_text(making, cell, making_light(making, number.light));
        cell->lit = true;
        cell->light = number.light;
        return;
    }
    if (sign && number.value > 0) buffer_char(&text, '+');
    put_number(&text, number.value);
    making_cell_text(making, cell, buffer_get(&text));
    cell->number = true;
    cell->value = number.value;
    buffer_fini(&text);
}

/* ---- Templates ---- */

static struct text unit_of(const struct making *making, int figure)
{
    const struct bulletin_figure *asked = &making->bulletin->figures[figure];
    return asked->indicator >= 0 ? making->pack->indicators[asked->indicator].unit
                                 : making->pack->bulletin_figures[asked->computed].unit;
}

/* In Chinese with its unit, since no unit follows where nothing changed. */
static void put_change(const struct making *making, int figure, struct buffer *out, int64_t value)
{
    if (value == 0) {
        buffer_text(out, making_word(making, "持平", "unchanged"));
        return;
    }
    buffer_text(out,
                value > 0 ? making_word(making, "增加", "up by ") : making_word(making, "减少", "down by "));
    put_number(out, value < 0 ? -value : value);
    if (!making_english(making)) buffer_text(out, unit_of(making, figure));
}

static void put_figure(const struct making *making, const struct bulletin_piece *piece, struct buffer *out)
{
    const struct bulletin_figure *asked = &making->bulletin->figures[piece->figure];
    if (asked->node != NULL && making->hidden[piece->figure]) {
        buffer_text(out, making_word(making, "（此处从略）", "(left out)"));
        return;
    }
    if (asked->node != NULL) {
        value_format(&making->pack->schema, asked->node->type, &making->values[piece->figure],
                     making->question->language, out);
        return;
    }
    if (piece->aspect == ASPECT_UNIT) {
        buffer_text(out, unit_of(making, piece->figure));
        return;
    }
    struct number number = making_figure(making, piece->figure, piece->aspect, making->question->division);
    if (!number.seen)
        buffer_text(out, making_word(making, "（不在您的权限内）", "(not for you to see)"));
    else if (number.lit)
        buffer_text(out, making_light(making, number.light));
    else if (!number.known)
        buffer_text(out, making_word(making, "（尚不能判定）", "(not yet known)"));
    else if (piece->aspect == ASPECT_CHANGE)
        put_change(making, piece->figure, out, number.value);
    else
        put_number(out, number.value);
}

void put_day(const struct making *making, int32_t date, struct buffer *out)
{
    int year, month, day;
    char text[DATE_TEXT];
    date_split(date, &year, &month, &day);
    if (making_english(making))
        buffer_string(out, date_format(date, text));
    else
        buffer_printf(out, "%d年%d月%d日", year, month, day);
}

static struct text county_name(const struct pack *pack, const char *language)
{
    for (size_t i = 0; i < pack->division_count; i++)
        if (pack->divisions[i].parent < 0) return pack->divisions[i].name;
    return language[0] == 'e' && pack->title_en.size > 0 ? pack->title_en : pack->title_zh;
}

static void put_place(const struct making *making, struct buffer *out)
{
    const struct pack *pack = making->pack;
    if (making->bulletin->about == ABOUT_SUBJECT) {
        buffer_text(out, making->record.named.township);
        if (making_english(making) && making->record.named.township.size > 0) buffer_char(out, ' ');
        buffer_text(out, making->record.named.village);
    } else if (making->question->division >= 0)
        buffer_text(out, pack->divisions[making->question->division].name);
    else
        buffer_text(out, county_name(pack, making->question->language));
}

static void put_piece(const struct making *making, const struct bulletin_piece *piece, struct buffer *out)
{
    int year = making->question->year, month = making->question->month;
    switch (piece->kind) {
    case PIECE_WORDS:
        buffer_text(out, piece->words);
        return;
    case PIECE_FIGURE:
        put_figure(making, piece, out);
        return;
    case PIECE_PLACE:
        put_place(making, out);
        return;
    case PIECE_COUNTY:
        buffer_text(out, county_name(making->pack, making->question->language));
        return;
    case PIECE_YEAR:
        buffer_printf(out, "%d", year);
        return;
    case PIECE_MONTH:
        buffer_printf(out, making_english(making) ? "%d-%02d" : "%d年%d月", year, month);
        return;
    case PIECE_AS_OF:
        put_day(making, making->document->as_of, out);
        return;
    case PIECE_TODAY:
        put_day(making, making->question->today, out);
        return;
    case PIECE_NAME:
        buffer_text(out, making->record.named.name);
        return;
    case PIECE_KEY:
        buffer_text(out, making->record.named.key);
        return;
    }
}

struct text making_fill(const struct making *making, const struct bulletin_words *words)
{
    struct buffer out = {0};
    const struct bulletin_template *own = &words->in[making_english(making)];
    if (own->count == 0) own = &words->in[!making_english(making)];
    for (size_t i = 0; i < own->count; i++) put_piece(making, &own->pieces[i], &out);
    struct text text = arena_text(&making->document->arena, buffer_get(&out));
    buffer_fini(&out);
    return text;
}

bool making_holds(const struct making *making, int figure)
{
    const struct bulletin_figure *asked = &making->bulletin->figures[figure];
    if (asked->node != NULL) {
        const struct value *value = &making->values[figure];
        return value->known && (asked->node->type.kind == TYPE_TEXT    ? value->text.size > 0
                                : asked->node->type.kind == TYPE_RATIO ? value->ratio > 0 || value->ratio < 0
                                : asked->node->type.kind == TYPE_CODE  ? true
                                                                       : value->integer != 0);
    }
    struct number number = making_figure(making, figure, ASPECT_VALUE, making->question->division);
    return number.known && number.value != 0;
}

bool making_knows(const struct making *making, int figure)
{
    if (making->bulletin->figures[figure].node != NULL) return making->values[figure].known;
    return making_figure(making, figure, ASPECT_VALUE, making->question->division).known;
}
