/* Aggregates: which register hangs on this one and by which field, what is gathered from it, and of what type
 * the answer is. */
#include "formula/check.h"

/* ---- The register and its link ---- */

static void *not_hanging(struct check *check, const struct ast *ast, int scope, int child)
{
    const struct schema *schema = check->schema;
    const struct label *here = &schema->registers[scope].label, *there = &schema->registers[child].label;
    const char *here_zh = check_label(check, here, "zh"), *here_en = check_label(check, here, "en");
    const char *there_zh = check_label(check, there, "zh"), *there_en = check_label(check, there, "en");
    int between = schema->registers[child].parent;
    if (between >= 0 && names_link(schema, scope, between) >= 0) {
        const struct label *middle = &schema->registers[between].label;
        const char *zh = check_label(check, middle, "zh"), *en = check_label(check, middle, "en");
        enum aggregate aggregate = (enum aggregate)ast->callable->id;
        bool counts = aggregate == AGGREGATE_COUNT || aggregate == AGGREGATE_DISTINCT;
        const struct callable *outer =
            counts ? callable_get(CALLABLE_AGGREGATE, AGGREGATE_SUM) : ast->callable;
        bool where = aggregate == AGGREGATE_EXISTS;
        err_set(&check->err, ERR_INPUT,
                "“%s%.0s”挂在“%s%.0s”下，不直接挂在“%s%.0s”下；请写 %s%.0s(%s%.0s%s%.0s%s%.0s(%s%.0s …))",
                "%.0s%s hangs on %.0s%s, not on %.0s%s; write %.0s%s(%.0s%s%.0s%s%.0s%s(%.0s%s …))", there_zh,
                there_en, zh, en, here_zh, here_en, outer->zh, outer->en, zh, en, where ? " 其中 " : "：",
                where ? " where " : ": ", ast->callable->zh, ast->callable->en, there_zh, there_en);
    } else
        err_set(&check->err, ERR_INPUT, "“%s%.0s”不挂在“%s%.0s”下，不能汇总",
                "%.0s%s does not hang on %.0s%s; it cannot be gathered here", there_zh, there_en, here_zh,
                here_en);
    return check_stop(check, ast->names[0].line, ast->names[0].column);
}

static int no_register(struct check *check, const struct ast *ast, int scope)
{
    const struct schema *schema = check->schema;
    const struct ast_name *name = &ast->names[0];
    const char *shown = check_shown(check, name->text);
    struct suggest suggest = suggest_start(name->text);
    for (size_t i = 0; i < schema->register_count; i++)
        names_offer_label(&schema->registers[i].label, &suggest);
    if (check_resolve(check, scope, name->text).kind != NAME_NONE)
        err_set(&check->err, ERR_INPUT,
                "“%s”不是登记册；“%s%.0s”从登记册汇总，如 %s%.0s(登记册.字段 其中 条件)",
                "'%s' is not a register; '%.0s%s' gathers from one: %.0s%s(register.field where condition)",
                shown, ast->callable->zh, ast->callable->en, ast->callable->zh, ast->callable->en);
    else if (suggest.best.size > 0)
        err_set(&check->err, ERR_INPUT, "没有登记册“%s”；您是不是要写“%s”？",
                "there is no register '%s'; did you mean '%s'?", shown, check_shown(check, suggest.best));
    else
        err_set(&check->err, ERR_INPUT, "没有登记册“%s”", "there is no register '%s'", shown);
    check_stop(check, name->line, name->column);
    return -1;
}

/* The field written behind via. */
static int via_field(struct check *check, const struct ast *ast, int scope, int child)
{
    const struct schema_register *reg = &check->schema->registers[child];
    int field = schema_field_find(reg, ast->via->text);
    if (field >= 0 && reg->fields[field].type.kind == TYPE_RECORD && reg->fields[field].type.record == scope)
        return field;
    err_set(&check->err, ERR_INPUT, "“%s%.0s”没有指向“%s%.0s”的字段“%s”",
            "%.0s%s has no field pointing to %.0s%s named '%s'", check_label(check, &reg->label, "zh"),
            check_label(check, &reg->label, "en"),
            check_label(check, &check->schema->registers[scope].label, "zh"),
            check_label(check, &check->schema->registers[scope].label, "en"),
            check_shown(check, ast->via->text));
    check_stop(check, ast->via->line, ast->via->column);
    return -1;
}

