/* Lists: the records behind a figure, those that the viewer may see. */
#ifndef ZENGSHOU_PROGRESS_LISTS_H
#define ZENGSHOU_PROGRESS_LISTS_H

#include "progress/book.h"
#include "register/scope.h"

/* ERR_FORBIDDEN unless that list, which there is, may be opened. The rule is the register's own list's: where
 * the condition reads what the scope may not, or looks beyond its part of the county (mask_check_formula),
 * neither is. */
int progress_list_check(const struct progress_book *book, const struct scope *scope, int indicator,
                        enum progress_list list, struct err *err);
/* Is there such a list, and may it be opened? */
bool progress_list_may(const struct progress_book *book, const struct scope *scope, int indicator,
                       enum progress_list list);

/* Ids, ascending, malloc'ed; as many as the figure of that scope and division counts.
 * ERR_FORBIDDEN: by progress_list_check. */
int progress_list(const struct progress_book *book, const struct frame *frame, int32_t as_of,
                  const struct scope *scope, int indicator, int division, enum progress_list list,
                  int64_t **ids, size_t *count, struct err *err);

#endif
