/* A sheet under construction for the stage tests: rows are written cell by cell. */
#ifndef ZENGSHOU_TESTS_REGISTER_SHEET_H
#define ZENGSHOU_TESTS_REGISTER_SHEET_H

#include "fixture.h"
#include "register/stage.h"

enum { SHEET_PARTS = 4, SHEET_REJECTS = 200 };

struct reject {
    int64_t row;
    int part, field;
    char zh[200], en[200];
};

struct sheet {
    struct database *database;
    struct pack_feed feed;
    struct feed_part parts[SHEET_PARTS];
    struct stage *stage;
    bool present[SHEET_PARTS];
    struct stage_cell cells[SHEET_PARTS][16];
    int64_t row; /* the last one written */
    struct stage_counts counts[SHEET_PARTS];
    int64_t rejected;
    struct reject rejects[SHEET_REJECTS];
    size_t reject_count;
};

/* A feed of one register; of village (matched by township and name), household, person and ledger. */
void sheet_begin(struct sheet *sheet, struct database *database, int reg);
void sheet_begin_national(struct sheet *sheet, struct database *database);
/* After changing sheet->parts. */
void sheet_begin_feed(struct sheet *sheet, struct database *database);

void sheet_put(struct sheet *sheet, int part, int field, struct value value);
void sheet_blank(struct sheet *sheet, int part, int field); /* the column is there, the cell is empty */
void sheet_look(struct sheet *sheet, int part, int field, const char *lookup);
/* Ends the row; its number is one more than the last. */
void sheet_row(struct sheet *sheet);
void sheet_match(struct sheet *sheet);
int sheet_apply(struct sheet *sheet, struct err *err);
/* Match, apply, free. */
void sheet_import(struct sheet *sheet);
void sheet_free(struct sheet *sheet);

void assert_counts(const struct sheet *sheet, int part, int fresh, int changed, int unchanged);
/* The row was refused, and one of its English reasons has the words. */
void assert_rejected(const struct sheet *sheet, int64_t row, const char *words_in_it);

#endif
