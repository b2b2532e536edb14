/* All that can be refused before a body is read, in one place and in one order: what HTTP itself forbids, who
 * calls from where, the route, its query, the body's kind and size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/exchange.h"

enum { BODY_MAX = 1 << 20 };

struct framing {
    unsigned lengths, encodings, hosts;
    bool chunked;
};

static enum MHD_Result look(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *framing = context;
    (void)kind;
    if (strcasecmp(name, "Content-Length") == 0) framing->lengths++;
    if (strcasecmp(name, "Host") == 0) framing->hosts++;
    if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->encodings++;
        framing->chunked = value != NULL && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* A proxy and we must not disagree where a request ends. */
static int check_framing(struct exchange *exchange)
{
    struct framing framing = {0};
    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, look, &framing);
    const char *length = exchange_header(exchange, "Content-Length");
    int64_t size = 0;
    if (framing.lengths > 1 || framing.encodings > 1 || framing.hosts > 1 ||
        (framing.lengths > 0 && framing.encodings > 0) || (framing.encodings > 0 && !framing.chunked) ||
        (length != NULL && (!shape_read_int(text_of(length), &size) || size < 0))) {
        exchange->close = true;
        return exchange_fail(
            exchange, ERR_INPUT,
            "请求头自相矛盾：Content-Length、Transfer-Encoding、Host 只能各有一个，且前两者不能同时出现",
            "The request's headers contradict each other: one Content-Length or Transfer-Encoding, one Host");
    }
    exchange->has_body = framing.chunked || size > 0;
    exchange->declared = framing.chunked ? -1 : size;
    return 0;
}

static void choose_language(struct exchange *exchange)
{
    const char *accept = exchange_header(exchange, "Accept-Language");
    bool english = accept != NULL && strncasecmp(accept, "en", 2) == 0;
    for (size_t i = 0; i < exchange->target.pair_count; i++) {
        if (strcmp(exchange->target.pairs[i].name, "lang") != 0) continue;
        if (text_is(exchange->target.pairs[i].value, "en")) english = true;
        if (text_is(exchange->target.pairs[i].value, "zh")) english = false;
    }
    exchange->request.language = english ? "en" : "zh";
}

/* The last address that a trusted proxy has added; what stands before it, anybody may have written. */
static void choose_address(struct exchange *exchange)
{
    const char *forwarded = exchange->guarded->trusted ? exchange_header(exchange, "X-Forwarded-For") : NULL;
    const char *proto = exchange->guarded->trusted ? exchange_header(exchange, "X-Forwarded-Proto") : NULL;
    exchange->request.address = exchange->guarded->address;
    exchange->request.secure =
        exchange->server->certificate != NULL || (proto != NULL && strcasecmp(proto, "https") == 0);
    if (forwarded == NULL) return;
    const char *comma = strrchr(forwarded, ',');
    struct text last = text_trim(text_of(comma == NULL ? forwarded : comma + 1));
    if (last.size == 0 || last.size >= GUARD_ADDRESS_SIZE) return;
    for (size_t i = 0; i < last.size; i++)
        if (strchr("0123456789abcdefABCDEF.:", last.at[i]) == NULL) return;
    exchange->request.address = arena_text(&exchange->arena, last).at;
}

static int check_crowd(struct exchange *exchange)
{
    if (!exchange->guarded->trusted || exchange->request.address == exchange->guarded->address) return 0;
    exchange->entered = true;
    if (guard_enter(exchange->server->guard, exchange->request.address)) return 0;
    return exchange_fail(exchange, ERR_TOO_MANY, "来自这个地址的请求太多，请稍后再试",
                         "Too many requests from this address at once; try again later");
}

/* Browsers name the page that writes; other programs send no Origin. */
static int check_origin(struct exchange *exchange, const char *method)
{
    const char *origin = exchange_header(exchange, "Origin"), *host = exchange_header(exchange, "Host");
    if (origin == NULL || strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0) return 0;
    const char *slashes = strstr(origin, "://");
    if (slashes != NULL && host != NULL && strcasecmp(slashes + 3, host) == 0) return 0;
    for (const char *const *at = exchange->server->options.origins; at != NULL && *at != NULL; at++)
        if (strcasecmp(*at, origin) == 0) return 0;
    return exchange_fail(exchange, ERR_FORBIDDEN, "请求来自别的网站，已拒绝",
                         "The request comes from another site and is refused");
}

/* ---- Where to ---- */

static bool below_prefix(const struct exchange *exchange)
{
    const struct target *prefix = &exchange->server->prefix;
    for (size_t i = 0; i < prefix->segment_count; i++)
        if (i >= exchange->target.segment_count ||
            !text_equal(prefix->segments[i], exchange->target.segments[i]))
            return false;
    return true;
}

