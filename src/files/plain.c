/* Plain text: characters and line ends, in UTF-8 or in the encoding of Chinese editors (GB18030). */
#include <errno.h>
#include <iconv.h>

#include "files/formats.h"

static bool is_text(struct text bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char c = (unsigned char)bytes.at[i];
        if ((c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F) return false;
    }
    return true;
}

static bool is_gb18030(struct text bytes)
{
    char out[1 << 12];
    char *from = (char *)(uintptr_t)bytes.at;
    size_t left = bytes.size;
    iconv_t converter = iconv_open("UTF-8", "GB18030");
    bool good = converter != (iconv_t)-1;
    while (good && left > 0) {
        char *to = out;
        size_t room = sizeof out;
        good = iconv(converter, &from, &left, &to, &room) != (size_t)-1 || errno == E2BIG;
    }
    if (converter != (iconv_t)-1) iconv_close(converter);
    return good;
}

int plain_check(struct text bytes, struct err *err)
{
    if (is_text(bytes) && (text_valid(bytes) || is_gb18030(bytes))) return 0;
    return err_set(
        err, ERR_INPUT,
        "看不出这是什么文件。可以上传照片（JPEG、PNG、WebP）、PDF、Word（.docx）、Excel（.xlsx）和纯文本（."
        "txt）",
        "this is no file that is taken. Upload pictures (JPEG, PNG, WebP), PDF, documents (.docx), workbooks "
        "(.xlsx) or plain text (.txt)");
}
