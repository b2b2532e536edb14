/* Rows that speak of one record but do not agree. SQL finds the records; what differs, and where, is put into
 * words here. */
#include <stdio.h>

#include "register/frame_load.h"
#include "register/stage_private.h"
#include "register/value.h"

enum { FIELDS_SAID_MAX = 3 }; /* a wrongly mapped column would otherwise fill pages for every record */

struct difference {
    bool known, differs;
    int64_t row, other_row;
    struct value value, other;
    struct text words, other_words; /* of a linked record: its key */
};

struct clash {
    struct stage *stage;
    const struct stage_part *part;
    int index;
    struct difference *fields; /* field_count */
    struct statement *refuse;  /* ?1 slot, ?2 field, ?3 zh, ?4 en */
    struct arena arena;
    struct buffer opened, words, closed_zh, closed_en;
    int64_t slot;
};

static bool compared(const struct stage_part *part, size_t field)
{
    return stage_has_value(part, field) && !stage_in_key(part, (int)field);
}

/* ---- Finding the records ---- */

/* The slot of the linked record, as g joins it. */
static void link_slot(const struct stage *stage, struct buffer *sql, int link, size_t field)
{
    if (stage->parts[link].grouped)
        buffer_printf(sql, "CASE WHEN r.p%d IS NOT NULL THEN coalesce(g%zu.slot, r.row) END", link, field);
    else
        buffer_printf(sql, "CASE WHEN r.p%d IS NOT NULL THEN r.row END", link);
}

static void link_joins(const struct stage *stage, struct buffer *sql, const struct stage_part *part)
{
    for (size_t i = 0; i < part->meta->field_count; i++) {
        int link = part->fields[i].link;
        if (link >= 0 && compared(part, i) && stage->parts[link].grouped)
            stage_sql(stage, sql, " LEFT JOIN $map%d AS g%zu ON g%zu.row = r.row", link, i, i);
    }
}

static int find_records(struct stage *stage, int index, int64_t *found, struct err *err)
{
    const struct stage_part *part = &stage->parts[index];
    struct buffer sql = {0};
    struct stage_chain chain = {&sql, " OR ", 0};
    stage_note_table(stage, "clash%d", index);
    stage_sql(stage, &sql,
              "CREATE TEMP TABLE $clash%d AS SELECT m.slot AS slot FROM $map%d AS m CROSS JOIN @ AS r", index,
              index);
    link_joins(stage, &sql, part);
    if (stage->doubled) stage_sql(stage, &sql, " LEFT JOIN $dead AS u ON u.row = m.row");
    buffer_string(&sql, " WHERE r.row = m.row GROUP BY m.slot HAVING ");
    if (stage->doubled) buffer_string(&sql, "count(*) > count(u.row) AND ");
    for (size_t i = 0; i < part->meta->field_count; i++) {
        if (!compared(part, i)) continue;
        struct buffer value = {0};
        if (part->fields[i].link >= 0)
            link_slot(stage, &value, part->fields[i].link, i);
        else
            buffer_printf(&value, "r.p%d_%c%zu", index, stage_letter(stage, index, i), i);
        stage_link(&chain);
        buffer_printf(&sql, "min(%s) <> max(%s)", value.data, value.data);
        buffer_fini(&value);
    }
    if (chain.count == 0) buffer_string(&sql, "1 = 0");
    stage_chain_end(&chain);
    int code = stage_run(stage, &sql, err);
    buffer_fini(&sql);
    return code == 0 ? stage_ask(stage, found, err, "SELECT count(*) FROM $clash%d", index) : code;
}

/* ---- Saying what differs ---- */

static void append_words(const struct clash *clash, size_t field, const struct value *value,
                         struct text words, const char *language, struct buffer *out)
{
    struct type type = clash->part->meta->fields[field].type;
    if (clash->part->fields[field].link >= 0)
        buffer_text(out, words);
    else if (type.kind == TYPE_RECORD)
        record_name(clash->stage->database, type.record, value->integer, out, NULL);
    else
        value_format(&clash->stage->pack->schema, type, value, language, out);
}

static void describe(const struct clash *clash, size_t field, const char *language, struct buffer *out)
{
    const struct difference *difference = &clash->fields[field];
    bool zh = language[0] == 'z';
    struct text record = label_in(&clash->part->meta->label, language);
    struct text label = label_in(&clash->part->meta->fields[field].label, language);
    if (zh)
        buffer_printf(out, "同一条“%.*s”记录的“%.*s”不一致：第 %lld 行是 ", TEXT_ARGS(record),
                      TEXT_ARGS(label), (long long)difference->row);
    else
        buffer_printf(out, "rows of one record of %.*s differ in %.*s: row %lld has ", TEXT_ARGS(record),
                      TEXT_ARGS(label), (long long)difference->row);
    append_words(clash, field, &difference->value, difference->words, language, out);
    buffer_printf(out, zh ? "，第 %lld 行是 " : ", row %lld has ", (long long)difference->other_row);
    append_words(clash, field, &difference->other, difference->other_words, language, out);
    buffer_string(out, zh ? "；请改成一致" : "; make them agree");
}

static int finish_record(struct clash *clash, struct err *err)
{
    int code = 0, said = 0;
    for (size_t i = 0; code == 0 && clash->slot != 0 && i < clash->part->meta->field_count; i++) {
        if (!clash->fields[i].differs || said == FIELDS_SAID_MAX) continue;
        struct buffer zh = {0}, en = {0};
        describe(clash, i, "zh", &zh);
        describe(clash, i, "en", &en);
        statement_bind_int(clash->refuse, 1, clash->slot);
        statement_bind_int(clash->refuse, 2, (int64_t)i);
        statement_bind_text(clash->refuse, 3,
                            stage_close_text(clash->stage, buffer_get(&zh), &clash->closed_zh));
        statement_bind_text(clash->refuse, 4,
                            stage_close_text(clash->stage, buffer_get(&en), &clash->closed_en));
        code = statement_run(clash->refuse, err);
        buffer_fini(&zh);
        buffer_fini(&en);
        said++;
    }
    for (size_t i = 0; i < clash->part->meta->field_count; i++) clash->fields[i] = (struct difference){0};
    arena_fini(&clash->arena);
    return code;
}

