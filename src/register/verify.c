/* What the program promises about a database and nobody else checks: an administrator, or an auditor, can ask
 * for it at any time. */
#include "register/verify.h"

#include <jansson.h>
#include <string.h>

#include "register/database_private.h"
#include "register/log_chain.h"
#include "register/sealed.h"
#include "register/sql.h"

struct verifying {
    struct database *database;
    const struct pack *pack;
    struct text noted;
    struct verify_report *report;
    struct fault_list *faults;
    struct buffer sql;
    int64_t strays; /* changes without an entry */
};

/* ---- The log ---- */

static void check_link(struct verifying *verifying, const struct log_link *link)
{
    int64_t gap = link->entry - link->former - 1;
    if (gap > 0)
        fault_list_corrupt(
            verifying->faults, "日志缺了第 %lld 条至第 %lld 条：被人删除了。请用备份对照",
            "Entries %lld to %lld of the log are missing: somebody has taken them out. Compare with a backup",
            (long long)link->former + 1, (long long)link->entry - 1);
    if (link->stored.size == 0)
        fault_list_corrupt(
            verifying->faults,
            "日志第 %lld 条（%.*s，%.*s，%.*s）没有校验值：不是由本程序写入的，或校验值被人抹去",
            "Entry %lld of the log (%.*s, %.*s, %.*s) bears no hash: this program did not write it, or "
            "somebody has wiped the hash",
            (long long)link->entry, TEXT_ARGS(link->at), TEXT_ARGS(link->actor), TEXT_ARGS(link->action));
    else if (gap == 0 && !text_equal(link->stored, text_of(link->hash)))
        fault_list_corrupt(
            verifying->faults,
            "日志第 %lld 条（%.*s，%.*s，%.*s，%lld "
            "处改动）与它的校验值不符：这一条或它的改动被人改过，或者它前面被人"
            "插入、删除过。请用备份对照",
            "Entry %lld of the log (%.*s, %.*s, %.*s, %lld changes) does not match its hash: it or its "
            "changes were "
            "altered, or something was put in or taken out before it. Compare with a backup",
            (long long)link->entry, TEXT_ARGS(link->at), TEXT_ARGS(link->actor), TEXT_ARGS(link->action),
            (long long)link->changes);
}

/* When old values were put under seal all hashes were computed anew; the entry about it keeps the one before.
 */
static void see_seal(struct verifying *verifying, const struct log_link *link)
{
    json_t *detail = json_loadb(link->detail.at == NULL ? "" : link->detail.at, link->detail.size, 0, NULL);
    const char *former = json_string_value(json_object_get(detail, "former"));
    if (former != NULL) verifying->report->unchained = link->former;
    if (former != NULL && verifying->noted.size > 0 && text_is(verifying->noted, former))
        verifying->report->noted = link->former;
    json_decref(detail);
}

static int see_link(void *context, const struct log_link *link, struct err *err)
{
    struct verifying *verifying = context;
    struct verify_report *report = verifying->report;
    (void)err;
    check_link(verifying, link);
    report->entries++;
    report->changes += link->changes;
    report->head = link->entry;
    memcpy(report->hash, link->hash, sizeof report->hash);
    if (verifying->noted.size > 0 && text_equal(link->stored, verifying->noted) &&
        text_is(link->stored, link->hash))
        report->noted = link->entry;
    if (text_equal(link->action, TEXT("chain"))) report->unchained = link->former;
    if (text_equal(link->action, TEXT("seal"))) see_seal(verifying, link);
    return 0;
}

static void see_stray(void *context, int64_t entry, struct text reg, int64_t record)
{
    struct verifying *verifying = context;
    if (verifying->strays++ == 0)
        fault_list_corrupt(
            verifying->faults, "登记 %.*s 第 %lld 条记录的一处改动指向日志第 %lld 条，日志里没有这一条",
            "A change of register %.*s, record %lld, belongs to entry %lld of the log, which is not there",
            TEXT_ARGS(reg), (long long)record, (long long)entry);
}

