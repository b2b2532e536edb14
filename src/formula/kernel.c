/* The table of operations, and the choice among their kernels. */
#include "formula/kernel.h"

#include <stdlib.h>

const struct operation operations[OPERATION_COUNT] = {
#define X(name, result, operands, known) [OP_##name] = {#name, result, operands, KNOWN_##known},
    OPERATIONS(X)
#undef X
};

kernel_run *kernel_pick(enum op op, unsigned given)
{
    static const struct kernel_variant *const tables[] = {kernel_int_variants, kernel_ratio_variants,
                                                          kernel_bool_variants, kernel_text_variants,
                                                          kernel_date_variants};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct kernel_variant *variant = tables[t]; variant->run != NULL; variant++) {
            bool same_width = (variant->needs & KERNEL_NARROW) == (given & KERNEL_NARROW);
            if (variant->op == op && same_width && (variant->needs & ~given) == 0) return variant->run;
        }
    abort(); /* an operation without a kernel: our own bug */
}
