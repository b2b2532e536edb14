/* Backup: a whole copy of a database in one file, made while others go on writing. */
#ifndef ZENGSHOU_REGISTER_BACKUP_H
#define ZENGSHOU_REGISTER_BACKUP_H

#include "register/database.h"

/* Writes the database as it stands now to `path`, complete, checked and on the disk before it bears that
 * name. ERR_CONFLICT: there is such a file already. ERR_INPUT: the database is
 * PostgreSQL's, which has its own tools. ERR_IO: no space, no right; nothing is left behind. ERR_CORRUPT: the
 * copy did not pass its check. */
int database_backup(struct database *database, const char *path, struct err *err);

#endif
