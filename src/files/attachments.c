/* The one door for files: the record's scope decides, the content is checked before anything is written, and
 * the log says what was hung where. */
#include "files/attachments.h"

#include <time.h>

#include "base/date.h"
#include "base/json.h"
#include "files/attachments_private.h"
#include "register/case_record.h"
#include "register/record.h"
#include "register/scope_sql.h"

enum { REASON_MAX = 1000, DAY = 86400 };

void attachment_detail_write(const struct attachment_detail *detail, struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_text(&json, "register", detail->reg);
    json_member_int(&json, "record", detail->record);
    json_member_int(&json, "attachment", detail->id);
    json_member_text(&json, "kind", detail->kind);
    json_member_text(&json, "digest", detail->digest);
    if (detail->reason.size > 0) {
        json_member_text(&json, "reason", detail->reason);
    }
    json_put_object_end(&json);
}

static struct text register_of_pack(struct database *database, int reg)
{
    return database_pack(database)->schema.registers[reg].label.name;
}

static int refuse_missing(struct database *database, int reg, int64_t record, struct err *err)
{
    struct text table = register_of_pack(database, reg);
    return err_set(err, ERR_NOT_FOUND, "登记 %.*s 里没有编号 %lld 的记录",
                   "Register %.*s has no record with id %lld", TEXT_ARGS(table), (long long)record);
}

/* May they do that with the record's register, and is the record in scope? */
static int check_record(struct database *database, const struct scope *scope, int reg, int64_t record,
                        enum scope_action action, struct err *err)
{
    bool has = false;
    int code = scope_check(scope, database_pack(database), reg, SCOPE_READ, err);
    if (code == 0) code = scope_has(database, scope, reg, record, action == SCOPE_READ, &has, err);
    if (code == 0 && !has) code = refuse_missing(database, reg, record, err);
    return code == 0 && action != SCOPE_READ ? scope_check(scope, database_pack(database), reg, action, err)
                                             : code;
}

