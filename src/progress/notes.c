/* A question worth showing to a meeting is worth keeping: as a row and an entry of the log, found by a number
 * that fits into an address. */
#include "progress/notes.h"

#include "base/json.h"
#include "base/mem.h"
#include "progress_tables_sql.h"
#include "store/tables.h"

static const struct store_tables tables = {.sql = progress_tables_sql, .last = "zs_whatif_note"};

static int log_entry(struct database *database, struct text actor, struct text action, struct text title,
                     int64_t id, int64_t *entry, struct err *err)
{
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    json_put_object(&json);
    json_member_int(&json, "note", id);
    json_member_text(&json, "title", title);
    json_put_object_end(&json);
    int code = database_entry(database, actor, action, buffer_get(&detail), entry, err);
    buffer_fini(&detail);
    return code;
}

/* ---- Saving ---- */

struct saving {
    struct database *database;
    const struct note *note;
    int64_t id;
};

static int check_note(const struct note *note, struct err *err)
{
    if (text_trim(note->title).size == 0 || text_length(note->title) > NOTE_TITLE_MOST)
        return err_set(err, ERR_INPUT, "请写标题，最多 %d 个字符", "Give it a title of at most %d characters",
                       NOTE_TITLE_MOST);
    if (text_length(note->text) > NOTE_TEXT_MOST)
        return err_set(err, ERR_INPUT, "说明最多 %d 个字符", "The words are %d characters at most",
                       NOTE_TEXT_MOST);
    return 0;
}

static int count_notes(struct store *store, int64_t user, int64_t *held, int64_t *next, struct err *err)
{
    struct statement *statement;
    bool row;
    int code = store_prepare(store,
                             TEXT("SELECT coalesce(sum(CASE WHEN user_id = ?1 THEN 1 ELSE 0 END), 0),"
                                  " coalesce(max(id), 0) + 1 FROM zs_whatif_note"),
                             &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, user);
    code = statement_step(statement, &row, err);
    *held = code == 0 && row ? statement_int(statement, 0) : 0;
    *next = code == 0 && row ? statement_int(statement, 1) : 1;
    statement_free(statement);
    return code;
}

static int insert(struct store *store, const struct note *note, int64_t id, int64_t entry, struct err *err)
{
    struct statement *statement;
    bool row;
    int code =
        store_prepare(store,
                      TEXT("INSERT INTO zs_whatif_note (id, entry, at, user_id, actor, title, note, question)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
                      &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, id);
    statement_bind_int(statement, 2, entry);
    statement_bind_int(statement, 3, note->at);
    statement_bind_int(statement, 4, note->user);
    statement_bind_text(statement, 5, note->actor);
    statement_bind_text(statement, 6, text_trim(note->title));
    statement_bind_text(statement, 7, note->text);
    statement_bind_text(statement, 8, note->question);
    code = statement_step(statement, &row, err);
    statement_free(statement);
    return code;
}

static int save(void *context, struct err *err)
{
    struct saving *saving = context;
    struct store *store = database_store(saving->database);
    int64_t held, entry;
    int code = store_tables_make(store, &tables, err);
    if (code == 0) code = count_notes(store, saving->note->user, &held, &saving->id, err);
    if (code == 0 && held >= NOTES_EACH)
        code = err_set(err, ERR_LIMIT, "一个用户最多保存 %d 份推演，请先删去不用的",
                       "A user keeps %d questions at most; drop those that are not used", NOTES_EACH);
    if (code == 0)
        code = log_entry(saving->database, saving->note->actor, TEXT("whatif.save"), saving->note->title,
                         saving->id, &entry, err);
    return code == 0 ? insert(store, saving->note, saving->id, entry, err) : code;
}

int note_save(struct database *database, const struct note *note, int64_t *id, struct err *err)
{
    struct saving saving = {database, note, 0};
    int code = check_note(note, err);
    if (code == 0) code = store_transact(database_store(database), save, &saving, err);
    *id = saving.id;
    return code;
}

/* ---- Reading ---- */

static void read_note(const struct statement *statement, struct arena *arena, struct note *out)
{
    *out = (struct note){.id = statement_int(statement, 0),
                         .at = statement_int(statement, 1),
                         .user = statement_int(statement, 2),
                         .actor = arena_text(arena, statement_text(statement, 3)),
                         .title = arena_text(arena, statement_text(statement, 4)),
                         .text = arena_text(arena, statement_text(statement, 5)),
                         .question = arena_text(arena, statement_text(statement, 6))};
}

static int no_note(int64_t id, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "没有编号为 %lld 的推演", "There is no saved question %lld",
                   (long long)id);
}

int note_get(struct database *database, struct note_reader reader, int64_t id, struct arena *arena,
             struct note *out, struct err *err)
{
    struct store *store = database_store(database);
    struct statement *statement;
    bool there, row = false;
    int code = store_has_table(store, tables.last, &there, err);
    if (code == 0 && !there) return no_note(id, err);
    if (code == 0)
        code = store_prepare(store,
                             TEXT("SELECT id, at, user_id, actor, title, note, question FROM zs_whatif_note"
                                  " WHERE id = ?1 AND (?2 = 1 OR user_id = ?3)"),
                             &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, id);
    statement_bind_int(statement, 2, reader.all);
    statement_bind_int(statement, 3, reader.user);
    code = statement_step(statement, &row, err);
    if (code == 0 && row) read_note(statement, arena, out);
    statement_free(statement);
    return code == 0 && !row ? no_note(id, err) : code;
}

int note_list(struct database *database, struct note_reader reader, size_t most, struct arena *arena,
              struct note **out, size_t *count, struct err *err)
{
    struct store *store = database_store(database);
    struct statement *statement;
    bool there, row;
    *count = 0;
    *out = arena_array(arena, most, sizeof **out);
    int code = store_has_table(store, tables.last, &there, err);
    if (code != 0 || !there) return code;
    code = store_prepare(store,
                         TEXT("SELECT id, at, user_id, actor, title, note, '' FROM zs_whatif_note"
                              " WHERE ?2 = 1 OR user_id = ?3 ORDER BY id DESC LIMIT ?1"),
                         &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, (int64_t)most);
    statement_bind_int(statement, 2, reader.all);
    statement_bind_int(statement, 3, reader.user);
    while ((code = statement_step(statement, &row, err)) == 0 && row && *count < most)
        read_note(statement, arena, &(*out)[(*count)++]);
    statement_free(statement);
    return code;
}

/* ---- Dropping ---- */

struct dropping {
    struct database *database;
    int64_t id, user;
    struct text actor;
};

static int drop(void *context, struct err *err)
{
    struct dropping *dropping = context;
    struct store *store = database_store(dropping->database);
    struct statement *statement;
    struct arena arena = {0};
    struct note note;
    int64_t entry;
    bool row;
    int code = note_get(dropping->database, (struct note_reader){dropping->user, false}, dropping->id, &arena,
                        &note, err);
    if (code == 0)
        code = log_entry(dropping->database, dropping->actor, TEXT("whatif.drop"), note.title, note.id,
                         &entry, err);
    arena_fini(&arena);
    if (code != 0) return code;
    code = store_prepare(store, TEXT("DELETE FROM zs_whatif_note WHERE id = ?1"), &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, dropping->id);
    code = statement_step(statement, &row, err);
    statement_free(statement);
    return code;
}

int note_drop(struct database *database, int64_t id, int64_t user, struct text actor, struct err *err)
{
    struct dropping dropping = {database, id, user, actor};
    return store_transact(database_store(database), drop, &dropping, err);
}
