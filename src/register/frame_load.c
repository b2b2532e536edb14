/* One ordered scan a register, only the columns that formulas read, each decoded once into the builder's
 * columns. */
#include "register/frame_load.h"

#include <stdlib.h>

#include "base/mem.h"
#include "register/database_private.h"
#include "register/former.h"
#include "register/frame_rows.h"
#include "register/past.h"
#include "register/sql.h"

struct loader {
    struct database *database;
    const struct pack *pack;
    bool *loaded;   /* registers */
    bool **columns; /* [register][field] */
    int64_t entry;  /* 0: as it stands now */
    const struct frame_part *part, *other;
    struct frame_builder *builder;
};

/* ---- What to load ---- */

/* A register comes with what it hangs on, and with what its loaded references lead to: a reference into a
 * register that is not there would read as unknown. */
static void mark(struct loader *loader, int reg)
{
    if (loader->loaded[reg]) return;
    loader->loaded[reg] = true;
    const struct schema_register *meta = register_of(loader->pack, reg);
    if (meta->parent_field >= 0) loader->columns[reg][meta->parent_field] = true;
    for (size_t i = 0; i < meta->field_count; i++)
        if (loader->columns[reg][i] && meta->fields[i].type.kind == TYPE_RECORD)
            mark(loader, meta->fields[i].type.record);
}

static struct loader loader_new(struct database *database, const struct frame_request *request)
{
    bool *const *used = request->used;
    const bool *wanted = request->wanted;
    const struct schema *schema = &database->pack->schema;
    struct loader loader = {.database = database,
                            .pack = database->pack,
                            .entry = request->entry,
                            .part = request->part,
                            .other = request->other};
    loader.loaded = mem_new(schema->register_count, sizeof *loader.loaded);
    loader.columns = mem_new(schema->register_count, sizeof *loader.columns);
    loader.builder = frame_builder_new(schema);
    for (size_t reg = 0; reg < schema->register_count; reg++) {
        size_t count = schema->registers[reg].field_count;
        loader.columns[reg] = mem_new(count, sizeof **loader.columns);
        for (size_t i = 0; i < count; i++) loader.columns[reg][i] = used[reg] != NULL && used[reg][i];
    }
    for (size_t reg = 0; reg < schema->register_count; reg++) {
        bool any = wanted != NULL && wanted[reg];
        for (size_t i = 0; i < schema->registers[reg].field_count; i++) any = any || loader.columns[reg][i];
        if (any) mark(&loader, (int)reg);
    }
    return loader;
}

static void loader_fini(struct loader *loader)
{
    for (size_t reg = 0; reg < loader->pack->schema.register_count; reg++) free(loader->columns[reg]);
    free(loader->columns);
    free(loader->loaded);
    frame_builder_free(loader->builder);
}

/* ---- One register ---- */

struct scan {
    struct frame_rows rows;
    struct past *past; /* NULL: as they stand now */
};

static int scan_begin(struct loader *loader, int reg, struct scan *scan, struct err *err)
{
    struct buffer sql = {0};
    frame_rows_select(&scan->rows, loader->database, reg, loader->columns[reg], &sql);
    if (loader->entry > 0) buffer_string(&sql, ", t.created, t.entry");
    buffer_string(&sql, " FROM ");
    sql_living(&sql, loader->pack, reg);
    buffer_string(&sql, " AS t");
    part_condition(&sql, loader->pack, reg, loader->part);
    part_condition(&sql, loader->pack, reg, loader->other);
    buffer_string(&sql, " ORDER BY ");
    int cluster = sql_cluster_field(loader->pack, reg);
    if (cluster >= 0) {
        sql_field(&sql, "t", loader->pack, reg, cluster);
        buffer_string(&sql, ", ");
    }
    buffer_string(&sql, "t.id");
    int code = sql_prepare(loader->database->store, &sql, &scan->rows.statement, err);
    buffer_fini(&sql);
    if (code == 0 && loader->entry > 0)
        code = past_new(loader->database, reg, loader->columns[reg], loader->entry, &scan->past, err);
    return code;
}

static void scan_fini(struct scan *scan)
{
    frame_rows_fini(&scan->rows);
    past_free(scan->past);
}

/* The records of the past that come before the row (cluster, id). */
static void load_displaced(struct loader *loader, int reg, const struct scan *scan, int64_t cluster,
                           int64_t id)
{
    struct past_row row;
    while (past_next(scan->past, cluster, id, &row))
        frame_builder_row(loader->builder, reg, row.id, row.values);
}

static void load_row(struct loader *loader, int reg, const struct scan *scan)
{
    const struct frame_rows *rows = &scan->rows;
    if (scan->past != NULL) {
        int behind = (int)rows->count + 1;
        load_displaced(loader, reg, scan, rows->cluster < 0 ? 0 : rows->values[rows->cluster].integer,
                       rows->id);
        if (!past_restore(scan->past, rows->id, statement_int(rows->statement, behind),
                          statement_int(rows->statement, behind + 1), rows->values))
            return;
    }
    frame_builder_row(loader->builder, reg, rows->id, rows->values);
}

static int load_register(struct loader *loader, int reg, struct err *err)
{
    struct scan scan = {0};
    int code = loader->database->former ? former_check(loader->database, reg, loader->columns[reg], err) : 0;
    frame_builder_fields(loader->builder, reg, loader->columns[reg]);
    if (code == 0) code = scan_begin(loader, reg, &scan, err);
    bool row;
    while (code == 0 && (code = frame_rows_step(&scan.rows, &row, err)) == 0 && row)
        load_row(loader, reg, &scan);
    if (code == 0 && scan.past != NULL) load_displaced(loader, reg, &scan, INT64_MAX, INT64_MAX);
    scan_fini(&scan);
    return code;
}

int frame_load(struct database *database, const struct frame_request *request, struct frame **out,
               struct err *err)
{
    *out = NULL;
    struct loader loader = loader_new(database, request);
    bool own = !store_in_transaction(database->store);
    int code = own ? store_begin_read(database->store, err) : 0;
    for (size_t reg = 0; code == 0 && reg < loader.pack->schema.register_count; reg++)
        if (loader.loaded[reg]) code = load_register(&loader, (int)reg, err);
    if (own) store_rollback(database->store); /* nothing was written */
    if (code == 0) {
        code = frame_builder_finish(loader.builder, out, err);
        loader.builder = NULL;
    }
    loader_fini(&loader);
    return code;
}
