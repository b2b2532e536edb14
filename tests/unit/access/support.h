/* The small county of the register tests with a plan and roles, users in it, and a clock that tests move. */
#ifndef ZENGSHOU_TESTS_ACCESS_SUPPORT_H
#define ZENGSHOU_TESTS_ACCESS_SUPPORT_H

#include "../register/fixture.h"

#include "access/access.h"
#include "access/users.h"

enum { ROLE_ADMIN, ROLE_DEPARTMENT, ROLE_TOWNSHIP, ROLE_VILLAGE, ROLE_HELPER, ROLE_LEADER, ROLES };
enum { UNIT_BUREAU, UNIT_LABOUR, UNITS };
enum { FEED_JOBS, FEED_PEOPLE, FEEDS };

/* Bureau leads for households, labour answers for jobs (a clause within the one that names it). */
struct pack *access_pack(void);

struct stand { /* a database with its access, and its clock */
    const struct place *place;
    struct pack *pack;
    struct database *database;
    struct access *access;
    int64_t clock;
};
struct stand *stand_new(const struct place *place);
void stand_free(struct stand *stand);
/* A second connection with the same clock; closed by second_close. */
struct access *second_open(struct stand *stand, struct database **database);
void second_close(struct access *access, struct database *database);

#define PASSWORD "Plum-Rain-77-river"

struct user_settings settings_of(const char *role);
/* A user with PASSWORD; demonstration true: need not change it. */
int64_t add_user(struct stand *stand, const char *name, const struct user_settings *settings);

int try_log_in(struct access *access, const char *name, const char *password, char token[ACCESS_SECRET],
               int64_t *wait, struct err *err);
/* Logs in, and gives the token until the next call. */
struct text log_in(struct stand *stand, const char *name);

#endif
