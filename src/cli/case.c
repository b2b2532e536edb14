/* zengshou case: cases from the command line. Whoever holds the database file acts under a role that they
 * name; the log says that it was the command line. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/disk.h"
#include "casework/act.h"
#include "casework/inbox.h"
#include "casework/tick.h"
#include "cli/arguments.h"
#include "cli/case_demo.h"
#include "cli/clock.h"
#include "cli/report.h"
#include "cli/work.h"
#include "files/attachments.h"
#include "pack/value.h"
#include "register/frame_load.h"

static const struct argument_spec positionals[] = {
    {"ACTION", ARGUMENT_TEXT, NULL, true, "list、show、open、do、tick 或 demo",
     "list, show, open, do, tick or demo"},
    {"WHAT", ARGUMENT_TEXT, NULL, false,
     "办件编号（show、do；分不清时写 工作流/编号），或工作流（open、list）",
     "the case's number (show, do; WORKFLOW/NUMBER where it is not clear), or a workflow (open, list)"},
    {"STEP", ARGUMENT_TEXT, NULL, false, "办哪一步（do），见 show", "which step (do), see show"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"as", ARGUMENT_TEXT, "ROLE", false, "以哪个角色办理，见包的 roles.yaml（open、do、list --mine）",
     "the role to act in, see the pack's roles.yaml (open, do, list --mine)"},
    {"set", ARGUMENT_LIST, "FIELD=VALUE", false, "要填的字段，可重复（open、do）；引用写对方的编号",
     "a field to fill, repeatable (open, do); a reference is the other's key"},
    {"attach", ARGUMENT_LIST, "KIND=FILE", false, "先附上的文件，可重复（do）；KIND 见包的 attachments.yaml",
     "a file to attach first, repeatable (do); KIND of the pack's attachments.yaml"},
    {"comment", ARGUMENT_TEXT, "WORDS", false, "说明或理由（open、do）", "comment or reason (open, do)"},
    {"no", ARGUMENT_FLAG, NULL, false, "会签：不同意（do）", "countersigning: the answer is no (do)"},
    {"mine", ARGUMENT_FLAG, NULL, false, "该角色待办的（list）", "what waits for the role (list)"},
    {"overdue", ARGUMENT_FLAG, NULL, false, "已逾期的（list）", "overdue ones (list)"},
    {"closed", ARGUMENT_FLAG, NULL, false, "已办结的（list）", "closed ones (list)"},
    {"limit", ARGUMENT_NUMBER, "N", false, "最多几件，默认 50（list）",
     "at most so many, 50 by default (list)"},
    {"date", ARGUMENT_DATE, "DATE", false, "当作这一天，默认今天", "as on this date; today by default"},
    {0}};

struct task {
    struct cli *cli;
    const struct arguments *arguments;
    struct database *database;
    const struct pack *pack;
    struct casework *casework;
    struct scope scope;
    struct case_actor actor;
    struct case_moment moment;
    struct report *report;
    struct arena arena;
};

/* ---- Words ---- */

static struct text label_of(const struct task *task, const struct label *label)
{
    return task->cli->json ? label->name : label_in(label, task->cli->language);
}

static void cell_date(struct task *task, const struct value *date)
{
    char text[DATE_TEXT];
    if (date->known)
        report_cell(task->report, text_of(date_format((int32_t)date->integer, text)));
    else
        report_cell_null(task->report);
}

static void line_date(struct task *task, const char *key, const char *zh, const char *en,
                      const struct value *date)
{
    char text[DATE_TEXT];
    if (date->known)
        report_text(task->report, key, zh, en, text_of(date_format((int32_t)date->integer, text)));
}

/* ---- What is asked for ---- */

static int need(const struct task *task, const char *name, const char *zh, const char *en, const char **out,
                struct err *err)
{
    *out = argument_text(task->arguments, name);
    return *out != NULL ? 0 : err_set(err, ERR_INPUT, "请写明%s%.0s", "Give %.0s%s", zh, en);
}

static int read_workflow(const struct task *task, const char *name, int *workflow, struct err *err)
{
    *workflow = pack_workflow_find(task->pack, text_of(name));
    if (*workflow >= 0) return 0;
    struct buffer all = {0};
    for (size_t i = 0; i < task->pack->workflow_count; i++)
        buffer_printf(&all, "%s%.*s", i > 0 ? ", " : "", TEXT_ARGS(task->pack->workflows[i].label.name));
    int code = err_set(err, ERR_INPUT, "没有工作流“%s”。可用的有：%s",
                       "There is no workflow '%s'. There are: %s", name, all.size == 0 ? "-" : all.data);
    buffer_fini(&all);
    return code;
}

