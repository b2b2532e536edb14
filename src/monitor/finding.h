/* Finding: what the rules say of one family at this moment, and the sentences about it that a user may read.
 */
#ifndef ZENGSHOU_MONITOR_FINDING_H
#define ZENGSHOU_MONITOR_FINDING_H

#include "monitor/describe.h"
#include "monitor/rulebook.h"
#include "register/scope.h"

struct finding_item {
    int rule, reg;
    int64_t id;
    uint32_t row;
    int state; /* FINDING_HIT or FINDING_UNDETERMINED */
};

struct finding_list { /* zero-initialised is empty */
    struct finding_item *items;
    size_t count, capacity;
};

/* Of a row of the subject and of its people; with reg and row also of another record that hangs on it (reg
 * -1: none). */
int finding_collect(struct rulebook_desk *desk, struct rulebook_day *day, const struct pack *pack,
                    struct frame *frame, uint32_t subject, int reg, uint32_t row, struct finding_list *out,
                    struct err *err);
void finding_list_fini(struct finding_list *list);
const struct finding_item *finding_find(const struct finding_list *list, const struct finding_item *like);

/* May the sentence about a formula be shown? Not where it would tell sensitive values: numbers never, since
 * each sight of one is logged, illness to whoever may see it. */
bool finding_may_tell(const struct scope *scope, const struct pack *pack, const struct node *node);

/* The sentence, or words that say why there is none. *missing: the missing facts one by one in words, empty
 * for a hit. Valid until the describer's next call. */
int finding_describe(struct describer *describer, const struct scope *scope, const struct pack *pack,
                     const struct finding_item *item, const char *language, struct description *out,
                     struct err *err);

#endif
