/* A synthetic county: workbooks shaped like the national system's exports, filled with households that never
 * were. What they look like (shares, distributions, words, sheets, columns, dirt) stands in the pack's
 * demo.yaml; the simulation is generic. The same pack, seed, number of households and date give byte-equal
 * files. */
#ifndef ZENGSHOU_DEMO_DEMO_H
#define ZENGSHOU_DEMO_DEMO_H

#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "pack/pack.h"

struct demo_options {
    const char *folder;  /* made when it does not exist (its parent must); files in it are written over */
    uint64_t households; /* 0: the pack's default */
    uint64_t seed;       /* 0: the pack's default */
    int32_t as_of;       /* the last day that the data know; 0: the pack's default */
    struct progress *progress; /* NULL: silent */
};

enum { DEMO_HOUSEHOLDS_MAX = 1000000 };

struct demo_file {
    char *path;       /* folder/name */
    struct text feed; /* what it is meant for: `zengshou import FEED PATH`; of the pack, which must outlive
                         the report */
    uint64_t rows;    /* without titles and headings */
};

struct demo_report {
    struct demo_file *files; /* in the order in which they are to be imported */
    size_t file_count, file_capacity;
    uint64_t households, people;
    uint64_t graduated, monitored, ordinary; /* households; the three add up */
    int32_t as_of;
    struct fault_list faults; /* of demo.yaml, when it was refused */
};

/* Writes the county. ERR_NOT_FOUND: the pack has no demo.yaml; ERR_INPUT: it has faults (report->faults has
 * all), or the options are out of range; ERR_IO: a file could not be written (files finished before stay). */
int demo_write(const struct pack *pack, const struct demo_options *options, struct demo_report *report,
               struct err *err);

/* Call it whatever demo_write returned. */
void demo_report_fini(struct demo_report *report);

#endif
