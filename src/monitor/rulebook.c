/* Compiling all rules costs some milliseconds, running them on one family some microseconds: a server that
 * wants an answer with every form that is saved compiles once a day. */
#include "monitor/rulebook.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "formula/seat.h"
#include "monitor/gather.h"
#include "monitor/local.h"
#include "pack/adopted.h"

enum { DAYS = 6, REACHES = 2 };

/* The roots of one register and one reach; index: of the rule or definition. */
struct sheet {
    struct program_root *roots;
    int *indexes;
    size_t count;
    struct program *program; /* NULL: nothing to run */
};

struct chapter { /* of a register */
    struct sheet rules[REACHES], definitions[REACHES];
};

struct rulebook_day {
    const struct pack *pack;
    int32_t as_of;
    atomic_int owners;
    uint64_t generation; /* of the parameters compiled into it */
    uint64_t used;       /* when somebody last opened it; guarded by the rulebook's lock */
    struct chapter *chapters;
};

struct rulebook {
    const struct pack *pack;
    struct frame_request request;
    pthread_mutex_t lock;
    struct rulebook_day *days[DAYS];
    uint64_t clock;
};

/* ---- The frame ---- */

static struct frame_request request_of(const struct pack *pack)
{
    size_t most = pack->rule_count + pack->schema.definition_count, count = 0;
    struct program_root *roots = mem_new(most, sizeof *roots);
    for (size_t i = 0; i < pack->rule_count; i++)
        roots[count++] = (struct program_root){pack->rules[i].node, pack->rules[i].scope};
    for (size_t i = 0; i < pack->schema.definition_count; i++) {
        const struct schema_definition *definition = &pack->schema.definitions[i];
        if (definition->scope >= 0)
            roots[count++] = (struct program_root){definition->node, definition->scope};
    }
    struct frame_request request = gather_request(pack, roots, count, true);
    free(roots);
    return request;
}

int rulebook_part(const struct rulebook *rulebook, struct database *database, const struct frame_part *part,
                  int64_t entry, struct frame **out, struct err *err)
{
    struct frame_request request = rulebook->request;
    request.part = part;
    request.entry = entry;
    return frame_load(database, &request, out, err);
}

int rulebook_frame(const struct rulebook *rulebook, struct frame_cache *frames, struct database *database,
                   int64_t entry, struct frame **out, int64_t *stands, struct err *err)
{
    return frame_cache_get(frames, database, &rulebook->request, entry, out, stands, err);
}

/* ---- A day ---- */

static void sheet_fini(struct sheet *sheet)
{
    program_free(sheet->program);
    free(sheet->roots);
    free(sheet->indexes);
}

static void day_free(struct rulebook_day *day)
{
    for (size_t r = 0; r < day->pack->schema.register_count; r++)
        for (int reach = 0; reach < REACHES; reach++) {
            sheet_fini(&day->chapters[r].rules[reach]);
            sheet_fini(&day->chapters[r].definitions[reach]);
        }
    free(day->chapters);
    free(day);
}

static void sheet_add(struct sheet *sheet, size_t most, const struct node *node, int reg, int index)
{
    if (sheet->roots == NULL) {
        sheet->roots = mem_new(most, sizeof *sheet->roots);
        sheet->indexes = mem_new(most, sizeof *sheet->indexes);
    }
    sheet->roots[sheet->count] = (struct program_root){node, reg};
    sheet->indexes[sheet->count++] = index;
}

static enum rulebook_reach reach_of(const struct pack *pack, const struct node *node, int reg)
{
    int head = hangs_on(&pack->schema, reg, pack->subject) ? pack->subject : reg;
    return formula_is_local(&pack->schema, node, head) ? REACH_FAMILY : REACH_EVERYBODY;
}

static int sheet_compile(struct sheet *sheet, const struct rulebook_day *day, struct err *err)
{
    const struct program_options options = {.as_of = day->as_of};
    if (sheet->count == 0) return 0;
    return program_new(&day->pack->schema, sheet->roots, sheet->count, &options, &sheet->program, err);
}

