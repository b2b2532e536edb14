/* Export: a register as a sheet whose headings and spellings the import reads back unchanged. */
#ifndef ZENGSHOU_EXCHANGE_EXPORT_H
#define ZENGSHOU_EXCHANGE_EXPORT_H

#include "register/scope.h"
#include "register/database.h"

struct export_options {
    struct text where;    /* a formula on the register: only records for which it is true; empty: all */
    int32_t as_of;        /* the formula's date */
    const char *language; /* of headings and codes: "zh" (also NULL) or "en" */
    const int64_t *ids;   /* only these records, ascending; NULL: all */
    size_t id_count;
    void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
    bool (*cancelled)(void *context); /* may be NULL; asked now and then: ERR_CANCELLED, no file */
    void *context;
};

struct export_report {
    int64_t records;      /* written */
    int64_t undetermined; /* left out because the formula's answer is unknown for them */
};

/* Writes all records of the register, what hangs on one record together; references are given by the other
 * record's key (its parts joined by '/'). path: .xlsx or .csv; nothing appears under it on an error.
 * Only what is in scope; sensitive values
 * masked unless the scope may see them plain. ERR_FORBIDDEN: it may not export the register, or the formula
 * reads what it may not see. ERR_INPUT: the formula, with its position. report may be NULL. */
int export_run(struct database *database, const struct scope *scope, int reg, const char *path,
               const struct export_options *options, struct export_report *report, struct err *err);

/* An empty sheet with the headings of everything that the feed reads: what a clerk fills in. */
int export_template(const struct pack *pack, const struct pack_feed *feed, const char *path,
                    const char *language, struct err *err);

#endif
