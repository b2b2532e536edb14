/* Pack: a programme as data, read from YAML and fully cross-checked. Format: docs/pack.md.
 * Everything lives in the pack's arena and is read-only after loading. `schema` is what formulas see; the
 * arrays here are parallel to the schema's where they say so. */
#ifndef ZENGSHOU_PACK_PACK_H
#define ZENGSHOU_PACK_PACK_H

#include "base/arena.h"
#include "base/err.h"
#include "formula/formula.h"

struct pack_clause { /* `clause:` of a thing: indexes into pack.clauses */
    const int *items;
    size_t count;
};

enum pack_format {
    FORMAT_PLAIN,
    FORMAT_IDCARD,
    FORMAT_PHONE,
    FORMAT_DIGITS,
    FORMAT_UNIT /* one of the plan's units, by any of its names */
};
enum pack_sensitive { SENSITIVE_NO, SENSITIVE_IDENTITY, SENSITIVE_PHONE, SENSITIVE_BANK, SENSITIVE_HEALTH };

struct pack_heading {
    struct text heading;
    int64_t scale_by; /* the cell's number × this is in the field's own unit (万元 → 10,000); 1 usually */
};

/* Who writes a field: anybody who may write the record, or casework alone (KEEPER_WORKFLOW: and imports). */
enum pack_keeper {
    KEEPER_PEOPLE,
    KEEPER_CASE,    /* one of the case's own fields, see struct pack_case_fields */
    KEEPER_FACT,    /* named under `facts` of a workflow */
    KEEPER_WORKFLOW /* `kept_by: workflow`: what cases write, and sheets of other systems; never a hand */
};

/* Which records a reference may well point to: those that have (a set: hold) in one of their fields what the
 * record above this one has in one of its own: buyers that want the produce that does not sell. */
struct pack_fit {
    int theirs; /* field of the register that is referred to */
    int own;    /* field of this register's parent, of the same dictionary or type */
};

/* A bound of a field that is no constant: another field of the record, of the same type, or the day on which
 * it is written (of a month: its month, of a number: its year); and so many days, months or units more. What
 * is unknown bounds nothing. */
enum { BOUND_TODAY = -1 };
struct pack_bound {
    int field; /* or BOUND_TODAY */
    int64_t plus;
};

struct pack_field { /* parallel to schema_register.fields */
    bool required;
    enum pack_keeper keeper;
    enum pack_format format;
    enum pack_sensitive sensitive;
    struct text pattern;         /* empty: none */
    struct value least, most;    /* in the field's type; not known: no bound */
    const struct pack_fit *fits; /* of a reference: which records are proposed */
    size_t fit_count;
    const struct pack_bound *above, *below; /* further ones, that stand in the record or move with the day */
    size_t above_count, below_count;
    struct value begins;                 /* KEEPER_WORKFLOW: what a record has that a hand adds */
    const struct pack_heading *headings; /* the labels first, then those of the pack */
    size_t heading_count;
    const struct text *yes, *no, *empty; /* further spellings */
    size_t yes_count, no_count, empty_count;
    struct text separators;         /* further separators of a CODES cell; empty: built-in ones only */
    struct text group_zh, group_en; /* of the first field of a group: its heading; else empty */
    struct text note;
    struct pack_clause clause;
    int line;
};

struct pack_workflow;
struct pack_calendar;

/* The fields that a register with a workflow has besides its own; casework alone writes them. */
struct pack_case_fields {
    int number;                     /* TEXT: 2022-000123, given when the case is opened */
    int state;                      /* CODE of the workflow's states */
    int opened, since, due, closed; /* DATE: when it was opened, came into the state, has to move, ended */
};

struct pack_register { /* parallel to schema.registers */
    const int *key;    /* field indexes */
    size_t key_count;
    int name_field;    /* -1: none */
    const int *listed; /* fields that lists are often filtered and sorted by */
    size_t listed_count;
    const int *owners; /* TEXT fields that name a unit of the plan or a division, whose the record is; none:
                          its place decides alone. Of a record that hangs on something, its place does too */
    size_t owner_count;
    bool countywide; /* its records lie nowhere: whoever may read the register reads all of them */
    const struct pack_field *fields;
    struct pack_clause clause;
    const struct pack_workflow *workflow; /* its records are cases of it; NULL: they are none */
    struct pack_case_fields case_fields;  /* with a workflow */
    const char *file;
    int line;
};