/* Fills the child register and the link; false with the error set. */
static bool link(struct check *check, const struct ast *ast, int scope, int *child, int *field)
{
    if (scope < 0) {
        err_set(&check->err, ERR_INPUT, "这里没有记录，不能汇总", "there is no record here to gather for");
        check_stop_at(check, ast);
        return false;
    }
    *child = schema_register_find(check->schema, ast->names[0].text);
    if (*child < 0) *child = no_register(check, ast, scope);
    if (*child < 0) return false;
    *field =
        ast->via != NULL ? via_field(check, ast, scope, *child) : names_link(check->schema, scope, *child);
    if (*field >= 0) return true;
    if (ast->via == NULL && *field == NAMES_NONE) not_hanging(check, ast, scope, *child);
    if (ast->via == NULL && *field == NAMES_SEVERAL) {
        const char *shown = check_shown(check, ast->names[0].text);
        err_set(&check->err, ERR_INPUT, "“%s”有几个字段指向这里；请写明经哪个字段：%s%.0s(%s 经 字段 …)",
                "several fields of '%s' point here; say by which one: %.0s%s(%s via field …)", shown,
                ast->callable->zh, ast->callable->en, shown);
        check_stop(check, ast->names[0].line, ast->names[0].column);
    }
    return false;
}

/* ---- The value and its type ---- */

static bool takes_value(enum aggregate aggregate)
{
    return aggregate != AGGREGATE_COUNT && aggregate != AGGREGATE_EXISTS;
}

static bool picks_by(enum aggregate aggregate)
{
    return aggregate == AGGREGATE_LATEST || aggregate == AGGREGATE_EARLIEST;
}

static bool is_number(enum type_kind kind)
{
    return kind == TYPE_INT || kind == TYPE_DECIMAL || kind == TYPE_MONEY || kind == TYPE_RATIO;
}

/* Whether the aggregate admits values of a type, and the type of its answer. */
static bool answer(enum aggregate aggregate, struct type value, struct type *type)
{
    *type = value;
    switch (aggregate) {
    case AGGREGATE_COUNT:
        *type = type_of(TYPE_INT);
        return true;
    case AGGREGATE_EXISTS:
        *type = type_of(TYPE_BOOL);
        return true;
    case AGGREGATE_SUM:
        return is_number(value.kind);
    case AGGREGATE_AVG:
        if (value.kind == TYPE_INT) *type = type_of(TYPE_RATIO);
        return is_number(value.kind);
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_MEDIAN:
        return check_is_ordered(value.kind) && value.kind != TYPE_TEXT;
    case AGGREGATE_ANY:
    case AGGREGATE_ALL:
        return value.kind == TYPE_BOOL;
    case AGGREGATE_SHARE:
        *type = type_of(TYPE_RATIO);
        return value.kind == TYPE_BOOL;
    case AGGREGATE_DISTINCT:
        *type = type_of(TYPE_INT);
        return value.kind != TYPE_NULL;
    case AGGREGATE_COVERS:
        *type = type_of(TYPE_BOOL);
        return value.kind == TYPE_MONTH;
    case AGGREGATE_LATEST:
    case AGGREGATE_EARLIEST:
        return value.kind != TYPE_NULL;
    }
    return false;
}

static void *misfit(struct check *check, const struct ast *ast, const struct node *value)
{
    enum aggregate aggregate = (enum aggregate)ast->callable->id;
    bool logic = aggregate == AGGREGATE_ANY || aggregate == AGGREGATE_ALL || aggregate == AGGREGATE_SHARE;
    bool months = aggregate == AGGREGATE_COVERS;
    const char *zh = logic    ? "条件（是或否）"
                     : months ? "年月"
                              : "数值或时间",
               *en = logic    ? "a condition"
                     : months ? "months"
                              : "numbers or times";
    if (aggregate == AGGREGATE_SUM || aggregate == AGGREGATE_AVG) zh = "数值", en = "numbers";
    if (aggregate == AGGREGATE_DISTINCT || picks_by(aggregate)) zh = "值", en = "values";
    err_set(&check->err, ERR_INPUT, "“%s%.0s”汇总的应是%s%.0s，却是%s%.0s",
            "'%.0s%s' gathers %.0s%s, not %.0s%s", ast->callable->zh, ast->callable->en, zh, en,
            check_type_name(check, value->type, "zh"), check_type_name(check, value->type, "en"));
    if (ast->children[AST_VALUE] != NULL) return check_stop_at(check, ast->children[AST_VALUE]);
    const struct ast_name *name = &ast->names[ast->name_count - 1];
    return check_stop(check, name->line, name->column);
}

/* v: the path behind the register, or the expression behind the colon; *value stays NULL for COUNT and
 * EXISTS. */
