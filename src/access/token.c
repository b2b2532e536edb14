/* Tokens let scripts work with a user's rights, as long as the user has them. */
#include <string.h>

#include "access/access_private.h"

enum { DAY = 86400, LONGEST_DAYS = 366, LABEL_MOST = 100 };

static const char prefix[] = "zs_";

struct granting {
    struct access *access;
    const struct principal *principal;
    struct text label;
    int64_t ends, id;
    char hash[SECRET_HASH];
};

static void write_label(const void *context, struct json_writer *json)
{
    json_member_text(json, "label", *(const struct text *)context);
}

static int check_token(const struct access *access, const struct principal *principal, struct text label,
                       int64_t ends, struct err *err)
{
    int64_t now = access_now(access);
    size_t length = text_length(label);
    if (!principal_can(principal, ABILITY_TOKENS))
        return err_set(err, ERR_FORBIDDEN, "您的角色不能使用接口令牌", "Your role has no API tokens");
    if (!text_valid(label) || text_trim(label).size == 0 || length > LABEL_MOST)
        return err_set(err, ERR_INPUT, "请给令牌起一个名字，1 至 %d 个字符",
                       "Give the token a name of 1 to %d characters", LABEL_MOST);
    if (ends <= now || ends > now + (int64_t)LONGEST_DAYS * DAY)
        return err_set(err, ERR_INPUT, "令牌的到期日应在今后 %d 天之内",
                       "A token has to end within the next %d days", LONGEST_DAYS);
    return 0;
}

static int grant(void *context, struct err *err)
{
    struct granting *granting = context;
    struct access *access = granting->access;
    int64_t user = granting->principal->user, held = 0, now = access_now(access);
    bool found;
    int code = ask_one(access->store,
                       "SELECT count(*) FROM zs_token WHERE user_id = ?1 AND revoked IS NULL AND ends > ?2",
                       ASK_WITH(ask_int(user), ask_int(now)), &held, &found, err);
    if (code != 0) return code;
    if (held >= ACCESS_TOKENS)
        return err_set(err, ERR_LIMIT, "一个用户最多有 %d 个有效令牌，请先撤销不用的",
                       "A user has %d tokens at most; revoke those that are not used", ACCESS_TOKENS);
    code = next_id(access->store, "SELECT coalesce(max(id), 0) + 1 FROM zs_token", &granting->id, err);
    if (code == 0)
        code = ask_run(access->store,
                       "INSERT INTO zs_token (id, user_id, hash, label, created, ends) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                       ASK_WITH(ask_int(granting->id), ask_int(user), ask_text(text_of(granting->hash)),
                                ask_text(granting->label), ask_int(now), ask_int(granting->ends)),
                       err);
    const struct user_log_more more = {write_label, &granting->label};
    return code != 0 ? code
                     : user_log(access, granting->principal->name, TEXT("token.add"), user, &more, err);
}

int access_token_new(struct access *access, const struct principal *principal, struct text label,
                     int64_t ends, char secret[ACCESS_TOKEN], int64_t *id, struct err *err)
{
    secret[0] = '\0';
    int code = check_token(access, principal, label, ends, err);
    if (code != 0) return code;
    struct granting granting = {
        .access = access, .principal = principal, .label = text_trim(label), .ends = ends};
    char fresh[ACCESS_TOKEN];
    memcpy(fresh, prefix, sizeof prefix);
    secret_new(fresh + sizeof prefix - 1);
    secret_hash(text_of(fresh), granting.hash);
    code = store_transact(access->store, grant, &granting, err);
    if (code != 0) return code;
    memcpy(secret, fresh, sizeof fresh);
    *id = granting.id;
    return 0;
}

