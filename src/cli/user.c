/* zengshou user: who may come in, and as what. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "access/password.h"
#include "access/users.h"
#include "base/suggest.h"
#include "cli/report.h"
#include "cli/secret.h"
#include "cli/work.h"
#include "register/frame_load.h"

static const struct argument_spec positionals[] = {
    {"ACTION", ARGUMENT_TEXT, NULL, true, "add、list、show、password、role、retire、unlock、sessions 或 demo",
     "add, list, show, password, role, retire, unlock, sessions or demo"},
    {"NAME", ARGUMENT_TEXT, NULL, false, "用户名（list 和 demo 不用）",
     "the user's name (not for list and demo)"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"role", ARGUMENT_TEXT, "ROLE", false, "角色，见包的 roles.yaml（add、role）",
     "role, see the pack's roles.yaml (add, role)"},
    {"display-name", ARGUMENT_TEXT, "WORDS", false, "姓名，默认同用户名（add、role）",
     "what people call them; the name by default (add, role)"},
    {"unit", ARGUMENT_TEXT, "UNIT", false, "单位，见包的 units.yaml（add、role）",
     "unit, see the pack's units.yaml (add, role)"},
    {"division", ARGUMENT_LIST, "CODE", false, "区划代码，可重复（add、role）",
     "code of a division, repeatable (add, role)"},
    {"assign", ARGUMENT_LIST, "KEY", false, "结对的户的编号，可重复（add、role）",
     "key of an assigned household, repeatable (add, role)"},
    {"password-stdin", ARGUMENT_FLAG, NULL, false, "从标准输入读一行密码（add、password、demo）",
     "read the password from stdin, one line (add, password, demo)"},
    {"all", ARGUMENT_FLAG, NULL, false, "连同已停用的（list）", "retired ones too (list)"},
    {"end", ARGUMENT_FLAG, NULL, false, "结束所有登录（sessions）", "end them all (sessions)"},
    {0}};

struct task {
    struct cli *cli;
    const struct arguments *arguments;
    struct database *database;
    struct access *access;
    const struct pack *pack;
    struct text name;
    struct report *report;
    struct arena arena;
};

static const struct text actor = {"cli", 3};

/* ---- Words ---- */

static void cell_time(struct report *report, int64_t seconds)
{
    char words[32];
    time_t moment = (time_t)seconds;
    struct tm local;
    if (seconds == 0 || localtime_r(&moment, &local) == NULL) {
        report_cell_null(report);
        return;
    }
    strftime(words, sizeof words, "%Y-%m-%d %H:%M:%S", &local);
    report_cell(report, text_of(words));
}

static struct text joined(struct task *task, const struct text *parts, size_t count)
{
    struct buffer all = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_string(&all, ", ");
        buffer_text(&all, parts[i]);
    }
    struct text text = arena_text(&task->arena, buffer_get(&all));
    buffer_fini(&all);
    return text;
}

/* Scripts get one word whatever the language. */
static const char *state_of(const struct task *task, const struct user_record *user)
{
    bool chinese = !task->cli->json && task->cli->language[0] == 'z';
    if (user->retired != 0) return chinese ? "已停用" : "retired";
    if (user->locked_until != 0) return chinese ? "已锁定" : "locked";
    return chinese ? "在用" : "active";
}

static void show_password(struct task *task, const struct secret *secret)
{
    if (!secret->generated) return;
    report_text(task->report, "password", "密码", "Password", text_of(secret->line));
    report_line(task->report, "密码只显示这一次。", "The password is shown this once.");
}

/* ---- What is asked for ---- */

static struct user_settings settings_of(const struct user_record *user)
{
    const struct user_facts *facts = &user->facts;
    return (struct user_settings){facts->display_name, facts->role,           facts->unit,
                                  facts->divisions,    facts->division_count, facts->subjects,
                                  facts->subject_count};
}

