/* Format: the formulas of a pack's definitions and rules laid out anew within their YAML files; everything
 * else in the files stays as it is, byte for byte. */
#ifndef ZENGSHOU_PACK_FORMAT_H
#define ZENGSHOU_PACK_FORMAT_H

#include "pack/pack.h"

struct pack_formatted {
    struct pack_file
        *files;    /* as they should be: parallel to pack->files; contents of unchanged ones are borrowed */
    bool *changed; /* parallel */
    size_t changed_count, formulas, left; /* files; formulas laid out anew; formulas left alone, since YAML's
                                             quoting of them would have to change */
    struct arena arena;
};
void pack_formatted_fini(struct pack_formatted *formatted);

/* What is given reads as the same pack, formula by formula: that is verified here, and a formula for which it
 * would not hold is left alone. Errors: those of reading a formula. */
int pack_format(const struct pack *pack, struct pack_formatted *out, struct err *err);

#endif
