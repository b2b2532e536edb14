/* Records that are cases: what holds for them whichever door is taken. They stay with what they are about,
 * one open case on it where the workflow says so, and none is put away. */
#include <stdio.h>

#include "pack/workflow.h"
#include "register/bound.h"
#include "register/case_record.h"
#include "register/record.h"
#include "register/write_private.h"

static bool stands_open(const struct pack_register *meta, const struct value *values)
{
    return values[meta->case_fields.state].known && !values[meta->case_fields.closed].known;
}

/* Does the condition hold of the record, which is `t` in it? */
static int holds_of(struct database *database, int reg, int64_t id, const struct buffer *condition,
                    bool *holds, struct err *err)
{
    struct bound bound = {0};
    int64_t count = 0;
    buffer_string(&bound.sql, "SELECT count(*) FROM ");
    sql_table(&bound.sql, database->pack, reg);
    buffer_string(&bound.sql, " AS t WHERE t.id = ");
    bound_int(&bound, id);
    buffer_string(&bound.sql, " AND ");
    buffer_text(&bound.sql, buffer_get(condition));
    int code = bound_ask(&bound, database, &count, err);
    bound_fini(&bound);
    *holds = code == 0 && count > 0;
    return code;
}

int record_is_case(struct database *database, int reg, int64_t id, bool *is, struct err *err)
{
    const struct pack *pack = database->pack;
    struct buffer condition = {0};
    *is = false;
    if (pack->registers[reg].workflow == NULL) return 0;
    sql_field(&condition, "t", pack, reg, pack->registers[reg].case_fields.state);
    buffer_string(&condition, " IS NOT NULL");
    int code = holds_of(database, reg, id, &condition, is, err);
    buffer_fini(&condition);
    return code;
}

/* ---- What it is about ---- */

int writer_check_about(const struct writer *writer, const struct record_change *change,
                       const struct value *before, const bool *differs, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[change->reg];
    if (meta->workflow == NULL || change->id == 0 || !before[meta->case_fields.state].known) return 0;
    for (size_t i = 0; i < register_of(writer->pack, change->reg)->field_count; i++) {
        bool about = (int)i == register_of(writer->pack, change->reg)->parent_field ||
                     workflow_has_role(meta->key, meta->key_count, (int)i);
        if (!about || !differs[i] || !before[i].known) continue;
        struct text zh = label_in(&writer_field(writer, change->reg, (int)i)->label, "zh");
        struct text en = label_in(&writer_field(writer, change->reg, (int)i)->label, "en");
        char words_zh[200], words_en[200];
        snprintf(words_zh, sizeof words_zh, "%.*s", TEXT_ARGS(zh));
        snprintf(words_en, sizeof words_en, "%.*s", TEXT_ARGS(en));
        return err_set(err, ERR_CONFLICT, "“%s”%.0s立件后不能改。立错了请撤销这一件，另立一件",
                       "%.0s“%s” cannot change once the case is opened. Drop this case and open another",
                       words_zh, words_en);
    }
    return 0;
}

/* ---- What hangs on it ---- */

void sql_case_closed(struct buffer *sql, const struct pack *pack, int reg, const char *parent)
{
    int above = pack_case_above(pack, reg);
    struct scope_path path = scope_path(pack, reg, above);
    buffer_string(sql, "EXISTS (SELECT 1 FROM ");
    sql_table(sql, pack, above);
    buffer_string(sql, " AS closed WHERE ");
    sql_field(sql, "closed", pack, above, pack->registers[above].case_fields.closed);
    buffer_string(sql, " IS NOT NULL AND closed.id = ");
    for (size_t i = path.count; i > 1; i--) {
        buffer_string(sql, "(SELECT ");
        sql_field(sql, NULL, pack, path.regs[i - 1], path.fields[i - 1]);
        buffer_string(sql, " FROM ");
        sql_table(sql, pack, path.regs[i - 1]);
        buffer_string(sql, " WHERE id = ");
    }
    buffer_string(sql, parent);
    for (size_t i = path.count; i > 1; i--) buffer_char(sql, ')');
    buffer_char(sql, ')');
}

