/* Each row of a source that is tied to something becomes an entry (what, family, amounts); sorted, they give
 * the families of each thing and, added up, the things. Rows tied to nothing are the most by far: they are
 * kept by family alone. */
#include "progress/causes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/formula.h"
#include "progress/adding.h"

struct entry {
    uint32_t bucket; /* a row of the cause's register that stands for its group; FRAME_NO_ROW: tied to none */
    uint32_t family, record;
    int64_t amounts[ADDING_YEARS];
    int64_t rows;
};

struct gathering {
    struct adding *adding;
    const struct pack_cause *cause;
    int source;                         /* -1: of all */
    uint32_t only;                      /* one family; FRAME_NO_ROW: all in scope */
    const struct program_result *costs; /* NULL: none */
    uint32_t *stands_for;               /* [row of the cause's register]; NULL: each for itself */
    struct entry *entries;
    size_t count, capacity;
    struct entry *rest;          /* [row of the subject] */
    const struct cause_tie *tie; /* NULL; else only its rows, listed one by one */
    struct cause_row *rows;
    size_t row_count, row_capacity;
};

int cause_field(const struct pack *pack, const struct pack_source *source, const struct pack_cause *cause)
{
    const struct schema_register *over = &pack->schema.registers[source->over];
    for (size_t i = 0; i < source->by_count; i++)
        if (over->fields[source->by[i]].type.record == cause->reg) return source->by[i];
    return -1;
}

int cause_roots(const struct pack *pack, size_t cause, struct arena *arena, struct program_root **roots,
                size_t *count, struct err *err)
{
    struct program_root *first;
    int code = attribution_roots(pack, arena, &first, count, err);
    if (code != 0) return code;
    *roots = arena_array(arena, *count + 1, sizeof **roots);
    memcpy(*roots, first, *count * sizeof *first);
    const struct pack_cause *of = &pack->progress.causes[cause];
    if (of->cost != NULL) (*roots)[(*count)++] = (struct program_root){of->cost, of->reg};
    return 0;
}

/* ---- Groups ---- */

struct grouped {
    struct value value;
    uint32_t row;
};

static int by_group(const void *a, const void *b)
{
    const struct grouped *left = a, *right = b;
    if (left->value.known != right->value.known) return left->value.known ? 1 : -1;
    if (!left->value.known) return 0;
    if (left->value.text.at != NULL || right->value.text.at != NULL)
        return text_compare(left->value.text, right->value.text);
    return left->value.integer < right->value.integer ? -1 : left->value.integer > right->value.integer;
}

static void find_groups(struct gathering *gathering)
{
    int reg = gathering->cause->reg, group = gathering->cause->group;
    const struct frame *frame = gathering->adding->frame;
    size_t rows = frame->registers[reg].rows;
    if (group < 0) return;
    struct grouped *sorted = mem_new(rows + 1, sizeof *sorted);
    gathering->stands_for = mem_new(rows + 1, sizeof *gathering->stands_for);
    for (size_t row = 0; row < rows; row++)
        sorted[row] = (struct grouped){frame_get(frame, reg, group, row), (uint32_t)row};
    if (rows > 1) qsort(sorted, rows, sizeof *sorted, by_group);
    for (size_t i = 0, first = 0; i < rows; i++) {
        if (by_group(&sorted[first], &sorted[i]) != 0) first = i;
        gathering->stands_for[sorted[i].row] = sorted[first].row;
    }
    free(sorted);
}

/* ---- Gathering ---- */

static bool is_meant(const struct gathering *gathering, uint32_t bucket, const struct cause_tie *tie)
{
    const struct frame *frame = gathering->adding->frame;
    int reg = gathering->cause->reg;
    if (bucket == FRAME_NO_ROW || tie->sort == CAUSE_REST)
        return bucket == FRAME_NO_ROW && tie->sort == CAUSE_REST;
    if (gathering->stands_for == NULL)
        return tie->sort == CAUSE_RECORD && frame_id(frame, reg, bucket) == tie->id;
    struct value group = frame_get(frame, reg, gathering->cause->group, bucket);
    if (tie->sort != CAUSE_GROUP || group.known != tie->group.known) return false;
    return !group.known || (group.integer == tie->group.integer && text_equal(group.text, tie->group.text));
}