/* Nor do the files of what belongs to a case that is closed change. */
static int refuse_settled(struct database *database, int reg, int64_t record, struct err *err)
{
    bool settled;
    struct buffer zh = {0}, en = {0};
    int code = record_is_settled(database, reg, record, &settled, err);
    if (code != 0 || !settled) return code;
    case_closed_words(database_pack(database), reg, &zh, &en);
    code = err_set(err, ERR_CONFLICT, "附件不能增减：%s%.0s", "%.0sFiles stay as they are: %s", zh.data,
                   en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* What hangs on a case is evidence: casework says who adds and takes back, and when. */
static int refuse_case(struct database *database, int reg, int64_t record, struct err *err)
{
    bool is;
    int code = record_is_case(database, reg, record, &is, err);
    if (code == 0 && !is) return refuse_settled(database, reg, record, err);
    if (code != 0) return code;
    return err_set(err, ERR_FORBIDDEN, "这条记录是办件，附件随办理增减，不能从这里改",
                   "This record is a case; its files are added and taken back as a case's, not here");
}

static int run(struct database *database, const char *sql, struct statement **out, struct err *err)
{
    return store_prepare(database_store(database), text_of(sql), out, err);
}

/* The first column of the first row. */
static int take_int(struct statement *statement, int64_t *value, struct err *err)
{
    bool row = false;
    int code = statement_step(statement, &row, err);
    if (code == 0 && row) *value = statement_int(statement, 0);
    statement_free(statement);
    return code;
}

/* ---- Limits ---- */

int attachment_count(struct database *database, int reg, int64_t record, int kind, int64_t since,
                     int64_t *count, struct err *err)
{
    struct statement *statement;
    *count = 0;
    int code = run(
        database,
        kind < 0 ? "SELECT count(*) FROM zs_attachment WHERE register = ?1 AND record = ?2 AND retired IS "
                   "NULL AND entry > ?3"
                 : "SELECT count(*) FROM zs_attachment WHERE register = ?1 AND record = ?2 AND retired IS "
                   "NULL AND entry > ?3 AND kind = ?4",
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, register_of_pack(database, reg));
    statement_bind_int(statement, 2, record);
    statement_bind_int(statement, 3, since);
    if (kind >= 0) statement_bind_text(statement, 4, database_pack(database)->attachments[kind].label.name);
    return take_int(statement, count, err);
}

static int added_today(struct database *database, struct text actor, int64_t *bytes, struct err *err)
{
    struct statement *statement;
    char since[DATE_MOMENT_TEXT];
    *bytes = 0;
    int code = run(
        database,
        "SELECT coalesce(sum(f.size), 0) FROM zs_attachment AS a JOIN zs_file AS f ON f.digest = a.digest "
        "WHERE a.actor = ?1 AND a.at >= ?2",
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, actor);
    statement_bind_text(statement, 2, text_of(date_moment((int64_t)time(NULL) - DAY, since)));
    return take_int(statement, bytes, err);
}

/* ---- Adding ---- */

struct adding {
    struct database *database;
    const struct scope *scope;
    const struct attachment_new *file;
    const struct attachment_look *look;
    int64_t id;
};

static struct text kind_name(const struct adding *adding)
{
    return database_pack(adding->database)->attachments[adding->file->kind].label.name;
}

static int check_limits(struct adding *adding, struct err *err)
{
    const struct pack_attachment_limits *limits = &database_pack(adding->database)->attachment_limits;
    const struct attachment_new *file = adding->file;
    int64_t count, bytes;
    int code = attachment_count(adding->database, file->reg, file->record, -1, 0, &count, err);
    if (code == 0 && count >= limits->record)
        code = err_set(
            err, ERR_LIMIT, "这条记录已有 %lld 个附件，不能再加；请先撤下不需要的",
            "The record has %lld files already, which is the most; take back those that are not needed",
            (long long)count);
    if (code == 0) code = added_today(adding->database, adding->scope->actor, &bytes, err);
    if (code == 0 && bytes + (int64_t)adding->look->content.bytes.size > limits->day)
        code = err_set(
            err, ERR_LIMIT, "您在 24 小时内上传的附件已接近 %lld MiB 的上限；请明天再传，或先缩小照片",
            "You have come to the limit of %lld MiB of files within 24 hours; go on tomorrow, or make the "
            "pictures smaller",
            (long long)(limits->day >> 20));
    return code;
}

/* The same file on the same record: a phone that sent it twice. */
static int find_same(struct adding *adding, struct err *err)
{
    struct statement *statement;
    const struct attachment_new *file = adding->file;
    int code = run(
        adding->database,
        "SELECT id FROM zs_attachment WHERE register = ?1 AND record = ?2 AND kind = ?3 AND digest = ?4 AND "
        "retired IS NULL",
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, register_of_pack(adding->database, file->reg));
    statement_bind_int(statement, 2, file->record);
    statement_bind_text(statement, 3, kind_name(adding));
    statement_bind_text(statement, 4, text_of(adding->look->digest));
    return take_int(statement, &adding->id, err);
}

static int put_content(struct adding *adding, struct err *err)
{
    struct statement *statement;
    int code = run(
        adding->database,
        "INSERT INTO zs_file (digest, size, type, content) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (digest) DO "
        "NOTHING",
        &statement, err);
    if (code != 0) return code;
    statement_bind_text(statement, 1, text_of(adding->look->digest));
    statement_bind_int(statement, 2, (int64_t)adding->look->content.bytes.size);
    statement_bind_text(statement, 3, text_of(content_type_name(adding->look->content.type)));
    statement_bind_blob(statement, 4, buffer_get(&adding->look->content.bytes));
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static int put_entry(struct database *database, const struct scope *scope, const char *action,
                     const struct attachment_detail *said, int64_t *entry, struct err *err)
{
    struct buffer detail = {0};
    attachment_detail_write(said, &detail);
    int code = database_entry(database, scope->actor, text_of(action), buffer_get(&detail), entry, err);
    buffer_fini(&detail);
    return code;
}

static int put_attachment(struct adding *adding, struct err *err)
{
    struct statement *statement;
    const struct attachment_new *file = adding->file;
    struct attachment_detail said = {.reg = register_of_pack(adding->database, file->reg),
                                     .record = file->record,
                                     .id = adding->id,
                                     .kind = kind_name(adding),
                                     .digest = text_of(adding->look->digest)};
    int64_t entry;
    int code = put_entry(adding->database, adding->scope, "attach", &said, &entry, err);
    if (code == 0)
        code = run(
            adding->database,
            "INSERT INTO zs_attachment (id, register, record, kind, digest, name, actor, at, entry) SELECT "
            "CAST(?1 AS BIGINT), ?2, CAST(?3 AS BIGINT), ?4, ?5, ?6, e.actor, e.at, e.id FROM zs_entry AS e "
            "WHERE e.id = ?7",
            &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, said.id);
    statement_bind_text(statement, 2, said.reg);
    statement_bind_int(statement, 3, said.record);
    statement_bind_text(statement, 4, said.kind);
    statement_bind_text(statement, 5, said.digest);
    statement_bind_text(statement, 6, buffer_get(&adding->look->name));
    statement_bind_int(statement, 7, entry);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static int hang(void *context, struct err *err)
{
    struct adding *adding = context;
    bool found;
    adding->id = 0;
    int code = check_record(adding->database, adding->scope, adding->file->reg, adding->file->record,
                            SCOPE_EDIT, err);
    if (code == 0 && !adding->file->of_case)
        code = refuse_case(adding->database, adding->file->reg, adding->file->record, err);
    if (code == 0) code = find_same(adding, err);
    if (code != 0 || adding->id != 0) return code;
    code = check_limits(adding, err);
    if (code == 0)
        code =
            store_query_int(database_store(adding->database),
                            "SELECT coalesce(max(id), 0) + 1 FROM zs_attachment", &adding->id, &found, err);
    if (code == 0) code = put_content(adding, err);
    return code == 0 ? put_attachment(adding, err) : code;
}

static int transact(struct database *database, int (*work)(void *context, struct err *err), void *context,
                    struct err *err)
{
    struct store *store = database_store(database);
    if (!store_in_transaction(store)) return store_transact(store, work, context, err);
    int code = store_run(store, "SAVEPOINT zs_files", err);
    if (code != 0) return code;
    code = work(context, err);
    if (code == 0) return store_run(store, "RELEASE zs_files", err);
    store_run(store, "ROLLBACK TO zs_files; RELEASE zs_files", NULL);
    return code;
}

static int check_kind(const struct pack *pack, const struct attachment_new *file, struct err *err)
{
    const struct pack_attachment *kind = &pack->attachments[file->kind];
    const struct pack_attachment_limits *limits = &pack->attachment_limits;
    struct text label = label_in(&kind->label, "zh"), english = label_in(&kind->label, "en");
    if (kind->registers != NULL && !kind->registers[file->reg]) {
        struct text said = label.size > 0 ? label : english;
        return err_set(err, ERR_INPUT, "“%.*s”不能附在这种记录上",
                       "“%.*s” does not belong to records of this register", TEXT_ARGS(said));
    }
    if ((int64_t)file->bytes.size <= limits->file) return 0;
    return err_set(err, ERR_LIMIT, "文件超过 %lld MiB；请缩小照片，或分成几个文件",
                   "The file is larger than %lld MiB; make the picture smaller, or split it",
                   (long long)(limits->file >> 20));
}

int attachment_look(const struct pack *pack, const struct attachment_new *file, struct attachment_look *out,
                    struct err *err)
{
    *out = (struct attachment_look){0};
    int code = check_kind(pack, file, err);
    if (code == 0) code = content_check(file->bytes, file->keep, &out->content, err);
    if (code == 0) code = content_fits(&pack->attachments[file->kind], out->content.type, err);
    if (code == 0) code = content_name(file->name, out->content.type, &out->name, err);
    if (code == 0) file_digest_of(buffer_get(&out->content.bytes), out->digest);
    return code;
}

void attachment_look_fini(struct attachment_look *look)
{
    content_fini(&look->content);
    buffer_fini(&look->name);
}

int attachment_hang(struct database *database, const struct scope *scope, const struct attachment_new *file,
                    const struct attachment_look *look, int64_t *id, struct err *err)
{
    struct adding adding = {.database = database, .scope = scope, .file = file, .look = look};
    int code = transact(database, hang, &adding, err);
    *id = adding.id;
    return code;
}

int attachment_add(struct database *database, const struct scope *scope, const struct attachment_new *file,
                   int64_t *id, bool *cleaned, struct err *err)
{
    struct attachment_look look = {0};
    *id = 0;
    /* Before the content is looked into: who may not, learns nothing and costs nothing. */
    int code = check_record(database, scope, file->reg, file->record, SCOPE_EDIT, err);
    if (code == 0) code = attachment_look(database_pack(database), file, &look, err);
    if (code == 0) code = attachment_hang(database, scope, file, &look, id, err);
    if (cleaned != NULL) *cleaned = look.content.cleaned;
    attachment_look_fini(&look);
    return code;
}

/* ---- Seeing ---- */

#define COLUMNS                                                                                              \
    "SELECT a.id, f.size, a.entry, a.kind, f.type, a.name, a.digest, a.actor, a.at, coalesce(a.retired, "    \
    "0), "                                                                                                   \
    "coalesce(a.reason, '')"
#define FROM                                                                                                 \
    " FROM zs_attachment AS a JOIN zs_file AS f ON f.digest = a.digest WHERE a.register = ?1 AND a.record "  \
    "= ?2"

static void take(struct database *database, const struct scope *scope, const struct statement *row,
                 struct arena *arena, struct attachment *out)
{
    const struct pack *pack = database_pack(database);
    *out = (struct attachment){.id = statement_int(row, 0),
                               .size = statement_int(row, 1),
                               .entry = statement_int(row, 2),
                               .kind = pack_attachment_find(pack, statement_text(row, 3)),
                               .kind_name = arena_text(arena, statement_text(row, 3)),
                               .name = arena_text(arena, statement_text(row, 5)),
                               .digest = arena_text(arena, statement_text(row, 6)),
                               .actor = arena_text(arena, statement_text(row, 7)),
                               .at = arena_text(arena, statement_text(row, 8)),
                               .retired = statement_int(row, 9),
                               .reason = arena_text(arena, statement_text(row, 10))};
    content_type_find(statement_text(row, 4), &out->type);
    /* What a kind that is gone held, nobody can say: as if it were all that is sensitive. */
    uint32_t all = UINT32_C(1) << SENSITIVE_IDENTITY | UINT32_C(1) << SENSITIVE_HEALTH;
    out->sealed = out->kind < 0 ? (scope->unmasked & all) != all
                                : !scope_unmasks(scope, pack->attachments[out->kind].sensitive);
}

int attachment_list(struct database *database, const struct scope *scope, int reg, int64_t record,
                    bool with_retired, struct arena *arena, struct attachment **items, size_t *count,
                    struct err *err)
{
    struct statement *rows;
    size_t capacity = 0;
    bool row;
    *items = NULL;
    *count = 0;
    int code = check_record(database, scope, reg, record, SCOPE_READ, err);
    if (code == 0)
        code = run(database,
                   with_retired ? COLUMNS FROM " ORDER BY a.id"
                                : COLUMNS FROM " AND a.retired IS NULL ORDER BY a.id",
                   &rows, err);
    if (code != 0) return code;
    statement_bind_text(rows, 1, register_of_pack(database, reg));
    statement_bind_int(rows, 2, record);
    while ((code = statement_step(rows, &row, err)) == 0 && row) {
        *items = arena_grow(arena, *items, &capacity, *count + 1, sizeof **items);
        take(database, scope, rows, arena, &(*items)[(*count)++]);
    }
    statement_free(rows);
    return code;
}

struct opening {
    struct database *database;
    const struct scope *scope;
    int reg;
    int64_t record, id;
    struct arena *arena;
    struct attachment *out;
    struct buffer *content; /* NULL: only what is known of it */
    struct text reason;
    bool of_case;
};

static int find(const struct opening *opening, struct err *err)
{
    struct statement *rows;
    bool row;
    int code =
        check_record(opening->database, opening->scope, opening->reg, opening->record, SCOPE_READ, err);
    if (code == 0)
        code = run(opening->database,
                   opening->content == NULL ? COLUMNS FROM " AND a.id = ?3"
                                            : COLUMNS ", f.content" FROM " AND a.id = ?3",
                   &rows, err);
    if (code != 0) return code;
    statement_bind_text(rows, 1, register_of_pack(opening->database, opening->reg));
    statement_bind_int(rows, 2, opening->record);
    statement_bind_int(rows, 3, opening->id);
    code = statement_step(rows, &row, err);
    if (code == 0 && !row)
        code = err_set(err, ERR_NOT_FOUND, "这条记录没有第 %lld 号附件", "The record has no file %lld",
                       (long long)opening->id);
    if (code == 0) take(opening->database, opening->scope, rows, opening->arena, opening->out);
    if (code == 0 && opening->content != NULL) buffer_text(opening->content, statement_text(rows, 11));
    statement_free(rows);
    return code;
}

static struct attachment_detail detail_of(const struct opening *opening)
{
    return (struct attachment_detail){.reg = register_of_pack(opening->database, opening->reg),
                                      .record = opening->record,
                                      .id = opening->id,
                                      .kind = opening->out->kind_name,
                                      .digest = opening->out->digest,
                                      .reason = opening->reason};
}

static int open_sealed(void *context, struct err *err)
{
    const struct opening *opening = context;
    const struct attachment_detail said = detail_of(opening);
    int64_t entry;
    return put_entry(opening->database, opening->scope, "open_file", &said, &entry, err);
}

int attachment_read(struct database *database, const struct scope *scope, int reg, int64_t record, int64_t id,
                    struct arena *arena, struct attachment *out, struct buffer *content, struct err *err)
{
    struct opening opening = {.database = database,
                              .scope = scope,
                              .reg = reg,
                              .record = record,
                              .id = id,
                              .arena = arena,
                              .out = out,
                              .content = content};
    char digest[FILE_DIGEST];
    int code = find(&opening, err);
    if (code != 0) return code;
    file_digest_of(buffer_get(content), digest);
    bool sensitive =
        out->kind < 0 || database_pack(database)->attachments[out->kind].sensitive != SENSITIVE_NO;
    if (out->sealed)
        code = err_set(err, ERR_FORBIDDEN, "您无权打开这类附件。如有需要，请联系管理员",
                       "You may not open files of this kind. If you need to, ask the administrator");
    else if (!text_is(out->digest, digest))
        code =
            err_set(err, ERR_CORRUPT, "附件内容与上传时不一致，已损坏或被人改过；请联系管理员用备份恢复",
                    "The file is not what was uploaded: damaged or altered. Have it restored from a backup");
    else if (sensitive)
        code = transact(database, open_sealed, &opening, err);
    if (code != 0) buffer_clear(content);
    return code;
}

/* ---- Taking back ---- */

static int retire(void *context, struct err *err)
{
    struct opening *opening = context;
    struct statement *statement;
    int64_t entry;
    int code =
        check_record(opening->database, opening->scope, opening->reg, opening->record, SCOPE_EDIT, err);
    if (code == 0) code = find(opening, err);
    if (code != 0) return code;
    if (opening->out->retired != 0)
        return err_set(err, ERR_CONFLICT, "这个附件已经撤下", "This file has been taken back already");
    if (!opening->of_case) {
        code = refuse_case(opening->database, opening->reg, opening->record, err);
        if (code != 0) return code;
    }
    if (!opening->of_case && !text_equal(opening->out->actor, opening->scope->actor) &&
        !scope_may(opening->scope, opening->reg, SCOPE_RETIRE))
        return err_set(
            err, ERR_FORBIDDEN, "只有上传的人，或有权停用这类记录的人，才能撤下附件",
            "A file is taken back by whoever uploaded it, or by those who may retire such records");
    const struct attachment_detail said = detail_of(opening);
    code = put_entry(opening->database, opening->scope, "detach", &said, &entry, err);
    if (code == 0)
        code = run(opening->database, "UPDATE zs_attachment SET retired = ?2, reason = ?3 WHERE id = ?1",
                   &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, opening->id);
    statement_bind_int(statement, 2, entry);
    statement_bind_text(statement, 3, opening->reason);
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

static int take_back(struct database *database, const struct scope *scope, int reg, int64_t record,
                     int64_t id, struct text reason, bool of_case, struct err *err)
{
    struct arena arena = {0};
    struct attachment found;
    struct opening opening = {.database = database,
                              .scope = scope,
                              .reg = reg,
                              .record = record,
                              .id = id,
                              .arena = &arena,
                              .out = &found,
                              .of_case = of_case,
                              .reason = text_trim(reason)};
    if (opening.reason.size == 0) return err_set(err, ERR_INPUT, "请写明理由", "Give a reason");
    if (!text_valid(opening.reason) || text_length(opening.reason) > REASON_MAX)
        return err_set(err, ERR_INPUT, "理由太长（最多 %d 个字），或含有无法识别的字符",
                       "The reason is too long (at most %d characters) or cannot be read", REASON_MAX);
    int code = transact(database, retire, &opening, err);
    arena_fini(&arena);
    return code;
}

int attachment_retire(struct database *database, const struct scope *scope, int reg, int64_t record,
                      int64_t id, struct text reason, struct err *err)
{
    return take_back(database, scope, reg, record, id, reason, false, err);
}

int attachment_retire_of_case(struct database *database, const struct scope *scope, int reg, int64_t record,
                              int64_t id, struct text reason, struct err *err)
{
    return take_back(database, scope, reg, record, id, reason, true, err);
}
