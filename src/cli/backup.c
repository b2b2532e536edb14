/* zengshou backup, zengshou restore: a database to one file and back. */
#include <sys/stat.h>

#include "cli/arguments.h"
#include "cli/report.h"
#include "cli/work.h"
#include "register/backup.h"

static const struct argument_spec backup_positionals[] = {
    {"FILE", ARGUMENT_TEXT, NULL, true, "备份写到哪个文件", "file to write the backup to"}, {0}};
static const struct argument_spec backup_options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库文件；可以正在使用", "the database's file; it may be in use"},
    {0}};
static const struct argument_spec restore_positionals[] = {
    {"FILE", ARGUMENT_TEXT, NULL, true, "备份文件", "the backup"}, {0}};
static const struct argument_spec restore_options[] = {{"db", ARGUMENT_TEXT, "DB", true,
                                                        "恢复成哪个数据库文件；不能已存在",
                                                        "the database's file to be made; it must not exist"},
                                                       {0}};

static int done(struct cli *cli, const char *path, const char *zh, const char *en)
{
    struct stat status = {0};
    struct report *report = report_new(cli);
    stat(path, &status);
    report_line(report, zh, en, path);
    report_text(report, "file", "文件", "File", text_of(path));
    report_int(report, "bytes", "字节", "Bytes", (int64_t)status.st_size);
    report_print(report);
    report_free(report);
    return EXIT_DONE;
}

static int run_backup(struct cli *cli, const struct arguments *arguments)
{
    const char *path = argument_text(arguments, "FILE");
    struct database *database = work_open(cli, arguments, true);
    struct err err = {0};
    if (database == NULL) return EXIT_FAILED;
    int code = database_backup(database, path, &err);
    database_close(database);
    if (code != 0) return cli_fail(cli, &err);
    return done(cli, path, "备份完成：%s", "Backed up to %s");
}

static int run_restore(struct cli *cli, const struct arguments *arguments)
{
    const char *from = argument_text(arguments, "FILE"), *to = argument_text(arguments, "db");
    struct database *database;
    struct err err = {0};
    int code = database_open(from, true, &database, &err);
    if (code != 0) return cli_fail(cli, &err);
    code = database_backup(database, to, &err);
    database_close(database);
    if (code != 0) return cli_fail(cli, &err);
    return done(cli, to, "已恢复为 %s。请把密钥文件放到它旁边。",
                "Restored as %s. Put the key file beside it.");
}

const struct command command_backup = {"backup",
                                       "把数据库备份到一个文件，不影响使用",
                                       "copy a database to one file while it is in use",
                                       backup_positionals,
                                       backup_options,
                                       run_backup};
const struct command command_restore = {
    "restore",           "从备份恢复出数据库", "make a database from a backup",
    restore_positionals, restore_options,      run_restore};
