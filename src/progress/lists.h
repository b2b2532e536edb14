/* Lists: the records behind a figure, those that the viewer may see. */
#ifndef ZENGSHOU_PROGRESS_LISTS_H
#define ZENGSHOU_PROGRESS_LISTS_H

#include "progress/book.h"
#include "register/scope.h"

/* Ids, ascending, malloc'ed; as many as the figure of that scope and division counts. */
int progress_list(const struct progress_book *book, const struct frame *frame, int32_t as_of,
                  const struct scope *scope, int indicator, int division, enum progress_list list,
                  int64_t **ids, size_t *count, struct err *err);

#endif
