/* Applying: all that is good, in one transaction under one log entry, set by set. */
#include <assert.h>
#include <stdio.h>

#include "register/distribute.h"
#include "register/spelling.h"
#include "register/stage_private.h"
#include "register/value.h"

struct applying {
    struct stage *stage;
    struct text detail; /* of the log entry */
    int64_t entry;
    struct buffer sql;
};

/* ---- The log of changes ---- */

/* The records' former values, one JSON object a record, gathered field by field. */
struct before {
    const struct stage *stage;
    const struct stage_part *part;
    struct bulk *bulk;
    struct buffer text;
    struct json_writer json;
    struct arena arena;
    int64_t record;
    struct err *err;
};

static int finish_object(struct before *before)
{
    if (before->record == 0) return 0;
    json_put_object_end(&before->json);
    bulk_int(before->bulk, 0, before->record);
    bulk_text(before->bulk, 1, buffer_get(&before->text));
    arena_fini(&before->arena);
    return bulk_row(before->bulk, before->err);
}

static int note_before(void *context, const struct stage_difference *difference)
{
    struct before *before = context;
    if (difference->record != before->record) {
        int code = finish_object(before);
        if (code != 0) return code;
        before->record = difference->record;
        buffer_clear(&before->text);
        before->json = json_start(&before->text);
        json_put_object(&before->json);
    }
    const struct schema_field *field = &before->part->meta->fields[difference->field];
    json_put_key(&before->json, arena_copy(&before->arena, field->label.name.at, field->label.name.size));
    column_json(before->stage->database, &before->json, before->part->reg, difference->field,
                &difference->before, difference->handle);
    return 0;
}

static int gather_before(struct applying *applying, int part, struct err *err)
{
    static const char *const columns[] = {"record INTEGER PRIMARY KEY", "was TEXT"};
    struct stage *stage = applying->stage;
    char name[64];
    struct before before = {.stage = stage, .part = &stage->parts[part], .err = err};
    snprintf(name, sizeof name, "%sbefore%d", stage->prefix, part);
    stage_note_table(stage, "before%d", part);
    int code = bulk_begin(stage->store, name, columns, 2, &before.bulk, err);
    if (code != 0) return code;
    code = stage_walk_changes(stage, part, 0, note_before, &before, err);
    if (code == 0) code = finish_object(&before);
    buffer_fini(&before.text);
    arena_fini(&before.arena);
    if (code == 0) return bulk_end(before.bulk, err);
    bulk_abandon(before.bulk);
    return code;
}

static int log_changes(struct applying *applying, int part, struct err *err)
{
    struct stage *stage = applying->stage;
    struct statement *insert;
    int code = gather_before(applying, part, err);
    if (code != 0) return code;
    stage_sql(stage, &applying->sql,
              "INSERT INTO zs_change (entry, register, record, kind, before) SELECT ?1, ?2, b.record, "
              "'changed', b.was FROM "
              "$before%d AS b ORDER BY b.record",
              part);
    code = sql_prepare(stage->store, &applying->sql, &insert, err);
    buffer_clear(&applying->sql);
    if (code != 0) return code;
    statement_bind_int(insert, 1, applying->entry);
    statement_bind_text(insert, 2, register_name(stage->pack, stage->parts[part].reg));
    code = statement_run(insert, err);
    statement_free(insert);
    return code;
}

/* ---- Changed records ---- */

