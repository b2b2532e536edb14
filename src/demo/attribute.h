/* The names by which demo.yaml speaks of what is simulated: `household.arable`, `person.birth`, `year.net` …
 */
#ifndef ZENGSHOU_DEMO_ATTRIBUTE_H
#define ZENGSHOU_DEMO_ATTRIBUTE_H

#include "demo/model.h"

enum attribute_kind {
    ATTRIBUTE_TEXT,
    ATTRIBUTE_COUNT,
    ATTRIBUTE_MONEY,
    ATTRIBUTE_DECIMAL,
    ATTRIBUTE_DATE,
    ATTRIBUTE_MONTH,
    ATTRIBUTE_WORD, /* index into a word list */
    ATTRIBUTE_WORDS /* several, as bits */
};

/* Whose property it is. A row gives a struct for each source it can speak of. X(id, prefix) */
/* clang-format off */
#define DEMO_SOURCES(X) \
    X(VILLAGE, "village") X(SITE, "site") X(HOUSEHOLD, "household") X(PERSON, "person") \
    X(LAST, "last")       /* the year before */ \
    X(YEAR, "year")       /* this year */ \
    X(AFTER, "after")     /* this year, of households whose risk is gone */ \
    X(ACCOUNT, "account") /* the row's own year */ \
    X(INCOME, "income") X(EXPENSE, "expense") X(MEASURE, "measure")
/* clang-format on */

enum source {
#define X(id, prefix) SOURCE_##id,
    DEMO_SOURCES(X)
#undef X
        SOURCE_COUNT
};

struct attribute {
    const char *name;   /* behind the prefix */
    enum source source; /* LAST for all accounts */
    enum attribute_kind kind;
    enum list list; /* WORD, WORDS */
    size_t offset;
};

/* By name without the prefix, and the source its prefix names; NULL when there is none. */
const struct attribute *attribute_find(struct text path, enum source *source);

/* The i-th attribute, NULL behind the last: for suggestions. */
const struct attribute *attribute_at(size_t index);
const char *source_name(enum source source);

/* object: the struct of the attribute's source. */
int64_t attribute_number(const struct attribute *attribute, const void *object);
struct text attribute_text(const struct attribute *attribute, const void *object);

#endif
