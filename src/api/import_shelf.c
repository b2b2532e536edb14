/* The database knows nothing of an import before it is applied; what a clerk has uploaded must outlive a
 * restart all the same. */
#include "api/import_shelf.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/json.h"
#include "base/mem.h"
#include "server/body.h"

enum { PATH_SIZE = 4096, BYTES_MAX = 16 << 20, DAY = 86400 };

/* What has to be known of each without opening its file. */
struct known {
    int64_t id, owner, created;
    enum import_state state;
};

struct import_shelf {
    char *folder;
    pthread_mutex_t lock;
    struct known *known;
    size_t count, capacity;
    int64_t last;
};

static const char *const names[IMPORT_STATES] = {"reading", "ready",  "applying",
                                                 "applied", "failed", "dropped"};

const char *import_state_name(enum import_state state)
{
    return names[state];
}

/* ---- Files ---- */

static void path_of(const struct import_shelf *shelf, int64_t id, const char *suffix, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%lld%s", shelf->folder, (long long)id, suffix);
}

static const char *arena_path(const struct import_shelf *shelf, int64_t id, const char *suffix,
                              struct arena *arena)
{
    return arena_printf(arena, "%s/%lld%s", shelf->folder, (long long)id, suffix);
}

const char *import_shelf_sheet(const struct import_shelf *shelf, int64_t id, struct arena *arena)
{
    return arena_path(shelf, id, ".sheet", arena);
}

const char *import_shelf_refused(const struct import_shelf *shelf, int64_t id, struct arena *arena)
{
    return arena_path(shelf, id, ".errors.xlsx", arena);
}

static void remove_file(const struct import_shelf *shelf, int64_t id, const char *suffix)
{
    char path[PATH_SIZE];
    path_of(shelf, id, suffix, path);
    unlink(path);
}

void import_shelf_remove_sheet(const struct import_shelf *shelf, int64_t id)
{
    remove_file(shelf, id, ".sheet");
}

/* ---- An import as JSON ---- */

static void describe(const struct import_item *item, struct buffer *out)
{
    struct json_writer json = json_start(out);
    json_put_object(&json);
    json_member_int(&json, "id", item->id);
    json_member_int(&json, "owner", item->owner);
    json_member_int(&json, "job", item->job);
    json_member_int(&json, "created", item->created);
    json_member_text(&json, "state", text_of(names[item->state]));
    json_member_text(&json, "feed", item->feed);
    json_member_text(&json, "filename", item->filename);
    json_member_text(&json, "language", item->language);
    json_member_text(&json, "digest", item->digest);
    json_member_text(&json, "report_zh", item->reports[0]);
    json_member_text(&json, "report_en", item->reports[1]);
    json_member_text(&json, "error_zh", item->errors[0]);
    json_member_text(&json, "error_en", item->errors[1]);
    json_put_object_end(&json);
}

static struct text member(const struct body *record, const char *key, struct arena *arena)
{
    return arena_text(arena, body_get_text(record, key));
}

static bool sound(const struct body *record)
{
    static const char *const texts[] = {"state",     "feed",      "filename", "language", "digest",
                                        "report_zh", "report_en", "error_zh", "error_en"};
    static const char *const ints[] = {"id", "owner", "job", "created"};
    bool good = body_kind(record) == BODY_OBJECT;
    for (size_t i = 0; good && i < sizeof texts / sizeof *texts; i++) {
        const struct body *value = body_get(record, texts[i]);
        good = value != NULL && body_kind(value) == BODY_TEXT;
    }
    for (size_t i = 0; good && i < sizeof ints / sizeof *ints; i++) {
        const struct body *value = body_get(record, ints[i]);
        good = value != NULL && body_kind(value) == BODY_INT;
    }
    return good;
}

