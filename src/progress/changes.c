/* A proposal is checked as it will be read when it is in force, so that what is approved always holds. */
#include "progress/changes.h"

#include "base/date.h"
#include "pack/adopted.h"
#include "register/database.h"
#include "register/query.h"

enum { REASON_MAX = 2000, VALUE_MAX = 200 };

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
    if (change->reason.size > REASON_MAX || change->value.size > VALUE_MAX)
        return err_set(err, ERR_LIMIT, "数值最多 %d 字节，理由最多 %d 字节",
                       "The value has at most %d bytes, the reason %d", VALUE_MAX, REASON_MAX);
    int code = check_day(pack, change->from, today, err);
    if (code == 0) code = pack_parameter_parse(pack, change->parameter, change->value, &value, err);
    if (code == 0 && holds_already(&pack->schema.parameters[change->parameter], &value, change->from))
        code = err_set(err, ERR_INPUT, "从那天起已经是这个值，不用调整",
                       "It has that value on that date already; there is nothing to change");
    return code;
}

struct proposing {
    struct database *database;
    const struct scope *scope;
    const struct case_writing *filling;
};

/* Within the transaction that opens: whoever clicks twice proposes once. */
static int check_same(void *context, struct err *err)
{
    const struct proposing *proposing = context;
    const struct pack *pack = database_pack(proposing->database);
    const struct pack_changes *to = &pack->changes;
    const struct value *values = proposing->filling->values;
    const struct query_condition conditions[] = {
        {to->parameter, QUERY_IN, &values[to->parameter], 1},
        {to->from, QUERY_IN, &values[to->from], 1},
        {to->value, QUERY_IN, &values[to->value], 1},
        {pack->registers[to->reg].case_fields.closed, QUERY_EMPTY, NULL, 0}};
    struct query query = query_of(to->reg);
    struct query_page page = {0};
    query.conditions = conditions;
    query.condition_count = sizeof conditions / sizeof *conditions;
    query.limit = 1;
    int code = query_list(proposing->database, proposing->scope, &query, &page, err);
    if (code == 0 && page.count > 0)
        code = err_set(err, ERR_CONFLICT, "同样的调整（%lld 号）已经提出，还没有审批",
                       "The same change (%lld) has been proposed and is not decided yet",
                       (long long)page.records[0].id);
    query_page_fini(&page);
    return code;
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
    const struct case_writing filling = case_writing_of(pack, to->reg, &arena);
    struct value now = schema_parameter_at(parameter, change->from);
    if (now.known) value_format(&pack->schema, parameter->type, &now, pack->language, &was);
    case_give_text(&filling, to->parameter, parameter->label.name);
    case_give_number(&filling, to->from, change->from);
    case_give_text(&filling, to->value, text_trim(change->value));
    case_give_text(&filling, to->was, buffer_get(&was));
    case_give_text(&filling, to->reason, text_trim(change->reason));
    struct proposing proposing = {casework_database(casework), actor->scope, &filling};
    const struct case_opening opening = {.workflow =
                                             (int)(pack->registers[to->reg].workflow - pack->workflows),
                                         .given = filling.given,
                                         .values = filling.values};
    code = case_open_all(casework, actor, moment, &opening, 1, check_same, &proposing, record, err);
    buffer_fini(&was);
    arena_fini(&arena);
    return code;
}
