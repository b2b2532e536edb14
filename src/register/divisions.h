/* Fills the division register. */
#ifndef ZENGSHOU_REGISTER_DIVISIONS_H
#define ZENGSHOU_REGISTER_DIVISIONS_H

#include "register/database.h"

/* Adds the pack's village-level divisions whose code the register does not hold yet; records that are there
 * stay as people left them. Inside an open transaction. */
int divisions_fill(struct database *database, size_t *added, struct err *err);

#endif
