/* The records behind an explanation's aggregates, as two tables: what was asked of which record, and who
 * counts for what reason, from which source. */
#ifndef ZENGSHOU_CLI_EXPLAIN_MEMBERS_H
#define ZENGSHOU_CLI_EXPLAIN_MEMBERS_H

#include "cli/report.h"
#include "monitor/sources.h"
#include "pack/pack.h"

/* Nothing for an explanation without groups. */
void explain_members_print(struct report *report, const struct cli *cli, const struct pack *pack,
                           const struct frame *frame, struct explainer *explainer,
                           const struct explain *explain, const struct sources *sources);

#endif
