/* How a made-up cell comes about: from numbers drawn, words picked, other cells, and rows of other sheets. */
#include "demo/made.h"

#include <assert.h>
#include <stdio.h>

#include "base/date.h"
#include "base/money.h"

enum { NAME_ROOM = 64, PHONE_ROOM = 32 };

static struct made_value unknown(void)
{
    return (struct made_value){.kind = ATTRIBUTE_TEXT, .number = DEMO_UNKNOWN};
}

static struct made_value words(struct text text)
{
    return (struct made_value){.kind = ATTRIBUTE_TEXT, .number = DEMO_UNKNOWN, .text = text};
}

static struct made_value number(enum attribute_kind kind, int64_t value)
{
    return (struct made_value){.kind = kind, .number = value};
}

bool made_value_known(const struct made_value *value)
{
    return value->kind == ATTRIBUTE_TEXT ? value->text.size > 0 : value->number != DEMO_UNKNOWN;
}

/* ---- Terms ---- */

static struct made_value attribute_value(const struct made_place *place, const struct made_term *term)
{
    const struct attribute *attribute = term->attribute;
    const void *object = place->of[term->source];
    if (object == NULL) return unknown();
    if (attribute->kind == ATTRIBUTE_TEXT) return words(attribute_text(attribute, object));
    int64_t value = attribute_number(attribute, object);
    if (attribute->kind == ATTRIBUTE_WORDS) return unknown();
    if (attribute->kind != ATTRIBUTE_WORD) return number(attribute->kind, value);
    return value == DEMO_UNKNOWN
               ? unknown()
               : words(place->county->config->lists[attribute->list].words[value].spellings[0]);
}