static int read_role(struct task *task, struct err *err)
{
    const char *role = argument_text(task->arguments, "as");
    if (role == NULL) return 0;
    task->actor.role = pack_role_find(task->pack, text_of(role));
    if (task->actor.role >= 0) return 0;
    return err_set(err, ERR_INPUT, "包里没有角色“%s”", "The pack has no role '%s'", role);
}

static int find_case(struct task *task, int *reg, int64_t *record, struct err *err)
{
    const char *number;
    int code = need(task, "WHAT", "办件编号", "the case's number", &number, err);
    return code == 0 ? case_find(task->casework, &task->actor, text_of(number), reg, record, err) : code;
}

static int read_one(struct task *task, int reg, struct text name, struct text words, bool *given,
                    struct value *values, struct err *err)
{
    int field = schema_field_find(&task->pack->schema.registers[reg], name);
    if (field < 0)
        return err_set(err, ERR_INPUT, "登记册里没有字段“%.*s”", "The register has no field '%.*s'",
                       TEXT_ARGS(name));
    struct type type = task->pack->schema.registers[reg].fields[field].type;
    given[field] = true;
    if (type.kind != TYPE_RECORD)
        return pack_value_parse(&task->pack->schema, type, words, &values[field], err);
    int64_t id;
    int code = record_find(task->database, type.record, words, &id, err);
    if (code == 0 && id == 0)
        code = err_set(err, ERR_NOT_FOUND, "没有编号为“%.*s”的记录", "There is no record with the key '%.*s'",
                       TEXT_ARGS(words));
    values[field] = (struct value){.known = true, .integer = id};
    return code;
}

static int read_fields(struct task *task, int reg, bool **given, struct value **values, struct err *err)
{
    size_t count = task->pack->schema.registers[reg].field_count;
    int code = 0;
    *given = arena_array(&task->arena, count, sizeof **given);
    *values = arena_array(&task->arena, count, sizeof **values);
    for (size_t i = 0; code == 0 && i < argument_count(task->arguments, "set"); i++) {
        struct text item = text_of(argument_item(task->arguments, "set", i));
        ptrdiff_t at = text_find(item, TEXT("="));
        if (at < 0)
            return err_set(err, ERR_INPUT, "--set 须写成 字段=值，不能是“%.*s”",
                           "--set is FIELD=VALUE, not '%.*s'", TEXT_ARGS(item));
        const struct text name = {item.at, (size_t)at},
                          words = {item.at + at + 1, item.size - (size_t)at - 1};
        code = read_one(task, reg, name, words, *given, *values, err);
    }
    return code;
}

/* ---- Actions ---- */

static void list_columns(struct task *task)
{
    struct report *report = task->report;
    report_table(report, "cases", "办件", "Cases");
    report_column(report, "number", "编号", "Number", false);
    report_column(report, "workflow", "工作流", "Workflow", false);
    report_column(report, "name", "事项", "About", false);
    report_column(report, "subject", "所属", "Of", false);
    report_column(report, "state", "状态", "State", false);
    report_column(report, "since", "自", "Since", false);
    report_column(report, "due", "期限", "Due", false);
    report_column(report, "level", "上报", "Gone up", true);
    report_column(report, "assignee", "承办人", "Given to", false);
}

