/* Page: lists of records by id that are read on, so many at once. */
#ifndef ZENGSHOU_API_PAGE_H
#define ZENGSHOU_API_PAGE_H

enum { PAGE = 50, PAGE_MAX = 500 };

/* The parameters of such a list. */
#define PAGE_QUERY                                                                                           \
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = PAGE_MAX},                                         \
    {                                                                                                        \
        .name = "after", .kind = SHAPE_INT, .min = 0, .max = INT64_MAX,                                      \
        .note = "the last id of the page before"                                                             \
    }

#endif
