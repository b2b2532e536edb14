/* Sealing a database: turning it on, and keeping columns in line with what the pack calls sensitive. */
#ifndef ZENGSHOU_REGISTER_SEAL_DATABASE_H
#define ZENGSHOU_REGISTER_SEAL_DATABASE_H

#include "crypto/keyring.h"
#include "register/database.h"

struct seal_report {
    bool key_made;      /* the key file is new */
    char path[1024];    /* of the key file */
    size_t fields;      /* put under seal */
    int64_t values;     /* of records */
    int64_t log_values; /* old ones, in the log */
    bool left;          /* what stood there plain may still be found on the disk: vacuuming was refused */
};

/* Seals what stands plain in a database made by database_init: sensitive fields' columns and their old values
 * in the log, in one transaction. The key file is made when there is none (vault.h says where); one that lies
 * elsewhere than beside the database is remembered there by a symbolic link. Afterwards the database is
 * vacuumed, so that nothing plain stays behind in free pages. ERR_CONFLICT: it is sealed already. ERR_INPUT:
 * a PostgreSQL database and nobody said where the keys are to be. As keyring_create and keyring_load. */
int database_seal(const char *url, enum suite suite, struct seal_report *report, struct err *err);

/* The same for one that is open; it has to be opened anew afterwards. */
int database_seal_open(struct database *database, const char *url, enum suite suite,
                       struct seal_report *report, struct err *err);

/* Is it known where the key file is, or is to be? ERR_INPUT. */
int seal_place(const char *url, struct err *err);

/* Is it sealed? ERR_NOT_FOUND, ERR_INPUT: there is no such database yet. */
int database_is_sealed(const char *url, bool *sealed, struct err *err);

/* For init, in its transaction: seals the columns of fields that have become sensitive, opens those of fields
 * that no longer are. Nothing for a database that is not sealed. As vault_need where there is something to
 * do. */
int seal_settle(struct database *database, struct seal_report *report, struct err *err);

#endif
