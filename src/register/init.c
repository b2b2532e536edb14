/* Making a database, or bringing one up to its pack: one transaction from the first table to the last
 * village. */
#include <stdio.h>

#include "base/json.h"
#include "register/catalog.h"
#include "register/database_private.h"
#include "register/distribute.h"
#include "register/divisions.h"
#include "register/former.h"
#include "register/log_chain.h"
#include "register/migrate.h"
#include "register/seal_database.h"
#include "register/sealed.h"
#include "register/spelling.h"
#include "store/tables.h"

void database_report_fini(struct database_report *report)
{
    arena_fini(&report->arena);
    *report = (struct database_report){0};
}

/* Loading a past state asks for a register's changes since an entry. Databases of before that have no such
 * index. */
static int index_log(struct store *store, struct err *err)
{
    struct buffer name = {0};
    int code = database_meta(store, "log_index", &name, err);
    bool made = name.size > 0;
    buffer_fini(&name);
    if (code != 0 || made) return code;
    code = store_run(store, "CREATE INDEX zs_change_since ON zs_change (register, entry)", err);
    return code == 0 ? database_put_meta(store, "log_index", TEXT("zs_change_since"), err) : code;
}

static int store_files(struct store *store, const struct pack *pack, struct err *err)
{
    int code = store_run(store, "DELETE FROM zs_pack_file", err);
    if (code != 0) return code;
    struct statement *insert;
    code =
        store_prepare(store, TEXT("INSERT INTO zs_pack_file (path, content) VALUES (?1, ?2)"), &insert, err);
    for (size_t i = 0; code == 0 && i < pack->file_count; i++) {
        statement_bind_text(insert, 1, pack->files[i].path);
        statement_bind_blob(insert, 2, pack->files[i].content);
        code = statement_run(insert, err);
    }
    statement_free(insert);
    return code;
}

/* Says in the log that another pack holds from here on: answers about what was recorded before are today's
 * pack's. */
