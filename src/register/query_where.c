/* From what a user asks to a condition. Names come from the pack, values are bound, and the scope stands in
 * every condition whether the user asks for little or nothing. */
#include <stdlib.h>
#include <string.h>

#include "formula/sqlgen.h"
#include "register/database_private.h"
#include "register/mask.h"
#include "register/query_private.h"
#include "register/scope_sql.h"
#include "register/sealed.h"
#include "register/spelling.h"
#include "register/sql.h"

enum { IDS_BOUND_MAX = 1000 };

/* ---- Refusals ---- */

static int refuse_test(const struct pack *pack, int reg, int field, const char *zh, const char *en,
                       struct err *err)
{
    struct buffer label_zh = {0}, label_en = {0};
    buffer_text(&label_zh, label_in(&register_of(pack, reg)->fields[field].label, "zh"));
    buffer_text(&label_en, label_in(&register_of(pack, reg)->fields[field].label, "en"));
    int code =
        err_set(err, ERR_INPUT, "“%s”%.0s%s%.0s", "%.0s“%s”%.0s %s", label_zh.data, label_en.data, zh, en);
    buffer_fini(&label_zh);
    buffer_fini(&label_en);
    return code;
}

static bool has_order(enum type_kind kind)
{
    switch (kind) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_RATIO:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_TEXT:
        return true;
    case TYPE_BOOL:
    case TYPE_CODE:
    case TYPE_CODES:
    case TYPE_RECORD:
    case TYPE_NULL:
        return false;
    }
    return false;
}

static enum mask_question question_of(enum query_test test)
{
    switch (test) {
    case QUERY_IN:
        return MASK_EQUAL;
    case QUERY_FROM:
    case QUERY_TO:
        return MASK_ORDER;
    case QUERY_EMPTY:
    case QUERY_FILLED:
        return MASK_EMPTY;
    case QUERY_CONTAINS:
        return MASK_PART;
    }
    return MASK_PART;
}

static int check_values(const struct pack *pack, int reg, const struct query_condition *condition,
                        struct err *err)
{
    bool none = condition->test == QUERY_EMPTY || condition->test == QUERY_FILLED;
    bool one = condition->test != QUERY_IN && !none;
    if (condition->count > QUERY_VALUES_MAX)
        return refuse_test(pack, reg, condition->field, "的条件里值太多，最多 1,000 个",
                           "is compared with too many values; at most 1,000", err);
    if (none ? condition->count > 0 : condition->count == 0 || (one && condition->count > 1))
        return refuse_test(pack, reg, condition->field, "的条件缺少值，或值的个数不对",
                           "is compared with too few or too many values", err);
    for (size_t i = 0; i < condition->count; i++) {
        struct text text = condition->values[i].text;
        if (!condition->values[i].known)
            return refuse_test(pack, reg, condition->field, "的条件里有空值；要找空的请用 empty",
                               "is compared with nothing; to find what is empty, ask for that", err);
        if (!text_valid(text) || (text.size > 0 && memchr(text.at, 0, text.size) != NULL))
            return refuse_test(pack, reg, condition->field, "的条件含有无法识别的字符",
                               "is compared with characters that cannot be read", err);
    }
    return 0;
}

static int check_condition(const struct database *database, const struct scope *scope, int reg,
                           const struct query_condition *condition, struct err *err)
{
    const struct pack *pack = database->pack;
    enum type_kind kind = register_of(pack, reg)->fields[condition->field].type.kind;
    bool range = condition->test == QUERY_FROM || condition->test == QUERY_TO;
    int code = mask_check(scope, pack, reg, condition->field, question_of(condition->test), err);
    if (code != 0) return code;
    if (range && !has_order(kind))
        return refuse_test(pack, reg, condition->field, "没有大小先后，不能按范围查找",
                           "has no order and cannot be searched by a range", err);
    if (condition->test == QUERY_CONTAINS && kind != TYPE_TEXT)
        return refuse_test(pack, reg, condition->field, "不是文字，不能按包含的文字查找",
                           "is not text and cannot be searched by a part of it", err);
    return check_values(pack, reg, condition, err);
}

