/* Clerks type, programs export, spreadsheet programs convert behind everybody's back: this is where it is all
 * read back into what was meant, and refused where that cannot be known. */
#include "exchange/cell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/idcard.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/money.h"
#include "pack/value.h"
#include "register/write.h"

enum {
    REMEMBERED_MOST = 10000, /* spellings a field */
    EMPTY_MOST = 16          /* bytes of the longest built-in spelling of "empty" */
};

struct cell_reader {
    const struct pack *pack;
    struct validator *validator;
    struct map **known; /* [register][field]: spellings already read, for BOOL, CODE and CODES */
    struct buffer scratch;
    bool epoch_1904;
};

struct cell_reader *cell_reader_new(const struct pack *pack, bool epoch_1904)
{
    struct cell_reader *reader = mem_new(1, sizeof *reader);
    reader->pack = pack;
    reader->epoch_1904 = epoch_1904;
    reader->validator = validator_new(pack);
    reader->known = mem_new(pack->schema.register_count, sizeof *reader->known);
    return reader;
}

void cell_reader_free(struct cell_reader *reader)
{
    if (reader == NULL) return;
    for (size_t reg = 0; reg < reader->pack->schema.register_count; reg++) {
        if (reader->known[reg] == NULL) continue;
        for (size_t i = 0; i < reader->pack->schema.registers[reg].field_count; i++)
            map_fini(&reader->known[reg][i]);
        free(reader->known[reg]);
    }
    free(reader->known);
    validator_free(reader->validator);
    buffer_fini(&reader->scratch);
    free(reader);
}

const char *cell_warning_text(enum cell_warning warning, const char *language)
{
    bool english = strcmp(language, "en") == 0;
    switch (warning) {
    case CELL_FINE:
        return "";
    case CELL_IDCARD_FORM:
        return english ? "not of the form of an identity number (18) or disability number (20 or 22)"
                       : "不是身份证号（18位）或残疾证号（20或22位）的样子";
    case CELL_IDCARD_CHECK:
        return english ? "identity number with a wrong province, birth date or check digit"
                       : "身份证号的地区、出生日期或校验码不对";
    case CELL_PHONE_FORM:
        return english ? "not a mobile number" : "不是手机号";
    case CELL_DIGITS_FORM:
        return english ? "not only digits" : "不全是数字";
    case CELL_DIGITS_LOST:
        return english ? "long number stored as a number, its last digits are lost: store the column as text"
                       : "长号码存成了数值，末几位已丢失；请把这一列设为文本后重新录入";
    case CELL_WARNINGS:
        break;
    }
    return "";
}

/* ---- Blanks ---- */

static bool among(struct text text, const struct text *spellings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_fold_equal(text, spellings[i])) return true;
    return false;
}

static bool is_empty(const struct pack_field *meta, struct text text)
{
    static const struct text built_in[] = {{"-", 1}, {"—", 3}, {"——", 6}, {"无数据", 9}, {"NULL", 4}};
    if (text.size == 0) return true;
    if (text.size <= EMPTY_MOST && among(text, built_in, sizeof built_in / sizeof built_in[0])) return true;
    return among(text, meta->empty, meta->empty_count);
}

/* ---- Text ---- */

/* An apostrophe in front is how spreadsheets say "this is text"; our own CSV puts it before what looks like a
 * formula. */
static struct text without_apostrophe(struct text text, bool number)
{
    if (text.size < 2 || text.at[0] != '\'') return text;
    bool ours = memchr("=+-@\t\r", text.at[1], 6) != NULL;
    return number || ours ? (struct text){text.at + 1, text.size - 1} : text;
}

/* Numbers as people write and programs export them: narrow, without blanks, dashes, a stray ".0"; X in upper
 * case. */
static struct text clean_number(struct text text, struct buffer *scratch)
{
    struct buffer narrow = {0};
    buffer_clear(scratch);
    text_narrow(text, &narrow);
    for (size_t offset = 0; offset < narrow.size;) {
        size_t before = offset;
        uint32_t c = text_next(buffer_get(&narrow), &offset);
        if (c == '-' || c == 0x2010 || c == 0x2013 || c == 0x2014 ||
            text_trim((struct text){narrow.data + before, offset - before}).size == 0)
            continue;
        if (c == 'x')
            buffer_char(scratch, 'X');
        else
            buffer_add(scratch, narrow.data + before, offset - before);
    }
    buffer_fini(&narrow);
    struct text clean = buffer_get(scratch);
    if (clean.size > 2 && text_ends(clean, TEXT(".0"))) clean.size -= 2;
    return clean;
}

