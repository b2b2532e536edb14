/* Spelling of values, and the faults that creep in at a keyboard. */
#include "demo/cell.h"

#include "base/date.h"
#include "base/money.h"

static void write_money(int64_t fen, enum form form, struct buffer *out)
{
    char text[MONEY_TEXT];
    switch (form) {
    case FORM_TWO_DIGITS:
        buffer_string(out, money_plain(fen, text));
        return;
    case FORM_GROUPED:
        buffer_string(out, money_format(fen, text));
        return;
    case FORM_TEN_THOUSANDS:
        buffer_string(out, decimal_format(fen / MONEY_FEN, text));
        return;
    case FORM_PLAIN:
    case FORM_YUAN:
    case FORM_POINT_ZERO:
    case FORM_DASH:
    case FORM_SLASH:
    case FORM_CHINESE:
    case FORM_COUNT:
        break;
    }
    buffer_string(out, decimal_format(fen * (DECIMAL_ONE / MONEY_FEN), text));
    if (form == FORM_YUAN) buffer_string(out, "元");
}

static void write_date(int64_t date, enum form form, struct buffer *out)
{
    int year, month, day;
    date_split((int32_t)date, &year, &month, &day);
    switch (form) {
    case FORM_DASH:
        buffer_printf(out, "%04d-%02d-%02d", year, month, day);
        return;
    case FORM_SLASH:
        buffer_printf(out, "%d/%d/%d", year, month, day);
        return;
    case FORM_CHINESE:
        buffer_printf(out, "%d年%d月%d日", year, month, day);
        return;
    case FORM_PLAIN:
    case FORM_POINT_ZERO:
    case FORM_TWO_DIGITS:
    case FORM_GROUPED:
    case FORM_YUAN:
    case FORM_TEN_THOUSANDS:
    case FORM_COUNT:
        break;
    }
    buffer_printf(out, "%04d%02d%02d%s", year, month, day, form == FORM_POINT_ZERO ? ".0" : "");
}

static void write_month(int64_t value, enum form form, struct buffer *out)
{
    int year = month_year((int32_t)value), month = month_number((int32_t)value);
    switch (form) {
    case FORM_DASH:
        buffer_printf(out, "%04d-%02d", year, month);
        return;
    case FORM_SLASH:
        buffer_printf(out, "%d/%d", year, month);
        return;
    case FORM_CHINESE:
        buffer_printf(out, "%d年%02d月", year, month);
        return;
    case FORM_PLAIN:
    case FORM_POINT_ZERO:
    case FORM_TWO_DIGITS:
    case FORM_GROUPED:
    case FORM_YUAN:
    case FORM_TEN_THOUSANDS:
    case FORM_COUNT:
        break;
    }
    buffer_printf(out, "%04d%02d%s", year, month, form == FORM_POINT_ZERO ? ".0" : "");
}

static enum form form_draw(const struct spelling *spelling, struct random *random)
{
    return (enum form)random_pick(random, spelling->forms, FORM_COUNT);
}

static void write_number(enum attribute_kind kind, int64_t value, enum form form, struct buffer *out)
{
    char text[MONEY_TEXT];
    switch (kind) {
    case ATTRIBUTE_COUNT:
        buffer_printf(out, form == FORM_POINT_ZERO ? "%lld.0" : "%lld", (long long)value);
        return;
    case ATTRIBUTE_MONEY:
        write_money(value, form, out);
        return;
    case ATTRIBUTE_DECIMAL:
        buffer_string(out, decimal_format(value, text));
        return;
    case ATTRIBUTE_DATE:
        write_date(value, form, out);
        return;
    case ATTRIBUTE_MONTH:
        write_month(value, form, out);
        return;
    case ATTRIBUTE_WORD:
    case ATTRIBUTE_WORDS:
    case ATTRIBUTE_TEXT:
        return;
    }
}

static void write_word(const struct config *config, const struct demo_column *column, int64_t index,
                       struct random *random, struct buffer *out)
{
    const struct word *word = &config->lists[column->attribute->list].words[index];
    size_t spelling = 0;
    if (word->spelling_count > 1 && !column->spelling.clean && random_chance(random, config->dirt_spelling))
        spelling = 1 + random_below(random, word->spelling_count - 1);
    buffer_text(out, word->spellings[spelling]);
}

