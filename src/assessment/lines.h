/* Lines: what each criterion of a part comes to for each of those who are scored, from one set of figures. */
#ifndef ZENGSHOU_ASSESSMENT_LINES_H
#define ZENGSHOU_ASSESSMENT_LINES_H

#include "assessment/score.h"
#include "assessment/scored.h"

/* One of the indicators that a unit leads. */
struct line_led {
    int indicator;
    int64_t target;
    struct figure figure;
    struct measured value;
    struct value attained,
        points; /* 0 to 1; its part of the criterion's points. DECIMAL; unknown: not counted */
};

struct line {
    struct figure figure; /* of the indicator; zero where there is none */
    struct measured value;
    struct value points;  /* unknown: open */
    bool spared;          /* its points are shared out over the others */
    struct line_led *led; /* of CRITERION_LED */
    size_t led_count;
};

struct lines {
    const struct pack_scheme *scheme;
    const struct pack_assessment_part *part;
    int year, month;
    int32_t as_of;
    const struct scored *scored;
    size_t scored_count;
    struct line *items; /* [scored][criterion of the part] */
    uint64_t *vetoes;   /* [scored] bit per veto of the scheme */
    struct arena arena;
};

/* points: those of the part's criteria, to try others; NULL: the scheme's own. figures: of the day `as_of`,
 * of the whole county; facts: the last entry of the log that they know, 0: the newest. Not shown to anybody
 * without a look at who may see whom (view.h). To be given back with lines_free. */
int lines_compute(struct database *database, const struct progress_book *book, const struct figures *figures,
                  int64_t facts, const struct pack_scheme *scheme, size_t part, int year, int month,
                  const int64_t *points, struct lines **out, struct err *err);

/* Does that indicator count the scored records themselves? Then each has the figure of its own record, not
 * that of its place. */
static inline bool lines_own(const struct pack *pack, const struct pack_scheme *scheme, int indicator)
{
    return scheme->assessed == ASSESSED_REGISTER && indicator >= 0 &&
           pack->indicators[indicator].over == scheme->reg;
}
void lines_free(struct lines *lines);

static inline struct line *lines_at(const struct lines *lines, size_t scored, size_t criterion)
{
    return &lines->items[scored * lines->part->criterion_count + criterion];
}

#endif