static int read_subjects(struct task *task, struct user_settings *settings, struct err *err)
{
    size_t count = argument_count(task->arguments, "assign");
    int64_t *ids = arena_array(&task->arena, count, sizeof *ids);
    for (size_t i = 0; i < count; i++) {
        const char *key = argument_item(task->arguments, "assign", i);
        int code = record_find(task->database, task->pack->subject, text_of(key), &ids[i], err);
        if (code != 0) return code;
        if (ids[i] == 0)
            return err_set(err, ERR_NOT_FOUND, "没有编号为“%s”的记录。",
                           "There is no record with the key '%s'.", key);
    }
    settings->subjects = ids;
    settings->subject_count = count;
    return 0;
}

/* What is not given stays; with another role nothing that belonged to the old one does. */
static int read_settings(struct task *task, struct user_settings *settings, struct err *err)
{
    const struct arguments *given = task->arguments;
    const char *role = argument_text(given, "role"), *unit = argument_text(given, "unit");
    const char *display = argument_text(given, "display-name");
    size_t divisions = argument_count(given, "division");
    if (role != NULL && !text_is(settings->role, role))
        *settings = (struct user_settings){.display_name = settings->display_name, .role = text_of(role)};
    if (display != NULL) settings->display_name = text_of(display);
    if (unit != NULL) settings->unit = text_of(unit);
    if (divisions > 0) {
        struct text *codes = arena_array(&task->arena, divisions, sizeof *codes);
        for (size_t i = 0; i < divisions; i++) codes[i] = text_of(argument_item(given, "division", i));
        settings->divisions = codes;
        settings->division_count = divisions;
    }
    return argument_count(given, "assign") > 0 ? read_subjects(task, settings, err) : 0;
}

/* ---- Actions ---- */

static int act_add(struct task *task, struct err *err)
{
    struct user_new user = {.name = task->name, .settings = {.display_name = task->name}};
    struct secret secret;
    int64_t id;
    if (argument_text(task->arguments, "role") == NULL)
        return err_set(err, ERR_INPUT, "请用 --role 指定角色", "Give a role with --role");
    int code = read_settings(task, &user.settings, err);
    if (code != 0) return code;
    code = secret_get(task->cli, argument_flag(task->arguments, "password-stdin"), &secret, err);
    user.password = text_of(secret.line);
    if (code == 0) code = user_add(task->access, actor, &user, &id, err);
    if (code == 0) {
        report_line(task->report, "已建立用户 %.*s；首次登录须改密码。",
                    "Made the user %.*s, who has to change the password at the first login.",
                    TEXT_ARGS(task->name));
        report_int(task->report, "id", "编号", "Id", id);
        show_password(task, &secret);
    }
    secret_wipe(&secret);
    return code;
}

static int act_list(struct task *task, struct err *err)
{
    struct user_query query = {.with_retired = argument_flag(task->arguments, "all")};
    struct user_record *users;
    struct text next;
    size_t count;
    struct report *report = task->report;
    int code = user_list(task->access, &query, &task->arena, &users, &count, &next, err);
    if (code != 0) return code;
    if (count == 0) report_line(report, "还没有用户。", "There are no users yet.");
    report_table(report, "users", "用户", "Users");
    report_column(report, "name", "用户名", "Name", false);
    report_column(report, "display_name", "姓名", "Display name", false);
    report_column(report, "role", "角色", "Role", false);
    report_column(report, "unit", "单位", "Unit", false);
    report_column(report, "divisions", "区划", "Divisions", false);
    report_column(report, "assigned", "结对户", "Assigned", true);
    report_column(report, "state", "状态", "State", false);
    report_column(report, "last_login", "最近登录", "Last login", false);
    for (size_t i = 0; i < count; i++) {
        const struct user_facts *facts = &users[i].facts;
        report_cell(report, facts->name);
        report_cell(report, facts->display_name);
        report_cell(report, facts->role);
        if (facts->unit.size > 0)
            report_cell(report, facts->unit);
        else
            report_cell_null(report);
        report_cell(report, joined(task, facts->divisions, facts->division_count));
        report_cell_int(report, (int64_t)facts->subject_count);
        report_cell(report, text_of(state_of(task, &users[i])));
        cell_time(report, users[i].last_login);
    }
    return 0;
}

