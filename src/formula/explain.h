/* Why a formula has its value on one record: every node with its value, what decided, which facts it rests
 * on, which unknowns matter; and the sentence a person reads. */
#ifndef ZENGSHOU_FORMULA_EXPLAIN_H
#define ZENGSHOU_FORMULA_EXPLAIN_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/frame.h"
#include "formula/node.h"

struct explain_plan;

struct explain_node {
    const struct node *node; /* of a chain of and's or or's: the outermost; children are all its links */
    struct value value;      /* TEXT is borrowed from the frame or the explainer */
    bool decisive; /* the answer above hangs on it: the false side of an and, the true of an or, the unknown …
                    */
    int reg;       /* the record it was evaluated on */
    uint32_t row;
    size_t child_count; /* 0 also where a tree would grow beyond EXPLAIN_NODES nodes */
    struct explain_node
        *children; /* operands; for an aggregate: its rows that count (that make it so: the true ones of
                      exists, the false ones of all, the unknown ones when it is unknown), at most
                      EXPLAIN_ROWS of them, each with node = w or v on that row; rows_total says how many
                      there were. Operands that are missing (no else) are left out */
    size_t rows_total;
    const struct explain_plan *plan; /* private */
};

enum { EXPLAIN_ROWS = 50, EXPLAIN_NODES = 20000 };

/* A fact that is missing and could change the answer: for some choice of all the missing facts the answer is
 * another one without it. What an answer that stands (true, or false) leaves open is not missing. */
struct explain_missing {
    int reg;        /* register of the record that lacks it */
    uint32_t row;   /* its row; FRAME_NO_ROW when the record itself is missing (a month without any row) */
    int field;      /* the empty field; of a missing record the field that was asked for, or its reference */
    int parent_reg; /* for a missing record: on which record it should hang, and which month is absent; -1
                       otherwise */
    uint32_t parent_row;
    struct value value;
    bool unusable; /* it is there, but nothing can be computed from it: a division by 0, a date that does not
                      exist */
};

/* How a record stands in an aggregate: among those that make its value; looked at, but not among them; among
 * those that keep it open; or, of a value that is duplicated, another record that has the same. */
enum explain_standing { EXPLAIN_COUNTS, EXPLAIN_SAME, EXPLAIN_OPEN, EXPLAIN_FAILS, EXPLAIN_STANDINGS };

/* A known field that decided. */
struct explain_fact {
    int reg, field;
    uint32_t row;
    struct value value;
};

/* One of the records that an aggregate went through. */
struct explain_member {
    uint32_t row; /* of the group's register */
    enum explain_standing standing;
    struct explain_fact *facts; /* what decided for it; empty: that the record is there */
    size_t fact_count;
    const struct explain_node *parts; /* conditions and values on it, in words by explain_member_words */
    size_t part_count;
    const struct explain *open; /* EXPLAIN_OPEN: what it lacks */
};

/* An aggregate, or a value that is duplicated, with the records that decided it. Of an aggregate that is true
 * by some of its records, or false by them, the others are counted, not listed. */
struct explain_group {
    const struct node *node;
    int owner_reg; /* on which record it was evaluated */
    uint32_t owner_row;
    struct value value;
    int reg;                        /* of the members */
    struct explain_member *members; /* by standing, then in the register's order */
    size_t member_count;
    size_t totals[EXPLAIN_STANDINGS], listed[EXPLAIN_STANDINGS];
    struct type rest_type;
    struct value rest; /* of a sum, average or median: the sum over those that count and are not listed;
                          unknown when all are, or when it is too large */
};

enum { EXPLAIN_MEMBERS = 20, EXPLAIN_GROUPS = 100 };

struct explain {
    struct explain_node root;
    struct explain_missing
        *missing; /* each fact once, in the order of the formula; empty when the answer is known */
    size_t missing_count;
    int *parameters; /* parameters that have no value at the date and could change the answer */
    size_t parameter_count;
    struct explain_group *groups; /* filled by explain_groups: in the order of the formula, an aggregate
                                     within another one's members behind it */
    size_t group_count;
    bool more_groups; /* there are more than EXPLAIN_GROUPS */
};

struct explainer; /* holds compiled pieces, so that explaining thousands of records is cheap; not for threads
                     to share */

struct explainer *explainer_new(const struct schema *schema, const struct frame *frame, int32_t as_of);
void explainer_free(struct explainer *explainer);
/* Will be asked for a few records only, and of formulas that look at a record's own family, as by a page
 * about one: it then goes from row to row much longer before it computes a formula's parts on all rows, which
 * costs a large register tens of milliseconds and hundreds of MiB. The explanations are the same. */
void explainer_few(struct explainer *explainer);
/* Between two frames: it keeps the compiled formulas, as far as they are not too many, and lets go of the
 * frame and of all that was computed from it. Explanations made before are no longer to be used. */
void explainer_rest(struct explainer *explainer);
void explainer_on(struct explainer *explainer, const struct frame *frame);
/* Lets go of the formulas explained so far: where many records were asked for, each holds the values of all
 * its parts on all rows. Explanations made before are no longer to be used. */
void explainer_forget(struct explainer *explainer);

/* How records are named in sentences ("张三"): appends a name to out. Without one they are only counted. */
typedef void explain_name(void *context, int reg, uint32_t row, const char *language, struct buffer *out);
void explainer_names(struct explainer *explainer, explain_name *name, void *context);

/* The result lives in the arena. Evaluates with the same executor as program_run: single rows at first, all
 * rows at once when many are asked for. The formula's nodes must outlive the explainer. */
int explain_record(struct explainer *explainer, const struct node *node, int reg, uint32_t row,
                   struct arena *arena, struct explain *out, struct err *err);

/* Finds the records behind each aggregate that the answer hangs on (whole: behind every one), at most
 * EXPLAIN_MEMBERS of each standing; aggregates in conditions and values of listed members included. After
 * explain_record, with the same explainer and arena. */
int explain_groups(struct explainer *explainer, struct explain *explain, bool whole, struct arena *arena,
                   struct err *err);

/* What decided for a member, appended to out: "有劳动能力、有就业意愿、未就业"; nothing where only its being
 * there counts. */
void explain_member_words(struct explainer *explainer, const struct explain_member *member,
                          const char *language, struct buffer *out);

/* One sentence: "人均纯收入为8,432.10元，低于10,000.00元；且增速为-6.4%，低于5.5%。" For an unknown answer:
 * what is missing. */
void explain_sentence(struct explainer *explainer, const struct explain *explain, const char *language,
                      struct buffer *out);

/* The tree, one node a line, indented, with values. Unless `whole`: only what the answer hangs on, each
 * definition unfolded once a record, and the months of a complete ledger not told one by one. */
void explain_tree(struct explainer *explainer, const struct explain *explain, const char *language,
                  bool whole, struct buffer *out);

/* A missing fact in words, without the record that lacks it: "出生日期", "2022-05的收入",
 * "家庭人口（为0，无法计算）". */
void explain_missing_print(struct explainer *explainer, const struct explain_missing *missing,
                           const char *language, struct buffer *out);

#endif
