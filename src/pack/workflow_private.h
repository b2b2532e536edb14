/* What the files that read a workflow share. Private to src/pack. */
#ifndef ZENGSHOU_PACK_WORKFLOW_PRIVATE_H
#define ZENGSHOU_PACK_WORKFLOW_PRIVATE_H

#include "pack/reader.h"
#include "pack/workflow.h"

struct workflow_reading {
    struct reader *reader;
    struct pack_workflow *workflow;
    struct map states, roles, files;     /* name → index */
    bool whole;                          /* without faults so far */
    const struct yaml_node *transitions; /* their mapping */
};

/* workflow_check.c: does it hold together? Faults stand at the words that have to change. */
void workflow_check(struct workflow_reading *reading, const struct entry *entry);

#endif
