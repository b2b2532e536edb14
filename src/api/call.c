/* Names in paths and queries to things of the pack, as far as they exist for who asks. */
#include "api/call.h"

#include "register/adopted.h"

#include <assert.h>
#include <time.h>

#include "base/date.h"

const struct principal *call_principal(const struct request *request)
{
    assert(request->session != NULL);
    return request->session;
}

const struct scope *call_scope(const struct request *request)
{
    return &call_principal(request)->scope;
}

struct text call_session_token(const struct request *request)
{
    return call_principal(request)->token != 0 ? TEXT("") : text_of(request_cookie(request, SESSION_COOKIE));
}

int call_register(const struct request *request, int *reg, struct err *err)
{
    struct text name = request_param(request, "register");
    const struct schema *schema = &call_pack(request)->schema;
    for (size_t i = 0; i < schema->register_count; i++) {
        *reg = (int)i;
        if (text_equal(schema->registers[i].label.name, name) &&
            scope_may(call_scope(request), *reg, SCOPE_READ))
            return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有登记簿 %.*s，或您无权查看",
                   "There is no register %.*s, or you may not see it", TEXT_ARGS(name));
}

int call_rule(const struct request *request, int *rule, struct err *err)
{
    struct text name = request_param(request, "rule");
    const struct pack *pack = call_pack(request);
    for (size_t i = 0; i < pack->rule_count; i++) {
        *rule = (int)i;
        if (text_equal(pack->rules[i].label.name, name) &&
            scope_may(call_scope(request), pack->rules[i].scope, SCOPE_READ))
            return 0;
    }
    return err_set(err, ERR_NOT_FOUND, "没有规则 %.*s，或您无权查看",
                   "There is no rule %.*s, or you may not see it", TEXT_ARGS(name));
}

int call_feed(const struct request *request, int *feed, struct err *err)
{
    struct text name = request_param(request, "feed");
    *feed = pack_feed_find(call_pack(request), name);
    if (*feed >= 0) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有导入格式 %.*s", "There is no feed %.*s", TEXT_ARGS(name));
}

int32_t call_as_of(const struct request *request)
{
    int32_t date;
    return date_parse(request_query(request, "as_of"), &date) ? date : date_today();
}

/* Is the division within one of those that the user was given, or does one of those lie within it? */
bool call_scope_sees(const struct pack *pack, const struct scope *scope, int division)
{
    if (scope_holds(scope, pack, division)) return true;
    for (size_t i = 0; i < scope->division_count; i++)
        if (pack_division_within(pack, scope->divisions[i], division)) return true;
    return false;
}

bool call_sees_division(const struct request *request, int division)
{
    return call_scope_sees(call_pack(request), call_scope(request), division);
}

int call_division(const struct request *request, int *division, struct err *err)
{
    struct text code = request_query(request, "division");
    const struct pack *pack = call_pack(request);
    *division = -1;
    if (code.size == 0) return 0;
    *division = pack_division_find(pack, code);
    if (*division >= 0 && call_scope_sees(pack, call_scope(request), *division)) return 0;
    return err_set(err, ERR_NOT_FOUND, "没有区划 %.*s，或不在您的范围内",
                   "There is no division %.*s, or it is not yours to see", TEXT_ARGS(code));
}

int call_owner(struct worker *worker, int64_t owner, struct principal **out, struct err *err)
{
    int code = adopted_refresh(worker->database, err);
    return code == 0 ? access_user(worker->access, owner, out, err) : code;
}