static int refuse_method(struct exchange *exchange, const char *allowed)
{
    reply_header(&exchange->request, "Allow", allowed);
    if (strcmp(exchange->request.method, "OPTIONS") == 0) {
        exchange->status = 204;
        return 0;
    }
    return exchange_fail(exchange, ERR_METHOD, "这个网址不支持这种请求方法",
                         "This address does not take this method");
}

static int nothing_here(struct exchange *exchange)
{
    return exchange_fail(exchange, ERR_NOT_FOUND, "没有这个网址", "There is nothing at this address");
}

static int find_asset(struct exchange *exchange, const char *method)
{
    struct text path = {exchange->target.raw_path.at + 1, exchange->target.raw_path.size - 1};
    bool api = exchange->target.segment_count > 0 && exchange->server->prefix.segment_count > 0 &&
               text_equal(exchange->target.segments[0], exchange->server->prefix.segments[0]);
    if (exchange->server->assets == NULL || api) return nothing_here(exchange);
    /* Names of files need no escapes; a deep link may have some, and only its last part is looked at. */
    const struct asset *asset =
        assets_find(exchange->server->assets, path, exchange_header(exchange, "Accept-Encoding"));
    if (asset == NULL) return nothing_here(exchange);
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return refuse_method(exchange, "GET, HEAD, OPTIONS");
    exchange->asset = asset;
    return 0;
}

static int check_query(struct exchange *exchange)
{
    const struct target *target = &exchange->target;
    const struct shape_field *fields = exchange->match.route->query;
    for (size_t i = 0; i < target->pair_count; i++) {
        const struct target_pair *pair = &target->pairs[i];
        const struct shape_field *field = shape_find(fields, text_of(pair->name));
        struct err err = {0};
        bool repeated = false;
        for (size_t k = 0; k < i; k++) repeated = repeated || strcmp(target->pairs[k].name, pair->name) == 0;
        if (field == NULL && strcmp(pair->name, "lang") == 0) continue;
        if (field == NULL)
            err_set(&err, ERR_INPUT, "没有 %.60s 这个参数", "There is no parameter %.60s", pair->name);
        else if (repeated && (field->flags & (SHAPE_LIST | SHAPE_FAMILY)) == 0)
            err_set(&err, ERR_INPUT, "参数 %.60s 只能出现一次", "The parameter %.60s may be given once",
                    pair->name);
        else
            shape_check_query(field, pair->name, pair->value, &exchange->faults);
        if (err.code != 0) faults_add(&exchange->faults, pair->name, &err);
    }
    for (const struct shape_field *field = fields; field != NULL && field->name != NULL; field++)
        if ((field->flags & SHAPE_REQUIRED) != 0 && !request_has(&exchange->request, field->name)) {
            struct err err = {0};
            err_set(&err, ERR_INPUT, "缺少参数 %s", "The parameter %s is missing", field->name);
            faults_add(&exchange->faults, field->name, &err);
        }
    return exchange->faults.count == 0 ? 0 : exchange_fail(exchange, ERR_INPUT, "", "");
}

static int check_body(struct exchange *exchange)
{
    const struct route *route = exchange->match.route;
    const char *type = exchange_header(exchange, "Content-Type");
    bool takes = route->in != NULL || route->streams;
    exchange->body_max = !takes ? 0 : route->body_max > 0 ? route->body_max : BODY_MAX;
    if (exchange->has_body && exchange->declared > exchange->body_max)
        return takes
                   ? exchange_fail(exchange, ERR_LIMIT, "内容超过允许的大小",
                                   "The body is larger than is accepted here")
                   : exchange_fail(exchange, ERR_INPUT, "这个网址不接受请求体", "This address takes no body");
    if (route->in != NULL &&
        (type == NULL || strncasecmp(type, "application/json", 16) != 0 || strchr("; \t", type[16]) == NULL))
        return exchange_fail(exchange, ERR_INPUT, "请求体应当是 JSON（Content-Type: application/json）",
                             "The body must be JSON (Content-Type: application/json)");
    return 0;
}

int exchange_inspect(struct exchange *exchange, const char *method)
{
    exchange->request.method = arena_string(&exchange->arena, method);
    exchange->request.language = "zh";
    exchange->request.address = exchange->guarded->address;
    exchange->head = strcmp(method, "HEAD") == 0;
    int code = check_framing(exchange);
    if (code == 0) code = target_parse(exchange->raw, &exchange->arena, &exchange->target, &exchange->err);
    choose_language(exchange);
    choose_address(exchange);
    if (code == 0) code = check_crowd(exchange);
    if (code == 0) code = check_origin(exchange, method);
    if (code != 0) return code;
    if (!below_prefix(exchange)) return find_asset(exchange, method);
    router_match(exchange->server->router, method, &exchange->target, exchange->server->prefix.segment_count,
                 &exchange->match);
    if (!exchange->match.path_exists) return nothing_here(exchange);
    if (exchange->match.route == NULL) return refuse_method(exchange, exchange->match.allow);
    exchange->request.route = exchange->match.route;
    code = check_query(exchange);
    return code != 0 ? code : check_body(exchange);
}