struct pack_parameter { /* parallel to schema.parameters */
    struct pack_clause clause;
    struct text source, note;
    struct value least, most; /* of values that are adopted (adopted.h); not known: no limit */
};

struct pack_definition { /* parallel to schema.definitions */
    struct pack_clause clause;
    struct text note;
};

enum rule_kind { RULE_LIST, RULE_WARNING, RULE_QUALITY };
enum rule_level { LEVEL_HIGH, LEVEL_MEDIUM, LEVEL_LOW };

struct pack_rule {
    struct label label;
    int scope; /* register */
    enum rule_kind kind;
    enum rule_level level;
    struct formula_source source;
    const struct node *node; /* BOOL */
    struct pack_clause clause;
    int unit; /* -1: none */
    struct text note;
};

enum feed_mode { FEED_WRITE, FEED_MATCH };

struct feed_column {
    struct text heading;
    int64_t scale_by;
    int field;
};

/* A field that takes the value of another one of the part where the row says nothing of it. */
struct feed_fallback {
    int field, from;
};

struct feed_part {
    int reg;
    enum feed_mode mode;
    const int *key; /* field indexes; the register's own key unless the feed says otherwise */
    size_t key_count;
    const struct feed_column *columns; /* besides the fields' own headings */
    size_t column_count;
    const bool *fields;    /* NULL: all; else field_count flags */
    const int *set_fields; /* constants */
    const struct value *set_values;
    size_t set_count;
    const int *needs; /* fields that must have a value for the row to speak of this part */
    size_t needs_count;
    bool needs_given; /* the feed names them itself: a sheet without their columns is silent on the part; else
                         it lacks its key */
    const struct feed_fallback *fallbacks;
    size_t fallback_count;
};

struct pack_feed {
    struct label label;
    const struct feed_part *parts;
    size_t part_count;
    struct pack_clause clause;
    struct text note;
};

struct pack_unit {
    struct label label;
    struct text kind;
    const struct text *aliases;
    size_t alias_count;
};

struct pack_plan_clause { /* a chapter or task; the plan in document order */
    struct text id;
    struct text title_zh, title_en, text, note;
    int parent;                    /* index, -1 for a chapter */
    const int *lead, *responsible; /* units */
    size_t lead_count, responsible_count;
};

enum division_level { DIVISION_COUNTY, DIVISION_TOWNSHIP, DIVISION_VILLAGE };

struct pack_division {
    struct text code, name;
    enum division_level level;
    int parent; /* index, -1 for the county */
};

/* ---- Roles: what their users may do. What a role does not say is not allowed. ---- */
enum role_rows {
    ROWS_ASSIGNED,  /* the records of the subject that the user was given */
    ROWS_DIVISION,  /* what lies in the divisions that the user was given */
    ROWS_EVERYWHERE /* all */
};
enum role_right { RIGHT_READ = 1, RIGHT_CREATE = 2, RIGHT_EDIT = 4, RIGHT_RETIRE = 8, RIGHT_EXPORT = 16 };
enum { RIGHT_COUNT = 5 };
enum role_ability {
    ABILITY_DASHBOARD,  /* the county's figures */
    ABILITY_MONITORING, /* rules, findings, explanations, formulas */
    ABILITY_SCREEN,     /* run a screening */
    ABILITY_IMPORT,     /* bring in sheets, as far as the rights on their registers go */
    ABILITY_USERS,      /* manage users: only with ROWS_EVERYWHERE */
    ABILITY_AUDIT,      /* read the log: only with ROWS_EVERYWHERE */
    ABILITY_TOKENS,     /* make API tokens for oneself */
    ABILITY_ASSESS,     /* adopt schemes; make, publish and close runs of them: only with ROWS_EVERYWHERE */
    ABILITY_COUNT
};