int access_bearer(struct access *access, struct text secret, struct principal **out, struct err *err)
{
    *out = NULL;
    char hash[SECRET_HASH];
    struct statement *statement;
    bool row = false;
    int64_t id = 0, user = 0, used = 0, now = access_now(access);
    int code = 0;
    if (secret.size == ACCESS_TOKEN - 1 && text_starts(secret, text_of(prefix))) {
        secret_hash(secret, hash);
        code = ask_open(access->store,
                        "SELECT id, user_id, coalesce(used, 0) FROM zs_token "
                        "WHERE hash = ?1 AND revoked IS NULL AND ends > ?2",
                        ASK_WITH(ask_text(text_of(hash)), ask_int(now)), &statement, err);
        if (code != 0) return code;
        code = statement_step(statement, &row, err);
        if (code == 0 && row) {
            id = statement_int(statement, 0);
            user = statement_int(statement, 1);
            used = statement_int(statement, 2);
        }
        statement_free(statement);
    }
    if (code != 0) return code;
    if (!row)
        return err_set(err, ERR_UNAUTHENTICATED, "令牌无效、已到期或已撤销",
                       "The token is not valid, has ended or was revoked");
    code = user_principal(access, user, out, err);
    if (code != 0) return code;
    (*out)->token = id;
    /* By the hour is enough to find tokens that nobody uses. */
    if (now - used > 3600)
        ask_run(access->store, "UPDATE zs_token SET used = ?1 WHERE id = ?2",
                ASK_WITH(ask_int(now), ask_int(id)), NULL);
    return 0;
}

int access_tokens(struct access *access, int64_t user, struct arena *arena, struct access_token **tokens,
                  size_t *count, struct err *err)
{
    struct statement *statement;
    size_t capacity = 0;
    bool row;
    *tokens = NULL;
    *count = 0;
    int code = ask_open(access->store,
                        "SELECT id, created, ends, coalesce(used, 0), coalesce(revoked, 0), label "
                        "FROM zs_token WHERE user_id = ?1 ORDER BY id DESC",
                        ASK_WITH(ask_int(user)), &statement, err);
    if (code != 0) return code;
    while ((code = statement_step(statement, &row, err)) == 0 && row) {
        *tokens = arena_grow(arena, *tokens, &capacity, *count + 1, sizeof **tokens);
        (*tokens)[(*count)++] = (struct access_token){
            .id = statement_int(statement, 0),
            .created = statement_int(statement, 1),
            .ends = statement_int(statement, 2),
            .used = statement_int(statement, 3),
            .revoked = statement_int(statement, 4),
            .label = arena_text(arena, statement_text(statement, 5)),
        };
    }
    statement_free(statement);
    return code;
}

struct revoking {
    struct access *access;
    struct text actor;
    int64_t user, id;
};

static int revoke(void *context, struct err *err)
{
    const struct revoking *revoking = context;
    struct access *access = revoking->access;
    int64_t revoked;
    bool found;
    int code =
        ask_one(access->store, "SELECT coalesce(revoked, 0) FROM zs_token WHERE id = ?1 AND user_id = ?2",
                ASK_WITH(ask_int(revoking->id), ask_int(revoking->user)), &revoked, &found, err);
    if (code != 0 || (found && revoked != 0)) return code;
    if (!found) return err_set(err, ERR_NOT_FOUND, "没有这个令牌", "There is no such token");
    code = ask_run(access->store, "UPDATE zs_token SET revoked = ?1 WHERE id = ?2",
                   ASK_WITH(ask_int(access_now(access)), ask_int(revoking->id)), err);
    return code != 0 ? code
                     : user_log(access, revoking->actor, TEXT("token.revoke"), revoking->user, NULL, err);
}

int access_token_revoke(struct access *access, struct text actor, int64_t user, int64_t id, struct err *err)
{
    struct revoking revoking = {.access = access, .actor = actor, .user = user, .id = id};
    return store_transact(access->store, revoke, &revoking, err);
}

int tokens_end(struct access *access, int64_t user, struct err *err)
{
    return ask_run(access->store, "UPDATE zs_token SET revoked = ?1 WHERE user_id = ?2 AND revoked IS NULL",
                   ASK_WITH(ask_int(access_now(access)), ask_int(user)), err);
}
