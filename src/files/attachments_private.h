/* What the files of attachments share. */
#ifndef ZENGSHOU_FILES_ATTACHMENTS_PRIVATE_H
#define ZENGSHOU_FILES_ATTACHMENTS_PRIVATE_H

#include "files/attachments.h"

/* The detail of an entry of the log that speaks of an attachment. Its name is not in it: people write names
 * and numbers of people there. */
struct attachment_detail {
    struct text reg, kind, digest;
    int64_t record, id;
    struct text reason; /* empty: none */
};
void attachment_detail_write(const struct attachment_detail *detail, struct buffer *out);

#endif
