/* Past: a register's rows as they stood when an entry of the log had been written, made from the rows that
 * stand now and the old values that the log keeps. Time and memory grow with the changes since, not with the
 * register. What is read belongs to one snapshot when a transaction is open. */
#ifndef ZENGSHOU_REGISTER_PAST_H
#define ZENGSHOU_REGISTER_PAST_H

#include "register/database.h"

struct past;

struct past_row {
    int64_t id;
    const struct value *values;
};

/* fields: field_count flags; the values of a row are those of the flagged fields, in their order. The field
 * by which the table is clustered must be among them. ERR_CONFLICT when an old value is none of today's
 * pack. */
int past_new(struct database *database, int reg, const bool *fields, int64_t entry, struct past **out,
             struct err *err);
void past_free(struct past *past);

/* Turns a row that stands now into what it was; texts are then borrowed from the past. False: it was not
 * there yet, or past_next gives it, because it stood elsewhere. */
bool past_restore(const struct past *past, int64_t id, int64_t created, int64_t entry, struct value *values);

/* For a walk in the table's order: the records that are no longer there, or that stood elsewhere, each before
 * the row (cluster, id) that comes next; cluster is 0 where the table is not clustered. INT64_MAX twice gives
 * what is left. */
bool past_next(struct past *past, int64_t cluster, int64_t id, struct past_row *row);

#endif
