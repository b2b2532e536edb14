/* What the files of a stage share.
 *
 * The temporary tables, each with the stage's prefix ($ in the SQL of these files):
 *   raw          the sheet: row, and for each part p: p0 (1 when the row speaks of it), p0_f3 (field 3),
 * p0_l3 (a lookup as written), p0_e3 (a token for comparing what is sealed alone) rows         the same with
 * lookups resolved to ids; raw itself when there are none reject       refusals: row, part, field, zh, en;
 * bad: the rows refused map0         rows of part 0 that share their record with other rows: row → slot. A
 * slot is the first of those rows; a row that is not in the map is its own slot record0      slot → id of the
 * record in the register, null for a new one merged0 the values of records with several good rows, columns as
 * in rows (row is the slot), and p0_s3: the slot in the part that field 3 is linked to changed0, fresh0 slots
 * that differ from the register or are new; multi: in merged0 rather than in rows vault        sealed values
 * that are new, as rows of zs_sealed */
#ifndef ZENGSHOU_REGISTER_STAGE_PRIVATE_H
#define ZENGSHOU_REGISTER_STAGE_PRIVATE_H

#include "register/database_private.h"
#include "register/sealed.h"
#include "register/sql.h"
#include "register/stage.h"
#include "register/vault_batch.h"
#include "register/write.h"

struct stage_field {
    bool staged; /* may come from the sheet */
    int link;    /* the earlier part whose record on the same row this reference is; -1 */
    const struct value *constant;
    size_t column, lookup; /* in raw */
    bool seen;             /* some row has a value */
    bool gaps;             /* some row that speaks of the part has none */
    bool looked_up;        /* some row has a lookup */
    bool sealed;           /* its column holds handles */
    bool alone;            /* … that are not shared: rows are compared by a column of tokens */
    size_t token;          /* that one, in raw */
    bool sealed_lookup;    /* spellings of the reference are closed with the stage's key */
};

struct stage_part {
    const struct feed_part *feed;
    int reg;
    const struct schema_register *meta;
    const struct pack_register *rules;
    bool write;
    bool own_key; /* found by the register's own key, which is unique */
    struct stage_field *fields;
    size_t column;       /* in raw */
    int64_t rows;        /* that speak of it */
    bool grouped;        /* map is not empty */
    int64_t fresh;       /* records without an id after matching */
    bool linked;         /* a later part refers to it */
    struct value *whole; /* scratch: a row's values of the part; NULL: no field has bounds in other fields */
};

struct stage {
    struct database *database;
    struct store *store;
    const struct pack *pack;
    const struct scope *scope;
    bool *mine; /* registers whose ids in scope stand in mine0, mine1 … */
    struct validator *validator;
    int32_t today; /* by which bounds are judged */
    struct stage_part *parts;
    size_t part_count;
    struct bulk *raw, *reject;
    struct buffer *scratch; /* one a column of raw: texts made for binding */
    size_t column_count;
    char prefix[24];
    const char *rows; /* "raw" or "rows" */
    int64_t total;    /* staged rows */
    int64_t entry;    /* the last log entry that matching saw */
    bool matched;
    bool doubled; /* the table dead holds the rows refused as doubles */
    struct stage_counts *counts;
    bool needs_keys;
    struct keyring *ring; /* of the stage alone; NULL where nothing is sealed … */
    struct sealer *sealer;
    struct vault_batch *batch; /* … in the feed's registers */
    struct bulk *vault;
    struct buffer opened, closed; /* scratch */
    struct buffer tables;         /* names of temporary tables, NUL after each */
    struct arena arena;
};

/* ---- SQL of a stage: printf in which $ is the prefix and @ the table of rows. ---- */
void stage_sql(const struct stage *stage, struct buffer *sql, const char *format, ...);
int stage_run(struct stage *stage, struct buffer *sql, struct err *err); /* and empties the buffer */
/* A number out of a query. */
int stage_ask(struct stage *stage, int64_t *value, struct err *err, const char *format, ...);
/* A temporary table of this stage; columns as in bulk_begin. */
int stage_table(struct stage *stage, const char *name, const char *const *columns, size_t count,
                struct err *err);
/* Remembers a table made by CREATE TEMP TABLE … AS. */
void stage_note_table(struct stage *stage, const char *format, ...);

/* Separators in chains: "", then " AND " … */
struct stage_chain {
    struct buffer *sql;
    const char *between;
    size_t count;
};
void stage_link(struct stage_chain
                    *chain); /* writes the separator before the next item; breaks long chains into brackets */
void stage_chain_end(struct stage_chain *chain);