static int update_source(struct applying *applying, int part, bool multi, struct err *err)
{
    struct stage *stage = applying->stage;
    const struct stage_part *meta = &stage->parts[part];
    struct buffer *sql = &applying->sql;
    buffer_string(sql, "UPDATE ");
    sql_table(sql, stage->pack, meta->reg);
    buffer_printf(sql, " AS t SET entry = %lld, version = t.version + 1", (long long)applying->entry);
    int fixed = distribute_field(stage->database, meta->reg);
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        if (!stage_has_value(meta, i) || stage_in_key(meta, (int)i) || (int)i == fixed) continue;
        buffer_string(sql, ", ");
        sql_field(sql, NULL, stage->pack, meta->reg, (int)i);
        buffer_string(sql, " = coalesce(");
        stage_value(stage, sql, part, (int)i);
        buffer_string(sql, ", ");
        sql_field(sql, "t", stage->pack, meta->reg, (int)i);
        buffer_char(sql, ')');
    }
    stage_sql(stage, sql, " FROM $changed%d AS c CROSS JOIN ", part);
    stage_sql(stage, sql, multi ? "$merged%d AS r" : "@ AS r", part);
    stage_joins(stage, sql, part, multi, false);
    buffer_printf(sql, " WHERE t.id = c.id AND r.row = c.slot AND c.multi = %d", multi);
    return stage_run(stage, sql, err);
}

/* The rows that go to another place of a table that is spread, as they shall stand there. */
static int gather_moved(struct applying *applying, int part, bool multi, int fixed, struct err *err)
{
    struct stage *stage = applying->stage;
    const struct stage_part *meta = &stage->parts[part];
    struct buffer *sql = &applying->sql;
    stage_note_table(stage, "moved%d_%d", part, multi);
    stage_sql(stage, sql,
              "CREATE TEMP TABLE $moved%d_%d AS SELECT t.id, t.created, t.entry, t.version, t.retired", part,
              multi);
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        buffer_string(sql, ", ");
        if ((int)i == fixed)
            stage_value(stage, sql, part, fixed);
        else
            sql_field(sql, "t", stage->pack, meta->reg, (int)i);
        buffer_string(sql, " AS ");
        sql_field(sql, NULL, stage->pack, meta->reg, (int)i);
    }
    stage_sql(stage, sql, " FROM $changed%d AS c CROSS JOIN ", part);
    stage_sql(stage, sql, multi ? "$merged%d AS r" : "@ AS r", part);
    stage_joins(stage, sql, part, multi, false);
    buffer_string(sql, " JOIN ");
    sql_table(sql, stage->pack, meta->reg);
    buffer_printf(sql, " AS t ON t.id = c.id WHERE r.row = c.slot AND c.multi = %d AND ", multi);
    stage_value(stage, sql, part, fixed);
    buffer_string(sql, " <> ");
    sql_field(sql, "t", stage->pack, meta->reg, fixed);
    return stage_run(stage, sql, err);
}

/* Out, and in again as the same records. */
static int move_source(struct applying *applying, int part, bool multi, int fixed, struct err *err)
{
    struct stage *stage = applying->stage;
    const struct stage_part *meta = &stage->parts[part];
    struct buffer *sql = &applying->sql;
    int code = gather_moved(applying, part, multi, fixed, err);
    if (code != 0) return code;
    buffer_string(sql, "DELETE FROM ");
    sql_table(sql, stage->pack, meta->reg);
    stage_sql(stage, sql, " WHERE id IN (SELECT id FROM $moved%d_%d)", part, multi);
    code = stage_run(stage, sql, err);
    if (code != 0) return code;
    buffer_string(sql, "INSERT INTO ");
    sql_table(sql, stage->pack, meta->reg);
    buffer_string(sql, " (id, created, entry, version, retired");
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        buffer_string(sql, ", ");
        sql_field(sql, NULL, stage->pack, meta->reg, (int)i);
    }
    stage_sql(stage, sql, ") SELECT * FROM $moved%d_%d", part, multi);
    return stage_run(stage, sql, err);
}

static int update_part(struct applying *applying, int part, struct err *err)
{
    const struct stage *stage = applying->stage;
    const struct stage_part *meta = &stage->parts[part];
    int fixed = distribute_field(stage->database, meta->reg);
    bool moves = fixed >= 0 && stage_has_value(meta, (size_t)fixed) && !stage_in_key(meta, fixed);
    int code = log_changes(applying, part, err);
    for (int multi = 0; code == 0 && multi <= (meta->grouped ? 1 : 0); multi++) {
        code = update_source(applying, part, multi == 1, err);
        if (code == 0 && moves) code = move_source(applying, part, multi == 1, fixed, err);
    }
    return code;
}

