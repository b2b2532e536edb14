/* Handlers speak to the server through these few functions; libmicrohttpd stays behind them. */
#include "server/request.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/exchange.h"

const char *request_header(const struct request *request, const char *name)
{
    return exchange_header(request->exchange, name);
}

const char *request_cookie(const struct request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->exchange->connection, MHD_COOKIE_KIND, name);
    return value;
}

static struct text find_param(const struct request *request, const char *name, bool *is_int)
{
    struct text own;
    size_t index = 0;
    for (const char *at = request->route->path; route_next_param(&at, &own, is_int); index++)
        if (text_is(own, name)) return request->exchange->match.params[index];
    abort(); /* the route has no such parameter */
}

struct text request_param(const struct request *request, const char *name)
{
    bool is_int;
    return find_param(request, name, &is_int);
}

int64_t request_param_int(const struct request *request, const char *name)
{
    bool is_int;
    int64_t value = 0;
    struct text text = find_param(request, name, &is_int);
    bool whole = shape_read_int(text, &value);
    assert(is_int && whole);
    return value;
}

bool request_query_next(const struct request *request, size_t *cursor, const char **name, struct text *value)
{
    const struct target *target = &request->exchange->target;
    if (*cursor == target->pair_count) return false;
    const struct target_pair *pair = &target->pairs[(*cursor)++];
    *name = pair->name;
    *value = pair->value;
    return true;
}

static bool find_query(const struct request *request, const char *name, struct text *value)
{
    const char *own;
    for (size_t cursor = 0; request_query_next(request, &cursor, &own, value);)
        if (strcmp(own, name) == 0) return true;
    *value = TEXT("");
    return false;
}

bool request_has(const struct request *request, const char *name)
{
    struct text value;
    return find_query(request, name, &value);
}

struct text request_query(const struct request *request, const char *name)
{
    struct text value;
    find_query(request, name, &value);
    return value;
}

int64_t request_query_int(const struct request *request, const char *name, int64_t otherwise)
{
    struct text value;
    int64_t number;
    return find_query(request, name, &value) && shape_read_int(value, &number) ? number : otherwise;
}

bool request_query_bool(const struct request *request, const char *name)
{
    struct text value;
    bool yes;
    return find_query(request, name, &value) && shape_read_bool(value, &yes) && yes;
}

int request_upload_take(struct request *request, const char *path, struct err *err)
{
    assert(request->upload != NULL);
    if (rename(request->upload, path) != 0)
        return err_errno(err, path, "无法保存上传的文件", "Cannot keep the uploaded file");
    request->upload = NULL;
    return 0;
}

bool request_stopping(const struct request *request)
{
    return atomic_load(&request->exchange->server->stopping);
}

void request_fault_field(struct request *request, const char *field)
{
    snprintf(request->exchange->field, sizeof request->exchange->field, "%s", field);
}

void request_fault(struct request *request, const char *field, const struct err *err)
{
    faults_add(&request->exchange->faults, field, err);
}

struct json_writer *request_fault_member(struct request *request, const char *name)
{
    struct exchange *exchange = request->exchange;
    bool comma = exchange->members.size > 0;
    exchange->member_writer = json_start(&exchange->members);
    exchange->member_writer.comma = comma;
    json_put_key(&exchange->member_writer, name);
    return &exchange->member_writer;
}

void reply_status(struct request *request, unsigned http)
{
    request->exchange->status = http;
}

void reply_header(struct request *request, const char *name, const char *value)
{
    struct exchange_header *header = arena_alloc(request->arena, sizeof *header);
    *header = (struct exchange_header){arena_string(request->arena, name),
                                       arena_string(request->arena, value), request->exchange->headers};
    request->exchange->headers = header;
}

void reply_cookie(struct request *request, const char *name, const char *value, int64_t seconds)
{
    char age[48] = "";
    if (seconds >= 0) snprintf(age, sizeof age, "; Max-Age=%lld", (long long)seconds);
    reply_header(request, "Set-Cookie",
                 arena_printf(request->arena, "%s=%s; Path=/%s; HttpOnly; SameSite=Strict%s", name, value,
                              age, request->secure ? "; Secure" : ""));
}

struct json_writer *reply_json(struct request *request)
{
    struct exchange *exchange = request->exchange;
    buffer_clear(&exchange->out);
    exchange->writer = json_start(&exchange->out);
    exchange->has_json = true;
    return &exchange->writer;
}

void reply_empty(struct request *request)
{
    request->exchange->status = 204;
}

/* RFC 6266: the name in UTF-8, percent-encoded, and an ASCII one for those who do not read that. */
static const char *disposition(struct arena *arena, const char *name)
{
    struct buffer out = {0};
    buffer_string(&out, "attachment; filename=\"file");
    const char *dot = strrchr(name, '.');
    bool plain = dot != NULL;
    for (const char *c = dot; plain && *c != '\0'; c++)
        plain = *c == '.' || (*c >= '0' && *c <= '9') || ((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z');
    if (plain) buffer_string(&out, dot);
    buffer_string(&out, "\"; filename*=UTF-8''");
    for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; c++) {
        bool letter =
            (*c >= '0' && *c <= '9') || ((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') || *c == '.' || *c == '-';
        if (letter)
            buffer_char(&out, (char)*c);
        else
            buffer_printf(&out, "%%%02X", *c);
    }
    char *copy = arena_string(arena, out.data);
    buffer_fini(&out);
    return copy;
}

int reply_file(struct request *request, const char *path, const char *type, const char *name, bool remove,
               struct err *err)
{
    struct exchange *exchange = request->exchange;
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        int code = err_errno(err, path, "无法打开文件", "Cannot open the file");
        if (fd >= 0) close(fd);
        return code;
    }
    if (remove) unlink(path);
    if (exchange->file_fd >= 0) close(exchange->file_fd);
    exchange->file_fd = fd;
    exchange->size = status.st_size;
    exchange->type = arena_string(request->arena, type);
    if (name != NULL) reply_header(request, "Content-Disposition", disposition(request->arena, name));
    return 0;
}
