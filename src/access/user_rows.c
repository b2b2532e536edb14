/* Reading users out of their tables, one or many. */
#include <stdlib.h>

#include "access/access_private.h"
#include "access/users.h"
#include "base/mem.h"

/* text_fold drops white space and takes full-width letters as half-width: names that look alike are one. */
struct text user_fold(struct text name, struct arena *arena)
{
    struct buffer folded = {0};
    text_fold(name, &folded);
    struct text text = arena_text(arena, buffer_get(&folded));
    buffer_fini(&folded);
    return text;
}

/* ---- One user's facts ---- */

static int read_divisions(struct access *access, struct arena *arena, struct user_facts *facts,
                          struct err *err)
{
    struct statement *statement;
    struct text *codes = NULL;
    size_t capacity = 0;
    bool row;
    int code = ask_open(access->store, "SELECT code FROM zs_user_division WHERE user_id = ?1 ORDER BY code",
                        ASK_WITH(ask_int(facts->id)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        codes = arena_grow(arena, codes, &capacity, facts->division_count + 1, sizeof *codes);
        codes[facts->division_count++] = arena_text(arena, statement_text(statement, 0));
    }
    statement_free(statement);
    facts->divisions = codes;
    return code;
}

static int read_subjects(struct access *access, struct arena *arena, struct user_facts *facts,
                         struct err *err)
{
    struct statement *statement;
    int64_t *subjects = NULL;
    size_t capacity = 0;
    bool row;
    int code =
        ask_open(access->store, "SELECT subject FROM zs_user_subject WHERE user_id = ?1 ORDER BY subject",
                 ASK_WITH(ask_int(facts->id)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        subjects = arena_grow(arena, subjects, &capacity, facts->subject_count + 1, sizeof *subjects);
        subjects[facts->subject_count++] = statement_int(statement, 0);
    }
    statement_free(statement);
    facts->subjects = subjects;
    return code;
}

static int read_lists(struct access *access, struct arena *arena, struct user_facts *facts, struct err *err)
{
    int code = read_divisions(access, arena, facts, err);
    return code != 0 ? code : read_subjects(access, arena, facts, err);
}

/* The columns id, name, display_name, role, unit, must_change, demonstration, preferences. */
static struct user_facts facts_of(const struct statement *statement, struct arena *arena)
{
    return (struct user_facts){
        .id = statement_int(statement, 0),
        .name = arena_text(arena, statement_text(statement, 1)),
        .display_name = arena_text(arena, statement_text(statement, 2)),
        .role = arena_text(arena, statement_text(statement, 3)),
        .unit = statement_is_null(statement, 4) ? TEXT("") : arena_text(arena, statement_text(statement, 4)),
        .must_change_password = statement_int(statement, 5) != 0,
        .demonstration = statement_int(statement, 6) != 0,
        .preferences = arena_text(arena, statement_text(statement, 7)),
    };
}

static int read_facts(struct access *access, int64_t user, struct arena *arena, struct user_facts *facts,
                      bool *found, struct err *err)
{
    struct statement *statement;
    int code = ask_open(access->store,
                        "SELECT id, name, display_name, role, unit, must_change, demonstration, preferences "
                        "FROM zs_user WHERE id = ?1 AND retired IS NULL",
                        ASK_WITH(ask_int(user)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, found, err);
    if (code == 0 && *found) *facts = facts_of(statement, arena);
    statement_free(statement);
    return code != 0 || !*found ? code : read_lists(access, arena, facts, err);
}

/* One state of the database: a transfer is seen whole or not at all. */
int user_facts_get(struct access *access, int64_t user, struct arena *arena, struct user_facts *facts,
                   bool *found, struct err *err)
{
    if (store_in_transaction(access->store)) return read_facts(access, user, arena, facts, found, err);
    int code = store_begin_read(access->store, err);
    if (code == 0) code = read_facts(access, user, arena, facts, found, err);
    if (code == 0) code = store_commit(access->store, err);
    if (code != 0) store_rollback(access->store);
    return code;
}

static int principal_of(struct access *access, int64_t user, bool settled, struct principal **out,
                        struct err *err)
{
    struct arena arena = {0};
    struct user_facts facts;
    bool found = false;
    int code = user_facts_get(access, user, &arena, &facts, &found, err);
    if (code == 0 && !found)
        code = err_set(err, ERR_UNAUTHENTICATED, "这个用户已停用", "This user has been retired");
    if (code == 0 && settled) facts.must_change_password = false;
    if (code == 0) *out = principal_new(access->pack, &facts);
    arena_fini(&arena);
    return code;
}

int access_user(struct access *access, int64_t user, struct principal **out, struct err *err)
{
    return user_principal(access, user, out, err);
}

int user_principal(struct access *access, int64_t user, struct principal **out, struct err *err)
{
    return principal_of(access, user, false, out, err);
}

int access_user_settled(struct access *access, int64_t user, struct principal **out, struct err *err)
{
    return principal_of(access, user, true, out, err);
}

/* ---- Records for administrators ---- */

#define RECORD                                                                                               \
    "SELECT u.id, u.name, u.display_name, u.role, u.unit, u.must_change, u.demonstration, '', u.version, "   \
    "u.created, coalesce(u.retired, 0), coalesce(t.until, 0), "                                              \
    "coalesce((SELECT max(at) FROM zs_login l WHERE l.user_id = u.id AND l.outcome = 'in'), 0), "            \
    "(SELECT count(*) FROM zs_session s WHERE s.user_id = u.id AND s.used >= ?1 AND s.created >= ?2), "      \
    "u.folded FROM zs_user u LEFT JOIN zs_throttle t ON t.key = 'user:' || CAST(u.id AS TEXT) "

static struct user_record record_of(const struct access *access, const struct statement *statement,
                                    struct arena *arena)
{
    int64_t until = statement_int(statement, 11);
    return (struct user_record){
        .facts = facts_of(statement, arena),
        .version = statement_int(statement, 8),
        .created = statement_int(statement, 9),
        .retired = statement_int(statement, 10),
        .locked_until = until > access_now(access) ? until : 0,
        .last_login = statement_int(statement, 12),
        .sessions = (size_t)statement_int(statement, 13),
    };
}

static int read_record(struct access *access, const char *condition, struct ask_value wanted,
                       struct arena *arena, struct user_record *user, bool *found, struct err *err)
{
    struct statement *statement;
    struct buffer sql = {0};
    int64_t now = access_now(access);
    buffer_printf(&sql, RECORD "WHERE %s", condition);
    int code = ask_open(access->store, sql.data,
                        ASK_WITH(ask_int(now - access->idle), ask_int(now - access->longest), wanted),
                        &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    code = statement_step(statement, found, err);
    if (code == 0 && *found) *user = record_of(access, statement, arena);
    statement_free(statement);
    return code != 0 || !*found ? code : read_lists(access, arena, &user->facts, err);
}

int user_get(struct access *access, int64_t id, struct arena *arena, struct user_record *user,
             struct err *err)
{
    bool found = false;
    int code = read_record(access, "u.id = ?3", ask_int(id), arena, user, &found, err);
    if (code != 0 || found) return code;
    return err_set(err, ERR_NOT_FOUND, "没有编号为 %lld 的用户", "There is no user with the number %lld",
                   (long long)id);
}

int user_find(struct access *access, struct text name, struct arena *arena, struct user_record *user,
              struct err *err)
{
    bool found = false;
    int code =
        read_record(access, "u.folded = ?3", ask_text(user_fold(name, arena)), arena, user, &found, err);
    if (code != 0 || found) return code;
    return err_set(err, ERR_NOT_FOUND, "没有用户“%.*s”", "There is no user '%.*s'", TEXT_ARGS(name));
}

/* A part of a name in LIKE, its own signs taken literally. */
static struct text like_pattern(struct text part, struct arena *arena)
{
    struct buffer pattern = {0};
    buffer_char(&pattern, '%');
    for (size_t i = 0; i < part.size; i++) {
        if (part.at[i] == '%' || part.at[i] == '_' || part.at[i] == '!') buffer_char(&pattern, '!');
        buffer_char(&pattern, part.at[i]);
    }
    buffer_char(&pattern, '%');
    struct text text = arena_text(arena, buffer_get(&pattern));
    buffer_fini(&pattern);
    return text;
}

static int list_rows(struct access *access, const struct user_query *query, struct arena *arena,
                     struct user_record **users, size_t *count, struct text *next, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    int64_t now = access_now(access);
    struct text last = {0};
    bool row;
    int code = ask_open(
        access->store,
        RECORD "WHERE u.folded > ?3 AND (?4 = 1 OR u.retired IS NULL) AND "
               "(u.folded LIKE ?5 ESCAPE '!' OR u.display_name LIKE ?6 ESCAPE '!') ORDER BY u.folded",
        ASK_WITH(ask_int(now - access->idle), ask_int(now - access->longest), ask_text(query->after),
                 ask_int(query->with_retired), ask_text(like_pattern(user_fold(query->like, arena), arena)),
                 ask_text(like_pattern(query->like, arena))),
        &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        if (query->limit > 0 && *count == query->limit) {
            *next = last;
            break;
        }
        *users = arena_grow(arena, *users, &capacity, *count + 1, sizeof **users);
        (*users)[(*count)++] = record_of(access, statement, arena);
        last = arena_text(arena, statement_text(statement, 14));
    }
    statement_free(statement);
    return code;
}

int user_list(struct access *access, const struct user_query *query, struct arena *arena,
              struct user_record **users, size_t *count, struct text *next, struct err *err)
{
    *users = NULL;
    *count = 0;
    *next = TEXT("");
    int code = list_rows(access, query, arena, users, count, next, err);
    for (size_t i = 0; code == 0 && i < *count; i++)
        code = read_lists(access, arena, &(*users)[i].facts, err);
    return code;
}

int user_sessions(struct access *access, int64_t id, struct arena *arena, struct user_session **sessions,
                  size_t *count, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    int64_t now = access_now(access);
    bool row;
    *sessions = NULL;
    *count = 0;
    int code = ask_open(access->store,
                        "SELECT created, used, address FROM zs_session "
                        "WHERE user_id = ?1 AND used >= ?2 AND created >= ?3 ORDER BY created DESC, hash",
                        ASK_WITH(ask_int(id), ask_int(now - access->idle), ask_int(now - access->longest)),
                        &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *sessions = arena_grow(arena, *sessions, &capacity, *count + 1, sizeof **sessions);
        (*sessions)[(*count)++] =
            (struct user_session){statement_int(statement, 0), statement_int(statement, 1),
                                  arena_text(arena, statement_text(statement, 2))};
    }
    statement_free(statement);
    return code;
}

int user_demonstrations(struct access *access, int64_t *count, struct err *err)
{
    bool found;
    return store_query_int(access->store,
                           "SELECT count(*) FROM zs_user WHERE demonstration = 1 AND retired IS NULL", count,
                           &found, err);
}
