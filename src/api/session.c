/* Logging in and out, one's own password and preferences. */
#include <stdio.h>

#include "api/call.h"
#include "api/routes.h"
#include "api/say.h"
#include "base/date.h"

/* ---- Shapes ---- */

static const struct shape_field login_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 100},
    {.name = "password", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 256},
    {.name = NULL}};
static const struct shape login_shape = {.name = "Login", .fields = login_fields};

static const struct shape_field user_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "display_name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "role", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED},
    {.name = "divisions", .kind = SHAPE_OBJECT, .of = &code_name_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "unit", .kind = SHAPE_OBJECT, .of = &name_label_shape, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "office",
     .kind = SHAPE_OBJECT,
     .of = &name_label_shape,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "the unit in whose name they report and confirm, though they see all of the county"},
    {.name = NULL}};
static const struct shape user_shape = {.name = "SessionUser", .fields = user_fields};

static const struct shape_field rights_fields[] = {
    {.name = "registers",
     .kind = SHAPE_MAP,
     .flags = SHAPE_REQUIRED,
     .note = "register → read, create, edit, retire, export"},
    {.name = "unmask", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "can", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = NULL}};
static const struct shape rights_shape = {.name = "Rights", .fields = rights_fields};

static const struct shape_field session_fields[] = {
    {.name = "user", .kind = SHAPE_OBJECT, .of = &user_shape, .flags = SHAPE_REQUIRED},
    {.name = "csrf", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "must_change_password", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "demonstration", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "today",
     .kind = SHAPE_DATE,
     .flags = SHAPE_REQUIRED,
     .note = "the date where the office is; a demonstration lives when its data end"},
    {.name = "closed",
     .kind = SHAPE_TEXT,
     .flags = SHAPE_REQUIRED | SHAPE_NULLABLE,
     .note = "why nothing is allowed"},
    {.name = "rights", .kind = SHAPE_OBJECT, .of = &rights_shape, .flags = SHAPE_REQUIRED},
    {.name = NULL}};
static const struct shape session_shape = {.name = "Session", .fields = session_fields};

static const struct shape_field password_fields[] = {
    {.name = "old", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 256},
    {.name = "new", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 256},
    {.name = NULL}};
static const struct shape password_shape = {.name = "PasswordChange", .fields = password_fields};

static const struct shape preferences_shape = {.name = "Preferences", .fields = NULL};

static const struct shape_field logout_query[] = {{.name = "everywhere", .kind = SHAPE_BOOL}, {.name = NULL}};

/* ---- The session ---- */

static void say_role(struct json_writer *json, const struct pack *pack, const struct principal *principal)
{
    json_put_object(json);
    json_member_text(json, "name", principal->role < 0 ? TEXT("") : pack->roles[principal->role].label.name);
    json_put_key(json, "label");
    if (principal->role < 0)
        say_two(json, TEXT(""), TEXT(""));
    else
        say_label(json, &pack->roles[principal->role].label);
    json_put_object_end(json);
}

