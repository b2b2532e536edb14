/* The temporary file, its renaming, and the choice of the format; the formats stand in xlsx_write.c and
 * csv_write.c. */
#include "exchange/sheet_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "exchange/write_target.h"

enum { ATTEMPTS = 100 };

struct sheet_writer {
    const struct write_target *target;
    void *self;
    char *path, *temporary;
    bool finished;
};

static const struct write_target *target_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    if (dot != NULL && strcasecmp(dot, ".xlsx") == 0) return &xlsx_target;
    if (dot != NULL && strcasecmp(dot, ".csv") == 0) return &csv_target;
    return NULL;
}

int write_failed(struct err *err)
{
    int cause = errno == 0 ? EIO : errno;
    return cause == ENOSPC || cause == EDQUOT || cause == EFBIG
               ? err_set(
                     err, ERR_IO, "磁盘满了，没有写成（%s）；请腾出空间或换一个位置",
                     "the disk is full, nothing was written (%s); free some space or choose another place",
                     strerror(cause))
               : err_set(err, ERR_IO, "写文件失败：%s", "writing the file failed: %s", strerror(cause));
}

static int with_path(struct err *err, int code, const char *path)
{
    if (code < 0) err_at(err, path, 0, 0);
    return code;
}

/* A fresh file of one's own beside the wanted one, with the rights that an ordinary new file gets. */
static int make_temporary(struct sheet_writer *writer, struct err *err)
{
    size_t size = strlen(writer->path) + 48;
    writer->temporary = mem_new(size, 1);
    int file = -1;
    for (int attempt = 0; file < 0 && attempt < ATTEMPTS; attempt++) {
        snprintf(writer->temporary, size, "%s.part-%ld-%d", writer->path, (long)getpid(), attempt);
        file = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file < 0 && errno != EEXIST) break;
    }
    if (file >= 0) return close(file);
    int code = write_failed(err);
    free(writer->temporary);
    writer->temporary = NULL;
    return code;
}

int sheet_writer_new(const char *path, struct sheet_writer **out, struct err *err)
{
    *out = NULL;
    const struct write_target *target = target_of(path);
    if (target == NULL) {
        err_set(err, ERR_INPUT, "输出文件要以 .xlsx 或 .csv 结尾",
                "the output file must end in .xlsx or .csv");
        return with_path(err, ERR_INPUT, path);
    }
    struct sheet_writer *writer = mem_new(1, sizeof *writer);
    writer->target = target;
    writer->path = mem_copy_text(path, strlen(path));
    int code = make_temporary(writer, err);
    if (code == 0) code = target->open(writer->temporary, &writer->self, err);
    if (code < 0) {
        sheet_writer_free(writer);
        return with_path(err, code, path);
    }
    *out = writer;
    return 0;
}

int sheet_writer_sheet(struct sheet_writer *writer, const struct write_sheet *sheet, struct err *err)
{
    return with_path(err, writer->target->sheet(writer->self, sheet, err), writer->path);
}

int sheet_writer_row(struct sheet_writer *writer, const struct write_cell *cells, size_t count,
                     struct err *err)
{
    return with_path(err, writer->target->row(writer->self, cells, count, err), writer->path);
}

/* Before the new file takes the old one's place: a power cut must not leave an empty one there. */
static int settle(const char *path, struct err *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return write_failed(err);
    int code = fsync(file) == 0 ? 0 : write_failed(err);
    close(file);
    return code;
}

int sheet_writer_finish(struct sheet_writer *writer, struct err *err)
{
    int code = writer->target->close(writer->self, true, err);
    writer->self = NULL;
    if (code == 0) code = settle(writer->temporary, err);
    if (code == 0 && rename(writer->temporary, writer->path) != 0) code = write_failed(err);
    writer->finished = code == 0;
    return with_path(err, code, writer->path);
}

void sheet_writer_free(struct sheet_writer *writer)
{
    if (writer == NULL) return;
    if (writer->self != NULL) writer->target->close(writer->self, false, NULL);
    if (!writer->finished && writer->temporary != NULL) unlink(writer->temporary);
    free(writer->temporary);
    free(writer->path);
    free(writer);
}