/* Several words in any order, joined by commas. */
static void write_words(const struct config *config, const struct demo_column *column, int64_t bits,
                        struct random *random, struct buffer *out)
{
    int64_t chosen[WORDS_MAX];
    size_t count = 0;
    const struct word_list *list = &config->lists[column->attribute->list];
    for (size_t i = 0; i < list->count; i++) {
        bool wanted = column->group == DEMO_UNKNOWN || list->words[i].group_word == column->group;
        if (wanted && (bits >> i & 1) != 0) chosen[count++] = (int64_t)i;
    }
    for (size_t i = 0; i < count; i++) {
        size_t other = i + random_below(random, count - i);
        int64_t word = chosen[other];
        chosen[other] = chosen[i];
        if (i > 0) buffer_char(out, ',');
        write_word(config, column, word, random, out);
    }
}

/* Another value than the record's, of the same kind. */
static int64_t contrary(const struct config *config, const struct demo_column *column, int64_t value)
{
    if (column->attribute->kind == ATTRIBUTE_WORD)
        return (value + 1) % (int64_t)config->lists[column->attribute->list].count;
    if (column->attribute->kind == ATTRIBUTE_DECIMAL) return value + DECIMAL_ONE;
    return column->attribute->kind == ATTRIBUTE_MONEY ? value + MONEY_FEN : value + 1;
}

static void write_value(const struct config *config, const struct demo_column *column,
                        const struct demo_cell_row *row, struct random *random, struct buffer *out)
{
    const struct attribute *attribute = column->attribute;
    if (attribute->kind == ATTRIBUTE_TEXT) {
        buffer_text(out, attribute_text(attribute, row->of[column->source]));
        return;
    }
    int64_t value = attribute_number(attribute, row->of[column->source]);
    if (value == DEMO_UNKNOWN) return;
    if (row->contradict[column->source] && column->contradicts) value = contrary(config, column, value);
    enum form form = form_draw(&column->spelling, random);
    if (attribute->kind == ATTRIBUTE_WORD)
        write_word(config, column, value, random, out);
    else if (attribute->kind == ATTRIBUTE_WORDS)
        write_words(config, column, value, random, out);
    else
        write_number(attribute->kind, value, form, out);
}

/* Digits typed with a Chinese input method. */
static void widen_digits(struct buffer *out, size_t from)
{
    struct buffer wide = {0};
    for (size_t i = from; i < out->size; i++) {
        char bytes[4];
        if (out->data[i] >= '0' && out->data[i] <= '9')
            buffer_add(&wide, bytes, text_put(0xFF10 + (uint32_t)(out->data[i] - '0'), bytes));
        else
            buffer_char(&wide, out->data[i]);
    }
    out->size = from;
    buffer_text(out, buffer_get(&wide));
    buffer_fini(&wide);
}

/* What a keyboard does to a cell that begins at `from`. */
static void dirty(const struct config *config, const struct spelling *spelling, enum attribute_kind kind,
                  size_t from, struct random *random, struct buffer *out)
{
    if (spelling->clean || out->size == from) return;
    bool digits = kind >= ATTRIBUTE_COUNT && kind <= ATTRIBUTE_MONTH;
    if (digits && random_chance(random, config->dirt_full_width)) widen_digits(out, from);
    if (random_chance(random, config->dirt_blanks))
        buffer_string(out, random_below(random, 2) == 0 ? " " : "　");
}

void demo_cell_write(const struct config *config, uint64_t seed, const struct demo_column *column,
                     uint64_t place, const struct demo_cell_row *row, struct random *random,
                     struct buffer *out)
{
    const struct spelling *spelling = &column->spelling;
    if (column->attribute == NULL) {
        buffer_text(out, column->constant);
        return;
    }
    if (row->of[column->source] == NULL) return;
    if (spelling->missing > 0 &&
        (int64_t)(random_hash(seed, place, row->record[column->source]) % MILLION) < spelling->missing)
        return;
    if (spelling->wrong > 0 && random_chance(random, spelling->wrong)) {
        buffer_text(out, spelling->wrong_text);
        return;
    }
    size_t from = out->size;
    write_value(config, column, row, random, out);
    dirty(config, spelling, column->attribute->kind, from, random, out);
}

void demo_cell_spell(const struct config *config, const struct spelling *spelling, enum attribute_kind kind,
                     int64_t number, struct text text, struct random *random, struct buffer *out)
{
    size_t from = out->size;
    if (spelling->missing > 0 && random_chance(random, spelling->missing)) return;
    if (spelling->wrong > 0 && random_chance(random, spelling->wrong)) {
        buffer_text(out, spelling->wrong_text);
        return;
    }
    if (kind == ATTRIBUTE_TEXT)
        buffer_text(out, text);
    else if (number != DEMO_UNKNOWN)
        write_number(kind, number, form_draw(spelling, random), out);
    dirty(config, spelling, kind, from, random, out);
}
