/* Form: the values that are sent for a record, heard by the types of their fields. */
#ifndef ZENGSHOU_API_FORM_H
#define ZENGSHOU_API_FORM_H

#include "api/call.h"
#include "register/write.h"
#include "server/fault.h"

struct form {
    struct request *request;
    const struct schema_register *meta;
    struct record_change change; /* given, values; of a record that exists also id and version */
    bool *given;
    struct value *values;
    bool *faulty; /* fields whose value could not even be read */
    struct faults faults;
};

/* Reads `values` (and `version`) of the request's body; nothing is given where there are none. What is wrong
 * with values is among the faults; an error is what is wrong with the database. */
int form_hear(struct request *request, int reg, int64_t id, struct form *form, struct err *err);
void form_fini(struct form *form);

/* Adds a fault at a field; an empty field: at the form as a whole. */
void form_fault(struct form *form, struct text field, const struct err *err);

/* Adds what the register's door finds wrong; a field that could not be read is not blamed twice. */
int form_check(struct form *form, struct err *err);

/* The answer to a form with faults: all of them, as ERR_INPUT. */
int form_refuse(struct form *form, struct err *err);

#endif
