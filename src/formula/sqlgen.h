/* A formula as one SQL statement: what the executor computes over a frame, said to the database that holds
 * the rows.
 *
 * First it is decided whether the whole formula can be said exactly in the dialect; only then it is printed.
 * The tables are those of register/database.h: one a register, named as in the pack, columns named as fields;
 * money INTEGER fen, decimal INTEGER ten-thousandths, bool 0/1, ratio REAL, date 'YYYY-MM-DD', month
 * 'YYYY-MM', code its name, codes names in dictionary order joined by ',', references ids. As in a frame, a
 * record counts only when what it hangs on is there, and a reference that leads nowhere is empty.
 *
 * The statement is `WITH … SELECT id, value`: one row for every record of the register, in no order. value is
 * NULL for unknown, else in the same form as in the tables: BOOL 0/1, INT, DECIMAL and MONEY integers, RATIO
 * a double, DATE, MONTH, CODE, CODES and TEXT as texts, RECORD an id. It is the executor's value, to the last
 * fen and the null.
 *
 * Shape: each register is scanned once a layer of dependence; all that is counted or summed of a register by
 * the same reference at the same depth is one GROUP BY; parts that occur more than once are columns of a
 * layer, so that the statement's size grows with the formula and not with what its definitions would spell
 * out.
 *
 * SQLite says what it lacks by the functions zs_… of store/sqlite_functions.h, which the store registers on
 * each connection. PostgreSQL (database encoding UTF8) is given plain expressions. */
#ifndef ZENGSHOU_FORMULA_SQLGEN_H
#define ZENGSHOU_FORMULA_SQLGEN_H

#include "base/err.h"
#include "base/text.h"
#include "formula/program.h"

enum sqlgen_dialect { SQLGEN_SQLITE, SQLGEN_POSTGRES };

struct sqlgen_options {
    enum sqlgen_dialect dialect;
    int32_t as_of;
    const struct program_overlay *overlays;
    size_t overlay_count;
    bool
        living; /* the tables are those of a database: rows whose column `retired` is not null do not count */
};

/* Appends the statement, without a semicolon. scope: the register whose records get a value. ERR_LIMIT, with
 * nothing appended: the formula cannot be said exactly in this dialect, or the statement would be too large;
 * the message says what stands in the way. The frame can always be used instead. */
int sqlgen(const struct schema *schema, const struct node *node, int scope,
           const struct sqlgen_options *options, struct buffer *out, struct err *err);

/* Several formulas on one register in one statement, which shares what they have in common: SELECT id, v0, v1
 * … with the values in the order of the nodes; without nodes it is the ids of the records. ERR_LIMIT as
 * above; with the position of what cannot be said: in the formula, or in the definition that err->file then
 * names. *refused (may be NULL): the formula that cannot be said, or -1 when it is the statement as a whole
 * that would be too large. */
int sqlgen_several(const struct schema *schema, const struct node *const *nodes, size_t count, int scope,
                   const struct sqlgen_options *options, struct buffer *out, int *refused, struct err *err);

/* Wraps a statement of sqlgen_several over `count` BOOL formulas: one row (name, id, state) for every formula
 * that a record fulfils (state 1) or that is unknown for it (state 2), with the formula's name. For
 * PostgreSQL, where it saves sending all the answers to somebody who then sends the findings back. */
void sqlgen_findings(struct text statement, const struct text *names, size_t count, struct buffer *out);

/* SELECT count(*): how many records of the register are there. */
void sqlgen_count(const struct schema *schema, int scope, const struct sqlgen_options *options,
                  struct buffer *out);

/* The same question without the statement: 0 or ERR_LIMIT. */
int sqlgen_can(const struct schema *schema, const struct node *node, int scope,
               const struct sqlgen_options *options, struct err *err);

#endif
