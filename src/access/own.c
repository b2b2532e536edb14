/* What users do to their own account: the password and the preferences. */
#include <jansson.h>

#include "access/access_private.h"

/* ---- Password ---- */

struct changing {
    struct access *access;
    int64_t user;
    struct text actor, session; /* hash of the session that stays */
    struct text stored;         /* hash of the old password */
    char fresh[PASSWORD_HASH];
    struct throttle_keys keys;
    struct arena arena;
};

static int stored_password(struct changing *changing, struct err *err)
{
    struct statement *statement;
    bool row;
    int code =
        ask_open(changing->access->store, "SELECT password FROM zs_user WHERE id = ?1 AND retired IS NULL",
                 ASK_WITH(ask_int(changing->user)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row) changing->stored = arena_text(&changing->arena, statement_text(statement, 0));
    statement_free(statement);
    if (code != 0 || row) return code;
    return err_set(err, ERR_UNAUTHENTICATED, "这个用户已停用", "This user has been retired");
}

static int put_password(void *context, struct err *err)
{
    struct changing *changing = context;
    struct access *access = changing->access;
    int code = ask_run(
        access->store,
        "UPDATE zs_user SET password = ?1, must_change = 0, demonstration = 0, "
        "version = version + 1 WHERE id = ?2 AND password = ?3 AND retired IS NULL",
        ASK_WITH(ask_text(text_of(changing->fresh)), ask_int(changing->user), ask_text(changing->stored)),
        err);
    if (code != 0) return code;
    if (store_changes(access->store) == 0)
        return err_set(err, ERR_CONFLICT, "密码刚被别人改过，请重新登录",
                       "Somebody else changed the password just now; log in again");
    code = sessions_end(access, changing->user, changing->session, NULL, err);
    if (code == 0) code = throttle_passed(access, &changing->keys, err);
    return code != 0 ? code
                     : user_log(access, changing->actor, TEXT("user.password"), changing->user, NULL, err);
}

static int check_old(struct changing *changing, struct text old, int64_t *wait, struct err *err)
{
    struct access *access = changing->access;
    bool right = false;
    changing->keys.name = throttle_user(changing->user, &changing->arena);
    int code = throttle_enter(access, &changing->keys, wait, err);
    if (code == 0) code = password_verify(&access->cost, changing->stored.at, old, &right, err);
    if (code != 0 || right) return code;
    return err_set(err, ERR_INPUT, "原密码不对", "The old password is wrong");
}

static int change(struct changing *changing, const struct access_new_password *given, int64_t *wait,
                  struct err *err)
{
    struct access *access = changing->access;
    int code = stored_password(changing, err);
    if (code == 0) code = check_old(changing, given->old, wait, err);
    if (code == 0) code = password_hash(&access->cost, given->fresh, changing->fresh, err);
    return code != 0 ? code : store_transact(access->store, put_password, changing, err);
}

int access_change_password(struct access *access, const struct principal *principal,
                           const struct access_new_password *given, int64_t *wait, struct err *err)
{
    char session[SECRET_HASH];
    *wait = 0;
    int code = password_check(given->fresh, principal->name, principal->display_name, err);
    if (code == 0 && text_equal(given->fresh, given->old))
        code = err_set(err, ERR_INPUT, "新密码不能与原密码相同",
                       "The new password must differ from the old one");
    if (code == 0) code = gate_enter(access->gate, err);
    if (code != 0) return code;
    secret_hash(given->token, session);
    struct changing changing = {
        .access = access, .user = principal->user, .actor = principal->name, .session = text_of(session)};
    code = change(&changing, given, wait, err);
    gate_leave(access->gate);
    arena_fini(&changing.arena);
    return code;
}

/* ---- Preferences ---- */

static bool is_object(struct text text)
{
    json_t *json = json_loadb(text.at == NULL ? "" : text.at, text.size, JSON_REJECT_DUPLICATES, NULL);
    bool object = json_is_object(json);
    json_decref(json);
    return object;
}

int access_preferences_set(struct access *access, int64_t user, struct text json, struct err *err)
{
    if (json.size > ACCESS_PREFERENCES)
        return err_set(err, ERR_LIMIT, "偏好设置最多 %d KiB", "Preferences are %d KiB at most",
                       ACCESS_PREFERENCES >> 10);
    if (!text_valid(json) || !is_object(json))
        return err_set(err, ERR_INPUT, "偏好设置应是一个 JSON 对象", "Preferences are one JSON object");
    int code = ask_run(access->store, "UPDATE zs_user SET preferences = ?1 WHERE id = ?2 AND retired IS NULL",
                       ASK_WITH(ask_text(json), ask_int(user)), err);
    if (code != 0 || store_changes(access->store) == 1) return code;
    return err_set(err, ERR_NOT_FOUND, "没有这个用户", "There is no such user");
}
