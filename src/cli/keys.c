/* zengshou keys: the keys under which a database's sensitive values are sealed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/report.h"
#include "cli/work.h"
#include "register/rotate.h"
#include "register/seal_database.h"

static const struct argument_spec positionals[] = {
    {"ACTION", ARGUMENT_TEXT, NULL, true, "show、seal、add、rotate 或 drop",
     "show, seal, add, rotate or drop"},
    {"NUMBER", ARGUMENT_TEXT, NULL, false, "密钥的编号（drop）", "number of the key (drop)"},
    {0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"suite", ARGUMENT_TEXT, "NAME", false, "算法：sm4-hmac-sm3（默认）或 aes-256-gcm（seal、add、rotate）",
     "algorithms: sm4-hmac-sm3 (default) or aes-256-gcm (seal, add, rotate)"},
    {0}};

struct task {
    struct cli *cli;
    const struct arguments *arguments;
    struct database *database; /* NULL for seal */
    struct report *report;
};

/* By default the suite of the key that seals now. */
static int wanted_suite(const struct task *task, enum suite *suite, struct err *err)
{
    const char *name = argument_text(task->arguments, "suite");
    if (name == NULL || suite_find(text_of(name), suite)) return 0;
    return err_set(err, ERR_INPUT, "--suite 只能是 sm4-hmac-sm3 或 aes-256-gcm，不能是“%s”",
                   "--suite is sm4-hmac-sm3 or aes-256-gcm, not '%s'", name);
}

static int print_keys(struct task *task, struct err *err)
{
    struct arena arena = {0};
    struct key_use *keys;
    size_t count;
    const char *path;
    int code = keys_used(task->database, &arena, &keys, &count, &path, err);
    if (code == 0) {
        report_text(task->report, "file", "密钥文件", "Key file", text_of(path));
        report_table(task->report, "keys", "密钥", "Keys");
        report_column(task->report, "number", "编号", "Number", true);
        report_column(task->report, "suite", "算法", "Algorithms", false);
        report_column(task->report, "created", "建于", "Made", false);
        report_column(task->report, "values", "加密的值", "Values", true);
        report_column(task->report, "state", "状态", "State", false);
    }
    for (size_t i = 0; code == 0 && i < count; i++) {
        report_cell_int(task->report, keys[i].number);
        report_cell(task->report, keys[i].missing ? TEXT("?") : suite_name(keys[i].suite));
        report_cell(task->report, keys[i].created);
        report_cell_int(task->report, keys[i].values);
        report_cell(task->report,
                    text_of(keys[i].missing ? cli_say(task->cli, "不在密钥文件里", "not in the key file")
                            : keys[i].active ? cli_say(task->cli, "在用", "in use")
                                             : ""));
    }
    arena_fini(&arena);
    return code;
}

/* ---- Actions ---- */

static int act_show(struct task *task, struct err *err)
{
    return print_keys(task, err);
}

static void keep_it_safe(struct report *report)
{
    report_line(report,
                "请另存一份密钥文件，不要同数据库的备份放在一起：没有它，备份里的敏感内容谁也打不开；有了它，"
                "谁都打得开。",
                "Keep a copy of the key file, apart from the backups of the database: without it nobody "
                "opens what is sealed "
                "in them, with it anybody does.");
}

static int act_seal(struct task *task, struct err *err)
{
    struct seal_report done;
    enum suite suite = SUITE_SM;
    int code = wanted_suite(task, &suite, err);
    if (code == 0) code = database_seal(argument_text(task->arguments, "db"), suite, &done, err);
    if (code != 0) return code;
    report_text(task->report, "file", "密钥文件", "Key file", text_of(done.path));
    report_bool(task->report, "made", "新建", "Made", done.key_made);
    report_int(task->report, "fields", "加密的字段", "Fields sealed", (int64_t)done.fields);
    report_int(task->report, "values", "加密的值", "Values sealed", done.values);
    report_int(task->report, "log_values", "日志里的旧值", "Old values in the log", done.log_values);
    if (done.left)
        report_line(task->report,
                    "磁盘上还可能留有原文：请停下其他连接，再执行 VACUUM。以前的备份里也有原文。",
                    "What stood there plain may still be on the disk: stop what else uses the database and "
                    "run VACUUM. "
                    "Earlier backups hold it, too.");
    else if (done.values > 0)
        report_line(task->report, "以前的备份里仍有原文，请妥善处理。",
                    "Earlier backups still hold what is sealed now; see to them.");
    keep_it_safe(task->report);
    return 0;
}

