/* Verify: is the database what the program wrote? Reads everything, changes nothing. */
#ifndef ZENGSHOU_REGISTER_VERIFY_H
#define ZENGSHOU_REGISTER_VERIFY_H

#include "crypto/chain.h"
#include "register/database.h"

struct verify_report {
    int64_t entries, changes; /* of the log */
    int64_t records;          /* of the registers, retired ones too */
    int64_t unchained;        /* up to this entry the log was written before it had a chain; 0: none */
    int64_t head;             /* the last entry; 0 for an empty log … */
    char hash[CHAIN_HEX + 1]; /* … and its hash, to be noted down outside the database */
    int64_t sealed;           /* values that open, and whose index is theirs */
    bool unopened;            /* the key file is not there: sealed values were not looked at */
    int64_t noted;            /* the entry that bears the hash that was noted down; 0: none, or not asked */
};

/* Checks, in one state of the database, and adds each fault that it finds to the list, in words for the
 * administrator:
 *  - the store itself (store_check);
 *  - the log: no entry is missing, each bears its hash, each change belongs to an entry. An entry that was
 *    altered, with its changes, taken out or put in, is named;
 *  - noted (may be empty): a hash that verify gave before. The log must still go back to it. Only this finds
 * a log that somebody has cut off at its end, or has written anew with all its hashes;
 *  - sealed values: each opens with the key file, in its own field, and its blind index is its own; every
 * handle leads to one of its field;
 *  - the registers: references lead to records, keys are unique, who wrote a record last and the change of it
 * are in the log. An error is what kept it from checking; ERR_INPUT: noted is no hash. */
int database_verify(struct database *database, struct text noted, struct verify_report *report,
                    struct fault_list *faults, struct err *err);

#endif
