/* A proposal is checked as it will be read when it is in force, so that what is approved always holds. */
#include "progress/changes.h"

#include "base/date.h"
#include "base/words.h"
#include "pack/adopted.h"
#include "register/database.h"

enum { VALUE_MAX = 200 };

static bool holds_already(const struct schema_parameter *parameter, const struct value *value, int32_t from)
{
    struct value now = schema_parameter_at(parameter, from);
    return now.known && now.integer == value->integer && now.ratio >= value->ratio &&
           now.ratio <= value->ratio && text_equal(now.text, value->text);
}

/* What was counted by the old value is not to be counted anew, unless the pack says that lines are set late.
 */
static int check_day(const struct pack *pack, int32_t from, int32_t today, struct err *err)
{
    int32_t first = 0;
    char day[DATE_TEXT];
    if (!date_make(pack->year_first, 1, 1, &first)) return 0;
    if (!pack->changes.backdating && today > first) first = today;
    if (from >= first) return 0;
    date_format(first, day);
    if (first == today)
        return err_set(
            err, ERR_INPUT, "执行日期不能早于今天（%s）：已经按原来的值算过的不再重算",
            "It cannot come into force before today (%s): what was counted by the old value stands", day);
    return err_set(err, ERR_INPUT, "执行日期不能早于方案的第一天（%s）",
                   "It cannot come into force before the plan's first day (%s)", day);
}

static int check(const struct pack *pack, const struct parameter_change *change, int32_t today,
                 struct err *err)
{
    struct value value = {0};
    if (pack->changes.reg < 0)
        return err_set(err, ERR_INPUT, "包里没有参数调整（pack.yaml 的 parameter_changes）",
                       "The pack has no changes of parameters (`parameter_changes` in pack.yaml)");
    if (text_trim(change->reason).size == 0)
        return err_set(err, ERR_INPUT, "请写明调整的理由", "Give a reason for the change");
    int code = words_check(change->reason, WORDS_MOST, "理由", "The reason", err);
    if (code == 0) code = words_check(change->value, VALUE_MAX, "数值", "The value", err);
    if (code == 0) code = check_day(pack, change->from, today, err);
    if (code == 0) code = pack_parameter_parse(pack, change->parameter, change->value, &value, err);
    if (code == 0 && holds_already(&pack->schema.parameters[change->parameter], &value, change->from))
        code = err_set(err, ERR_INPUT, "从那天起已经是这个值，不用调整",
                       "It has that value on that date already; there is nothing to change");
    return code;
}

static void give(bool *given, struct value *values, int field, struct value value)
{
    given[field] = true;
    values[field] = value;
}

static struct value text_value(struct text text)
{
    return (struct value){.known = text.size > 0, .text = text};
}

int parameter_change_open(struct casework *casework, const struct case_actor *actor,
                          struct case_moment moment, const struct parameter_change *change, int64_t *record,
                          struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    const struct pack_changes *to = &pack->changes;
    struct arena arena = {0};
    struct buffer was = {0};
    int code = check(pack, change, moment.today, err);
    if (code == 0 && !scope_all_of(actor->scope, pack, to->reg))
        code =
            err_set(err, ERR_FORBIDDEN, "参数由县里统一调整", "Parameters are changed for the whole county");
    if (code != 0) return code;
    const struct schema_parameter *parameter = &pack->schema.parameters[change->parameter];
    size_t count = pack->schema.registers[to->reg].field_count;
    bool *given = arena_array(&arena, count, sizeof *given);
    struct value *values = arena_array(&arena, count, sizeof *values);
    struct value now = schema_parameter_at(parameter, change->from);
    if (now.known) value_format(&pack->schema, parameter->type, &now, pack->language, &was);
    give(given, values, to->parameter, text_value(parameter->label.name));
    give(given, values, to->from, (struct value){.known = true, .integer = change->from});
    give(given, values, to->value, text_value(text_trim(change->value)));
    give(given, values, to->was, text_value(buffer_get(&was)));
    give(given, values, to->reason, text_value(text_trim(change->reason)));
    const struct case_opening opening = {.workflow =
                                             (int)(pack->registers[to->reg].workflow - pack->workflows),
                                         .given = given,
                                         .values = values};
    code = case_open_all(casework, actor, moment, &opening, 1, record, err);
    buffer_fini(&was);
    arena_fini(&arena);
    return code;
}
