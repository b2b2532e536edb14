/* Each register is asked three small questions that indexes answer, instead of one large one that none can:
 * whose key or name begins so, and whose hidden number it is. All of them are lists, with their scope. */
#include "register/search.h"

#include <string.h>

#include "register/database_private.h"
#include "register/mask.h"
#include "register/query.h"
#include "register/scope_sql.h"
#include "register/sql.h"

struct search {
    struct database *database;
    const struct scope *scope;
    struct text words;
    struct arena *arena;
    struct search_hit *hits;
    size_t count;
};

/* ---- The subject that a record hangs on ---- */

static int find_subject(struct search *search, struct search_hit *hit, struct err *err)
{
    const struct pack *pack = search->database->pack;
    struct scope_path path = scope_path(pack, hit->reg, pack->subject);
    struct bound bound = {0};
    if (!path.found) return 0;
    hit->subject = hit->id;
    if (path.count == 0) return 0;
    buffer_string(&bound.sql, "SELECT ");
    sql_field(&bound.sql, NULL, pack, path.regs[path.count - 1], path.fields[path.count - 1]);
    buffer_string(&bound.sql, " FROM ");
    sql_table(&bound.sql, pack, path.regs[path.count - 1]);
    for (size_t i = path.count - 1; i > 0; i--) {
        buffer_string(&bound.sql, " WHERE id IN (SELECT ");
        sql_field(&bound.sql, NULL, pack, path.regs[i - 1], path.fields[i - 1]);
        buffer_string(&bound.sql, " FROM ");
        sql_table(&bound.sql, pack, path.regs[i - 1]);
    }
    buffer_string(&bound.sql, " WHERE id = ");
    bound_int(&bound, hit->id);
    for (size_t i = 1; i < path.count; i++) buffer_char(&bound.sql, ')');
    int code = bound_ask(&bound, search->database, &hit->subject, err);
    bound_fini(&bound);
    return code;
}

/* ---- One question ---- */

static bool known_already(const struct search *search, int reg, int64_t id)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->hits[i].reg == reg && search->hits[i].id == id) return true;
    return false;
}

/* By its number, its name, or else how that is spelled. */
static enum search_by found_by(const struct search *search, const struct record *record)
{
    if (text_starts(record->named.key, search->words)) return SEARCH_NUMBER;
    return text_starts(record->named.name, search->words) ? SEARCH_NAME : SEARCH_PINYIN;
}

static int ask(struct search *search, struct query *query, enum search_by by, struct err *err)
{
    struct query_page page;
    query->limit = SEARCH_MAX;
    query->fields = arena_array(search->arena, register_of(search->database->pack, query->reg)->field_count,
                                sizeof *query->fields);
    int code = query_list(search->database, search->scope, query, &page, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < page.count && search->count < SEARCH_MAX; i++) {
        const struct record *record = &page.records[i];
        if (known_already(search, query->reg, record->id)) continue;
        struct search_hit *hit = &search->hits[search->count++];
        *hit = (struct search_hit){query->reg,
                                   record->id,
                                   {arena_text(search->arena, record->named.key),
                                    arena_text(search->arena, record->named.name),
                                    arena_text(search->arena, record->named.township),
                                    arena_text(search->arena, record->named.village)},
                                   by,
                                   0};
        if (by == SEARCH_NUMBER) hit->by = found_by(search, record);
        code = find_subject(search, hit, err);
    }
    query_page_fini(&page);
    return code;
}

/* 2022-000123: found as a whole, among the cases of all workflows. */
static bool may_be_case(struct text words)
{
    enum { YEAR = 4 };
    bool digits = words.size > YEAR + 1 && words.at[YEAR] == '-';
    for (size_t i = 0; digits && i < words.size; i++)
        digits = i == YEAR || (words.at[i] >= '0' && words.at[i] <= '9');
    return digits;
}

