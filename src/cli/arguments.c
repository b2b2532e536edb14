/* Options by table, so that help, checks and "did you mean" are the same in every command. */
#include "cli/arguments.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "register/vault.h"

struct given {
    const struct argument_spec *spec;
    const char *value; /* borrowed from argv; "" for a flag */
    int64_t number;
};

struct arguments {
    const struct command *command;
    struct given *items;
    size_t count, capacity;
};

enum { HELP = 3 }; /* its place among them */

static const struct argument_spec common_options[] = {
    {"json", ARGUMENT_FLAG, NULL, false, "以 JSON 输出", "print JSON"},
    {"lang", ARGUMENT_TEXT, "zh|en", false, "语言（也可用环境变量 ZENGSHOU_LANG）",
     "language (or environment variable ZENGSHOU_LANG)"},
    {"keys", ARGUMENT_TEXT, "FILE", false, "密钥文件（也可用环境变量 " VAULT_KEYS "，默认为 数据库.keys）",
     "key file (or environment variable " VAULT_KEYS "; DB.keys by default)"},
    {"help", ARGUMENT_FLAG, NULL, false, "显示本帮助", "show this help"},
    {0}};

static void print_specs(const struct cli *cli, const struct argument_spec *specs, const char *prefix)
{
    for (const struct argument_spec *spec = specs; spec != NULL && spec->name != NULL; spec++) {
        char head[80];
        snprintf(head, sizeof head, "%s%s%s%s", prefix, spec->name,
                 spec->value != NULL && *prefix != '\0' ? " " : "",
                 spec->value != NULL && *prefix != '\0' ? spec->value : "");
        printf("  %-26s %s%s\n", head, cli_say(cli, spec->zh, spec->en),
               spec->required && *prefix != '\0' ? cli_say(cli, "（必需）", " (required)") : "");
    }
}

static void print_help(const struct cli *cli, const struct command *command)
{
    printf("%s\n\n%s: zengshou %s", cli_say(cli, command->zh, command->en), cli_say(cli, "用法", "Usage"),
           command->name);
    for (const struct argument_spec *spec = command->options; spec->name != NULL; spec++)
        if (spec->required) printf(" --%s %s", spec->name, spec->value);
    for (const struct argument_spec *spec = command->positionals; spec->name != NULL; spec++)
        printf(spec->required ? " %s" : " [%s]", spec->name);
    printf(" [%s]\n\n", cli_say(cli, "选项", "OPTIONS"));
    print_specs(cli, command->positionals, "");
    printf("\n%s:\n", cli_say(cli, "选项", "Options"));
    print_specs(cli, command->options, "--");
    print_specs(cli, common_options, "--");
}

static const struct argument_spec *find_spec(const struct argument_spec *specs, const char *name, size_t size)
{
    for (const struct argument_spec *spec = specs; spec->name != NULL; spec++)
        if (strlen(spec->name) == size && strncmp(spec->name, name, size) == 0) return spec;
    return NULL;
}

static void offer_names(struct suggest *suggest, const struct argument_spec *specs)
{
    for (const struct argument_spec *spec = specs; spec->name != NULL; spec++)
        suggest_offer(suggest, text_of(spec->name));
}

static int usage(const struct cli *cli, const struct command *command, const struct err *err)
{
    char line[1400];
    err_format(err, cli->language, line, sizeof line);
    fprintf(stderr, "%s\n%s zengshou %s --help\n", line, cli_say(cli, "用法请看：", "For usage see:"),
            command->name);
    return EXIT_USAGE;
}

static int read_value(struct given *given, struct err *err)
{
    int32_t date;
    char *end;
    switch (given->spec->kind) {
    case ARGUMENT_FLAG:
    case ARGUMENT_TEXT:
    case ARGUMENT_LIST:
        return 0;
    case ARGUMENT_NUMBER:
        given->number = strtoll(given->value, &end, 10);
        if (*given->value != '\0' && *end == '\0' && given->number >= 0) return 0;
        return err_set(err, ERR_INPUT, "--%s 应为不小于 0 的整数，写的是“%s”。",
                       "--%s expects a whole number of 0 or more, not '%s'.", given->spec->name,
                       given->value);
    case ARGUMENT_DATE:
        if (date_parse(text_of(given->value), &date)) {
            given->number = date;
            return 0;
        }
        return err_set(err, ERR_INPUT, "--%s 应为日期，如 2022-09-30，写的是“%s”。",
                       "--%s expects a date such as 2022-09-30, not '%s'.", given->spec->name, given->value);
    }
    return 0;
}

static void add(struct arguments *arguments, struct given given)
{
    arguments->items = mem_grow(arguments->items, &arguments->capacity, arguments->count + 1, sizeof given);
    arguments->items[arguments->count++] = given;
}

/* One --option at argv[*at]; *at moves over its value. */
static int read_option(const struct command *command, struct arguments *arguments, int argc, char **argv,
                       int *at, struct err *err)
{
    const char *name = argv[*at] + 2;
    size_t size = strcspn(name, "=");
    const struct argument_spec *spec = find_spec(command->options, name, size);
    if (spec == NULL) spec = find_spec(common_options, name, size);
    if (spec == NULL) {
        struct suggest suggest = suggest_start((struct text){name, size});
        offer_names(&suggest, command->options);
        offer_names(&suggest, common_options);
        if (suggest.best.size > 0)
            return err_set(err, ERR_INPUT, "没有选项 --%.*s，是不是 --%.*s？",
                           "There is no option --%.*s; did you mean --%.*s?", (int)size, name,
                           TEXT_ARGS(suggest.best));
        return err_set(err, ERR_INPUT, "没有选项 --%.*s。", "There is no option --%.*s.", (int)size, name);
    }
    struct given given = {.spec = spec, .value = ""};
    if (spec->kind == ARGUMENT_FLAG && name[size] == '=')
        return err_set(err, ERR_INPUT, "--%s 后面不跟值。", "--%s takes no value.", spec->name);
    if (spec->kind != ARGUMENT_FLAG) {
        if (name[size] == '=')
            given.value = name + size + 1;
        else if (*at + 1 < argc)
            given.value = argv[++*at];
        else
            return err_set(err, ERR_INPUT, "--%s 后面缺少 %s。", "--%s lacks its %s.", spec->name,
                           spec->value);
    }
    int code = read_value(&given, err);
    if (code == 0) add(arguments, given);
    return code;
}

