/* Catalogues: what may be chosen for a record, each item with the condition under which it fits
 * (docs/pack.md). The system proposes what fits and says why; a person chooses, which makes a record of a
 * register. */
#ifndef ZENGSHOU_PACK_CATALOGUE_H
#define ZENGSHOU_PACK_CATALOGUE_H

#include "pack/pack.h"

struct catalogue_item {
    struct label label;
    struct pack_clause clause;
    int unit; /* who provides it; -1: nobody is named */
    struct formula_source source;
    const struct node *node; /* BOOL on the catalogue's `on` */
    const int *set_fields;   /* what the new record begins with */
    const struct value *set_values;
    size_t set_count;
    struct text note;
};

struct pack_catalogue {
    struct label label;
    struct pack_clause clause;
    int on;  /* the register whose records the items fit */
    int reg; /* the register of which choosing makes a record: its `name` field takes the item's label, by
                which one sees that it was chosen */
    int unit_field; /* TEXT of it: takes the unit's label; -1: none does */
    const struct catalogue_item *items;
    size_t item_count;
    struct text note;
};

/* By its name only; NULL: there is none. */
const struct pack_catalogue *pack_catalogue_find(const struct pack *pack, struct text name);

/* What the item's record is called: the label in the pack's first language. */
struct text catalogue_item_title(const struct pack *pack, const struct catalogue_item *item);

#endif