/* The rows of a pool that lie in a village: they are sorted by it. */
static size_t first_of(const struct made_pool *pool, ptrdiff_t village)
{
    size_t low = 0, high = pool->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (pool->rows[middle].village < village)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A row this one is made for, or one of those nearby, or any where that is allowed. */
static const struct made_row *take_row(struct made_place *place, size_t sheet)
{
    const struct made_sheet *wanted = &place->county->config->made[sheet];
    for (const struct made_row *row = place->parent; row != NULL; row = row->parent)
        if (row->sheet == wanted) return row;
    if (place->taken[sheet] != NULL) return place->taken[sheet];
    const struct made_pool *pool = &place->pools[sheet];
    size_t from = first_of(pool, place->village), to = first_of(pool, place->village + 1);
    if (place->village < 0 || (from == to && place->sheet->anywhere[sheet])) {
        from = 0;
        to = pool->count;
    }
    if (from == to) return NULL;
    place->taken[sheet] = &pool->rows[from + random_below(&place->random, to - from)];
    return place->taken[sheet];
}

struct made_value made_term_value(struct made_place *place, const struct made_term *term)
{
    const struct made_row *row;
    switch (term->kind) {
    case TERM_WORDS:
        return words(term->words);
    case TERM_ATTRIBUTE:
        return attribute_value(place, term);
    case TERM_COLUMN:
        return place->values[term->column];
    case TERM_ROW:
        row = take_row(place, term->sheet);
        if (row != NULL) return row->values[term->column];
        place->dropped = true;
        return unknown();
    case TERM_YEAR:
        return number(ATTRIBUTE_COUNT, place->year);
    case TERM_YEAR_BACK:
        return number(ATTRIBUTE_COUNT, month_year(date_month(place->county->as_of)) - place->year);
    case TERM_KIND:
        return words(place->kind);
    case TERM_SERIAL:
        return words(text_of(arena_printf(place->arena, "%0*lld", term->width, (long long)place->serial)));
    }
    return unknown();
}

static void write_plain(const struct made_value *value, struct buffer *out)
{
    char text[MONEY_TEXT];
    int year, month, day;
    if (!made_value_known(value)) return;
    switch (value->kind) {
    case ATTRIBUTE_TEXT:
    case ATTRIBUTE_WORD:
    case ATTRIBUTE_WORDS:
        buffer_text(out, value->text);
        return;
    case ATTRIBUTE_COUNT:
        buffer_printf(out, "%lld", (long long)value->number);
        return;
    case ATTRIBUTE_MONEY:
        buffer_string(out, decimal_format(value->number * (DECIMAL_ONE / MONEY_FEN), text));
        return;
    case ATTRIBUTE_DECIMAL:
        buffer_string(out, decimal_format(value->number, text));
        return;
    case ATTRIBUTE_DATE:
        date_split((int32_t)value->number, &year, &month, &day);
        buffer_printf(out, "%04d%02d%02d", year, month, day);
        return;
    case ATTRIBUTE_MONTH:
        buffer_printf(out, "%04d%02d", month_year((int32_t)value->number),
                      month_number((int32_t)value->number));
        return;
    }
}

static struct made_value join(struct made_place *place, const struct made_rule *rule)
{
    if (rule->term_count == 1) return made_term_value(place, &rule->terms[0]);
    struct buffer text = {0};
    for (size_t i = 0; i < rule->term_count; i++) {
        struct made_value value = made_term_value(place, &rule->terms[i]);
        write_plain(&value, &text);
    }
    struct made_value joined = words(arena_text(place->arena, buffer_get(&text)));
    buffer_fini(&text);
    return joined;
}

static bool equals(const struct made_value *value, struct text word, struct buffer *scratch)
{
    if (value->kind == ATTRIBUTE_TEXT) return text_equal(value->text, word);
    buffer_clear(scratch);
    write_plain(value, scratch);
    return text_equal(buffer_get(scratch), word);
}

static ptrdiff_t word_of(struct made_place *place, const struct made_term *term, const struct text *of,
                         size_t count)
{
    struct made_value value = made_term_value(place, term);
    struct buffer scratch = {0};
    ptrdiff_t found = -1;
    for (size_t i = 0; i < count && found < 0; i++)
        if (equals(&value, of[i], &scratch)) found = (ptrdiff_t)i;
    buffer_fini(&scratch);
    return found;
}

bool made_tests_hold(struct made_place *place, const struct made_tests *tests)
{
    for (size_t i = 0; i < tests->count; i++)
        if (word_of(place, &tests->items[i].term, tests->items[i].words, tests->items[i].word_count) < 0)
            return false;
    return true;
}

/* ---- Words ---- */

static struct made_value several(struct made_place *place, const struct made_rule *rule)
{
    struct buffer text = {0};
    for (size_t i = 0; i < rule->word_count; i++) {
        if (!random_chance(&place->random, rule->weights[i])) continue;
        if (text.size > 0) buffer_char(&text, ',');
        buffer_text(&text, rule->words[i]);
    }
    if (text.size == 0) buffer_text(&text, rule->words[random_below(&place->random, rule->word_count)]);
    struct made_value value = words(arena_text(place->arena, buffer_get(&text)));
    buffer_fini(&text);
    return value;
}

static struct made_value made_up(struct made_place *place, bool name)
{
    char room[NAME_ROOM];
    const struct config *config = place->county->config;
    struct text text = name ? demo_name(config, room, NAME_ROOM, &place->random)
                            : demo_phone(config, room, PHONE_ROOM, &place->random);
    return words(arena_text(place->arena, text));
}

/* ---- Numbers ---- */

/* Money in whole yuan; from the second year on in relation to the year before. */
static struct made_value draw(struct made_place *place, const struct made_rule *rule,
                              enum attribute_kind kind, size_t column)
{
    int64_t value;
    const struct made_value *before = place->before == NULL ? NULL : &place->before[column];
    if (rule->then.most > 0 && before != NULL && before->kind == kind && before->number != DEMO_UNKNOWN)
        value = random_share_of(before->number, range_draw(rule->then, &place->random));
    else
        value = range_draw(rule->range, &place->random);
    if (kind == ATTRIBUTE_MONEY) value = value / MONEY_FEN * MONEY_FEN;
    if (kind == ATTRIBUTE_DECIMAL) value = value / (DECIMAL_ONE / 100) * (DECIMAL_ONE / 100);
    return number(kind, value);
}

static struct made_value moment(struct made_place *place, const struct made_rule *rule, bool day)
{
    enum attribute_kind kind = day ? ATTRIBUTE_DATE : ATTRIBUTE_MONTH;
    int32_t as_of = place->county->as_of;
    int64_t now = day ? as_of : date_month(as_of), by = range_draw(rule->range, &place->random),
            value = now - by;
    if (rule->term_count > 0) {
        struct made_value from = made_term_value(place, &rule->terms[0]);
        bool fits = from.kind == ATTRIBUTE_DATE || (!day && from.kind == ATTRIBUTE_MONTH);
        if (!fits || from.number == DEMO_UNKNOWN) return number(kind, DEMO_UNKNOWN);
        value = (day || from.kind == ATTRIBUTE_MONTH ? from.number : date_month((int32_t)from.number)) + by;
    }
    return number(kind, rule->past && value > now ? DEMO_UNKNOWN : value);
}

static struct made_value part(struct made_place *place, const struct made_rule *rule)
{
    struct made_value value = made_term_value(place, &rule->terms[0]);
    if (value.kind == ATTRIBUTE_TEXT || value.number == DEMO_UNKNOWN) return unknown();
    if (random_chance(&place->random, rule->whole)) return value;
    value.number = random_share_of(value.number, range_draw(rule->range, &place->random));
    if (value.kind == ATTRIBUTE_MONEY) value.number = value.number / MONEY_FEN * MONEY_FEN;
    return value;
}

static struct made_value times(struct made_place *place, const struct made_rule *rule)
{
    struct made_value product = number(ATTRIBUTE_COUNT, 1);
    for (size_t i = 0; i < rule->term_count; i++) {
        struct made_value value = made_term_value(place, &rule->terms[i]);
        if (value.kind == ATTRIBUTE_TEXT || value.number == DEMO_UNKNOWN) return unknown();
        bool tenths = value.kind == ATTRIBUTE_DECIMAL && product.kind != ATTRIBUTE_COUNT;
        bool other = product.kind == ATTRIBUTE_DECIMAL && value.kind == ATTRIBUTE_MONEY;
        if (!fixed_scale(product.number, value.number, tenths || other ? DECIMAL_ONE : 1, &product.number))
            return unknown();
        if (value.kind == ATTRIBUTE_MONEY || product.kind == ATTRIBUTE_COUNT) product.kind = value.kind;
    }
    return product;
}

/* What is unknown counts as nothing, unless all of it is. */
static struct made_value total(struct made_place *place, const struct made_rule *rule, int64_t sign)
{
    struct made_value sum = unknown();
    for (size_t i = 0; i < rule->term_count; i++) {
        struct made_value value = made_term_value(place, &rule->terms[i]);
        if (value.kind == ATTRIBUTE_TEXT || value.number == DEMO_UNKNOWN) continue;
        if (sum.number == DEMO_UNKNOWN)
            sum = value;
        else
            sum.number += sign * value.number;
    }
    return sum;
}

struct made_value made_rule_value(struct made_place *place, const struct made_rule *rule, size_t column)
{
    ptrdiff_t word;
    switch (rule->way) {
    case WAY_TEXT:
        return join(place, rule);
    case WAY_PICK:
        return words(rule->words[random_pick(&place->random, rule->weights, rule->word_count)]);
    case WAY_SEVERAL:
        return several(place, rule);
    case WAY_COUNT:
        return draw(place, rule, ATTRIBUTE_COUNT, column);
    case WAY_MONEY:
        return draw(place, rule, ATTRIBUTE_MONEY, column);
    case WAY_DECIMAL:
        return draw(place, rule, ATTRIBUTE_DECIMAL, column);
    case WAY_DAY:
        return moment(place, rule, true);
    case WAY_MONTH:
        return moment(place, rule, false);
    case WAY_PART:
        return part(place, rule);
    case WAY_TIMES:
        return times(place, rule);
    case WAY_SUM:
        return total(place, rule, 1);
    case WAY_MINUS:
        return total(place, rule, -1);
    case WAY_NAME:
    case WAY_PHONE:
        return made_up(place, rule->way == WAY_NAME);
    case WAY_BY:
        word = word_of(place, &rule->terms[0], rule->words, rule->word_count);
        return made_rule_value(place, &rule->cases[word < 0 ? (ptrdiff_t)rule->word_count : word], column);
    }
    return unknown();
}
