/* Stories: casework that a demonstration county has behind it. The pack's demo/….yaml say under `stories` who
 * does which step of which workflow, how many days after the one before, and what they write; the engine's
 * own moves do it, so that nothing is in the county that people could not have done. docs: the section "demo"
 * of docs/pack.md. */
#ifndef ZENGSHOU_DEMO_STORIES_H
#define ZENGSHOU_DEMO_STORIES_H

#include "casework/act.h"
#include "demo/offices.h"
#include "pack/workflow.h"

/* ---- What the pack says ---- */

enum story_way {
    STORY_WORDS,  /* of a TEXT field: as they stand */
    STORY_DAY,    /* of a DATE field, `today + 3`: so many days from the day of the step */
    STORY_FITS,   /* of a reference with `fits`, `fits`: one of the records that fit the case, by chance */
    STORY_FORMULA /* of the case (of what it hangs on, when it is opened), as things stand when the story
                     begins */
};

struct story_set {
    int field;
    enum story_way way;
    struct text words;
    int64_t days;
    const struct node *node;
};

struct story_step {
    int64_t least, most; /* days after the step before */
    int64_t chance; /* per million, that a case which got so far comes to it; else it stays where it is */
    int role;
    int transition; /* -1: it opens the case, or adds a record */
    int adds;       /* register of a record that hangs on the case; -1: none */
    const struct story_set *sets;
    size_t set_count;
    struct text comment;
    bool refuse; /* of a countersigning */
};

struct story {
    int workflow;
    int64_t share; /* per million, of the cases in the state where they begin; with `opening`: of those for
                      whom it holds */
    const struct node
        *where; /* BOOL on what the cases hang on; NULL: it opens none, but takes those that are there */
    const struct node *takes; /* without `where`: BOOL on the cases themselves, only such; NULL: any */
    struct story_step opening;
    const struct story_step *steps;
    size_t step_count;
};

struct stories {
    int64_t days; /* that they last */
    struct story *items;
    size_t count;
    struct office *offices; /* offices.h, in the order of their days */
    size_t office_count;
    struct arena arena;
};

/* ERR_NOT_FOUND: the pack tells none. ERR_INPUT: faults have all mistakes with their places. */
int stories_read(const struct pack *pack, struct stories **out, struct fault_list *faults, struct err *err);
void stories_free(struct stories *stories);

/* ---- Playing them ---- */

struct stories_report {
    int32_t until; /* the day on which they stop */
    size_t opened, moved, added, escalated;
    size_t
        refused; /* acts that the engine refused: what the step wanted was unknown of that family, mostly */
    struct err first; /* the first of them */
};

/* From the day `from` on, on the cases that are there then. ERR_CONFLICT: somebody has moved cases in this
 * database already: stories are told once, and never where people work. */
int stories_play(struct casework *casework, const struct stories *stories, int32_t from, uint64_t seed,
                 struct stories_report *report, struct err *err);

#endif