void case_closed_words(const struct pack *pack, int reg, struct buffer *zh, struct buffer *en)
{
    const struct pack_workflow *workflow = pack->registers[pack_case_above(pack, reg)].workflow;
    struct text name_zh = label_in(&workflow->label, "zh"), name_en = label_in(&workflow->label, "en");
    buffer_printf(zh, "它所属的“%.*s”已经办结，不能再增加或改动。确需改动时，请先重开那一件",
                  TEXT_ARGS(name_zh));
    buffer_printf(en,
                  "what it belongs to (“%.*s”) is closed: nothing is added to it or changed any more. Reopen "
                  "that case first",
                  TEXT_ARGS(name_en));
}

int record_is_settled(struct database *database, int reg, int64_t id, bool *settled, struct err *err)
{
    const struct pack *pack = database->pack;
    struct buffer condition = {0}, parent = {0};
    *settled = false;
    if (pack->registers[reg].workflow != NULL || pack_case_above(pack, reg) < 0) return 0;
    sql_field(&parent, "t", pack, reg, register_of(pack, reg)->parent_field);
    sql_case_closed(&condition, pack, reg, parent.data);
    int code = holds_of(database, reg, id, &condition, settled, err);
    buffer_fini(&condition);
    buffer_fini(&parent);
    return code;
}

static int refuse_under_closed(const struct writer *writer, int reg, struct err *err)
{
    struct text table_zh = label_in(&register_of(writer->pack, reg)->label, "zh"),
                table_en = label_in(&register_of(writer->pack, reg)->label, "en");
    struct buffer zh = {0}, en = {0};
    buffer_printf(&zh, "“%.*s”：", TEXT_ARGS(table_zh));
    buffer_printf(&en, "%.*s: ", TEXT_ARGS(table_en));
    case_closed_words(writer->pack, reg, &zh, &en);
    int code = err_set(err, ERR_CONFLICT, "%s%.0s", "%.0s%s", zh.data, en.data);
    buffer_fini(&zh);
    buffer_fini(&en);
    return code;
}

/* A case that hangs on another one goes its own way to its end, but none begins under one that is closed. */
static bool begins(const struct pack_register *meta, const struct value *before, const struct value *after)
{
    return after != NULL && stands_open(meta, after) && (before == NULL || !stands_open(meta, before));
}

int writer_check_above(const struct writer *writer, int reg, const struct value *before,
                       const struct value *after, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    int parent = register_of(writer->pack, reg)->parent_field;
    const struct value *const both[] = {before, after};
    int64_t closed = 0, last = 0;
    if (pack_case_above(writer->pack, reg) < 0 || (meta->workflow != NULL && !begins(meta, before, after)))
        return 0;
    for (size_t i = 0; i < 2; i++) {
        if (both[i] == NULL || !both[i][parent].known || both[i][parent].integer == last) continue;
        struct bound bound = {0};
        char id[24];
        last = both[i][parent].integer;
        snprintf(id, sizeof id, "%lld", (long long)last);
        buffer_string(&bound.sql, "SELECT count(*) FROM (SELECT 1 AS one) AS it WHERE ");
        sql_case_closed(&bound.sql, writer->pack, reg, id);
        int code = bound_ask(&bound, writer->database, &closed, err);
        bound_fini(&bound);
        if (code == 0 && closed > 0) code = refuse_under_closed(writer, reg, err);
        if (code != 0) return code;
    }
    return 0;
}

/* ---- One open case ---- */

static int find_open(struct writer *writer, int reg, int64_t id, int64_t parent, int64_t *other,
                     struct err *err)
{
    const struct pack_case_fields *own = &writer->pack->registers[reg].case_fields;
    struct bound bound = {0};
    buffer_string(&bound.sql, "SELECT coalesce(min(id), 0) FROM ");
    sql_table(&bound.sql, writer->pack, reg);
    buffer_string(&bound.sql, " WHERE retired IS NULL AND ");
    sql_field(&bound.sql, NULL, writer->pack, reg, register_of(writer->pack, reg)->parent_field);
    buffer_string(&bound.sql, " = ");
    bound_int(&bound, parent);
    buffer_string(&bound.sql, " AND id <> ");
    bound_int(&bound, id);
    buffer_string(&bound.sql, " AND ");
    sql_field(&bound.sql, NULL, writer->pack, reg, own->state);
    buffer_string(&bound.sql, " IS NOT NULL AND ");
    sql_field(&bound.sql, NULL, writer->pack, reg, own->closed);
    buffer_string(&bound.sql, " IS NULL");
    int code = bound_ask(&bound, writer->database, other, err);
    bound_fini(&bound);
    return code;
}