static int check_log(struct verifying *verifying, struct err *err)
{
    int code = log_chain_walk(verifying->database->store, see_link, see_stray, verifying, err);
    if (code != 0) return code;
    if (verifying->strays > 1)
        fault_list_corrupt(verifying->faults, "这样没有日志可依的改动共有 %lld 处",
                           "There are %lld such changes without an entry in all",
                           (long long)verifying->strays);
    if (verifying->noted.size > 0 && verifying->report->noted == 0)
        fault_list_corrupt(
            verifying->faults,
            "日志里找不到当时记下的校验值 %.*s：此后日志被截断或重写过，或者记下的是另一个数据库的校验值",
            "The log does not go back to the hash %.*s that was noted down: since then it was cut off or "
            "written "
            "anew, or the hash is another database's",
            TEXT_ARGS(verifying->noted));
    return 0;
}

/* ---- The registers ---- */

/* A query of one count and one id out of what the buffer holds; reg is bound as ?1 where it is asked for. */
static int count_records(struct verifying *verifying, int reg, bool bind, int64_t *count, int64_t *id,
                         struct err *err)
{
    struct statement *statement;
    bool row = false;
    int code = sql_prepare(verifying->database->store, &verifying->sql, &statement, err);
    buffer_clear(&verifying->sql);
    if (code != 0) return code;
    if (bind) statement_bind_text(statement, 1, register_name(verifying->pack, reg));
    code = statement_step(statement, &row, err);
    *count = code == 0 && row ? statement_int(statement, 0) : 0;
    *id = code == 0 && row ? statement_int(statement, 1) : 0;
    statement_free(statement);
    return code;
}

static int check_writers(struct verifying *verifying, int reg, struct err *err)
{
    struct text name = register_name(verifying->pack, reg);
    struct buffer *sql = &verifying->sql;
    int64_t count, id;
    buffer_string(sql, "SELECT count(*), coalesce(min(t.id), 0) FROM ");
    sql_table(sql, verifying->pack, reg);
    buffer_string(sql, " AS t WHERE NOT EXISTS (SELECT 1 FROM zs_entry AS e WHERE e.id = t.created) OR "
                       "NOT EXISTS (SELECT 1 FROM zs_entry AS e WHERE e.id = t.entry) OR "
                       "(t.entry <> t.created AND NOT EXISTS (SELECT 1 FROM zs_change AS c WHERE "
                       "c.register = ?1 AND c.record = t.id AND c.entry = t.entry))");
    int code = count_records(verifying, reg, true, &count, &id, err);
    if (code == 0 && count > 0)
        fault_list_corrupt(
            verifying->faults,
            "登记 %.*s 有 %lld 条记录（如 id %lld）由谁建立或最后改动，日志里没有：日志或记录被人改过",
            "In register %.*s there are %lld records (such as id %lld) of which the log does not tell who "
            "made or last changed them: "
            "the log or the records were altered",
            TEXT_ARGS(name), (long long)count, (long long)id);
    return code;
}

static int check_reference(struct verifying *verifying, int reg, int field, struct err *err)
{
    const struct schema_field *meta = &register_of(verifying->pack, reg)->fields[field];
    struct buffer *sql = &verifying->sql;
    int64_t count, id;
    buffer_string(sql, "SELECT count(*), coalesce(min(t.id), 0) FROM ");
    sql_table(sql, verifying->pack, reg);
    buffer_string(sql, " AS t WHERE ");
    sql_field(sql, "t", verifying->pack, reg, field);
    buffer_string(sql, " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ");
    sql_table(sql, verifying->pack, meta->type.record);
    buffer_string(sql, " AS o WHERE o.id = ");
    sql_field(sql, "t", verifying->pack, reg, field);
    buffer_char(sql, ')');
    int code = count_records(verifying, reg, false, &count, &id, err);
    if (code == 0 && count > 0)
        fault_list_corrupt(
            verifying->faults, "登记 %.*s 的字段 %.*s 有 %lld 处指向不存在的记录（如 id %lld 的记录）",
            "Register %.*s, field %.*s: %lld references lead to no record (such as that of id %lld)",
            TEXT_ARGS(register_name(verifying->pack, reg)), TEXT_ARGS(meta->label.name), (long long)count,
            (long long)id);
    return code;
}

