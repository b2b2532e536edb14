/* err.h and log.h: messages in both languages, positions, and cutting that never breaks a character. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/text.h"

static void both_languages_from_one_list_of_arguments(void **state)
{
    struct err err = {0};
    assert_int_equal(err_set(&err, ERR_INPUT, "第%d行：没有“%s”。", "line %d: there is no “%s”.", 7, "户"),
                     ERR_INPUT);
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.zh, "第7行：没有“户”。");
    assert_string_equal(err.en, "line 7: there is no “户”.");
}

static void nobody_needs_to_listen(void **state)
{
    assert_int_equal(err_set(NULL, ERR_BUSY, "忙", "busy"), ERR_BUSY);
    err_at(NULL, "a", 1, 1);
    errno = ENOENT;
    assert_int_equal(err_errno(NULL, "x", "打开", "open"), ERR_NOT_FOUND);
}

static void a_message_may_wrap_the_one_before(void **state)
{
    struct err err;
    err_set(&err, ERR_IO, "磁盘已满", "disk full");
    err_at(&err, "a.yaml", 3, 4);
    err_set(&err, ERR_IO, "写入失败：%s", "write failed: %s", err.en);
    assert_string_equal(err.zh, "写入失败：disk full");
    assert_string_equal(err.en, "write failed: disk full");
    assert_int_equal(err.line, 0);
    assert_string_equal(err.file, "");
}

static void positions(void **state)
{
    struct err err;
    char text[400];
    err_set(&err, ERR_INPUT, "错", "wrong");
    err_format(&err, "zh", text, sizeof text);
    assert_string_equal(text, "错");
    err_at(&err, NULL, 3, 9);
    err_format(&err, "en", text, sizeof text);
    assert_string_equal(text, "3:9: wrong");
    assert_int_equal(err_at(&err, "pack.yaml", 3, 9), ERR_INPUT);
    err_format(&err, "zh", text, sizeof text);
    assert_string_equal(text, "pack.yaml:3:9: 错");
    err_at(&err, NULL, 4, 1);
    err_format(&err, "en", text, sizeof text);
    assert_string_equal(text, "pack.yaml:4:1: wrong");
    err_at(&err, "pack.yaml", 0, 0);
    err_format(&err, "en", text, sizeof text);
    assert_string_equal(text, "pack.yaml: wrong");
}

/* Whatever the length, what remains is the longest beginning of whole characters. */
static void check_cut(const char *whole, const char *cut, size_t room)
{
    size_t length = strlen(cut);
    assert_true(length < room);
    assert_memory_equal(whole, cut, length);
    assert_true(text_valid(text_of(cut)));
    size_t offset = length;
    if (length == strlen(whole)) return;
    text_next(text_of(whole), &offset);
    assert_true(offset >= room); /* one more character would not have fitted */
}

static void long_messages_are_cut_between_characters(void **state)
{
    static const char *const letters[] = {"a", "é", "户", "𠮷"};
    for (size_t kind = 0; kind < 4; kind++) {
        for (size_t lead = 0; lead < 5; lead++) {
            struct buffer whole = {0};
            for (size_t i = 0; i < lead; i++) buffer_char(&whole, 'x');
            while (whole.size < 900) buffer_string(&whole, letters[kind]);
            struct err err;
            err_set(&err, ERR_INPUT, "%s", "%s", whole.data);
            check_cut(whole.data, err.zh, sizeof err.zh);
            check_cut(whole.data, err.en, sizeof err.en);
            err_at(&err, whole.data, 1, 1);
            check_cut(whole.data, err.file, sizeof err.file);
            for (size_t room = 1; room < 40; room++) {
                char text[40];
                err.file[0] = '\0';
                err.line = 0;
                err_format(&err, "zh", text, room);
                check_cut(err.zh, text, room);
            }
            buffer_fini(&whole);
        }
    }
}

static void a_message_that_just_fits_is_whole(void **state)
{
    struct buffer whole = {0};
    while (whole.size + 3 < sizeof((struct err *)0)->zh) buffer_string(&whole, "户");
    struct err err;
    err_set(&err, ERR_INPUT, "%s", "%s", whole.data);
    assert_string_equal(err.zh, whole.data);
    buffer_fini(&whole);
}

static void system_errors_name_path_and_cause(void **state)
{
    struct err err;
    errno = ENOENT;
    assert_int_equal(err_errno(&err, "数据/a.xlsx", "无法打开文件", "cannot open the file"), ERR_NOT_FOUND);
    assert_string_equal(err.zh, "无法打开文件：数据/a.xlsx：文件或文件夹不存在");
    assert_string_equal(err.en, "cannot open the file: 数据/a.xlsx: No such file or directory");
    errno = ENOSPC;
    assert_int_equal(err_errno(&err, "b", "写不进", "cannot write"), ERR_IO);
    assert_non_null(strstr(err.zh, "磁盘已满"));
    assert_non_null(strstr(err.en, "No space left"));
}

