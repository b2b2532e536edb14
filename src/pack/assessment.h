/* Assessment schemes as a pack says them (docs/assessment.md): who is scored, by which criteria, and what
 * follows. Read-only, in the pack's arena. Points, shares and lines are ten-thousandths. */
#ifndef ZENGSHOU_PACK_ASSESSMENT_H
#define ZENGSHOU_PACK_ASSESSMENT_H

#include "pack/pack.h"

enum assessed { ASSESSED_TOWNSHIPS, ASSESSED_VILLAGES, ASSESSED_UNITS, ASSESSED_REGISTER };

enum criterion_kind {
    CRITERION_INDICATOR, /* points by an indicator's figure, between `zero` and `full` */
    CRITERION_LED,       /* the average attainment of the indicators that the unit leads */
    CRITERION_REVIEWED,  /* points given by a reviewer */
    CRITERION_DEDUCTION  /* `each` taken off for every one that the indicator counts, `points` at most */
};

struct pack_criterion {
    struct label label;
    struct pack_clause clause;
    struct text note;
    enum criterion_kind kind;
    int64_t points;     /* at most; of a deduction: at most taken off */
    int indicator;      /* -1: none */
    int64_t full, zero; /* in the indicator's unit */
    int64_t each;
    bool shared; /* where there is nobody it could count, its points are shared out over the others */
    struct text reviewed_zh, reviewed_en; /* what the reviewer looks at */
};

struct pack_assessment_part {
    struct label label;
    int64_t share;                         /* of the whole; all parts together DECIMAL_ONE */
    const struct pack_criterion *criteria; /* deductions last */
    size_t criterion_count;
};

struct pack_veto { /* the grade is no better than `grade`, whatever the points */
    struct label label;
    int indicator;
    bool above; /* the figure lies above the line; otherwise below */
    int64_t line;
    int grade;
};

struct pack_grade {
    struct label label;
    int64_t from; /* of 100 points */
};

struct pack_assessment_list { /* all conditions that are given must hold */
    struct label label;
    int64_t first, last; /* by rank; 0: not asked */
    bool has_from, has_below;
    int64_t from, below;
    int workflow; /* each on the list gets a case of it; -1: none */
};

struct pack_scheme {
    struct label label;
    struct pack_clause clause;
    struct text note;
    enum assessed assessed;
    int reg;          /* ASSESSED_REGISTER */
    const int *units; /* ASSESSED_UNITS; none: all of kind department */
    size_t unit_count;
    const struct pack_assessment_part *parts;
    size_t part_count;
    const struct pack_veto *vetoes;
    size_t veto_count;
    const struct pack_grade *grades; /* best first; the last one from 0 */
    size_t grade_count;
    const struct pack_assessment_list *lists;
    size_t list_count;
    const char *file;
    int line;
};

/* What people add to a run stands in two registers of the pack, with fields of these names. */
enum review_field {
    REVIEW_RUN,
    REVIEW_SCORED,
    REVIEW_CRITERION,
    REVIEW_POINTS,
    REVIEW_REASON,
    REVIEW_FIELDS
};
enum objection_field {
    OBJECTION_RUN,
    OBJECTION_SCORED,
    OBJECTION_CRITERION,
    OBJECTION_CLAIM,
    OBJECTION_AWARDED,
    OBJECTION_FIELDS
};
struct pack_assessment {
    int reviews, objections;                                /* registers; -1: none. Objections are cases */
    int review[REVIEW_FIELDS], objection[OBJECTION_FIELDS]; /* fields of theirs */
    int objection_days; /* an INT parameter: how long one may object; -1: none */
};

int pack_scheme_find(const struct pack *pack, struct text name); /* name or label; -1 */
int scheme_part_find(const struct pack_scheme *scheme, struct text name);
int scheme_criterion_find(const struct pack_assessment_part *part, struct text name);
const char *assessed_name(enum assessed assessed);
const char *criterion_kind_name(enum criterion_kind kind);

#endif
