/* Between a preview and its yes others write. Whether they touched what was shown is told by comparing what
 * would be done then and now, down to every old value. */
#include "exchange/import_digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct import_digest {
    EVP_MD_CTX *context;
};

struct import_digest *import_digest_new(void)
{
    struct import_digest *digest = mem_new(1, sizeof *digest);
    digest->context = EVP_MD_CTX_new();
    if (digest->context == NULL || EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1) abort();
    return digest;
}

void import_digest_free(struct import_digest *digest)
{
    if (digest == NULL) return;
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

static void put(struct import_digest *digest, const void *bytes, size_t size)
{
    if (size > 0 && EVP_DigestUpdate(digest->context, bytes, size) != 1) abort();
}

static void put_int(struct import_digest *digest, int64_t value)
{
    put(digest, &value, sizeof value);
}

static void put_text(struct import_digest *digest, struct text text)
{
    put_int(digest, (int64_t)text.size);
    put(digest, text.at, text.size);
}

void import_digest_reject(struct import_digest *digest, const struct stage_reject *reject)
{
    put_int(digest, 'r');
    put_int(digest, reject->row);
    put_int(digest, reject->part);
    put_int(digest, reject->field);
}

static void put_value(struct import_digest *digest, struct type type, const struct value *value)
{
    put_int(digest, value->known);
    if (!value->known) return;
    if (type.kind == TYPE_TEXT)
        put_text(digest, value->text);
    else if (type.kind == TYPE_RATIO)
        put(digest, &value->ratio, sizeof value->ratio);
    else
        put_int(digest, value->integer);
}

void import_digest_difference(struct import_digest *digest, int part, struct type type,
                              const struct stage_difference *difference)
{
    put_int(digest, 'd');
    put_int(digest, part);
    put_int(digest, difference->row);
    put_int(digest, difference->record);
    put_int(digest, difference->field);
    put_value(digest, type, &difference->before);
    put_value(digest, type, &difference->after);
}

void import_digest_finish(struct import_digest *digest, const struct import_report *report,
                          char hex[IMPORT_DIGEST])
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    for (size_t i = 0; i < report->part_count; i++) {
        const struct stage_counts *counts = &report->parts[i].counts;
        put_int(digest, counts->fresh);
        put_int(digest, counts->changed);
        put_int(digest, counts->unchanged);
        put_int(digest, counts->rejected_rows);
    }
    if (EVP_DigestFinal_ex(digest->context, sum, &size) != 1) abort();
    for (unsigned i = 0; i < (IMPORT_DIGEST - 1) / 2; i++) snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}