static void note(struct clash *clash, struct type type, struct difference *difference, int64_t row,
                 struct value value, struct text words)
{
    if (!value.known || difference->differs) return;
    if (difference->known && value_equal(type, &difference->value, &value)) return;
    if (type.kind == TYPE_TEXT) value.text = arena_text(&clash->arena, value.text);
    words = arena_text(&clash->arena, words);
    if (!difference->known) {
        *difference = (struct difference){.known = true, .row = row, .value = value, .words = words};
        return;
    }
    difference->differs = true;
    difference->other_row = row;
    difference->other = value;
    difference->other_words = words;
}

/* Columns: slot, row, then each compared field: its value, or for a linked one its slot and its key in words.
 */
static int read_row(struct clash *clash, const struct statement *rows, struct err *err)
{
    int64_t row = statement_int(rows, 1);
    int column = 2;
    for (size_t i = 0; i < clash->part->meta->field_count; i++) {
        if (!compared(clash->part, i)) continue;
        struct type type = clash->part->meta->fields[i].type;
        struct value value;
        struct text words = {0};
        /* A link's column is a slot, not a value of the field's: it is read as the number that it is. */
        int code = column_read(clash->stage->database, rows, column++, clash->part->reg, (int)i, NULL,
                               &clash->opened, &value, err);
        if (code == 0 && clash->part->fields[i].link >= 0) {
            code = stage_open_words(clash->stage, statement_text(rows, column++), &clash->words, err);
            words = buffer_get(&clash->words);
        }
        if (code != 0) return code;
        note(clash, type, &clash->fields[i], row, value, words);
    }
    return 0;
}

struct words {
    struct buffer *sql;
    size_t count;
};

static void each_word(void *context, int part, int field)
{
    struct words *words = context;
    buffer_printf(words->sql, "%sCAST(r.p%d_f%d AS TEXT)", words->count++ > 0 ? " || '/' || " : "", part,
                  field);
}

static int prepare_rows(struct clash *clash, struct statement **rows, struct err *err)
{
    struct stage *stage = clash->stage;
    struct buffer sql = {0};
    buffer_string(&sql, "SELECT m.slot, r.row");
    for (size_t i = 0; i < clash->part->meta->field_count; i++) {
        int link = clash->part->fields[i].link;
        if (!compared(clash->part, i)) continue;
        buffer_string(&sql, ", ");
        if (link < 0) {
            stage_shown(stage, &sql, clash->index, (int)i);
            continue;
        }
        link_slot(stage, &sql, link, i);
        buffer_string(&sql, ", ");
        struct words words = {&sql, 0};
        stage_key_columns(stage, link, each_word, &words);
    }
    stage_sql(stage, &sql, " FROM $clash%d AS c CROSS JOIN $map%d AS m CROSS JOIN @ AS r", clash->index,
              clash->index);
    link_joins(stage, &sql, clash->part);
    buffer_string(&sql, " WHERE m.slot = c.slot AND r.row = m.row ORDER BY m.slot, m.row");
    int code = sql_prepare(stage->store, &sql, rows, err);
    buffer_fini(&sql);
    return code;
}

static int prepare_refuse(struct clash *clash, struct err *err)
{
    struct buffer sql = {0};
    stage_sql(clash->stage, &sql,
              "INSERT INTO $reject (row, part, field, zh, en) SELECT m.row, %d, ?2, ?3, ?4 FROM $map%d AS m "
              "WHERE m.slot = ?1",
              clash->index, clash->index);
    int code = sql_prepare(clash->stage->store, &sql, &clash->refuse, err);
    buffer_fini(&sql);
    return code;
}

static int say(struct stage *stage, int index, struct err *err)
{
    struct clash clash = {.stage = stage, .part = &stage->parts[index], .index = index};
    struct arena arena = {0};
    struct statement *rows = NULL;
    clash.fields = arena_array(&arena, clash.part->meta->field_count, sizeof *clash.fields);
    int code = prepare_refuse(&clash, err);
    if (code == 0) code = prepare_rows(&clash, &rows, err);
    bool row;
    while (code == 0 && (code = statement_step(rows, &row, err)) == 0 && row) {
        int64_t slot = statement_int(rows, 0);
        if (slot != clash.slot) code = finish_record(&clash, err);
        clash.slot = slot;
        if (code == 0) code = read_row(&clash, rows, err);
    }
    if (code == 0) code = finish_record(&clash, err);
    statement_free(rows);
    statement_free(clash.refuse);
    buffer_fini(&clash.opened);
    buffer_fini(&clash.words);
    buffer_fini(&clash.closed_zh);
    buffer_fini(&clash.closed_en);
    arena_fini(&clash.arena);
    arena_fini(&arena);
    return code;
}

int stage_contradictions(struct stage *stage, struct err *err)
{
    int code = 0;
    for (size_t part = 0; code == 0 && part < stage->part_count; part++) {
        int64_t found = 0;
        if (!stage->parts[part].write || !stage->parts[part].grouped) continue;
        code = find_records(stage, (int)part, &found, err);
        if (code == 0 && found > 0) code = say(stage, (int)part, err);
    }
    return code;
}
