/* Rows wait on the disk, so what the registers keep sealed is sealed when it enters: values under handles,
 * those that nobody may compare later with a token beside them (of a key that ends with the stage) by which
 * rows of the sheet are compared; spellings of references and reasons of refusals with that key, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "register/key.h"
#include "register/stage_private.h"

#define STAGE_PLACE TEXT("stage")

/* ---- Beginning ---- */

static bool key_is_sealed(const struct stage *stage, int target)
{
    struct key key = key_of(stage->pack, target);
    for (size_t i = 0; i < key.count; i++)
        if (sealed_now(stage->database, key.leaves[i].reg, key.leaves[i].field)) return true;
    return false;
}

void stage_describe_sealed(struct stage *stage, size_t part, size_t field)
{
    struct stage_part *meta = &stage->parts[part];
    struct stage_field *out = &meta->fields[field];
    struct type type = meta->meta->fields[field].type;
    const struct sealed_field *sealed = sealed_field(stage->database, meta->reg, (int)field);
    out->sealed = out->staged && sealed->now;
    out->alone = out->sealed && !sealed->shared;
    out->sealed_lookup = out->staged && type.kind == TYPE_RECORD && key_is_sealed(stage, type.record);
    stage->needs_keys = stage->needs_keys || out->sealed || out->sealed_lookup;
}

static int refuse_key(const struct stage *stage, const struct stage_part *part, int field, struct err *err)
{
    struct text table = register_name(stage->pack, part->reg),
                name = field_name(stage->pack, part->reg, field);
    return err_set(err, ERR_INPUT, "%.*s.%.*s 逐条加密，不能用作这种表的键。请在包里给它换一个键",
                   "%.*s.%.*s is sealed record by record and cannot be a key of this feed. Give it another "
                   "key in the pack",
                   TEXT_ARGS(table), TEXT_ARGS(name));
}

int stage_sealed_begin(struct stage *stage, struct err *err)
{
    int code = 0;
    if (stage->database->vault == NULL) return 0;
    for (size_t part = 0; code == 0 && part < stage->part_count; part++)
        for (size_t i = 0; code == 0 && i < stage->parts[part].meta->field_count; i++)
            if (stage->parts[part].fields[i].alone && stage_in_key(&stage->parts[part], (int)i))
                code = refuse_key(stage, &stage->parts[part], (int)i, err);
    if (code == 0) code = keyring_ephemeral(SUITE_SM, &stage->ring, err);
    if (code == 0) code = sealer_new(stage->ring, &stage->sealer, err);
    if (code != 0 || !stage->needs_keys) return code;
    char name[64];
    snprintf(name, sizeof name, "%svault", stage->prefix);
    code = vault_batch_new(stage->database->vault, &stage->batch, err);
    if (code == 0) code = bulk_begin(stage->store, name, vault_columns, VAULT_COLUMNS, &stage->vault, err);
    if (code == 0) stage_note_table(stage, "vault");
    return code;
}

void stage_sealed_fini(struct stage *stage)
{
    bulk_abandon(stage->vault);
    vault_batch_free(stage->batch);
    sealer_free(stage->sealer);
    keyring_free(stage->ring);
    buffer_fini(&stage->opened);
    buffer_fini(&stage->closed);
}

int stage_sealed_end_filling(struct stage *stage, struct err *err)
{
    struct buffer sql = {0};
    if (stage->vault == NULL) return 0;
    int code = bulk_end(stage->vault, err);
    stage->vault = NULL;
    stage_sql(stage, &sql, "CREATE INDEX $vault_handle ON $vault (handle)");
    if (code == 0) code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    return code;
}

/* ---- Cells ---- */

int stage_put_sealed(struct stage *stage, int part, int field, const struct value *value, struct err *err)
{
    struct stage_part *of = &stage->parts[part];
    struct stage_field *meta = &of->fields[field];
    const struct sealed_field *sealed = sealed_field(stage->database, of->reg, field);
    struct buffer *scratch = &stage->scratch[meta->column];
    char handle[VAULT_HANDLE_TEXT];
    buffer_clear(scratch);
    value_text(scratch, &stage->pack->schema, of->meta->fields[field].type, value);
    int code = vault_batch_put(stage->batch, stage->vault, sealed->place, buffer_get(scratch), sealed->shared,
                               handle, err);
    if (code != 0) return code;
    if (meta->alone) {
        buffer_clear(&stage->scratch[meta->token]);
        seal_same(stage->sealer, sealed->place, buffer_get(scratch), &stage->scratch[meta->token]);
        bulk_text(stage->raw, meta->token, buffer_get(&stage->scratch[meta->token]));
    }
    buffer_clear(scratch);
    buffer_string(scratch, handle);
    bulk_text(stage->raw, meta->column, buffer_get(scratch));
    return 0;
}

