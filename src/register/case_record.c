/* Records that are cases: what holds for them whichever door is taken. They stay with what they are about,
 * one open case on it where the workflow says so, and none is put away. */
#include <stdio.h>

#include "pack/workflow.h"
#include "register/bound.h"
#include "register/record.h"
#include "register/write_private.h"

int record_is_case(struct database *database, int reg, int64_t id, bool *is, struct err *err)
{
    const struct pack *pack = database->pack;
    struct bound bound = {0};
    int64_t count = 0;
    *is = false;
    if (pack->registers[reg].workflow == NULL) return 0;
    buffer_string(&bound.sql, "SELECT count(*) FROM ");
    sql_table(&bound.sql, pack, reg);
    buffer_string(&bound.sql, " WHERE id = ");
    bound_int(&bound, id);
    buffer_string(&bound.sql, " AND ");
    sql_field(&bound.sql, NULL, pack, reg, pack->registers[reg].case_fields.state);
    buffer_string(&bound.sql, " IS NOT NULL");
    int code = bound_ask(&bound, database, &count, err);
    bound_fini(&bound);
    *is = code == 0 && count > 0;
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

static bool stands_open(const struct pack_register *meta, const struct value *values)
{
    return values[meta->case_fields.state].known && !values[meta->case_fields.closed].known;
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
