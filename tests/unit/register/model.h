/* A random county that the tests know twice: in the database, and as plain arrays that are filtered and
 * sorted by the most naive code. */
#ifndef ZENGSHOU_TESTS_REGISTER_MODEL_H
#define ZENGSHOU_TESTS_REGISTER_MODEL_H

#include "fixture.h"

#include "register/scope.h"

enum { MODEL_ROOM = 600 };

struct model_record {
    int reg;
    int64_t id;
    bool retired;
    struct value values[16];
};

struct model {
    struct place place;
    struct pack *pack;
    struct database *database;
    struct model_record records[MODEL_ROOM];
    size_t count;
    uint64_t random;
    struct arena arena;
};

/* For groups of tests: the county in state. Three townships of three villages each, and a village that is in
 * no division of the pack; some values unknown, many equal. */
int model_make(void **state);
int model_drop(void **state);

uint32_t model_random(struct model *model, uint32_t below);
const struct model_record *model_find(const struct model *model, int reg, int64_t id);
/* Writes a record into both. */
int64_t model_add(struct model *model, int reg, const struct value *values);

/* A scope at random: everything, nothing, some subtrees, some subjects, some rights. Lives in the arena. */
struct scope model_scope(struct model *model, struct arena *arena);
/* Whether the scope covers the record, looked up step by step. */
bool model_sees(const struct model *model, const struct scope *scope, const struct model_record *record);
/* Is the record in the subtree of a division? */
bool model_within(const struct model *model, int division, const struct model_record *record);

#endif
