/* Screening, eval and explain read the same way: only the columns they need, in one scan a register. */
#include "monitor/gather.h"

#include <stdlib.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "monitor/place.h"
#include "register/frame_load.h"

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

int gather_frame(struct database *database, const struct program_root *roots, size_t root_count, bool categories,
                 int64_t entry, struct frame **out, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct schema *schema = &pack->schema;
    bool **used = fields_new(schema);
    bool *wanted = mem_new(schema->register_count, sizeof *wanted);
    for (size_t i = 0; i < root_count; i++) {
        formula_fields_used(schema, roots[i].node, used);
        wanted[roots[i].scope] = true;
    }
    if (categories) {
        if (pack->category >= 0) used[pack->subject][pack->category] = true;
        if (pack->subcategory >= 0) used[pack->subject][pack->subcategory] = true;
        wanted[pack->subject] = true;
        if (pack->people >= 0) wanted[pack->people] = true;
    }
    for (size_t i = 0; i < schema->register_count; i++)
        if (wanted[i] || any_field(schema, i, used)) place_fields(pack, (int)i, used);
    const struct frame_request request = {.used = used, .wanted = wanted, .entry = entry};
    int code = frame_load(database, &request, out, err);
    fields_free(schema, used);
    free(wanted);
    return code;
}
