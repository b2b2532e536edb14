/* One shape for what an import says, whoever asks. */
#include "exchange/import_report.h"

static const char *in(const char *language, const char *zh, const char *en)
{
    return language[0] == 'e' ? en : zh;
}

struct text import_field_label(const struct pack *pack, const struct import_report *report, int part,
                               int field, const char *language)
{
    if (field < 0) return TEXT("");
    return label_in(&pack->schema.registers[report->parts[part].reg].fields[field].label, language);
}

void import_heading_why(const struct import_heading *heading, const char *language, struct buffer *out)
{
    switch (heading->state) {
    case HEADING_REPEATED:
        buffer_string(out, in(language, "与另一列重复", "repeats another column"));
        break;
    case HEADING_BLANK:
    case HEADING_MAPPED:
    case HEADING_IGNORED:
        buffer_string(out, in(language, "此格式不取这一列", "not taken by this feed"));
        break;
    case HEADING_UNKNOWN:
        buffer_string(out, in(language, "不认识", "unknown"));
        if (heading->nearest.size > 0)
            buffer_printf(out, in(language, "，是不是“%.*s”？", "; did you mean '%.*s'?"),
                          TEXT_ARGS(heading->nearest));
        break;
    }
}

void import_rows_text(const int64_t *rows, size_t count, int64_t total, struct buffer *out)
{
    for (size_t i = 0; i < count; i++) buffer_printf(out, "%s%lld", i > 0 ? ", " : "", (long long)rows[i]);
    if ((int64_t)count < total) buffer_string(out, " …");
}

/* ---- Members ---- */

static void put_rows(struct json_writer *json, const int64_t *rows, size_t count, int64_t total)
{
    struct buffer list = {0};
    import_rows_text(rows, count, total, &list);
    json_member_text(json, "rows", buffer_get(&list));
    buffer_fini(&list);
}

static void put_parts(struct json_writer *json, const struct pack *pack, const struct import_report *report,
                      const char *language)
{
    json_put_key(json, "parts");
    json_put_array(json);
    for (size_t i = 0; i < report->part_count; i++) {
        const struct import_part *part = &report->parts[i];
        if (!part->spoken) continue;
        json_put_object(json);
        json_member_text(json, "register", label_in(&pack->schema.registers[part->reg].label, language));
        json_member_int(json, "new", part->counts.fresh);
        json_member_int(json, "changed", part->counts.changed);
        json_member_int(json, "unchanged", part->counts.unchanged);
        json_member_int(json, "rejected", part->counts.rejected_rows);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void put_reasons(struct json_writer *json, const struct pack *pack, const struct import_report *report,
                        const char *language)
{
    json_put_key(json, "reasons");
    json_put_array(json);
    for (size_t i = 0; i < report->reason_count; i++) {
        const struct import_reason *reason = &report->reasons[i];
        json_put_object(json);
        json_member_text(json, "field",
                         import_field_label(pack, report, reason->part, reason->field, language));
        json_member_int(json, "count", reason->count);
        put_rows(json, reason->rows, reason->row_count, reason->count);
        json_member_text(json, "reason", language[0] == 'e' ? reason->en : reason->zh);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void put_warnings(struct json_writer *json, const struct pack *pack,
                         const struct import_report *report, const char *language)
{
    json_put_key(json, "warnings");
    json_put_array(json);
    for (size_t i = 0; i < report->warning_count; i++) {
        const struct import_warning *warning = &report->warnings[i];
        json_put_object(json);
        json_member_text(json, "field",
                         import_field_label(pack, report, warning->part, warning->field, language));
        json_member_text(json, "warning", text_of(cell_warning_text(warning->kind, language)));
        json_member_int(json, "count", warning->count);
        put_rows(json, warning->rows, warning->row_count, warning->count);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void put_columns(struct json_writer *json, const struct pack *pack, const struct import_report *report,
                        const char *language)
{
    json_put_key(json, "columns");
    json_put_array(json);
    for (size_t i = 0; i < report->column_count; i++) {
        const struct import_column *column = &report->columns[i];
        json_put_object(json);
        json_member_text(json, "heading", column->heading);
        json_member_text(json, "field",
                         import_field_label(pack, report, column->part, column->field, language));
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_key(json, "unused_columns");
    json_put_array(json);
    for (size_t i = 0; i < report->heading_count; i++) {
        struct buffer why = {0};
        import_heading_why(&report->headings[i], language, &why);
        json_put_object(json);
        json_member_text(json, "heading", report->headings[i].text);
        json_member_text(json, "why", buffer_get(&why));
        json_put_object_end(json);
        buffer_fini(&why);
    }
    json_put_array_end(json);
}

static void put_differences(struct json_writer *json, const struct pack *pack,
                            const struct import_report *report, const char *language)
{
    size_t at = language[0] == 'e';
    json_put_key(json, "differences");
    json_put_array(json);
    for (size_t i = 0; i < report->difference_count; i++) {
        const struct import_difference *difference = &report->differences[i];
        json_put_object(json);
        json_member_int(json, "row", difference->row);
        json_member_text(json, "record", difference->record);
        json_member_text(json, "field",
                         import_field_label(pack, report, difference->part, difference->field, language));
        json_member_text(json, "before", difference->before[at]);
        json_member_text(json, "after", difference->after[at]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

void import_report_json(struct json_writer *json, const struct pack *pack, const struct import_report *report,
                        const char *language, const char *errors)
{
    json_put_object(json);
    json_member_int(json, "rows", report->rows);
    json_member_int(json, "rejected", report->rejected);
    json_member_bool(json, "applied", report->applied);
    if (errors != NULL && report->errors_written) json_member_text(json, "errors", text_of(errors));
    put_parts(json, pack, report, language);
    put_reasons(json, pack, report, language);
    put_warnings(json, pack, report, language);
    put_columns(json, pack, report, language);
    put_differences(json, pack, report, language);
    json_put_object_end(json);
}
