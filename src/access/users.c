/* Changing users: each change is one transaction that also writes it to the log. */
#include "access/users.h"

#include <stdlib.h>
#include <string.h>

#include "access/access_private.h"
#include "base/mem.h"

enum { NAME_LEAST = 2, NAME_MOST = 48, DISPLAY_MOST = 60 };

/* ---- The log ---- */

int user_log(struct access *access, struct text actor, struct text action, int64_t user,
             const struct user_log_more *more, struct err *err)
{
    struct statement *statement;
    struct buffer detail = {0};
    int64_t entry;
    bool row;
    int code = ask_open(access->store, "SELECT name FROM zs_user WHERE id = ?1", ASK_WITH(ask_int(user)),
                        &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    struct json_writer json = json_start(&detail);
    json_put_object(&json);
    json_member_text(&json, "user", code == 0 && row ? statement_text(statement, 0) : TEXT(""));
    statement_free(statement);
    if (more != NULL) more->write(more->context, &json);
    json_put_object_end(&json);
    if (code == 0) code = database_entry(access->database, actor, action, buffer_get(&detail), &entry, err);
    buffer_fini(&detail);
    return code;
}

static void write_rights(struct json_writer *json, const char *key, const struct user_facts *facts)
{
    json_put_key(json, key);
    json_put_object(json);
    json_member_text(json, "display_name", facts->display_name);
    json_member_text(json, "role", facts->role);
    json_put_key(json, "unit");
    if (facts->unit.size > 0)
        json_put_text(json, facts->unit);
    else
        json_put_null(json);
    json_put_key(json, "divisions");
    json_put_array(json);
    for (size_t i = 0; i < facts->division_count; i++) json_put_text(json, facts->divisions[i]);
    json_put_array_end(json);
    json_put_key(json, "subjects");
    json_put_array(json);
    for (size_t i = 0; i < facts->subject_count; i++) json_put_int(json, facts->subjects[i]);
    json_put_array_end(json);
    json_put_object_end(json);
}

struct transfer {
    const struct user_facts *before, *after; /* before NULL: new */
};

static void write_transfer(const void *context, struct json_writer *json)
{
    const struct transfer *transfer = context;
    if (transfer->before != NULL) write_rights(json, "before", transfer->before);
    write_rights(json, "after", transfer->after);
}

/* ---- What is accepted ---- */

static int check_name(struct text name, struct err *err)
{
    size_t length = 0;
    bool good = text_valid(name);
    for (size_t at = 0; good && at < name.size; length++) {
        uint32_t c = text_next(name, &at);
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        bool mark = c == '.' || c == '_' || c == '-';
        bool han =
            (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3134F);
        good = letter || han || (mark && length > 0);
    }
    if (text_fold_equal(name, TEXT("cli")))
        return err_set(err, ERR_INPUT, "用户名 cli 留给命令行，日志里用它",
                       "The name cli is the command line's own in the log");
    if (good && length >= NAME_LEAST && length <= NAME_MOST) return 0;
    return err_set(err, ERR_INPUT, "用户名应为 %d 至 %d 个汉字、字母或数字，中间可有 . _ -",
                   "A user's name has %d to %d letters or digits; . _ - may stand behind the first",
                   NAME_LEAST, NAME_MOST);
}

static int check_display_name(struct text name, struct err *err)
{
    bool good = text_valid(name) && name.size > 0 && text_length(name) <= DISPLAY_MOST;
    for (size_t i = 0; good && i < name.size; i++)
        good = (unsigned char)name.at[i] >= ' ' && name.at[i] != 0x7F;
    if (good) return 0;
    return err_set(err, ERR_INPUT, "请写明姓名，一行，1 至 %d 个字符",
                   "A display name is one line of 1 to %d characters", DISPLAY_MOST);
}

static int compare_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static int compare_codes(const void *left, const void *right)
{
    return text_compare(*(const struct text *)left, *(const struct text *)right);
}

static int take_divisions(const struct user_settings *settings, struct arena *arena, struct user_facts *facts,
                          struct err *err)
{
    if (settings->division_count > USER_DIVISIONS)
        return err_set(err, ERR_LIMIT, "一个用户最多 %d 个区划", "A user has %d divisions at most",
                       USER_DIVISIONS);
    struct text *codes = arena_array(arena, settings->division_count, sizeof *codes);
    for (size_t i = 0; i < settings->division_count; i++) codes[i] = text_trim(settings->divisions[i]);
    if (settings->division_count > 1) qsort(codes, settings->division_count, sizeof *codes, compare_codes);
    for (size_t i = 0; i < settings->division_count; i++)
        if (i == 0 || !text_equal(codes[i], codes[i - 1])) codes[facts->division_count++] = codes[i];
    facts->divisions = codes;
    return 0;
}

static int take_subjects(const struct user_settings *settings, struct arena *arena, struct user_facts *facts,
                         struct err *err)
{
    if (settings->subject_count > USER_SUBJECTS)
        return err_set(err, ERR_LIMIT, "一个用户最多 %d 户", "A user has %d assigned records at most",
                       USER_SUBJECTS);
    int64_t *ids = arena_array(arena, settings->subject_count, sizeof *ids);
    if (settings->subject_count > 0) memcpy(ids, settings->subjects, settings->subject_count * sizeof *ids);
    if (settings->subject_count > 1) qsort(ids, settings->subject_count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < settings->subject_count; i++) {
        if (ids[i] < 1)
            return err_set(err, ERR_INPUT, "没有编号为 %lld 的户", "There is no record with the id %lld",
                           (long long)ids[i]);
        if (i == 0 || ids[i] != ids[i - 1]) ids[facts->subject_count++] = ids[i];
    }
    facts->subjects = ids;
    return 0;
}

/* A list that the role does not read would lie there unseen until another role reads it. */
static int check_spare_lists(const struct pack *pack, const struct user_facts *facts, struct err *err)
{
    const struct pack_role *role = &pack->roles[pack_role_find(pack, facts->role)];
    if (facts->division_count > 0 && role->rows != ROWS_DIVISION)
        return err_set(err, ERR_INPUT, "角色“%.*s”不按区划划分范围，不要给区划",
                       "The role '%.*s' is not bounded by divisions; give none", TEXT_ARGS(facts->role));
    if (facts->subject_count > 0 && role->rows != ROWS_ASSIGNED)
        return err_set(err, ERR_INPUT, "角色“%.*s”不按结对户划分范围，不要给户",
                       "The role '%.*s' is not bounded by assigned records; give none",
                       TEXT_ARGS(facts->role));
    return 0;
}

/* Whoever has no household yet may be entered; all else has to fit the pack. */
static int check_rights(const struct pack *pack, const struct user_facts *facts, struct err *err)
{
    static const int64_t some = 1;
    struct user_facts tried = *facts;
    if (tried.subject_count == 0) {
        tried.subjects = &some;
        tried.subject_count = 1;
    }
    int code = principal_check(pack, &tried, err);
    if (code == 0) return check_spare_lists(pack, facts, err);
    if (err != NULL) err->code = ERR_INPUT;
    return ERR_INPUT;
}

static int take_settings(const struct access *access, const struct user_settings *settings,
                         struct arena *arena, struct user_facts *facts, struct err *err)
{
    facts->display_name = text_trim(settings->display_name);
    facts->role = text_trim(settings->role);
    facts->unit = text_trim(settings->unit);
    int code = check_display_name(facts->display_name, err);
    if (code == 0) code = take_divisions(settings, arena, facts, err);
    if (code == 0) code = take_subjects(settings, arena, facts, err);
    return code != 0 ? code : check_rights(access->pack, facts, err);
}

static bool unit_fits(const struct pack *pack, const struct pack_role *role, struct text unit)
{
    return pack_unit_named(pack, unit) >= 0 || (unit.size == 0 && role->owned == 0);
}

static const char *rights_field(const struct pack *pack, const struct user_facts *facts)
{
    int role = pack_role_find(pack, facts->role);
    if (role < 0) return "role";
    if (!unit_fits(pack, &pack->roles[role], facts->unit)) return "unit";
    return pack->roles[role].rows == ROWS_DIVISION || facts->division_count > 0 ? "divisions" : "subjects";
}

int user_check(struct access *access, const struct text *name, const struct user_settings *settings,
               const char **field, struct err *err)
{
    struct arena arena = {0};
    struct user_facts facts = {.role = text_trim(settings->role), .unit = text_trim(settings->unit)};
    *field = "name";
    int code = name == NULL ? 0 : check_name(text_trim(*name), err);
    if (code == 0) {
        *field = "display_name";
        code = check_display_name(text_trim(settings->display_name), err);
    }
    if (code == 0) {
        *field = "divisions";
        code = take_divisions(settings, &arena, &facts, err);
    }
    if (code == 0) {
        *field = "subjects";
        code = take_subjects(settings, &arena, &facts, err);
    }
    if (code == 0) {
        code = check_rights(access->pack, &facts, err);
        *field = rights_field(access->pack, &facts);
    }
    arena_fini(&arena);
    return code;
}

/* ---- Writing ---- */

/* Inside the transaction that may have taken the last one away. */
static int check_manager_left(struct access *access, struct err *err)
{
    int64_t left = 0;
    if (!access->keep_manager) return 0;
    for (size_t i = 0; i < access->pack->role_count; i++) {
        const struct pack_role *role = &access->pack->roles[i];
        int64_t count = 0;
        bool found;
        if ((role->abilities & UINT32_C(1) << ABILITY_USERS) == 0) continue;
        int code = ask_one(access->store, "SELECT count(*) FROM zs_user WHERE role = ?1 AND retired IS NULL",
                           ASK_WITH(ask_text(role->label.name)), &count, &found, err);
        if (code != 0) return code;
        left += count;
    }
    if (left > 0) return 0;
    return err_set(err, ERR_CONFLICT,
                   "这是最后一个能管理用户的账号，停用或换角色后就没有人能管理用户了。请先另设一个管理员",
                   "This is the last account that may manage users; without it nobody could. Make another "
                   "administrator first");
}

static int put_lists(struct access *access, int64_t id, const struct user_facts *facts, struct err *err)
{
    int code =
        ask_run(access->store, "DELETE FROM zs_user_division WHERE user_id = ?1", ASK_WITH(ask_int(id)), err);
    if (code == 0)
        code = ask_run(access->store, "DELETE FROM zs_user_subject WHERE user_id = ?1", ASK_WITH(ask_int(id)),
                       err);
    for (size_t i = 0; code == 0 && i < facts->division_count; i++)
        code = ask_run(access->store, "INSERT INTO zs_user_division (user_id, code) VALUES (?1, ?2)",
                       ASK_WITH(ask_int(id), ask_text(facts->divisions[i])), err);
    for (size_t i = 0; code == 0 && i < facts->subject_count; i++)
        code = ask_run(access->store, "INSERT INTO zs_user_subject (user_id, subject) VALUES (?1, ?2)",
                       ASK_WITH(ask_int(id), ask_int(facts->subjects[i])), err);
    return code;
}

struct editing {
    struct access *access;
    struct text actor;
    struct user_facts facts; /* as they shall be */
    int64_t id, version;
    char password[PASSWORD_HASH];
    bool demonstration;
    struct arena arena;
};

static struct ask_value unit_value(const struct user_facts *facts)
{
    return facts->unit.size == 0 ? ask_null() : ask_text(facts->unit);
}

static int name_is_free(struct editing *editing, struct text folded, struct err *err)
{
    int64_t retired;
    bool taken;
    int code = ask_one(editing->access->store, "SELECT coalesce(retired, 0) FROM zs_user WHERE folded = ?1",
                       ASK_WITH(ask_text(folded)), &retired, &taken, err);
    if (code != 0 || !taken) return code;
    return err_set(err, ERR_CONFLICT, "用户名“%.*s”%s，请换一个%.0s",
                   "The name '%.*s' %.0s%s; choose another", TEXT_ARGS(editing->facts.name),
                   retired != 0 ? "属于一个已停用的用户" : "已有人使用",
                   retired != 0 ? "belongs to a retired user" : "is taken");
}

static int insert_user(void *context, struct err *err)
{
    struct editing *editing = context;
    struct access *access = editing->access;
    const struct user_facts *facts = &editing->facts;
    struct text folded = user_fold(facts->name, &editing->arena);
    int code = name_is_free(editing, folded, err);
    if (code == 0)
        code = next_id(access->store, "SELECT coalesce(max(id), 0) + 1 FROM zs_user", &editing->id, err);
    if (code == 0)
        code =
            ask_run(access->store,
                    "INSERT INTO zs_user (id, name, folded, display_name, role, unit, password, must_change, "
                    "demonstration, created, version, preferences) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, '{}')",
                    ASK_WITH(ask_int(editing->id), ask_text(facts->name), ask_text(folded),
                             ask_text(facts->display_name), ask_text(facts->role), unit_value(facts),
                             ask_text(text_of(editing->password)), ask_int(!editing->demonstration),
                             ask_int(editing->demonstration), ask_int(access_now(access))),
                    err);
    if (code == 0) code = put_lists(access, editing->id, facts, err);
    struct transfer transfer = {NULL, facts};
    const struct user_log_more more = {write_transfer, &transfer};
    return code != 0 ? code : user_log(access, editing->actor, TEXT("user.add"), editing->id, &more, err);
}

static int hash_at_gate(struct access *access, struct text password, char hash[PASSWORD_HASH],
                        struct err *err)
{
    int code = gate_enter(access->gate, err);
    if (code != 0) return code;
    code = password_hash(&access->cost, password, hash, err);
    gate_leave(access->gate);
    return code;
}

int user_add(struct access *access, struct text actor, const struct user_new *user, int64_t *id,
             struct err *err)
{
    struct editing editing = {.access = access, .actor = actor, .demonstration = user->demonstration};
    editing.facts.name = text_trim(user->name);
    int code = check_name(editing.facts.name, err);
    if (code == 0) code = take_settings(access, &user->settings, &editing.arena, &editing.facts, err);
    if (code == 0) code = password_check(user->password, editing.facts.name, editing.facts.display_name, err);
    if (code == 0) code = hash_at_gate(access, user->password, editing.password, err);
    if (code == 0) code = store_transact(access->store, insert_user, &editing, err);
    if (code == 0) *id = editing.id;
    arena_fini(&editing.arena);
    return code;
}

static int gone(int64_t id, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "没有编号为 %lld 的在用用户",
                   "There is no active user with the number %lld", (long long)id);
}

