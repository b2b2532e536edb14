/* The part of `zengshou case` that plays a pack's stories. */
#ifndef ZENGSHOU_CLI_CASE_DEMO_H
#define ZENGSHOU_CLI_CASE_DEMO_H

#include "casework/casework.h"
#include "cli/report.h"

/* From that day on; see demo/stories.h. */
int case_demo(const struct cli *cli, struct casework *casework, int32_t from, struct report *report,
              struct err *err);

#endif
