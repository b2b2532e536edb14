/* A list that is asked for one value, whole: what whoever knows the value may ask, and through the same door.
 */
#include "register/known.h"

#include "register/database_private.h"

int known_records(struct database *database, const struct scope *scope, int reg, int field,
                  const struct value *says, int64_t only, int64_t ids[KNOWN_MAX], size_t *count,
                  struct err *err)
{
    const struct pack *pack = database->pack;
    const struct pack_known_by *by = &pack->registers[reg].fields[field].known_by;
    int parent = pack->schema.registers[by->reg].parent_field;
    *count = 0;
    if (!scope_may(scope, by->reg, SCOPE_READ)) return 0;
    const struct query_condition condition = {by->theirs, QUERY_IN, says, 1};
    struct query query = query_of(by->reg);
    struct query_page page = {0};
    query.conditions = &condition;
    query.condition_count = 1;
    query.parent = only;
    query.limit = KNOWN_MAX;
    int code = query_list(database, scope, &query, &page, err);
    for (size_t i = 0; code == 0 && i < page.count; i++) {
        const struct value *above = &page.records[i].values[parent];
        bool there = !above->known;
        for (size_t k = 0; k < *count; k++) there = there || ids[k] == above->integer;
        if (!there) ids[(*count)++] = above->integer;
    }
    query_page_fini(&page);
    return code;
}
