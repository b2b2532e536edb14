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

enum { LIST_MAX = 100 }; /* of anything listed in a workflow; what is beyond is refused or left */

/* As they stand in a pack, NULL at the end; an end's place is its value less 1. */
extern const char *const workflow_kind_names[KIND_COUNT + 1];
extern const char *const workflow_end_names[];

/* workflow_parts.c: NULL nodes give what stands for nothing: -1, NULL, days not given. Faults go to the
 * reader's; arrays live in the pack's arena. A formula stands on the register of the cases. */
int workflow_read_state(struct workflow_reading *reading, const struct yaml_node *node);
int workflow_read_party(struct workflow_reading *reading, const struct yaml_node *node);
const int *workflow_read_roles(struct workflow_reading *reading, const struct yaml_node *node, size_t *count);
const int *workflow_read_fields(struct workflow_reading *reading, const struct yaml_node *node,
                                size_t *count);
/* A number up to `most`, or an INT parameter: *named, else -1. */
void workflow_read_amount(struct workflow_reading *reading, const struct yaml_node *node, int64_t most,
                          int64_t *amount, int *named);
struct workflow_days workflow_read_days(struct workflow_reading *reading, const struct yaml_node *node,
                                        const char *const *keys);
const struct node *workflow_read_formula(struct workflow_reading *reading, const struct yaml_node *node,
                                         const struct type *wanted, struct formula_source *source);
const struct node *workflow_read_truth(struct workflow_reading *reading, const struct yaml_node *node,
                                       struct formula_source *source);
const struct workflow_guard *workflow_read_guards(struct workflow_reading *reading,
                                                  const struct yaml_node *list, bool told, size_t *count);

const struct workflow_arrival *workflow_read_arrivals(struct workflow_reading *reading,
                                                      const struct yaml_node *list, size_t *count);

/* workflow_writes.c: `writes`, `opens` and `rests_on` of a transition. */
void workflow_read_writes(struct workflow_reading *reading, const struct yaml_node *node,
                          struct workflow_transition *transition);
void workflow_read_openings(struct workflow_reading *reading, const struct yaml_node *list,
                            struct workflow_transition *transition);
void workflow_read_facts(struct workflow_reading *reading, const struct yaml_node *list,
                         struct workflow_transition *transition);

/* workflow_check.c: does it hold together? Faults stand at the words that have to change. */
void workflow_check(struct workflow_reading *reading, const struct entry *entry);

#endif
