/* The log names the file that facts came from; its digest proves, years later, that a file at hand is that
 * one. */
#include "exchange/file_digest.h"

#include <openssl/evp.h>
#include <stdio.h>

static int digest_stream(FILE *file, EVP_MD_CTX *context, unsigned char *sum, unsigned *size)
{
    unsigned char bytes[1 << 14];
    size_t read;
    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) return -1;
    while ((read = fread(bytes, 1, sizeof bytes, file)) > 0)
        if (EVP_DigestUpdate(context, bytes, read) != 1) return -1;
    return ferror(file) != 0 || EVP_DigestFinal_ex(context, sum, size) != 1 ? -1 : 0;
}

int file_digest(const char *path, char hex[FILE_DIGEST_TEXT], struct err *err)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return err_errno(err, path, "读不了文件", "cannot read the file");
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int failed = context == NULL ? -1 : digest_stream(file, context, sum, &size);
    int code = failed != 0 ? err_errno(err, path, "读不了文件", "cannot read the file") : 0;
    EVP_MD_CTX_free(context);
    fclose(file);
    hex[0] = '\0';
    for (unsigned i = 0; code == 0 && i < size && i < FILE_DIGEST_TEXT / 2; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    return code;
}
