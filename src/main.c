/* The program: finds the command by its name and hands over. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "cli/arguments.h"
#include "cli/cli.h"

static const struct command *const commands[] = {
    &command_check,  &command_init,     &command_demo,   &command_import,   &command_export,
    &command_screen, &command_explain,  &command_eval,   &command_simulate, &command_indicators,
    &command_tasks,  &command_dispatch, &command_case,   &command_history,  &command_fmt,
    &command_words,  &command_user,     &command_keys,   &command_verify,   &command_serve,
    &command_notify, &command_bulletin, &command_backup, &command_restore};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_overview(const struct cli *cli, FILE *to)
{
    fprintf(to, "zengshou 增收 %s — %s\n\n%s: zengshou %s\n\n", ZENGSHOU_VERSION,
            cli_say(cli, "把县里的防返贫与增收计划变成运行的系统",
                    "a county's income-raising plan as a running system"),
            cli_say(cli, "用法", "Usage"), cli_say(cli, "命令 [选项]", "COMMAND [OPTIONS]"));
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-9s %s\n", commands[i]->name, cli_say(cli, commands[i]->zh, commands[i]->en));
    fprintf(to, "\n%s\n",
            cli_say(cli, "zengshou 命令 --help 给出每个命令的用法；--lang en 换成英文。",
                    "zengshou COMMAND --help tells each command's usage; --lang zh for Chinese."));
}

static int unknown_command(const struct cli *cli, const char *name)
{
    struct suggest suggest = suggest_start(text_of(name));
    for (size_t i = 0; i < COMMANDS; i++) suggest_offer(&suggest, text_of(commands[i]->name));
    fprintf(stderr, cli_say(cli, "没有命令 %s。", "There is no command %s."), name);
    if (suggest.best.size > 0)
        fprintf(stderr, cli_say(cli, "是不是 %.*s？", " Did you mean %.*s?"), TEXT_ARGS(suggest.best));
    fputc('\n', stderr);
    return EXIT_USAGE;
}

/* The language must be known before the command's own options are read, for messages about them. */
static const char *first_language(int argc, char **argv)
{
    const char *language = getenv("ZENGSHOU_LANG");
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            language = argv[i] + 7;
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            language = argv[i + 1];
    }
    return language != NULL && strcmp(language, "en") == 0 ? "en" : "zh";
}

static int flush(const struct cli *cli, int status)
{
    /* A full disk behind a redirected stdout must not look like success. */
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    fputs(cli_say(cli, "输出没有写完：磁盘已满或管道已断。\n", "The output could not be written in full.\n"),
          stderr);
    return EXIT_FAILED;
}

int main(int argc, char **argv)
{
    const char *fail = getenv("ZENGSHOU_FAIL_ALLOCATION");
    if (fail != NULL) mem_fail_at(strtoull(fail, NULL, 10));
    setlocale(LC_CTYPE, "C.UTF-8");
    struct cli cli = {.language = first_language(argc, argv)};
    cli.log = (struct log){LOG_NOTICE, cli.language};
    /* --lang may stand before the command. */
    int at = 1;
    while (at < argc && strncmp(argv[at], "--lang", 6) == 0) at += strchr(argv[at], '=') != NULL ? 1 : 2;
    if (at >= argc) {
        print_overview(&cli, stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0 || strcmp(argv[at], "help") == 0) {
        print_overview(&cli, stdout);
        return EXIT_DONE;
    }
    if (strcmp(argv[at], "--version") == 0) {
        puts("zengshou " ZENGSHOU_VERSION);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[at], commands[i]->name) != 0) continue;
        struct arguments *arguments = NULL;
        int status = arguments_read(&cli, commands[i], argc - at - 1, argv + at + 1, &arguments);
        if (status == -1) status = commands[i]->run(&cli, arguments);
        arguments_free(arguments);
        return flush(&cli, status);
    }
    return unknown_command(&cli, argv[at]);
}