struct pack_role {
    struct label label;
    enum role_rows rows;
    enum division_level level; /* of the divisions of its users; ROWS_DIVISION only */
    uint8_t *rights;           /* [register] sets of role_right */
    uint8_t owned;             /* the same, on the registers that the user's unit owns: pack_unit_owns */
    int office;                /* who sees all of the county, but acts for this unit alone; -1: for all */
    uint32_t unmasked;         /* bit per pack_sensitive: kinds that may be seen plain */
    uint32_t abilities;        /* bit per role_ability */
    struct text note;
};

/* What the county's first page shows, of the subject. */
/* The books that a year of income rests on, as truths about one subject. complete -1: the pack names none. */
struct pack_ledger {
    int kept, complete; /* BOOL definitions: has rows in the year; has those of every month of it */
    double least;       /* complete as a whole with so many of those that keep one */
};

struct pack_dashboard {
    const int *income; /* MONEY definitions: the kinds of income */
    size_t income_count;
    int total,
        members;    /* a MONEY and an INT definition: per capita is the one divided by the other; -1: none */
    int rule;       /* whose hits are shown by division; -1: none */
    int comparable; /* a BOOL definition: do a subject's two years rest on the same books? -1: they always do
                     */
    struct pack_ledger ledger;
};

/* What the page of one subject shows. */
struct pack_page {
    const int *definitions; /* of the subject, as figures */
    size_t definition_count;
    /* What comes in month by month: a register that hangs on the subject, and fields of it; -1: none. */
    int ledger, ledger_month, ledger_kind, ledger_amount;
    /* The same by year: a register that hangs on the subject; -1: none, and the ledger's months are summed up
     * by calendar year. */
    int years, years_year, years_per_capita;
    const int *years_kinds; /* [code of ledger_kind's dictionary] a MONEY field of it; -1: none */
};

/* ---- Indicators: the plan's measured quantities, see docs/indicators.md ---- */
enum indicator_measure {
    MEASURE_SHARE,    /* of the records of `where`, how many `value` (BOOL) is true of */
    MEASURE_COUNT,    /* the records of `where` that `value` (BOOL) is true of */
    MEASURE_SUM,      /* `value` (INT, DECIMAL, MONEY) added up */
    MEASURE_QUOTIENT, /* the sum of `value` divided by that of `of` */
    MEASURE_GROWTH,   /* that sum or quotient against the one of the year before, less `minus` */
    MEASURE_REPORTED  /* a unit says it */
};
enum indicator_direction {
    DIRECTION_AT_LEAST,
    DIRECTION_ABOVE,
    DIRECTION_AT_MOST,
    DIRECTION_BELOW,
    DIRECTION_EXACTLY
};
enum indicator_pace {
    PACE_HOLDS,      /* the target is to be met on every day */
    PACE_BUILDS,     /* a standing quantity: from where it stood at the last year's end to the target */
    PACE_ACCUMULATES /* it begins at 0 every year */
};
/* From when on a value is judged: while the period runs, what is there so far says little. */
enum indicator_settled { SETTLED_DAILY, SETTLED_MONTHLY, SETTLED_YEARLY };
enum indicator_period { PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR };

struct pack_target {
    bool given;
    int64_t value; /* ten-thousandths of the indicator's unit */
};

struct pack_breakdown { /* a CODE of the register that parts the figure */
    struct formula_source source;
    const struct node *node;
};

struct pack_indicator {
    struct label label;
    struct pack_clause clause;
    struct text note;
    struct text unit; /* as shown: %, 百分点, 户, 万亩 */
    int64_t scale_by; /* of the formula's own unit in one shown: 万亩 → 10,000 */
    enum indicator_direction direction;
    enum indicator_pace pace;
    enum indicator_settled settled;
    bool cumulative;               /* targets are for all years since the plan's first */
    const int *lead, *responsible; /* units: its own, or the first clause's */
    size_t lead_count, responsible_count;
    struct pack_target *targets; /* [year - year_first]; target_years of them, or none at all */
    size_t target_years;
    enum indicator_measure measure;
    int over;                                                                  /* register; -1: reported */
    struct formula_source where_source, value_source, of_source, minus_source; /* empty: none */
    const struct node *where, *value, *of, *minus; /* NULL: none; `minus` needs no record */
    const struct node *value_before, *of_before;   /* GROWTH: of the year before */
    struct pack_breakdown *by;
    size_t by_count;
    enum formula_dated history; /* which earlier figures the records can tell: none, whole years, any month */
    /* REPORTED */
    const int *reporters; /* units */
    size_t reporter_count;
    enum indicator_period every;
    bool bounded; /* there is a `most` */
    int64_t least, most;
    struct text evidence_zh, evidence_en; /* what is to be shown with a report; may be empty */
};

