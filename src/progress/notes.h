/* Notes: what-if questions that somebody saved, to be opened again by their number. A note holds the question
 * and words, no figures: whoever opens it is answered within their own scope. */
#ifndef ZENGSHOU_PROGRESS_NOTES_H
#define ZENGSHOU_PROGRESS_NOTES_H

#include "register/database.h"

enum { NOTE_TITLE_MOST = 200, NOTE_TEXT_MOST = 4000, NOTES_EACH = 200 };

struct note {
    int64_t id, user, at;                     /* at: seconds since 1970 */
    struct text actor, title, text, question; /* question: JSON */
};

/* Logged as whatif.save, whatif.drop. ERR_INPUT: no title, or too long. ERR_LIMIT: that user has NOTES_EACH.
 */
int note_save(struct database *database, const struct note *note, int64_t *id, struct err *err);
/* Whose notes somebody may read: their own; who answers for all of the county reads everybody's, and what a
 * bureau thinks aloud is nobody's below. */
struct note_reader {
    int64_t user;
    bool all;
};
/* Texts in the arena. ERR_NOT_FOUND: none, or not for that reader. */
int note_get(struct database *database, struct note_reader reader, int64_t id, struct arena *arena,
             struct note *out, struct err *err);
/* Newest first, at most `most`; without their questions. */
int note_list(struct database *database, struct note_reader reader, size_t most, struct arena *arena,
              struct note **out, size_t *count, struct err *err);
/* Only one's own: ERR_NOT_FOUND otherwise. */
int note_drop(struct database *database, int64_t id, int64_t user, struct text actor, struct err *err);

#endif
