/* The county of the tests about who sees what. */
#include "model.h"

#include "register/frame_load.h"

uint32_t model_random(struct model *model, uint32_t below)
{
    model->random ^= model->random << 13;
    model->random ^= model->random >> 7;
    model->random ^= model->random << 17;
    return (uint32_t)(model->random >> 33) % below;
}

static void divide(struct pack *pack)
{
    pack->division_count = 1 + 3 + 9;
    pack->divisions = arena_array(&pack->arena, pack->division_count, sizeof *pack->divisions);
    pack->divisions[0] = (struct pack_division){TEXT("430421"), TEXT("衡阳县"), DIVISION_COUNTY, -1};
    for (int i = 0; i < 3; i++) {
        pack->divisions[1 + i] =
            (struct pack_division){text_of(arena_printf(&pack->arena, "43042110%d", i)),
                                   text_of(arena_printf(&pack->arena, "镇%d", i)), DIVISION_TOWNSHIP, 0};
        for (int j = 0; j < 3; j++)
            pack->divisions[4 + 3 * i + j] = (struct pack_division){
                text_of(arena_printf(&pack->arena, "43042110%d00%d", i, j)),
                text_of(arena_printf(&pack->arena, "村%d%d", i, j)), DIVISION_VILLAGE, 1 + i};
    }
    pack->division_register = VILLAGE;
    pack->division_code = VILLAGE_CODE;
    pack->division_name = VILLAGE_NAME;
    pack->division_township = VILLAGE_TOWNSHIP;
}

int64_t model_add(struct model *model, int reg, const struct value *values)
{
    struct draft draft = draft_new(reg);
    assert_true(model->count < MODEL_ROOM);
    struct model_record *record = &model->records[model->count++];
    *record = (struct model_record){.reg = reg};
    for (size_t i = 0; i < model->pack->schema.registers[reg].field_count; i++) {
        record->values[i] = values[i];
        draft_set(&draft, (int)i, values[i]);
    }
    record->id = draft_save(model->database, &draft);
    return record->id;
}

const struct model_record *model_find(const struct model *model, int reg, int64_t id)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->records[i].reg == reg && model->records[i].id == id) return &model->records[i];
    return NULL;
}

static struct value maybe(struct model *model, struct value value)
{
    return model_random(model, 4) == 0 ? (struct value){0} : value;
}

static struct value word(struct model *model, const char *format, unsigned number)
{
    return words(arena_printf(&model->arena, format, number)); /* NOLINT: formats are those below */
}

static void adopt_villages(struct model *model)
{
    const struct pack *pack = model->pack;
    for (size_t i = 4; i < pack->division_count; i++) {
        struct model_record *record = &model->records[model->count++];
        const struct pack_division *division = &pack->divisions[i];
        int64_t id;
        OK(record_find(model->database, VILLAGE, division->code, &id, &err));
        *record = (struct model_record){.reg = VILLAGE, .id = id};
        record->values[VILLAGE_CODE] = (struct value){.known = true, .text = division->code};
        record->values[VILLAGE_NAME] = (struct value){.known = true, .text = division->name};
        record->values[VILLAGE_TOWNSHIP] =
            (struct value){.known = true, .text = pack->divisions[division->parent].name};
    }
    struct value nowhere[16] = {words("999999999999"), words("飞地"), words("别处")};
    model_add(model, VILLAGE, nowhere);
}

static void add_households(struct model *model)
{
    static const char *const names[] = {"曾某",  "王一", "王二",
                                        "李_四", "100%", "'; DROP TABLE household; --"};
    for (unsigned i = 0; i < 60; i++) {
        struct value values[16] = {0};
        values[HOUSEHOLD_NUMBER] = word(model, "H%03u", i);
        values[HOUSEHOLD_HEAD] = maybe(model, words(names[model_random(model, 6)]));
        values[HOUSEHOLD_VILLAGE] = whole(model->records[model_random(model, 10)].id);
        values[HOUSEHOLD_CATEGORY] = maybe(model, whole(model_random(model, 3)));
        values[HOUSEHOLD_INCOME] = maybe(model, whole((int64_t)model_random(model, 5) * 100));
        values[HOUSEHOLD_GROWTH] = maybe(model, share(((double)model_random(model, 7) - 3) / 3));
        values[HOUSEHOLD_MONITORED] = maybe(model, on_day(2022, 1 + (int)model_random(model, 3), 1));
        values[HOUSEHOLD_RISK] = maybe(model, in_month(2021, 1 + (int)model_random(model, 3)));
        values[HOUSEHOLD_SAFE] = maybe(model, whole(model_random(model, 2)));
        model_add(model, HOUSEHOLD, values);
    }
}