static void show_rights(struct task *task, const struct principal *principal)
{
    struct report *report = task->report;
    report_table(report, "rights", "权利", "Rights");
    report_column(report, "register", "登记簿", "Register", false);
    report_column(report, "rights", "可以", "May", false);
    for (size_t reg = 0; reg < task->pack->schema.register_count; reg++) {
        struct text rights[RIGHT_COUNT];
        size_t count = 0;
        for (size_t bit = 0; bit < RIGHT_COUNT; bit++)
            if ((principal->scope.actions[reg] >> bit & 1) != 0)
                rights[count++] = text_of(pack_right_name(bit));
        if (count == 0) continue;
        report_cell(report, task->pack->schema.registers[reg].label.name);
        report_cell(report, joined(task, rights, count));
    }
}

static void show_powers(struct task *task, const struct principal *principal)
{
    struct text words[ABILITY_COUNT + SENSITIVE_HEALTH];
    size_t count = 0;
    for (int ability = 0; ability < ABILITY_COUNT; ability++)
        if (principal_can(principal, (enum role_ability)ability))
            words[count++] = text_of(pack_ability_name((enum role_ability)ability));
    report_text(task->report, "can", "能力", "Abilities", joined(task, words, count));
    count = 0;
    for (int kind = SENSITIVE_IDENTITY; kind <= SENSITIVE_HEALTH; kind++)
        if ((principal->scope.unmasked >> kind & 1) != 0)
            words[count++] = text_of(pack_sensitive_name((enum pack_sensitive)kind));
    report_text(task->report, "unmask", "可看明文", "Sees plain", joined(task, words, count));
    show_rights(task, principal);
}

static int act_show(struct task *task, struct err *err)
{
    struct user_record user;
    struct report *report = task->report;
    int code = user_find(task->access, task->name, &task->arena, &user, err);
    if (code != 0) return code;
    const struct user_facts *facts = &user.facts;
    report_int(report, "id", "编号", "Id", facts->id);
    report_text(report, "name", "用户名", "Name", facts->name);
    report_text(report, "display_name", "姓名", "Display name", facts->display_name);
    report_text(report, "role", "角色", "Role", facts->role);
    if (facts->unit.size > 0) report_text(report, "unit", "单位", "Unit", facts->unit);
    report_text(report, "divisions", "区划", "Divisions",
                joined(task, facts->divisions, facts->division_count));
    report_int(report, "assigned", "结对户", "Assigned", (int64_t)facts->subject_count);
    report_text(report, "state", "状态", "State", text_of(state_of(task, &user)));
    report_bool(report, "must_change_password", "须改密码", "Must change password",
                facts->must_change_password);
    report_bool(report, "demonstration", "演示账号", "Demonstration", facts->demonstration);
    report_int(report, "sessions", "登录中", "Sessions", (int64_t)user.sessions);
    struct user_facts settled = *facts;
    settled.must_change_password = false;
    struct principal *principal = principal_new(task->pack, &settled);
    if (principal->closed.code != 0)
        report_text(report, "closed", "什么也看不到", "Sees nothing",
                    arena_text(&task->arena,
                               text_of(cli_say(task->cli, principal->closed.zh, principal->closed.en))));
    else
        show_powers(task, principal);
    principal_free(principal);
    return 0;
}

