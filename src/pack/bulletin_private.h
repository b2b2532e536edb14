/* What the two readers of bulletins share. Private to src/pack. */
#ifndef ZENGSHOU_PACK_BULLETIN_PRIVATE_H
#define ZENGSHOU_PACK_BULLETIN_PRIVATE_H

#include "pack/bulletin.h"
#include "pack/reader.h"

struct bulletin_reading {
    struct reader *reader;
    struct pack_bulletin *bulletin;
    struct bulletin_figure *figures; /* the bulletin's */
    bool faulty_figures;             /* some could not be read: their names are not called unknown */
};

/* "name" or "name.aspect": of one of the bulletin's figures. False when there is none; the names that there
 * are have then been offered. */
bool bulletin_figure_find(const struct bulletin_reading *reading, struct text text, int *figure,
                          enum figure_aspect *aspect, struct suggest *suggest);
/* A figure by its bare name; -1 with a fault, in silence for a NULL node. */
int bulletin_figure_named(const struct bulletin_reading *reading, const struct yaml_node *node);

/* A word that columns of places say by themselves: no figure can be called so. */
bool bulletin_word_is_taken(struct text name);

/* bulletin_table.c */
void read_bulletin_table(const struct bulletin_reading *reading, const struct yaml_node *node,
                         struct bulletin_table *table);

#endif
