/* Screening, eval and explain read the same way: only the columns they need, in one scan a register. */
#include "monitor/gather.h"

#include <stdlib.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "monitor/place.h"
#include "register/frame_load.h"
#include "register/size.h"

static bool **fields_new(const struct schema *schema)
{
    bool **used = mem_new(schema->register_count, sizeof *used);
    for (size_t i = 0; i < schema->register_count; i++)
        used[i] = mem_new(schema->registers[i].field_count, sizeof **used);
    return used;
}

static void fields_free(const struct schema *schema, bool **used)
{
    for (size_t i = 0; i < schema->register_count; i++) free(used[i]);
    free(used);
}

static bool any_field(const struct schema *schema, size_t reg, bool *const *used)
{
    for (size_t i = 0; i < schema->registers[reg].field_count; i++)
        if (used[reg][i]) return true;
    return false;
}

/* What the frame has to hold: fields by register, and registers wanted for their records. */
struct gathering {
    const struct schema *schema;
    bool **used;
    bool *wanted;
};

static struct gathering gathering_new(const struct pack *pack, const struct program_root *roots,
                                      size_t root_count, bool categories)
{
    const struct schema *schema = &pack->schema;
    struct gathering gathering = {schema, fields_new(schema), mem_new(schema->register_count, sizeof(bool))};
    for (size_t i = 0; i < root_count; i++) {
        formula_fields_used(schema, roots[i].node, gathering.used);
        gathering.wanted[roots[i].scope] = true;
    }
    if (categories) {
        if (pack->category >= 0) gathering.used[pack->subject][pack->category] = true;
        if (pack->subcategory >= 0) gathering.used[pack->subject][pack->subcategory] = true;
        gathering.wanted[pack->subject] = true;
        if (pack->people >= 0) gathering.wanted[pack->people] = true;
    }
    for (size_t i = 0; i < schema->register_count; i++)
        if (gathering.wanted[i] || any_field(schema, i, gathering.used))
            place_fields(pack, (int)i, gathering.used);
    return gathering;
}

static void gathering_fini(struct gathering *gathering)
{
    fields_free(gathering->schema, gathering->used);
    free(gathering->wanted);
}

static int load(struct database *database, struct gathering *gathering, int64_t entry,
                const struct frame_part *part, struct frame **out, struct err *err)
{
    const struct frame_request request = {
        .used = gathering->used, .wanted = gathering->wanted, .entry = entry, .part = part};
    int code = frame_load(database, &request, out, err);
    gathering_fini(gathering);
    return code;
}

int gather_frame(struct database *database, const struct program_root *roots, size_t root_count,
                 bool categories, int64_t entry, struct frame **out, struct err *err)
{
    struct gathering gathering = gathering_new(database_pack(database), roots, root_count, categories);
    return load(database, &gathering, entry, NULL, out, err);
}

int gather_part(struct database *database, const struct program_root *root, const struct frame_part *part,
                struct frame **out, struct err *err)
{
    struct gathering gathering = gathering_new(database_pack(database), root, 1, false);
    return load(database, &gathering, 0, part, out, err);
}

int gather_places(struct database *database, int reg, struct frame **out, struct err *err)
{
    struct gathering gathering = gathering_new(database_pack(database), NULL, 0, false);
    gathering.wanted[reg] = true;
    place_fields(database_pack(database), reg, gathering.used);
    return load(database, &gathering, 0, NULL, out, err);
}

struct frame_request gather_request(const struct pack *pack, const struct program_root *roots,
                                    size_t root_count, bool categories)
{
    struct gathering gathering = gathering_new(pack, roots, root_count, categories);
    return (struct frame_request){.used = gathering.used, .wanted = gathering.wanted};
}

void gather_request_free(const struct pack *pack, struct frame_request *request)
{
    struct gathering gathering = {&pack->schema, (bool **)(uintptr_t)request->used,
                                  (bool *)(uintptr_t)request->wanted};
    gathering_fini(&gathering);
}

/* ---- How large it would be ---- */

/* Bytes a row, as frames are usually packed. */
static int64_t width(enum type_kind kind)
{
    switch (kind) {
    case TYPE_BOOL:
    case TYPE_CODE:
    case TYPE_NULL:
        return 1;
    case TYPE_MONTH:
        return 2;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_DATE:
    case TYPE_RECORD:
        return 4;
    case TYPE_CODES:
    case TYPE_RATIO:
        return 8;
    case TYPE_TEXT:
        return 24;
    }
    return 8;
}

int gather_estimate(struct database *database, const struct program_root *roots, size_t root_count,
                    bool categories, int64_t *bytes, struct err *err)
{
    struct gathering gathering = gathering_new(database_pack(database), roots, root_count, categories);
    int code = 0;
    *bytes = 0;
    for (size_t i = 0; code == 0 && i < gathering.schema->register_count; i++) {
        const struct schema_register *reg = &gathering.schema->registers[i];
        int64_t row = 4 + 4, rows; /* its id, its place under its parent */
        if (!gathering.wanted[i] && !any_field(gathering.schema, i, gathering.used)) continue;
        for (size_t field = 0; field < reg->field_count; field++)
            if (gathering.used[i][field]) row += width(reg->fields[field].type.kind);
        code = database_rows(database, (int)i, &rows, err);
        if (code == 0) *bytes += row * rows;
    }
    gathering_fini(&gathering);
    return code;
}
