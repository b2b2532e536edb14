/* Adopted: values of parameters that were proposed, approved and put in force from a date, beside those that
 * the pack's files give. The files stay as they are; the pack only holds what the database says was adopted,
 * so that every formula, deadline and screening reads it. Of the values of both, the one with the latest date
 * holds. */
#ifndef ZENGSHOU_PACK_ADOPTED_H
#define ZENGSHOU_PACK_ADOPTED_H

#include "pack/pack.h"

struct pack_adopted {
    int parameter;
    int32_t from; /* in force from this date on */
    struct value value;
};

/* Puts in force exactly these, in their order (of two for the same date the later); values are copied. From
 * any thread, while others read. entry: the last of the log that they rest on. */
void pack_adopt(const struct pack *pack, const struct pack_adopted *items, size_t count, int64_t entry);

/* The entry of the last pack_adopt; -1: none yet. */
int64_t pack_adopted_entry(const struct pack *pack);

/* Changes whenever the value of a parameter may have: whoever keeps what was computed with parameters
 * compares it. */
uint64_t pack_generation(const struct pack *pack);

/* What was adopted for one parameter, ascending by date; *count 0: nothing. Lives as long as the pack. */
const struct schema_dated_value *pack_adopted_values(const struct pack *pack, int parameter, size_t *count);

/* A value as written, of the parameter's type and within its limits. ERR_INPUT says what is wrong. The text
 * of a text value is borrowed. */
int pack_parameter_parse(const struct pack *pack, int parameter, struct text written, struct value *value,
                         struct err *err);

/* A pack's own place for all this; and that of a variant, which begins with what its pack has in force. */
struct pack_local *pack_local_new(void);
void pack_local_free(struct pack_local *local);
void pack_adopt_from(const struct pack *from, const struct pack *to);

#endif
