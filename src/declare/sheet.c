/* The code is drawn as SVG, sharp at any size, with error correction that survives a torn corner (level Q).
 */
#include "declare/sheet.h"

#include <qrencode.h>

static void escape(struct text text, struct buffer *out)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        if (c == '<' || c == '>' || c == '&' || c == '"')
            buffer_printf(out, "&#%d;", c);
        else
            buffer_char(out, c);
    }
}

enum { QUIET = 4 };

static int draw(const char *address, struct buffer *out, struct err *err)
{
    QRcode *code = QRcode_encodeString8bit(address, 0, QR_ECLEVEL_Q);
    if (code == NULL)
        return err_set(err, ERR_LIMIT, "网址 %s 太长，做不成二维码", "The address %s is too long for a code",
                       address);
    int side = code->width + 2 * QUIET;
    buffer_printf(out,
                  "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"><path fill=\"#fff\" d=\"M0 "
                  "0h%dv%dH0z\"/><path d=\"",
                  side, side, address, side, side);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if ((code->data[y * code->width + x] & 1) != 0)
                buffer_printf(out, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
    buffer_string(out, "\"/></svg>");
    QRcode_free(code);
    return 0;
}

static int page(const struct pack *pack, int village, const char *origin, bool english, struct buffer *out,
                struct err *err)
{
    const struct pack_division *division = &pack->divisions[village];
    struct buffer address = {0};
    buffer_printf(&address, "%s/declare?village=%.*s", origin, TEXT_ARGS(division->code));
    buffer_printf(out, "<section><h1>%s</h1><h2>",
                  english ? "In trouble? Tell us." : "家里有困难，扫码说一声");
    if (division->parent >= 0) escape(pack->divisions[division->parent].name, out);
    buffer_string(out, english ? " " : "");
    escape(division->name, out);
    buffer_string(out, "</h2>");
    int code = draw(address.data, out, err);
    buffer_printf(out, "<p class=\"address\">");
    escape(buffer_get(&address), out);
    buffer_printf(
        out, "</p><ol><li>%s</li><li>%s</li><li>%s</li></ol><p>%s</p></section>",
        english ? "Scan the code with your phone, or open the address." : "用手机扫码，或输入上面的网址。",
        english ? "Say who you are and what happened." : "填姓名、身份证号、电话，说说出了什么事。",
        english ? "Write down the receipt number: with it you can ask what became of it."
                : "记下回执号，凭它可以查办理情况。",
        english ? "No phone? Tell the village committee. It costs nothing; never give anyone money or a code."
                : "没有手机，可直接找村委会申报。申报不收任何费用，不要向任何人转账或提供验证码。");
    buffer_fini(&address);
    return code;
}

static bool is_below(const struct pack *pack, int division, int above)
{
    while (division >= 0 && division != above) division = pack->divisions[division].parent;
    return division >= 0;
}

int sheet_write(const struct pack *pack, int division, const char *origin, const char *language,
                struct buffer *out, struct err *err)
{
    bool english = language[0] == 'e';
    int code = 0;
    buffer_printf(out,
                  "<!doctype html><html lang=\"%s\"><meta "
                  "charset=\"utf-8\"><title>%s</title><style>@page{size:A4;margin:16mm}"
                  "body{font-family:sans-serif;margin:0;color:#000;background:#fff}section{break-after:page;"
                  "text-align:center;"
                  "padding:6mm 0}h1{font-size:34pt;margin:0 0 4mm}h2{font-size:24pt;margin:0 0 "
                  "6mm}svg{width:110mm;height:110mm}"
                  ".address{font-size:13pt;word-break:break-all}ol{font-size:18pt;text-align:left;line-"
                  "height:1.6}p{font-size:14pt}"
                  "</style>",
                  english ? "en" : "zh-CN", english ? "Declaration sheets" : "自主申报张贴页");
    for (size_t i = 0; code == 0 && i < pack->division_count; i++)
        if (pack->divisions[i].level == DIVISION_VILLAGE && is_below(pack, (int)i, division))
            code = page(pack, (int)i, origin, english, out, err);
    buffer_string(out, "</html>\n");
    return code;
}
