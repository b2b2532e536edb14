/* A page begins behind a row, not behind a number of rows: then it costs the same at the end of a million,
 * and rows that come in between neither repeat nor hide others. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/query_private.h"
#include "register/sql.h"

enum { CARRIED_MAX = 200, CURSOR_MAX = 1000 };

uint64_t cursor_digest(const struct bound *bound, const struct query *query)
{
    struct buffer all = {0};
    buffer_printf(&all, "%d %d %d ", query->reg, query->sort, query->descending);
    buffer_text(&all, buffer_get(&bound->sql));
    for (size_t i = 0; i < bound->count; i++) {
        const struct value *value = &bound->values[i].value;
        buffer_printf(&all, " %" PRId64 " %a %zu:", value->integer, value->ratio, value->text.size);
        buffer_text(&all, value->text);
    }
    for (size_t i = 0; i < query->id_count; i++) buffer_printf(&all, " %" PRId64, query->ids[i]);
    uint64_t digest = map_hash(buffer_get(&all));
    buffer_fini(&all);
    return digest;
}

static struct type sort_type(const struct schema *schema, const struct query *query)
{
    return query->sort < 0 ? type_of(TYPE_INT) : schema->registers[query->reg].fields[query->sort].type;
}

/* digest-kind-id-value: kind v (value), u (unknown), r (by record); texts as hex. */
struct text cursor_write(const struct schema *schema, const struct query *query, uint64_t digest,
                         const struct cursor *cursor, struct arena *arena)
{
    struct buffer out = {0};
    struct type type = sort_type(schema, query);
    bool text = query->sort >= 0 && type.kind == TYPE_TEXT;
    bool by_record = text && !cursor->unknown && cursor->value.text.size > CARRIED_MAX;
    buffer_printf(&out, "%016" PRIx64 "-%c-%" PRId64 "-", digest,
                  cursor->unknown ? 'u'
                  : by_record     ? 'r'
                                  : 'v',
                  cursor->id);
    if (!cursor->unknown && !by_record && query->sort >= 0) {
        if (text)
            for (size_t i = 0; i < cursor->value.text.size; i++)
                buffer_printf(&out, "%02x", (unsigned char)cursor->value.text.at[i]);
        else if (type.kind == TYPE_RATIO)
            buffer_printf(&out, "%a", cursor->value.ratio);
        else
            buffer_printf(&out, "%" PRId64, cursor->value.integer);
    }
    struct text written = arena_text(arena, buffer_get(&out));
    buffer_fini(&out);
    return written;
}

static int refuse(struct err *err)
{
    return err_set(err, ERR_INPUT, "翻页标记 after 不属于这次查询。条件或排序改变以后，请从第一页开始",
                   "The cursor “after” does not belong to this query. After a change of filter or order, "
                   "begin with the first page");
}

static bool read_hex(const char *at, struct arena *arena, struct text *text)
{
    size_t size = strlen(at);
    if (size == 0 || size % 2 != 0) return false;
    char *bytes = arena_alloc(arena, size / 2 + 1);
    for (size_t i = 0; i < size / 2; i++) {
        char digits[3] = {at[2 * i], at[2 * i + 1], 0}, *end;
        bytes[i] = (char)strtoul(digits, &end, 16);
        if (*end != 0 || digits[0] == '-' || digits[0] == '+' || digits[0] == ' ') return false;
    }
    *text = (struct text){bytes, size / 2};
    return text_valid(*text) && memchr(bytes, 0, size / 2) == NULL;
}

static bool in_type(const struct schema *schema, struct type type, int64_t value)
{
    if (type.kind == TYPE_CODE)
        return value >= 0 && (uint64_t)value < schema->dictionaries[type.dictionary].code_count;
    return (type.kind != TYPE_DATE && type.kind != TYPE_MONTH) || value == (int32_t)value;
}

static bool read_value(const struct schema *schema, struct type type, const char *at, struct arena *arena,
                       struct value *value)
{
    char *end = NULL;
    value->known = true;
    if (type.kind == TYPE_TEXT) return read_hex(at, arena, &value->text);
    if (type.kind == TYPE_RATIO)
        value->ratio = strtod(at, &end);
    else
        value->integer = strtoll(at, &end, 10);
    return end != at && *end == 0 && in_type(schema, type, value->integer);
}

int cursor_read(const struct schema *schema, const struct query *query, uint64_t digest, struct arena *arena,
                struct cursor *cursor, struct err *err)
{
    *cursor = (struct cursor){0};
    if (query->after.size == 0) return 0;
    if (query->after.size > CURSOR_MAX) return refuse(err);
    const char *written = arena_copy(arena, query->after.at, query->after.size);
    uint64_t whose;
    char kind;
    int length = 0;
    if (sscanf(written, "%16" SCNx64 "-%c-%" SCNd64 "-%n", &whose, &kind, &cursor->id, &length) != 3 ||
        length == 0 || whose != digest || cursor->id <= 0 || cursor->id == INT64_MAX)
        return refuse(err);
    cursor->given = true;
    cursor->unknown = kind == 'u';
    cursor->by_record = kind == 'r';
    if (kind != 'v') return kind == 'u' || kind == 'r' ? 0 : refuse(err);
    if (query->sort < 0) return 0;
    return read_value(schema, sort_type(schema, query), written + length, arena, &cursor->value)
               ? 0
               : refuse(err);
}