static int act_password(struct task *task, struct err *err)
{
    struct user_record user;
    struct secret secret;
    int code = user_find(task->access, task->name, &task->arena, &user, err);
    if (code != 0) return code;
    code = secret_get(task->cli, argument_flag(task->arguments, "password-stdin"), &secret, err);
    if (code == 0) code = user_password(task->access, actor, user.facts.id, text_of(secret.line), false, err);
    if (code == 0) {
        report_line(
            task->report, "已为 %.*s 设新密码，原有登录和令牌都已失效；下次登录须改密码。",
            "Gave %.*s a new password; sessions and tokens have ended. It must be changed at the next login.",
            TEXT_ARGS(user.facts.name));
        show_password(task, &secret);
    }
    secret_wipe(&secret);
    return code;
}

static int act_role(struct task *task, struct err *err)
{
    struct user_record user;
    int code = user_find(task->access, task->name, &task->arena, &user, err);
    if (code != 0) return code;
    struct user_settings settings = settings_of(&user);
    code = read_settings(task, &settings, err);
    if (code == 0) code = user_change(task->access, actor, user.facts.id, user.version, &settings, err);
    return code != 0 ? code : act_show(task, err);
}

static int act_retire(struct task *task, struct err *err)
{
    struct user_record user;
    int code = user_find(task->access, task->name, &task->arena, &user, err);
    if (code == 0) code = user_retire(task->access, actor, user.facts.id, err);
    if (code == 0)
        report_line(task->report, "%.*s 已停用，留下的记录都在。", "%.*s is retired; all traces stay.",
                    TEXT_ARGS(user.facts.name));
    return code;
}

static int act_unlock(struct task *task, struct err *err)
{
    struct user_record user;
    int code = user_find(task->access, task->name, &task->arena, &user, err);
    if (code == 0) code = user_unlock(task->access, actor, user.facts.id, err);
    if (code == 0)
        report_line(task->report, "%.*s 已解锁，可以再试。", "%.*s is unlocked and may try again.",
                    TEXT_ARGS(user.facts.name));
    return code;
}

static int act_sessions(struct task *task, struct err *err)
{
    struct user_record user;
    struct user_session *sessions;
    size_t count;
    int64_t ended;
    struct report *report = task->report;
    int code = user_find(task->access, task->name, &task->arena, &user, err);
    if (code == 0 && argument_flag(task->arguments, "end")) {
        code = access_logout_everywhere(task->access, actor, user.facts.id, &ended, err);
        if (code == 0) report_int(report, "ended", "已结束的登录", "Sessions ended", ended);
        return code;
    }
    if (code == 0) code = user_sessions(task->access, user.facts.id, &task->arena, &sessions, &count, err);
    if (code != 0) return code;
    if (count == 0) report_line(report, "没有登录。", "There are no sessions.");
    report_table(report, "sessions", "登录", "Sessions");
    report_column(report, "since", "登录时间", "Since", false);
    report_column(report, "used", "最近使用", "Last used", false);
    report_column(report, "address", "来自", "From", false);
    for (size_t i = 0; i < count; i++) {
        cell_time(report, sessions[i].created);
        cell_time(report, sessions[i].used);
        report_cell(report, sessions[i].address);
    }
    return 0;
}

static void print_accounts(struct task *task, const struct demonstration_account *accounts, size_t count)
{
    struct report *report = task->report;
    report_table(report, "accounts", "演示账号", "Demonstration accounts");
    report_column(report, "name", "用户名", "Name", false);
    report_column(report, "display_name", "姓名", "Display name", false);
    report_column(report, "role", "角色", "Role", false);
    report_column(report, "closed", "说明", "Note", false);
    for (size_t i = 0; i < count; i++) {
        report_cell(report, accounts[i].name);
        report_cell(report, accounts[i].display_name);
        report_cell(report, accounts[i].role);
        if (accounts[i].closed_zh.size == 0)
            report_cell_null(report);
        else
            report_cell(report,
                        task->cli->language[0] == 'e' ? accounts[i].closed_en : accounts[i].closed_zh);
    }
}

