/* Offices: what a demonstration county's offices did beside its cases: rounds of reports, a change of a
 * parameter, an assessment with reviewers' points, an objection, a disputed figure. The pack's demo/….yaml
 * say it under `offices`; the programme's own rooms do it. docs: the section "demo" of docs/pack.md. */
#ifndef ZENGSHOU_DEMO_OFFICES_H
#define ZENGSHOU_DEMO_OFFICES_H

#include "casework/act.h"
#include "demo/random.h"
#include "pack/yaml.h"

enum office_kind {
    OFFICE_ROUND,   /* reports of a month are asked for; of one unit, or of all */
    OFFICE_CHANGE,  /* a parameter's change is proposed */
    OFFICE_ADOPT,   /* an assessment scheme is adopted */
    OFFICE_RUN,     /* a part of it is run */
    OFFICE_REVIEW,  /* reviewers give the points that no figure gives */
    OFFICE_PUBLISH, /* until so many days later one may object */
    OFFICE_OBJECT,  /* one of those who were scored objects to a point */
    OFFICE_DISPUTE, /* or disputes the figure behind it */
    OFFICE_CLOSE    /* and whoever is on a list is followed up */
};

struct office {
    int64_t day, month; /* days and months from where the stories begin */
    enum office_kind kind;
    int role;
    struct text unit, words, value;
    int parameter;
    int64_t days; /* CHANGE: until it is in force; PUBLISH: for objections */
    int scheme;
    size_t part;
    struct text criterion;
    int64_t nth;         /* of those who were scored, from 1 */
    int64_t least, most; /* REVIEW: per million of the points there are */
};

/* Reads `offices`, a list, into the arena; NULL: none. */
struct office *offices_read(const struct pack *pack, const struct yaml_node *list, struct arena *arena,
                            size_t *count, struct fault_list *faults);

/* Does it. start: the day on which the stories begin. */
int office_act(struct casework *casework, const struct office *office, const struct case_actor *actor,
               struct case_moment moment, int32_t start, struct random *random, struct err *err);

#endif