static int update_user(void *context, struct err *err)
{
    struct editing *editing = context;
    struct access *access = editing->access;
    const struct user_facts *facts = &editing->facts;
    struct user_facts before;
    bool found;
    int code = user_facts_get(access, editing->id, &editing->arena, &before, &found, err);
    if (code != 0) return code;
    if (!found) return gone(editing->id, err);
    code = ask_run(access->store,
                   "UPDATE zs_user SET display_name = ?1, role = ?2, unit = ?3, version = version + 1 "
                   "WHERE id = ?4 AND version = ?5",
                   ASK_WITH(ask_text(facts->display_name), ask_text(facts->role), unit_value(facts),
                            ask_int(editing->id), ask_int(editing->version)),
                   err);
    if (code == 0 && store_changes(access->store) == 0)
        code = err_set(err, ERR_CONFLICT, "用户“%.*s”刚被别人改过，请看过新的内容再改",
                       "Somebody else changed the user '%.*s' just now; look at it again before changing it",
                       TEXT_ARGS(before.name));
    if (code == 0) code = put_lists(access, editing->id, facts, err);
    if (code == 0) code = check_manager_left(access, err);
    struct transfer transfer = {&before, facts};
    const struct user_log_more more = {write_transfer, &transfer};
    return code != 0 ? code : user_log(access, editing->actor, TEXT("user.change"), editing->id, &more, err);
}