static int act_demo(struct task *task, struct err *err)
{
    struct demonstration_account *accounts;
    struct secret secret = {.generated = true};
    size_t count;
    int code = 0;
    if (argument_flag(task->arguments, "password-stdin"))
        code = secret_get(task->cli, true, &secret, err);
    else
        password_generate(secret.line);
    if (code == 0)
        code =
            user_demonstrate(task->access, actor, text_of(secret.line), &task->arena, &accounts, &count, err);
    if (code == 0) {
        print_accounts(task, accounts, count);
        show_password(task, &secret);
        report_line(task->report, "仅供演示：有这些密码在，服务只能在本机地址上运行。",
                    "For demonstration only: while these passwords stand, the server runs on a loopback "
                    "address only.");
    }
    secret_wipe(&secret);
    return code;
}

static const struct {
    const char *name;
    bool named;     /* needs NAME */
    bool only_read; /* writes nothing, but for sessions --end */
    int (*act)(struct task *task, struct err *err);
} actions[] = {
    {"add", true, false, act_add},       {"list", false, true, act_list},
    {"show", true, true, act_show},      {"password", true, false, act_password},
    {"role", true, false, act_role},     {"retire", true, false, act_retire},
    {"unlock", true, false, act_unlock}, {"sessions", true, true, act_sessions},
    {"demo", false, false, act_demo},
};
enum { ACTIONS = sizeof actions / sizeof *actions };

/* ---- The command ---- */

static int usage(const struct cli *cli, const struct err *err)
{
    cli_fail(cli, err);
    fprintf(stderr, "%s zengshou user --help\n", cli_say(cli, "用法请看：", "For usage see:"));
    return EXIT_USAGE;
}

static int find_action(const char *name, size_t *action, struct err *err)
{
    struct suggest suggest = suggest_start(text_of(name));
    for (*action = 0; *action < ACTIONS; (*action)++) {
        if (strcmp(actions[*action].name, name) == 0) return 0;
        suggest_offer(&suggest, text_of(actions[*action].name));
    }
    if (suggest.best.size > 0)
        return err_set(err, ERR_INPUT, "user 没有动作“%s”，是不是“%.*s”？",
                       "user has no action '%s'; did you mean '%.*s'?", name, TEXT_ARGS(suggest.best));
    return err_set(err, ERR_INPUT, "user 没有动作“%s”。", "user has no action '%s'.", name);
}

static int work(struct task *task, size_t action)
{
    struct err err = {0};
    int status = EXIT_FAILED;
    task->pack = database_pack(task->database);
    task->report = report_new(task->cli);
    int code = access_open(task->database, &(struct access_options){0}, &task->access, &err);
    if (code == 0) code = actions[action].act(task, &err);
    if (code == 0) {
        report_print(task->report);
        status = EXIT_DONE;
    } else {
        status = cli_fail(task->cli, &err);
    }
    access_close(task->access);
    report_free(task->report);
    arena_fini(&task->arena);
    return status;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct err err = {0};
    size_t action;
    const char *name = argument_text(arguments, "NAME");
    if (find_action(argument_text(arguments, "ACTION"), &action, &err) != 0) return usage(cli, &err);
    if (actions[action].named != (name != NULL)) {
        err_set(&err, ERR_INPUT, name == NULL ? "%s 需要用户名。" : "%s 不需要用户名。",
                name == NULL ? "%s needs the user's name." : "%s takes no user's name.",
                actions[action].name);
        return usage(cli, &err);
    }
    struct task task = {.cli = cli, .arguments = arguments, .name = text_of(name)};
    task.database = work_open(cli, arguments, actions[action].only_read && !argument_flag(arguments, "end"));
    if (task.database == NULL) return EXIT_FAILED;
    int status = work(&task, action);
    database_close(task.database);
    return status;
}

const struct command command_user = {"user",
                                     "管理用户：建立、调动、停用、改密码、解锁",
                                     "manage users: add, transfer, retire, reset passwords, unlock",
                                     positionals,
                                     options,
                                     run};
