/* Causes: what paid the families' incomes: the projects, measures, posts, jobs, subsidies that rows of
 * sources are tied to, and what of each source is tied to nothing. */
#ifndef ZENGSHOU_PROGRESS_CAUSES_H
#define ZENGSHOU_PROGRESS_CAUSES_H

#include "progress/attribution.h"

/* Does a row of the source say so in a field that refers to the cause's register? Such a field; -1: none. */
int cause_field(const struct pack *pack, const struct pack_source *source, const struct pack_cause *cause);

/* One record, or all records of a group; `rest`: rows that are tied to none. */
enum cause_sort { CAUSE_RECORD, CAUSE_GROUP, CAUSE_REST };
struct cause_tie {
    enum cause_sort sort;
    int64_t id;         /* RECORD: of the cause's register */
    struct value group; /* GROUP: CODE or TEXT (in the view's arena); not known: the records do not say */
    struct attribution_part
        part;               /* of the families in scope; households: where it is not the same in both years */
    int64_t families, rows; /* that have such rows in either year; the rows */
    int64_t records;        /* of the cause's register that these rows are tied to */
    bool cost_known;
    int64_t cost; /* fen: of those records, whoever else gains from them */
};

struct cause_asked {
    size_t cause;
    int source;   /* only rows of this source; -1: of all that can be tied to the cause */
    int division; /* -1: all of the scope */
    int32_t as_of;
    const struct program_root *roots; /* of cause_roots */
    size_t count;
    int64_t family; /* 0: all; else this one, which the caller found in scope: no scope is asked then */
};

/* attribution_roots with what else a view of the cause takes. */
int cause_roots(const struct pack *pack, size_t cause, struct arena *arena, struct program_root **roots,
                size_t *count, struct err *err);

struct cause_view {
    struct cause_tie *ties; /* the largest change first; what is tied to none comes last */
    size_t count;
    struct attribution_part total; /* of all of them; households: not counted */
    struct arena arena;
};
/* frame: with what the roots read, the group, and the places of the subject. ERR_FORBIDDEN. */
int cause_view_make(const struct pack *pack, const struct frame *frame, const struct scope *scope,
                    const struct cause_asked *asked, struct cause_view **out, struct err *err);
void cause_view_free(struct cause_view *view);

struct cause_family {
    int64_t id; /* of the subject */
    struct attribution_part part;
    int64_t rows;
};
/* The families behind one tie of such a view, by id. */
int cause_families(const struct pack *pack, const struct frame *frame, const struct scope *scope,
                   const struct cause_asked *asked, const struct cause_tie *tie, struct cause_family **out,
                   size_t *count, struct err *err);

/* One family's incomes by everything that they can be tied to: a view of each cause, without costs, to be
 * freed one by one. roots: of attribution_roots. ERR_NOT_FOUND. */
int cause_family_views(const struct pack *pack, const struct frame *frame, int32_t as_of, int64_t family,
                       const struct program_root *roots, size_t count,
                       struct cause_view *views[] /* [pack.progress.cause_count] */, struct err *err);

struct cause_row {
    size_t source;
    int64_t id, family; /* of the source's register; of the subject */
    int64_t now, before;
};
/* The rows behind one tie, by source and id: each once, also where it counts in both years. */
int cause_rows(const struct pack *pack, const struct frame *frame, const struct scope *scope,
               const struct cause_asked *asked, const struct cause_tie *tie, struct cause_row **out,
               size_t *count, struct err *err);

#endif