static int act_list(struct task *task, struct err *err)
{
    const struct arguments *given = task->arguments;
    struct case_query query = case_query_of(argument_flag(given, "mine")      ? CASES_MINE
                                            : argument_flag(given, "overdue") ? CASES_OVERDUE_BELOW
                                            : argument_flag(given, "closed")  ? CASES_CLOSED
                                                                              : CASES_OPEN);
    struct case_row *rows;
    size_t count;
    struct text next;
    const char *workflow = argument_text(given, "WHAT");
    int code = workflow == NULL ? 0 : read_workflow(task, workflow, &query.workflow, err);
    int64_t limit = argument_number(given, "limit", 50);
    if (code == 0 && (limit < 1 || limit > CASE_PAGE_MAX))
        return err_set(err, ERR_INPUT, "--limit 应在 1 到 %d 之间", "--limit is 1 to %d", CASE_PAGE_MAX);
    query.limit = (size_t)limit;
    if (code == 0)
        code = case_list(task->casework, &task->actor, task->moment, &query, task->cli->language,
                         &task->arena, &rows, &count, &next, err);
    if (code != 0) return code;
    if (count == 0) report_line(task->report, "没有这样的办件。", "There are no such cases.");
    list_columns(task);
    for (size_t i = 0; i < count; i++) {
        const struct case_view *view = &rows[i].view;
        const struct pack_workflow *it = &task->pack->workflows[view->workflow];
        report_cell(task->report, view->number);
        report_cell(task->report, label_of(task, &it->label));
        report_cell(task->report, rows[i].named.name);
        report_cell(task->report, rows[i].subject.key);
        report_cell(task->report, label_of(task, &it->states[view->state].label));
        cell_date(task, &view->since);
        cell_date(task, &view->due);
        report_cell_int(task->report, view->level);
        report_cell(task->report, view->assignee_name);
    }
    if (next.size > 0) report_line(task->report, "还有更多。", "There are more.");
    return 0;
}

static void show_steps(struct task *task, const struct pack_workflow *workflow, const struct case_step *steps,
                       size_t count)
{
    struct report *report = task->report;
    report_table(report, "steps", "经过", "What happened");
    report_column(report, "step", "步", "Step", true);
    report_column(report, "on", "日期", "Date", false);
    report_column(report, "actor", "经办", "By", false);
    report_column(report, "did", "办理", "Did", false);
    report_column(report, "to", "到", "To", false);
    report_column(report, "comment", "说明", "Comment", false);
    report_column(report, "entry", "日志", "Entry", true);
    report_column(report, "basis", "依据到", "Known up to", true);
    for (size_t i = 0; i < count; i++) {
        const struct case_step *step = &steps[i];
        const struct value on = {.known = true, .integer = step->on};
        report_cell_int(report, step->number);
        cell_date(task, &on);
        report_cell(report, step->actor);
        report_cell(report, step->transition >= 0
                                ? label_of(task, &workflow->transitions[step->transition].label)
                            : step->kind == STEP_OPENED ? text_of(cli_say(task->cli, "立件", "opened"))
                                                        : text_of(cli_say(task->cli, "逾期上报", "went up")));
        report_cell(report, step->to < 0 ? TEXT("") : label_of(task, &workflow->states[step->to].label));
        report_cell(report, step->comment);
        report_cell_int(report, step->entry);
        report_cell_int(report, step->basis);
    }
}

static void show_actions(struct task *task, const struct pack_workflow *workflow,
                         const struct case_action *actions, size_t count)
{
    struct report *report = task->report;
    report_table(report, "actions", "可办的步骤", "What can be done");
    report_column(report, "step", "名称", "Name", false);
    report_column(report, "label", "办理", "Step", false);
    report_column(report, "obstacle", "还差什么", "What is missing", false);
    for (size_t i = 0; i < count; i++) {
        const struct case_action *action = &actions[i];
        report_cell(report, workflow->transitions[action->transition].label.name);
        report_cell(report, label_of(task, &workflow->transitions[action->transition].label));
        report_cell(report, action->obstacle_count == 0     ? TEXT("")
                            : task->cli->language[0] == 'e' ? action->obstacles[0].en
                                                            : action->obstacles[0].zh);
    }
}

