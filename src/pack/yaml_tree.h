/* The node behind yaml.h, for yaml.c (builds), yaml_read.c (reads) and nobody else. */
#ifndef ZENGSHOU_PACK_YAML_TREE_H
#define ZENGSHOU_PACK_YAML_TREE_H

#include "pack/yaml.h"

struct yaml_node {
    const char *file;
    int line, column;
    enum yaml_kind kind;
    int source_line, source_column;
    struct text text, source; /* scalars */
    struct yaml_node **items; /* a list's items; a mapping's keys and values in turn */
    size_t count;             /* items, or entries of a mapping */
};

#endif
