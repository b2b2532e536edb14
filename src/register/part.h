/* A part of the registers: some records and all that hangs on them. */
#ifndef ZENGSHOU_REGISTER_PART_H
#define ZENGSHOU_REGISTER_PART_H

#include "pack/pack.h"

/* The records of `reg` whose ids stand in the temporary table `table`(id), with what hangs on them, directly
 * or further down. Registers that do not hang on it are whole. */
struct frame_part {
    int reg;
    const char *table;
};

/* Appends " WHERE …" for a scan of the register as t; nothing where the part has all of it, or is NULL. */
void part_condition(struct buffer *sql, const struct pack *pack, int reg, const struct frame_part *part);

#endif
