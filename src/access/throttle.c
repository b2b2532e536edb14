/* Guessing is slowed down where it cannot be walked around: in the database, before a password is looked at.
 */
#include <sodium.h>

#include "access/access_private.h"

enum {
    NAME_FREE = 5,     /* failures before a name has to wait */
    ADDRESS_FREE = 50, /* an office of many people is one address */
    FIRST_WAIT = 30,
    LONGEST_WAIT = 900,
    FORGOTTEN_AFTER = 86400
};

struct text throttle_user(int64_t user, struct arena *arena)
{
    return text_of(arena_printf(arena, "user:%lld", (long long)user));
}

/* People type their password where the name belongs; what is kept is a hash. */
struct text throttle_unknown(struct text folded, struct arena *arena)
{
    char hash[SECRET_HASH];
    secret_hash(folded, hash);
    return text_of(arena_printf(arena, "name:%s", hash));
}

struct text throttle_address(struct text address, struct arena *arena)
{
    enum { ADDRESS_SHOWN = 64 };
    struct text cut = {address.at, address.size < ADDRESS_SHOWN ? address.size : ADDRESS_SHOWN};
    return address.size == 0 ? TEXT("") : text_of(arena_printf(arena, "address:%.*s", TEXT_ARGS(cut)));
}

struct tally {
    int64_t failures, last, until;
};

static int read_tally(struct access *access, struct text key, struct tally *tally, struct err *err)
{
    struct statement *statement;
    bool row;
    *tally = (struct tally){0};
    int code = ask_open(access->store, "SELECT failures, last, until FROM zs_throttle WHERE key = ?1",
                        ASK_WITH(ask_text(key)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    if (code == 0 && row)
        *tally = (struct tally){statement_int(statement, 0), statement_int(statement, 1),
                                statement_int(statement, 2)};
    statement_free(statement);
    return code;
}

static int64_t wait_after(int64_t failures, int64_t free_ones)
{
    if (failures < free_ones) return 0;
    int64_t wait = FIRST_WAIT;
    for (int64_t i = free_ones; i < failures && wait < LONGEST_WAIT; i++) wait *= 2;
    return wait < LONGEST_WAIT ? wait : LONGEST_WAIT;
}

static int count_failure(struct access *access, struct text key, struct tally tally, int64_t free_ones,
                         struct err *err)
{
    int64_t now = access_now(access);
    int64_t failures = now - tally.last > FORGOTTEN_AFTER ? 1 : tally.failures + 1;
    int64_t wait = wait_after(failures, free_ones);
    return ask_run(
        access->store,
        "INSERT INTO zs_throttle (key, failures, last, until) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last = excluded.last, "
        "until = excluded.until",
        ASK_WITH(ask_text(key), ask_int(failures), ask_int(now), ask_int(wait == 0 ? 0 : now + wait)), err);
}

struct entering {
    struct access *access;
    const struct throttle_keys *keys;
    int64_t wait;
};

static int enter(void *context, struct err *err)
{
    struct entering *entering = context;
    struct access *access = entering->access;
    const struct throttle_keys *keys = entering->keys;
    struct tally name = {0}, address = {0};
    int64_t now = access_now(access);
    int code = read_tally(access, keys->name, &name, err);
    if (code == 0 && keys->address.size > 0) code = read_tally(access, keys->address, &address, err);
    if (code != 0) return code;
    entering->wait = (name.until > address.until ? name.until : address.until) - now;
    if (entering->wait > LONGEST_WAIT) entering->wait = LONGEST_WAIT; /* the clock was put back */
    if (entering->wait > 0) return 0;
    entering->wait = 0;
    code = ask_run(access->store, "DELETE FROM zs_throttle WHERE last < ?1",
                   ASK_WITH(ask_int(now - FORGOTTEN_AFTER)), err);
    if (code == 0) code = count_failure(access, keys->name, name, NAME_FREE, err);
    if (code == 0 && keys->address.size > 0)
        code = count_failure(access, keys->address, address, ADDRESS_FREE, err);
    return code;
}

int throttle_enter(struct access *access, const struct throttle_keys *keys, int64_t *wait, struct err *err)
{
    struct entering entering = {.access = access, .keys = keys};
    int code = store_transact(access->store, enter, &entering, err);
    *wait = code == 0 ? entering.wait : 0;
    if (code != 0 || *wait == 0) return code;
    return err_set(err, ERR_TOO_MANY, "失败次数太多，请 %lld 秒后再试；管理员可以解锁",
                   "Too many failed attempts; try again in %lld seconds, or ask an administrator to unlock",
                   (long long)*wait);
}

int throttle_forget(struct access *access, struct text key, struct err *err)
{
    return ask_run(access->store, "DELETE FROM zs_throttle WHERE key = ?1", ASK_WITH(ask_text(key)), err);
}

int throttle_passed(struct access *access, const struct throttle_keys *keys, struct err *err)
{
    int code = throttle_forget(access, keys->name, err);
    if (code != 0 || keys->address.size == 0) return code;
    /* An account of one's own must not wash an address clean of the failures on others'. */
    return ask_run(
        access->store,
        "UPDATE zs_throttle SET failures = failures - 1, until = 0 WHERE key = ?1 AND failures > 0",
        ASK_WITH(ask_text(keys->address)), err);
}
