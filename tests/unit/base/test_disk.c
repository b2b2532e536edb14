/* disk.h: a file is read whole or not, and replaced whole or not. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/disk.h"

struct folder {
    char path[64], file[128], fresh[136];
};

static struct folder folder_new(void)
{
    struct folder folder = {.path = "/tmp/zengshou-disk-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    snprintf(folder.file, sizeof folder.file, "%s/kept", folder.path);
    snprintf(folder.fresh, sizeof folder.fresh, "%s.new", folder.file);
    return folder;
}

static void folder_remove(const struct folder *folder)
{
    unlink(folder->file);
    unlink(folder->fresh);
    rmdir(folder->fresh);
    assert_int_equal(0, rmdir(folder->path));
}

static void replaced_and_read(void **state)
{
    struct folder folder = folder_new();
    struct buffer out = {0};
    assert_true(disk_replace(folder.file, TEXT("早先的内容，更长")));
    assert_true(disk_replace(folder.file, TEXT("now")));
    assert_int_not_equal(0, access(folder.fresh, F_OK));
    assert_true(disk_read(folder.file, 3, &out));
    assert_true(text_is(buffer_get(&out), "now"));
    buffer_fini(&out);
    folder_remove(&folder);
}

static void too_large_or_not_there(void **state)
{
    struct folder folder = folder_new();
    struct buffer out = {0};
    assert_false(disk_read(folder.file, 9, &out));
    assert_int_equal(ENOENT, errno);
    assert_true(disk_replace(folder.file, TEXT("0123456789")));
    assert_false(disk_read(folder.file, 9, &out));
    assert_int_equal(EFBIG, errno);
    buffer_fini(&out);
    folder_remove(&folder);
}

static void what_stood_there_stands(void **state)
{
    struct folder folder = folder_new();
    struct buffer out = {0};
    assert_true(disk_replace(folder.file, TEXT("before")));
    assert_int_equal(0, symlink("/nowhere/at/all", folder.fresh)); /* where the new one would be written */
    assert_false(disk_replace(folder.file, TEXT("after")));
    assert_int_equal(ENOENT, errno);
    assert_true(disk_read(folder.file, 100, &out));
    assert_true(text_is(buffer_get(&out), "before"));
    assert_false(disk_replace("/nowhere/at/all", TEXT("x")));
    buffer_fini(&out);
    folder_remove(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replaced_and_read),
        cmocka_unit_test(too_large_or_not_there),
        cmocka_unit_test(what_stood_there_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