static int act_show(struct task *task, struct err *err)
{
    int reg;
    int64_t record;
    struct case_view view;
    struct case_step *steps;
    struct case_action *actions;
    size_t step_count, action_count;
    int code = find_case(task, &reg, &record, err);
    if (code == 0)
        code = case_get(task->casework, &task->actor, task->moment, reg, record, &task->arena, &view, err);
    if (code == 0)
        code =
            case_steps(task->casework, &task->actor, reg, record, 0, &task->arena, &steps, &step_count, err);
    if (code == 0)
        code = case_actions(task->casework, &task->actor, task->moment, reg, record, &task->arena, &actions,
                            &action_count, err);
    if (code != 0) return code;
    const struct pack_workflow *workflow = &task->pack->workflows[view.workflow];
    report_text(task->report, "number", "编号", "Number", view.number);
    report_text(task->report, "workflow", "工作流", "Workflow", label_of(task, &workflow->label));
    report_int(task->report, "record", "记录", "Record", record);
    report_text(task->report, "state", "状态", "State", label_of(task, &workflow->states[view.state].label));
    line_date(task, "opened", "立件", "Opened", &view.opened);
    line_date(task, "since", "本步自", "In this state since", &view.since);
    line_date(task, "due", "期限", "Due", &view.due);
    line_date(task, "closed", "办结", "Closed", &view.closed);
    if (view.due_lacks != NULL)
        report_text(task->report, "due_lacks", "期限未定，缺", "No deadline for want of",
                    label_of(task, view.due_lacks));
    if (!view.due_known)
        report_line(task->report, "期限按周末推算：该年的放假安排不在配置包里。",
                    "The deadline was counted by weekends: that year's holidays are not in the pack.");
    show_steps(task, workflow, steps, step_count);
    show_actions(task, workflow, actions, action_count);
    return 0;
}

static int act_open(struct task *task, struct err *err)
{
    const char *name;
    int64_t record, beside;
    struct case_opening opening = {.comment = text_of(argument_text(task->arguments, "comment"))};
    struct case_view view;
    bool *given = NULL;
    struct value *values = NULL;
    int code = need(task, "WHAT", "工作流", "a workflow", &name, err);
    if (code == 0) code = read_workflow(task, name, &opening.workflow, err);
    if (code == 0)
        code = read_fields(task, task->pack->workflows[opening.workflow].reg, &given, &values, err);
    opening.given = given;
    opening.values = values;
    if (code == 0)
        code = case_open(task->casework, &task->actor, task->moment, &opening, &record, &beside, err);
    if (code == 0)
        code = case_get(task->casework, &task->actor, task->moment,
                        task->pack->workflows[opening.workflow].reg, record, &task->arena, &view, err);
    if (code != 0) return code;
    if (beside != 0)
        report_line(task->report, "已有一件正在办理：这条线索附在那一件上，请经办人答复。",
                    "One is open already: this was put beside it, for its people to answer.");
    else
        report_line(task->report, "已立件。", "Opened.");
    report_text(task->report, "number", "编号", "Number", view.number);
    report_int(task->report, "record", "记录", "Record", record);
    line_date(task, "due", "期限", "Due", &view.due);
    return 0;
}

/* The file's bytes, in the arena. The room that takes it says how large it may be. */
static int read_file(struct task *task, const char *path, struct text *bytes, struct err *err)
{
    enum { MOST = 64 << 20 };
    struct buffer content = {0};
    int code =
        disk_read(path, MOST, &content) ? 0 : err_errno(err, path, "读不了文件", "Cannot read the file");
    *bytes = arena_text(&task->arena, buffer_get(&content));
    buffer_fini(&content);
    return code;
}

static int attach_files(struct task *task, const struct case_act *act, struct err *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < argument_count(task->arguments, "attach"); i++) {
        const char *item = argument_item(task->arguments, "attach", i), *path = strchr(item, '=');
        if (path == NULL)
            return err_set(err, ERR_INPUT, "--attach 须写成 种类=文件，不能是“%s”",
                           "--attach is KIND=FILE, not '%s'", item);
        int64_t id;
        const char *slash = strrchr(++path, '/');
        struct attachment_new file = {
            .reg = act->reg,
            .record = act->record,
            .kind = pack_attachment_find(task->pack, (struct text){item, (size_t)(path - 1 - item)}),
            .name = text_of(slash == NULL ? path : slash + 1)};
        if (file.kind < 0)
            return err_set(err, ERR_INPUT, "包里没有附件种类“%.*s”",
                           "The pack has no kind of attachment '%.*s'", (int)(path - 1 - item), item);
        code = read_file(task, path, &file.bytes, err);
        if (code == 0) code = case_attach(task->casework, &task->actor, task->moment, &file, &id, NULL, err);
    }
    return code;
}

