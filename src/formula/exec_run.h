/* Running bound passes over their rows, on as many threads as there are rows for. */
#ifndef ZENGSHOU_FORMULA_EXEC_RUN_H
#define ZENGSHOU_FORMULA_EXEC_RUN_H

#include "formula/exec.h"

/* All passes in order, each over its set of rows. */
int run_passes(struct run *run, const struct program_run_options *options, struct err *err);

#endif