/* Rows that say what paid a part of a kind of income; see docs/indicators.md. */
struct pack_source {
    struct label label;
    int kind; /* index into dashboard.income */
    int over; /* a register that hangs on the subject, directly or further down */
    const int
        *by; /* reference fields of it: what its rows may say paid them; each to the register of a cause */
    size_t by_count;
    struct formula_source where_source,
        amount_source; /* BOOL and MONEY on `over`, for the year of the date */
};

/* What a source's rows may be tied to: projects, measures, posts … */
struct pack_cause {
    struct label label;
    int reg;
    int group; /* a CODE or TEXT field of it, by which its records are added up; -1: each for itself */
    struct formula_source cost_source;
    const struct node *cost; /* MONEY on it: what it cost; NULL: not asked */
};

/* The register in which units report indicators that no register holds; reg -1: none. */
struct pack_report {
    int reg, indicator, month, value; /* fields: TEXT or CODE, MONTH, DECIMAL */
    const struct node *accepted;      /* BOOL on it: which reports count */
    struct formula_source accepted_source;
};

/* What help could be paid from: a register of funds and what is left of each; reg -1: none. */
struct pack_funds {
    int reg;
    struct formula_source source;
    const struct node *balance; /* MONEY on it */
};

/* What a unit has in its hands, as its own page shows it: the records of a register that name it, how many
 * and how much. */
struct pack_holding {
    struct label label;
    int over;                                                       /* register */
    struct formula_source unit_source, where_source, amount_source; /* where, amount: may be empty */
    const struct node *unit, *where, *amount; /* TEXT, BOOL, MONEY on `over`; NULL: none */
};

/* The month's round of reports in the register of reports, whose workflow has `rule` under `start.by`. Fields
 * of it, TEXT unless said; reg -1 of pack_report: there is none, and then unit is -1. */
enum dispatch_tasks { DISPATCH_NO_TASKS, DISPATCH_LEAD, DISPATCH_RESPONSIBLE };
struct pack_dispatch {
    int unit, lead; /* owners of the register: who reports, who confirms */
    int kind;       /* CODE with the codes figure and words */
    int title, measure;
    int least, most;           /* DECIMAL: the indicator's bounds */
    int figure, words;         /* codes of kind */
    enum dispatch_tasks tasks; /* which units report on the plan's tasks in words */
    const int *fill;           /* what a unit fills in, in order */
    size_t fill_count;
};

/* The register in which units dispute computed figures; its workflow has `rule` under `start.by`. reg -1:
 * none. Fields: TEXT, MONTH, TEXT (a division's code), TEXT, TEXT (owners), TEXT (the value and unit as
 * shown), TEXT. */
struct pack_dispute {
    int reg, indicator, month, division, unit, lead, shown, claim;
};

/* The register in which changes of parameters are proposed; what its workflow brought to an end `done` is in
 * force. reg -1: none. Fields: TEXT, DATE, TEXT. */
struct pack_changes {
    int reg, parameter, from, value;
    int was, reason; /* TEXT: the value that it takes the place of, why */
    bool backdating; /* a change may begin on a day of the plan that has passed */
};
struct pack_local;

/* How figures are judged; see docs/indicators.md. */
struct pack_progress {
    int64_t small;        /* denominators below it are marked */
    double near, unknown; /* how far behind is still yellow; which share undetermined is not yet known */
    const int *headline;  /* indicators shown large on the first page */
    size_t headline_count;
    const int *money; /* indicators of money, shown beside one another there */
    size_t money_count;
    struct pack_report report;
    struct pack_dispatch dispatch;
    struct pack_dispute dispute;
    struct pack_source *sources; /* of attribution */
    size_t source_count;
    struct pack_cause *causes; /* what its sources are tied to */
    size_t cause_count;
    struct pack_funds funds;       /* of what-if */
    struct pack_holding *holdings; /* of units */
    size_t holding_count;
};
struct pack_catalogue;
struct pack_clue;

