/* The bar appears after a second, so that quick work leaves no flicker, and is wiped when done. */
#include "base/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

int64_t progress_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct progress progress_start(const char *title, uint64_t total)
{
    return (struct progress){.title = title,
                             .total = total,
                             .started_ms = progress_clock_ms(),
                             .terminal = isatty(STDERR_FILENO) == 1};
}

void progress_update(struct progress *progress, uint64_t done)
{
    enum { CELLS = 28 };
    if (!progress->terminal) return;
    int64_t now = progress_clock_ms();
    if (now - progress->started_ms < 1000 || now - progress->drawn_ms < 100) return;
    progress->drawn_ms = now;
    progress->drawn = true;
    if (progress->total == 0) {
        fprintf(stderr, "\r\033[K%s  %llu", progress->title, (unsigned long long)done);
        return;
    }
    if (done > progress->total) done = progress->total;
    unsigned filled = (unsigned)(done * CELLS / progress->total);
    fprintf(stderr, "\r\033[K%s  ", progress->title);
    for (unsigned i = 0; i < CELLS; i++) fputs(i < filled ? "█" : "░", stderr);
    fprintf(stderr, " %3u%%", (unsigned)(done * 100 / progress->total));
}

void progress_finish(struct progress *progress)
{
    if (progress->drawn) fputs("\r\033[K", stderr);
    progress->drawn = false;
}