static void a_long_path_does_not_hide_the_cause(void **state)
{
    struct buffer path = {0};
    while (path.size < 4000) buffer_string(&path, "很长的文件夹/");
    buffer_string(&path, "表.xlsx");
    struct err err;
    errno = EACCES;
    assert_int_equal(err_errno(&err, path.data, "无法打开", "cannot open"), ERR_IO);
    assert_non_null(strstr(err.zh, "表.xlsx：没有权限"));
    assert_non_null(strstr(err.en, "表.xlsx: Permission denied"));
    assert_true(text_valid(text_of(err.zh)));
    buffer_fini(&path);
}

static void faults_are_sorted_by_place(void **state)
{
    static const struct {
        const char *file, *message;
        int line, column;
    } places[] = {{"b", "5", 1, 1}, {"a", "4", 10, 2}, {"a", "3", 10, 1}, {"a", "1", 2, 9}, {"a", "2", 2, 9}};
    struct fault_list list = {0};
    for (size_t i = 0; i < 5; i++) {
        struct err err;
        err_set(&err, ERR_INPUT, "%s", "%s", places[i].message);
        err_at(&err, places[i].file, places[i].line, places[i].column);
        fault_list_add(&list, &err);
    }
    fault_list_sort(&list);
    for (size_t i = 0; i < 5; i++) assert_int_equal(list.items[i].en[0], (int)('1' + i));
    fault_list_fini(&list);
}

static void faults_beyond_the_limit_are_counted(void **state)
{
    struct fault_list list = {.limit = 3};
    struct err err;
    err_set(&err, ERR_INPUT, "错", "wrong");
    for (int i = 0; i < 10; i++) fault_list_add(&list, &err);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.dropped, 7);
    fault_list_fini(&list);
    fault_list_sort(&list);
    assert_int_equal(list.count, 0);
    for (int i = 0; i < 1005; i++) fault_list_add(&list, &err);
    assert_int_equal(list.count, 1000);
    assert_int_equal(list.dropped, 5);
    fault_list_fini(&list);
}

/* What the calls of `speak` put on stderr. */
static void hear(void (*speak)(void), char *heard, size_t size)
{
    fflush(stderr);
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    speak();
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    size_t length = fread(heard, 1, size - 1, file);
    heard[length] = '\0';
    fclose(file);
}

static void say_some(void)
{
    struct log zh = {LOG_NOTICE, "zh"}, en = {LOG_ERROR, "en"};
    log_say(&zh, LOG_WARNING, "缺%d个", "%d missing", 3);
    log_say(&zh, LOG_DEBUG, "太细", "too fine");
    log_say(&en, LOG_ERROR, "坏", "broken");
    log_say(&en, LOG_WARNING, "不说", "unsaid");
    log_say(NULL, LOG_ERROR, "没人听", "nobody listens");
}

static void the_log_speaks_the_operators_language(void **state)
{
    char heard[1000];
    hear(say_some, heard, sizeof heard);
    assert_string_equal(heard, "警告: 缺3个\nerror: broken\n");
}

static void progress_of_a_long_job(void)
{
    struct progress progress = progress_start("导入", 100);
    progress.started_ms -= 60000;
    for (uint64_t i = 0; i <= 100; i++) progress_update(&progress, i);
    progress_finish(&progress);
}

static void progress_is_silent_without_a_terminal(void **state)
{
    char heard[1000];
    hear(progress_of_a_long_job, heard, sizeof heard);
    assert_string_equal(heard, "");
}

static void progress_of_a_long_job_on_a_terminal(void)
{
    struct progress progress = progress_start("导入", 100);
    progress.terminal = true;
    progress.started_ms -= 60000;
    progress_update(&progress, 50);
    progress_finish(&progress);
    progress_finish(&progress);
}

static void progress_of_a_quick_job_on_a_terminal(void)
{
    struct progress progress = progress_start("导入", 100);
    progress.terminal = true;
    progress.started_ms = progress_clock_ms() + 1000;
    progress_update(&progress, 50);
    progress_finish(&progress);
}

static void progress_shows_long_work_and_wipes_itself(void **state)
{
    char heard[1000];
    hear(progress_of_a_long_job_on_a_terminal, heard, sizeof heard);
    assert_non_null(strstr(heard, "导入"));
    assert_non_null(strstr(heard, " 50%"));
    assert_true(text_ends(text_of(heard), TEXT("\r\033[K")));
    hear(progress_of_a_quick_job_on_a_terminal, heard, sizeof heard);
    assert_string_equal(heard, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages_from_one_list_of_arguments),
        cmocka_unit_test(nobody_needs_to_listen),
        cmocka_unit_test(a_message_may_wrap_the_one_before),
        cmocka_unit_test(positions),
        cmocka_unit_test(long_messages_are_cut_between_characters),
        cmocka_unit_test(a_message_that_just_fits_is_whole),
        cmocka_unit_test(system_errors_name_path_and_cause),
        cmocka_unit_test(a_long_path_does_not_hide_the_cause),
        cmocka_unit_test(faults_are_sorted_by_place),
        cmocka_unit_test(faults_beyond_the_limit_are_counted),
        cmocka_unit_test(the_log_speaks_the_operators_language),
        cmocka_unit_test(progress_is_silent_without_a_terminal),
        cmocka_unit_test(progress_shows_long_work_and_wipes_itself),
    };
    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
