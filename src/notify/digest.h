/* Digest: how it stands with one account's work, in counts: what waits for it, what is due within the week,
 * what is overdue under it. Nobody is named, no record is. */
#ifndef ZENGSHOU_NOTIFY_DIGEST_H
#define ZENGSHOU_NOTIFY_DIGEST_H

#include "casework/inbox.h"
#include "notify/settings.h"

enum { DIGEST_DAYS = 7 };

struct digest {
    struct text whose_zh, whose_en; /* office and place, not the person: 乡镇 · 三阳镇 */
    struct case_counts all;         /* of all workflows */
    const struct case_counts *each; /* [workflow of the pack] */
};

/* Of an account by its name. ERR_NOT_FOUND: there is none, or it is retired. In the arena. */
int digest_of_user(struct casework *casework, struct access *access, struct text user,
                   struct case_moment moment, struct arena *arena, struct digest *out, struct err *err);
bool digest_is_empty(const struct digest *digest);

/* ---- As messages; appended ---- */

struct digest_letter {
    const struct pack *pack;
    const char *origin, *language;
    int32_t today;
};

/* "待办 5 件，7 天内到期 3 件，逾期 1 件，辖区逾期 2 件" */
void digest_say_counts(const struct case_counts *counts, const char *language, struct buffer *out);
void digest_say_subject(const struct digest_letter *letter, const struct digest *digest, struct buffer *out);
/* Plain text for one account. */
void digest_say_mail(const struct digest_letter *letter, const struct digest *digest, struct buffer *out);
/* Markdown for a group, of at most `most` bytes; accounts of the same office with the same counts are said
 * once. False: there is nothing to say. */
bool digest_say_group(const struct digest_letter *letter, const struct digest *digests, size_t count,
                      size_t most, struct buffer *out);

#endif
