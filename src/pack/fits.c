/* `fits` of a reference: which records are proposed for it, by what the record above says. */
#include "pack/reader.h"

static bool same_kind(struct type theirs, struct type own)
{
    bool code = own.kind == TYPE_CODE && (theirs.kind == TYPE_CODE || theirs.kind == TYPE_CODES);
    return code ? theirs.dictionary == own.dictionary : theirs.kind == own.kind && own.kind == TYPE_TEXT;
}

void read_fits(struct reader *reader, const struct yaml_node *node, int reg, int field,
               struct pack_field *meta)
{
    const struct schema *schema = &reader->pack->schema;
    const struct yaml_node *mapping = yaml_get(node, "fits");
    int target = schema->registers[reg].fields[field].type.record, parent = schema->registers[reg].parent;
    if (mapping == NULL || !yaml_is(mapping, YAML_MAPPING, reader->faults)) return;
    if (schema->registers[reg].fields[field].type.kind != TYPE_RECORD || parent < 0) {
        yaml_fault(mapping, reader->faults, "fits 只用于有上级的登记册的 reference 字段",
                   "`fits` is only for references of a register that has a parent");
        return;
    }
    struct pack_fit *fits = arena_array(reader->arena, yaml_count(mapping), sizeof *fits);
    for (size_t i = 0; i < yaml_count(mapping); i++) {
        const struct yaml_node *item = yaml_item(mapping, i);
        struct pack_fit fit = {reader_field(reader, yaml_key(mapping, i), target),
                               reader_field(reader, item, parent)};
        if (fit.theirs < 0 || fit.own < 0) continue;
        if (same_kind(schema->registers[target].fields[fit.theirs].type,
                      schema->registers[parent].fields[fit.own].type))
            fits[meta->fit_count++] = fit;
        else
            yaml_fault(item, reader->faults, "两个字段应同为文字，或用同一个字典",
                       "expected two texts, or two fields of one dictionary");
    }
    meta->fits = fits;
}