static int ask_case(struct search *search, int reg, struct err *err)
{
    const struct pack_register *meta = &search->database->pack->registers[reg];
    if (meta->workflow == NULL || !scope_may(search->scope, reg, SCOPE_READ)) return 0;
    const struct value value = {.known = true, .text = search->words};
    const struct query_condition condition = {
        .field = meta->case_fields.number, .test = QUERY_IN, .values = &value, .count = 1};
    struct query query = query_of(reg);
    size_t before = search->count;
    query.conditions = &condition;
    query.condition_count = 1;
    int code = ask(search, &query, SEARCH_CASE, err);
    for (size_t i = before; i < search->count; i++) search->hits[i].named.key = search->words;
    return code;
}

/* Hidden numbers are found as a whole only, so what cannot be one need not be looked for among all of them.
 */
static bool may_be_number(struct text words)
{
    enum { SHORTEST = 6 }; /* a short telephone number */
    for (size_t i = 0; i < words.size; i++) {
        char c = words.at[i];
        if ((c < '0' || c > '9') && c != 'X' && c != 'x' && c != '-' && c != '+' && c != ' ') return false;
    }
    return words.size >= SHORTEST;
}

static int ask_hidden(struct search *search, int reg, int field, struct err *err)
{
    const struct value value = {.known = true, .text = search->words};
    const struct query_condition condition = {.field = field, .test = QUERY_IN, .values = &value, .count = 1};
    struct query query = query_of(reg);
    query.conditions = &condition;
    query.condition_count = 1;
    bool phone = mask_kind(search->database->pack, reg, field) == SENSITIVE_PHONE;
    return ask(search, &query, phone ? SEARCH_PHONE : SEARCH_IDENTITY, err);
}

static int ask_register(struct search *search, int reg, struct err *err)
{
    const struct pack *pack = search->database->pack;
    const struct pack_register *meta = &pack->registers[reg];
    const struct schema_register *schema = register_of(pack, reg);
    if (!scope_may(search->scope, reg, SCOPE_READ) || meta->key_count == 0 ||
        schema->fields[meta->key[0]].type.kind != TYPE_TEXT)
        return 0;
    struct query query = query_of(reg);
    query.words = search->words;
    int code = ask(search, &query, SEARCH_NUMBER, err);
    if (!may_be_number(search->words)) return code;
    for (size_t i = 0; code == 0 && i < schema->field_count && search->count < SEARCH_MAX; i++) {
        enum pack_sensitive kind = mask_kind(pack, reg, (int)i);
        if ((kind == SENSITIVE_IDENTITY || kind == SENSITIVE_PHONE) &&
            schema->fields[i].type.kind == TYPE_TEXT)
            code = ask_hidden(search, reg, (int)i, err);
    }
    return code;
}

/* ---- All of them ---- */

int record_search(struct database *database, const struct scope *scope, struct text words,
                  struct arena *arena, struct search_hit **hits, size_t *count, struct err *err)
{
    const struct pack *pack = database->pack;
    struct search search = {.database = database, .scope = scope, .arena = arena};
    struct buffer narrow = {0};
    *hits = NULL;
    *count = 0;
    if (words.size > SEARCH_TEXT_MAX || !text_valid(words) ||
        (words.size > 0 && memchr(words.at, 0, words.size) != NULL))
        return err_set(err, ERR_INPUT, "要找的文字太长（最多 %d 个字节），或含有无法识别的字符",
                       "The words to search for are too long (at most %d bytes) or cannot be read",
                       SEARCH_TEXT_MAX);
    text_narrow(text_trim(words), &narrow);
    search.words = arena_text(arena, buffer_get(&narrow));
    buffer_fini(&narrow);
    if (search.words.size == 0) return 0;
    search.hits = arena_array(arena, SEARCH_MAX, sizeof *search.hits);
    int code = 0;
    for (size_t i = 0; code == 0 && may_be_case(search.words) && i < pack->schema.register_count; i++)
        code = ask_case(&search, (int)i, err);
    if (code == 0 && pack->subject >= 0) code = ask_register(&search, pack->subject, err);
    if (code == 0 && pack->people >= 0) code = ask_register(&search, pack->people, err);
    for (size_t i = 0; code == 0 && i < pack->schema.register_count && search.count < SEARCH_MAX; i++)
        if ((int)i != pack->subject && (int)i != pack->people) code = ask_register(&search, (int)i, err);
    *hits = search.hits;
    *count = search.count;
    return code;
}
