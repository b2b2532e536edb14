/* What a form comes to while it is typed: one row of the frame is replaced by the draft, and the definitions
 * run on it. */
#include "monitor/draft.h"

#include <stdlib.h>

#include "base/mem.h"
#include "formula/frame_edit.h"
#include "formula/program.h"

enum { NEW_RECORD = INT32_MAX }; /* the id of a record that is not there yet: behind the others of a parent */

static bool stands(const struct pack *pack, size_t definition, int reg)
{
    return pack->schema.definitions[definition].scope == reg && pack->definitions[definition].beside >= 0;
}

bool draft_has(const struct pack *pack, int reg)
{
    for (size_t i = 0; i < pack->schema.definition_count; i++)
        if (stands(pack, i, reg)) return true;
    return false;
}

static bool changes(const struct pack *pack, const struct record_change *change)
{
    for (size_t i = 0; change->given != NULL && i < pack->schema.registers[change->reg].field_count; i++)
        if (change->given[i]) return true;
    return false;
}

/* The frame with the draft in the record's place; NULL: it cannot stand there. */
static struct frame *put_draft(const struct pack *pack, const struct frame *frame,
                               const struct record_change *change, int64_t id, uint32_t row)
{
    size_t count = pack->schema.registers[change->reg].field_count, at = 0;
    struct frame_edit *edit = frame_edit_new(frame);
    struct value *values = mem_new(count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        if (!frame_edit_wants(edit, change->reg, (int)i)) continue;
        if (change->given[i])
            values[at++] = change->values[i];
        else
            values[at++] =
                row == FRAME_NO_ROW ? (struct value){0} : frame_get(frame, change->reg, (int)i, row);
    }
    frame_edit_row(edit, change->reg, id, row == FRAME_NO_ROW, values);
    free(values);
    return frame_edit_finish(edit);
}

static int run(const struct pack *pack, struct frame *frame, int reg, uint32_t row, int32_t as_of,
               struct arena *arena, struct value *values, struct err *err)
{
    size_t most = pack->schema.definition_count, count = 0;
    struct program_root *roots = arena_array(arena, most, sizeof *roots);
    size_t *indexes = arena_array(arena, most, sizeof *indexes);
    for (size_t i = 0; i < most; i++) {
        if (!stands(pack, i, reg)) continue;
        roots[count] = (struct program_root){pack->schema.definitions[i].node, reg};
        indexes[count++] = i;
    }
    struct program_result *results = mem_new(count, sizeof *results);
    const struct program_options options = {.as_of = as_of};
    const struct program_run_options one = {.threads = 1, .reg = reg, .row = row};
    struct program *program;
    int code = program_new(&pack->schema, roots, count, &options, &program, err);
    if (code == 0) {
        code = program_run(program, frame, &one, results, err);
        for (size_t i = 0; code == 0 && i < count; i++) {
            struct value value = program_result_get(&results[i], 0);
            value.text = arena_text(arena, value.text);
            values[indexes[i]] = value;
        }
        if (code == 0) program_results_fini(results, count);
        program_free(program);
    }
    free(results);
    return code;
}

int draft_ask(const struct pack *pack, struct frame *frame, const struct record_change *change, int32_t as_of,
              struct arena *arena, struct value *values, struct err *err)
{
    int reg = change->reg;
    int64_t id = change->id != 0 ? change->id : NEW_RECORD;
    uint32_t row = change->id != 0 ? frame_row(frame, reg, id) : FRAME_NO_ROW;
    struct frame *draft = NULL;
    for (size_t i = 0; i < pack->schema.definition_count; i++)
        if (stands(pack, i, reg)) values[i] = (struct value){0};
    if (!draft_has(pack, reg) || (change->id != 0 && row == FRAME_NO_ROW)) return 0;
    if (changes(pack, change)) {
        draft = put_draft(pack, frame, change, id, row);
        row = draft != NULL ? frame_row(draft, reg, id) : FRAME_NO_ROW;
    }
    int code = row == FRAME_NO_ROW
                   ? 0
                   : run(pack, draft != NULL ? draft : frame, reg, row, as_of, arena, values, err);
    if (draft != NULL) frame_free(draft);
    return code;
}
