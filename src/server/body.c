/* jansson checks more than we would think of, but its depth limit is 2,048 and its messages are English: this
 * file narrows the one and translates the other. */
#include "server/body.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>

#include "server/fault.h"

static const json_t *as_json(const struct body *value)
{
    return (const json_t *)value;
}

/* Before jansson recurses: its own limit is set when it is compiled. Brackets inside texts do not count. */
static bool too_deep(struct text bytes)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < bytes.size; i++) {
        char c = bytes.at[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > BODY_DEPTH_MAX) return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}

static int explain(const json_error_t *problem, struct err *err)
{
    static const struct {
        enum json_error_code code;
        const char *zh;
    } causes[] = {
        {json_error_invalid_utf8, "不是有效的 UTF-8 文字"},
        {json_error_premature_end_of_input, "内容不完整"},
        {json_error_end_of_input_expected, "结尾之后还有多余的内容"},
        {json_error_invalid_syntax, "不符合 JSON 的写法"},
        {json_error_duplicate_key, "同一个名称出现了两次"},
        {json_error_numeric_overflow, "数值超出范围"},
        {json_error_null_character, "文字中有空字符"},
        {json_error_null_byte_in_key, "名称中有空字符"},
    };
    const char *zh = "不符合 JSON 的写法";
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (causes[i].code == json_error_code(problem)) zh = causes[i].zh;
    /* jansson quotes what it stumbled over, perhaps only half a character of it. */
    struct text said = text_of(problem->text);
    said.size = text_valid_prefix(said);
    char whole_zh[200], whole_en[300];
    snprintf(whole_zh, sizeof whole_zh, "请求的 JSON 有误：%s，请更正后重新发送", zh);
    snprintf(whole_en, sizeof whole_en,
             "The JSON of the request is faulty: %.*s; correct it and send it again", TEXT_ARGS(said));
    fault_say(err, ERR_INPUT, whole_zh, whole_en);
    return err_at(err, NULL, problem->line > 0 ? problem->line : 0,
                  problem->column > 0 ? problem->column : 0);
}

int body_parse(struct text bytes, struct body **out, struct err *err)
{
    *out = NULL;
    if (too_deep(bytes))
        return err_set(err, ERR_INPUT, "请求的 JSON 嵌套超过 %d 层",
                       "The JSON of the request is nested deeper than %d", BODY_DEPTH_MAX);
    json_error_t problem;
    json_t *root = json_loadb(bytes.size == 0 ? "" : bytes.at, bytes.size,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
    if (root == NULL) return explain(&problem, err);
    *out = (struct body *)root;
    return 0;
}

void body_free(struct body *document)
{
    json_decref((json_t *)document);
}

enum body_kind body_kind(const struct body *value)
{
    switch (json_typeof(as_json(value))) {
    case JSON_OBJECT:
        return BODY_OBJECT;
    case JSON_ARRAY:
        return BODY_LIST;
    case JSON_STRING:
        return BODY_TEXT;
    case JSON_INTEGER:
        return BODY_INT;
    case JSON_REAL:
        return BODY_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return BODY_BOOL;
    case JSON_NULL:
        break;
    }
    return BODY_NULL;
}

bool body_bool(const struct body *value)
{
    assert(json_is_boolean(as_json(value)));
    return json_is_true(as_json(value));
}

int64_t body_int(const struct body *value)
{
    assert(json_is_integer(as_json(value)));
    return json_integer_value(as_json(value));
}

double body_number(const struct body *value)
{
    assert(json_is_number(as_json(value)));
    return json_number_value(as_json(value));
}

struct text body_text(const struct body *value)
{
    assert(json_is_string(as_json(value)));
    return (struct text){json_string_value(as_json(value)), json_string_length(as_json(value))};
}

size_t body_size(const struct body *value)
{
    return json_is_array(as_json(value)) ? json_array_size(as_json(value)) : json_object_size(as_json(value));
}

const struct body *body_at(const struct body *list, size_t index)
{
    assert(json_is_array(as_json(list)) && index < json_array_size(as_json(list)));
    return (const struct body *)json_array_get(as_json(list), index);
}

const struct body *body_get(const struct body *object, const char *key)
{
    return (const struct body *)json_object_get(as_json(object), key);
}

bool body_next(const struct body *object, void **cursor, struct text *key, const struct body **value)
{
    json_t *json = (json_t *)(uintptr_t)object; /* jansson's walk is not const, but changes nothing */
    *cursor = *cursor == NULL ? json_object_iter(json) : json_object_iter_next(json, *cursor);
    if (*cursor == NULL) return false;
    *key = (struct text){json_object_iter_key(*cursor), json_object_iter_key_len(*cursor)};
    *value = (const struct body *)json_object_iter_value(*cursor);
    return true;
}

struct text body_get_text(const struct body *object, const char *key)
{
    const struct body *value = body_get(object, key);
    return value == NULL || body_kind(value) == BODY_NULL ? (struct text){"", 0} : body_text(value);
}

int64_t body_get_int(const struct body *object, const char *key, int64_t otherwise)
{
    const struct body *value = body_get(object, key);
    return value == NULL || body_kind(value) == BODY_NULL ? otherwise : body_int(value);
}

bool body_get_bool(const struct body *object, const char *key, bool otherwise)
{
    const struct body *value = body_get(object, key);
    return value == NULL || body_kind(value) == BODY_NULL ? otherwise : body_bool(value);
}

static int append(const char *bytes, size_t size, void *out)
{
    buffer_add(out, bytes, size);
    return 0;
}

void body_write(const struct body *value, struct buffer *out)
{
    json_dump_callback(as_json(value), append, out, JSON_COMPACT | JSON_ENCODE_ANY);
}