static void list_row(struct gathering *gathering, size_t source, size_t row, const struct entry *entry)
{
    const struct adding *adding = gathering->adding;
    if (!is_meant(gathering, entry->bucket, gathering->tie)) return;
    gathering->rows = mem_grow(gathering->rows, &gathering->row_capacity, gathering->row_count + 1,
                               sizeof *gathering->rows);
    gathering->rows[gathering->row_count++] =
        (struct cause_row){.source = source,
                           .id = frame_id(adding->frame, adding->pack->progress.sources[source].over, row),
                           .family = frame_id(adding->frame, adding->pack->subject, entry->family),
                           .now = entry->amounts[0],
                           .before = entry->amounts[1]};
}

static void add_entry(struct gathering *gathering, struct entry entry)
{
    if (entry.record == FRAME_NO_ROW) {
        struct entry *rest = &gathering->rest[entry.family];
        for (int year = 0; year < ADDING_YEARS; year++) rest->amounts[year] += entry.amounts[year];
        rest->rows++;
        return;
    }
    gathering->entries =
        mem_grow(gathering->entries, &gathering->capacity, gathering->count + 1, sizeof *gathering->entries);
    gathering->entries[gathering->count++] = entry;
}

static bool is_asked(const struct gathering *gathering, uint32_t family)
{
    if (family == FRAME_NO_ROW) return false;
    return gathering->only != FRAME_NO_ROW ? family == gathering->only
                                           : adding_inside(gathering->adding, family);
}

static void gather_source(struct gathering *gathering, size_t source)
{
    struct adding *adding = gathering->adding;
    const struct pack_source *of = &adding->pack->progress.sources[source];
    int field = cause_field(adding->pack, of, gathering->cause);
    if (field < 0 || (gathering->source >= 0 && (size_t)gathering->source != source)) return;
    const uint32_t *families = adding_families(adding, of->over);
    const struct program_result *now = adding_source(adding, source, 0, 0),
                                *before = adding_source(adding, source, 0, 1);
    for (size_t row = 0; row < now->rows; row++) {
        if (((now->truth[row / 64] | before->truth[row / 64]) >> (row % 64) & 1) == 0) continue;
        struct entry entry = {.family = families[row], .rows = 1};
        if (!is_asked(gathering, entry.family)) continue;
        bool any = false;
        for (int year = 0; year < ADDING_YEARS; year++) {
            int64_t amount = 0;
            if (!adding_amount(adding, source, year, row, &amount)) continue;
            entry.amounts[year] = amount;
            any = true;
        }
        if (!any) continue;
        entry.record = frame_reference(adding->frame, of->over, field, (uint32_t)row);
        entry.bucket = entry.record == FRAME_NO_ROW || gathering->stands_for == NULL
                           ? entry.record
                           : gathering->stands_for[entry.record];
        if (gathering->tie != NULL)
            list_row(gathering, source, row, &entry);
        else
            add_entry(gathering, entry);
    }
}

static int by_bucket(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    if (left->bucket != right->bucket) return left->bucket < right->bucket ? -1 : 1;
    if (left->family != right->family) return left->family < right->family ? -1 : 1;
    return left->record < right->record ? -1 : left->record > right->record;
}

/* Of an adding that has been started. */
static void gather_all(struct gathering *gathering)
{
    const struct adding *adding = gathering->adding;
    gathering->rest = mem_new(adding->families + 1, sizeof *gathering->rest);
    find_groups(gathering);
    for (size_t i = 0; i < adding->sources; i++) gather_source(gathering, i);
    if (gathering->count > 1)
        qsort(gathering->entries, gathering->count, sizeof *gathering->entries, by_bucket);
}

static void gather_fini(struct gathering *gathering)
{
    free(gathering->stands_for);
    free(gathering->entries);
    free(gathering->rest);
    free(gathering->rows);
}

static int find_family(const struct pack *pack, const struct frame *frame, int64_t id, uint32_t *row,
                       struct err *err)
{
    *row = id == 0 ? FRAME_NO_ROW : frame_row(frame, pack->subject, id);
    if (id == 0 || *row != FRAME_NO_ROW) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有这一户，或已停用", "There is no such family, or it is retired");
}

