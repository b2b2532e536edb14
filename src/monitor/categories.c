/* The picture of the county at the head of every screening. */
#include "monitor/categories.h"

#include <stdlib.h>

#include "base/mem.h"
#include "monitor/push.h"

static void add(struct categories *categories, const struct value *category, int64_t people)
{
    size_t at = category->known ? (size_t)category->integer : categories->codes;
    categories->subjects[at]++;
    categories->people[at] += people;
}

static void count_frame(struct categories *categories, const struct pack *pack, const struct frame *frame,
                        int field)
{
    const uint32_t *offsets = categories->has_people ? frame->registers[pack->people].child_offsets : NULL;
    for (uint32_t row = 0; row < frame->registers[pack->subject].rows; row++) {
        struct value value = frame_get(frame, pack->subject, field, row);
        add(categories, &value, offsets == NULL ? 0 : offsets[row + 1] - offsets[row]);
    }
}

static void add_answer(void *context, int64_t id, const struct value *values)
{
    struct categories *categories = context;
    (void)id;
    add(categories, &values[0], categories->has_people ? values[1].integer : 0);
}

/* The two columns as formulas: the field, and the number of people. */
static int count_pushed(struct categories *categories, struct database *database, int32_t as_of, int field,
                        struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct schema *schema = &pack->schema;
    struct node *none[2] = {NULL, NULL};
    struct node category = {.op = NODE_FIELD,
                            .type = schema->registers[pack->subject].fields[field].type,
                            .scope = pack->subject,
                            .index = field,
                            .other = -1};
    struct node people = {.op = NODE_AGGREGATE,
                          .type = type_of(TYPE_INT),
                          .scope = pack->subject,
                          .aggregate = AGGREGATE_COUNT,
                          .other = pack->people,
                          .child_count = 2,
                          .children = none};
    if (categories->has_people) people.index = schema->registers[pack->people].parent_field;
    const struct node *nodes[] = {&category, &people};
    struct push_question question = {schema, nodes, categories->has_people ? 2 : 1, pack->subject, as_of};
    return push_each(database, &question, add_answer, categories, err);
}

int categories_count(struct database *database, const struct screening *screening, int field,
                     struct categories *out, struct err *err)
{
    const struct pack *pack = database_pack(database);
    const struct schema *schema = &pack->schema;
    *out = (struct categories){
        .codes =
            schema->dictionaries[schema->registers[pack->subject].fields[field].type.dictionary].code_count,
        .has_people = pack->people >= 0 && schema->registers[pack->people].parent == pack->subject};
    out->subjects = mem_new(out->codes + 1, sizeof *out->subjects);
    out->people = mem_new(out->codes + 1, sizeof *out->people);
    if (screening->engine.engine == ENGINE_SQL)
        return count_pushed(out, database, screening->as_of, field, err);
    count_frame(out, pack, screening->frame, field);
    return 0;
}

void categories_fini(struct categories *categories)
{
    free(categories->subjects);
    free(categories->people);
    *categories = (struct categories){0};
}