/* ---- Attachments: files that hang on records. ---- */
enum attachment_holds { HOLDS_PICTURE = 1, HOLDS_DOCUMENT = 2, HOLDS_SHEET = 4, HOLDS_TEXT = 8 };
enum { HOLDS_COUNT = 4 };

struct pack_attachment { /* a kind of file: what it shows, and what it may be */
    struct label label;
    uint32_t holds;                /* set of attachment_holds */
    const bool *registers;         /* [register]: it may hang on its records; NULL: on all */
    enum pack_sensitive sensitive; /* who may open it */
    struct pack_clause clause;
    struct text note;
};

struct pack_attachment_limits {
    int64_t file, day; /* bytes: of one file, and of what one user may add in a day */
    int64_t record;    /* living files of one record */
};

/* The plan of one subject: a register that hangs on it, one record a year; the measures that hang on the
 * plan, and the visits that hang on the subject. -1: none. */
struct pack_subject_plan {
    int reg, year;
    const int *targets;                      /* [code of the ledger's kind] a MONEY field; -1: none */
    int signed_on;                           /* DATE */
    int measures, measure_due, measure_done; /* a register hanging on the plan; DATE fields of it */
    int visits, visit_planned, visit_made;   /* a register hanging on the subject; DATE fields of it */
};

/* What is posted in the village, printed from the records of a register that hangs on the subject. */
struct pack_notice {
    int reg;
    struct text title_zh, title_en, text_zh, text_en;
    int from, to; /* DATE fields: when it hangs */
    int least;    /* INT parameter: days that it hangs at least, the first and last counted; -1: not said */
    const int *states; /* codes of case_state: cases in others do not hang; none: all */
    size_t state_count;
    const int *fields; /* shown beside the subject's name; none is sensitive */
    size_t field_count;
};

struct pack_scheme; /* assessment.h */
struct pack_assessment;
struct pack_bulletin; /* bulletin.h */
/* ---- Declarations: what a household says of itself, on a page without login. ---- */
enum declaration_part {
    DECLARATION_RECEIPT,
    DECLARATION_VILLAGE,
    DECLARATION_NAME,
    DECLARATION_IDENTITY,
    DECLARATION_PHONE,
    DECLARATION_RISK,
    DECLARATION_STORY,
    DECLARATION_RECEIVED,
    DECLARATION_SOURCE,
    DECLARATION_STATE,
    DECLARATION_PARTS
};
struct pack_words {
    struct text zh, en;
};

struct pack_declaration {
    int reg;                           /* -1: there is no such page */
    int fields[DECLARATION_PARTS];     /* of the register; SOURCE may be -1; STATE is the case's own where the
                                          register has a workflow */
    int source, state;                 /* codes of a new one; source -1: none; state -1: the workflow says */
    struct pack_words *words;          /* [code of STATE]: what the household reads */
    int64_t per_address, per_identity; /* declarations in 24 hours */
};

struct pack_file {
    struct text path; /* relative to the pack's folder, '/' between parts */
    struct text content;
};

