/* Made-up records of registers that the simulation of families knows nothing about: cooperatives, projects,
 * bills, posts … Nothing about them stands in C: demo/….yaml says for what each row is made (the county, a
 * village, a household, a person, a row of another sheet), how many, and how each cell comes about. docs: the
 * section "demo" of docs/pack.md. */
#ifndef ZENGSHOU_DEMO_MADE_H
#define ZENGSHOU_DEMO_MADE_H

#include "demo/config.h"
#include "demo/county.h"
#include "demo/output.h"

/* ---- Settings ---- */

enum made_each { EACH_COUNTY, EACH_VILLAGE, EACH_HOUSEHOLD, EACH_PERSON, EACH_ROW };

enum made_term_kind {
    TERM_WORDS,     /* as they stand */
    TERM_ATTRIBUTE, /* household.arable */
    TERM_COLUMN,    /* of the same row */
    TERM_ROW,       /* cooperative.合作社名称: of the row this one is made for, else of one nearby */
    TERM_YEAR,      /* which of `years` */
    TERM_YEAR_BACK, /* how many years before that of the data it is; 0: it is that one */
    TERM_KIND,      /* which of `kinds` */
    TERM_SERIAL     /* 1, 2, 3 … within the sheet */
};

struct made_term {
    enum made_term_kind kind;
    struct text words;
    const struct attribute *attribute;
    enum source source;
    size_t sheet, column;
    int width; /* of a serial number, filled with zeros */
};

enum made_way {
    WAY_TEXT,    /* the terms one after the other; a single one keeps its type */
    WAY_PICK,    /* one of the words */
    WAY_SEVERAL, /* each word by its chance, joined by commas; at least one */
    WAY_COUNT,
    WAY_MONEY,
    WAY_DECIMAL,
    WAY_DAY,   /* so many days before the date of the data, or after a term */
    WAY_MONTH, /* months, likewise */
    WAY_PART,  /* a share of the term */
    WAY_TIMES,
    WAY_SUM,
    WAY_MINUS, /* the first less the others */
    WAY_NAME,  /* of a person that never was */
    WAY_PHONE,
    WAY_BY /* another way for each word of the term */
};

struct made_rule {
    enum made_way way;
    struct made_term *terms;
    size_t term_count;
    struct range range; /* fen, ten-thousandths, days …; PART: millionths */
    struct range
        then;      /* from the second year on: millionths of the year before; most 0: nothing of the kind */
    int64_t whole; /* PART: how often it is all of it */
    bool past;     /* DAY, MONTH: what would lie ahead is left blank */
    struct text *words;
    int64_t *weights;
    size_t word_count;
    struct made_rule *cases; /* BY: one a word, and one for all others behind them */
};

struct made_test { /* the term is one of the words */
    struct made_term term;
    struct text *words;
    size_t word_count;
};

struct made_tests {
    struct made_test *items; /* all must hold */
    size_t count;
};

struct made_column {
    struct text heading;
    struct made_rule rule;
    struct made_tests only; /* otherwise blank */
    struct spelling spelling;
    bool hidden; /* reckoned for other columns, not written */
};

struct made_kind {
    struct text word;
    int64_t chance;
    uint32_t when;
    struct made_term needs;
    bool has_needs;
};

struct made_sheet {
    struct text name, file, feed, title, sheet;
    enum made_each each;
    size_t each_sheet; /* EACH_ROW */
    struct range count;
    int64_t chance;
    int64_t year_from, year_to; /* relative to the year of the data */
    bool has_years;
    struct made_kind *kinds;
    size_t kind_count;
    bool categories[3];
    uint32_t when;   /* facts of the person (of the household, for households), one of which must hold */
    uint32_t family; /* the same of a person's household */
    struct range ages;
    struct made_term *needs; /* known and not zero */
    size_t need_count;
    struct made_tests only; /* rows for which these do not hold are not made */
    uint32_t entries; /* bits: enum item: a row for each such line of the household's ledger; 0: one row */
    bool *measures;   /* [word of LIST_MEASURE]: only for households helped so; the row speaks of that help */
    struct made_term since; /* entries: those from this month on */
    bool has_since;
    bool *anywhere; /* by sheet: whether a row of it may be taken from another village */
    bool wanted;    /* others take its rows */
    struct made_column *columns;
    size_t column_count, shown_count;
    struct text *headings; /* of the columns shown */
};

/* Every demo/….yaml of the pack into config->made. Faults are added with their place. */
void made_read(struct config_reader *reader);

/* ---- Values ---- */

struct made_value {
    enum attribute_kind kind; /* TEXT, COUNT, MONEY, DECIMAL, DATE, MONTH */
    int64_t number;           /* DEMO_UNKNOWN: none */
    struct text text;
};

struct made_row { /* one that stands, as others see it */
    const struct made_sheet *sheet;
    const struct made_row *parent; /* the row it was made for; NULL: none */
    struct made_value *values;
    ptrdiff_t village; /* index; -1: none */
};

struct made_pool { /* rows of a sheet that others take, sorted by village once all stand */
    struct made_row *rows;
    size_t count, capacity;
};

struct made_place { /* what a row that is being made can speak of */
    const struct county *county;
    const struct made_pool *pools; /* by sheet */
    const struct made_row *parent;
    const struct made_row **taken; /* by sheet: one row gives all its columns */
    const struct made_sheet *sheet;
    struct made_value *values; /* of the columns so far */
    const struct made_value *before;
    const void *of[SOURCE_COUNT];
    ptrdiff_t village;
    int64_t year, serial;
    struct text kind;
    struct random random;
    struct arena *arena; /* for its texts */
    bool dropped;        /* it spoke of a row that is not there */
};

struct made_value made_rule_value(struct made_place *place, const struct made_rule *rule, size_t column);
struct made_value made_term_value(struct made_place *place, const struct made_term *term);
bool made_tests_hold(struct made_place *place, const struct made_tests *tests);
bool made_value_known(const struct made_value *value);

/* ---- Rows ---- */

struct made;

/* Opens the files of all made sheets, in their order. */
int made_open(struct county *county, const struct outputs *outputs, struct made **out, struct err *err);

/* All that is made for the county and its villages, and what is made for those rows. */
int made_places(struct made *made, struct err *err);

/* What is made for a household and its people. Call made_places first. */
int made_household(struct made *made, const struct household *household, struct err *err);

int made_close(struct made *made, struct err *err);
void made_discard(struct made *made);

#endif
