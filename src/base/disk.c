/* What is kept outside the database must outlive a crash in one piece. */
#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 16384 };

bool disk_read(const char *path, size_t most, struct buffer *out)
{
    FILE *file = fopen(path, "re");
    char piece[PIECE];
    size_t size, total = 0;
    if (file == NULL) return false;
    while (total <= most && (size = fread(piece, 1, sizeof piece, file)) > 0) {
        buffer_add(out, piece, size);
        total += size;
    }
    bool whole = ferror(file) == 0 && total <= most;
    int code = total > most ? EFBIG : errno;
    fclose(file);
    if (!whole) errno = code;
    return whole;
}

static bool write_whole(const char *path, struct text bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    size_t put = 0;
    for (ssize_t more = 1; put < bytes.size && more > 0; put += more > 0 ? (size_t)more : 0)
        more = write(fd, bytes.at + put, bytes.size - put);
    bool whole = put == bytes.size && fsync(fd) == 0;
    int code = errno;
    if (close(fd) == 0 && whole) return true;
    if (!whole) errno = code;
    return false;
}

/* A new name lasts only once its folder does. */
static bool sync_folder_of(struct buffer *path)
{
    char *slash = strrchr(path->data, '/');
    if (slash != NULL) slash[slash == path->data] = '\0';
    int fd = open(slash == NULL ? "." : path->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return good;
}

bool disk_replace(const char *path, struct text bytes)
{
    struct buffer fresh = {0};
    buffer_printf(&fresh, "%s.new", path);
    bool good = write_whole(fresh.data, bytes) && rename(fresh.data, path) == 0;
    if (!good) {
        int code = errno;
        unlink(fresh.data);
        errno = code;
    }
    good = good && sync_folder_of(&fresh);
    buffer_fini(&fresh);
    return good;
}