static int log_pack(struct store *store, const struct pack *pack, struct text former, struct err *err)
{
    struct database database = {.store = store, .pack = pack};
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    int64_t entry;
    json_put_object(&json);
    json_member_string(&json, "digest", pack->digest);
    json_member_text(&json, "former", former);
    json_put_object_end(&json);
    int code = database_entry(&database, TEXT("zengshou"), TEXT("pack"), buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    return code;
}

/* The log tells by itself from which entry on its hashes were written together with the entries. */
static int start_chain(struct store *store, const struct pack *pack, struct err *err)
{
    struct database database = {.store = store, .pack = pack};
    int64_t last, entry;
    char detail[48];
    int code = log_chain_start(store, &last, err);
    snprintf(detail, sizeof detail, "{\"before\":%lld}", (long long)last);
    return code == 0
               ? database_entry(&database, TEXT("zengshou"), TEXT("chain"), text_of(detail), &entry, err)
               : code;
}

/* Keeps the pack if it is not the one that is kept, and the one that it replaces. */
static int store_pack(struct store *store, const struct pack *pack, bool *fresh, struct err *err)
{
    struct buffer digest = {0};
    int code = database_meta(store, "digest", &digest, err);
    bool same = text_is(buffer_get(&digest), pack->digest);
    *fresh = !same;
    if (code == 0 && !same && digest.size > 0) {
        code = former_keep(store, buffer_get(&digest), err);
        if (code == 0) code = log_pack(store, pack, buffer_get(&digest), err);
    }
    buffer_fini(&digest);
    if (code != 0 || same) return code;
    code = store_files(store, pack, err);
    if (code == 0) code = database_put_meta(store, "digest", text_of(pack->digest), err);
    return code;
}

static int put_format(struct store *store, struct err *err)
{
    char format[16];
    snprintf(format, sizeof format, "%d", DATABASE_FORMAT);
    return database_put_meta(store, "format", text_of(format), err);
}

static int create(struct store *store, const struct pack *pack, struct err *err)
{
    bool empty;
    int code = store_is_empty(store, &empty, err);
    if (code != 0) return code;
    if (!empty) return database_check_format(store, NULL, err); /* which says that it is somebody else's */
    code = catalog_create(store, err);
    if (code == 0) code = put_format(store, err);
    if (code == 0) code = database_put_meta(store, "pack", pack->name, err);
    return code;
}

static int check_same_pack(struct store *store, const struct pack *pack, bool *older, struct err *err)
{
    struct buffer name = {0};
    int format = DATABASE_FORMAT;
    int code = database_check_format(store, &format, err);
    *older = format < DATABASE_FORMAT;
    if (code == 0) code = database_meta(store, "pack", &name, err);
    if (code == 0 && !text_equal(buffer_get(&name), pack->name))
        code =
            err_set(err, ERR_VERSION, "“%s”是包 %s 的数据库，不能用于包 %.*s。请换一个数据库",
                    "“%s” is a database of pack %s and cannot be used for pack %.*s. Choose another database",
                    store_name(store), name.data == NULL ? "?" : name.data, TEXT_ARGS(pack->name));
    buffer_fini(&name);
    return code;
}

/* The form of the tables, and what is still to be done about those that stand. */
static int settle_form(struct store *store, const struct pack *pack, enum database_distribution wanted,
                       struct database_report *report, enum database_distribution *form, struct err *err)
{
    bool again;
    int code = distribute_settle(store, report->created, wanted, form, &again, err);
    if (code == 0 && again) code = migrate_spread(store, pack, err);
    if (code == 0 && *form != DATABASE_WHOLE && (report->created || again))
        code = database_put_meta(store, "distribute", text_of(distribute_word(*form)), err);
    return code;
}

static void note_sealing(const struct seal_report *sealed, struct database_report *report)
{
    if (sealed->fields + (size_t)sealed->values == 0 ||
        report->note_count + 1 >= sizeof report->notes / sizeof *report->notes)
        return;
    report->notes[report->note_count++] =
        text_of(arena_printf(&report->arena,
                             "有字段改为敏感或不再敏感，已加密或解密 %lld 个值|fields have become sensitive, "
                             "or no longer are: %lld values "
                             "were sealed or opened",
                             (long long)sealed->values, (long long)sealed->values));
}

/* The tables as the pack wants them, with the sealed ones' keys where the database is sealed. */
static int migrate(struct database *database, const char *url, enum database_distribution form,
                   bool fresh_pack, struct database_report *report, struct err *err)
{
    struct seal_report sealed = {0};
    int code = vault_new(database->store, url, &database->vault, err);
    if (code == 0) code = sealed_load(database, err);
    if (code == 0) code = migrate_tables(database, form, report, err);
    if (code == 0) code = seal_settle(database, &sealed, err);
    if (code == 0) note_sealing(&sealed, report);
    if (code == 0) code = spelling_prepare(database->store, database->pack, fresh_pack, err);
    if (code == 0) code = divisions_fill(database, &report->divisions_added, err);
    vault_free(database->vault);
    arena_fini(&database->arena);
    return code;
}

static int init(struct store *store, const char *url, const struct pack *pack,
                enum database_distribution wanted, struct database_report *report, struct err *err)
{
    bool there;
    int code = store_has_table(store, "zs_meta", &there, err);
    if (code != 0) return code;
    report->created = !there;
    bool older = false, fresh_pack = false;
    code = report->created ? create(store, pack, err) : check_same_pack(store, pack, &older, err);
    if (code == 0 && older) code = start_chain(store, pack, err);
    if (code == 0 && older) code = put_format(store, err);
    if (code == 0) code = index_log(store, err);
    if (code == 0) code = former_prepare(store, err);
    if (code == 0) code = store_pack(store, pack, &fresh_pack, err);
    enum database_distribution form = DATABASE_WHOLE;
    if (code == 0) code = settle_form(store, pack, wanted, report, &form, err);
    struct database database = {.store = store, .pack = pack, .distribution = form};
    return code == 0 ? migrate(&database, url, form, fresh_pack, report, err) : code;
}

struct initing {
    struct store *store;
    const char *url;
    const struct pack *pack;
    enum database_distribution distribution;
    struct database_report *report;
};

static int init_once(void *context, struct err *err)
{
    const struct initing *initing = context;
    database_report_fini(initing->report); /* of an attempt before */
    return init(initing->store, initing->url, initing->pack, initing->distribution, initing->report, err);
}

int database_init(const char *url, const struct pack *pack, struct database_report *report, struct err *err)
{
    return database_init_distributed(url, pack, DATABASE_WHOLE, report, err);
}

int database_init_distributed(const char *url, const struct pack *pack,
                              enum database_distribution distribution, struct database_report *report,
                              struct err *err)
{
    *report = (struct database_report){0};
    int code = migrate_check_names(pack, err);
    if (code != 0) return code;
    struct store *store;
    code = store_open(url, &(struct store_options){.create = true}, &store, err);
    if (code != 0) return code;
    struct initing initing = {store, url, pack, distribution, report};
    code = store_transact(store, init_once, &initing, err);
    store_close(store);
    if (code != 0) database_report_fini(report);
    return code;
}
