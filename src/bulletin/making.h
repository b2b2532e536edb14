/* Making: what the files of this room share while a document is being made. Private to src/bulletin. */
#ifndef ZENGSHOU_BULLETIN_MAKING_H
#define ZENGSHOU_BULLETIN_MAKING_H

#include "bulletin/bulletin.h"
#include "progress/round.h"
#include "register/naming.h"
#include "register/record.h"

enum { DAY_NOW, DAY_BEFORE, DAY_LAST_YEAR, DAYS };

struct making_reports { /* the month's round as the scope sees it, read when it is first asked for */
    bool read, seen;    /* seen: the pack has rounds, and the reports are for this user */
    struct round round;
};

struct making_disputes; /* open ones, likewise */

struct making {
    const struct bulletin_tools *tools;
    const struct bulletin_question *question;
    const struct pack *pack;
    const struct pack_bulletin *bulletin;
    struct document *document;
    struct progress_year year;    /* of the pack's indicators; ABOUT_PLACE */
    struct figures *counts[DAYS]; /* of the bulletins' own; ABOUT_PLACE */
    struct making_reports reports;
    struct making_disputes *disputes; /* in the document's arena; NULL: not yet asked for */
    struct record record;             /* ABOUT_SUBJECT */
    struct value *values;             /* [figure of the bulletin] ABOUT_SUBJECT */
    bool *hidden;                     /* [figure] ABOUT_SUBJECT: not for who asks */
};

static inline bool making_english(const struct making *making)
{
    return making->question->language[0] == 'e';
}
static inline struct text making_word(const struct making *making, const char *zh, const char *en)
{
    return text_of(making_english(making) ? en : zh);
}

/* ---- words.c ---- */

struct number {
    bool seen; /* false: nothing of it may be shown here */
    bool known;
    int64_t value; /* ten-thousandths */
    bool lit;      /* it is a light */
    enum light light;
};

/* A figure of a bulletin about places, in a division (-1: the county). */
struct number making_figure(const struct making *making, int figure, enum figure_aspect aspect, int division);
/* One of the plan's indicators. */
struct number making_indicator(const struct making *making, int indicator, enum figure_aspect aspect,
                               int division);

/* With two decimals at most: 1234.5. */
void put_number(struct buffer *out, int64_t value);
struct text making_light(const struct making *making, enum light light);
void making_cell_number(struct making *making, struct document_cell *cell, struct number number, bool sign);
void making_cell_text(struct making *making, struct document_cell *cell, struct text text);
void making_cell_int(struct making *making, struct document_cell *cell, int64_t value);

/* Whether a figure is known and not 0; whether it is known. */
bool making_holds(const struct making *making, int figure);
bool making_knows(const struct making *making, int figure);
/* A template with its figures, in the arena of the document. */
struct text making_fill(const struct making *making, const struct bulletin_words *words);

/* ---- Rows ---- */

/* The table's columns as the document's, with alignment by what they show. */
const struct document_column *making_columns(const struct making *making, const struct bulletin_table *table);
/* The words that stand where a table would have no row. */
void making_nothing(struct making *making);
/* Below a table: as of when its figures are. */
void making_as_of(struct making *making);
/* "2022年9月5日", "2022-09-05". */
void put_day(const struct making *making, int32_t date, struct buffer *out);

int rows_places(struct making *making, const struct bulletin_table *table, struct err *err);
int rows_units(struct making *making, const struct bulletin_table *table, struct err *err);
int rows_indicators(struct making *making, const struct bulletin_table *table, struct err *err);
int rows_scored(struct making *making, const struct bulletin_table *table, struct err *err);
int rows_reports(struct making *making, const struct bulletin_table *table, struct err *err);
int rows_records(struct making *making, const struct bulletin_table *table, struct err *err);
int rows_fields(struct making *making, const struct bulletin_table *table, struct err *err);
int rows_warnings(struct making *making, const struct bulletin_table *table, struct err *err);

/* A field's value as somebody may see it: masked, or in words. */
void making_field(struct making *making, int reg, int field, const struct record *record,
                  struct document_cell *cell);

/* ---- rows_reports.c ---- */

int making_reports(struct making *making, struct err *err);
/* What became of the reports of an indicator in the place; of reports that were read. */
void making_report_cell(struct making *making, int indicator, enum column_show show,
                        struct document_cell *cell);
struct round_sum making_unit_reports(const struct making *making, struct text unit);
/* Below a table: as of when reports stand so. */
void making_reports_as_of(struct making *making);

/* ---- disputes.c ---- */

int making_disputes(struct making *making, struct err *err);
/* Marks the cell of an indicator's value where the figure of the place, or of one within it, is in dispute;
 * of disputes that were read. */
void making_mark(struct making *making, int indicator, struct document_cell *cell);
/* Below a table: a note for each dispute that was marked in it. */
void making_dispute_notes(struct making *making);

/* subject.c: the values of the figures of a bulletin about one subject, for making->record. */
int subject_values(struct making *making, struct err *err);

#endif
