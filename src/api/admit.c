/* Cookie or bearer to principal; the CSRF token of requests that write; the ability that a route asks for. */
#include "api/admit.h"

#include <string.h>

#include "api/call.h"
#include "register/adopted.h"

static bool reads_only(const struct request *request)
{
    return strcmp(request->route->method, "GET") == 0;
}

static int nobody(struct err *err)
{
    return err_set(err, ERR_UNAUTHENTICATED, "请先登录", "Log in first");
}

static int check_csrf(const struct request *request, const char *cookie, struct err *err)
{
    const char *sent = request_header(request, "X-CSRF-Token");
    if (reads_only(request) || access_csrf_is(text_of(cookie), text_of(sent))) return 0;
    return err_set(
        err, ERR_FORBIDDEN, "请求缺少本次登录的校验码，没有执行。请刷新页面后再试",
        "The request lacks this session's token and was not carried out. Reload the page and try again");
}

static int identify(struct request *request, struct principal **out, struct err *err)
{
    struct worker *worker = call_worker(request);
    const char *bearer = request_header(request, "Authorization"),
               *cookie = request_cookie(request, SESSION_COOKIE);
    if (bearer != NULL) {
        if (strncasecmp(bearer, "Bearer ", 7) != 0) return nobody(err);
        return access_bearer(worker->access, text_of(bearer + 7), out, err);
    }
    if (cookie == NULL) return nobody(err);
    int code = access_session(worker->access, text_of(cookie), out, err);
    if (code != 0) return code;
    code = check_csrf(request, cookie, err);
    if (code == 0) return 0;
    principal_free(*out);
    *out = NULL;
    return code;
}

static bool find_ability(const char *name, enum role_ability *ability)
{
    for (int i = 0; i < ABILITY_COUNT; i++)
        if (strcmp(pack_ability_name((enum role_ability)i), name) == 0) {
            *ability = (enum role_ability)i;
            return true;
        }
    return false;
}

static int allow(const struct principal *principal, const char *who, struct err *err)
{
    enum role_ability ability;
    if (strcmp(who, "new") == 0 && principal->token == 0) return 0;
    if (principal->must_change_password)
        return err_set(err, ERR_PASSWORD_CHANGE, "请先修改初始密码",
                       "Change the first password before anything else");
    if (principal->closed.code != 0) {
        *err = principal->closed;
        return err->code;
    }
    if (strcmp(who, "session") == 0 || (strcmp(who, "browser") == 0 && principal->token == 0)) return 0;
    if (find_ability(who, &ability) && principal_can(principal, ability)) return 0;
    return err_set(err, ERR_FORBIDDEN, "您的角色不能这样做。如确有需要，请联系县级管理员",
                   "Your role may not do this. If it should, ask the county administrator");
}

int admit(struct request *request, const char *who, struct err *err)
{
    struct principal *principal = NULL;
    if (strcmp(who, "public") == 0) return 0;
    int code = identify(request, &principal, err);
    if (code == 0) code = allow(principal, who, err);
    /* What another process adopted holds for this request too. */
    if (code == 0) code = adopted_refresh(call_database(request), err);
    if (code != 0) {
        principal_free(principal);
        return code;
    }
    request->session = principal;
    request->owner = principal->user;
    request->steward = principal_can(principal, ABILITY_USERS) || principal_can(principal, ABILITY_AUDIT);
    return 0;
}

void admit_release(void *session)
{
    principal_free(session);
}