int writer_check_one_open(struct writer *writer, int reg, int64_t id, const struct value *values,
                          struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    int parent = register_of(writer->pack, reg)->parent_field;
    int64_t other;
    if (meta->workflow == NULL || !meta->workflow->one_open || parent < 0 || !values[parent].known ||
        !stands_open(meta, values))
        return 0;
    int code = find_open(writer, reg, id, values[parent].integer, &other, err);
    if (code != 0 || other == 0) return code;
    struct text zh = label_in(&meta->workflow->label, "zh"), en = label_in(&meta->workflow->label, "en");
    struct buffer name_zh = {0}, name_en = {0};
    buffer_text(&name_zh, zh);
    buffer_text(&name_en, en);
    code = err_set(
        err, ERR_CONFLICT, "已有一件“%s”正在办理（编号 %lld）%.0s，不能再有第二件。请在那一件上继续办理",
        "%.0sThere is an open case already (id %lld), “%s”, and there cannot be two. Go on with that one",
        name_zh.data, (long long)other, name_en.data);
    buffer_fini(&name_zh);
    buffer_fini(&name_en);
    return code;
}

/* ---- Putting away ---- */

/* A case that stands in the way, as people call it. */
static void name_case(const struct writer *writer, int reg, const struct old_record *old, struct buffer *zh,
                      struct buffer *en)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    const struct value *number = &old->values[meta->case_fields.number];
    const struct workflow_state *state =
        &meta->workflow->states[old->values[meta->case_fields.state].integer];
    struct text what_zh = label_in(&meta->workflow->label, "zh"),
                what_en = label_in(&meta->workflow->label, "en");
    struct text at_zh = label_in(&state->label, "zh"), at_en = label_in(&state->label, "en");
    struct text called = number->known ? number->text : TEXT("?");
    buffer_printf(zh, "%s%.*s %.*s（%.*s）", zh->size > 0 ? "、" : "", TEXT_ARGS(what_zh), TEXT_ARGS(called),
                  TEXT_ARGS(at_zh));
    buffer_printf(en, "%s%.*s %.*s (%.*s)", en->size > 0 ? ", " : "", TEXT_ARGS(what_en), TEXT_ARGS(called),
                  TEXT_ARGS(at_en));
}

int writer_check_retiring(const struct writer *writer, int reg, const struct old_record *old, struct err *err)
{
    const struct pack_register *meta = &writer->pack->registers[reg];
    if (meta->workflow == NULL || !old->values[meta->case_fields.state].known) return 0;
    if (!stands_open(meta, old->values))
        return err_set(err, ERR_CONFLICT, "这是已经办结的一件，是办过什么、谁定的凭据，不能停用",
                       "This case is closed. It says what was decided by whom, and cannot be retired");
    return err_set(err, ERR_CONFLICT, "这一件正在办理，不能停用。不办的请按流程撤销或退回，写明理由",
                   "This case is open and cannot be retired. Drop it by its workflow, with the reason");
}

void writer_note_open(const struct writer *writer, int reg, const struct old_record *old,
                      struct open_cases *open)
{
    enum { NAMED_MAX = 5 };
    const struct pack_register *meta = &writer->pack->registers[reg];
    if (meta->workflow == NULL || !stands_open(meta, old->values)) return;
    if (open->count++ < NAMED_MAX) name_case(writer, reg, old, &open->zh, &open->en);
}

int open_cases_refuse(struct open_cases *open, struct err *err)
{
    int code = 0;
    if (open->count > 0)
        code = err_set(err, ERR_CONFLICT, "还有 %zu 件正在办理：%s%.0s。请先办结或撤销，再停用",
                       "%zu cases are open: %.0s%s. Close or drop them first", open->count, open->zh.data,
                       open->en.data);
    buffer_fini(&open->zh);
    buffer_fini(&open->en);
    return code;
}