int query_check(const struct database *database, const struct scope *scope, const struct query *query,
                struct err *err)
{
    const struct pack *pack = database->pack;
    int code = scope_check(scope, pack, query->reg, SCOPE_READ, err);
    for (size_t i = 0; code == 0 && i < query->condition_count; i++)
        code = check_condition(database, scope, query->reg, &query->conditions[i], err);
    if (code == 0 && query->sort >= 0)
        code = mask_check(scope, pack, query->reg, query->sort, MASK_ORDER, err);
    if (code == 0 && query->where != NULL) code = mask_check_formula(scope, pack, query->where, err);
    if (code != 0) return code;
    if (query->words.size > QUERY_TEXT_MAX || !text_valid(query->words) ||
        (query->words.size > 0 && memchr(query->words.at, 0, query->words.size) != NULL))
        return err_set(err, ERR_INPUT, "要找的文字太长（最多 %d 个字节），或含有无法识别的字符",
                       "The words to search for are too long (at most %d bytes) or cannot be read",
                       QUERY_TEXT_MAX);
    if (query->parent != 0 && register_of(pack, query->reg)->parent_field < 0) {
        struct text name = register_name(pack, query->reg);
        return err_set(err, ERR_INPUT, "登记 %.*s 不挂在别的记录下，不能用 parent 查找",
                       "Register %.*s hangs on nothing; it cannot be searched by “parent”", TEXT_ARGS(name));
    }
    return 0;
}

/* ---- Conditions on fields ---- */

static void contains(struct database *database, int reg, int field, struct text part, struct bound *bound)
{
    buffer_string(&bound->sql, store_kind(database->store) == STORE_SQLITE ? "instr(" : "strpos(");
    sql_field(&bound->sql, "t", database->pack, reg, field);
    buffer_string(&bound->sql, ", ");
    bound_text(bound, part);
    buffer_string(&bound->sql, ") > 0");
}

/* A set is stored as "a,b": it has b when ",a,b," holds ",b,". */
static void has_code(struct database *database, int reg, int field, struct text code, struct arena *arena,
                     struct bound *bound)
{
    buffer_string(&bound->sql,
                  store_kind(database->store) == STORE_SQLITE ? "instr(',' || " : "strpos(',' || ");
    sql_field(&bound->sql, "t", database->pack, reg, field);
    buffer_string(&bound->sql, " || ',', ");
    bound_text(bound, text_of(arena_printf(arena, ",%.*s,", TEXT_ARGS(code))));
    buffer_string(&bound->sql, ") > 0");
}

static int one_of(struct database *database, int reg, const struct query_condition *condition,
                  struct arena *arena, struct bound *bound, struct err *err)
{
    const struct schema *schema = &database->pack->schema;
    struct type type = register_of(database->pack, reg)->fields[condition->field].type;
    bool first = true;
    int code = 0;
    for (size_t i = 0; code == 0 && i < condition->count; i++) {
        if (type.kind != TYPE_CODES) {
            buffer_string(&bound->sql, first ? "" : " OR ");
            code = mask_equals(bound, database, reg, condition->field, "t", &condition->values[i], err);
            first = false;
            continue;
        }
        const struct schema_dictionary *dictionary = &schema->dictionaries[type.dictionary];
        for (size_t bit = 0; bit < dictionary->code_count && bit < 64; bit++) {
            if (((uint64_t)condition->values[i].integer >> bit & 1) == 0) continue;
            buffer_string(&bound->sql, first ? "" : " OR ");
            has_code(database, reg, condition->field, dictionary->codes[bit].label.name, arena, bound);
            first = false;
        }
    }
    if (first) buffer_string(&bound->sql, "1 = 0");
    return code;
}

