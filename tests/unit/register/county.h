/* The fixture's county in a database of its own, and random edits of it. */
#ifndef ZENGSHOU_TESTS_REGISTER_COUNTY_H
#define ZENGSHOU_TESTS_REGISTER_COUNTY_H

#include "fixture.h"
#include "register/frame_load.h"

struct county {
    struct place place;
    struct pack *pack;
    struct database *database;
    uint64_t seed;
};

/* cmocka's setup and teardown; the state is a struct county. */
int county_settle(void **state);
int county_leave(void **state);

/* All fields of all registers, as of an entry; 0: now. */
int county_load(struct county *county, int64_t entry, struct frame **frame, struct err *err);
struct frame *county_loaded(struct county *county, int64_t entry);
int64_t county_last_entry(struct county *county);

/* A number from 0 to below `below`; a record of a register, 0 without one; what SQL says of a record (0: of
 * all). */
int64_t county_some(struct county *county, int64_t below);
int64_t county_some_record(struct county *county, int reg);
int64_t county_of_record(struct county *county, int reg, int64_t id, const char *what);

/* Adds or changes a record of any register. */
void county_edit(struct county *county);
/* A record leaves its register or comes back. */
void county_retire_or_restore(struct county *county, int reg, int64_t id);

#endif