/* Unknown parts make a key that nobody else's equals. */
static int check_key(struct verifying *verifying, int reg, struct err *err)
{
    const struct pack_register *meta = &verifying->pack->registers[reg];
    struct buffer *sql = &verifying->sql;
    int64_t count, id;
    if (meta->key_count == 0) return 0;
    buffer_string(sql, "SELECT count(*), coalesce(min(k.id), 0) FROM (SELECT min(id) AS id FROM ");
    sql_table(sql, verifying->pack, reg);
    for (size_t i = 0; i < meta->key_count; i++) {
        buffer_string(sql, i == 0 ? " WHERE " : " AND ");
        sql_field(sql, NULL, verifying->pack, reg, meta->key[i]);
        buffer_string(sql, " IS NOT NULL");
    }
    for (size_t i = 0; i < meta->key_count; i++) {
        buffer_string(sql, i == 0 ? " GROUP BY " : ", ");
        sql_field(sql, NULL, verifying->pack, reg, meta->key[i]);
    }
    buffer_string(sql, " HAVING count(*) > 1) AS k");
    int code = count_records(verifying, reg, false, &count, &id, err);
    if (code == 0 && count > 0)
        fault_list_corrupt(verifying->faults, "登记 %.*s 有 %lld 个编号不止一条记录（如 id %lld 的记录）",
                           "Register %.*s has %lld keys with more than one record (such as that of id %lld)",
                           TEXT_ARGS(register_name(verifying->pack, reg)), (long long)count, (long long)id);
    return code;
}

/* ---- Sealed values ---- */

static int check_handles(struct verifying *verifying, int reg, int field, struct err *err)
{
    struct text name = field_name(verifying->pack, reg, field), table = register_name(verifying->pack, reg);
    struct buffer *sql = &verifying->sql;
    struct statement *statement;
    bool row;
    buffer_string(sql, "SELECT count(*), coalesce(min(t.id), 0) FROM ");
    sql_table(sql, verifying->pack, reg);
    buffer_string(sql, " AS t WHERE ");
    sql_field(sql, "t", verifying->pack, reg, field);
    buffer_string(
        sql, " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM zs_sealed AS z WHERE z.place = ?1 AND z.handle = ");
    sql_field(sql, "t", verifying->pack, reg, field);
    buffer_char(sql, ')');
    int code = sql_prepare(verifying->database->store, sql, &statement, err);
    buffer_clear(sql);
    if (code != 0) return code;
    statement_bind_text(statement, 1, sealed_field(verifying->database, reg, field)->place);
    code = statement_step(statement, &row, err);
    if (code == 0 && row && statement_int(statement, 0) > 0)
        fault_list_corrupt(
            verifying->faults,
            "登记 %.*s 的字段 %.*s 有 %lld 处不是加密的值（如 id %lld 的记录）：被人改过，或加密的值被人删除",
            "Register %.*s, field %.*s: %lld places hold no sealed value (such as the record of id %lld): "
            "somebody altered "
            "them or took the sealed values out",
            TEXT_ARGS(table), TEXT_ARGS(name), (long long)statement_int(statement, 0),
            (long long)statement_int(statement, 1));
    statement_free(statement);
    return code;
}

