/* Only the vault knows of keys, so changing them is a walk over one table. */
#include "register/rotate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "register/database_private.h"
#include "register/sealed.h"
#include "register/sql.h"

enum { LOT = 2000 };

static int need(struct database *database, struct err *err)
{
    if (database->vault != NULL) return vault_need(database->vault, err);
    return err_set(err, ERR_CONFLICT, "“%s”没有加密，没有密钥。加密用 zengshou keys seal",
                   "“%s” is not sealed and has no keys. To seal it, use zengshou keys seal",
                   store_name(database->store));
}

/* ---- What stands under which key ---- */

static int active_key(struct database *database, uint32_t *number, struct err *err)
{
    struct buffer text = {0};
    int code = database_meta(database->store, "key", &text, err);
    *number = code == 0 && text.data != NULL ? (uint32_t)strtoul(text.data, NULL, 10) : 0;
    buffer_fini(&text);
    return code;
}

static struct key_use *use_of(struct key_use *keys, size_t *count, uint32_t number)
{
    for (size_t i = 0; i < *count; i++)
        if (keys[i].number == number) return &keys[i];
    keys[*count] = (struct key_use){.number = number, .missing = true};
    return &keys[(*count)++];
}

static int by_number(const void *left, const void *right)
{
    const struct key_use *a = left, *b = right;
    return a->number < b->number ? -1 : a->number > b->number;
}

static int count_values(struct database *database, struct key_use *keys, size_t most, size_t *count,
                        struct err *err)
{
    struct statement *statement;
    int code =
        store_prepare(database->store, TEXT("SELECT key, count(*) FROM zs_sealed GROUP BY key ORDER BY key"),
                      &statement, err);
    bool row;
    while (code == 0 && *count < most && (code = statement_step(statement, &row, err)) == 0 && row)
        use_of(keys, count, (uint32_t)statement_int(statement, 0))->values = statement_int(statement, 1);
    statement_free(statement);
    return code;
}

int keys_used(struct database *database, struct arena *arena, struct key_use **keys, size_t *count,
              const char **path, struct err *err)
{
    uint32_t active = 0;
    int code = need(database, err);
    *count = 0;
    if (code != 0) return code;
    const struct keyring *ring = vault_ring(database->vault);
    size_t most = 2 * KEYRING_MAX;
    *keys = arena_array(arena, most + 1, sizeof **keys);
    *path = vault_path(database->vault);
    for (size_t i = 0; i < keyring_count(ring); i++) {
        struct key_info info = keyring_info(ring, i);
        (*keys)[(*count)++] = (struct key_use){
            .number = info.number, .suite = info.suite, .created = arena_text(arena, info.created)};
    }
    code = count_values(database, *keys, most, count, err);
    if (code == 0) code = active_key(database, &active, err);
    qsort(*keys, *count, sizeof **keys, by_number);
    for (size_t i = 0; i < *count; i++) (*keys)[i].active = (*keys)[i].number == active;
    return code;
}

/* ---- A new key ---- */

struct noting {
    struct database *database;
    const char *action, *word;
    int64_t number, values;
};

static int note(void *context, struct err *err)
{
    const struct noting *noting = context;
    struct buffer detail = {0};
    struct json_writer json = json_start(&detail);
    int64_t entry;
    int code = vault_agree(noting->database->vault, err);
    json_put_object(&json);
    json_member_int(&json, noting->word, noting->number);
    if (noting->values > 0) {
        json_member_int(&json, "values", noting->values);
    }
    json_put_object_end(&json);
    if (code == 0)
        code = database_entry(noting->database, TEXT("cli"), text_of(noting->action), buffer_get(&detail),
                              &entry, err);
    buffer_fini(&detail);
    return code;
}

/* The file first: a database that asks for a key that is nowhere would be lost. */
int keys_add(struct database *database, enum suite suite, uint32_t *number, struct err *err)
{
    int code = need(database, err);
    if (code == 0) code = keyring_add(vault_path(database->vault), suite, number, err);
    if (code == 0) code = vault_reload(database->vault, err);
    struct noting noting = {database, "key-add", "key", code == 0 ? *number : 0, 0};
    return code == 0 ? store_transact(database->store, note, &noting, err) : code;
}

/* ---- Rotation ---- */

struct value_row {
    struct text handle, place, sealed;
    bool shared;
};

struct rotation {
    struct database *database;
    char last[VAULT_HANDLE_TEXT]; /* the handle that the former lot ended with */
    struct value_row rows[LOT];
    size_t count;
    int64_t values;
    struct arena arena;
    struct buffer plain;
};

