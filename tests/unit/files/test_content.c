/* What a file is and what it may be called; whole files are read in tests/http/test_attachments.py, as
 * another program wrote and reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files/content.h"
#include "files/formats.h"

static void called(const char *given, enum content_type type, const char *kept)
{
    struct buffer name = {0};
    struct err err = {0};
    int code = content_name(text_of(given), type, &name, &err);
    if (kept == NULL)
        assert_int_equal(code, ERR_INPUT);
    else {
        assert_int_equal(code, 0);
        assert_string_equal(name.data, kept);
    }
    buffer_fini(&name);
}

static void names(void **state)
{
    (void)state;
    called("照片.JPG", CONTENT_JPEG, "照片.JPG");
    called("C:\\fakepath\\a.jpeg", CONTENT_JPEG, "a.jpeg");
    called("../../x/.htaccess", CONTENT_TEXT, ".htaccess.txt");
    called("", CONTENT_PDF, "file.pdf");
    called("a.png", CONTENT_WEBP, "a.webp");
    called("a.pdf", CONTENT_JPEG, NULL);
    called("a.jpg", CONTENT_PDF, NULL);
    called("a.html", CONTENT_TEXT, NULL);
    called("a.jp", CONTENT_JPEG, NULL);
    called("3.15", CONTENT_TEXT, "3.15.txt");
    called("a\r\nSet-Cookie: x", CONTENT_TEXT, "aSet-Cookie: x.txt");
    called("abc\xE2\x80\xAE"
           "gpj",
           CONTENT_TEXT, "abcgpj.txt");
}

static void orientation_in_both_byte_orders(void **state)
{
    static const char little[] = "II*\0\10\0\0\0\1\0\22\1\3\0\1\0\0\0\10\0\0\0\0\0\0\0";
    struct buffer own = {0};
    (void)state;
    assert_int_equal(exif_orientation((struct text){little, sizeof little - 1}), 8);
    for (size_t size = 0; size < sizeof little - 1; size++) exif_orientation((struct text){little, size});
    for (int i = 1; i <= 8; i++) {
        buffer_clear(&own);
        exif_put(i, &own);
        assert_int_equal(own.size, 26);
        assert_int_equal(exif_orientation(buffer_get(&own)), i);
    }
    buffer_fini(&own);
    assert_int_equal(exif_orientation(TEXT("MM\0*\377\377\377\377\0\1")), 1);
    assert_int_equal(exif_orientation(TEXT("")), 1);
}

static void every_type_has_its_words(void **state)
{
    const struct pack_attachment nothing = {.label = {TEXT("x"), TEXT("甲"), TEXT("x")}};
    (void)state;
    for (int i = 0; i < CONTENT_TYPES; i++) {
        enum content_type found;
        struct err err;
        assert_true(content_type_find(text_of(content_type_name((enum content_type)i)), &found));
        assert_int_equal(found, i);
        assert_non_null(strchr(content_media((enum content_type)i), '/'));
        assert_int_equal(content_fits(&nothing, (enum content_type)i, &err), ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names),
                                       cmocka_unit_test(orientation_in_both_byte_orders),
                                       cmocka_unit_test(every_type_has_its_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
