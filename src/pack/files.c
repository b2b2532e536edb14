/* The files of a pack, from a folder or from memory, into the pack's arena: what may be in a pack, how large,
 * and its digest. A folder may come from anywhere, so nothing outside of it is ever read. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "pack/reader.h"

enum {
    FILES_MAX = 1000,
    FOLDER_DEPTH_MAX = 4,
    PATH_SIZE_MAX = 200,
    ENTRIES_MAX = 100000,
    TOTAL_SIZE_MAX = 256 << 20,
};

struct collection {
    struct reader *reader;
    char root[PATH_MAX]; /* resolved folder, for links */
    struct pack_file *files;
    size_t count, capacity, total;
    size_t entries; /* of folders, also those passed over */
};

static void fault(struct reader *reader, struct text path, const char *zh, const char *en)
{
    struct err err = {0};
    err_set(&err, ERR_INPUT, "%s", "%s", zh);
    snprintf(err.en, sizeof err.en, "%s", en);
    err_at(&err, reader_file(reader, path), 0, 0);
    fault_list_add(reader->faults, &err);
}

static int too_much(struct reader *reader, struct err *err)
{
    return err_set(err, ERR_LIMIT, "%s：配置包太大（最多 1,000 个文件，共 256 MiB）",
                   "%s: the pack is too large (at most 1,000 files, 256 MiB together)", reader->where);
}

/* Only these kinds of file belong to a pack; a README, a script or a picture beside them is passed over. */
static bool belongs(struct text path)
{
    return text_ends(path, TEXT(".yaml")) || text_ends(path, TEXT(".csv")) ||
           text_ends(path, TEXT(".geojson"));
}

/* A path that is the same on every system and in every message. */
static bool plain_path(struct text path)
{
    if (path.size == 0 || path.size > PATH_SIZE_MAX || !text_valid(path)) return false;
    for (size_t i = 0; i < path.size; i++) {
        unsigned char c = (unsigned char)path.at[i];
        if (c < 0x20 || c == 0x7F || strchr("\\:*?\"<>|", c) != NULL) return false;
        bool begins = i == 0 || path.at[i - 1] == '/';
        if (begins && (c == '/' || c == '.' || c == ' ')) return false;
    }
    return path.at[path.size - 1] != '/';
}

static int keep(struct collection *collection, struct text path, struct text content, struct err *err)
{
    collection->total += content.size;
    if (collection->count == FILES_MAX || collection->total > TOTAL_SIZE_MAX)
        return too_much(collection->reader, err);
    collection->files =
        mem_grow(collection->files, &collection->capacity, collection->count + 1, sizeof *collection->files);
    collection->files[collection->count++] = (struct pack_file){path, content};
    return 0;
}

/* ---- From a folder ---- */

static int read_all(int fd, char *at, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t count = read(fd, at + *got, size - *got);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        *got += (size_t)count;
    }
    return 0;
}

static int read_file(struct collection *collection, int folder, const char *name, struct text path,
                     struct err *err)
{
    struct reader *reader = collection->reader;
    const char *shown = reader_file(reader, path);
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return err_errno(err, shown, "读不了文件", "cannot read the file");
    struct stat status;
    int result = 0;
    if (fstat(fd, &status) != 0) {
        result = err_errno(err, shown, "读不了文件", "cannot read the file");
    } else if (!S_ISREG(status.st_mode)) {
        fault(reader, path, "不是普通文件", "not an ordinary file");
    } else if (status.st_size > YAML_SIZE_MAX) {
        fault(reader, path, "文件超过 16 MiB；请拆成几个文件", "the file is larger than 16 MiB; split it");
    } else {
        size_t size = (size_t)status.st_size, got;
        char *at = arena_alloc(reader->arena, size + 1);
        if (read_all(fd, at, size, &got) != 0)
            result = err_errno(err, shown, "读不了文件", "cannot read the file");
        else
            result = keep(collection, path, (struct text){at, got}, err);
    }
    close(fd);
    return result;
}

/* A link may point to a file within the pack's folder, nowhere else. */
static bool link_stays_inside(const struct collection *collection, int folder, const char *name)
{
    char proc[64 + NAME_MAX], target[PATH_MAX];
    snprintf(proc, sizeof proc, "/proc/self/fd/%d/%s", folder, name);
    size_t root = strlen(collection->root);
    return realpath(proc, target) != NULL && strncmp(target, collection->root, root) == 0 &&
           target[root] == '/';
}

static int walk(struct collection *collection, int folder, struct text prefix, int depth, struct err *err);

