/* One statement a register: its own fields, and for each reference the leaves of the other record's key,
 * joined on. */
#include "register/scan.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/key.h"
#include "register/mask.h"
#include "register/query.h"
#include "register/scope_sql.h"
#include "register/sealed.h"
#include "register/sql.h"
#include "register/value.h"

enum { DEPTH_MAX = 8 }; /* keys made of references to records whose keys are made of references … */

struct leaf { /* a column behind the register's own: one leaf of the key that a RECORD field shows */
    int field;
    int reg, part; /* where it stands */
};

struct record_scan {
    struct database *database;
    const struct scope *scope;
    int reg;
    struct statement *statement;
    struct map *codes; /* of the register's own fields */
    struct value *values;
    struct text *keys, *masked;
    struct buffer *key_texts; /* a field; masks of sensitive ones too */
    struct buffer *opens;     /* a field; the plain text of sealed ones */
    struct buffer opened;     /* of a leaf */
    struct leaf *leaves;
    size_t leaf_count, leaf_capacity;
};

/* ---- The statement ---- */

struct composer {
    struct record_scan *scan;
    struct buffer columns, joins;
    int alias; /* the last one given */
};

/* Joins the record that `from`.field points to, and takes its key's leaves for the scanned register's field
 * `shown`. */
static void join_key(struct composer *composer, const char *from, int reg, int field, int shown, int depth)
{
    const struct pack *pack = composer->scan->database->pack;
    int other = register_of(pack, reg)->fields[field].type.record;
    char alias[16];
    if (depth > DEPTH_MAX) return;
    snprintf(alias, sizeof alias, "r%d", ++composer->alias);
    buffer_string(&composer->joins, " LEFT JOIN ");
    sql_table(&composer->joins, pack, other);
    buffer_printf(&composer->joins, " AS %s ON %s.id = ", alias, alias);
    sql_field(&composer->joins, from, pack, reg, field);
    for (size_t i = 0; i < pack->registers[other].key_count; i++) {
        int part = pack->registers[other].key[i];
        struct type type = register_of(pack, other)->fields[part].type;
        if (type.kind == TYPE_RECORD) {
            join_key(composer, alias, other, part, shown, depth + 1);
            continue;
        }
        buffer_string(&composer->columns, ", ");
        sealed_column(&composer->columns, composer->scan->database, alias, other, part);
        sql_as_field(&composer->columns, pack, other, part);
        struct record_scan *scan = composer->scan;
        scan->leaves =
            mem_grow(scan->leaves, &scan->leaf_capacity, scan->leaf_count + 1, sizeof *scan->leaves);
        scan->leaves[scan->leaf_count++] = (struct leaf){shown, other, part};
    }
}

static int prepare(struct record_scan *scan, struct err *err)
{
    const struct pack *pack = scan->database->pack;
    const struct schema_register *meta = register_of(pack, scan->reg);
    struct composer composer = {.scan = scan};
    for (size_t i = 0; i < meta->field_count; i++)
        if (meta->fields[i].type.kind == TYPE_RECORD) join_key(&composer, "t", scan->reg, (int)i, (int)i, 0);
    struct bound bound = {0};
    struct buffer *sql = &bound.sql;
    buffer_string(sql, "SELECT t.id, ");
    sealed_columns(sql, scan->database, "t", scan->reg);
    buffer_text(sql, buffer_get(&composer.columns));
    buffer_string(sql, " FROM ");
    sql_table(sql, pack, scan->reg);
    buffer_string(sql, " AS t");
    buffer_text(sql, buffer_get(&composer.joins));
    buffer_string(sql, " WHERE t.retired IS NULL");
    scope_rows(scan->scope, scan->database, scan->reg, "t", &bound);
    buffer_string(sql, " ORDER BY ");
    int cluster = sql_cluster_field(pack, scan->reg);
    if (cluster >= 0) {
        sql_field(sql, "t", pack, scan->reg, cluster);
        buffer_string(sql, ", ");
    }
    buffer_string(sql, "t.id");
    int code = bound_prepare(&bound, scan->database, &scan->statement, err);
    bound_fini(&bound);
    buffer_fini(&composer.columns);
    buffer_fini(&composer.joins);
    return code;
}