static int add_condition(struct database *database, int reg, const struct query_condition *condition,
                         struct arena *arena, struct bound *bound, struct err *err)
{
    struct buffer *sql = &bound->sql;
    int code = 0;
    buffer_string(sql, " AND (");
    switch (condition->test) {
    case QUERY_IN:
        code = one_of(database, reg, condition, arena, bound, err);
        break;
    case QUERY_CONTAINS:
        contains(database, reg, condition->field, condition->values[0].text, bound);
        break;
    case QUERY_FROM:
    case QUERY_TO:
        sql_field(sql, "t", database->pack, reg, condition->field);
        buffer_string(sql, condition->test == QUERY_FROM ? " >= " : " <= ");
        bound_value(bound, register_of(database->pack, reg)->fields[condition->field].type,
                    &condition->values[0]);
        break;
    case QUERY_EMPTY:
    case QUERY_FILLED:
        sql_field(sql, "t", database->pack, reg, condition->field);
        buffer_string(sql, condition->test == QUERY_EMPTY ? " IS NULL" : " IS NOT NULL");
        break;
    }
    buffer_char(sql, ')');
    return code;
}

/* ---- Words ---- */

static void begins(const struct pack *pack, int reg, int field, const char *alias, struct text words,
                   struct arena *arena, struct bound *bound)
{
    char last[4];
    size_t size = text_put(0x10FFFF, last);
    buffer_char(&bound->sql, '(');
    sql_field(&bound->sql, alias, pack, reg, field);
    buffer_string(&bound->sql, " >= ");
    bound_text(bound, words);
    buffer_string(&bound->sql, " AND ");
    sql_field(&bound->sql, alias, pack, reg, field);
    buffer_string(&bound->sql, " < ");
    bound_text(bound, text_of(arena_printf(arena, "%.*s%.*s", TEXT_ARGS(words), (int)size, last)));
    buffer_char(&bound->sql, ')');
}

/* What a key begins with: the first leaf, over the references before it. */
struct first_leaf {
    int reg, field;
    int regs[SCOPE_PATH_MAX], fields[SCOPE_PATH_MAX];
    size_t count;
};

static bool find_first_leaf(const struct pack *pack, int reg, struct first_leaf *leaf)
{
    *leaf = (struct first_leaf){.reg = reg};
    while (pack->registers[leaf->reg].key_count > 0) {
        leaf->field = pack->registers[leaf->reg].key[0];
        struct type type = register_of(pack, leaf->reg)->fields[leaf->field].type;
        if (type.kind != TYPE_RECORD)
            return type.kind == TYPE_TEXT && mask_kind(pack, leaf->reg, leaf->field) == SENSITIVE_NO;
        if (leaf->count == SCOPE_PATH_MAX) return false;
        leaf->regs[leaf->count] = leaf->reg;
        leaf->fields[leaf->count++] = leaf->field;
        leaf->reg = type.record;
    }
    return false;
}

static void key_begins(const struct pack *pack, const struct first_leaf *leaf, const char *alias,
                       struct text words, struct arena *arena, struct bound *bound)
{
    for (size_t i = 0; i < leaf->count; i++) {
        sql_field(&bound->sql, i == 0 ? alias : NULL, pack, leaf->regs[i], leaf->fields[i]);
        buffer_string(&bound->sql, " IN (SELECT id FROM ");
        sql_table(&bound->sql, pack, i + 1 < leaf->count ? leaf->regs[i + 1] : leaf->reg);
        buffer_string(&bound->sql, " WHERE ");
    }
    begins(pack, leaf->reg, leaf->field, leaf->count == 0 ? alias : NULL, words, arena, bound);
    for (size_t i = 0; i < leaf->count; i++) buffer_char(&bound->sql, ')');
}

void query_words(struct database *database, int reg, const char *alias, struct text words,
                 struct bound *bound)
{
    const struct pack *pack = database->pack;
    struct arena *arena = &bound->arena;
    struct buffer narrow = {0};
    struct first_leaf leaf;
    int name = pack->registers[reg].name_field;
    bool by_name = name >= 0 && register_of(pack, reg)->fields[name].type.kind == TYPE_TEXT &&
                   mask_kind(pack, reg, name) == SENSITIVE_NO;
    bool by_key = find_first_leaf(pack, reg, &leaf);
    text_narrow(text_trim(words), &narrow);
    struct text read = arena_text(arena, buffer_get(&narrow));
    buffer_fini(&narrow);
    if (read.size == 0) return;
    buffer_string(&bound->sql, " AND (");
    if (by_key) key_begins(pack, &leaf, alias, read, arena, bound);
    if (by_key && by_name) buffer_string(&bound->sql, " OR ");
    if (by_name) begins(pack, reg, name, alias, read, arena, bound);
    if (!by_key && !by_name) buffer_string(&bound->sql, "1 = 0");
    if (by_key || by_name) spelling_matches(database, reg, alias, read, bound);
    buffer_char(&bound->sql, ')');
}

