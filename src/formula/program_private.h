/* A program from the inside, and the beginning and end of a run. Shared by program.c and seat.c. */
#ifndef ZENGSHOU_FORMULA_PROGRAM_PRIVATE_H
#define ZENGSHOU_FORMULA_PROGRAM_PRIVATE_H

#include "formula/exec.h"

struct program {
    const struct schema *schema;
    struct program_options options;
    struct graph graph;
    struct pass_list passes;
    int *nodes; /* of each root */
    int *regs;
    enum type_kind *kinds;
    size_t root_count;
};

/* All but its results; nothing is demanded yet. */
void program_run_open(const struct program *program, const struct frame *frame,
                      const struct program_run_options *options, struct run *run);
void program_run_close(const struct program *program, struct run *run);

/* Empty results of the sizes that are asked for; constants are filled in. */
void program_results_init(const struct program *program, const struct frame *frame,
                          const struct program_run_options *options, struct program_result *results);

#endif
