/* Lines for the operator; level and language are passed, not global. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void log_say(const struct log *log, enum log_level level, const char *zh, const char *en, ...)
{
    static const char *const names_zh[] = {"错误", "警告", "提示", "调试"};
    static const char *const names_en[] = {"error", "warning", "notice", "debug"};
    if (log == NULL || level > log->level) return;
    int english = strcmp(log->language, "en") == 0;
    char line[2048];
    va_list args;
    va_start(args, en);
    vsnprintf(line, sizeof line, english ? en : zh, args);
    va_end(args);
    fprintf(stderr, "%s: %s\n", english ? names_en[level] : names_zh[level], line);
}
