/* Bulletins as a pack says them (docs/bulletins.md): documents whose words and tables are templates over the
 * pack's figures and registers. Read-only, in the pack's arena. */
#ifndef ZENGSHOU_PACK_BULLETIN_H
#define ZENGSHOU_PACK_BULLETIN_H

#include "pack/pack.h"

enum bulletin_about { ABOUT_PLACE, ABOUT_SUBJECT };

/* ---- Words with figures in them ---- */

enum figure_aspect {
    ASPECT_VALUE,
    ASPECT_UNIT,
    ASPECT_BEFORE,    /* a month before */
    ASPECT_CHANGE,    /* less the value of a month before */
    ASPECT_LAST_YEAR, /* a year before */
    ASPECT_COUNTED,
    ASPECT_MISSING,
    ASPECT_UNDETERMINED,
    ASPECT_OF,     /* counted and missing together */
    ASPECT_TARGET, /* these of indicators only */
    ASPECT_DUE,
    ASPECT_FORECAST,
    ASPECT_LIGHT
};
enum { ASPECTS = ASPECT_LIGHT + 1 };
const char *figure_aspect_name(enum figure_aspect aspect); /* "last_year" */

enum piece_kind {
    PIECE_WORDS,
    PIECE_FIGURE,
    PIECE_PLACE,
    PIECE_COUNTY,
    PIECE_YEAR,
    PIECE_MONTH,
    PIECE_AS_OF,
    PIECE_TODAY, /* the day on which the document was made */
    PIECE_NAME,  /* these of bulletins about one subject: its name, its key */
    PIECE_KEY
};

struct bulletin_piece {
    enum piece_kind kind;
    struct text words;
    int figure; /* PIECE_FIGURE: index into the bulletin's figures */
    enum figure_aspect aspect;
};

struct bulletin_template {
    const struct bulletin_piece *pieces;
    size_t count; /* 0: there are no words in this language */
};

enum { BULLETIN_LANGUAGES = 2 }; /* zh, en */
struct bulletin_words {
    struct bulletin_template in[BULLETIN_LANGUAGES];
};

/* ---- Figures ---- */

struct bulletin_figure {
    struct text name;
    int indicator; /* of pack.indicators; -1: none */
    int computed;  /* of pack.bulletin_figures; -1: none */
    bool of_rule;  /* the hits of a rule */
    /* ABOUT_SUBJECT: a formula on the subject. */
    struct formula_source source;
    const struct node *node;
};

/* ---- Tables ---- */

enum bulletin_rows {
    ROWS_PLACES,     /* townships, villages, or whatever lies right below the place */
    ROWS_INDICATORS, /* the plan's indicators in the place */
    ROWS_UNITS,      /* units of the plan with the lights of what they lead */
    ROWS_SCORED,     /* who was scored by an assessment scheme */
    ROWS_REPORTS,    /* the month's reports of units */
    ROWS_RECORDS,    /* records: those that a figure counts, or those that hang on the subject */
    ROWS_FIELDS,     /* the subject's own fields, two beside each other */
    ROWS_WARNINGS    /* what the rules say of the subject and its people */
};
enum { BULLETIN_ROWS = 8 };

enum column_show {
    SHOW_FIGURE, /* of places */
    SHOW_FIELD,  /* of records */
    SHOW_NUMBER, /* 1, 2, 3 … */
    SHOW_RANK,
    SHOW_NAME,
    SHOW_CODE, /* a division's code, a record's key */
    SHOW_TOWNSHIP,
    SHOW_VILLAGE,
    SHOW_GREEN, /* how many of the indicators have that light; in the order of enum light */
    SHOW_YELLOW,
    SHOW_RED,
    SHOW_NONE,
    SHOW_UNKNOWN,
    SHOW_CLAUSE,
    SHOW_UNIT,
    SHOW_LEAD,
    SHOW_RESPONSIBLE,
    SHOW_SOURCE, /* computed, or who reports it and of which month */
    SHOW_VALUE,
    SHOW_BEFORE,
    SHOW_CHANGE,
    SHOW_LAST_YEAR,
    SHOW_TARGET,
    SHOW_DUE,
    SHOW_FORECAST,
    SHOW_LIGHT,
    SHOW_COUNTED,
    SHOW_MISSING,
    SHOW_UNDETERMINED,
    SHOW_LEADS, /* how many indicators the unit leads */
    SHOW_POINTS,
    SHOW_PART, /* of a year: what the part came to */
    SHOW_GRADE,
    SHOW_LISTS,
    SHOW_LEVEL, /* of warnings: how grave, whether certain, and why */
    SHOW_STATE,
    SHOW_SENTENCE,
    SHOW_REPORT, /* of reports: where it stands, who handed it in, when, by when it is due */
    SHOW_REPORTED_BY,
    SHOW_REPORTED_ON,
    SHOW_DEADLINE,
    SHOW_ASKED, /* how many reports a unit owes, has handed in, has accepted, and how many are late */
    SHOW_HANDED,
    SHOW_ACCEPTED,
    SHOW_LATE
};

enum bulletin_only { ONLY_ALL, ONLY_OPEN, ONLY_RETURNED, ONLY_LATE };

struct bulletin_column {
    struct label heading; /* zh, en */
    enum column_show show;
    int figure; /* SHOW_FIGURE; SHOW_PART: of the scheme */
    enum figure_aspect aspect;
    int field; /* SHOW_FIELD */
    int share; /* of the table's width */
};

struct bulletin_table {
    enum bulletin_rows rows;
    const struct bulletin_column *columns;
    size_t column_count;
    /* ROWS_PLACES */
    int level;   /* enum division_level; -1: the one right below the place */
    bool ranked; /* by the lights, or by a figure */
    int by;      /* that figure; -1: the lights */
    bool least_first;
    bool total; /* with a line for all of the place */
    /* ROWS_INDICATORS */
    const int *indicators; /* NULL: all */
    size_t indicator_count;
    uint32_t lights; /* bit per enum light: only these; 0: all */
    /* ROWS_SCORED */
    int scheme;
    bool year; /* the year over its parts; otherwise the newest run */
    int list;  /* of the scheme: only who is on it; -1: all */
    /* ROWS_REPORTS */
    enum bulletin_only only;
    /* ROWS_RECORDS */
    int reg;
    int counted; /* the figure that counts them; -1: what hangs on the subject */
    int sort;    /* field; -1: as they were entered */
    bool descending;
    int64_t most; /* rows at most */
    /* ROWS_FIELDS: which; ROWS_RECORDS: dates of which none may lie behind the as-of date */
    const int *fields;
    size_t field_count;
};

/* ---- The document ---- */

enum block_kind { BLOCK_HEADING, BLOCK_SUBHEADING, BLOCK_TEXT, BLOCK_NOTE, BLOCK_TABLE, BLOCK_SIGNED };
enum { BLOCK_KINDS = 6 };

struct bulletin_block {
    enum block_kind kind;
    struct bulletin_words words;
    struct bulletin_table table;
    int when, unless;   /* figures: said only where that one is known and not 0, or is not so; -1: always */
    int known, unknown; /* said only where that one is known, or is not; -1: always */
};

struct pack_bulletin {
    struct label label;
    struct pack_clause clause;
    struct text note;
    enum bulletin_about about;
    bool yearly; /* of a year up to a month; otherwise of the month */
    bool landscape;
    struct bulletin_words title, subtitle;
    const struct bulletin_figure *figures;
    size_t figure_count;
    const struct bulletin_block *blocks;
    size_t block_count;
};

int pack_bulletin_find(const struct pack *pack, struct text name); /* name or label; -1 */

#endif
