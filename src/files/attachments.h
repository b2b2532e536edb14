/* Attachments: files that hang on records, kept in the database beside them, so that one backup holds all and
 * one scope decides. A file can be seen by whoever sees its record; it is added by whoever may edit the
 * record, and taken back, with a reason, by whoever added it or may retire the record. Nothing is deleted.
 * Both stand on the log, with the file's SHA-256, in the transaction that did it. */
#ifndef ZENGSHOU_FILES_ATTACHMENTS_H
#define ZENGSHOU_FILES_ATTACHMENTS_H

#include "files/content.h"
#include "register/database.h"
#include "register/scope.h"

enum { FILE_DIGEST = 65 }; /* SHA-256 in hexadecimal, with a NUL */

/* Makes the tables where they are missing, in a database made by database_init. Harmless to repeat. */
int files_init(const char *url, struct err *err);
/* ERR_VERSION where they are missing. */
int files_need(struct store *store, struct err *err);

struct attachment_new {
    int reg;
    int64_t record;
    int kind;          /* of the pack's attachments */
    struct text name;  /* as the uploader calls it */
    struct text bytes; /* as they were uploaded */
    bool keep;         /* leave what the camera wrote in a picture */
    bool of_case;      /* casework vouches for it: the record is a case, and the actor may add to it now */
};

/* Checks the content and hangs it on the record. *cleaned (may be NULL): something was taken out of the
 * picture. The same file on the same record under the same kind again gives the id of the first one, and
 * writes nothing. Inside an open transaction it is part of that, and a failure undoes only this.
 * ERR_NOT_FOUND: no living record in scope. ERR_FORBIDDEN: it may not be edited. ERR_INPUT, ERR_LIMIT: the
 * content, its size, the kind for this register, too many on the record or by this user today. */
int attachment_add(struct database *database, const struct scope *scope, const struct attachment_new *file,
                   int64_t *id, bool *cleaned, struct err *err);

/* The same in two parts, for whoever judges who may and writes in a transaction of their own: to look into
 * the content takes seconds, and nobody else can write while a transaction is open. First attachment_look,
 * which knows no database (ERR_INPUT, ERR_LIMIT), then attachment_hang. The look is to be released in any
 * case. */
struct attachment_look {
    struct content content;
    struct buffer name;
    char digest[FILE_DIGEST];
};
int attachment_look(const struct pack *pack, const struct attachment_new *file, struct attachment_look *out,
                    struct err *err);
void attachment_look_fini(struct attachment_look *look);
int attachment_hang(struct database *database, const struct scope *scope, const struct attachment_new *file,
                    const struct attachment_look *look, int64_t *id, struct err *err);

struct attachment {
    int64_t id, size, entry;
    int kind; /* of the pack's attachments; -1: the pack has lost it */
    enum content_type type;
    struct text kind_name, name, digest, actor, at;
    int64_t retired;    /* 0: living; else the entry */
    struct text reason; /* of retiring */
    bool sealed;        /* its kind is sensitive and this user may not open it */
};

/* Those of one record, oldest first; the arena owns the texts. A record that is retired shows them too.
 * ERR_NOT_FOUND: no such record in scope. */
int attachment_list(struct database *database, const struct scope *scope, int reg, int64_t record,
                    bool with_retired, struct arena *arena, struct attachment **items, size_t *count,
                    struct err *err);

/* One of them with its content, appended. Opening one of a sensitive kind is an entry of the log before it is
 * given: action "open_file". ERR_FORBIDDEN: that kind is not for this user. ERR_CORRUPT: the content is not
 * what was added. */
int attachment_read(struct database *database, const struct scope *scope, int reg, int64_t record, int64_t id,
                    struct arena *arena, struct attachment *out, struct buffer *content, struct err *err);

/* Takes one back. ERR_CONFLICT: it is already. ERR_FORBIDDEN: the record is a case, whose files casework
 * alone adds and takes back (case_attach, case_detach). ERR_INPUT: no reason, or more than 1,000 characters.
 */
int attachment_retire(struct database *database, const struct scope *scope, int reg, int64_t record,
                      int64_t id, struct text reason, struct err *err);
/* The same for casework, which has judged who may. */
int attachment_retire_of_case(struct database *database, const struct scope *scope, int reg, int64_t record,
                              int64_t id, struct text reason, struct err *err);

/* How many living ones a record has of a kind (-1: of any) that were added by entries after `since` (0: at
 * any time). For whoever has the record in scope already: says what must be attached before a case goes on.
 * Also inside a transaction. */
int attachment_count(struct database *database, int reg, int64_t record, int kind, int64_t since,
                     int64_t *count, struct err *err);

/* Reads every file and compares it with its digest, and every attachment with the log; adds each fault.
 * *files: how many there are. */
int files_verify(struct database *database, int64_t *files, struct fault_list *faults, struct err *err);

void file_digest_of(struct text bytes, char digest[FILE_DIGEST]);

#endif
