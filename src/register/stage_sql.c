/* The SQL that the steps of a stage have in common: names, links between parts, conditions, refusals. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "register/stage_private.h"

enum {
    CHAIN_MAX = 100
}; /* databases limit how deep an expression nests; a AND b AND c … nests once an item */

static void expand(const struct stage *stage, struct buffer *sql, const char *at)
{
    for (; *at != '\0'; at++) {
        if (*at == '$')
            buffer_string(sql, stage->prefix);
        else if (*at == '@')
            buffer_printf(sql, "%s%s", stage->prefix, stage->rows);
        else
            buffer_char(sql, *at);
    }
}

void stage_sql(const struct stage *stage, struct buffer *sql, const char *format, ...)
{
    struct buffer text = {0};
    va_list args;
    va_start(args, format);
    buffer_vprintf(&text, format, args);
    va_end(args);
    if (text.data != NULL) expand(stage, sql, text.data);
    buffer_fini(&text);
}

int stage_run(struct stage *stage, struct buffer *sql, struct err *err)
{
    return sql_run(stage->store, sql, err);
}

int stage_ask(struct stage *stage, int64_t *value, struct err *err, const char *format, ...)
{
    struct buffer text = {0}, sql = {0};
    va_list args;
    va_start(args, format);
    buffer_vprintf(&text, format, args);
    va_end(args);
    expand(stage, &sql, text.data);
    bool found;
    *value = 0;
    int code = store_query_int(stage->store, sql.data, value, &found, err);
    buffer_fini(&text);
    buffer_fini(&sql);
    return code;
}

void stage_note_table(struct stage *stage, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_vprintf(&stage->tables, format, args);
    va_end(args);
    buffer_char(&stage->tables, '\0');
}

int stage_table(struct stage *stage, const char *name, const char *const *columns, size_t count,
                struct err *err)
{
    char full[64];
    struct bulk *bulk;
    snprintf(full, sizeof full, "%s%s", stage->prefix, name);
    stage_note_table(stage, "%s", name);
    int code = bulk_begin(stage->store, full, columns, count, &bulk, err);
    return code == 0 ? bulk_end(bulk, err) : code;
}

/* ---- Chains ---- */

void stage_link(struct stage_chain *chain)
{
    if (chain->count == 0)
        buffer_string(chain->sql, "((");
    else if (chain->count % CHAIN_MAX == 0)
        buffer_printf(chain->sql, ")%s(", chain->between);
    else
        buffer_string(chain->sql, chain->between);
    chain->count++;
}

void stage_chain_end(struct stage_chain *chain)
{
    if (chain->count > 0) buffer_string(chain->sql, "))");
}

/* ---- Fields ---- */

bool stage_in_key(const struct stage_part *part, int field)
{
    for (size_t i = 0; i < part->feed->key_count; i++)
        if (part->feed->key[i] == field) return true;
    return false;
}

bool stage_has_value(const struct stage_part *part, size_t field)
{
    return part->fields[field].link >= 0 || part->fields[field].seen;
}

void stage_value(const struct stage *stage, struct buffer *sql, int part, int field)
{
    if (stage->parts[part].fields[field].link >= 0)
        buffer_printf(sql, "k%d.id", field);
    else
        buffer_printf(sql, "r.p%d_f%d", part, field);
}

void stage_given(const struct stage *stage, struct buffer *sql, int part, int field, bool multi)
{
    int link = stage->parts[part].fields[field].link;
    if (link < 0)
        buffer_printf(sql, "r.p%d_f%d IS NOT NULL", part, field);
    else if (multi)
        buffer_printf(sql, "r.p%d_s%d IS NOT NULL", part, field);
    else
        buffer_printf(sql, "r.p%d IS NOT NULL", link);
}

