/* Sentences about fields that this room says in more than one place. */
#ifndef ZENGSHOU_REGISTER_VALIDATE_H
#define ZENGSHOU_REGISTER_VALIDATE_H

#include "pack/pack.h"

/* ERR_INPUT: the field must have a value. */
int validate_missing(const struct pack *pack, int reg, int field, struct err *err);

#endif
