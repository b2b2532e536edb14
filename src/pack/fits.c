/* `fits` of a reference: which records are proposed for it, by what the record above says; `known_by`: which
 * one it should be, by what the record itself says. */
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

static bool can_be_asked(const struct pack *pack, int reg, int field)
{
    return pack->schema.registers[reg].fields[field].type.kind == TYPE_TEXT &&
           pack->registers[reg].fields[field].sensitive != SENSITIVE_HEALTH;
}

void read_known_by(struct reader *reader, const struct yaml_node *node, int reg, int field,
                   struct pack_field *meta)
{
    const struct schema *schema = &reader->pack->schema;
    const struct yaml_node *mapping = yaml_get(node, "known_by"), *pair = yaml_item(mapping, 0);
    struct type type = schema->registers[reg].fields[field].type;
    if (mapping == NULL || !yaml_is(mapping, YAML_MAPPING, reader->faults)) return;
    if (type.kind != TYPE_RECORD || yaml_count(mapping) != 1 || yaml_kind(pair) != YAML_MAPPING ||
        yaml_count(pair) != 1) {
        yaml_fault(mapping, reader->faults,
                   "reference 字段写成 known_by: {登记册: {它的字段: 本登记册的字段}}",
                   "a reference has `known_by: {REGISTER: {its field: field of this register}}`");
        return;
    }
    int other = reader_reference(reader, yaml_key(mapping, 0), &reader->registers, DOCUMENT_REGISTERS,
                                 "登记册", "register");
    if (other < 0) return;
    if (schema->registers[other].parent != type.record) {
        yaml_fault(yaml_key(mapping, 0), reader->faults, "这个登记册不挂在所引用的登记册上",
                   "that register does not hang on the one that is referred to");
        return;
    }
    struct pack_known_by known = {true, other, reader_field(reader, yaml_key(pair, 0), other),
                                  reader_field(reader, yaml_item(pair, 0), reg)};
    if (known.theirs < 0 || known.own < 0) return;
    if (can_be_asked(reader->pack, other, known.theirs) && can_be_asked(reader->pack, reg, known.own))
        meta->known_by = known;
    else
        yaml_fault(pair, reader->faults, "两个字段都应是 text 类型，且不是健康信息",
                   "expected two fields of type text that say nothing of health");
}