struct text stage_close_text(struct stage *stage, struct text plain, struct buffer *out)
{
    if (stage->sealer == NULL) return plain;
    buffer_clear(out);
    seal_same(stage->sealer, STAGE_PLACE, plain, out);
    return buffer_get(out);
}

int stage_open_text(struct stage *stage, struct text closed, struct buffer *out, struct err *err)
{
    buffer_clear(out);
    return unseal(stage->sealer, STAGE_PLACE, closed, out, err);
}

/* ---- Words that SQL has put together: handles in them become values ---- */

static int open_handle(struct stage *stage, struct text handle, struct buffer *out, bool *found,
                       struct err *err)
{
    struct buffer sql = {0};
    struct statement *statement;
    stage_sql(stage, &sql,
              "SELECT place, sealed FROM zs_sealed WHERE handle = ?1 UNION ALL SELECT place, sealed FROM "
              "$vault WHERE handle = ?1");
    int code = sql_prepare(stage->store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    statement_bind_text(statement, 1, handle);
    code = statement_step(statement, found, err);
    if (code == 0 && *found)
        code = vault_unseal(stage->database->vault, statement_text(statement, 0),
                            statement_text(statement, 1), &stage->opened, err);
    if (code == 0 && *found) buffer_text(out, buffer_get(&stage->opened));
    statement_free(statement);
    return code;
}

int stage_open_words(struct stage *stage, struct text words, struct buffer *out, struct err *err)
{
    int code = 0;
    buffer_clear(out);
    if (stage->sealer == NULL || (!seal_is(words) && stage->batch == NULL)) {
        buffer_text(out, words);
        return 0;
    }
    if (seal_is(words) &&
        vault_handle_number((struct text){words.at, words.size < VAULT_HANDLE ? 0 : VAULT_HANDLE}) == 0)
        return stage_open_text(stage, words, out, err);
    for (size_t at = 0; code == 0 && at < words.size;) {
        struct text handle = {words.at + at, VAULT_HANDLE};
        bool found = false;
        if (words.size - at >= VAULT_HANDLE && vault_handle_number(handle) != 0)
            code = open_handle(stage, handle, out, &found, err);
        if (found)
            at += VAULT_HANDLE;
        else
            buffer_char(out, words.at[at++]);
    }
    return code;
}

/* ---- SQL ---- */

void stage_shown(const struct stage *stage, struct buffer *sql, int part, int field)
{
    if (!stage->parts[part].fields[field].sealed) {
        stage_value(stage, sql, part, field);
        return;
    }
    stage_sql(stage, sql,
              "coalesce((SELECT zs.sealed FROM zs_sealed AS zs WHERE zs.handle = r.p%d_f%d), (SELECT "
              "zv.sealed FROM $vault "
              "AS zv WHERE zv.handle = r.p%d_f%d), r.p%d_f%d)",
              part, field, part, field, part, field);
}

/* ---- Comparing what SQL cannot ---- */

struct slots {
    int64_t (*items)[2]; /* slot, id */
    size_t count, capacity;
};

static bool compared(const struct stage_part *part, size_t field)
{
    return part->fields[field].alone && part->fields[field].seen;
}

static void append_pairs(const struct stage *stage, struct buffer *sql, int part, bool multi)
{
    const struct stage_part *meta = &stage->parts[part];
    buffer_string(sql, "SELECT e.slot, e.id");
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        if (!compared(meta, i)) continue;
        buffer_string(sql, ", ");
        sealed_column(sql, stage->database, "t", meta->reg, (int)i);
        buffer_string(sql, ", ");
        stage_shown(stage, sql, part, (int)i);
    }
    stage_sql(stage, sql, " FROM $record%d AS e CROSS JOIN ", part);
    stage_sql(stage, sql, multi ? "$merged%d AS r" : "@ AS r", part);
    buffer_string(sql, " JOIN ");
    sql_table(sql, stage->pack, meta->reg);
    stage_sql(stage, sql,
              " AS t ON t.id = e.id WHERE r.row = e.slot AND NOT EXISTS (SELECT 1 FROM $changed%d AS c WHERE "
              "c.slot = "
              "e.slot)",
              part);
    if (!multi) stage_single(stage, sql, part);
}

