/* A family's page and a form that was saved ask the same of the rules; both must tell no more than the user
 * may see. */
#include "monitor/finding.h"

#include <stdlib.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "monitor/place.h"

void finding_list_fini(struct finding_list *list)
{
    free(list->items);
    *list = (struct finding_list){0};
}

const struct finding_item *finding_find(const struct finding_list *list, const struct finding_item *like)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct finding_item *item = &list->items[i];
        if (item->rule == like->rule && item->reg == like->reg && item->id == like->id) return item;
    }
    return NULL;
}

static int collect_rows(struct rulebook_desk *desk, struct rulebook_day *day, const struct pack *pack,
                        struct frame *frame, int reg, uint32_t first, size_t rows, struct finding_list *out,
                        struct err *err)
{
    int *findings = mem_new(pack->rule_count * rows, sizeof *findings);
    int code = rulebook_find(desk, day, frame, reg, first, rows, REACH_FAMILY, findings, err);
    for (size_t r = 0; code == 0 && r < rows; r++)
        for (size_t i = 0; i < pack->rule_count; i++) {
            int finding = findings[r * pack->rule_count + i];
            uint32_t row = first + (uint32_t)r;
            if (pack->rules[i].scope != reg || finding <= RULE_MISSES) continue;
            out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
            out->items[out->count++] =
                (struct finding_item){(int)i, reg, frame_id(frame, reg, row), row, finding};
        }
    free(findings);
    return code;
}

int finding_collect(struct rulebook_desk *desk, struct rulebook_day *day, const struct pack *pack,
                    struct frame *frame, uint32_t subject, int reg, uint32_t row, struct finding_list *out,
                    struct err *err)
{
    int code = collect_rows(desk, day, pack, frame, pack->subject, subject, 1, out, err);
    if (code == 0 && pack->people >= 0 && frame->registers[pack->people].declared) {
        const uint32_t *members = &frame->registers[pack->people].child_offsets[subject];
        code =
            collect_rows(desk, day, pack, frame, pack->people, members[0], members[1] - members[0], out, err);
    }
    if (code == 0 && reg >= 0 && reg != pack->subject && reg != pack->people && row != FRAME_NO_ROW)
        code = collect_rows(desk, day, pack, frame, reg, row, 1, out, err);
    return code;
}

/* ---- Sentences ---- */

static bool tells(const struct scope *scope, enum pack_sensitive kind)
{
    return kind == SENSITIVE_NO || (kind == SENSITIVE_HEALTH && scope_unmasks(scope, kind));
}

bool finding_may_tell(const struct scope *scope, const struct pack *pack, const struct node *node)
{
    const struct schema *schema = &pack->schema;
    struct arena arena = {0};
    bool **used = arena_array(&arena, schema->register_count, sizeof *used), may = true;
    for (size_t r = 0; r < schema->register_count; r++) {
        used[r] = arena_array(&arena, schema->registers[r].field_count, sizeof **used);
        for (size_t f = 0; f < schema->registers[r].field_count; f++) used[r][f] = false;
    }
    formula_fields_used(schema, node, used);
    for (size_t r = 0; r < schema->register_count; r++)
        for (size_t f = 0; f < schema->registers[r].field_count; f++)
            if (used[r][f] && !tells(scope, pack->registers[r].fields[f].sensitive)) may = false;
    arena_fini(&arena);
    return may;
}

int finding_describe(struct describer *describer, const struct scope *scope, const struct pack *pack,
                     const struct finding_item *item, const char *language, struct description *out,
                     struct err *err)
{
    const struct node *node = pack->rules[item->rule].node;
    int code = describe(describer, node, item->reg, item->row, out, err);
    if (code == 0 && !finding_may_tell(scope, pack, node))
        out->sentence = language[0] == 'e'
                            ? TEXT("The reason rests on sensitive facts, which are not shown here.")
                            : TEXT("依据涉及敏感信息，此处不显示。");
    return code;
}
