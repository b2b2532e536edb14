/* Gate: how many passwords may be hashed at once. Each takes 64 MiB and a tenth of a second, so that a crowd
 * of attempts must not take the machine's memory. One gate is shared by all threads. */
#ifndef ZENGSHOU_ACCESS_GATE_H
#define ZENGSHOU_ACCESS_GATE_H

#include <stddef.h>

#include "base/err.h"

struct gate;

/* at_once: that many inside; waiting: that many more may wait for their turn. */
struct gate *gate_new(size_t at_once, size_t waiting);
void gate_free(struct gate *gate); /* nobody is inside or waiting any more */

/* Waits for a place; ERR_BUSY when too many wait already. A NULL gate lets everybody in. */
int gate_enter(struct gate *gate, struct err *err);
void gate_leave(struct gate *gate);

#endif
