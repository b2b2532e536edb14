/* A progress bar on a terminal for work longer than a second; nothing at all elsewhere. */
#ifndef ZENGSHOU_BASE_PROGRESS_H
#define ZENGSHOU_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {      /* zero-initialised is silent */
    const char *title; /* borrowed */
    uint64_t total;    /* 0: unknown, a counter is shown */
    int64_t started_ms, drawn_ms;
    bool terminal, drawn;
};

struct progress progress_start(const char *title, uint64_t total);
void progress_update(struct progress *progress,
                     uint64_t done);             /* cheap: looks at the clock, draws ≤ 10 times/s */
void progress_finish(struct progress *progress); /* wipes the bar */

/* Milliseconds of the monotonic clock. */
int64_t progress_clock_ms(void);

#endif
