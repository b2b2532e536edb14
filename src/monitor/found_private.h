/* Pieces of the statements over stored findings. Internal to found*.c. */
#ifndef ZENGSHOU_MONITOR_FOUND_PRIVATE_H
#define ZENGSHOU_MONITOR_FOUND_PRIVATE_H

#include "monitor/found.h"
#include "register/bound.h"

/* " AND …": living rows of `t` that may be seen and lie in the division. */
void found_rows(struct database *database, const struct found_view *view, int reg, struct bound *bound);
/* "TABLE AS t" of the register. */
void found_table(struct database *database, int reg, struct bound *bound);
/* "EXISTS (…)": the record of `finding` was a hit in that run. */
void found_hit_in(struct bound *bound, const char *finding, int64_t run);
/* " FROM … WHERE …": the rule's findings `f` of the run with their records `t`, and what joins add. */
void found_from_rule(struct database *database, const struct found_view *view, int rule, int64_t run,
                     const char *joins, struct bound *bound);
/* By the name alone, as runs store it; -1. */
int found_rule(const struct pack *pack, struct text name);

#endif
