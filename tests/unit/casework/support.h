/* The small county of packs/ beside this file, with the State Council's calendar, users in it, and a clock
 * that tests move. */
#ifndef ZENGSHOU_TESTS_CASEWORK_SUPPORT_H
#define ZENGSHOU_TESTS_CASEWORK_SUPPORT_H

#include "../store/place.h"

#include "access/users.h"
#include "base/date.h"
#include "base/mem.h"
#include "casework/act.h"
#include "casework/calendar.h"
#include "casework/inbox.h"
#include "casework/propose.h"
#include "casework/tick.h"
#include "casework/verify.h"
#include "files/attachments.h"
#include "register/record.h"
#include "register/write.h"

enum { USER_V1, USER_V2, USER_V3, USER_T1, USER_T2, USER_C1, USER_C2, USER_CLINIC, USER_READER, USER_COUNT };
enum { HOUSEHOLDS = 8 }; /* two in each of the four villages, in order: ids 1 … 8 */

struct hall {
    const struct place *place;
    struct pack *pack;
    struct database *database;
    struct access *access;
    struct casework *casework;
    struct principal *principals[USER_COUNT];
    int64_t users[USER_COUNT];
    struct case_moment moment;
    struct arena arena;
    int aid; /* the workflow, and its register */
    int aid_reg, household_reg;
};

extern struct err hall_err;
#define GOOD(call)                                                                                           \
    do {                                                                                                     \
        int hall_code = (call);                                                                              \
        if (hall_code != 0) fail_msg("%s: %d %s", #call, hall_code, hall_err.en);                            \
    } while (0)

struct hall *hall_new(const struct place *place, const char *today);
void hall_free(struct hall *hall);
void hall_day(struct hall *hall, const char *today);
struct case_actor hall_actor(const struct hall *hall, int user);

int32_t day_of(const char *text);
int field_of(const struct hall *hall, int reg, const char *name);
int transition_of(const struct hall *hall, const char *name); /* of aid */

/* Fields of a record to be given, by name. */
struct gift {
    bool given[32];
    struct value values[32];
};
void gift_text(const struct hall *hall, struct gift *gift, int reg, const char *field, const char *value);
void gift_int(const struct hall *hall, struct gift *gift, int reg, const char *field, int64_t value);

/* Opens an aid case on a household. */
int try_open(struct hall *hall, int user, int64_t household, const char *reason, int64_t *record);
int64_t open_aid(struct hall *hall, int user, int64_t household);
/* Does a transition as things stand. gift may be NULL. */
int try_do(struct hall *hall, int user, int64_t record, const char *transition, const struct gift *gift,
           const char *comment);
#define DO(hall, user, record, transition, gift, comment)                                                    \
    GOOD(try_do(hall, user, record, transition, gift, comment))
/* Writes fields without a step. */
int try_edit(struct hall *hall, int user, int64_t record, const struct gift *gift);
void submit(struct hall *hall, int user, int64_t record, const char *notice_from);

struct case_view look(struct hall *hall, int reg, int64_t record);
const char *state_of(struct hall *hall, int64_t record);
int64_t entries(struct hall *hall);
/* The value of a household's field. */
void set_household(struct hall *hall, int64_t household, const char *field, int64_t value);
struct value record_value(struct hall *hall, int reg, int64_t record, const char *field);

void sound(struct hall *hall); /* casework_verify finds nothing */
int64_t bring_to_decision(struct hall *hall, int64_t household);
/* That household 1 earns less; gift holds what it gives. */
struct case_clue clue_of(struct hall *hall, struct gift *gift, const char *digest);
size_t count_list(struct hall *hall, int user, enum case_list_kind kind);

#endif
