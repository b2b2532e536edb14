/* Any bytes as a request target and as a JSON body checked against a shape: refused in both languages, or
 * read. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "server/shape.h"
#include "server/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct shape tree;
static const struct shape_field fields[] = {
    {.name = "text", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 10},
    {.name = "n", .kind = SHAPE_INT, .min = 1, .max = 9},
    {.name = "day", .kind = SHAPE_DATE, .flags = SHAPE_NULLABLE},
    {.name = "month", .kind = SHAPE_MONTH},
    {.name = "yes", .kind = SHAPE_BOOL},
    {.name = "word", .kind = SHAPE_WORD, .words = "hit|fresh"},
    {.name = "below", .kind = SHAPE_OBJECT, .flags = SHAPE_LIST, .of = &tree},
    {.name = "map", .kind = SHAPE_MAP, .of = &tree},
    {.name = "f.", .kind = SHAPE_TEXT, .flags = SHAPE_FAMILY},
    {.name = NULL},
};
static const struct shape tree = {.name = "Tree", .fields = fields};

static void check_faults(struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        assert(fault->err.code == ERR_INPUT && fault->err.zh[0] != '\0' && fault->err.en[0] != '\0');
        assert(text_valid(text_of(fault->field)) && text_valid(text_of(fault->err.zh)) &&
               text_valid(text_of(fault->err.en)));
    }
    faults_fini(faults);
}

static void read_target(struct text bytes)
{
    struct arena arena = {0};
    struct target target;
    struct faults faults = {0};
    struct err err = {0};
    int code = target_parse(bytes, &arena, &target, &err);
    assert(code == 0 || (code == ERR_INPUT && text_valid(text_of(err.zh)) && err.en[0] != '\0'));
    for (size_t i = 0; code == 0 && i < target.pair_count; i++) {
        assert(text_valid(target.pairs[i].value));
        const struct shape_field *field = shape_find(fields, text_of(target.pairs[i].name));
        if (field != NULL) shape_check_query(field, target.pairs[i].name, target.pairs[i].value, &faults);
    }
    check_faults(&faults);
    arena_fini(&arena);
}

static void read_body(struct text bytes)
{
    struct body *body;
    struct faults faults = {0};
    struct buffer out = {0};
    struct err err = {0};
    int code = body_parse(bytes, &body, &err);
    assert(code == 0 || (code == ERR_INPUT && text_valid(text_of(err.zh)) && text_valid(text_of(err.en))));
    if (code == 0) {
        shape_check(&tree, body, &faults);
        body_write(body, &out);
        assert(text_valid(buffer_get(&out)));
    }
    check_faults(&faults);
    buffer_fini(&out);
    body_free(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text bytes = {(const char *)data, size};
    read_target(bytes);
    read_body(bytes);
    return 0;
}