/* ---- New records ---- */

/* Ids in the order in which the table will hold the rows, so that filling it goes from front to back. */
static void append_fresh(const struct stage *stage, struct buffer *sql, int part, bool multi)
{
    const struct stage_part *meta = &stage->parts[part];
    int cluster = sql_cluster_field(stage->pack, meta->reg);
    stage_sql(stage, sql, "SELECT e.slot AS slot, %d AS multi, ", multi);
    if (cluster >= 0 && stage_has_value(meta, (size_t)cluster))
        stage_value(stage, sql, part, cluster);
    else
        buffer_char(sql, '0');
    stage_sql(stage, sql, " AS parent FROM $record%d AS e CROSS JOIN ", part);
    stage_sql(stage, sql, multi ? "$merged%d AS r" : "@ AS r", part);
    stage_joins(stage, sql, part, multi, false);
    buffer_string(sql, " WHERE r.row = e.slot AND e.id IS NULL");
    if (!multi) stage_single(stage, sql, part);
}

static int number_fresh(struct applying *applying, int part, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY", "slot INTEGER", "multi INTEGER"};
    struct stage *stage = applying->stage;
    struct buffer *sql = &applying->sql;
    char name[32];
    int64_t last;
    bool found;
    buffer_string(sql, "SELECT coalesce(max(id), 0) FROM ");
    sql_table(sql, stage->pack, stage->parts[part].reg);
    int code = store_query_int(stage->store, sql->data, &last, &found, err);
    buffer_clear(sql);
    if (code != 0) return code;
    snprintf(name, sizeof name, "fresh%d", part);
    code = stage_table(stage, name, columns, 3, err);
    stage_sql(stage, sql,
              "INSERT INTO $fresh%d (id, slot, multi) SELECT %lld + row_number() OVER (ORDER BY parent, "
              "slot), slot, multi FROM (",
              part, (long long)last);
    append_fresh(stage, sql, part, false);
    if (stage->parts[part].grouped) {
        buffer_string(sql, " UNION ALL ");
        append_fresh(stage, sql, part, true);
    }
    buffer_string(sql, ") AS f");
    return code == 0 ? stage_run(stage, sql, err) : code;
}

static int insert_source(struct applying *applying, int part, bool multi, struct err *err)
{
    struct stage *stage = applying->stage;
    const struct stage_part *meta = &stage->parts[part];
    struct buffer *sql = &applying->sql;
    buffer_string(sql, "INSERT INTO ");
    sql_table(sql, stage->pack, meta->reg);
    buffer_string(sql, " (id, created, entry, version");
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        if (!stage_has_value(meta, i)) continue;
        buffer_string(sql, ", ");
        sql_field(sql, NULL, stage->pack, meta->reg, (int)i);
    }
    buffer_printf(sql, ") SELECT f.id, %lld, %lld, 1", (long long)applying->entry,
                  (long long)applying->entry);
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        if (!stage_has_value(meta, i)) continue;
        buffer_string(sql, ", ");
        stage_value(stage, sql, part, (int)i);
    }
    stage_sql(stage, sql, " FROM $fresh%d AS f CROSS JOIN ", part);
    stage_sql(stage, sql, multi ? "$merged%d AS r" : "@ AS r", part);
    stage_joins(stage, sql, part, multi, false);
    buffer_printf(sql, " WHERE r.row = f.slot AND f.multi = %d ORDER BY f.id", multi);
    return stage_run(stage, sql, err);
}

static int insert_part(struct applying *applying, int part, struct err *err)
{
    struct stage *stage = applying->stage;
    int code = number_fresh(applying, part, err);
    if (code == 0) code = insert_source(applying, part, false, err);
    if (code == 0 && stage->parts[part].grouped) code = insert_source(applying, part, true, err);
    if (code != 0 || !stage->parts[part].linked) return code;
    /* What hangs on the new records needs their ids. */
    stage_sql(stage, &applying->sql, "CREATE INDEX $fresh%d_slot ON $fresh%d (slot)", part, part);
    code = stage_run(stage, &applying->sql, err);
    stage_sql(stage, &applying->sql,
              "UPDATE $record%d SET id = (SELECT f.id FROM $fresh%d AS f WHERE f.slot = $record%d.slot) "
              "WHERE id IS NULL",
              part, part, part);
    return code == 0 ? stage_run(stage, &applying->sql, err) : code;
}