static bool take(const struct body *record, struct arena *arena, struct import_item *item)
{
    if (!sound(record)) return false;
    int state = 0;
    while (state < IMPORT_STATES && !text_is(body_get_text(record, "state"), names[state])) state++;
    if (state == IMPORT_STATES) return false;
    *item = (struct import_item){
        .id = body_get_int(record, "id", 0),
        .owner = body_get_int(record, "owner", 0),
        .job = body_get_int(record, "job", 0),
        .created = body_get_int(record, "created", 0),
        .state = (enum import_state)state,
        .feed = member(record, "feed", arena),
        .filename = member(record, "filename", arena),
        .language = member(record, "language", arena),
        .digest = member(record, "digest", arena),
        .reports = {member(record, "report_zh", arena), member(record, "report_en", arena)},
        .errors = {member(record, "error_zh", arena), member(record, "error_en", arena)}};
    return true;
}

/* ---- Under the lock ---- */

static struct known *find(const struct import_shelf *shelf, int64_t id)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->known[i].id == id) return &shelf->known[i];
    return NULL;
}

static int keep(struct import_shelf *shelf, const struct import_item *item, struct err *err)
{
    char path[PATH_SIZE];
    struct buffer out = {0};
    path_of(shelf, item->id, ".json", path);
    describe(item, &out);
    bool kept = disk_replace(path, buffer_get(&out));
    int code = kept ? 0 : err_errno(err, path, "无法记录导入的状态", "Cannot keep the import's state");
    buffer_fini(&out);
    if (!kept) return code;
    struct known *known = find(shelf, item->id);
    if (known == NULL) {
        shelf->known = mem_grow(shelf->known, &shelf->capacity, shelf->count + 1, sizeof *shelf->known);
        known = &shelf->known[shelf->count++];
    }
    *known = (struct known){item->id, item->owner, item->created, item->state};
    return 0;
}

static int read_item(const struct import_shelf *shelf, int64_t id, struct arena *arena,
                     struct import_item *item)
{
    char path[PATH_SIZE];
    struct buffer bytes = {0};
    struct body *record = NULL;
    path_of(shelf, id, ".json", path);
    bool good = disk_read(path, BYTES_MAX, &bytes) && body_parse(buffer_get(&bytes), &record, NULL) == 0 &&
                take(record, arena, item) && item->id == id;
    body_free(record);
    buffer_fini(&bytes);
    return good ? 0 : ERR_NOT_FOUND;
}

static void forget(struct import_shelf *shelf, int64_t id)
{
    static const char *const suffixes[] = {".json", ".json.new", ".sheet", ".errors.xlsx"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) remove_file(shelf, id, suffixes[i]);
    struct known *known = find(shelf, id);
    if (known != NULL) *known = shelf->known[--shelf->count];
}

static void sweep(struct import_shelf *shelf)
{
    int64_t oldest = (int64_t)time(NULL) - (int64_t)IMPORT_SHELF_DAYS * DAY;
    for (size_t i = 0; i < shelf->count;)
        if (shelf->known[i].created < oldest)
            forget(shelf, shelf->known[i].id);
        else
            i++;
}

static int missing(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "没有这次导入；上传的表保留 %d 天",
                   "There is no such import; what is uploaded is kept for %d days", IMPORT_SHELF_DAYS);
}

/* ---- For all ---- */

/* Files of an upload whose record was never written, or cannot be read, belong to nobody. */
static void take_file(struct import_shelf *shelf, const char *name)
{
    char *end;
    long long id = strtoll(name, &end, 10);
    struct arena arena = {0};
    struct import_item item;
    if (id <= 0 || find(shelf, id) != NULL) return;
    /* READING without a job: the server ended before it had said yes to the upload. */
    if (read_item(shelf, id, &arena, &item) != 0 || (item.state == IMPORT_STATE_READING && item.job == 0)) {
        forget(shelf, id);
    } else {
        shelf->known = mem_grow(shelf->known, &shelf->capacity, shelf->count + 1, sizeof *shelf->known);
        shelf->known[shelf->count++] = (struct known){item.id, item.owner, item.created, item.state};
        if (item.id > shelf->last) shelf->last = item.id;
        /* As little was said to the wish to apply it. */
        if (item.state == IMPORT_STATE_APPLYING && item.job == 0) {
            item.state = IMPORT_STATE_READY;
            keep(shelf, &item, NULL);
        }
    }
    arena_fini(&arena);
}