static void add_hanging(struct model *model)
{
    for (unsigned i = 0; i < 120; i++) {
        struct value values[16] = {0};
        values[PERSON_NUMBER] = word(model, "P%03u", i);
        values[PERSON_NAME] = word(model, "人%u", model_random(model, 9));
        values[PERSON_HOUSEHOLD] = whole(1 + model_random(model, 60));
        values[PERSON_BIRTH] = maybe(model, on_day(1980, 1, 1 + (int)model_random(model, 4)));
        values[PERSON_HEALTH] = maybe(model, whole(1 + model_random(model, 7)));
        model_add(model, PERSON, values);
    }
    for (unsigned i = 0; i < 150; i++) {
        struct value values[16] = {0};
        values[LEDGER_HOUSEHOLD] = whole(1 + i % 50);
        values[LEDGER_MONTH] = in_month(2022, 1 + (int)(i / 50));
        values[LEDGER_WHEEL] = whole(model_random(model, 4));
        values[LEDGER_AMOUNT] = whole((int64_t)model_random(model, 4) * 50);
        model_add(model, LEDGER, values);
    }
    for (unsigned i = 0; i < 40; i++) {
        struct value values[16] = {0};
        values[JOB_PERSON] = whole(1 + i * 3);
        values[JOB_MONTH] = in_month(2022, 1);
        values[JOB_PLACE] = maybe(model, word(model, "厂%u", model_random(model, 3)));
        model_add(model, JOB, values);
    }
}

int model_make(void **state)
{
    void *place;
    struct model *model = calloc(1, sizeof *model);
    place_make(&place);
    model->place = *(struct place *)place;
    free(place);
    model->random = 88172645463325252u;
    model->pack = fixture_pack();
    divide(model->pack);
    model->database = fixture_database(&model->place, model->pack);
    adopt_villages(model);
    add_households(model);
    add_hanging(model);
    *state = model;
    return 0;
}

int model_drop(void **state)
{
    struct model *model = *state;
    database_close(model->database);
    fixture_free(model->pack);
    arena_fini(&model->arena);
    struct place *place = malloc(sizeof *place);
    *place = model->place;
    free(model);
    void *as_state = place;
    return place_drop(&as_state);
}

/* ---- Scopes ---- */

static int smaller(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

struct scope model_scope(struct model *model, struct arena *arena)
{
    struct scope scope = scope_everything(model->pack, TEXT("t"), arena);
    uint32_t kind = model_random(model, 8);
    scope.everywhere = kind == 0;
    scope.unmasked = kind == 0 ? scope.unmasked : 0;
    uint8_t *actions = arena_array(arena, REGISTERS, sizeof *actions);
    for (int i = 0; i < REGISTERS; i++)
        actions[i] = model_random(model, 6) == 0 ? 0 : SCOPE_READ | SCOPE_EXPORT;
    if (kind != 0) scope.actions = actions;
    if (kind == 1) scope = (struct scope){.actor = TEXT("t")};
    if (kind < 2) return scope;
    int *divisions = arena_array(arena, 3, sizeof *divisions);
    int64_t *subjects = arena_array(arena, 5, sizeof *subjects);
    scope.divisions = divisions;
    scope.subjects = subjects;
    scope.division_count = kind < 6 ? model_random(model, 4) : 0;
    scope.subject_count = kind > 4 ? model_random(model, 6) : 0;
    for (size_t i = 0; i < scope.division_count; i++)
        divisions[i] = (int)(model_random(model, 20) == 0 ? 0 : 1 + model_random(model, 12));
    for (size_t i = 0; i < scope.subject_count; i++) subjects[i] = 1 + model_random(model, 60);
    qsort(subjects, scope.subject_count, sizeof *subjects, smaller);
    return scope;
}

static const struct model_record *above(const struct model *model, const struct model_record *record)
{
    const struct schema_register *meta = &model->pack->schema.registers[record->reg];
    if (meta->parent_field < 0 || !record->values[meta->parent_field].known) return NULL;
    return model_find(model, meta->parent, record->values[meta->parent_field].integer);
}

bool model_within(const struct model *model, int division, const struct model_record *record)
{
    if (model->pack->divisions[division].parent < 0) return true;
    while (record != NULL && record->reg != VILLAGE) record = above(model, record);
    if (record == NULL) return false;
    int at = pack_division_find(model->pack, record->values[VILLAGE_CODE].text);
    for (; at >= 0; at = model->pack->divisions[at].parent)
        if (at == division) return true;
    return false;
}

bool model_sees(const struct model *model, const struct scope *scope, const struct model_record *record)
{
    if (!scope_may(scope, record->reg, SCOPE_READ)) return false;
    if (scope->everywhere) return true;
    for (size_t i = 0; i < scope->division_count; i++)
        if (model_within(model, scope->divisions[i], record)) return true;
    while (record != NULL && record->reg != HOUSEHOLD) record = above(model, record);
    for (size_t i = 0; record != NULL && i < scope->subject_count; i++)
        if (scope->subjects[i] == record->id) return true;
    return false;
}
