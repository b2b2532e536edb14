/* holidays.yaml: which days are at work. Published year by year; of a year that is not here only the week is
 * known, and whoever counts days says so. */
#include "base/date.h"
#include "pack/reader.h"
#include "pack/workflow.h"

enum { YEARS_MAX = 100, DAYS_MAX = 366 };

static const char *const day_names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday",    NULL};

static bool in_year(struct reader *reader, const struct yaml_node *node, int32_t date, int year)
{
    int its_year, month, day;
    date_split(date, &its_year, &month, &day);
    if (its_year == year) return true;
    yaml_fault(node, reader->faults, "这一天不在 %d 年；请写到它所在的年份下",
               "this day is not in %d; write it under its own year", year);
    return false;
}

static bool read_holiday(struct reader *reader, const struct yaml_node *node, int year,
                         struct pack_holiday *holiday)
{
    static const char *const keys[] = {"from", "to", "name", NULL};
    if (!yaml_keys(node, keys, reader->faults)) return false;
    const struct yaml_node *from =
        yaml_need(node, "from", "放假的第一天", "the first day off", reader->faults);
    const struct yaml_node *to = yaml_get(node, "to");
    if (!yaml_date(from, &holiday->from, reader->faults) || !in_year(reader, from, holiday->from, year))
        return false;
    holiday->to = holiday->from;
    if (to != NULL &&
        (!yaml_date(to, &holiday->to, reader->faults) || !in_year(reader, to, holiday->to, year)))
        return false;
    reader_words(reader, yaml_get(node, "name"), &holiday->name_zh, &holiday->name_en);
    if (holiday->to >= holiday->from) return true;
    yaml_fault(to, reader->faults, "最后一天早于第一天", "the last day is before the first");
    return false;
}

static void read_off(struct reader *reader, const struct yaml_node *list, struct pack_calendar_year *year)
{
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < DAYS_MAX ? yaml_count(list) : DAYS_MAX;
    struct pack_holiday *items = arena_array(reader->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        struct pack_holiday holiday = {0};
        if (!read_holiday(reader, yaml_item(list, i), year->year, &holiday)) continue;
        if (year->holiday_count > 0 && holiday.from <= items[year->holiday_count - 1].to)
            yaml_fault(yaml_item(list, i), reader->faults, "应晚于前一个假期；请按日期先后排列",
                       "expected a holiday after the one before; put them in order of their dates");
        else
            items[year->holiday_count++] = holiday;
    }
    year->holidays = items;
}

static bool is_off(const struct pack_calendar_year *year, int32_t date)
{
    for (size_t i = 0; i < year->holiday_count; i++)
        if (date >= year->holidays[i].from && date <= year->holidays[i].to) return true;
    return false;
}

static void read_working(struct reader *reader, const struct yaml_node *list, struct pack_calendar_year *year)
{
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < DAYS_MAX ? yaml_count(list) : DAYS_MAX;
    int32_t *items = arena_array(reader->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        const struct yaml_node *node = yaml_item(list, i);
        int32_t date;
        if (!yaml_date(node, &date, reader->faults) || !in_year(reader, node, date, year->year)) continue;
        if (is_off(year, date))
            yaml_fault(node, reader->faults, "同一天既放假又上班", "this day is both off and at work");
        else if (year->working_count > 0 && date <= items[year->working_count - 1])
            yaml_fault(node, reader->faults, "应晚于前一天；请按日期先后排列",
                       "expected a day after the one before; put them in order");
        else
            items[year->working_count++] = date;
    }
    year->working = items;
}

static bool read_year(struct reader *reader, const struct yaml_node *node, struct pack_calendar_year *year)
{
    static const char *const keys[] = {"year", "source", "off", "work", "note", NULL};
    int64_t number;
    if (!yaml_keys(node, keys, reader->faults)) return false;
    if (!yaml_integer(yaml_need(node, "year", "年份", "the year", reader->faults), DATE_YEAR_MIN,
                      DATE_YEAR_MAX, &number, reader->faults))
        return false;
    year->year = (int)number;
    yaml_string(yaml_need(node, "source", "公布放假安排的文件", "the document that says so", reader->faults),
                &year->source, reader->faults);
    reader_note(reader, node);
    read_off(reader, yaml_get(node, "off"), year);
    read_working(reader, yaml_get(node, "work"), year);
    return true;
}

static uint32_t read_weekend(struct reader *reader, const struct yaml_node *list)
{
    uint32_t bits = 0;
    int choice;
    if (list == NULL) return 1U << 5 | 1U << 6;
    if (!yaml_is(list, YAML_LIST, reader->faults)) return 0;
    for (size_t i = 0; i < yaml_count(list); i++)
        if (yaml_choice(yaml_item(list, i), day_names, &choice, reader->faults)) bits |= 1U << choice;
    if (bits == 0x7F)
        yaml_fault(list, reader->faults, "一周七天不能都是休息日", "a week cannot be all weekend");
    return bits;
}

void read_holidays(struct reader *reader)
{
    static const char *const keys[] = {"weekend", "years", "note", NULL};
    struct pack_calendar *calendar = arena_alloc(reader->arena, sizeof *calendar);
    calendar->weekend = 1U << 5 | 1U << 6;
    reader->pack->calendar = calendar;
    if (reader->document_counts[DOCUMENT_HOLIDAYS] == 0) return;
    const struct yaml_node *root = reader->documents[DOCUMENT_HOLIDAYS][0];
    if (!yaml_keys(root, keys, reader->faults)) return;
    calendar->weekend = read_weekend(reader, yaml_get(root, "weekend"));
    reader_note(reader, root);
    const struct yaml_node *list =
        yaml_need(root, "years", "- {year: 2022, source: …, off: […], work: […]}",
                  "- {year: 2022, source: …, off: […], work: […]}", reader->faults);
    if (!yaml_is(list, YAML_LIST, reader->faults)) return;
    size_t count = yaml_count(list) < YEARS_MAX ? yaml_count(list) : YEARS_MAX;
    struct pack_calendar_year *years = arena_array(reader->arena, count, sizeof *years);
    for (size_t i = 0; i < count; i++) {
        struct pack_calendar_year year = {0};
        if (!read_year(reader, yaml_item(list, i), &year)) continue;
        if (calendar->year_count > 0 && year.year <= years[calendar->year_count - 1].year)
            yaml_fault(yaml_item(list, i), reader->faults, "年份应晚于前一个",
                       "expected a year after the one before");
        else
            years[calendar->year_count++] = year;
    }
    calendar->years = years;
}