static int pair_differs(struct stage *stage, int part, const struct statement *row, bool *differs,
                        struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    int code = 0, column = 2;
    *differs = false;
    for (size_t i = 0; code == 0 && i < meta->meta->field_count; i++) {
        struct value before, after;
        if (!compared(meta, i)) continue;
        if (!*differs && !statement_is_null(row, column + 1)) {
            code = column_read(stage->database, row, column, meta->reg, (int)i, NULL, &stage->opened, &before,
                               err);
            if (code == 0)
                code = column_read(stage->database, row, column + 1, meta->reg, (int)i, NULL, &stage->closed,
                                   &after, err);
            *differs = code == 0 && !value_equal(meta->meta->fields[i].type, &before, &after);
        }
        column += 2;
    }
    return code;
}

static int find_slots(struct stage *stage, int part, bool multi, struct slots *slots, struct err *err)
{
    struct buffer sql = {0};
    struct statement *rows = NULL;
    bool row, differs;
    append_pairs(stage, &sql, part, multi);
    int code = sql_prepare(stage->store, &sql, &rows, err);
    buffer_fini(&sql);
    while (code == 0 && (code = statement_step(rows, &row, err)) == 0 && row) {
        code = pair_differs(stage, part, rows, &differs, err);
        if (code != 0 || !differs) continue;
        slots->items = mem_grow(slots->items, &slots->capacity, slots->count + 1, sizeof *slots->items);
        slots->items[slots->count][0] = statement_int(rows, 0);
        slots->items[slots->count++][1] = statement_int(rows, 1);
    }
    statement_free(rows);
    return code;
}

int stage_compare_sealed(struct stage *stage, int part, bool multi, struct err *err)
{
    struct slots slots = {0};
    struct buffer sql = {0};
    struct statement *insert = NULL;
    bool any = false;
    for (size_t i = 0; i < stage->parts[part].meta->field_count; i++)
        any = any || compared(&stage->parts[part], i);
    if (!any) return 0;
    int code = find_slots(stage, part, multi, &slots, err);
    stage_sql(stage, &sql, "INSERT INTO $changed%d (slot, id, multi) VALUES (?1, ?2, %d)", part, multi);
    if (code == 0 && slots.count > 0) code = sql_prepare(stage->store, &sql, &insert, err);
    for (size_t i = 0; code == 0 && i < slots.count; i++) {
        statement_bind_int(insert, 1, slots.items[i][0]);
        statement_bind_int(insert, 2, slots.items[i][1]);
        code = statement_run(insert, err);
    }
    statement_free(insert);
    buffer_fini(&sql);
    free(slots.items);
    return code;
}

/* ---- Applying ---- */

int stage_sealed_check_key(struct stage *stage, struct err *err)
{
    if (stage->batch == NULL) return 0;
    int code = vault_agree(stage->database->vault, err);
    if (code != 0 || vault_key(stage->database->vault) == vault_batch_key(stage->batch)) return code;
    return err_set(err, ERR_CONFLICT, "比较之后换了密钥，没有导入任何内容。请重新导入一次",
                   "The keys were changed after the comparison; nothing was imported. Import again");
}

/* What the records of one of the part's tables hold goes into the vault; what was refused does not. */
int stage_keep_sealed(struct stage *stage, int part, const char *table, struct err *err)
{
    const struct stage_part *meta = &stage->parts[part];
    struct buffer sql = {0};
    size_t count = 0;
    stage_sql(stage, &sql,
              "INSERT INTO zs_sealed (handle, place, hash, key, sealed) SELECT v.handle, v.place, v.hash, "
              "v.key, v.sealed "
              "FROM (");
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        if (!meta->fields[i].sealed || !meta->fields[i].seen) continue;
        buffer_string(&sql, count++ > 0 ? " UNION SELECT " : "SELECT DISTINCT ");
        sql_field(&sql, "t", stage->pack, meta->reg, (int)i);
        buffer_string(&sql, count == 1 ? " AS handle" : "");
        stage_sql(stage, &sql, " FROM $%s%d AS w CROSS JOIN ", table, part);
        sql_table(&sql, stage->pack, meta->reg);
        buffer_string(&sql, " AS t WHERE t.id = w.id");
    }
    stage_sql(stage, &sql,
              ") AS h CROSS JOIN $vault AS v WHERE v.handle = h.handle AND NOT EXISTS (SELECT 1 FROM "
              "zs_sealed AS z WHERE "
              "z.handle = h.handle) ORDER BY v.handle");
    int code = count > 0 ? stage_run(stage, &sql, err) : 0;
    buffer_fini(&sql);
    return code;
}