static int visit(struct collection *collection, int folder, const char *name, struct text path, int depth,
                 struct err *err)
{
    struct reader *reader = collection->reader;
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return err_errno(err, reader_file(reader, path), "读不了", "cannot read");
    if (S_ISDIR(status.st_mode)) {
        if (depth == FOLDER_DEPTH_MAX) return 0;
        int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner < 0)
            return err_errno(err, reader_file(reader, path), "读不了文件夹", "cannot read the folder");
        struct text prefix = text_of(arena_printf(reader->arena, "%.*s/", TEXT_ARGS(path)));
        return walk(collection, inner, prefix, depth + 1, err);
    }
    if (text_ends(path, TEXT(".yml"))) {
        fault(reader, path, "文件名请以 .yaml 结尾", "rename the file so that it ends in .yaml");
        return 0;
    }
    if (!belongs(path)) return 0;
    if (!plain_path(path)) {
        fault(reader, path, "文件名含有不能用的字符，或太长",
              "the file's name holds signs that are not allowed, or is too long");
        return 0;
    }
    if (S_ISLNK(status.st_mode) && !link_stays_inside(collection, folder, name)) {
        fault(reader, path, "符号链接指向配置包之外；请换成文件本身",
              "a link leads out of the pack's folder; put the file itself there");
        return 0;
    }
    return read_file(collection, folder, name, path, err);
}

/* Takes the folder's descriptor. */
static int walk(struct collection *collection, int folder, struct text prefix, int depth, struct err *err)
{
    DIR *stream = fdopendir(folder);
    if (stream == NULL) {
        close(folder);
        return err_errno(err, reader_file(collection->reader, prefix), "读不了文件夹",
                         "cannot read the folder");
    }
    int result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(stream)) != NULL) {
        size_t size = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || entry->d_name[size - 1] == '~')
            continue; /* hidden files, editors' copies */
        if (++collection->entries > ENTRIES_MAX) {
            result = too_much(collection->reader, err);
            break;
        }
        char *path = arena_printf(collection->reader->arena, "%.*s%s", TEXT_ARGS(prefix), entry->d_name);
        result = visit(collection, folder, entry->d_name, text_of(path), depth, err);
    }
    closedir(stream);
    return result;
}

static int compare_paths(const void *left, const void *right)
{
    const struct pack_file *a = left, *b = right;
    return text_compare(a->path, b->path);
}

static void finish(struct collection *collection)
{
    struct pack *pack = collection->reader->pack;
    if (collection->count > 1)
        qsort(collection->files, collection->count, sizeof *collection->files, compare_paths);
    pack->files = arena_array(&pack->arena, collection->count, sizeof *pack->files);
    if (collection->count > 0)
        memcpy(pack->files, collection->files, collection->count * sizeof *pack->files);
    pack->file_count = collection->count;
    free(collection->files);
}

int files_read_folder(struct reader *reader, const char *folder, struct err *err)
{
    struct collection collection = {.reader = reader};
    if (realpath(folder, collection.root) == NULL)
        return err_errno(err, folder, "打不开配置包文件夹", "cannot open the pack's folder");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return err_errno(err, folder, "打不开配置包文件夹", "cannot open the pack's folder");
    int result = walk(&collection, fd, TEXT(""), 1, err);
    finish(&collection);
    return result;
}

/* ---- From memory ---- */

int files_copy(struct reader *reader, const struct pack_file *files, size_t count, struct err *err)
{
    struct collection collection = {.reader = reader};
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++) {
        struct text path = arena_text(reader->arena, files[i].path);
        if (!plain_path(path) || !belongs(path))
            fault(reader, path, "这不是配置包中可有的文件名", "not a name that a file of a pack can have");
        else if (files[i].content.size > YAML_SIZE_MAX)
            fault(reader, path, "文件超过 16 MiB；请拆成几个文件",
                  "the file is larger than 16 MiB; split it");
        else
            result = keep(&collection, path, arena_text(reader->arena, files[i].content), err);
    }
    finish(&collection);
    const struct pack *pack = reader->pack;
    for (size_t i = 1; i < pack->file_count; i++)
        if (text_equal(pack->files[i - 1].path, pack->files[i].path))
            fault(reader, pack->files[i].path, "同名文件出现两次", "two files have this name");
    return result;
}

/* ---- Both ---- */

const struct pack_file *files_find(const struct pack *pack, struct text path)
{
    for (size_t i = 0; i < pack->file_count; i++)
        if (text_equal(pack->files[i].path, path)) return &pack->files[i];
    return NULL;
}

static uint64_t hash_more(uint64_t hash, struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * UINT64_C(0x100000001B3);
    /* The size keeps "ab" + "c" and "a" + "bc" apart. */
    for (size_t size = text.size, i = 0; i < 8; i++, size >>= 8)
        hash = (hash ^ (size & 0xFF)) * UINT64_C(0x100000001B3);
    return hash;
}

void files_digest(struct pack *pack)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a: tells versions apart, protects against nobody */
    for (size_t i = 0; i < pack->file_count; i++) {
        hash = hash_more(hash, pack->files[i].path);
        hash = hash_more(hash, pack->files[i].content);
    }
    snprintf(pack->digest, sizeof pack->digest, "%016llx", (unsigned long long)hash);
}