static int day_new(const struct pack *pack, int32_t as_of, struct rulebook_day **out, struct err *err)
{
    const struct schema *schema = &pack->schema;
    struct rulebook_day *day = mem_new(1, sizeof *day);
    *day = (struct rulebook_day){.pack = pack, .as_of = as_of};
    atomic_init(&day->owners, 1);
    day->chapters = mem_new(schema->register_count, sizeof *day->chapters);
    for (size_t i = 0; i < pack->rule_count; i++) {
        const struct pack_rule *rule = &pack->rules[i];
        struct sheet *sheets = day->chapters[rule->scope].rules;
        sheet_add(&sheets[reach_of(pack, rule->node, rule->scope)], pack->rule_count, rule->node, rule->scope,
                  (int)i);
    }
    for (size_t i = 0; i < schema->definition_count; i++) {
        const struct schema_definition *definition = &schema->definitions[i];
        if (definition->scope < 0) continue;
        struct sheet *sheets = day->chapters[definition->scope].definitions;
        sheet_add(&sheets[reach_of(pack, definition->node, definition->scope)], schema->definition_count,
                  definition->node, definition->scope, (int)i);
    }
    int code = 0;
    for (size_t r = 0; code == 0 && r < schema->register_count; r++)
        for (int reach = 0; code == 0 && reach < REACHES; reach++) {
            code = sheet_compile(&day->chapters[r].rules[reach], day, err);
            if (code == 0) code = sheet_compile(&day->chapters[r].definitions[reach], day, err);
        }
    if (code == 0)
        *out = day;
    else
        day_free(day);
    return code;
}

void rulebook_close(struct rulebook_day *day)
{
    if (day != NULL && atomic_fetch_sub(&day->owners, 1) == 1) day_free(day);
}

/* ---- The rulebook ---- */

struct rulebook *rulebook_new(const struct pack *pack)
{
    struct rulebook *rulebook = mem_new(1, sizeof *rulebook);
    rulebook->pack = pack;
    rulebook->request = request_of(pack);
    if (pthread_mutex_init(&rulebook->lock, NULL) != 0) mem_exhausted(); /* nothing else makes it fail */
    return rulebook;
}

void rulebook_free(struct rulebook *rulebook)
{
    if (rulebook == NULL) return;
    for (size_t i = 0; i < DAYS; i++) rulebook_close(rulebook->days[i]);
    gather_request_free(rulebook->pack, &rulebook->request);
    pthread_mutex_destroy(&rulebook->lock);
    free(rulebook);
}

/* The place of that date, or one to put it: an empty one, or that of the date nobody asked for longest. */
static size_t place_of(const struct rulebook *rulebook, int32_t as_of)
{
    size_t place = 0;
    for (size_t i = 0; i < DAYS; i++)
        if (rulebook->days[i] != NULL && rulebook->days[i]->as_of == as_of) return i;
    for (size_t i = 1; i < DAYS && rulebook->days[place] != NULL; i++)
        if (rulebook->days[i] == NULL || rulebook->days[i]->used < rulebook->days[place]->used) place = i;
    return place;
}

int rulebook_open(struct rulebook *rulebook, int32_t as_of, struct rulebook_day **out, struct err *err)
{
    int code = 0;
    *out = NULL;
    /* Compiling is done with the lock: who waits mostly wants the same date. */
    pthread_mutex_lock(&rulebook->lock);
    struct rulebook_day **day = &rulebook->days[place_of(rulebook, as_of)];
    uint64_t generation = pack_generation(rulebook->pack);
    if (*day == NULL || (*day)->as_of != as_of || (*day)->generation != generation) {
        struct rulebook_day *fresh = NULL;
        code = day_new(rulebook->pack, as_of, &fresh, err);
        if (code == 0) {
            rulebook_close(*day);
            fresh->generation = generation;
            *day = fresh;
        }
    }
    if (code == 0) {
        (*day)->used = ++rulebook->clock;
        atomic_fetch_add(&(*day)->owners, 1);
        *out = *day;
    }
    pthread_mutex_unlock(&rulebook->lock);
    return code;
}

/* ---- Some records ---- */

struct desk_seat {
    const struct sheet *sheet;
    struct seat *seat; /* NULL: the sheet asks for whole registers */
};

struct rulebook_desk {
    struct rulebook_day *day; /* an owner; NULL: nobody has sat here yet */
    struct frame *frame;
    struct desk_seat *seats;
    size_t count, capacity;
};

struct rulebook_desk *rulebook_desk_new(void)
{
    return mem_new(1, sizeof(struct rulebook_desk));
}

static void desk_clear(struct rulebook_desk *desk)
{
    for (size_t i = 0; i < desk->count; i++) seat_free(desk->seats[i].seat);
    desk->count = 0;
    rulebook_close(desk->day);
    frame_free(desk->frame);
    desk->day = NULL;
    desk->frame = NULL;
}