/* Does the part write this field: from a column that had values, or by a link. */
bool stage_has_value(const struct stage_part *part, size_t field);
bool stage_in_key(const struct stage_part *part, int field);
/* A field's value in the source r: a column, or the linked record's id (after stage_joins). */
void stage_value(const struct stage *stage, struct buffer *sql, int part, int field);
/* True where the source r has a value for the field. */
void stage_given(const struct stage *stage, struct buffer *sql, int part, int field, bool multi);
/* LEFT JOINs that make the ids of linked records available. only_key: those of the part's key. */
void stage_joins(const struct stage *stage, struct buffer *sql, int part, bool multi, bool only_key);
/* "alias.p0 IS NOT NULL AND …": the row speaks of the part and its key is complete. */
void stage_complete(const struct stage *stage, struct buffer *sql, const char *alias, int part);
/* The columns that make up a part's key, links followed. each is called with part and field. */
void stage_key_columns(const struct stage *stage, int part, void (*each)(void *context, int part, int field),
                       void *context);
/* " AND the row is good and stands alone" for the source @ AS r. */
void stage_single(const struct stage *stage, struct buffer *sql, int part);

/* Refuses the rows that a query gives: "SELECT r.row …" with bound texts; from is everything from FROM on. */
int stage_refuse_where(struct stage *stage, int part, int field, const char *zh, const char *en,
                       const char *from, struct err *err);
/* The same with texts as SQL expressions. */
int stage_refuse_select(struct stage *stage, int part, int field, const char *zh, const char *en,
                        const char *from, struct err *err);
int stage_collect_bad(struct stage *stage, int pass, int64_t *added, struct err *err);

/* Every changed field of the changed records, by record; of all of them when limit is 0. */
int stage_walk_changes(struct stage *stage, int part, size_t limit,
                       int (*each)(void *context, const struct stage_difference *difference), void *context,
                       struct err *err);

/* ---- What is sealed (stage_sealed.c) ---- */
void stage_describe_sealed(struct stage *stage, size_t part, size_t field);
int stage_sealed_begin(struct stage *stage, struct err *err);
void stage_sealed_fini(struct stage *stage);
int stage_sealed_end_filling(struct stage *stage, struct err *err);
int stage_put_sealed(struct stage *stage, int part, int field, const struct value *value, struct err *err);
/* Text for a temporary table, and back; equal texts stay equal. Where nothing is sealed it stays as it is. */
struct text stage_close_text(struct stage *stage, struct text plain, struct buffer *out);
int stage_open_text(struct stage *stage, struct text closed, struct buffer *out, struct err *err);
/* Words out of a temporary table, closed or with handles in them. */
int stage_open_words(struct stage *stage, struct text words, struct buffer *out, struct err *err);
/* A field's value in the source r for column_read; stage_value is for comparing. */
void stage_shown(const struct stage *stage, struct buffer *sql, int part, int field);
int stage_compare_sealed(struct stage *stage, int part, bool multi, struct err *err);
int stage_sealed_check_key(struct stage *stage, struct err *err);
int stage_keep_sealed(struct stage *stage, int part, const char *table, struct err *err);
/* The column by which rows of the sheet are compared: 'f', or 'e' where that is a token. */
static inline char stage_letter(const struct stage *stage, int part, size_t field)
{
    return stage->parts[part].fields[field].alone ? 'e' : 'f';
}

/* ---- The scope ---- */
int stage_scope_register(struct stage *stage, int reg,
                         struct err *err); /* makes mine0 … where it is needed */
/* Appends " AND …": the register's record is living and in scope; after stage_scope_register. */
void stage_scope_seen(const struct stage *stage, struct buffer *sql, int reg, const char *alias);
/* Appends the condition on e, of $record0 …, that its record is out of scope; false: none can be. */
bool stage_scope_foreign(const struct stage *stage, struct buffer *condition, int part);
int stage_scope_check(const struct stage *stage, struct err *err);        /* may it begin at all */
int stage_scope_check_counts(const struct stage *stage, struct err *err); /* may it do what it counted */
int stage_scope_check_places(struct stage *stage, struct err *err); /* as written: is all of it in scope */

/* ---- The steps of stage_match, in order ---- */
int stage_resolve(struct stage *stage, struct err *err); /* lookups → rows */
int stage_group(struct stage *stage, struct err *err);   /* keys, maps, doubles */
int stage_contradictions(struct stage *stage, struct err *err);
int stage_find(struct stage *stage, struct err *err);         /* record0 … */
int stage_complete_new(struct stage *stage, struct err *err); /* required values of new records */
int stage_compare(struct stage *stage, struct err *err);      /* merged0, changed0, counts */

#endif
