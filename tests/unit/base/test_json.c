/* json.h: what it writes is JSON, whatever it is given. */
#include "cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static void nesting_and_commas(void **state)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    json_put_object(&json);
    json_member_int(&json, "a", 1);
    json_put_key(&json, "b");
    json_put_array(&json);
    json_put_array_end(&json);
    json_put_key(&json, "c");
    json_put_array(&json);
    json_put_bool(&json, true);
    json_put_null(&json);
    json_put_object(&json);
    json_put_object_end(&json);
    json_put_string(&json, NULL);
    json_put_raw(&json, TEXT("[1,2]"));
    json_put_array_end(&json);
    json_member_string(&json, "d", "户");
    json_put_object_end(&json);
    assert_string_equal(out.data, "{\"a\":1,\"b\":[],\"c\":[true,null,{},null,[1,2]],\"d\":\"户\"}");
    buffer_fini(&out);
}

/* Reads a JSON string the way RFC 8259 has it, with the escapes that the writer may use; fails on a bare
 * control. */
static void read_string(struct text quoted, struct buffer *out)
{
    assert_true(quoted.size >= 2 && quoted.at[0] == '"' && quoted.at[quoted.size - 1] == '"');
    assert_true(text_valid(quoted));
    for (size_t i = 1; i + 1 < quoted.size; i++) {
        assert_true((unsigned char)quoted.at[i] >= 0x20 && quoted.at[i] != '"');
        if (quoted.at[i] != '\\') {
            buffer_char(out, quoted.at[i]);
            continue;
        }
        char escaped = quoted.at[++i], digits[5] = {0};
        if (escaped == 'u') {
            memcpy(digits, quoted.at + i + 1, 4);
            buffer_char(out, (char)strtol(digits, NULL, 16));
            i += 4;
        } else {
            assert_true(escaped == '"' || escaped == '\\' || escaped == 'n');
            buffer_char(out, escaped == 'n' ? '\n' : escaped);
        }
    }
}

static void every_character_goes_round(void **state)
{
    struct buffer text = {0}, out = {0}, back = {0};
    char bytes[4];
    for (uint32_t c = 0; c < 0x11000; c++)
        if (c < 0xD800 || c > 0xDFFF) buffer_add(&text, bytes, text_put(c, bytes));
    struct json_writer json = json_start(&out);
    json_put_text(&json, buffer_get(&text));
    read_string(buffer_get(&out), &back);
    assert_true(text_equal(buffer_get(&back), buffer_get(&text)));
    buffer_fini(&text);
    buffer_fini(&out);
    buffer_fini(&back);
}

static void keys_are_escaped(void **state)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    json_put_object(&json);
    json_member_int(&json, "a\"b\\c\nd\te", 1);
    json_put_object_end(&json);
    assert_string_equal(out.data, "{\"a\\\"b\\\\c\\nd\\u0009e\":1}");
    buffer_fini(&out);
}

static void broken_text_and_nuls_become_valid_json(void **state)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    json_put_text(&json, (struct text){"a\0\xFF\xE4\xBD", 5});
    assert_string_equal(out.data, "\"a\\u0000\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    buffer_fini(&out);
}

static void integers_keep_every_digit(void **state)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    json_put_array(&json);
    json_put_int(&json, INT64_MAX);
    json_put_int(&json, INT64_MIN);
    json_put_int(&json, 0);
    json_put_array_end(&json);
    assert_string_equal(out.data, "[9223372036854775807,-9223372036854775808,0]");
    buffer_fini(&out);
}

static void doubles_are_short_and_read_back_equal(void **state)
{
    static const double values[] = {0,         -0.0,    0.1,     1.0 / 3, 0.055, 1e300,
                                    -2.5e-300, DBL_MAX, DBL_MIN, 5e-324,  100,   1e15};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct buffer out = {0};
        struct json_writer json = json_start(&out);
        json_put_double(&json, values[i]);
        assert_true(strtod(out.data, NULL) == values[i]);
        buffer_fini(&out);
    }
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    json_put_array(&json);
    json_put_double(&json, 0.1);
    json_put_double(&json, NAN);
    json_put_double(&json, INFINITY);
    json_put_double(&json, -INFINITY);
    json_put_double(&json, 2);
    json_put_array_end(&json);
    assert_string_equal(out.data, "[0.1,null,null,null,2]");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_and_commas),        cmocka_unit_test(every_character_goes_round),
        cmocka_unit_test(keys_are_escaped),          cmocka_unit_test(broken_text_and_nuls_become_valid_json),
        cmocka_unit_test(integers_keep_every_digit), cmocka_unit_test(doubles_are_short_and_read_back_equal),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
