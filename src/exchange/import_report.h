/* Import report: what an import found, as JSON. The command line and the server give the same. */
#ifndef ZENGSHOU_EXCHANGE_IMPORT_REPORT_H
#define ZENGSHOU_EXCHANGE_IMPORT_REPORT_H

#include "base/json.h"
#include "exchange/import.h"

/* {rows, rejected, applied, errors, parts: [{register, new, changed, unchanged, rejected}], reasons: [{field,
 * count, rows, reason}], warnings: [{field, warning, count, rows}], columns: [{heading, field}],
 * unused_columns: [{heading, why}], differences: [{row, record, field, before, after}]}. Labels and reasons
 * are in the language; a reason of whole rows has the field "". errors: where the refused rows are; NULL or
 * nothing written: left out. */
void import_report_json(struct json_writer *json, const struct pack *pack, const struct import_report *report,
                        const char *language, const char *errors);

/* "" for field -1. */
struct text import_field_label(const struct pack *pack, const struct import_report *report, int part,
                               int field, const char *language);

/* Why a column fills nothing. Appended. */
void import_heading_why(const struct import_heading *heading, const char *language, struct buffer *out);

/* "5, 6, 9 …". Appended. */
void import_rows_text(const int64_t *rows, size_t count, int64_t total, struct buffer *out);

#endif
