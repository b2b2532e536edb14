/* Attribution: of the families whose income rose, or fell, between two years: how much of the change came
 * from which kind of income, and within a kind from which source (a measure, project, job, subsidy) as far as
 * rows of a register tie it to one. What is not tied is told as such; everything adds up to the fen. */
#ifndef ZENGSHOU_PROGRESS_ATTRIBUTION_H
#define ZENGSHOU_PROGRESS_ATTRIBUTION_H

#include "formula/program.h"
#include "pack/pack.h"
#include "register/frame_load.h"
#include "register/scope.h"

enum attribution_direction { ATTRIBUTION_ROSE, ATTRIBUTION_FELL };
enum { ATTRIBUTION_DIRECTIONS = 2 };
enum attribution_list {
    ATTRIBUTION_SAME = ATTRIBUTION_DIRECTIONS,
    ATTRIBUTION_UNKNOWN
}; /* after those two */
enum { ATTRIBUTION_LISTS = 4 };

struct attribution_part {
    __int128 now, before; /* fen */
    int64_t households;   /* of which it is not the same in both years */
};

struct attribution_side { /* families that rose, or fell */
    int64_t households;
    struct attribution_part total;
    struct attribution_part *kinds;   /* [pack.dashboard.income] */
    struct attribution_part *sources; /* [pack.progress.sources] */
    struct attribution_part rest;     /* total less all kinds: costs */
};

struct attribution_place {
    int division; /* index into pack.divisions; -1: nowhere */
    struct attribution_side sides[ATTRIBUTION_DIRECTIONS];
    int64_t same, unknown; /* families whose income did not change; is not known in both years */
};

struct attribution {
    struct attribution_place all, *places; /* of the level asked for, those with families */
    size_t place_count;
    int64_t *ids[ATTRIBUTION_LISTS]; /* families, and what their income changed by; 0 where it is not known */
    int64_t *changes[ATTRIBUTION_LISTS];
    size_t counts[ATTRIBUTION_LISTS];
    int64_t unknown_rows; /* of sources' registers: whether or how much they count is not known */
    struct arena arena;
};

/* What it takes, in the arena: roots of a program. ERR_NOT_FOUND: the pack's dashboard names no total. */
int attribution_roots(const struct pack *pack, struct arena *arena, struct program_root **roots,
                      size_t *count, struct err *err);

/* Whose ids are listed: all, or only families in which one kind or one source changed, with that change. */
struct attribution_only {
    int kind, source; /* indexes; -1: any */
};

/* frame: with what those roots read and the places of the subject. division -1: all of the scope.
 * only NULL: all. */
int attribution_make(const struct pack *pack, const struct frame *frame, const struct scope *scope,
                     int32_t as_of, enum division_level level, int division,
                     const struct attribution_only *only, const struct program_root *roots, size_t count,
                     struct attribution **out, struct err *err);
/* One family that the caller found in scope, as `all`. ERR_NOT_FOUND. */
int attribution_family(const struct pack *pack, const struct frame *frame, int32_t as_of, int64_t id,
                       const struct program_root *roots, size_t count, struct attribution **out,
                       struct err *err);
void attribution_free(struct attribution *attribution);

#endif