static int current_suite(struct task *task, enum suite *suite, struct err *err)
{
    struct arena arena = {0};
    struct key_use *keys;
    size_t count;
    const char *path;
    int code = keys_used(task->database, &arena, &keys, &count, &path, err);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (keys[i].active) *suite = keys[i].suite;
    arena_fini(&arena);
    return code == 0 ? wanted_suite(task, suite, err) : code;
}

static int act_add(struct task *task, struct err *err)
{
    enum suite suite = SUITE_SM;
    uint32_t number;
    int code = current_suite(task, &suite, err);
    if (code == 0) code = keys_add(task->database, suite, &number, err);
    if (code != 0) return code;
    report_line(task->report, "已加上第 %u 号密钥，从现在起用它加密；以前的值用 rotate 换过来。",
                "Added key number %u, which seals from now on; rotate puts the former values under it.",
                (unsigned)number);
    keep_it_safe(task->report);
    return print_keys(task, err);
}

/* One that was cut off is gone on with; only then is the next one begun. */
static int act_rotate(struct task *task, struct err *err)
{
    enum suite suite = SUITE_SM;
    uint32_t number;
    int64_t values = 0;
    bool rotating;
    int code = current_suite(task, &suite, err);
    if (code == 0) code = keys_rotating(task->database, &rotating, err);
    if (code == 0 && !rotating) code = keys_add(task->database, suite, &number, err);
    if (code == 0) code = keys_rotate(task->database, &values, err);
    if (code != 0) return code;
    report_int(task->report, "values", "重新加密的值", "Values sealed anew", values);
    keep_it_safe(task->report);
    return print_keys(task, err);
}

static int act_drop(struct task *task, struct err *err)
{
    const char *word = argument_text(task->arguments, "NUMBER");
    char *end;
    unsigned long number = strtoul(word, &end, 10);
    if (*word < '1' || *word > '9' || *end != '\0' || number > 999999999)
        return err_set(err, ERR_INPUT, "“%s”不是密钥的编号", "'%s' is no number of a key", word);
    int code = keys_drop(task->database, (uint32_t)number, err);
    if (code == 0)
        report_line(task->report,
                    "已从密钥文件去掉第 %lu 号密钥。仍用它加密的旧备份，要用旧的密钥文件才能打开。",
                    "Took key number %lu out of the key file. Older backups that are sealed with it need the "
                    "former key file.",
                    number);
    return code;
}

static const struct {
    const char *name;
    bool numbered, only_read, opens;
    int (*act)(struct task *task, struct err *err);
} actions[] = {
    {"show", false, true, true, act_show}, {"seal", false, false, false, act_seal},
    {"add", false, false, true, act_add},  {"rotate", false, false, true, act_rotate},
    {"drop", true, false, true, act_drop},
};
enum { ACTIONS = sizeof actions / sizeof *actions };

/* ---- The command ---- */

static int usage(const struct cli *cli, const struct err *err)
{
    cli_fail(cli, err);
    fprintf(stderr, "%s zengshou keys --help\n", cli_say(cli, "用法请看：", "For usage see:"));
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
        return err_set(err, ERR_INPUT, "keys 没有动作“%s”，是不是“%.*s”？",
                       "keys has no action '%s'; did you mean '%.*s'?", name, TEXT_ARGS(suggest.best));
    return err_set(err, ERR_INPUT, "keys 没有动作“%s”。", "keys has no action '%s'.", name);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct err err = {0};
    size_t action;
    const char *number = argument_text(arguments, "NUMBER");
    if (find_action(argument_text(arguments, "ACTION"), &action, &err) != 0) return usage(cli, &err);
    if (actions[action].numbered != (number != NULL)) {
        err_set(&err, ERR_INPUT, number == NULL ? "%s 需要密钥的编号。" : "%s 不需要编号。",
                number == NULL ? "%s needs the number of a key." : "%s takes no number.",
                actions[action].name);
        return usage(cli, &err);
    }
    struct task task = {.cli = cli, .arguments = arguments};
    if (actions[action].opens) task.database = work_open(cli, arguments, actions[action].only_read);
    if (actions[action].opens && task.database == NULL) return EXIT_FAILED;
    task.report = report_new(cli);
    int code = actions[action].act(&task, &err);
    if (code == 0) report_print(task.report);
    report_free(task.report);
    database_close(task.database);
    return code == 0 ? EXIT_DONE : cli_fail(cli, &err);
}

const struct command command_keys = {"keys",
                                     "敏感内容的密钥：查看、加密、更换",
                                     "the keys of sensitive values: show, seal, change",
                                     positionals,
                                     options,
                                     run};