/* adding: to be ended, the gathering to be finished, also after an error. */
static int gather(const struct pack *pack, const struct frame *frame, const struct scope *scope,
                  const struct cause_asked *asked, const struct cause_tie *tie, struct adding *adding,
                  struct gathering *gathering, struct err *err)
{
    *adding = (struct adding){0};
    *gathering = (struct gathering){
        .adding = adding, .cause = &pack->progress.causes[asked->cause], .source = asked->source, .tie = tie};
    int code = find_family(pack, frame, asked->family, &gathering->only, err);
    if (code == 0)
        code = adding_start(pack, frame, asked->family != 0 ? NULL : scope, asked->as_of, asked->division,
                            asked->roots, asked->count, adding, err);
    if (code != 0) return code;
    if (gathering->cause->cost != NULL) gathering->costs = &adding->results[asked->count - 1];
    gather_all(gathering);
    return 0;
}

/* The next family of one bucket, added up; `at` moves behind it. */
static struct entry next_family(const struct gathering *gathering, size_t *at)
{
    struct entry sum = gathering->entries[(*at)++];
    for (; *at < gathering->count; (*at)++) {
        const struct entry *more = &gathering->entries[*at];
        if (more->bucket != sum.bucket || more->family != sum.family) break;
        for (int year = 0; year < ADDING_YEARS; year++) sum.amounts[year] += more->amounts[year];
        sum.rows += more->rows;
    }
    return sum;
}

/* ---- The view ---- */

static void add_family(struct cause_tie *tie, const struct entry *family)
{
    tie->part.now += family->amounts[0];
    tie->part.before += family->amounts[1];
    tie->part.households += family->amounts[0] != family->amounts[1];
    tie->families++;
    tie->rows += family->rows;
}

/* The records of entries [from, to), each once, and what they cost. */
static void add_records(const struct gathering *gathering, size_t from, size_t to, bool *seen,
                        struct cause_tie *tie)
{
    tie->cost_known = gathering->costs != NULL;
    for (size_t i = from; i < to; i++) {
        uint32_t record = gathering->entries[i].record;
        if (seen[record]) continue;
        seen[record] = true;
        tie->records++;
        if (!tie->cost_known) continue;
        struct value cost = program_result_get(gathering->costs, record);
        tie->cost_known = cost.known && !__builtin_add_overflow(tie->cost, cost.integer, &tie->cost);
    }
}

static void name_tie(const struct gathering *gathering, uint32_t bucket, struct arena *arena,
                     struct cause_tie *tie)
{
    const struct frame *frame = gathering->adding->frame;
    if (gathering->stands_for == NULL) {
        tie->sort = CAUSE_RECORD;
        tie->id = frame_id(frame, gathering->cause->reg, bucket);
        return;
    }
    tie->sort = CAUSE_GROUP;
    tie->group = frame_get(frame, gathering->cause->reg, gathering->cause->group, bucket);
    if (tie->group.known) tie->group.text = arena_text(arena, tie->group.text);
}

