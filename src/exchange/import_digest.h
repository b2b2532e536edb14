/* Import digest: two readings of one file that would do the same have the same one. Internal to the room. */
#ifndef ZENGSHOU_EXCHANGE_IMPORT_DIGEST_H
#define ZENGSHOU_EXCHANGE_IMPORT_DIGEST_H

#include "exchange/import.h"

struct import_digest;

struct import_digest *import_digest_new(void);
void import_digest_free(struct import_digest *digest); /* NULL is harmless */

void import_digest_reject(struct import_digest *digest, const struct stage_reject *reject);
void import_digest_difference(struct import_digest *digest, int part, struct type type,
                              const struct stage_difference *difference);
/* With the counts of all parts, as hexadecimal digits. Once, at the end. */
void import_digest_finish(struct import_digest *digest, const struct import_report *report,
                          char hex[IMPORT_DIGEST]);

#endif
