/* A web application is a few megabytes: held in memory it is served without a system call that could fail,
 * and a path is only ever looked up among names that were read at the start. */
#include "server/assets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"

struct file {
    struct asset plain, gzip, brotli; /* those without a path do not exist */
};

struct assets {
    struct file *files;
    size_t count, capacity, bytes;
    struct map names;
    struct arena arena;
};

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".mjs", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".json", "application/json"},
                                           {".map", "application/json"},
                                           {".webmanifest", "application/manifest+json"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"},
                                           {".jpg", "image/jpeg"},
                                           {".webp", "image/webp"},
                                           {".ico", "image/x-icon"},
                                           {".woff2", "font/woff2"},
                                           {".woff", "font/woff"},
                                           {".ttf", "font/ttf"},
                                           {".txt", "text/plain; charset=utf-8"},
                                           {".wasm", "application/wasm"},
                                           {".pdf", "application/pdf"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (text_ends(text_of(path), text_of(types[i][0]))) return types[i][1];
    return "application/octet-stream";
}

/* 128 bits of FNV-1a: a tag has to differ when the content does, not to resist anybody. */
static const char *tag_of(struct arena *arena, struct text bytes, const char *encoding)
{
    unsigned __int128 hash = ((unsigned __int128)0x6c62272e07bb0142U << 64) | 0x62b821756295c58dU;
    const unsigned __int128 prime = ((unsigned __int128)0x0000000001000000U << 64) | 0x000000000000013bU;
    for (size_t i = 0; i < bytes.size; i++) hash = (hash ^ (unsigned char)bytes.at[i]) * prime;
    return arena_printf(arena, "\"%016llx%016llx%s%s\"", (unsigned long long)(hash >> 64),
                        (unsigned long long)hash, encoding == NULL ? "" : "-",
                        encoding == NULL ? "" : encoding);
}

static int read_file(struct assets *assets, int folder, const char *name, struct text *out, struct err *err)
{
    struct stat status;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        int code = err_errno(err, name, "无法读取网页文件", "Cannot read a file of the web application");
        if (fd >= 0) close(fd);
        return code;
    }
    size_t size = (size_t)status.st_size, got = 0;
    if (size > ASSETS_BYTES_MAX - assets->bytes || assets->count == ASSETS_FILES_MAX) {
        close(fd);
        return err_set(err, ERR_LIMIT, "网页文件夹太大：%s",
                       "The folder of the web application is too large: %s", name);
    }
    char *bytes = arena_alloc(&assets->arena, size + 1);
    for (ssize_t more = 1; got < size && more > 0; got += more > 0 ? (size_t)more : 0)
        more = read(fd, bytes + got, size - got);
    close(fd);
    assets->bytes += size;
    *out = (struct text){bytes, got};
    return 0;
}

static struct file *file_named(struct assets *assets, const char *path)
{
    size_t index;
    if (map_add(&assets->names, text_of(path), assets->count, &index)) {
        assets->files = mem_grow(assets->files, &assets->capacity, assets->count + 1, sizeof *assets->files);
        assets->files[assets->count++] = (struct file){.plain = {.path = NULL}};
    }
    return &assets->files[index];
}

static void add(struct assets *assets, const char *path, struct text bytes)
{
    const char *encoding = text_ends(text_of(path), TEXT(".gz"))   ? "gzip"
                           : text_ends(text_of(path), TEXT(".br")) ? "br"
                                                                   : NULL;
    char *plain = arena_copy(&assets->arena, path, strlen(path) - (encoding == NULL ? 0 : 3));
    struct file *file = file_named(assets, plain);
    struct asset *asset = encoding == NULL ? &file->plain : encoding[0] == 'g' ? &file->gzip : &file->brotli;
    *asset = (struct asset){.path = plain,
                            .type = type_of(plain),
                            .encoding = encoding,
                            .bytes = bytes,
                            .etag = tag_of(&assets->arena, bytes, encoding),
                            .immutable = text_starts(text_of(plain), TEXT("assets/"))};
}

