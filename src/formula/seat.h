/* Seat: a program bound to one frame and one register, for whoever asks about a few rows again and again.
 * Binding takes several times as long as running a family's rows; a seat does it once. */
#ifndef ZENGSHOU_FORMULA_SEAT_H
#define ZENGSHOU_FORMULA_SEAT_H

#include "formula/program.h"

struct seat;

/* For one thread at a time. The program is borrowed, the frame shared until seat_free. NULL: the program asks
 * for whole registers (rank, duplicated), which no few rows answer; run it. ERR_NOT_FOUND as program_run. */
int seat_new(const struct program *program, struct frame *frame, int reg, struct seat **out, struct err *err);
void seat_free(struct seat *seat); /* NULL is harmless */

/* As program_run with these rows of the seat's register; cannot fail. */
void seat_run(struct seat *seat, size_t row, size_t rows, struct program_result *results);

#endif