static bool all_digits(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    return text.size > 0;
}

static enum cell_warning check_idcard(struct text number)
{
    bool form = (number.size == 18 || number.size == 20 || number.size == 22) &&
                all_digits((struct text){number.at, 17}) &&
                (number.at[17] == 'X' || (number.at[17] >= '0' && number.at[17] <= '9')) &&
                (number.size == 18 || all_digits((struct text){number.at + 18, 2}));
    if (!form) return CELL_IDCARD_FORM;
    return idcard_valid((struct text){number.at, 18}) ? CELL_FINE : CELL_IDCARD_CHECK;
}

static enum cell_warning check_form(enum pack_format format, struct text text)
{
    switch (format) {
    case FORMAT_PLAIN:
        return CELL_FINE;
    case FORMAT_IDCARD:
        return check_idcard(text);
    case FORMAT_PHONE:
        return text.size == 11 && all_digits(text) && text.at[0] == '1' && text.at[1] >= '3'
                   ? CELL_FINE
                   : CELL_PHONE_FORM;
    case FORMAT_DIGITS:
        return all_digits(text) ? CELL_FINE : CELL_DIGITS_FORM;
    case FORMAT_UNIT: /* refused by the door, not only warned of */
        return CELL_FINE;
    }
    return CELL_FINE;
}

static bool lost_digits(const struct sheet_cell *cell)
{
    return cell->kind == SHEET_NUMBER && cell->text.size > 15 && all_digits(cell->text);
}

static void read_text(struct cell_reader *reader, const struct pack_field *meta,
                      const struct sheet_cell *cell, struct text text, struct value *value,
                      enum cell_warning *warning)
{
    text = without_apostrophe(text, meta->format != FORMAT_PLAIN);
    if (meta->format != FORMAT_PLAIN) text = clean_number(text, &reader->scratch);
    *warning = lost_digits(cell) ? CELL_DIGITS_LOST : check_form(meta->format, text);
    *value = (struct value){.known = text.size > 0, .text = text};
}

/* ---- Numbers ---- */

/* k for 10^k, else -1. */
static int power_of_ten(int64_t number)
{
    int power = 0;
    for (; number >= 10 && number % 10 == 0; number /= 10) power++;
    return number == 1 ? power : -1;
}

/* The cell counts in scale_by of the field's units. A power of ten only moves the point, so that nothing is
 * rounded before it must be. */
static int read_scaled(const struct schema *schema, struct type type, int64_t scale_by, struct text text,
                       struct value *value, struct err *err)
{
    int digits = type.kind == TYPE_MONEY ? 2 : type.kind == TYPE_DECIMAL ? 4 : 0;
    int power = power_of_ten(scale_by);
    int64_t number;
    bool own_unit = text_ends(text, TEXT("元"));
    if (!own_unit && power >= 0 && fixed_parse(text, digits + power, &number)) {
        *value = (struct value){.known = true, .integer = number};
        return 0;
    }
    int code = pack_value_parse(schema, type, text, value, err);
    if (code < 0 || own_unit) return code;
    if (power < 0 && fixed_scale(value->integer, scale_by, 1, &value->integer)) return 0;
    return err_set(err, ERR_INPUT, "“%.*s”太大", "`%.*s` is too large", TEXT_ARGS(text));
}

/* ---- Dates ---- */

/* A cell that was never formatted as a date holds the serial number: at most five digits before the point,
 * which no other spelling of a date has. */
static struct text date_text(const struct cell_reader *reader, const struct sheet_cell *cell,
                             struct text text, char out[SHEET_DATE_TEXT])
{
    if (cell->kind == SHEET_DATE && text.size > 10) return (struct text){text.at, 10};
    size_t whole = 0;
    while (whole < text.size && text.at[whole] >= '0' && text.at[whole] <= '9') whole++;
    if (cell->kind != SHEET_NUMBER || whole == 0 || whole > 5 || text.size >= 32) return text;
    char digits[32];
    snprintf(digits, sizeof digits, "%.*s", TEXT_ARGS(text));
    /* Four digits are a year by itself far sooner than a day before 1928. */
    if (whole < 5 || !sheet_serial_date(strtod(digits, NULL), reader->epoch_1904, out)) return text;
    return (struct text){out, 10};
}

/* ---- Codes ---- */