int user_change(struct access *access, struct text actor, int64_t id, int64_t version,
                const struct user_settings *settings, struct err *err)
{
    struct editing editing = {.access = access, .actor = actor, .id = id, .version = version};
    int code = take_settings(access, settings, &editing.arena, &editing.facts, err);
    if (code == 0) code = store_transact(access->store, update_user, &editing, err);
    arena_fini(&editing.arena);
    return code;
}

/* ---- Password, retiring, unlocking ---- */

static int forget_failures(struct editing *editing, struct err *err)
{
    return throttle_forget(editing->access, throttle_user(editing->id, &editing->arena), err);
}

static int reset_password(void *context, struct err *err)
{
    struct editing *editing = context;
    struct access *access = editing->access;
    int code = ask_run(access->store,
                       "UPDATE zs_user SET password = ?1, must_change = ?2, demonstration = ?3, "
                       "version = version + 1 WHERE id = ?4 AND retired IS NULL",
                       ASK_WITH(ask_text(text_of(editing->password)), ask_int(!editing->demonstration),
                                ask_int(editing->demonstration), ask_int(editing->id)),
                       err);
    if (code != 0) return code;
    if (store_changes(access->store) == 0) return gone(editing->id, err);
    code = sessions_end(access, editing->id, TEXT(""), NULL, err);
    if (code == 0) code = tokens_end(access, editing->id, err);
    if (code == 0) code = forget_failures(editing, err);
    return code != 0 ? code : user_log(access, editing->actor, TEXT("user.password"), editing->id, NULL, err);
}