/* ---- All parts ---- */

static bool anything_to_do(const struct stage *stage)
{
    for (size_t i = 0; i < stage->part_count; i++)
        if (stage->counts[i].fresh > 0 || stage->counts[i].changed > 0) return true;
    return false;
}

/* What was compared must still be what stands there. */
static int check_nothing_came_between(struct stage *stage, struct err *err)
{
    int64_t entry;
    int code = database_last_entry(stage->store, &entry, err);
    if (code != 0 || entry == stage->entry) return code;
    return err_set(
        err, ERR_CONFLICT, "比较之后，别人又改动了数据库，没有导入任何内容。请重新导入一次",
        "Somebody else changed the database after the comparison; nothing was imported. Import again");
}

/* The names of the records in one of the part's tables, as they stand now. */
static int spell(struct applying *applying, int part, const char *table, struct err *err)
{
    const struct stage *stage = applying->stage;
    int reg = stage->parts[part].reg, name = spelling_field(stage->pack, reg);
    struct buffer *sql = &applying->sql;
    if (name < 0 || !stage_has_value(&stage->parts[part], (size_t)name)) return 0;
    buffer_string(sql, "SELECT DISTINCT ");
    sql_field(sql, "t", stage->pack, reg, name);
    stage_sql(stage, sql, " FROM $%s%d AS w CROSS JOIN ", table, part);
    sql_table(sql, stage->pack, reg);
    buffer_string(sql, " AS t WHERE t.id = w.id AND ");
    sql_field(sql, "t", stage->pack, reg, name);
    buffer_string(sql, " IS NOT NULL");
    int code = spelling_note_all(stage->store, sql, err);
    buffer_clear(sql);
    return code;
}

static int apply_part(struct applying *applying, int part, struct err *err)
{
    const struct stage_counts *counts = &applying->stage->counts[part];
    int code = counts->fresh > 0 ? insert_part(applying, part, err) : 0;
    if (code == 0 && counts->fresh > 0) code = stage_keep_sealed(applying->stage, part, "fresh", err);
    if (code == 0 && counts->fresh > 0) code = spell(applying, part, "fresh", err);
    if (code == 0 && counts->changed > 0) code = update_part(applying, part, err);
    if (code == 0 && counts->changed > 0) code = stage_keep_sealed(applying->stage, part, "changed", err);
    return code == 0 && counts->changed > 0 ? spell(applying, part, "changed", err) : code;
}

static int apply_parts(struct applying *applying, struct err *err)
{
    struct stage *stage = applying->stage;
    int code = 0;
    for (size_t part = 0; code == 0 && part < stage->part_count; part++)
        code = apply_part(applying, (int)part, err);
    return code;
}

static int apply(void *context, struct err *err)
{
    struct applying *applying = context;
    struct stage *stage = applying->stage;
    int code = check_nothing_came_between(stage, err);
    if (code == 0) code = stage_sealed_check_key(stage, err);
    if (code == 0)
        code = database_entry(stage->database, stage->scope->actor, TEXT("import"), applying->detail,
                              &applying->entry, err);
    if (code == 0) code = apply_parts(applying, err);
    return code == 0 ? stage_scope_check_places(stage, err) : code;
}

int stage_apply(struct stage *stage, struct text detail, struct err *err)
{
    assert(stage->matched);
    if (!anything_to_do(stage)) return 0;
    struct applying applying = {.stage = stage, .detail = detail};
    int code = stage_scope_check_counts(stage, err);
    if (code != 0) return code;
    code = store_transact(stage->store, apply, &applying, err);
    buffer_fini(&applying.sql);
    return code;
}
