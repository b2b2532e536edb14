/* Bulletins: the pack's documents (pack/bulletin.h) made for a month and a place, or for one subject, as a
 * scope sees them. docs/bulletins.md says the same in words. */
#ifndef ZENGSHOU_BULLETIN_BULLETIN_H
#define ZENGSHOU_BULLETIN_BULLETIN_H

#include "bulletin/counts.h"
#include "bulletin/document.h"
#include "monitor/rulebook.h"
#include "progress/year.h"

/* What it takes; all borrowed. database: the caller's own connection, outside transactions. */
struct bulletin_tools {
    struct database *database;
    struct frame_cache *frames;
    const struct progress_book *book; /* of the pack's indicators */
    struct progress_shelf *shelf;
    const struct bulletin_counts *counts;
    struct rulebook *rulebook;
};

struct bulletin_question {
    int bulletin; /* of the pack */
    int year, month;
    int division;    /* of the pack; -1: the county. ABOUT_PLACE */
    int64_t subject; /* its id. ABOUT_SUBJECT */
    const struct scope *scope;
    enum scope_action action; /* what is wanted with records that stand in it: SCOPE_READ to look at it,
                                 SCOPE_EXPORT to carry it away */
    const char *language;
    int32_t today;
};

/* Which place a scope may have bulletins of: a division by its code or name, whole in the scope; without
 * words the scope's own. ERR_FORBIDDEN: one who was given single families has no place. ERR_NOT_FOUND: no
 * such division, or not in the scope. ERR_INPUT: the name is that of several, or the scope has several places
 * and none was named. */
int bulletin_place(const struct pack *pack, const struct scope *scope, struct text words, int *division,
                   struct err *err);

/* Whether it may be made at all, without making it. Errors as of bulletin_make. */
int bulletin_check(const struct bulletin_tools *tools, const struct bulletin_question *question,
                   struct err *err);

/* ERR_INPUT: a month that has not begun, or not of the plan. ERR_NOT_FOUND: no such subject in scope.
 * ERR_FORBIDDEN: it may not do that with the subject's register. ERR_LIMIT: DOCUMENT_ROWS_MOST. */
int bulletin_make(const struct bulletin_tools *tools, const struct bulletin_question *question,
                  struct document **out, struct err *err);

/* Writes it down; the path's ending says how: .docx or .xlsx, anything else is ERR_INPUT. The file appears
 * when it is complete. */
int bulletin_write(const struct document *document, const char *language, const char *path, struct err *err);

/* What it is called as a file, without an ending: "监测简报-西渡镇-2022-09"; in the arena. */
const char *bulletin_file_name(const struct document *document, struct arena *arena);

/* The detail of the log's entry "export", for whoever carries one away. */
void bulletin_log_detail(const struct pack *pack, const struct bulletin_question *question,
                         const struct document *document, const char *format, struct buffer *out);

#endif
