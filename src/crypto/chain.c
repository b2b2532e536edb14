/* A link is one SM3 over the hash before it and the parts, each with its kind and length in front. */
#include "crypto/chain.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/mem.h"
#include "crypto/encode.h"

struct chain_link {
    EVP_MD_CTX *digest;
};

/* Hashing memory fails only where the library itself is broken. */
static void add(struct chain_link *link, const void *bytes, size_t size)
{
    int done = EVP_DigestUpdate(link->digest, bytes, size);
    assert(done == 1);
}

static void add_head(struct chain_link *link, char kind, uint64_t number)
{
    unsigned char head[9] = {(unsigned char)kind};
    for (int i = 0; i < 8; i++) head[1 + i] = (unsigned char)(number >> (56 - 8 * i));
    add(link, head, sizeof head);
}

int chain_begin(struct text before, struct chain_link **out, struct err *err)
{
    struct chain_link *link = mem_new(1, sizeof *link);
    *out = NULL;
    link->digest = EVP_MD_CTX_new();
    if (link->digest == NULL || EVP_DigestInit_ex2(link->digest, EVP_sm3(), NULL) != 1) {
        chain_free(link);
        return err_set(err, ERR_IO, "加密库不提供SM3算法，无法计算日志的校验链。请安装完整的 OpenSSL 3",
                       "The crypto library offers no SM3, so the log's chain cannot be computed. Install a "
                       "complete OpenSSL 3");
    }
    chain_text(link, before);
    *out = link;
    return 0;
}

void chain_text(struct chain_link *link, struct text part)
{
    add_head(link, 't', part.size);
    if (part.size > 0) add(link, part.at, part.size);
}

void chain_int(struct chain_link *link, int64_t part)
{
    add_head(link, 'i', (uint64_t)part);
}

void chain_absent(struct chain_link *link)
{
    add_head(link, 'n', 0);
}

void chain_end(struct chain_link *link, char hex[CHAIN_HEX + 1])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    int done = EVP_DigestFinal_ex(link->digest, hash, &size);
    assert(done == 1 && size * 2 == CHAIN_HEX);
    hex_write(hash, size, hex);
    chain_free(link);
}

void chain_free(struct chain_link *link)
{
    if (link == NULL) return;
    EVP_MD_CTX_free(link->digest);
    free(link);
}
