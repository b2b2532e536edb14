/* Blank sheets: what a clerk fills in and brings back. */
#include <unistd.h>

#include "api/call.h"
#include "api/routes.h"
#include "exchange/export.h"

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static int template_of(struct request *request, struct err *err)
{
    const struct pack *pack = call_pack(request);
    int feed;
    int code = call_feed(request, &feed, err);
    if (code != 0) return code;
    if (!principal_may_import(call_principal(request), feed))
        return err_set(err, ERR_NOT_FOUND, "没有导入格式 %.*s，或您无权导入",
                       "There is no feed %.*s, or it is not yours to import",
                       TEXT_ARGS(request_param(request, "feed")));
    const char *path =
        arena_printf(request->arena, "%s/uploads/%s.xlsx", call_app(request)->data, request->id);
    struct text label = label_in(&pack->feeds[feed].label, request->language);
    const char *name = arena_printf(request->arena, "%.*s.xlsx", TEXT_ARGS(label));
    code = export_template(pack, &pack->feeds[feed], path, request->language, err);
    if (code == 0) code = reply_file(request, path, XLSX, name, true, err);
    if (code != 0) unlink(path);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/feeds/{feed}/template.xlsx",
     .who = "import",
     .name = "getTemplate",
     .zh = "空白导入表",
     .en = "An empty sheet with the feed's headings",
     .out_type = XLSX,
     .handler = template_of},
};

const struct route_list template_routes = {routes, sizeof routes / sizeof *routes};
