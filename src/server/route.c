/* Paths are split when the router is made, so that a request is compared segment by segment; a table of a
 * hundred routes needs no tree. */
#include "server/route.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct segment {
    struct text text; /* as the pattern has it; of a parameter its name */
    bool param, is_int;
};

struct pattern {
    struct segment segments[TARGET_SEGMENTS_MAX];
    size_t count;
};

struct router {
    const struct route *routes;
    struct pattern *patterns;
    size_t count;
};

static int broken(const struct route *route, const char *zh, const char *en, struct err *err)
{
    char whole_zh[300], whole_en[300];
    snprintf(whole_zh, sizeof whole_zh, "路由 %s：%s", route->path == NULL ? "?" : route->path, zh);
    snprintf(whole_en, sizeof whole_en, "Route %s: %s", route->path == NULL ? "?" : route->path, en);
    return fault_say(err, ERR_INPUT, whole_zh, whole_en);
}

static bool read_param(struct text inner, struct segment *segment)
{
    const char *colon = memchr(inner.at, ':', inner.size);
    segment->param = true;
    segment->text = inner;
    if (colon == NULL) return inner.size > 0;
    segment->text.size = (size_t)(colon - inner.at);
    segment->is_int = text_is((struct text){colon + 1, inner.size - segment->text.size - 1}, "int");
    return segment->is_int && segment->text.size > 0;
}

static bool read_pattern(const char *path, struct pattern *pattern)
{
    size_t params = 0;
    *pattern = (struct pattern){.count = 0};
    if (path == NULL || path[0] != '/') return false;
    for (const char *at = path + 1; *at != '\0';) {
        size_t size = strcspn(at, "/");
        if (size == 0 || pattern->count == TARGET_SEGMENTS_MAX) return false;
        struct segment *segment = &pattern->segments[pattern->count++];
        segment->text = (struct text){at, size};
        if (at[0] == '{') {
            if (at[size - 1] != '}' || !read_param((struct text){at + 1, size - 2}, segment)) return false;
            if (++params > ROUTE_PARAMS_MAX) return false;
        }
        at += size + (at[size] == '/');
    }
    return true;
}

bool route_next_param(const char **at, struct text *name, bool *is_int)
{
    const char *open = strchr(*at, '{');
    if (open == NULL) return false;
    struct segment segment = {.param = false};
    size_t size = strcspn(open, "}");
    read_param((struct text){open + 1, size - 1}, &segment);
    *name = segment.text;
    *is_int = segment.is_int;
    *at = open + size;
    return true;
}

static int check_route(const struct route *route, const struct pattern *pattern, struct err *err)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    bool known = false;
    for (size_t i = 0; i < sizeof methods / sizeof *methods && route->method != NULL; i++)
        known = known || strcmp(methods[i], route->method) == 0;
    if (!known) return broken(route, "方法未知", "its method is unknown", err);
    if (route->who == NULL || route->who[0] == '\0')
        return broken(route, "没有写明谁可以用", "it does not say who may", err);
    if (route->handler == NULL) return broken(route, "没有处理函数", "it has no handler", err);
    if (route->name == NULL || route->zh == NULL || route->en == NULL)
        return broken(route, "没有名称或说明", "it has no name or no summary", err);
    if (route->streams && route->in != NULL)
        return broken(route, "请求体既是文件又是 JSON", "its body is a file and JSON", err);
    (void)pattern;
    return 0;
}

/* Whether some path fits both. */
static bool overlap(const struct pattern *a, const struct pattern *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->segments[i].param != b->segments[i].param) return false; /* words win over parameters */
        if (!a->segments[i].param && !text_equal(a->segments[i].text, b->segments[i].text)) return false;
    }
    return true;
}

static int check_against(const struct router *router, size_t index, struct err *err)
{
    const struct route *route = &router->routes[index];
    for (size_t i = 0; i < index; i++) {
        const struct route *other = &router->routes[i];
        if (strcmp(other->name, route->name) == 0)
            return broken(route, "名称重复", "its name is used twice", err);
        if (strcmp(other->method, route->method) == 0 &&
            overlap(&router->patterns[i], &router->patterns[index]))
            return broken(route, "路径与方法重复", "another route has the same path and method", err);
    }
    return 0;
}

int router_new(const struct route *routes, size_t count, struct router **out, struct err *err)
{
    struct router *router = mem_new(1, sizeof *router);
    int code = 0;
    router->routes = routes;
    router->patterns = mem_new(count, sizeof *router->patterns);
    for (size_t i = 0; i < count && code == 0; i++) {
        if (!read_pattern(routes[i].path, &router->patterns[i]))
            code = broken(&routes[i], "路径写法有误", "its path cannot be read", err);
        if (code == 0) code = check_route(&routes[i], &router->patterns[i], err);
        if (code == 0) code = check_against(router, i, err);
        router->count = i + 1;
    }
    if (code != 0) {
        router_free(router);
        router = NULL;
    }
    *out = router;
    return code;
}

void router_free(struct router *router)
{
    if (router == NULL) return;
    free(router->patterns);
    free(router);
}

const struct route *router_routes(const struct router *router, size_t *count)
{
    *count = router->count;
    return router->routes;
}

/* Parameters that the path fits, -1 when it does not fit. */
static int fit(const struct pattern *pattern, const struct target *target, size_t first, struct text *params)
{
    int count = 0;
    if (target->segment_count - first != pattern->count) return -1;
    for (size_t i = 0; i < pattern->count; i++) {
        struct text part = target->segments[first + i];
        const struct segment *segment = &pattern->segments[i];
        int64_t number;
        if (!segment->param) {
            if (!text_equal(segment->text, part)) return -1;
        } else {
            if (part.size == 0 || (segment->is_int && !shape_read_int(part, &number))) return -1;
            params[count++] = part;
        }
    }
    return count;
}

static void allow(struct route_match *match, const char *method)
{
    size_t used = strlen(match->allow);
    if (strcmp(method, "GET") == 0) method = "GET, HEAD";
    if (strstr(match->allow, method) != NULL) return;
    int size =
        snprintf(match->allow + used, sizeof match->allow - used, "%s%s", used > 0 ? ", " : "", method);
    (void)size; /* all methods together fit */
}

void router_match(const struct router *router, const char *method, const struct target *target, size_t first,
                  struct route_match *match)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    int fewest = ROUTE_PARAMS_MAX + 1;
    *match = (struct route_match){.route = NULL};
    for (size_t i = 0; i < router->count; i++) {
        struct text params[ROUTE_PARAMS_MAX];
        int count = fit(&router->patterns[i], target, first, params);
        if (count < 0) continue;
        match->path_exists = true;
        allow(match, router->routes[i].method);
        /* "/records/check" is nearer than "/records/{id}". */
        if (strcmp(router->routes[i].method, wanted) != 0 || count >= fewest) continue;
        fewest = count;
        match->route = &router->routes[i];
        memcpy(match->params, params, sizeof params);
    }
    if (match->path_exists) allow(match, "OPTIONS");
}