void rulebook_desk_free(struct rulebook_desk *desk)
{
    if (desk == NULL) return;
    desk_clear(desk);
    free(desk->seats);
    free(desk);
}

static void desk_open(struct rulebook_desk *desk, struct rulebook_day *day, struct frame *frame)
{
    if (desk->day == day && desk->frame == frame) return;
    desk_clear(desk);
    atomic_fetch_add(&day->owners, 1);
    desk->day = day;
    desk->frame = frame_share(frame);
}

static int desk_seat(struct rulebook_desk *desk, const struct sheet *sheet, int reg, struct seat **out,
                     struct err *err)
{
    for (size_t i = 0; i < desk->count; i++)
        if (desk->seats[i].sheet == sheet) {
            *out = desk->seats[i].seat;
            return 0;
        }
    int code = seat_new(sheet->program, desk->frame, reg, out, err);
    if (code != 0) return code;
    desk->seats = mem_grow(desk->seats, &desk->capacity, desk->count + 1, sizeof *desk->seats);
    desk->seats[desk->count++] = (struct desk_seat){sheet, *out};
    return 0;
}

static int run_sheet(struct rulebook_desk *desk, const struct sheet *sheet, int reg, uint32_t row,
                     size_t rows, struct program_result **results, struct err *err)
{
    const struct program_run_options options = {.threads = 1, .reg = reg, .row = row, .rows = rows};
    struct seat *seat;
    int code = desk_seat(desk, sheet, reg, &seat, err);
    if (code != 0) return code;
    *results = mem_new(sheet->count, sizeof **results);
    if (seat != NULL)
        seat_run(seat, row, rows, *results);
    else
        code = program_run(sheet->program, desk->frame, &options, *results, err);
    if (code != 0) {
        free(*results);
        *results = NULL;
    }
    return code;
}

static int finding_of(const struct value *value)
{
    if (!value->known) return FINDING_UNDETERMINED;
    return value->integer != 0 ? FINDING_HIT : RULE_MISSES;
}

/* findings: of the first row; all the sheet's rules of each. */
static void sheet_findings(const struct sheet *sheet, size_t rule_count, size_t rows,
                           const struct program_result *results, int *findings)
{
    for (size_t i = 0; i < sheet->count; i++)
        for (size_t row = 0; row < rows; row++) {
            struct value value = {0};
            if (results != NULL) value = program_result_get(&results[i], row);
            findings[row * rule_count + (size_t)sheet->indexes[i]] =
                results != NULL ? finding_of(&value) : RULE_UNASKED;
        }
}

int rulebook_find(struct rulebook_desk *desk, struct rulebook_day *day, struct frame *frame, int reg,
                  uint32_t row, size_t rows, enum rulebook_reach reach, int *findings, struct err *err)
{
    desk_open(desk, day, frame);
    int code = 0;
    for (int at = 0; code == 0 && rows > 0 && at < REACHES; at++) {
        const struct sheet *sheet = &day->chapters[reg].rules[at];
        struct program_result *results = NULL;
        bool asked = at <= (int)reach && sheet->count > 0;
        if (asked) code = run_sheet(desk, sheet, reg, row, rows, &results, err);
        if (code != 0) break;
        sheet_findings(sheet, day->pack->rule_count, rows, results, findings);
        if (asked) program_results_fini(results, sheet->count);
        free(results);
    }
    return code;
}

int rulebook_define(struct rulebook_desk *desk, struct rulebook_day *day, struct frame *frame, int reg,
                    uint32_t row, enum rulebook_reach reach, struct arena *arena, struct value *values,
                    struct err *err)
{
    desk_open(desk, day, frame);
    int code = 0;
    for (int at = 0; code == 0 && at < REACHES; at++) {
        const struct sheet *sheet = &day->chapters[reg].definitions[at];
        struct program_result *results;
        for (size_t i = 0; i < sheet->count; i++) values[sheet->indexes[i]] = (struct value){0};
        if (at > (int)reach || sheet->count == 0) continue;
        code = run_sheet(desk, sheet, reg, row, 1, &results, err);
        if (code != 0) break;
        for (size_t i = 0; i < sheet->count; i++) {
            struct value *value = &values[sheet->indexes[i]];
            *value = program_result_get(&results[i], 0);
            if (value->known && results[i].kind == TYPE_TEXT) value->text = arena_text(arena, value->text);
        }
        program_results_fini(results, sheet->count);
        free(results);
    }
    return code;
}