static int act_do(struct task *task, struct err *err)
{
    const char *step;
    struct case_act act = {.comment = text_of(argument_text(task->arguments, "comment")),
                           .refuse = argument_flag(task->arguments, "no")};
    struct case_done done;
    struct case_view view;
    bool *given = NULL;
    struct value *values = NULL;
    int code = find_case(task, &act.reg, &act.record, err);
    if (code == 0) code = need(task, "STEP", "办哪一步", "which step", &step, err);
    if (code == 0)
        code = case_get(task->casework, &task->actor, task->moment, act.reg, act.record, &task->arena, &view,
                        err);
    if (code == 0) code = read_fields(task, act.reg, &given, &values, err);
    if (code != 0) return code;
    const struct pack_workflow *workflow = &task->pack->workflows[view.workflow];
    act.version = view.version;
    act.transition = workflow_transition_find(workflow, text_of(step));
    act.given = argument_count(task->arguments, "set") > 0 ? given : NULL;
    act.values = values;
    if (act.transition < 0)
        return err_set(err, ERR_INPUT, "没有“%s”这一步，见 zengshou case show",
                       "There is no step '%s'; see zengshou case show", step);
    code = attach_files(task, &act, err);
    if (code == 0) code = case_do(task->casework, &task->actor, task->moment, &act, &done, err);
    if (code != 0) return code;
    report_line(task->report, "已办理。", "Done.");
    report_text(task->report, "state", "状态", "State", label_of(task, &workflow->states[done.state].label));
    report_int(task->report, "entry", "日志", "Entry", done.entry);
    report_int(task->report, "opened", "同时立件", "Cases opened", (int64_t)done.opened);
    if (done.standing > 0)
        report_int(task->report, "standing", "已有在办、不另立", "Open already, so not opened again",
                   (int64_t)done.standing);
    return 0;
}

static int act_tick(struct task *task, struct err *err)
{
    struct tick_report done;
    int code = casework_tick(task->casework, task->moment, NULL, &done, err);
    if (code != 0) return code;
    report_int(task->report, "adopted", "导入立件", "Taken over from imports", (int64_t)done.adopted);
    report_int(task->report, "beside", "附在已立件上", "Put beside open ones", (int64_t)done.beside);
    report_int(task->report, "escalated", "逾期上报", "Gone up", (int64_t)done.escalated);
    report_int(task->report, "moved", "自动流转", "Moved", (int64_t)done.moved);
    report_int(task->report, "reopened", "自动重开", "Reopened", (int64_t)done.reopened);
    report_int(task->report, "failed", "未能流转", "Failed", (int64_t)done.failed);
    if (done.failed > 0) cli_fail(task->cli, &done.first);
    if (done.unknown_year)
        report_line(task->report, "今年的放假安排不在配置包里，工作日按周末推算。",
                    "This year's holidays are not in the pack; working days are counted by weekends.");
    return 0;
}

static int act_demo(struct task *task, struct err *err)
{
    return case_demo(task->cli, task->casework, task->moment.today, task->report, err);
}

/* ---- The command ---- */

static int act(struct task *task, struct err *err)
{
    static const struct {
        const char *name;
        int (*act)(struct task *task, struct err *err);
    } actions[] = {{"list", act_list}, {"show", act_show}, {"open", act_open},
                   {"do", act_do},     {"tick", act_tick}, {"demo", act_demo}};
    const char *wanted = argument_text(task->arguments, "ACTION");
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(wanted, actions[i].name) == 0) return actions[i].act(task, err);
    return err_set(err, ERR_INPUT, "没有“%s”；可用 list、show、open、do、tick、demo",
                   "There is no '%s'; there are list, show, open, do, tick and demo", wanted);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct err err = {0};
    struct database *database = work_open(cli, arguments, false);
    if (database == NULL) return EXIT_FAILED;
    struct task task = {.cli = cli,
                        .arguments = arguments,
                        .database = database,
                        .pack = database_pack(database),
                        .moment = {(int64_t)time(NULL), argument_date(arguments, "date", date_today())},
                        .report = report_new(cli)};
    task.scope = scope_everything(task.pack, TEXT("cli"), &task.arena);
    task.actor = (struct case_actor){.scope = &task.scope, .role = -1, .unit = -1};
    int code = casework_open(database, NULL, &task.casework, &err);
    if (code == 0) code = read_role(&task, &err);
    if (code == 0) code = act(&task, &err);
    if (code == 0) report_print(task.report);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    casework_close(task.casework);
    report_free(task.report);
    arena_fini(&task.arena);
    database_close(database);
    return status;
}

const struct command command_case = {"case",
                                     "办件：列出、查看、立件、办理、逾期上报",
                                     "cases: list, show, open, move, send overdue ones up",
                                     positionals,
                                     options,
                                     run};