void stage_joins(const struct stage *stage, struct buffer *sql, int part, bool multi, bool only_key)
{
    const struct stage_part *meta = &stage->parts[part];
    for (size_t i = 0; i < meta->meta->field_count; i++) {
        int link = meta->fields[i].link;
        if (link < 0 || (only_key && !stage_in_key(meta, (int)i))) continue;
        bool map = !multi && stage->parts[link].grouped;
        if (map) stage_sql(stage, sql, " LEFT JOIN $map%d AS g%zu ON g%zu.row = r.row", link, i, i);
        stage_sql(stage, sql, " LEFT JOIN $record%d AS k%zu ON k%zu.slot = ", link, i, i);
        if (multi)
            buffer_printf(sql, "r.p%d_s%zu", part, i);
        else if (map)
            buffer_printf(sql, "coalesce(g%zu.slot, r.row) AND r.p%d IS NOT NULL", i, link);
        else
            buffer_printf(sql, "r.row AND r.p%d IS NOT NULL", link);
    }
}

void stage_key_columns(const struct stage *stage, int part, void (*each)(void *context, int part, int field),
                       void *context)
{
    const struct stage_part *meta = &stage->parts[part];
    for (size_t i = 0; i < meta->feed->key_count; i++) {
        int field = meta->feed->key[i];
        if (meta->fields[field].link >= 0)
            stage_key_columns(stage, meta->fields[field].link, each, context);
        else
            each(context, part, field);
    }
}

struct complete {
    struct buffer *sql;
    const char *alias;
};

static void each_complete(void *context, int part, int field)
{
    const struct complete *complete = context;
    buffer_printf(complete->sql, " AND %s.p%d_f%d IS NOT NULL", complete->alias, part, field);
}

void stage_complete(const struct stage *stage, struct buffer *sql, const char *alias, int part)
{
    struct complete complete = {sql, alias};
    buffer_printf(sql, "%s.p%d IS NOT NULL", alias, part);
    stage_key_columns(stage, part, each_complete, &complete);
}

void stage_single(const struct stage *stage, struct buffer *sql, int part)
{
    stage_sql(stage, sql, " AND NOT EXISTS (SELECT 1 FROM $bad AS b WHERE b.row = r.row)");
    if (stage->parts[part].grouped)
        stage_sql(stage, sql, " AND NOT EXISTS (SELECT 1 FROM $map%d AS m WHERE m.row = r.row)", part);
}

/* ---- Refusals ---- */

static int refuse(struct stage *stage, int part, int field, const char *zh, const char *en, bool bound,
                  const char *from, struct err *err)
{
    struct buffer sql = {0};
    struct statement *statement;
    stage_sql(stage, &sql, "INSERT INTO $reject (row, part, field, zh, en) SELECT r.row, %d, %d, ", part,
              field);
    buffer_printf(&sql, "%s, %s ", bound ? "?1" : zh, bound ? "?2" : en);
    buffer_string(&sql, from);
    int code = sql_prepare(stage->store, &sql, &statement, err);
    buffer_fini(&sql);
    if (code != 0) return code;
    if (bound) {
        statement_bind_text(statement, 1, text_of(zh));
        statement_bind_text(statement, 2, text_of(en));
    }
    code = statement_run(statement, err);
    statement_free(statement);
    return code;
}

int stage_refuse_where(struct stage *stage, int part, int field, const char *zh, const char *en,
                       const char *from, struct err *err)
{
    return refuse(stage, part, field, zh, en, true, from, err);
}

int stage_refuse_select(struct stage *stage, int part, int field, const char *zh, const char *en,
                        const char *from, struct err *err)
{
    return refuse(stage, part, field, zh, en, false, from, err);
}

int stage_collect_bad(struct stage *stage, int pass, int64_t *added, struct err *err)
{
    struct buffer sql = {0};
    stage_sql(stage, &sql,
              "INSERT INTO $bad (row, pass) SELECT DISTINCT j.row, %d FROM $reject AS j "
              "WHERE NOT EXISTS (SELECT 1 FROM $bad AS b WHERE b.row = j.row)",
              pass);
    int code = stage_run(stage, &sql, err);
    *added = code == 0 ? store_changes(stage->store) : 0;
    buffer_fini(&sql);
    return code;
}
