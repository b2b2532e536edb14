/* What may be tried out until it is adopted, and stands from then on. */
#include "assessment/adoption.h"

#include "access/ask.h"
#include "assessment_tables_sql.h"
#include "assessment/proof.h"
#include "base/json.h"
#include "store/tables.h"

static const struct store_tables tables = {.sql = assessment_tables_sql, .last = "zs_assessment_spared"};

int assessment_init(const char *url, struct err *err)
{
    return store_tables_init(url, &tables, err);
}

int assessment_need(struct store *store, struct err *err)
{
    return store_tables_need(store, &tables, err);
}

/* ---- The canonical text ---- */

static void put_criterion(struct json_writer *json, const struct pack *pack,
                          const struct pack_criterion *criterion)
{
    json_put_object(json);
    json_member_text(json, "name", criterion->label.name);
    json_member_text(json, "kind", text_of(criterion_kind_name(criterion->kind)));
    json_member_int(json, "points", criterion->points);
    if (criterion->indicator >= 0)
        json_member_text(json, "indicator", pack->indicators[criterion->indicator].label.name);
    if (criterion->kind == CRITERION_INDICATOR) {
        json_member_int(json, "full", criterion->full);
        json_member_int(json, "zero", criterion->zero);
        if (criterion->shared) json_member_text(json, "where_none", TEXT("shared"));
    }
    if (criterion->kind == CRITERION_DEDUCTION) json_member_int(json, "each", criterion->each);
    json_put_object_end(json);
}

static void put_part(struct json_writer *json, const struct pack *pack,
                     const struct pack_assessment_part *part)
{
    json_put_object(json);
    json_member_text(json, "name", part->label.name);
    json_member_int(json, "share", part->share);
    json_put_key(json, "criteria");
    json_put_array(json);
    for (size_t i = 0; i < part->criterion_count; i++) put_criterion(json, pack, &part->criteria[i]);
    json_put_array_end(json);
    json_put_object_end(json);
}

static void put_consequences(struct json_writer *json, const struct pack *pack,
                             const struct pack_scheme *scheme)
{
    json_put_key(json, "vetoes");
    json_put_array(json);
    for (size_t i = 0; i < scheme->veto_count; i++) {
        const struct pack_veto *veto = &scheme->vetoes[i];
        json_put_object(json);
        json_member_text(json, "indicator", pack->indicators[veto->indicator].label.name);
        json_member_int(json, veto->above ? "above" : "below", veto->line);
        json_member_int(json, "grade", veto->grade);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_key(json, "grades");
    json_put_array(json);
    for (size_t i = 0; i < scheme->grade_count; i++) {
        json_put_object(json);
        json_member_text(json, "name", scheme->grades[i].label.name);
        json_member_int(json, "from", scheme->grades[i].from);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_key(json, "lists");
    json_put_array(json);
    for (size_t i = 0; i < scheme->list_count; i++) {
        const struct pack_assessment_list *list = &scheme->lists[i];
        json_put_object(json);
        json_member_text(json, "name", list->label.name);
        json_member_int(json, "first", list->first);
        json_member_int(json, "last", list->last);
        if (list->has_from) json_member_int(json, "from", list->from);
        if (list->has_below) json_member_int(json, "below", list->below);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

void scheme_write(const struct pack *pack, const struct pack_scheme *scheme, struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_text(&json, "of", text_of(assessed_name(scheme->assessed)));
    if (scheme->reg >= 0) json_member_text(&json, "register", pack->schema.registers[scheme->reg].label.name);
    json_put_key(&json, "units");
    json_put_array(&json);
    for (size_t i = 0; i < scheme->unit_count; i++)
        json_put_text(&json, pack->units[scheme->units[i]].label.name);
    json_put_array_end(&json);
    json_put_key(&json, "parts");
    json_put_array(&json);
    for (size_t i = 0; i < scheme->part_count; i++) put_part(&json, pack, &scheme->parts[i]);
    json_put_array_end(&json);
    put_consequences(&json, pack, scheme);
    json_put_object_end(&json);
}

/* ---- Adopted or not ---- */

int adoption_get(struct database *database, const struct pack_scheme *scheme, int year, enum adoption *out,
                 struct err *err)
{
    struct statement *statement;
    struct buffer content = {0};
    bool row = false;
    int code = ask_open(database_store(database),
                        "SELECT content FROM zs_assessment_adoption WHERE scheme = ?1 AND year = ?2",
                        ASK_WITH(ask_text(scheme->label.name), ask_int(year)), &statement, err);
    if (code != 0) return code;
    code = statement_step(statement, &row, err);
    scheme_write(database_pack(database), scheme, &content);
    *out = !row                                                             ? ADOPTION_NONE
           : text_equal(statement_text(statement, 0), buffer_get(&content)) ? ADOPTION_SAME
                                                                            : ADOPTION_OTHER;
    buffer_fini(&content);
    statement_free(statement);
    return code;
}

struct adopting {
    struct database *database;
    const struct pack_scheme *scheme;
    int year;
    struct text actor;
};

static int adopt(void *context, struct err *err)
{
    const struct adopting *adopting = context;
    struct database *database = adopting->database;
    const struct pack_scheme *scheme = adopting->scheme;
    struct buffer content = {0}, detail = {0};
    enum adoption standing;
    int64_t entry;
    int code = adoption_get(database, scheme, adopting->year, &standing, err);
    if (code == 0 && standing != ADOPTION_NONE)
        code = err_set(err, ERR_CONFLICT, "%d 年的考核方案已经采用，不能再改",
                       "the scheme of %d has been adopted already and cannot be changed", adopting->year);
    if (code != 0) return code;
    scheme_write(database_pack(database), scheme, &content);
    proof_adoption(scheme->label.name, adopting->year, buffer_get(&content), &detail);
    code =
        database_entry(database, adopting->actor, TEXT("assessment.adopt"), buffer_get(&detail), &entry, err);
    if (code == 0)
        code = ask_run(
            database_store(database),
            "INSERT INTO zs_assessment_adoption (scheme, year, content, entry) VALUES (?1, ?2, ?3, ?4)",
            ASK_WITH(ask_text(scheme->label.name), ask_int(adopting->year), ask_text(buffer_get(&content)),
                     ask_int(entry)),
            err);
    buffer_fini(&content);
    buffer_fini(&detail);
    return code;
}

int adoption_make(struct database *database, const struct pack_scheme *scheme, int year, struct text actor,
                  struct err *err)
{
    struct adopting adopting = {database, scheme, year, actor};
    int code = pack_year_check(database_pack(database), year, err);
    return code == 0 ? store_transact(database_store(database), adopt, &adopting, err) : code;
}

int adoption_need(struct database *database, const struct pack_scheme *scheme, int year, struct err *err)
{
    enum adoption adoption;
    int code = adoption_get(database, scheme, year, &adoption, err);
    if (code != 0) return code;
    switch (adoption) {
    case ADOPTION_NONE:
        return err_set(err, ERR_CONFLICT, "%d 年的考核方案还没有采用；请先采用",
                       "the scheme has not been adopted for %d; adopt it first", year);
    case ADOPTION_OTHER:
        return err_set(err, ERR_CONFLICT,
                       "配置包里的考核方案与 %d 年采用的不同；请恢复采用时的内容，新的写法留给下一年",
                       "the pack's scheme is not what was adopted for %d; put it back, and keep what is new "
                       "for the next year",
                       year);
    case ADOPTION_SAME:
        break;
    }
    return 0;
}