static int by_change(const void *a, const void *b)
{
    const struct cause_tie *left = a, *right = b;
    __int128 one = left->part.now - left->part.before, other = right->part.now - right->part.before;
    if (one < 0) one = -one;
    if (other < 0) other = -other;
    if (one != other) return one > other ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

static void add_rest(const struct gathering *gathering, struct cause_view *view)
{
    struct cause_tie rest = {.sort = CAUSE_REST};
    for (size_t family = 0; family < gathering->adding->families; family++)
        if (gathering->rest[family].rows > 0) add_family(&rest, &gathering->rest[family]);
    if (rest.rows > 0) view->ties[view->count++] = rest;
}

static struct cause_view *take_view(const struct gathering *gathering)
{
    struct cause_view *view = mem_new(1, sizeof *view);
    size_t records = gathering->adding->frame->registers[gathering->cause->reg].rows;
    bool *seen = mem_new(records + 1, sizeof *seen);
    view->ties = mem_new(records + 1, sizeof *view->ties);
    for (size_t at = 0; at < gathering->count;) {
        struct cause_tie *tie = &view->ties[view->count++];
        uint32_t bucket = gathering->entries[at].bucket;
        size_t from = at;
        name_tie(gathering, bucket, &view->arena, tie);
        while (at < gathering->count && gathering->entries[at].bucket == bucket) {
            struct entry family = next_family(gathering, &at);
            add_family(tie, &family);
        }
        add_records(gathering, from, at, seen, tie);
    }
    free(seen);
    if (view->count > 1) qsort(view->ties, view->count, sizeof *view->ties, by_change);
    add_rest(gathering, view);
    for (size_t i = 0; i < view->count; i++) {
        view->total.now += view->ties[i].part.now;
        view->total.before += view->ties[i].part.before;
    }
    return view;
}

int cause_view_make(const struct pack *pack, const struct frame *frame, const struct scope *scope,
                    const struct cause_asked *asked, struct cause_view **out, struct err *err)
{
    struct adding adding;
    struct gathering gathering;
    int code = gather(pack, frame, scope, asked, NULL, &adding, &gathering, err);
    *out = code == 0 ? take_view(&gathering) : NULL;
    gather_fini(&gathering);
    adding_end(&adding);
    return code;
}

int cause_family_views(const struct pack *pack, const struct frame *frame, int32_t as_of, int64_t family,
                       const struct program_root *roots, size_t count, struct cause_view *views[],
                       struct err *err)
{
    struct adding adding = {0};
    uint32_t row;
    int code = find_family(pack, frame, family, &row, err);
    if (code == 0) code = adding_start(pack, frame, NULL, as_of, -1, roots, count, &adding, err);
    for (size_t i = 0; code == 0 && i < pack->progress.cause_count; i++) {
        struct gathering gathering = {
            .adding = &adding, .cause = &pack->progress.causes[i], .source = -1, .only = row};
        gather_all(&gathering);
        views[i] = take_view(&gathering);
        gather_fini(&gathering);
    }
    adding_end(&adding);
    return code;
}

void cause_view_free(struct cause_view *view)
{
    if (view == NULL) return;
    free(view->ties);
    arena_fini(&view->arena);
    free(view);
}

/* ---- The families and the rows of one tie ---- */

static void add_cause_family(const struct gathering *gathering, const struct entry *entry,
                             struct cause_family *to)
{
    *to = (struct cause_family){
        .id = frame_id(gathering->adding->frame, gathering->adding->pack->subject, entry->family),
        .part = {entry->amounts[0], entry->amounts[1], entry->amounts[0] != entry->amounts[1]},
        .rows = entry->rows};
}

static int by_id(const void *a, const void *b)
{
    const struct cause_family *left = a, *right = b;
    return left->id < right->id ? -1 : left->id > right->id;
}

int cause_families(const struct pack *pack, const struct frame *frame, const struct scope *scope,
                   const struct cause_asked *asked, const struct cause_tie *tie, struct cause_family **out,
                   size_t *count, struct err *err)
{
    struct adding adding;
    struct gathering gathering;
    int code = gather(pack, frame, scope, asked, NULL, &adding, &gathering, err);
    *out = NULL;
    *count = 0;
    if (code == 0) {
        size_t families = adding.families;
        *out = mem_new(families + 1, sizeof **out);
        for (uint32_t family = 0; tie->sort == CAUSE_REST && family < families; family++) {
            struct entry rest = gathering.rest[family];
            rest.family = family;
            if (rest.rows > 0) add_cause_family(&gathering, &rest, &(*out)[(*count)++]);
        }
        for (size_t at = 0; tie->sort != CAUSE_REST && at < gathering.count;) {
            struct entry family = next_family(&gathering, &at);
            if (is_meant(&gathering, family.bucket, tie))
                add_cause_family(&gathering, &family, &(*out)[(*count)++]);
        }
        if (*count > 1) qsort(*out, *count, sizeof **out, by_id);
    }
    gather_fini(&gathering);
    adding_end(&adding);
    return code;
}

static int by_source(const void *a, const void *b)
{
    const struct cause_row *left = a, *right = b;
    if (left->source != right->source) return left->source < right->source ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

int cause_rows(const struct pack *pack, const struct frame *frame, const struct scope *scope,
               const struct cause_asked *asked, const struct cause_tie *tie, struct cause_row **out,
               size_t *count, struct err *err)
{
    struct adding adding;
    struct gathering gathering;
    int code = gather(pack, frame, scope, asked, tie, &adding, &gathering, err);
    *out = NULL;
    *count = 0;
    if (code == 0) {
        *out = gathering.rows;
        *count = gathering.row_count;
        gathering.rows = NULL;
        if (*count > 1) qsort(*out, *count, sizeof **out, by_source);
    }
    gather_fini(&gathering);
    adding_end(&adding);
    return code;
}
