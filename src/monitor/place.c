/* Lists, breakdowns and maps all ask where a record is; the answer comes from the frame, not from the
 * database. */
#include "monitor/place.h"

enum { NAMED_DEPTH = 4 }; /* of keys that are keys of others */

/* A key is written with the keys of what it refers to, so those are read too. */
static void name_fields(const struct pack *pack, int reg, bool **used, int depth)
{
    const struct pack_register *meta = &pack->registers[reg];
    for (size_t i = 0; i < meta->key_count; i++) {
        const struct schema_field *field = &pack->schema.registers[reg].fields[meta->key[i]];
        used[reg][meta->key[i]] = true;
        if (field->type.kind == TYPE_RECORD && depth > 0)
            name_fields(pack, field->type.record, used, depth - 1);
    }
    if (meta->name_field >= 0) used[reg][meta->name_field] = true;
}

void place_fields(const struct pack *pack, int reg, bool **used)
{
    for (int at = reg; at >= 0; at = pack->schema.registers[at].parent) {
        name_fields(pack, at, used, NAMED_DEPTH);
        if (pack->schema.registers[at].parent_field >= 0)
            used[at][pack->schema.registers[at].parent_field] = true;
        if (at == pack->division_register && pack->division_code >= 0) used[at][pack->division_code] = true;
    }
}

uint32_t place_row(const struct frame *frame, int reg, uint32_t row, int above)
{
    while (reg != above) {
        if (reg < 0 || row == FRAME_NO_ROW) return FRAME_NO_ROW;
        row = frame_parent(frame, reg, row);
        reg = frame->schema->registers[reg].parent;
    }
    return row;
}

int place_division(const struct pack *pack, const struct frame *frame, int reg, uint32_t row)
{
    if (pack->division_register < 0 || pack->division_code < 0) return -1;
    uint32_t at = place_row(frame, reg, row, pack->division_register);
    if (at == FRAME_NO_ROW) return -1;
    struct value code = frame_get(frame, pack->division_register, pack->division_code, at);
    return code.known ? pack_division_find(pack, code.text) : -1;
}

static void add_field(const struct pack *pack, const struct frame *frame, int reg, int field, uint32_t row,
                      struct buffer *out)
{
    struct type type = pack->schema.registers[reg].fields[field].type;
    struct value value = frame_get(frame, reg, field, row);
    if (type.kind == TYPE_RECORD && value.known) {
        place_record(pack, frame, type.record, frame_row(frame, type.record, value.integer), out);
        return;
    }
    if (type.kind == TYPE_TEXT && value.known)
        buffer_text(out, value.text);
    else
        value_format(&pack->schema, type, &value, pack->language, out);
}

void place_record(const struct pack *pack, const struct frame *frame, int reg, uint32_t row,
                  struct buffer *out)
{
    const struct pack_register *meta = &pack->registers[reg];
    for (size_t i = 0; i < meta->key_count; i++) {
        if (i > 0) buffer_char(out, '/');
        add_field(pack, frame, reg, meta->key[i], row, out);
    }
    bool is_key = meta->key_count == 1 && meta->key[0] == meta->name_field;
    if (meta->name_field < 0 || is_key) return;
    struct value name = frame_get(frame, reg, meta->name_field, row);
    if (!name.known) return;
    buffer_string(out, "（");
    add_field(pack, frame, reg, meta->name_field, row, out);
    buffer_string(out, "）");
}

/* A ledger row among those of its household is told apart by the rest of its key. */
static void add_own_key(const struct placer *placer, int reg, uint32_t row, struct buffer *out)
{
    const struct pack_register *meta = &placer->pack->registers[reg];
    size_t before = out->size;
    for (size_t i = 0; i < meta->key_count; i++) {
        if (meta->key[i] == placer->pack->schema.registers[reg].parent_field) continue;
        if (out->size > before) buffer_char(out, '/');
        add_field(placer->pack, placer->frame, reg, meta->key[i], row, out);
    }
}

void place_name(void *context, int reg, uint32_t row, const char *language, struct buffer *out)
{
    const struct placer *placer = context;
    const struct pack_register *meta = &placer->pack->registers[reg];
    (void)language; /* names and keys are the same in both */
    if (meta->name_field >= 0 && frame_get(placer->frame, reg, meta->name_field, row).known)
        add_field(placer->pack, placer->frame, reg, meta->name_field, row, out);
    else
        add_own_key(placer, reg, row, out);
}