static bool check_value(struct check *check, const struct ast *ast, int child, struct node **value)
{
    enum aggregate aggregate = (enum aggregate)ast->callable->id;
    const struct ast *written = ast->children[AST_VALUE];
    bool path = ast->name_count > 1;
    const struct callable *callable = ast->callable;
    if ((path || written != NULL) && !takes_value(aggregate))
        err_set(&check->err, ERR_INPUT, "“%s%.0s”数的是记录，不带字段；请写 %s%.0s(登记册 其中 条件)",
                "'%.0s%s' counts records and takes no field; write %.0s%s(register where condition)",
                callable->zh, callable->en, callable->zh, callable->en);
    else if (path && written != NULL)
        err_set(&check->err, ERR_INPUT, "“.字段”和“：算式”只能写一个",
                "write either '.field' or ': expression', not both");
    else if (!path && written == NULL && takes_value(aggregate))
        err_set(&check->err, ERR_INPUT, "“%s%.0s”要写明汇总什么：%s%.0s(登记册.字段) 或 %s%.0s(登记册：算式)",
                "'%.0s%s' must say what to gather: %.0s%s(register.field) or %.0s%s(register: expression)",
                callable->zh, callable->en, callable->zh, callable->en, callable->zh, callable->en);
    else {
        if (path)
            *value = check_names(check, ast, 1, child);
        else if (written != NULL)
            *value = check_ast(check, written, child, -1);
        return *value != NULL || !takes_value(aggregate);
    }
    check_stop(check, ast->names[0].line, ast->names[0].column);
    return false;
}

/* First and last month of COVERS, on the record that gathers. */
static bool check_span(struct check *check, const struct ast *ast, int scope, struct node **from,
                       struct node **to)
{
    if (ast->callable->id != AGGREGATE_COVERS) return true;
    struct node **bounds[] = {from, to};
    for (size_t i = 0; i < 2; i++) {
        const struct ast *written = ast->children[AST_FROM + i];
        if (written == NULL) {
            err_set(&check->err, ERR_INPUT, "“覆盖”要写明首末月份：覆盖(登记册.年月, 首月, 末月)",
                    "'covers' wants a first and a last month: covers(register.month, from, to)");
            check_stop_at(check, ast);
            return false;
        }
        *bounds[i] = check_ast(check, written, scope, -1);
        if (*bounds[i] == NULL) return false;
        if ((*bounds[i])->type.kind == TYPE_MONTH) continue;
        err_set(&check->err, ERR_INPUT, "首末月份要年月，却是%s%.0s；日期请用 所在月(…)",
                "the first and the last month are months, not %.0s%s; of a date take month(…)",
                check_type_name(check, (*bounds[i])->type, "zh"),
                check_type_name(check, (*bounds[i])->type, "en"));
        check_stop_at(check, written);
        return false;
    }
    return true;
}

/* What LATEST and EARLIEST go by, on the rows that are gathered. */
static bool check_by(struct check *check, const struct ast *ast, int child, struct node **by)
{
    const struct ast *written = ast->children[AST_BY];
    if (!picks_by((enum aggregate)ast->callable->id)) return true;
    if (written == NULL) {
        err_set(&check->err, ERR_INPUT, "“%s%.0s”要写明按什么排先后：%s%.0s(登记册.字段 按 时间 其中 条件)",
                "'%.0s%s' must say by what: %.0s%s(register.field by time where condition)",
                ast->callable->zh, ast->callable->en, ast->callable->zh, ast->callable->en);
        check_stop_at(check, ast);
        return false;
    }
    *by = check_ast(check, written, child, -1);
    if (*by == NULL) return false;
    if (check_is_ordered((*by)->type.kind) && (*by)->type.kind != TYPE_TEXT) return true;
    err_set(&check->err, ERR_INPUT, "“按”后面要时间或数值，却是%s%.0s",
            "behind 'by' stands a time or a number, not %.0s%s", check_type_name(check, (*by)->type, "zh"),
            check_type_name(check, (*by)->type, "en"));
    check_stop_at(check, written);
    return false;
}

struct node *check_aggregate(struct check *check, const struct ast *ast, int scope)
{
    int child, field;
    struct node *parts[AST_AGGREGATE_CHILDREN] = {0};
    struct type type;
    enum aggregate aggregate = (enum aggregate)ast->callable->id;
    if (!link(check, ast, scope, &child, &field) || !check_value(check, ast, child, &parts[AST_VALUE]))
        return NULL;
    struct type value = parts[AST_VALUE] == NULL ? type_of(TYPE_NULL) : parts[AST_VALUE]->type;
    if (!answer(aggregate, value, &type)) return misfit(check, ast, parts[AST_VALUE]);
    if (!check_by(check, ast, child, &parts[AST_BY])) return NULL;
    const struct ast *where = ast->children[AST_WHERE];
    if (where != NULL) {
        parts[AST_WHERE] = check_ast(check, where, child, -1);
        if (parts[AST_WHERE] == NULL || !check_bool(check, &parts[AST_WHERE], where)) return NULL;
    }
    if (!check_span(check, ast, scope, &parts[AST_FROM], &parts[AST_TO])) return NULL;
    size_t count = aggregate == AGGREGATE_COVERS ? AST_AGGREGATE_CHILDREN
                   : picks_by(aggregate)         ? AST_BY + 1
                                                 : AST_FROM;
    struct node *node = check_parent(check, NODE_AGGREGATE, type, ast, parts, count);
    node->scope = scope;
    node->index = field;
    node->other = child;
    node->aggregate = aggregate;
    return node;
}
