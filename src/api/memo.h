/* Memo: answers that cost the database some work and stay right until somebody writes. */
#ifndef ZENGSHOU_API_MEMO_H
#define ZENGSHOU_API_MEMO_H

#include "base/err.h"
#include "base/text.h"

struct memo;
struct request;

struct memo *memo_new(void);
void memo_free(struct memo *memo); /* NULL is harmless */

/* Answers the request with what `write` said when somebody with the same eyes asked the same, if nothing was
 * written to the log since; otherwise asks it now. detail: what the answer depends on beside the route, the
 * language, the parameters and who asks; may be empty. `write` appends one JSON value and must read nothing
 * that is not in the log or the pack. */
typedef int memo_write(struct request *request, void *context, struct buffer *out, struct err *err);
int memo_reply(struct request *request, struct text detail, memo_write *write, void *context,
               struct err *err);
/* The same for a part of an answer, appended to out. */
int memo_get(struct request *request, struct text detail, memo_write *write, void *context,
             struct buffer *out, struct err *err);

#endif
