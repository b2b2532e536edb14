/* Keys typed by people and keys in cells of spreadsheets are the same words; both are read here. */
#include "register/key.h"

#include <stdio.h>

#include "base/date.h"
#include "base/money.h"
#include "register/sql.h"
#include "register/value.h"

enum { DEPTH_MAX = 8 }; /* references whose key is a reference whose key … */

static bool add_leaves(const struct pack *pack, int reg, int depth, struct key *key)
{
    const struct pack_register *meta = &pack->registers[reg];
    if (depth > DEPTH_MAX || meta->key_count == 0) return false;
    for (size_t i = 0; i < meta->key_count; i++) {
        struct type type = register_of(pack, reg)->fields[meta->key[i]].type;
        if (type.kind == TYPE_RECORD) {
            if (!add_leaves(pack, type.record, depth + 1, key)) return false;
            continue;
        }
        if (key->count == KEY_LEAVES_MAX) return false;
        key->leaves[key->count++] = (struct key_leaf){reg, meta->key[i]};
    }
    return true;
}

struct key key_of(const struct pack *pack, int reg)
{
    struct key key = {0};
    if (!add_leaves(pack, reg, 0, &key)) key.count = 0;
    return key;
}

/* ---- Reading ---- */

static bool parse_bool(struct text part, int64_t *value)
{
    bool yes = text_is(part, "是") || text_is(part, "true") || text_is(part, "1");
    *value = yes;
    return yes || text_is(part, "否") || text_is(part, "false") || text_is(part, "0");
}

static bool parse_leaf(const struct schema *schema, struct type type, struct text part, struct value *value)
{
    int32_t day;
    *value = (struct value){.known = true};
    switch (type.kind) {
    case TYPE_TEXT:
        value->text = part;
        return part.size > 0;
    case TYPE_INT:
        return fixed_parse(part, 0, &value->integer);
    case TYPE_DECIMAL:
        return fixed_parse(part, 4, &value->integer);
    case TYPE_MONEY:
        return money_parse(part, &value->integer);
    case TYPE_BOOL:
        return parse_bool(part, &value->integer);
    case TYPE_DATE:
        if (!date_parse(part, &day)) return false;
        value->integer = day;
        return true;
    case TYPE_MONTH:
        if (!month_parse(part, &day)) return false;
        value->integer = day;
        return true;
    case TYPE_CODE:
        value->integer = schema_code_find(&schema->dictionaries[type.dictionary], part);
        return value->integer >= 0;
    case TYPE_CODES:
    case TYPE_RATIO:
    case TYPE_RECORD:
    case TYPE_NULL:
        return false;
    }
    return false;
}

bool key_parse(const struct pack *pack, const struct key *key, struct text written, struct value *values)
{
    if (key->count == 0) return false;
    for (size_t i = 0; i < key->count; i++) {
        struct text part = written;
        if (i + 1 < key->count) {
            ptrdiff_t slash = text_find(written, TEXT("/"));
            if (slash < 0) return false;
            part.size = (size_t)slash;
            written = (struct text){written.at + slash + 1, written.size - (size_t)slash - 1};
        }
        struct type type = register_of(pack, key->leaves[i].reg)->fields[key->leaves[i].field].type;
        if (!parse_leaf(&pack->schema, type, text_trim(part), &values[i])) return false;
    }
    return true;
}

/* ---- Writing ---- */

void key_write_leaf(struct buffer *out, const struct schema *schema, struct type type,
                    const struct value *value)
{
    char number[MONEY_TEXT];
    if (!value->known) return;
    switch (type.kind) {
    case TYPE_TEXT:
        buffer_text(out, value->text);
        return;
    case TYPE_BOOL:
    case TYPE_INT:
        buffer_printf(out, "%lld", (long long)value->integer);
        return;
    case TYPE_DECIMAL:
        buffer_string(out, decimal_format(value->integer, number));
        return;
    case TYPE_MONEY:
        buffer_string(out, money_plain(value->integer, number));
        return;
    case TYPE_RATIO:
        buffer_printf(out, "%.15g", value->ratio);
        return;
    case TYPE_CODE: {
        const struct schema_code *code = &schema->dictionaries[type.dictionary].codes[value->integer];
        buffer_text(out, label_in(&code->label, "zh"));
        return;
    }
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_CODES:
        value_text(out, schema, type, value);
        return;
    case TYPE_RECORD:
    case TYPE_NULL:
        return;
    }
}

/* ---- SQL ---- */

struct walk {
    const struct pack *pack;
    const char *parameter;
    struct buffer *joins, *conditions;
    size_t aliases, leaves;
};

static void walk_key(struct walk *walk, int reg, size_t alias)
{
    const struct pack_register *meta = &walk->pack->registers[reg];
    char name[24];
    snprintf(name, sizeof name, "t%zu", alias);
    for (size_t i = 0; i < meta->key_count; i++) {
        struct type type = register_of(walk->pack, reg)->fields[meta->key[i]].type;
        if (type.kind == TYPE_RECORD) {
            size_t inner = ++walk->aliases;
            buffer_string(walk->joins, " JOIN ");
            sql_table(walk->joins, walk->pack, type.record);
            buffer_printf(walk->joins, " AS t%zu ON t%zu.id = ", inner, inner);
            sql_field(walk->joins, name, walk->pack, reg, meta->key[i]);
            walk_key(walk, type.record, inner);
            continue;
        }
        buffer_string(walk->conditions, " AND ");
        sql_field(walk->conditions, name, walk->pack, reg, meta->key[i]);
        buffer_printf(walk->conditions, " = %s%zu", walk->parameter, ++walk->leaves);
    }
}

void key_sql(const struct pack *pack, int reg, const char *parameter, struct buffer *joins,
             struct buffer *conditions)
{
    struct walk walk = {pack, parameter, joins, conditions, 0, 0};
    sql_table(joins, pack, reg);
    buffer_string(joins, " AS t0");
    walk_key(&walk, reg, 0);
}
