/* A statement a value would take a county's import twice the time, and many times that over a network. */
#include "register/vault_batch.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

const char *const vault_columns[VAULT_COLUMNS] = {"handle TEXT", "place TEXT", "hash TEXT", "key INTEGER",
                                                  "sealed TEXT"};

struct vault_batch {
    struct vault *vault;
    struct store *store;
    struct sealer *sealer; /* of its own: for indexes by any key */
    uint32_t key;
    int64_t last;      /* handle given */
    struct map places; /* how often each was asked for; its values were read when it was too often */
    struct map known;  /* blind index → handle */
    struct buffer hash, sealed, other;
};

int vault_batch_new(struct vault *vault, struct vault_batch **out, struct err *err)
{
    struct vault_batch *batch = mem_new(1, sizeof *batch);
    *out = NULL;
    batch->vault = vault;
    batch->store = vault_store(vault);
    int code = vault_agree_key(vault, err);
    if (code == 0) code = vault_last(vault, &batch->last, err);
    if (code == 0) code = sealer_new(vault_ring(vault), &batch->sealer, err);
    if (code == 0) batch->key = vault_key(vault);
    if (code != 0) {
        vault_batch_free(batch);
        return code;
    }
    *out = batch;
    return 0;
}

void vault_batch_free(struct vault_batch *batch)
{
    if (batch == NULL) return;
    sealer_free(batch->sealer);
    map_fini(&batch->places);
    map_fini(&batch->known);
    buffer_fini(&batch->hash);
    buffer_fini(&batch->sealed);
    buffer_fini(&batch->other);
    free(batch);
}

uint32_t vault_batch_key(const struct vault_batch *batch)
{
    return batch->key;
}

/* A sheet of a few rows is not worth reading all of a county for. */
enum { ASKED_ONE_BY_ONE = 200 };

static int read_place(struct vault_batch *batch, struct text place, struct err *err)
{
    struct statement *statement;
    int code = store_prepare(batch->store,
                             TEXT("SELECT hash, handle FROM zs_sealed WHERE place = ?1 AND hash IS NOT NULL"),
                             &statement, err);
    if (code != 0) return code;
    bool row;
    statement_bind_text(statement, 1, place);
    while ((code = statement_step(statement, &row, err)) == 0 && row)
        map_put(&batch->known, statement_text(statement, 0),
                (size_t)vault_handle_number(statement_text(statement, 1)));
    statement_free(statement);
    return code;
}

/* The known value's handle when the place has been read; else it is asked for by itself, the first few times.
 */
static int ask_vault(struct vault_batch *batch, struct text place, struct text value, size_t *number,
                     struct err *err)
{
    size_t asked = 0;
    int64_t found = 0;
    map_add(&batch->places, place, 0, &asked);
    if (asked > ASKED_ONE_BY_ONE) return 0;
    map_put(&batch->places, place, asked + 1);
    if (asked == ASKED_ONE_BY_ONE) return read_place(batch, place, err);
    int code = vault_find(batch->vault, place, value, &found, err);
    *number = (size_t)found;
    return code;
}

/* Under the key that seals, or one that rotation has not come to yet. */
static int find_known(struct vault_batch *batch, struct text place, struct text value, size_t *number,
                      struct err *err)
{
    const struct keyring *ring = vault_ring(batch->vault);
    *number = 0;
    int code = ask_vault(batch, place, value, number, err);
    for (size_t i = code == 0 && *number == 0 ? keyring_count(ring) : 0; code == 0 && *number == 0 && i > 0;
         i--) {
        buffer_clear(&batch->other);
        code = seal_index(batch->sealer, i - 1, place, value, &batch->other, err);
        if (code == 0) map_get(&batch->known, buffer_get(&batch->other), number);
    }
    return code;
}

int vault_batch_find(struct vault_batch *batch, struct text place, struct text value,
                     char handle[VAULT_HANDLE_TEXT], struct err *err)
{
    size_t number = 0;
    int code = find_known(batch, place, value, &number, err);
    vault_handle((int64_t)number, handle);
    return code;
}

int vault_batch_put(struct vault_batch *batch, struct bulk *bulk, struct text place, struct text value,
                    bool shared, char handle[VAULT_HANDLE_TEXT], struct err *err)
{
    size_t number = 0;
    int code = shared ? find_known(batch, place, value, &number, err) : 0;
    vault_handle(number != 0 ? (int64_t)number : batch->last + 1, handle);
    if (code != 0 || number != 0) return code;
    code = vault_seal(batch->vault, place, value, shared, &batch->sealed, &batch->hash, err);
    if (code != 0) return code;
    if (shared) map_put(&batch->known, buffer_get(&batch->hash), (size_t)batch->last + 1);
    batch->last++;
    bulk_text(bulk, 0, text_of(handle));
    bulk_text(bulk, 1, place);
    if (shared) bulk_text(bulk, 2, buffer_get(&batch->hash));
    bulk_int(bulk, 3, batch->key);
    bulk_text(bulk, 4, buffer_get(&batch->sealed));
    return bulk_row(bulk, err);
}
