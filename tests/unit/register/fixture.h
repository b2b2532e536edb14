/* A small county as a pack built by hand, so that tests of the registers stand on nothing but the contract of
 * pack.h and may bend it: villages, households, persons, a monthly income ledger, jobs. */
#ifndef ZENGSHOU_TESTS_REGISTER_FIXTURE_H
#define ZENGSHOU_TESTS_REGISTER_FIXTURE_H

#include "../store/place.h"

#include "base/mem.h"
#include "register/database.h"
#include "register/write.h"

enum { VILLAGE, HOUSEHOLD, PERSON, LEDGER, JOB, REGISTERS };
enum { VILLAGE_CODE, VILLAGE_NAME, VILLAGE_TOWNSHIP, VILLAGE_PEOPLE };
enum {
    HOUSEHOLD_NUMBER,
    HOUSEHOLD_HEAD,
    HOUSEHOLD_VILLAGE,
    HOUSEHOLD_CATEGORY,
    HOUSEHOLD_ARABLE,
    HOUSEHOLD_INCOME,
    HOUSEHOLD_GROWTH,
    HOUSEHOLD_MONITORED,
    HOUSEHOLD_RISK,
    HOUSEHOLD_SAFE
};
enum { PERSON_NUMBER, PERSON_NAME, PERSON_HOUSEHOLD, PERSON_BIRTH, PERSON_HEALTH };
enum { LEDGER_HOUSEHOLD, LEDGER_MONTH, LEDGER_WHEEL, LEDGER_AMOUNT, LEDGER_NOTE };
enum { JOB_PERSON, JOB_MONTH, JOB_PLACE };
enum { CATEGORY, HEALTH, WHEEL, DICTIONARIES };
enum { CATEGORY_GENERAL, CATEGORY_RELIEVED, CATEGORY_MONITORED };
enum { HEALTH_GOOD, HEALTH_CHRONIC, HEALTH_DISABLED };
enum { WHEEL_WAGE, WHEEL_BUSINESS, WHEEL_PROPERTY, WHEEL_TRANSFER };

/* Fresh each time; everything in its arena; tests may change it before use. */
struct pack *fixture_pack(void);
void fixture_free(struct pack *pack);

/* For bending: adds a field to a register and returns its index; appends a code to a dictionary. */
int fixture_add_field(struct pack *pack, int reg, const char *name, struct type type, bool required);
void fixture_add_code(struct pack *pack, int dictionary, const char *name);
void fixture_drop_field(struct pack *pack, int reg, int field);
void fixture_redigest(struct pack *pack, const char *digest);
struct schema_field *fixture_field(struct pack *pack, int reg, int field);
struct pack_field *fixture_meta(struct pack *pack, int reg, int field);

/* ---- Values ---- */
static inline struct value whole(int64_t integer)
{
    return (struct value){.known = true, .integer = integer};
}
static inline struct value words(const char *text)
{
    return (struct value){.known = true, .text = text_of(text)};
}
static inline struct value share(double ratio)
{
    return (struct value){.known = true, .ratio = ratio};
}
struct value on_day(int year, int month, int day);
struct value in_month(int year, int month);

/* May do and see everything, whatever the pack. */
extern const struct scope fixture_everything;

/* ---- Records ---- */

/* A change of one record under construction. */
struct draft {
    struct record_change change;
    bool given[16];
    struct value values[16];
};
struct draft draft_new(int reg);
struct draft draft_of(int reg, int64_t id, int64_t version);
void draft_set(struct draft *draft, int field, struct value value);
/* Writes one draft and returns the record's id. */
int64_t draft_save(struct database *database, struct draft *draft);
int draft_try(struct database *database, struct draft *draft, struct err *err);

struct database *fixture_database(const struct place *place, const struct pack *pack); /* init and open */
int64_t add_village(struct database *database, const char *code, const char *township, const char *name);
int64_t add_household(struct database *database, const char *number, int64_t village);
int64_t add_person(struct database *database, const char *number, int64_t household);

int64_t broken_references(struct database *database);
int64_t count_of(struct database *database, const char *sql);
/* One text out of a query of one row; "" for null. Holds until the next call. */
const char *text_from(struct database *database, const char *sql);

#endif