static int read_lot(struct rotation *rotation, struct err *err)
{
    struct statement *statement;
    int code = store_prepare(
        rotation->database->store,
        TEXT("SELECT handle, place, sealed, hash FROM zs_sealed WHERE handle > ?1 AND key <> ?2 ORDER "
             "BY handle LIMIT ?3"),
        &statement, err);
    if (code != 0) return code;
    bool row;
    statement_bind_text(statement, 1, text_of(rotation->last));
    statement_bind_int(statement, 2, vault_key(rotation->database->vault));
    statement_bind_int(statement, 3, LOT);
    rotation->count = 0;
    arena_fini(&rotation->arena);
    while ((code = statement_step(statement, &row, err)) == 0 && row && rotation->count < LOT)
        rotation->rows[rotation->count++] = (struct value_row){
            arena_text(&rotation->arena, statement_text(statement, 0)),
            arena_text(&rotation->arena, statement_text(statement, 1)),
            arena_text(&rotation->arena, statement_text(statement, 2)), !statement_is_null(statement, 3)};
    statement_free(statement);
    return code;
}

static int turn_lot(void *context, struct err *err)
{
    struct rotation *rotation = context;
    struct vault *vault = rotation->database->vault;
    int code = vault_agree(vault, err);
    if (code == 0) code = read_lot(rotation, err);
    for (size_t i = 0; code == 0 && i < rotation->count; i++) {
        const struct value_row *row = &rotation->rows[i];
        code = vault_unseal(vault, row->place, row->sealed, &rotation->plain, err);
        if (code == 0)
            code =
                vault_replace(vault, row->handle, row->place, buffer_get(&rotation->plain), row->shared, err);
    }
    return code;
}

int keys_rotate(struct database *database, int64_t *values, struct err *err)
{
    *values = 0;
    int code = need(database, err);
    if (code != 0) return code;
    struct rotation *rotation = mem_new(1, sizeof *rotation);
    rotation->database = database;
    do {
        code = store_transact(database->store, turn_lot, rotation, err);
        if (code != 0 || rotation->count == 0) break;
        rotation->values += (int64_t)rotation->count;
        memcpy(rotation->last, rotation->rows[rotation->count - 1].handle.at, VAULT_HANDLE);
    } while (rotation->count > 0);
    *values = rotation->values;
    struct noting noting = {database, "key-rotate", "key", vault_key(database->vault), rotation->values};
    if (code == 0 && rotation->values > 0) code = store_transact(database->store, note, &noting, err);
    buffer_fini(&rotation->plain);
    arena_fini(&rotation->arena);
    free(rotation);
    return code;
}

static int count_under(struct database *database, const char *sql, uint32_t number, int64_t *count,
                       struct err *err)
{
    struct statement *statement;
    bool row;
    int code = store_prepare(database->store, text_of(sql), &statement, err);
    if (code != 0) return code;
    statement_bind_int(statement, 1, number);
    code = statement_step(statement, &row, err);
    *count = code == 0 && row ? statement_int(statement, 0) : 0;
    statement_free(statement);
    return code;
}

int keys_rotating(struct database *database, bool *rotating, struct err *err)
{
    uint32_t active;
    int64_t left = 0;
    int code = need(database, err);
    *rotating = false;
    if (code == 0) code = active_key(database, &active, err);
    if (code == 0)
        code = count_under(database, "SELECT count(*) FROM zs_sealed WHERE key <> ?1",
                           vault_key(database->vault), &left, err);
    *rotating = code == 0 && (left > 0 || active != vault_key(database->vault));
    return code;
}

/* ---- A key that is no longer used ---- */

struct dropping {
    struct database *database;
    uint32_t number;
};

static int check_unused(struct database *database, uint32_t number, struct err *err)
{
    uint32_t active = 0;
    int64_t values = 0;
    int code = active_key(database, &active, err);
    if (code == 0 && active == number)
        return err_set(err, ERR_CONFLICT,
                       "第 %u 号密钥正在使用，不能去掉。先用 zengshou keys rotate 换成新的",
                       "Key number %u is in use and cannot be taken out. Change to a new one with zengshou "
                       "keys rotate first",
                       (unsigned)number);
    if (code == 0)
        code = count_under(database, "SELECT count(*) FROM zs_sealed WHERE key = ?1", number, &values, err);
    if (code != 0 || values == 0) return code;
    return err_set(
        err, ERR_CONFLICT,
        "还有 %lld 个值是用第 %u 号密钥加密的，不能去掉：去掉就再也打不开了。先运行 zengshou keys rotate",
        "%lld values still stand under key number %u, which cannot be taken out: they would never open "
        "again. Run "
        "zengshou keys rotate first",
        (long long)values, (unsigned)number);
}

/* In a writing transaction, so that nobody seals with the key meanwhile; the last step of it is the file. */
static int drop(void *context, struct err *err)
{
    const struct dropping *dropping = context;
    struct noting noting = {dropping->database, "key-drop", "key", dropping->number, 0};
    int code = check_unused(dropping->database, dropping->number, err);
    if (code == 0) code = note(&noting, err);
    return code == 0 ? keyring_drop(vault_path(dropping->database->vault), dropping->number, err) : code;
}

int keys_drop(struct database *database, uint32_t number, struct err *err)
{
    struct dropping dropping = {database, number};
    int code = need(database, err);
    return code == 0 ? store_transact(database->store, drop, &dropping, err) : code;
}
