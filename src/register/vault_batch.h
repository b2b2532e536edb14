/* Vault batch: handles for very many values, as an import and a conversion have them. Which values are known
 * already is read once a field and kept in memory (about a hundred bytes a value); what is new goes, sealed,
 * as rows into a table that the caller is filling. */
#ifndef ZENGSHOU_REGISTER_VAULT_BATCH_H
#define ZENGSHOU_REGISTER_VAULT_BATCH_H

#include "register/vault.h"

struct vault_batch;

/* The columns of the table that is filled: those of zs_sealed. */
enum { VAULT_COLUMNS = 5 };
extern const char *const vault_columns[VAULT_COLUMNS];

/* Nobody else may put values into the vault until the batch's rows stand in it: the same transaction, or one
 * that finds nothing written since. The vault is borrowed. */
int vault_batch_new(struct vault *vault, struct vault_batch **out, struct err *err);
void vault_batch_free(struct vault_batch *batch);

/* A value's handle; new ones as a row into the bulk. */
int vault_batch_put(struct vault_batch *batch, struct bulk *bulk, struct text place, struct text value,
                    bool shared, char handle[VAULT_HANDLE_TEXT], struct err *err);
/* The handle of a shared value that is known already, in the vault or by this batch; "~0000000000": of none.
 */
int vault_batch_find(struct vault_batch *batch, struct text place, struct text value,
                     char handle[VAULT_HANDLE_TEXT], struct err *err);
/* The number of the key that its rows are sealed with. */
uint32_t vault_batch_key(const struct vault_batch *batch);

#endif