int user_password(struct access *access, struct text actor, int64_t id, struct text password,
                  bool demonstration, struct err *err)
{
    struct editing editing = {.access = access, .actor = actor, .id = id, .demonstration = demonstration};
    struct user_record user;
    int code = user_get(access, id, &editing.arena, &user, err);
    if (code == 0) code = password_check(password, user.facts.name, user.facts.display_name, err);
    if (code == 0) code = hash_at_gate(access, password, editing.password, err);
    if (code == 0) code = store_transact(access->store, reset_password, &editing, err);
    arena_fini(&editing.arena);
    return code;
}

static int retire(void *context, struct err *err)
{
    struct editing *editing = context;
    struct access *access = editing->access;
    int code =
        ask_run(access->store,
                "UPDATE zs_user SET retired = ?1, version = version + 1 WHERE id = ?2 AND retired IS NULL",
                ASK_WITH(ask_int(access_now(access)), ask_int(editing->id)), err);
    if (code != 0 || store_changes(access->store) == 0) return code;
    code = check_manager_left(access, err);
    if (code == 0) code = sessions_end(access, editing->id, TEXT(""), NULL, err);
    if (code == 0) code = tokens_end(access, editing->id, err);
    return code != 0 ? code : user_log(access, editing->actor, TEXT("user.retire"), editing->id, NULL, err);
}

static int unlock(void *context, struct err *err)
{
    struct editing *editing = context;
    int code = forget_failures(editing, err);
    if (code != 0 || store_changes(editing->access->store) == 0) return code;
    return user_log(editing->access, editing->actor, TEXT("user.unlock"), editing->id, NULL, err);
}

static int edit(struct access *access, struct text actor, int64_t id,
                int (*work)(void *context, struct err *err), struct err *err)
{
    struct editing editing = {.access = access, .actor = actor, .id = id};
    struct user_record user;
    int code = user_get(access, id, &editing.arena, &user, err);
    if (code == 0) code = store_transact(access->store, work, &editing, err);
    arena_fini(&editing.arena);
    return code;
}

int user_retire(struct access *access, struct text actor, int64_t id, struct err *err)
{
    return edit(access, actor, id, retire, err);
}

int user_unlock(struct access *access, struct text actor, int64_t id, struct err *err)
{
    return edit(access, actor, id, unlock, err);
}