int import_shelf_new(const char *data, struct import_shelf **out, struct err *err)
{
    struct import_shelf *shelf = mem_new(1, sizeof *shelf);
    struct buffer folder = {0};
    *out = NULL;
    buffer_printf(&folder, "%s/imports", data);
    shelf->folder = mem_copy_text(folder.data, folder.size);
    buffer_fini(&folder);
    pthread_mutex_init(&shelf->lock, NULL);
    DIR *entries = NULL;
    if (mkdir(shelf->folder, 0700) == 0 || errno == EEXIST) entries = opendir(shelf->folder);
    if (entries == NULL) {
        int code = err_errno(err, shelf->folder, "无法打开导入文件夹", "Cannot open the folder of imports");
        import_shelf_free(shelf);
        return code;
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) take_file(shelf, entry->d_name);
    closedir(entries);
    sweep(shelf);
    *out = shelf;
    return 0;
}

void import_shelf_free(struct import_shelf *shelf)
{
    if (shelf == NULL) return;
    pthread_mutex_destroy(&shelf->lock);
    free(shelf->folder);
    free(shelf->known);
    free(shelf);
}

static size_t count_open(const struct import_shelf *shelf, int64_t owner)
{
    size_t open = 0;
    for (size_t i = 0; i < shelf->count; i++)
        open += shelf->known[i].owner == owner && (shelf->known[i].state == IMPORT_STATE_READING ||
                                                   shelf->known[i].state == IMPORT_STATE_READY ||
                                                   shelf->known[i].state == IMPORT_STATE_APPLYING);
    return open;
}

size_t import_shelf_open(struct import_shelf *shelf, int64_t owner)
{
    pthread_mutex_lock(&shelf->lock);
    size_t open = count_open(shelf, owner);
    pthread_mutex_unlock(&shelf->lock);
    return open;
}

static int check_room(const struct import_shelf *shelf, int64_t owner, struct err *err)
{
    size_t open = count_open(shelf, owner);
    if (open < IMPORT_SHELF_OPEN) return 0;
    return err_set(err, ERR_TOO_MANY, "您有 %zu 次导入还没有完成，请先写入或放弃其中一些",
                   "You have %zu unfinished imports; apply or drop some of them first", open);
}

int import_shelf_add(struct import_shelf *shelf, struct import_item *item, struct err *err)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t milliseconds = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    pthread_mutex_lock(&shelf->lock);
    sweep(shelf);
    int code = check_room(shelf, item->owner, err);
    if (code == 0) {
        shelf->last = milliseconds > shelf->last ? milliseconds : shelf->last + 1;
        item->id = shelf->last;
        item->created = (int64_t)now.tv_sec;
        item->state = IMPORT_STATE_READING;
        code = keep(shelf, item, err);
    }
    pthread_mutex_unlock(&shelf->lock);
    return code;
}

static int get(struct import_shelf *shelf, int64_t id, int64_t owner, struct arena *arena,
               struct import_item *item, struct err *err)
{
    const struct known *known = find(shelf, id);
    bool own = known != NULL && known->owner == owner;
    return own && read_item(shelf, id, arena, item) == 0 ? 0 : missing(err);
}

int import_shelf_get(struct import_shelf *shelf, int64_t id, int64_t owner, struct arena *arena,
                     struct import_item *item, struct err *err)
{
    pthread_mutex_lock(&shelf->lock);
    int code = get(shelf, id, owner, arena, item, err);
    pthread_mutex_unlock(&shelf->lock);
    return code;
}

int import_shelf_change(struct import_shelf *shelf, int64_t id, int64_t owner, import_change *change,
                        void *context, struct err *err)
{
    struct arena arena = {0};
    struct import_item item;
    pthread_mutex_lock(&shelf->lock);
    int code = get(shelf, id, owner, &arena, &item, err);
    if (code == 0) code = change(context, &item, err);
    if (code == 0) code = keep(shelf, &item, err);
    pthread_mutex_unlock(&shelf->lock);
    arena_fini(&arena);
    return code;
}

void import_shelf_forget(struct import_shelf *shelf, int64_t id)
{
    pthread_mutex_lock(&shelf->lock);
    forget(shelf, id);
    pthread_mutex_unlock(&shelf->lock);
}