static struct map *remembered(struct cell_reader *reader, int reg, int field)
{
    struct map **fields = &reader->known[reg];
    if (*fields == NULL) *fields = mem_new(reader->pack->schema.registers[reg].field_count, sizeof **fields);
    return &(*fields)[field];
}

static int read_fresh_code(const struct schema *schema, struct type type, const struct pack_field *meta,
                           struct text text, struct value *value, struct err *err)
{
    if (type.kind == TYPE_BOOL) {
        bool yes = among(text, meta->yes, meta->yes_count);
        if (yes || among(text, meta->no, meta->no_count)) {
            *value = (struct value){.known = true, .integer = yes};
            return 0;
        }
    }
    if (type.kind == TYPE_CODES) return pack_codes_parse(schema, type, text, meta->separators, value, err);
    return pack_value_parse(schema, type, text, value, err);
}

/* Columns of codes repeat a few spellings endlessly, so each is looked up once. */
static int read_code(struct cell_reader *reader, int reg, int field, struct text text, struct value *value,
                     struct err *err)
{
    const struct schema *schema = &reader->pack->schema;
    struct type type = schema->registers[reg].fields[field].type;
    const struct pack_field *meta = &reader->pack->registers[reg].fields[field];
    struct map *known = remembered(reader, reg, field);
    size_t met;
    if (map_get(known, text, &met)) {
        *value = (struct value){.known = true, .integer = (int64_t)met};
        return 0;
    }
    int code = read_fresh_code(schema, type, meta, text, value, err);
    if (code < 0 && text.size > 2 &&
        text_ends(text, TEXT(".0"))) /* a code number that passed through a program of numbers */
        code = read_fresh_code(schema, type, meta, (struct text){text.at, text.size - 2}, value, NULL) == 0
                   ? 0
                   : code;
    if (code == 0 && known->count < REMEMBERED_MOST) map_put(known, text, (size_t)value->integer);
    return code;
}

/* ---- All types ---- */

static int read_typed(struct cell_reader *reader, int reg, int field, int64_t scale_by,
                      const struct sheet_cell *cell, struct text text, struct value *value,
                      enum cell_warning *warning, struct err *err)
{
    const struct schema *schema = &reader->pack->schema;
    struct type type = schema->registers[reg].fields[field].type;
    char date[SHEET_DATE_TEXT];
    switch (type.kind) {
    case TYPE_BOOL:
    case TYPE_CODE:
    case TYPE_CODES:
        return read_code(reader, reg, field, text, value, err);
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
        if (scale_by != 1) return read_scaled(schema, type, scale_by, text, value, err);
        return pack_value_parse(schema, type, text, value, err);
    case TYPE_DATE:
    case TYPE_MONTH:
        return pack_value_parse(schema, type, date_text(reader, cell, text, date), value, err);
    case TYPE_RATIO:
        return pack_value_parse(schema, type, text, value, err);
    case TYPE_TEXT:
    case TYPE_RECORD:
        read_text(reader, &reader->pack->registers[reg].fields[field], cell, text, value, warning);
        return 0;
    case TYPE_NULL:
        break;
    }
    return err_set(err, ERR_INPUT, "这个字段不能从表格填写", "this field cannot be filled from a sheet");
}

int cell_read(struct cell_reader *reader, int reg, int field, int64_t scale_by, const struct sheet_cell *cell,
              struct arena *arena, struct value *value, enum cell_warning *warning, struct err *err)
{
    *value = (struct value){0};
    *warning = CELL_FINE;
    struct text text = text_trim(cell->text);
    if (cell->kind == SHEET_BLANK || is_empty(&reader->pack->registers[reg].fields[field], text)) return 0;
    if (cell->kind == SHEET_ERROR)
        return err_set(
            err, ERR_INPUT, "单元格的公式没有得出值（%.*s）；请改成值，或在 WPS 或 Excel 中打开后重新保存",
            "the cell's formula has no value (%.*s); put a value, or open the file and save it again",
            TEXT_ARGS(text));
    int code = read_typed(reader, reg, field, scale_by, cell, text, value, warning, err);
    if (code < 0 || !value->known) return code;
    enum type_kind kind = reader->pack->schema.registers[reg].fields[field].type.kind;
    if (kind == TYPE_TEXT || kind == TYPE_RECORD) value->text = arena_text(arena, value->text);
    return kind == TYPE_RECORD ? 0 : validator_check(reader->validator, reg, field, value, err);
}
