/* Done once, when a statement is prepared; running it costs nothing more. */
#include "store/postgres_sql.h"

#include <ctype.h>
#include <strings.h>

/* The end of what is quoted or commented out from `at` on; `at` itself when nothing is. */
static size_t skip(struct text sql, size_t at)
{
    char first = sql.at[at], second = at + 1 < sql.size ? sql.at[at + 1] : '\0';
    if (first == '\'' || first == '"') {
        /* A doubled quote ends one piece and begins the next: both are skipped. */
        for (at++; at < sql.size && sql.at[at] != first; at++) {
        }
        return at < sql.size ? at + 1 : at;
    }
    if (first == '-' && second == '-') {
        while (at < sql.size && sql.at[at] != '\n') at++;
    } else if (first == '/' && second == '*') {
        for (at += 2; at + 1 < sql.size && !(sql.at[at] == '*' && sql.at[at + 1] == '/'); at++) {
        }
        return at + 1 < sql.size ? at + 2 : sql.size;
    }
    return at;
}

static bool digit(struct text sql, size_t at)
{
    return at < sql.size && sql.at[at] >= '0' && sql.at[at] <= '9';
}

int postgres_sql_parameters(struct text sql, struct buffer *out)
{
    int highest = 0;
    size_t at = 0;
    while (at < sql.size) {
        size_t behind = skip(sql, at);
        if (behind > at) {
            buffer_add(out, sql.at + at, behind - at);
            at = behind;
            continue;
        }
        if (sql.at[at] != '?' || !digit(sql, at + 1)) {
            buffer_char(out, sql.at[at++]);
            continue;
        }
        int number = 0;
        for (at++; digit(sql, at) && number < 100000; at++) number = number * 10 + (sql.at[at] - '0');
        buffer_printf(out, "$%d", number);
        if (number > highest) highest = number;
    }
    return highest;
}

bool postgres_sql_is_query(const char *sql)
{
    static const char *const words[] = {"select", "with", "values"};
    while (isspace((unsigned char)*sql)) sql++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct text word = text_of(words[i]);
        if (strncasecmp(sql, word.at, word.size) == 0 && !isalnum((unsigned char)sql[word.size])) return true;
    }
    return false;
}
