/* Whom a case seems to be of: what it says (an identity number) is looked for among those whom the reader
 * sees anyway, so that nobody has to search by hand, and nobody learns of a family that is not theirs. */
#include "casework/casework_private.h"
#include "register/known.h"

static bool has_known(const struct pack *pack, int reg)
{
    for (size_t i = 0; i < pack->schema.registers[reg].field_count; i++)
        if (pack->registers[reg].fields[i].known_by.given) return true;
    return false;
}

int case_suggestions(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
                     struct arena *arena, struct case_suggestion **out, size_t *count, struct err *err)
{
    const struct pack *pack = casework->pack;
    const struct pack_field *fields = pack->registers[reg].fields;
    size_t capacity = 0, field_count = pack->schema.registers[reg].field_count;
    struct stored_case stored;
    struct case_facts facts = {0}; /* values opened: what the reader sees of them is masked */
    *count = 0;
    *out = NULL;
    int code = stored_case_get(casework, actor->scope, reg, record, arena, &stored, err);
    if (code != 0 || !has_known(pack, reg)) return code;
    code = case_facts_load(casework, reg, record, NULL, 0, arena, &facts, err);
    if (code != 0) return code;
    for (size_t i = 0; code == 0 && i < field_count; i++) {
        int64_t ids[KNOWN_MAX];
        size_t found = 0;
        if (fields[i].known_by.given && facts.values[fields[i].known_by.own].known)
            code = known_records(casework->database, actor->scope, reg, (int)i,
                                 &facts.values[fields[i].known_by.own], 0, ids, &found, err);
        for (size_t k = 0; code == 0 && k < found; k++) {
            *out = arena_grow(arena, *out, &capacity, *count + 1, sizeof **out);
            (*out)[(*count)++] = (struct case_suggestion){(int)i, ids[k]};
        }
    }
    case_facts_fini(&facts);
    return code;
}