struct pack {
    struct arena arena;
    struct text name, title_zh, title_en, document, division;
    int year_first, year_last;
    const char *language;                                       /* default: "zh" or "en" */
    int subject, people;                                        /* registers; people -1: none */
    int category;                                               /* field of the subject, -1: none */
    struct text subcategory_without_zh, subcategory_without_en; /* what those without one are; may be empty */
    int subcategory; /* a second one, where a blank says that it does not apply; -1: none */
    int division_register, division_code, division_name, division_township; /* -1: none */
    struct schema schema;
    struct pack_register *registers;
    struct pack_parameter *parameters;
    struct pack_definition *definitions;
    struct pack_rule *rules;
    size_t rule_count;
    struct pack_feed *feeds;
    size_t feed_count;
    struct pack_unit *units;
    size_t unit_count;
    struct pack_plan_clause *clauses;
    size_t clause_count;
    struct pack_division *divisions; /* parents before children */
    size_t division_count;
    struct text map; /* GeoJSON: borders of all townships, each with its `code`; empty: none */
    struct pack_role *roles;
    size_t role_count;
    struct pack_indicator *indicators;
    size_t indicator_count;
    const struct pack_catalogue *catalogues; /* catalogue.h */
    size_t catalogue_count;
    const struct pack_clue *clues; /* clue.h */
    size_t clue_count;
    struct pack_workflow *workflows; /* workflow.h */
    size_t workflow_count;
    const struct pack_calendar *calendar; /* never NULL in a pack that was read */
    struct pack_scheme *schemes;          /* assessment.h */
    size_t scheme_count;
    struct pack_bulletin *bulletins; /* bulletin.h */
    size_t bulletin_count;
    struct pack_indicator *bulletin_figures; /* what bulletins count for themselves: no targets */
    size_t bulletin_figure_count;
    const int *highlights; /* rules */
    size_t highlight_count;
    struct pack_dashboard dashboard;
    struct pack_page page;
    struct pack_subject_plan subject_plan;
    struct pack_notice *notices;
    size_t notice_count;
    struct pack_progress progress;
    struct pack_changes changes;
    struct pack_local *local; /* what is in force beside the files; adopted.h */
    struct pack_declaration declaration;
    struct pack_attachment *attachments;
    size_t attachment_count;
    struct pack_attachment_limits attachment_limits;
    const struct pack_assessment *assessment; /* assessment.h; never NULL in a pack that was read */
    struct pack_file *files; /* every file of the pack, sorted by path: what the database keeps a copy of */
    size_t file_count;
    char digest[17]; /* hex of a 64-bit hash over all files */
};

/* Reads the folder. On ERR_INPUT the faults say all that is wrong (sorted) and *out is NULL.
 * Limits: 1,000 files, 16 MiB each, 256 MiB in all, depth 50; links leading out of the folder are refused. */
int pack_load(const char *folder, struct pack **out, struct fault_list *faults, struct err *err);

/* The same from files in memory (a database's copy); contents are copied. `where` names the source in
 * messages. */
int pack_load_files(const char *where, const struct pack_file *files, size_t count, struct pack **out,
                    struct fault_list *faults, struct err *err);

void pack_free(struct pack *pack);

int pack_rule_find(const struct pack *pack, struct text name); /* name or label; -1 */
int pack_feed_find(const struct pack *pack, struct text name);
int pack_attachment_find(const struct pack *pack, struct text name); /* by its name only; -1 */
int pack_indicator_find(const struct pack *pack, struct text name);
int pack_role_find(const struct pack *pack, struct text name); /* by its name only */
int pack_unit_find(const struct pack *pack, struct text name); /* by name, label or alias; -1 */
/* Is the unit lead of or responsible for one of the clauses? A clause without units of its own takes those of
 * the clause it stands in. */
bool pack_unit_owns(const struct pack *pack, const struct pack_clause *clause, int unit);
const char *pack_ability_name(enum role_ability ability);

/* A type as packs write it: "money", "reference". */
const char *pack_type_name(enum type_kind kind);
const char *pack_declaration_part(enum declaration_part part); /* "receipt" */
const char *pack_holds_name(size_t bit);                       /* of HOLDS_COUNT */
const char *pack_right_name(size_t bit);                       /* of RIGHT_COUNT */
const char *pack_sensitive_name(enum pack_sensitive kind);
/* Index of the division's ancestor-or-self of that level, -1. */
int pack_division_up(const struct pack *pack, int division, enum division_level level);
int pack_division_find(const struct pack *pack, struct text code);
/* A unit or division, by the name that records own it with, as people call it; what is neither as written. */
struct label pack_owner_label(const struct pack *pack, struct text owner);

/* ERR_INPUT: not a year of the plan. */
int pack_year_check(const struct pack *pack, int year, struct err *err);

/* The value of a formula a year before, as text in the arena, bracketed: unknown where the subject's two
 * years do not rest on the same books (dashboard.comparable). */
const char *pack_year_before(const struct pack *pack, struct arena *arena, int scope, struct text formula);

/* The first clause id of a thing, "" without one. */
struct text pack_clause_id(const struct pack *pack, const struct pack_clause *clause);

#endif