int record_scan_new(struct database *database, const struct scope *scope, int reg, struct record_scan **out,
                    struct err *err)
{
    const struct schema *schema = &database->pack->schema;
    const struct schema_register *meta = register_of(database->pack, reg);
    struct record_scan *scan = mem_new(1, sizeof *scan);
    *out = NULL;
    scan->database = database;
    scan->scope = scope;
    scan->reg = reg;
    scan->codes = mem_new(meta->field_count, sizeof *scan->codes);
    scan->values = mem_new(meta->field_count, sizeof *scan->values);
    scan->keys = mem_new(meta->field_count, sizeof *scan->keys);
    scan->masked = mem_new(meta->field_count, sizeof *scan->masked);
    scan->opens = mem_new(meta->field_count, sizeof *scan->opens);
    scan->key_texts = mem_new(meta->field_count, sizeof *scan->key_texts);
    for (size_t i = 0; i < meta->field_count; i++)
        if (meta->fields[i].type.dictionary >= 0)
            value_codes(&schema->dictionaries[meta->fields[i].type.dictionary], &scan->codes[i]);
    int code = scope_check(scope, database->pack, reg, SCOPE_READ, err);
    if (code == 0) code = prepare(scan, err);
    if (code < 0) {
        record_scan_free(scan);
        return code;
    }
    *out = scan;
    return 0;
}

void record_scan_free(struct record_scan *scan)
{
    if (scan == NULL) return;
    for (size_t i = 0; i < register_of(scan->database->pack, scan->reg)->field_count; i++) {
        map_fini(&scan->codes[i]);
        buffer_fini(&scan->key_texts[i]);
        buffer_fini(&scan->opens[i]);
    }
    buffer_fini(&scan->opened);
    free(scan->opens);
    statement_free(scan->statement);
    free(scan->codes);
    free(scan->values);
    free(scan->keys);
    free(scan->masked);
    free(scan->key_texts);
    free(scan->leaves);
    free(scan);
}

/* ---- Rows ---- */

static int read_keys(struct record_scan *scan, int first, struct err *err)
{
    const struct schema *schema = &scan->database->pack->schema;
    for (size_t i = 0; i < register_of(scan->database->pack, scan->reg)->field_count; i++)
        buffer_clear(&scan->key_texts[i]);
    for (size_t i = 0; i < scan->leaf_count; i++) {
        const struct leaf *leaf = &scan->leaves[i];
        struct buffer *text = &scan->key_texts[leaf->field];
        struct value value;
        if (!scan->values[leaf->field].known) continue;
        int code = column_read(scan->database, scan->statement, first + (int)i, leaf->reg, leaf->part, NULL,
                               &scan->opened, &value, err);
        if (code != 0) return code;
        bool further = i > 0 && scan->leaves[i - 1].field == leaf->field;
        if (further) buffer_char(text, '/');
        key_write_leaf(text, schema, register_of(scan->database->pack, leaf->reg)->fields[leaf->part].type,
                       &value);
    }
    for (size_t i = 0; i < register_of(scan->database->pack, scan->reg)->field_count; i++)
        scan->keys[i] = buffer_get(&scan->key_texts[i]);
    return 0;
}

/* The key texts of RECORD fields and the masks of the others share a field's buffer. */
static void hide(struct record_scan *scan)
{
    const struct pack *pack = scan->database->pack;
    for (size_t i = 0; i < register_of(pack, scan->reg)->field_count; i++) {
        scan->masked[i] = TEXT("");
        if (!scan->values[i].known || scope_unmasks(scan->scope, mask_kind(pack, scan->reg, (int)i)))
            continue;
        mask_value(pack, scan->reg, (int)i, &scan->values[i], "zh", &scan->key_texts[i]);
        scan->masked[i] = buffer_get(&scan->key_texts[i]);
        scan->values[i] = (struct value){0};
    }
}

int record_scan_next(struct record_scan *scan, struct record_row *row, bool *more, struct err *err)
{
    const struct schema_register *meta = register_of(scan->database->pack, scan->reg);
    int code = statement_step(scan->statement, more, err);
    if (code < 0 || !*more) return code;
    for (size_t i = 0; code == 0 && i < meta->field_count; i++)
        code = column_read(scan->database, scan->statement, (int)i + 1, scan->reg, (int)i, &scan->codes[i],
                           &scan->opens[i], &scan->values[i], err);
    if (code == 0) code = read_keys(scan, (int)meta->field_count + 1, err);
    hide(scan);
    *row = (struct record_row){statement_int(scan->statement, 0), scan->values, scan->masked, scan->keys};
    return code;
}

int record_scan_count(struct database *database, const struct scope *scope, int reg, int64_t *count,
                      struct err *err)
{
    struct query query = query_of(reg);
    return query_count(database, scope, &query, 0, count, err);
}
