/* Import: one spreadsheet into the registers. Read, recognise, check every cell, stage, match, and apply all
 * good rows in one transaction; refused rows go back as a workbook that can be corrected and imported again.
 * Importing the same file twice changes nothing. Memory does not grow with the number of rows. */
#ifndef ZENGSHOU_EXCHANGE_IMPORT_H
#define ZENGSHOU_EXCHANGE_IMPORT_H

#include "exchange/cell.h"
#include "exchange/table.h"
#include "register/stage.h"

enum import_phase { IMPORT_READING, IMPORT_MATCHING, IMPORT_RETURNING, IMPORT_APPLYING };

struct import_report;

struct import_options {
    bool dry_run; /* everything but applying */
    const char
        *errors_path; /* where refused rows go, .xlsx or .csv; NULL: nowhere. Written only if there are any */
    const char *language;       /* of the reasons in that file: "zh" (also NULL) or "en" */
    struct table_options table; /* sheet, limits, --map */
    void (*progress)(void *context, enum import_phase phase, uint64_t done,
                     uint64_t total); /* may be NULL; total 0: unknown */
    bool (*cancelled)(void *context); /* may be NULL; asked now and then: ERR_CANCELLED, nothing applied */
    /* May be NULL. Asked when all is known, before anything is applied: an error leaves everything as it is.
     */
    int (*confirm)(void *context, const struct import_report *report, struct err *err);
    void *context;
    struct text name;  /* what the log calls the file; empty: the last part of its path */
    int64_t reference; /* stands in the log as "import", to find it by; 0: nothing */
    bool digest;       /* report->digest is wanted: all differences are read, not only the first */
};

enum { IMPORT_EXAMPLES = 5, IMPORT_DIFFERENCES = 20, IMPORT_DIGEST = 65 };

struct import_part {
    int reg;
    bool spoken; /* the sheet has the columns by which this part is filled; if not, it was left alone */
    struct stage_counts counts;
};

/* A column that fills nothing. */
struct import_heading {
    size_t column; /* from 0 */
    struct text text;
    enum heading_state state; /* REPEATED, IGNORED or UNKNOWN */
    struct text nearest;
};

/* A column that was recognised. It may fill several parts; this is the first. */
struct import_column {
    struct text heading;
    int part, field;
};

struct import_warning {
    enum cell_warning kind;
    int part, field;
    int64_t count;
    int64_t rows[IMPORT_EXAMPLES]; /* the first ones */
    size_t row_count;
};

/* Refusals of one field (or, with field -1, of whole rows of a part) taken together. */
struct import_reason {
    int part, field;
    int64_t count;
    int64_t rows[IMPORT_EXAMPLES];
    size_t row_count;
    struct text zh, en; /* the first row's reason */
};

struct import_difference {
    int part, field;
    int64_t row;
    struct text record;              /* key and name */
    struct text before[2], after[2]; /* zh, en; *** for sensitive fields */
};

struct import_report {
    const struct pack_feed *feed;
    int64_t heading_row;
    int64_t rows;     /* below the headings, blank ones not counted */
    int64_t rejected; /* of them */
    bool applied;
    bool errors_written;
    struct import_part *parts; /* part_count of the feed */
    size_t part_count;
    struct import_heading *headings;
    size_t heading_count;
    struct import_column *columns;
    size_t column_count;
    struct import_warning *warnings;
    size_t warning_count;
    struct import_reason *reasons;
    size_t reason_count;
    struct import_difference *differences; /* changed fields of records that are there already */
    size_t difference_count;
    char digest[IMPORT_DIGEST]; /* of all that would be done; empty unless asked for */
    struct arena arena;
};
void import_report_fini(struct import_report *report);

/* The feed of that name or label; else the register of that name as a feed of one part, made in the arena.
 * ERR_NOT_FOUND with a "did you mean". */
int import_feed(const struct pack *pack, struct text name, struct arena *arena, const struct pack_feed **feed,
                struct err *err);

/* Writes what the scope may, as who it says: see stage.h. Errors: those of table_open; ERR_CANCELLED; of the
 * database. Then nothing was applied. Refused rows are no error. The report is filled in either case as far
 * as things went, and has to be fini'd. feed is borrowed by the report. */
int import_run(struct database *database, const struct scope *scope, const struct pack_feed *feed,
               const char *path, const struct import_options *options, struct import_report *report,
               struct err *err);

#endif