/* ---- Ids, formula, place ---- */

static int fill_ids(struct database *database, const struct query *query, struct err *err)
{
    static const char *const columns[] = {"id INTEGER PRIMARY KEY"};
    struct bulk *bulk;
    query_drop(database, query);
    int code = bulk_begin(database->store, QUERY_IDS, columns, 1, &bulk, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < query->id_count; i++) {
        bulk_int(bulk, 0, query->ids[i]);
        code = bulk_row(bulk, err);
    }
    if (code == 0) return bulk_end(bulk, err);
    bulk_abandon(bulk);
    return code;
}

static int among_ids(struct database *database, const struct query *query, struct bound *bound,
                     struct err *err)
{
    if (query->ids == NULL) return 0;
    if (query->id_count > IDS_BOUND_MAX) {
        buffer_string(&bound->sql, " AND t.id IN (SELECT id FROM " QUERY_IDS ")");
        return fill_ids(database, query, err);
    }
    buffer_string(&bound->sql, query->id_count == 0 ? " AND 1 = 0" : " AND t.id IN (");
    for (size_t i = 0; i < query->id_count; i++) {
        if (i > 0) buffer_string(&bound->sql, ", ");
        bound_int(bound, query->ids[i]);
    }
    if (query->id_count > 0) buffer_char(&bound->sql, ')');
    return 0;
}

void query_drop(struct database *database, const struct query *query)
{
    static const char *const tables[] = {QUERY_IDS};
    if (query->ids != NULL && query->id_count > IDS_BOUND_MAX)
        store_drop_temporary(database->store, tables, 1);
}

static int formula_holds(struct database *database, const struct query *query, struct bound *bound,
                         struct err *err)
{
    if (query->where == NULL) return 0;
    const struct sqlgen_options options = {
        .dialect = store_kind(database->store) == STORE_SQLITE ? SQLGEN_SQLITE : SQLGEN_POSTGRES,
        .as_of = query->as_of,
        .living = true};
    buffer_string(&bound->sql, " AND t.id IN (SELECT f.id FROM (");
    int code = sealed_refuse_sql(database, query->where, err);
    if (code == 0)
        code = sqlgen(&database->pack->schema, query->where, query->reg, &options, &bound->sql, err);
    buffer_string(&bound->sql, ") AS f WHERE f.value = 1)");
    return code;
}

int query_where(struct database *database, const struct scope *scope, const struct query *query,
                struct bound *bound, struct err *err)
{
    const struct pack *pack = database->pack;
    struct arena *arena = &bound->arena;
    buffer_string(&bound->sql, query->retired ? " WHERE 1 = 1" : " WHERE t.retired IS NULL");
    /* Rows whose ids are given are looked up by them, and not found family by family, id by id. */
    enum scope_way way = query->ids != NULL ? SCOPE_WAY_JOINED : SCOPE_WAY_ROWS;
    scope_rows_within(scope, database, query->reg, query->division, "t", way, bound);
    if (query->parent != 0) {
        buffer_string(&bound->sql, " AND ");
        sql_field(&bound->sql, "t", pack, query->reg, register_of(pack, query->reg)->parent_field);
        buffer_string(&bound->sql, " = ");
        bound_int(bound, query->parent);
    }
    int code = 0;
    for (size_t i = 0; code == 0 && i < query->condition_count; i++)
        code = add_condition(database, query->reg, &query->conditions[i], arena, bound, err);
    query_words(database, query->reg, "t", query->words, bound);
    if (code == 0) code = formula_holds(database, query, bound, err);
    return code == 0 ? among_ids(database, query, bound, err) : code;
}