static int read_positional(const struct command *command, struct arguments *arguments, const char *value,
                           size_t nth, struct err *err)
{
    const struct argument_spec *spec = command->positionals;
    while (nth > 0 && spec->name != NULL) {
        spec++;
        nth--;
    }
    if (spec->name == NULL)
        return err_set(err, ERR_INPUT, "多了一个参数：%s", "One argument too many: %s", value);
    add(arguments, (struct given){.spec = spec, .value = value});
    return 0;
}

static const struct given *find_given(const struct arguments *arguments, const char *name, size_t nth)
{
    for (size_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->items[i].spec->name, name) == 0 && nth-- == 0) return &arguments->items[i];
    return NULL;
}

static int check_required(const struct arguments *arguments, const struct argument_spec *specs,
                          const char *prefix, struct err *err)
{
    for (const struct argument_spec *spec = specs; spec->name != NULL; spec++)
        if (spec->required && find_given(arguments, spec->name, 0) == NULL)
            return err_set(err, ERR_INPUT, "缺少 %s%s。", "%s%s is missing.", prefix, spec->name);
    return 0;
}

static int choose_language(struct cli *cli, const char *language, struct err *err)
{
    if (strcmp(language, "zh") != 0 && strcmp(language, "en") != 0)
        return err_set(err, ERR_INPUT, "--lang 应为 zh 或 en，写的是“%s”。", "--lang is zh or en, not '%s'.",
                       language);
    cli->language = language[0] == 'e' ? "en" : "zh";
    cli->log.language = cli->language;
    return 0;
}

static int read_all(struct cli *cli, const struct command *command, int argc, char **argv,
                    struct arguments *arguments, struct err *err)
{
    size_t positionals = 0;
    bool only_positionals = false;
    int code = 0;
    for (int at = 0; at < argc && code == 0; at++) {
        if (!only_positionals && strcmp(argv[at], "--") == 0)
            only_positionals = true;
        else if (!only_positionals && strcmp(argv[at], "-h") == 0)
            add(arguments, (struct given){&common_options[HELP], "", 0});
        else if (!only_positionals && strncmp(argv[at], "--", 2) == 0)
            code = read_option(command, arguments, argc, argv, &at, err);
        else
            code = read_positional(command, arguments, argv[at], positionals++, err);
    }
    const struct given *language = find_given(arguments, "lang", 0);
    if (code == 0 && language != NULL) code = choose_language(cli, language->value, err);
    cli->json = find_given(arguments, "json", 0) != NULL;
    /* What opens a database finds the key file by this; no thread runs yet. */
    const struct given *keys = find_given(arguments, "keys", 0);
    if (keys != NULL) setenv(VAULT_KEYS, keys->value, 1);
    if (code != 0 || find_given(arguments, "help", 0) != NULL) return code;
    code = check_required(arguments, command->options, "--", err);
    return code != 0 ? code : check_required(arguments, command->positionals, "", err);
}

int arguments_read(struct cli *cli, const struct command *command, int argc, char **argv,
                   struct arguments **out)
{
    struct arguments *arguments = mem_new(1, sizeof *arguments);
    arguments->command = command;
    struct err err = {0};
    int status = -1;
    if (read_all(cli, command, argc, argv, arguments, &err) != 0) {
        status = usage(cli, command, &err);
    } else if (find_given(arguments, "help", 0) != NULL) {
        print_help(cli, command);
        status = EXIT_DONE;
    }
    if (status == -1)
        *out = arguments;
    else
        arguments_free(arguments);
    return status;
}

void arguments_free(struct arguments *arguments)
{
    if (arguments == NULL) return;
    free(arguments->items);
    free(arguments);
}

static const struct given *look_up(const struct arguments *arguments, const char *name, size_t nth)
{
    size_t size = strlen(name);
    assert(find_spec(arguments->command->options, name, size) != NULL ||
           find_spec(arguments->command->positionals, name, size) != NULL);
    return find_given(arguments, name, nth);
}

const char *argument_text(const struct arguments *arguments, const char *name)
{
    const struct given *given = look_up(arguments, name, 0);
    return given == NULL ? NULL : given->value;
}

bool argument_flag(const struct arguments *arguments, const char *name)
{
    return look_up(arguments, name, 0) != NULL;
}

int64_t argument_number(const struct arguments *arguments, const char *name, int64_t otherwise)
{
    const struct given *given = look_up(arguments, name, 0);
    return given == NULL ? otherwise : given->number;
}

int32_t argument_date(const struct arguments *arguments, const char *name, int32_t otherwise)
{
    return (int32_t)argument_number(arguments, name, otherwise);
}

const char *argument_item(const struct arguments *arguments, const char *name, size_t nth)
{
    const struct given *given = look_up(arguments, name, nth);
    return given == NULL ? NULL : given->value;
}

size_t argument_count(const struct arguments *arguments, const char *name)
{
    size_t count = 0;
    while (look_up(arguments, name, count) != NULL) count++;
    return count;
}
