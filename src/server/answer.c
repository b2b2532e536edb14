/* Every answer leaves through here, so every answer carries the same headers and every failure the same
 * shape. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "server/exchange.h"
#include "server/status.h"

/* No inline scripts; inline styles are what the component and chart libraries set on elements. */
static const char policy[] =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

static void put_faults(struct json_writer *json, const struct exchange *exchange, bool english)
{
    json_put_key(json, "faults");
    json_put_array(json);
    for (size_t i = 0; i < exchange->faults.count; i++) {
        const struct fault *fault = &exchange->faults.items[i];
        json_put_object(json);
        json_member_string(json, "field", fault->field);
        json_member_string(json, "message", english ? fault->err.en : fault->err.zh);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

/* Only a failure of ours is told in full to the operator and in general to the client: paths and SQL are not
 * theirs. */
static void hide(struct exchange *exchange)
{
    char text[1600];
    err_format(&exchange->err, "en", text, sizeof text);
    log_say(exchange->server->options.log, LOG_ERROR, "请求 %s：%s", "request %s: %s", exchange->id, text);
    err_set(&exchange->err, exchange->err.code, "服务器内部出错，请把编号 %s 告诉管理员",
            "The server failed; tell the administrator the number %s", exchange->id);
}

static void write_failure(struct exchange *exchange)
{
    const struct status *status = status_of(exchange->code);
    bool english = strcmp(exchange->request.language, "en") == 0;
    if (exchange->err.code == 0) exchange->err.code = (enum err_code)exchange->code;
    if (status->http == 500) hide(exchange);
    const struct fault *first = exchange->faults.count > 0 ? &exchange->faults.items[0] : NULL;
    const char *message = english ? exchange->err.en : exchange->err.zh;
    if (message[0] == '\0' && first != NULL) message = english ? first->err.en : first->err.zh;
    const char *field = exchange->field[0] != '\0' ? exchange->field : first != NULL ? first->field : NULL;
    buffer_clear(&exchange->out);
    struct json_writer json = json_start(&exchange->out);
    json_put_object(&json);
    json_put_key(&json, "error");
    json_put_object(&json);
    json_member_string(&json, "code", status->name);
    json_member_string(&json, "message", message);
    if (field != NULL) json_member_string(&json, "field", field);
    if (first != NULL) put_faults(&json, exchange, english);
    if (exchange->err.line > 0) {
        json_member_int(&json, "line", exchange->err.line);
    }
    if (exchange->err.column > 0) {
        json_member_int(&json, "column", exchange->err.column);
    }
    json_member_string(&json, "request", exchange->id);
    json_put_object_end(&json);
    if (exchange->members.size > 0) {
        buffer_char(&exchange->out, ',');
        buffer_text(&exchange->out, buffer_get(&exchange->members));
    }
    json_put_object_end(&json);
    exchange->has_json = true;
    exchange->status = status->http;
    if (status->retry_after > 0)
        reply_header(&exchange->request, "Retry-After",
                     arena_printf(&exchange->arena, "%u", status->retry_after));
}

static void add(struct exchange *exchange, const char *name, const char *value)
{
    MHD_add_response_header(exchange->response, name, value);
}

static void add_headers(struct exchange *exchange)
{
    add(exchange, "Content-Security-Policy", policy);
    add(exchange, "X-Content-Type-Options", "nosniff");
    add(exchange, "Referrer-Policy", "same-origin");
    add(exchange, "X-Frame-Options", "DENY");
    add(exchange, "Cross-Origin-Opener-Policy", "same-origin");
    add(exchange, "Cross-Origin-Resource-Policy", "same-origin");
    add(exchange, "X-Request-Id", exchange->id);
    if (exchange->request.secure) add(exchange, "Strict-Transport-Security", "max-age=31536000");
    if (exchange->asset == NULL) add(exchange, "Cache-Control", "no-store");
    if (exchange->type != NULL && exchange->status != 204 && exchange->status != 304)
        add(exchange, "Content-Type", exchange->type);
    if (exchange->close || atomic_load(&exchange->server->stopping)) add(exchange, "Connection", "close");
    for (const struct exchange_header *header = exchange->headers; header != NULL; header = header->next)
        add(exchange, header->name, header->value);
}

static void answer_asset(struct exchange *exchange)
{
    const struct asset *asset = exchange->asset;
    bool fresh = assets_matches(asset, exchange_header(exchange, "If-None-Match"));
    exchange->status = fresh ? 304 : 200;
    exchange->size = fresh ? 0 : (int64_t)asset->bytes.size;
    exchange->type = asset->type;
    /* Assets live as long as the server. */
    exchange->response = MHD_create_response_from_buffer(
        (size_t)exchange->size, (void *)(uintptr_t)asset->bytes.at, MHD_RESPMEM_PERSISTENT);
    add(exchange, "ETag", asset->etag);
    add(exchange, "Vary", "Accept-Encoding");
    add(exchange, "Cache-Control", asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (asset->encoding != NULL && !fresh) add(exchange, "Content-Encoding", asset->encoding);
}

static void answer_bytes(struct exchange *exchange)
{
    if (!exchange->has_json) buffer_clear(&exchange->out);
    exchange->size = (int64_t)exchange->out.size;
    if (exchange->has_json) exchange->type = "application/json";
    exchange->response =
        MHD_create_response_from_buffer(exchange->out.size, exchange->out.size == 0 ? "" : exchange->out.data,
                                        MHD_RESPMEM_PERSISTENT); /* the exchange outlives the answer */
    if (exchange->status == 0) exchange->status = exchange->has_json ? 200 : 204;
}

void exchange_answer(struct exchange *exchange)
{
    if (exchange->code != 0) {
        if (exchange->response != NULL) MHD_destroy_response(exchange->response);
        exchange->response = NULL;
        exchange->asset = NULL;
        exchange->type = NULL;
        write_failure(exchange);
    }
    if (exchange->response != NULL) {
        if (exchange->status == 0) exchange->status = 200; /* a stream */
    } else if (exchange->asset != NULL) {
        answer_asset(exchange);
    } else if (exchange->code == 0 && exchange->file_fd >= 0) {
        exchange->response = MHD_create_response_from_fd64((uint64_t)exchange->size, exchange->file_fd);
        if (exchange->response != NULL) exchange->file_fd = -1;
        if (exchange->status == 0) exchange->status = 200;
    } else {
        answer_bytes(exchange);
    }
    if (exchange->response == NULL) mem_exhausted();
    add_headers(exchange);
}

void exchange_stream(struct request *request, const char *type, MHD_ContentReaderCallback read, void *state,
                     MHD_ContentReaderFreeCallback release)
{
    struct exchange *exchange = request->exchange;
    exchange->response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read, state, release);
    if (exchange->response == NULL) mem_exhausted();
    exchange->type = type;
    exchange->size = -1;
    exchange->close = true; /* its end is the connection's */
}