static int walk(struct assets *assets, int fd, const char *prefix, int depth, struct err *err)
{
    DIR *folder = fdopendir(fd);
    if (folder == NULL || depth > 16) {
        int code =
            depth > 16
                ? err_set(err, ERR_LIMIT, "网页文件夹嵌套太深：%s", "Folders nested too deep: %s", prefix)
                : err_errno(err, prefix, "无法打开网页文件夹", "Cannot open a folder of the web application");
        if (folder != NULL)
            closedir(folder);
        else
            close(fd);
        return code;
    }
    int code = 0;
    for (struct dirent *entry; code == 0 && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        const char *path = arena_printf(&assets->arena, "%s%s", prefix, entry->d_name);
        struct stat status;
        if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (S_ISDIR(status.st_mode)) {
            int below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            code = below < 0 ? err_errno(err, path, "无法打开网页文件夹",
                                         "Cannot open a folder of the web application")
                             : walk(assets, below, arena_printf(&assets->arena, "%s/", path), depth + 1, err);
        } else if (S_ISREG(status.st_mode)) {
            struct text bytes = {0};
            code = read_file(assets, fd, entry->d_name, &bytes, err);
            if (code == 0) add(assets, path, bytes);
        }
    }
    closedir(folder);
    return code;
}

int assets_load(const char *folder, struct assets **out, struct err *err)
{
    *out = NULL;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, folder, "无法打开网页文件夹", "Cannot open the folder of the web application");
    struct assets *assets = mem_new(1, sizeof *assets);
    int code = walk(assets, fd, "", 0, err);
    size_t index;
    if (code == 0 &&
        (!map_get(&assets->names, TEXT("index.html"), &index) || assets->files[index].plain.path == NULL))
        code = err_set(err, ERR_NOT_FOUND, "网页文件夹 %s 中没有 index.html", "There is no index.html in %s",
                       folder);
    if (code != 0) {
        assets_free(assets);
        return code;
    }
    *out = assets;
    return 0;
}

void assets_free(struct assets *assets)
{
    if (assets == NULL) return;
    map_fini(&assets->names);
    arena_fini(&assets->arena);
    free(assets->files);
    free(assets);
}

/* Is the coding listed, and not with the weight 0? */
static bool accepts(const char *header, const char *coding)
{
    size_t length = strlen(coding);
    while (header != NULL && *header != '\0') {
        header += strspn(header, " \t,");
        size_t size = strcspn(header, ",");
        if (strncasecmp(header, coding, length) == 0 &&
            (size == length || strchr(" ;\t", header[length]) != NULL)) {
            const char *weight = memmem(header, size, "q=", 2);
            return weight == NULL || strtod(weight + 2, NULL) > 0;
        }
        header += size;
    }
    return false;
}

/* declare/status → declare.html, where there is such a page; else index.html. */
static bool find_page(const struct assets *assets, struct text path, size_t *index)
{
    struct buffer name = {0};
    const char *slash = path.size == 0 ? NULL : memchr(path.at, '/', path.size);
    buffer_add(&name, path.at, slash == NULL ? path.size : (size_t)(slash - path.at));
    buffer_string(&name, ".html");
    bool found =
        map_get(&assets->names, buffer_get(&name), index) && assets->files[*index].plain.path != NULL;
    buffer_fini(&name);
    return found || map_get(&assets->names, TEXT("index.html"), index);
}

const struct asset *assets_find(const struct assets *assets, struct text path, const char *accept_encoding)
{
    size_t index;
    const char *slash = path.size == 0 ? NULL : memrchr(path.at, '/', path.size);
    size_t last = slash == NULL ? 0 : (size_t)(slash - path.at) + 1;
    bool found = map_get(&assets->names, path, &index) && assets->files[index].plain.path != NULL;
    if (!found && path.size > 0 && memchr(path.at + last, '.', path.size - last) != NULL) return NULL;
    if (!found && text_starts(path, TEXT("assets/"))) return NULL;
    if (!found && !find_page(assets, path, &index)) return NULL;
    const struct file *file = &assets->files[index];
    if (file->brotli.path != NULL && accepts(accept_encoding, "br")) return &file->brotli;
    if (file->gzip.path != NULL && accepts(accept_encoding, "gzip")) return &file->gzip;
    return &file->plain;
}

bool assets_matches(const struct asset *asset, const char *if_none_match)
{
    if (if_none_match == NULL) return false;
    return strcmp(if_none_match, "*") == 0 || strstr(if_none_match, asset->etag) != NULL;
}
