/* zengshou init: makes a database for a pack, or brings one up to the pack's present form. */
#include <string.h>

#include "assessment/adoption.h"
#include "casework/casework.h"
#include "cli/arguments.h"
#include "cli/report.h"
#include "declare/declare.h"
#include "notify/notify.h"
#include "files/attachments.h"
#include "monitor/screening.h"
#include "register/database.h"
#include "register/seal_database.h"

static const struct argument_spec positionals[] = {{0}};
static const struct argument_spec options[] = {
    {"db", ARGUMENT_TEXT, "DB", true, "数据库：文件或 postgresql://…", "database: a file, or postgresql://…"},
    {"pack", ARGUMENT_TEXT, "PACK", true, "包所在的文件夹", "folder of the pack"},
    {"distribute", ARGUMENT_TEXT, "HOW", false,
     "新建时：citus 把表分布到多台服务器；citus-keys 只建成同样的形式，列出分布所用的语句",
     "when it is made: citus spreads the tables over several servers; citus-keys makes them in the same form "
     "and lists the statements "
     "that would"},
    {"suite", ARGUMENT_TEXT, "NAME", false, "新建时敏感内容的加密算法：sm4-hmac-sm3（默认）或 aes-256-gcm",
     "when it is made: algorithms for sensitive values, sm4-hmac-sm3 (default) or aes-256-gcm"},
    {"plain-at-rest", ARGUMENT_FLAG, NULL, false, "新建时不加密敏感内容",
     "when it is made: leave sensitive values unsealed"},
    {0}};

struct sealing {
    bool sensitive; /* the pack has something to seal */
    bool fresh;     /* the database is to be made */
    bool wanted, sealed;
    enum suite suite;
    struct seal_report done;
};

/* Notes come as "zh|en". */
static struct text note_in(const struct cli *cli, struct text note)
{
    ptrdiff_t bar = text_find(note, TEXT("|"));
    if (bar < 0) return note;
    if (cli->language[0] == 'e') return (struct text){note.at + bar + 1, note.size - (size_t)bar - 1};
    return (struct text){note.at, (size_t)bar};
}

static void print_sealing(struct report *report, const struct sealing *sealing)
{
    report_bool(report, "sealed", "敏感内容加密", "Sensitive values sealed", sealing->sealed);
    if (sealing->done.path[0] != '\0') {
        report_text(report, "keys", "密钥文件", "Key file", text_of(sealing->done.path));
        report_line(report,
                    "请另存一份密钥文件，不要同数据库的备份放在一起：没有它，身份证号等内容谁也打不开。",
                    "Keep a copy of the key file, apart from the backups of the database: without it nobody "
                    "opens identity "
                    "numbers and the like.");
    } else if (!sealing->sealed && sealing->sensitive) {
        report_line(report, "身份证号等敏感内容在数据库里没有加密；要加密请运行 zengshou keys seal。",
                    "Identity numbers and other sensitive values stand unsealed in the database; to seal "
                    "them, run zengshou "
                    "keys seal.");
    }
}

static void print_report(const struct cli *cli, const char *url, const struct pack *pack,
                         const struct database_report *done, const struct sealing *sealing)
{
    struct buffer shown = {0};
    store_shown_url(url, &shown); /* without its password */
    const char *path = shown.data;
    struct report *report = report_new(cli);
    bool changed = done->created || done->tables_added + done->columns_added + done->indexes_added > 0;
    if (done->created)
        report_line(report, "已建立数据库 %s（%.*s）。", "Made the database %s (%.*s).", path,
                    TEXT_ARGS(pack->name));
    else if (changed)
        report_line(report, "已按新的包更新数据库 %s。", "Brought the database %s up to the pack.", path);
    else
        report_line(report, "数据库 %s 已是最新，没有改动。",
                    "The database %s is up to date; nothing was changed.", path);
    report_text(report, "pack", "包", "Pack", pack->name);
    report_bool(report, "created", "新建", "Created", done->created);
    report_int(report, "tables_added", "新增表", "Tables added", (int64_t)done->tables_added);
    report_int(report, "columns_added", "新增列", "Columns added", (int64_t)done->columns_added);
    report_int(report, "divisions_added", "新增行政区划", "Divisions added", (int64_t)done->divisions_added);
    print_sealing(report, sealing);
    if (done->note_count > 0) {
        report_table(report, "notes", "注意", "Notes");
        report_column(report, "note", "", "", false);
        for (size_t i = 0; i < done->note_count; i++) report_cell(report, note_in(cli, done->notes[i]));
    }
    if (done->call_count > 0) {
        report_table(report, "calls", "有了 Citus 以后，由管理员依次执行",
                     "Once Citus is there, for its administrator, in this order");
        report_column(report, "call", "", "", false);
        for (size_t i = 0; i < done->call_count; i++) report_cell(report, done->calls[i]);
    }
    report_print(report);
    report_free(report);
    buffer_fini(&shown);
}

