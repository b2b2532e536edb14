/* Rulebook: a pack's rules and definitions compiled once for a date and shared by all threads of a server,
 * and the one frame on which they run. It answers for single records in well under a millisecond, so a fact
 * raises its warning when it is entered; for all records its programs run as any other. */
#ifndef ZENGSHOU_MONITOR_RULEBOOK_H
#define ZENGSHOU_MONITOR_RULEBOOK_H

#include "formula/program.h"
#include "monitor/screening.h"
#include "register/frame_cache.h"

struct rulebook;
struct rulebook_day; /* compiled for one date; immutable */

/* The pack is borrowed. */
struct rulebook *rulebook_new(const struct pack *pack);
/* Nobody may be asking; days that were given out must have been closed. */
void rulebook_free(struct rulebook *rulebook);

/* A frame of the present with all that the rules and definitions read, and what names and places the records
 * and counts them by category. entry, stands: see frame_cache_get. The caller frees the frame. */
int rulebook_frame(const struct rulebook *rulebook, struct frame_cache *frames, struct database *database,
                   int64_t entry, struct frame **out, int64_t *stands, struct err *err);

/* The same for a part of the registers, read for one question; entry 0: of the present, else as they stood
 * when that entry of the log had been written. */
int rulebook_part(const struct rulebook *rulebook, struct database *database, const struct frame_part *part,
                  int64_t entry, struct frame **out, struct err *err);

/* The rules as of a date, compiled now or by somebody before; from any thread. */
int rulebook_open(struct rulebook *rulebook, int32_t as_of, struct rulebook_day **out, struct err *err);
void rulebook_close(struct rulebook_day *day);

/* Which rules are asked: those that look at the record's own family only (local.h), or also those that look
 * at everybody (a number that two people have), which cost a pass over whole registers. */
enum rulebook_reach { REACH_FAMILY, REACH_EVERYBODY };

enum { RULE_UNASKED = -1, RULE_MISSES = 0 }; /* beside enum finding */

/* A thread's place at the rulebook: while it asks about the same day and frame, binding the rules to the
 * frame is done once (formula/seat.h). */
struct rulebook_desk;
struct rulebook_desk *rulebook_desk_new(void);
void rulebook_desk_free(struct rulebook_desk *desk); /* before its frames' owner; NULL is harmless */

/* What the rules on `reg` say of `rows` rows from `row` on, which cost hardly more than one: findings[row *
 * rule_count + pack rule], row counting from 0, becomes a finding, RULE_MISSES, or RULE_UNASKED where the
 * rule is out of reach. Rules on other registers are left as they are. */
int rulebook_find(struct rulebook_desk *desk, struct rulebook_day *day, struct frame *frame, int reg,
                  uint32_t row, size_t rows, enum rulebook_reach reach, int *findings, struct err *err);

/* Definitions of one row's register: values[schema definition]; those on other registers are left as they
 * are, those that look at everybody become unknown unless they are within reach. Texts live in the arena. */
int rulebook_define(struct rulebook_desk *desk, struct rulebook_day *day, struct frame *frame, int reg,
                    uint32_t row, enum rulebook_reach reach, struct arena *arena, struct value *values,
                    struct err *err);

#endif
