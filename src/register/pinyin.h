/* Pinyin: how a Chinese name is typed on a Latin keyboard. The readings come from ICU and surnames.tsv, as a
 * table made by the build (tools/pinyin/make.c). */
#ifndef ZENGSHOU_REGISTER_PINYIN_H
#define ZENGSHOU_REGISTER_PINYIN_H

#include "base/text.h"

/* Appends the initials (张小明: zxm) and the whole reading (zhangxiaoming). A surname at the beginning is
 * read as a surname (曾: zeng), ü is v, Latin letters (lower case) and digits are themselves, all else is
 * passed over. Neither grows beyond PINYIN_MAX. False, and nothing appended: it has no Chinese character with
 * a reading. */
enum { PINYIN_MAX = 128 };
bool pinyin_of(struct text name, struct buffer *initials, struct buffer *whole);

/* May somebody who types this mean pinyin? At least two Latin letters and digits, one of them a letter. Then
 * appends them in lower case. */
bool pinyin_asked(struct text words, struct buffer *out);

#endif
