/* Formulas are compiled and run on many threads while a value comes into force, so what is in force is
 * published by one pointer for each parameter. Values that are no longer in force stay where they are until
 * the pack goes: parameters change a few times a year. */
#include "pack/adopted.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "pack/value.h"

struct pack_local {
    pthread_mutex_t lock;
    struct arena arena; /* with the lock */
    _Atomic int64_t entry;
    _Atomic uint64_t generation;
};

struct pack_local *pack_local_new(void)
{
    struct pack_local *local = mem_new(1, sizeof *local);
    if (pthread_mutex_init(&local->lock, NULL) != 0) mem_exhausted();
    atomic_init(&local->entry, -1);
    return local;
}

void pack_local_free(struct pack_local *local)
{
    if (local == NULL) return;
    pthread_mutex_destroy(&local->lock);
    arena_fini(&local->arena);
    free(local);
}

int64_t pack_adopted_entry(const struct pack *pack)
{
    return atomic_load(&pack->local->entry);
}

uint64_t pack_generation(const struct pack *pack)
{
    return atomic_load(&pack->local->generation);
}

/* ---- Putting in force ---- */

/* Of one parameter, ascending, one a date. */
static struct schema_values *collect(const struct pack_adopted *items, size_t count, int parameter,
                                     struct arena *arena)
{
    struct schema_values *values = arena_alloc(arena, sizeof *values);
    struct schema_dated_value *sorted = arena_array(arena, count, sizeof *sorted);
    *values = (struct schema_values){.items = sorted};
    for (size_t i = 0; i < count; i++) {
        if (items[i].parameter != parameter) continue;
        size_t at = values->count;
        while (at > 0 && sorted[at - 1].from > items[i].from) at--;
        bool again = at > 0 && sorted[at - 1].from == items[i].from;
        if (again) at--;
        for (size_t k = values->count; !again && k > at; k--) sorted[k] = sorted[k - 1];
        sorted[at] = (struct schema_dated_value){items[i].from, items[i].value};
        sorted[at].value.text = arena_text(arena, items[i].value.text);
        values->count += !again;
    }
    return values;
}

static bool same_value(const struct schema_dated_value *a, const struct schema_dated_value *b)
{
    return a->from == b->from && a->value.known == b->value.known && a->value.integer == b->value.integer &&
           a->value.ratio >= b->value.ratio && a->value.ratio <= b->value.ratio &&
           text_equal(a->value.text, b->value.text);
}

static bool same_values(const struct schema_values *a, const struct schema_values *b)
{
    size_t count = a == NULL ? 0 : a->count;
    if (count != b->count) return false;
    for (size_t i = 0; i < count; i++)
        if (!same_value(&a->items[i], &b->items[i])) return false;
    return true;
}

void pack_adopt(const struct pack *pack, const struct pack_adopted *items, size_t count, int64_t entry)
{
    struct pack_local *local = pack->local;
    struct arena scratch = {0};
    bool changed = false;
    pthread_mutex_lock(&local->lock);
    /* Whoever read the database later has been here already. */
    for (size_t i = 0; entry >= local->entry && i < pack->schema.parameter_count; i++) {
        struct schema_adopted *adopted = pack->schema.parameters[i].adopted;
        const struct schema_values *fresh = collect(items, count, (int)i, &scratch);
        if (same_values(atomic_load(&adopted->values), fresh)) continue;
        atomic_store_explicit(&adopted->values, collect(items, count, (int)i, &local->arena),
                              memory_order_release);
        changed = true;
    }
    if (changed) atomic_fetch_add(&local->generation, 1);
    if (entry > local->entry) atomic_store(&local->entry, entry);
    pthread_mutex_unlock(&local->lock);
    arena_fini(&scratch);
}

void pack_adopt_from(const struct pack *from, const struct pack *to)
{
    for (size_t i = 0; i < to->schema.parameter_count; i++)
        atomic_store(&to->schema.parameters[i].adopted->values,
                     atomic_load(&from->schema.parameters[i].adopted->values));
}

const struct schema_dated_value *pack_adopted_values(const struct pack *pack, int parameter, size_t *count)
{
    const struct schema_values *values =
        atomic_load_explicit(&pack->schema.parameters[parameter].adopted->values, memory_order_acquire);
    *count = values == NULL ? 0 : values->count;
    return values == NULL ? NULL : values->items;
}

/* ---- Limits ---- */

static bool is_below(struct type type, const struct value *a, const struct value *b)
{
    return type.kind == TYPE_RATIO ? a->ratio < b->ratio : a->integer < b->integer;
}

static int refuse(const struct pack *pack, int parameter, const struct value *limit, const char *zh,
                  const char *en, struct err *err)
{
    const struct schema_parameter *asked = &pack->schema.parameters[parameter];
    struct text label_zh = label_in(&asked->label, "zh"), label_en = label_in(&asked->label, "en");
    struct buffer said = {0};
    char words_zh[400], words_en[400];
    value_format(&pack->schema, asked->type, limit, "zh", &said);
    snprintf(words_zh, sizeof words_zh, "“%.*s”%s %s", TEXT_ARGS(label_zh), zh, said.data);
    buffer_clear(&said);
    value_format(&pack->schema, asked->type, limit, "en", &said);
    snprintf(words_en, sizeof words_en, "“%.*s” %s %s", TEXT_ARGS(label_en), en, said.data);
    buffer_fini(&said);
    return err_set(err, ERR_INPUT, "%s%.0s", "%.0s%s", words_zh, words_en);
}

int pack_parameter_parse(const struct pack *pack, int parameter, struct text written, struct value *value,
                         struct err *err)
{
    const struct schema_parameter *asked = &pack->schema.parameters[parameter];
    const struct pack_parameter *more = &pack->parameters[parameter];
    int code = pack_value_parse(&pack->schema, asked->type, written, value, err);
    if (code == 0 && more->least.known && is_below(asked->type, value, &more->least))
        code = refuse(pack, parameter, &more->least, "不能小于", "cannot be below", err);
    if (code == 0 && more->most.known && is_below(asked->type, &more->most, value))
        code = refuse(pack, parameter, &more->most, "不能大于", "cannot be above", err);
    return code;
}