/* Only the first few are named: with the wrong key file it would be all of them. */
static void see_sealed(struct verifying *verifying, const struct statement *row, int64_t *bad)
{
    struct text handle = statement_text(row, 0), place = statement_text(row, 1);
    struct text hash = statement_is_null(row, 2) ? TEXT("") : statement_text(row, 2);
    struct err why;
    bool matches;
    int code = vault_check(verifying->database->vault, place, hash, statement_text(row, 3), &matches, &why);
    verifying->report->sealed += code == 0 && matches;
    if ((code == 0 && matches) || ++*bad > 10) return;
    if (code != 0)
        fault_list_corrupt(verifying->faults, "加密的值 %.*s：%s%.0s", "Sealed value %.*s: %.0s%s",
                           TEXT_ARGS(handle), why.zh, why.en);
    else
        fault_list_corrupt(verifying->faults, "%.*s 的加密的值 %.*s 与它的索引不符：其中一个被人改过",
                           "%.*s: the sealed value %.*s does not match its index: one of them was altered",
                           TEXT_ARGS(place), TEXT_ARGS(handle));
}

static int check_sealed(struct verifying *verifying, struct err *err)
{
    struct database *database = verifying->database;
    struct statement *rows;
    int64_t bad = 0;
    bool row;
    if (database->vault == NULL) return 0;
    verifying->report->unopened = vault_need(database->vault, NULL) != 0;
    if (verifying->report->unopened) return 0;
    int code =
        store_prepare(database->store,
                      TEXT("SELECT handle, place, hash, sealed FROM zs_sealed ORDER BY handle"), &rows, err);
    if (code != 0) return code;
    while ((code = statement_step(rows, &row, err)) == 0 && row) see_sealed(verifying, rows, &bad);
    statement_free(rows);
    if (bad > 10)
        fault_list_corrupt(verifying->faults, "这样的值共有 %lld 个", "There are %lld such values in all",
                           (long long)bad);
    return code;
}

static int check_register(struct verifying *verifying, int reg, struct err *err)
{
    const struct schema_register *meta = register_of(verifying->pack, reg);
    int64_t count, id;
    buffer_string(&verifying->sql, "SELECT count(*), 0 FROM ");
    sql_table(&verifying->sql, verifying->pack, reg);
    int code = count_records(verifying, reg, false, &count, &id, err);
    if (code == 0) verifying->report->records += count;
    if (code == 0) code = check_writers(verifying, reg, err);
    if (code == 0) code = check_key(verifying, reg, err);
    for (size_t i = 0; code == 0 && i < meta->field_count; i++)
        if (meta->fields[i].type.kind == TYPE_RECORD)
            code = check_reference(verifying, reg, (int)i, err);
        else if (sealed_now(verifying->database, reg, (int)i))
            code = check_handles(verifying, reg, (int)i, err);
    return code;
}

/* ---- The whole ---- */

static int check_noted(struct text noted, struct err *err)
{
    bool hex = noted.size == 0 || noted.size == CHAIN_HEX;
    for (size_t i = 0; i < noted.size; i++) hex = hex && strchr("0123456789abcdef", noted.at[i]) != NULL;
    if (hex) return 0;
    return err_set(err, ERR_INPUT, "“%.*s”不是日志的校验值。应为 zengshou verify 给出的 %d 位十六进制数",
                   "“%.*s” is no hash of a log. Give the %d hexadecimal digits that zengshou verify printed",
                   TEXT_ARGS(noted), CHAIN_HEX);
}

static int verify(struct verifying *verifying, struct err *err)
{
    struct store *store = verifying->database->store;
    int code = store_check(store, verifying->faults, err);
    if (code == 0) code = check_log(verifying, err);
    if (code == 0) code = check_sealed(verifying, err);
    for (size_t reg = 0; code == 0 && reg < verifying->pack->schema.register_count; reg++)
        code = check_register(verifying, (int)reg, err);
    return code;
}

int database_verify(struct database *database, struct text noted, struct verify_report *report,
                    struct fault_list *faults, struct err *err)
{
    struct verifying verifying = {
        .database = database, .pack = database->pack, .noted = noted, .report = report, .faults = faults};
    *report = (struct verify_report){0};
    int code = check_noted(noted, err);
    if (code == 0) code = store_begin_read(database->store, err);
    if (code != 0) return code;
    code = verify(&verifying, err);
    store_rollback(database->store); /* nothing was written */
    buffer_fini(&verifying.sql);
    return code;
}
