/* Spellings: which names a typed pinyin can mean. zs_spelling(spelling, name) holds, for every name that the
 * registers ever held, its initials and its whole reading. It speaks of names alone, not of records: whoever
 * finds a name there looks for its records in the register, with their scope, so that it needs no care when
 * records change, retire or come back. */
#ifndef ZENGSHOU_REGISTER_SPELLING_H
#define ZENGSHOU_REGISTER_SPELLING_H

#include "register/bound.h"

/* The field whose names are spelled: text by which people call the register's records, not sensitive; -1. */
int spelling_field(const struct pack *pack, int reg);

/* Inside the open transaction: makes the table where it is not there, and spells what the registers hold when
 * it, or the pack, is new. */
int spelling_prepare(struct store *store, const struct pack *pack, bool fresh_pack, struct err *err);

/* One name that was written. */
int spelling_note(struct store *store, struct text name, struct err *err);

/* The names that a query gives in its first column, all at once. */
int spelling_note_all(struct store *store, const struct buffer *select, struct err *err);

/* Appends " OR alias.field …" for words that may be pinyin; else nothing. */
void spelling_matches(struct database *database, int reg, const char *alias, struct text words,
                      struct bound *bound);

#endif