static int how_distributed(const char *word, enum database_distribution *out, struct err *err)
{
    *out = DATABASE_WHOLE;
    if (word == NULL) return 0;
    if (strcmp(word, "citus") == 0)
        *out = DATABASE_CITUS;
    else if (strcmp(word, "citus-keys") == 0)
        *out = DATABASE_CITUS_KEYS;
    else
        return err_set(err, ERR_INPUT, "--distribute 只能是 citus 或 citus-keys，不能是“%s”",
                       "--distribute is citus or citus-keys, not “%s”", word);
    return 0;
}

/* ---- Sealing ---- */

static bool has_sensitive(const struct pack *pack)
{
    for (size_t reg = 0; reg < pack->schema.register_count; reg++)
        for (size_t i = 0; i < pack->schema.registers[reg].field_count; i++)
            if (pack->registers[reg].fields[i].sensitive != SENSITIVE_NO) return true;
    return false;
}

/* Before anything is made: a new database is sealed unless it was said otherwise. */
static int plan_sealing(const struct arguments *arguments, const struct pack *pack, const char *url,
                        struct sealing *sealing, struct err *err)
{
    const char *suite = argument_text(arguments, "suite");
    struct err none;
    int code = database_is_sealed(url, &sealing->sealed, &none);
    sealing->sensitive = has_sensitive(pack);
    sealing->fresh = code == ERR_NOT_FOUND || code == ERR_INPUT;
    sealing->wanted = sealing->fresh && sealing->sensitive && !argument_flag(arguments, "plain-at-rest");
    sealing->suite = SUITE_SM;
    if (suite != NULL && !suite_find(text_of(suite), &sealing->suite))
        return err_set(err, ERR_INPUT, "--suite 只能是 sm4-hmac-sm3 或 aes-256-gcm，不能是“%s”",
                       "--suite is sm4-hmac-sm3 or aes-256-gcm, not '%s'", suite);
    return sealing->wanted ? seal_place(url, err) : 0;
}

static int seal_fresh(const char *url, struct sealing *sealing, struct err *err)
{
    if (!sealing->wanted) return 0;
    int code = database_seal(url, sealing->suite, &sealing->done, err);
    sealing->sealed = code == 0;
    return code;
}

/* What every room keeps beside the registers. */
static int make_tables(const char *path, struct err *err)
{
    int code = screening_init(path, err);
    if (code == 0) code = access_init(path, err);
    if (code == 0) code = files_init(path, err);
    if (code == 0) code = casework_init(path, err);
    if (code == 0) code = assessment_init(path, err);
    if (code == 0) code = declare_init(path, err);
    return code == 0 ? notify_init(path, err) : code;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct database_report report = {0};
    struct sealing sealing = {0};
    struct err err = {0};
    const char *path = argument_text(arguments, "db");
    enum database_distribution distribution;
    int code = how_distributed(argument_text(arguments, "distribute"), &distribution, &err);
    if (code == 0) code = pack_load(argument_text(arguments, "pack"), &pack, &faults, &err);
    if (faults.count > 0) cli_faults(cli, &faults);
    if (code == 0) code = plan_sealing(arguments, pack, path, &sealing, &err);
    if (code == 0) code = database_init_distributed(path, pack, distribution, &report, &err);
    if (code == 0) code = make_tables(path, &err);
    if (code == 0) code = seal_fresh(path, &sealing, &err);
    if (code == 0) print_report(cli, path, pack, &report, &sealing);
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    database_report_fini(&report);
    fault_list_fini(&faults);
    pack_free(pack);
    return status;
}

const struct command command_init = {"init",
                                     "为一个包建立数据库；包改了再运行一次即升级",
                                     "make a database for a pack; run again to migrate it",
                                     positionals,
                                     options,
                                     run};
