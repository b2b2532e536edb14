/* A year by month is fourteen days of figures. They hold as long as the columns that they were computed from
 * are the very same: a refreshed frame shares what did not change, so comparing pointers says what has to be
 * computed again. The frames are held until then. */
#include "progress/shelf.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "monitor/found.h"
#include "pack/adopted.h"

enum { DAYS = 40 };

struct kept_day {
    struct figures *figures; /* NULL: an empty place */
    struct frame *frame;     /* what they were computed from */
    int64_t entry;           /* the last of the log for which they are known to hold */
    uint64_t generation;     /* of the parameters that they were computed with */
    uint64_t used;
};

struct progress_shelf {
    const struct progress_book *book;
    pthread_mutex_t lock;
    struct kept_day days[DAYS];
    uint64_t clock;
};

struct progress_shelf *progress_shelf_new(const struct progress_book *book)
{
    struct progress_shelf *shelf = mem_new(1, sizeof *shelf);
    shelf->book = book;
    if (pthread_mutex_init(&shelf->lock, NULL) != 0) mem_exhausted();
    return shelf;
}

static void empty_day(struct kept_day *day)
{
    figures_free(day->figures);
    if (day->frame != NULL) frame_free(day->frame);
    *day = (struct kept_day){0};
}

void progress_shelf_free(struct progress_shelf *shelf)
{
    if (shelf == NULL) return;
    for (size_t i = 0; i < DAYS; i++) empty_day(&shelf->days[i]);
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

/* ---- What still holds ---- */

static bool same_column(const struct column *a, const struct column *b)
{
    return a->values == b->values && a->nulls == b->nulls && a->heap == b->heap && a->offsets == b->offsets &&
           a->base == b->base && a->width == b->width;
}

static bool reads(const struct frame_request *request, const struct schema *schema, size_t reg)
{
    bool any = request->wanted != NULL && request->wanted[reg];
    for (size_t i = 0; i < schema->registers[reg].field_count && !any; i++) any = request->used[reg][i];
    return any;
}

static bool same_register(const struct frame_request *request, const struct schema *schema, size_t reg,
                          const struct frame_register *a, const struct frame_register *b)
{
    if (!reads(request, schema, reg)) return true;
    if (a->rows != b->rows || a->child_offsets != b->child_offsets || a->columns == NULL ||
        b->columns == NULL)
        return false;
    for (size_t i = 0; i < schema->registers[reg].field_count; i++)
        if (request->used[reg][i] && !same_column(&a->columns[i], &b->columns[i])) return false;
    return true;
}

static void find_kept(const struct progress_book *book, const struct frame *before, const struct frame *now,
                      bool *kept)
{
    const struct schema *schema = &book->pack->schema;
    for (size_t i = 0; i <= book->pack->indicator_count; i++) {
        kept[i] = true;
        for (size_t r = 0; r < schema->register_count && kept[i]; r++)
            kept[i] = same_register(&book->each[i], schema, r, &before->registers[r], &now->registers[r]);
    }
}

/* ---- Getting ---- */

static struct kept_day *find_day(struct progress_shelf *shelf, int32_t as_of)
{
    struct kept_day *oldest = &shelf->days[0];
    for (size_t i = 0; i < DAYS; i++) {
        struct kept_day *day = &shelf->days[i];
        if (day->figures != NULL && day->figures->as_of == as_of) return day;
        if (oldest->figures != NULL && (day->figures == NULL || day->used < oldest->used)) oldest = day;
    }
    empty_day(oldest);
    return oldest;
}

static int refresh_day(struct progress_shelf *shelf, struct kept_day *day, int32_t as_of, struct frame *frame,
                       int64_t entry, struct err *err)
{
    const struct progress_book *book = shelf->book;
    bool *kept = mem_new(book->pack->indicator_count + 1, sizeof *kept);
    struct figures *fresh;
    uint64_t generation = pack_generation(book->pack);
    if (day->figures != NULL && day->generation == generation) find_kept(book, day->frame, frame, kept);
    int code = figures_compute(book, frame, as_of, 0, day->figures, kept, &fresh, err);
    free(kept);
    if (code != 0) return code;
    empty_day(day);
    *day = (struct kept_day){fresh, frame_share(frame), entry, generation, 0};
    return 0;
}

int progress_shelf_frame(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                         struct frame **out, struct err *err)
{
    return frame_cache_get(frames, database, &shelf->book->all, FRAME_CACHE_NEWEST, out, NULL, err);
}

/* With the lock. */
static int get_all(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                   const int32_t *days, size_t count, struct figures **out, struct err *err)
{
    struct frame *frame = NULL;
    int64_t entry, stands = 0;
    int code = database_last_entry(database_store(database), &entry, err);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct kept_day *day = find_day(shelf, days[i]);
        if (day->figures == NULL || day->entry < entry ||
            day->generation != pack_generation(shelf->book->pack)) {
            if (frame == NULL)
                code = frame_cache_get(frames, database, &shelf->book->all, FRAME_CACHE_NEWEST, &frame,
                                       &stands, err);
            if (code == 0) code = refresh_day(shelf, day, days[i], frame, stands, err);
        }
        if (code != 0) break;
        day->used = ++shelf->clock;
        out[i] = figures_share(day->figures);
    }
    if (frame != NULL) frame_free(frame);
    return code;
}

int progress_shelf_get(struct progress_shelf *shelf, struct frame_cache *frames, struct database *database,
                       const int32_t *days, size_t count, struct figures **out, struct err *err)
{
    for (size_t i = 0; i < count; i++) out[i] = NULL;
    pthread_mutex_lock(&shelf->lock);
    int code = get_all(shelf, frames, database, days, count, out, err);
    pthread_mutex_unlock(&shelf->lock);
    for (size_t i = 0; code != 0 && i < count; i++) {
        figures_free(out[i]);
        out[i] = NULL;
    }
    return code;
}
