/* How much memory there is to take: a control group's limit counts as much as the machine's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/engine.h"

/* "1024", "500 MB", "2GiB"; K, M, G and T are powers of 1024 however they are written. */
bool engine_memory_parse(const char *text, int64_t *bytes)
{
    static const char units[] = "kmgt";
    char *end;
    if (text[0] < '0' || text[0] > '9') return false;
    double number = strtod(text, &end);
    while (*end == ' ') end++;
    const char *unit = *end == '\0' ? NULL : strchr(units, *end | 0x20);
    int power = unit == NULL ? 0 : (int)(unit - units) + 1;
    if (unit != NULL) end++;
    if (power > 0 && (*end == 'i' || *end == 'I')) end++;
    if (*end == 'b' || *end == 'B') end++;
    number *= (double)((int64_t)1 << (10 * power));
    if (*end != '\0' || !(number >= 1) || number > 4e18) return false;
    *bytes = (int64_t)number;
    return true;
}

/* The number in a file, or after a word in it; -1 when it is not there ("max" is no number). */
static int64_t number_in(const char *path, const char *word)
{
    FILE *file = fopen(path, "re");
    char line[256];
    int64_t number = -1;
    if (file == NULL) return -1;
    while (number < 0 && fgets(line, sizeof line, file) != NULL) {
        size_t skip = word == NULL ? 0 : strlen(word);
        if (word != NULL && strncmp(line, word, skip) != 0) continue;
        char *end;
        long long read = strtoll(line + skip, &end, 10);
        if (end != line + skip) number = read;
    }
    fclose(file);
    return number;
}

static void bound(int64_t *least, int64_t limit, int64_t used)
{
    if (limit < 0 || used < 0) return;
    int64_t left = limit > used ? limit - used : 0;
    if (left < *least) *least = left;
}

/* Version 2's own group, as the process sees it; and the root, which is the group inside a container. */
static void bound_by_groups(int64_t *least)
{
    char line[512], limit[640], used[640];
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "0::", 3) != 0) continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(limit, sizeof limit, "/sys/fs/cgroup%s/memory.max", line + 3);
        snprintf(used, sizeof used, "/sys/fs/cgroup%s/memory.current", line + 3);
        bound(least, number_in(limit, NULL), number_in(used, NULL));
    }
    if (file != NULL) fclose(file);
    bound(least, number_in("/sys/fs/cgroup/memory.max", NULL),
          number_in("/sys/fs/cgroup/memory.current", NULL));
    bound(least, number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes", NULL),
          number_in("/sys/fs/cgroup/memory/memory.usage_in_bytes", NULL));
}

int64_t engine_memory(void)
{
    int64_t kilobytes = number_in("/proc/meminfo", "MemAvailable:");
    int64_t least = kilobytes < 0 ? INT64_MAX : kilobytes * 1024;
    bound_by_groups(&least);
    return least;
}