static void say_divisions(struct json_writer *json, const struct pack *pack, const struct scope *scope)
{
    json_put_array(json);
    for (size_t i = 0; i < scope->division_count; i++) {
        const struct pack_division *division = &pack->divisions[scope->divisions[i]];
        json_put_object(json);
        json_member_text(json, "code", division->code);
        json_member_text(json, "name", division->name);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void say_unit(struct json_writer *json, const struct pack *pack, int unit)
{
    if (unit < 0) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_member_text(json, "name", pack->units[unit].label.name);
    json_put_key(json, "label");
    say_label(json, &pack->units[unit].label);
    json_put_object_end(json);
}

static void say_user(struct json_writer *json, const struct pack *pack, const struct principal *principal)
{
    json_put_object(json);
    json_member_int(json, "id", principal->user);
    json_member_text(json, "name", principal->name);
    json_member_text(json, "display_name", principal->display_name);
    json_put_key(json, "role");
    say_role(json, pack, principal);
    json_put_key(json, "divisions");
    say_divisions(json, pack, &principal->scope);
    json_put_key(json, "unit");
    say_unit(json, pack, principal->unit);
    json_put_key(json, "office");
    say_unit(json, pack, principal->role < 0 ? -1 : pack->roles[principal->role].office);
    json_put_object_end(json);
}

static void say_actions(struct json_writer *json, const struct scope *scope, int reg)
{
    static const struct {
        enum scope_action action;
        const char *name;
    } actions[] = {{SCOPE_READ, "read"},
                   {SCOPE_CREATE, "create"},
                   {SCOPE_EDIT, "edit"},
                   {SCOPE_RETIRE, "retire"},
                   {SCOPE_EXPORT, "export"}};
    json_put_array(json);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (scope_may(scope, reg, actions[i].action)) json_put_string(json, actions[i].name);
    json_put_array_end(json);
}

static void say_rights(struct json_writer *json, const struct pack *pack, const struct principal *principal)
{
    static const struct {
        enum pack_sensitive kind;
        const char *name;
    } kinds[] = {{SENSITIVE_IDENTITY, "identity"},
                 {SENSITIVE_PHONE, "phone"},
                 {SENSITIVE_BANK, "bank"},
                 {SENSITIVE_HEALTH, "health"}};
    json_put_object(json);
    json_put_key(json, "registers");
    json_put_object(json);
    for (size_t i = 0; i < pack->schema.register_count; i++) {
        char name[64];
        if (!scope_may(&principal->scope, (int)i, SCOPE_READ)) continue;
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(pack->schema.registers[i].label.name));
        json_put_key(json, name);
        say_actions(json, &principal->scope, (int)i);
    }
    json_put_object_end(json);
    json_put_key(json, "unmask");
    json_put_array(json);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (scope_unmasks(&principal->scope, kinds[i].kind)) json_put_string(json, kinds[i].name);
    json_put_array_end(json);
    json_put_key(json, "can");
    json_put_array(json);
    for (int i = 0; i < ABILITY_COUNT; i++)
        if (principal_can(principal, (enum role_ability)i))
            json_put_string(json, pack_ability_name((enum role_ability)i));
    json_put_array_end(json);
    json_put_object_end(json);
}

static void say_session(struct request *request, const struct principal *principal, struct text token)
{
    struct json_writer *json = reply_json(request);
    const struct pack *pack = call_pack(request);
    char csrf[ACCESS_SECRET] = "", today[DATE_TEXT];
    bool closed = principal->closed.code != 0 && !principal->must_change_password;
    if (token.size > 0) access_csrf(token, csrf);
    json_put_object(json);
    json_put_key(json, "user");
    say_user(json, pack, principal);
    json_member_string(json, "csrf", csrf);
    json_member_bool(json, "must_change_password", principal->must_change_password);
    json_member_bool(json, "demonstration", principal->demonstration);
    json_member_string(json, "today", date_format(date_today(), today));
    json_member_string(json, "closed",
                       !closed                       ? NULL
                       : request->language[0] == 'e' ? principal->closed.en
                                                     : principal->closed.zh);
    json_put_key(json, "rights");
    say_rights(json, pack, principal);
    json_put_object_end(json);
}

/* ---- Handlers ---- */

static void retry_after(struct request *request, int64_t wait)
{
    char seconds[24];
    if (wait <= 0) return;
    snprintf(seconds, sizeof seconds, "%lld", (long long)wait);
    reply_header(request, "Retry-After", seconds);
}

static int login(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    struct access_attempt attempt = {.name = body_get_text(request->body, "name"),
                                     .password = body_get_text(request->body, "password"),
                                     .address = text_of(request->address)};
    char token[ACCESS_SECRET];
    struct principal *principal;
    int64_t wait = 0;
    int code = access_login(access, &attempt, token, &wait, err);
    retry_after(request, wait);
    if (code == 0) code = access_session(access, text_of(token), &principal, err);
    if (code != 0) return code;
    reply_cookie(request, SESSION_COOKIE, token, -1);
    say_session(request, principal, text_of(token));
    principal_free(principal);
    return 0;
}

static int show(struct request *request, struct err *err)
{
    (void)err;
    say_session(request, call_principal(request), call_session_token(request));
    return 0;
}

static int logout(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    const struct principal *principal = call_principal(request);
    int code = request_query_bool(request, "everywhere")
                   ? access_logout_everywhere(access, principal->name, principal->user, NULL, err)
                   : access_logout(access, call_session_token(request), err);
    if (code != 0) return code;
    reply_cookie(request, SESSION_COOKIE, "", 0);
    reply_empty(request);
    return 0;
}

static int change_password(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    struct access_new_password change = {.token = call_session_token(request),
                                         .old = body_get_text(request->body, "old"),
                                         .fresh = body_get_text(request->body, "new")};
    struct principal *principal;
    int64_t wait = 0;
    int code = access_change_password(access, call_principal(request), &change, &wait, err);
    retry_after(request, wait);
    if (code == 0) code = access_session(access, change.token, &principal, err);
    if (code != 0) return code;
    say_session(request, principal, change.token);
    principal_free(principal);
    return 0;
}

static int get_preferences(struct request *request, struct err *err)
{
    (void)err;
    json_put_raw(reply_json(request), call_principal(request)->preferences);
    return 0;
}

static int put_preferences(struct request *request, struct err *err)
{
    struct buffer json = {0};
    body_write(request->body, &json);
    int code = access_preferences_set(call_worker(request)->access, call_principal(request)->user,
                                      buffer_get(&json), err);
    if (code == 0) json_put_raw(reply_json(request), buffer_get(&json));
    buffer_fini(&json);
    return code;
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/session",
     .who = "public",
     .name = "login",
     .zh = "登录",
     .en = "Log in",
     .in = &login_shape,
     .out = &session_shape,
     .body_max = 4096,
     .handler = login},
    {.method = "GET",
     .path = "/session",
     .who = "new",
     .name = "getSession",
     .zh = "当前用户及其权限",
     .en = "The present user and what they may do",
     .out = &session_shape,
     .handler = show},
    {.method = "DELETE",
     .path = "/session",
     .who = "new",
     .name = "logout",
     .zh = "退出登录",
     .en = "Log out",
     .query = logout_query,
     .handler = logout},
    {.method = "POST",
     .path = "/session/password",
     .who = "new",
     .name = "changePassword",
     .zh = "修改自己的密码",
     .en = "Change one's own password",
     .in = &password_shape,
     .out = &session_shape,
     .body_max = 4096,
     .handler = change_password},
    {.method = "GET",
     .path = "/session/preferences",
     .who = "session",
     .name = "getPreferences",
     .zh = "读取个人设置",
     .en = "Read one's preferences",
     .out = &preferences_shape,
     .handler = get_preferences},
    {.method = "PUT",
     .path = "/session/preferences",
     .who = "session",
     .name = "putPreferences",
     .zh = "保存个人设置",
     .en = "Keep one's preferences",
     .in = &preferences_shape,
     .out = &preferences_shape,
     .body_max = ACCESS_PREFERENCES,
     .handler = put_preferences},
};

const struct route_list session_routes = {routes, sizeof routes / sizeof *routes};
