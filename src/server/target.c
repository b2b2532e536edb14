/* The target is decoded here once and strictly; a lenient second reading is where path traversal comes from.
 */
#include "server/target.h"

#include <stdio.h>
#include <string.h>

#include "server/fault.h"

static int refuse(struct err *err, const char *zh, const char *en)
{
    char whole_zh[256], whole_en[256];
    snprintf(whole_zh, sizeof whole_zh, "网址有误：%s", zh);
    snprintf(whole_en, sizeof whole_en, "The address is faulty: %s", en);
    return fault_say(err, ERR_INPUT, whole_zh, whole_en);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Into the arena with a NUL behind it. */
static int decode(struct text raw, bool plus, struct arena *arena, struct text *out, struct err *err)
{
    char *to = arena_alloc(arena, raw.size + 1), *start = to;
    for (size_t i = 0; i < raw.size; i++) {
        char c = raw.at[i];
        if (c == '%') {
            int high = i + 2 < raw.size ? hex(raw.at[i + 1]) : -1,
                low = i + 2 < raw.size ? hex(raw.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return refuse(err, "% 之后应当有两位十六进制数", "% needs two hexadecimal digits behind it");
            c = (char)(high * 16 + low);
            i += 2;
            if (c == '\0') return refuse(err, "含有空字符", "it contains a NUL");
        } else if (c == '+' && plus) {
            c = ' ';
        }
        *to++ = c;
    }
    *out = (struct text){start, (size_t)(to - start)};
    return text_valid(*out) ? 0 : refuse(err, "不是有效的 UTF-8 文字", "it is not valid UTF-8");
}

static int check_segment(struct text segment, struct err *err)
{
    if (text_is(segment, ".") || text_is(segment, ".."))
        return refuse(err, "路径中不能有 . 或 ..", "a path has no . or ..");
    for (size_t i = 0; i < segment.size; i++) {
        unsigned char c = (unsigned char)segment.at[i];
        if (c < 0x20 || c == 0x7F || c == '/' || c == '\\')
            return refuse(err, "路径中有不允许的字符", "a character is not allowed in a path");
    }
    return 0;
}

static int split_path(struct target *target, struct arena *arena, struct err *err)
{
    struct text left = {target->raw_path.at + 1, target->raw_path.size - 1};
    for (bool more = left.size > 0; more;) {
        const char *slash = memchr(left.at, '/', left.size);
        size_t size = slash == NULL ? left.size : (size_t)(slash - left.at);
        more = slash != NULL;
        if (target->segment_count == TARGET_SEGMENTS_MAX)
            return refuse(err, "路径太深", "the path is too deep");
        if (size == 0 && more) return refuse(err, "路径中有空的一段", "a part of the path is empty");
        struct text *segment = &target->segments[target->segment_count++];
        int code = decode((struct text){left.at, size}, false, arena, segment, err);
        if (code == 0) code = check_segment(*segment, err);
        if (code != 0) return code;
        size_t used = size + (more ? 1 : 0);
        left = (struct text){left.at + used, left.size - used};
    }
    return 0;
}

static int add_pair(struct target *target, struct text pair, struct arena *arena, struct err *err)
{
    if (pair.size == 0) return 0;
    if (target->pair_count == TARGET_PAIRS_MAX)
        return refuse(err, "查询参数太多", "it has too many parameters");
    const char *equal = memchr(pair.at, '=', pair.size);
    size_t size = equal == NULL ? pair.size : (size_t)(equal - pair.at),
           skip = equal == NULL ? size : size + 1;
    struct target_pair *out = &target->pairs[target->pair_count++];
    struct text name;
    int code = decode((struct text){pair.at, size}, true, arena, &name, err);
    if (code == 0)
        code = decode((struct text){pair.at + skip, pair.size - skip}, true, arena, &out->value, err);
    out->name = code == 0 ? name.at : "";
    return code;
}

static int split_query(struct target *target, struct text query, struct arena *arena, struct err *err)
{
    target->pairs = arena_array(arena, TARGET_PAIRS_MAX, sizeof *target->pairs);
    int code = 0;
    while (code == 0 && query.size > 0) {
        const char *and = memchr(query.at, '&', query.size);
        size_t size = and == NULL ? query.size : (size_t)(and-query.at), used = and == NULL ? size : size + 1;
        code = add_pair(target, (struct text){query.at, size}, arena, err);
        query = (struct text){query.at + used, query.size - used};
    }
    return code;
}

int target_parse(struct text raw, struct arena *arena, struct target *target, struct err *err)
{
    *target = (struct target){.raw_path = {"", 0}};
    for (size_t i = 0; i < raw.size; i++)
        if ((unsigned char)raw.at[i] <= 0x20 || (unsigned char)raw.at[i] >= 0x7F)
            return refuse(err, "有没有转义的字符", "it contains characters that must be escaped");
    if (raw.size == 0 || raw.at[0] != '/') return refuse(err, "应当以 / 开头", "it must begin with /");
    const char *mark = memchr(raw.at, '?', raw.size);
    target->raw_path = (struct text){raw.at, mark == NULL ? raw.size : (size_t)(mark - raw.at)};
    int code = split_path(target, arena, err);
    if (code != 0 || mark == NULL) return code;
    return split_query(target, (struct text){mark + 1, raw.size - target->raw_path.size - 1}, arena, err);
}
