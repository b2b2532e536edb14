/* Users as administrators see and change them. One-time passwords are made here and shown once. */
#include "access/users.h"

#include <string.h>

#include "access/password.h"
#include "api/call.h"
#include "api/routes.h"
#include "api/say.h"

enum { PAGE = 50, PAGE_MOST = 500 };

/* ---- Shapes ---- */

static const struct shape_field account_fields[] = {
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "display_name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "role", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},
    {.name = "divisions", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_LIST, .note = "codes"},
    {.name = "unit", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = "subjects", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED | SHAPE_LIST, .note = "ids"},
    {.name = "state", .kind = SHAPE_WORD, .flags = SHAPE_REQUIRED, .words = "active|retired"},
    {.name = "locked", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "must_change_password", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "demonstration", .kind = SHAPE_BOOL, .flags = SHAPE_REQUIRED},
    {.name = "sessions", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED, .note = "alive"},
    {.name = "last_login", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape account_shape = {.name = "User", .fields = account_fields};

static const struct shape_field page_fields[] = {
    {.name = "users", .kind = SHAPE_OBJECT, .of = &account_shape, .flags = SHAPE_REQUIRED | SHAPE_LIST},
    {.name = "next", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE},
    {.name = NULL}};
static const struct shape page_shape = {.name = "UserPage", .fields = page_fields};

static const struct shape_field page_query[] = {
    {.name = "q", .kind = SHAPE_TEXT, .max = 100, .note = "part of the name"},
    {.name = "retired", .kind = SHAPE_BOOL},
    {.name = "limit", .kind = SHAPE_INT, .min = 1, .max = PAGE_MOST},
    {.name = "after", .kind = SHAPE_TEXT, .max = 200},
    {.name = NULL}};

/* Bounds of each are user_check's, which says in words what is wrong. */
#define SETTINGS(required)                                                                                   \
    {.name = "display_name", .kind = SHAPE_TEXT, .flags = (required), .max = 200},                           \
        {.name = "role", .kind = SHAPE_TEXT, .flags = (required), .max = 100},                               \
        {.name = "divisions", .kind = SHAPE_TEXT, .flags = SHAPE_LIST, .max = 40},                           \
        {.name = "unit", .kind = SHAPE_TEXT, .flags = SHAPE_NULLABLE, .max = 100},                           \
    {                                                                                                        \
        .name = "subjects", .kind = SHAPE_INT, .flags = SHAPE_LIST                                           \
    }

static const struct shape_field new_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .max = 200},
    SETTINGS(SHAPE_REQUIRED),
    {.name = NULL}};
static const struct shape new_shape = {.name = "UserNew", .fields = new_fields};

static const struct shape_field change_fields[] = {
    {.name = "version", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED}, SETTINGS(0), {.name = NULL}};
static const struct shape change_shape = {.name = "UserChange", .fields = change_fields};

static const struct shape_field made_fields[] = {
    {.name = "user", .kind = SHAPE_OBJECT, .of = &account_shape, .flags = SHAPE_REQUIRED},
    {.name = "password", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "one-time, shown once"},
    {.name = NULL}};
static const struct shape made_shape = {.name = "UserMade", .fields = made_fields};

static const struct shape_field secret_fields[] = {
    {.name = "password", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "one-time, shown once"},
    {.name = NULL}};
static const struct shape secret_shape = {.name = "OneTimePassword", .fields = secret_fields};

/* ---- Saying ---- */

static void say_user(struct json_writer *json, const struct user_record *user)
{
    const struct user_facts *facts = &user->facts;
    json_put_object(json);
    json_member_int(json, "id", facts->id);
    json_member_int(json, "version", user->version);
    json_member_text(json, "name", facts->name);
    json_member_text(json, "display_name", facts->display_name);
    json_member_text(json, "role", facts->role);
    json_put_key(json, "divisions");
    json_put_array(json);
    for (size_t i = 0; i < facts->division_count; i++) json_put_text(json, facts->divisions[i]);
    json_put_array_end(json);
    json_put_key(json, "unit");
    say_text_or_null(json, facts->unit);
    json_put_key(json, "subjects");
    json_put_array(json);
    for (size_t i = 0; i < facts->subject_count; i++) json_put_int(json, facts->subjects[i]);
    json_put_array_end(json);
    json_member_text(json, "state", user->retired != 0 ? TEXT("retired") : TEXT("active"));
    json_member_bool(json, "locked", user->locked_until != 0);
    json_member_bool(json, "must_change_password", facts->must_change_password);
    json_member_bool(json, "demonstration", facts->demonstration);
    json_member_int(json, "sessions", (int64_t)user->sessions);
    json_put_key(json, "last_login");
    say_moment(json, user->last_login);
    json_put_object_end(json);
}

static int say_one(struct request *request, int64_t id, struct err *err)
{
    struct user_record user;
    int code = user_get(call_worker(request)->access, id, request->arena, &user, err);
    if (code == 0) say_user(reply_json(request), &user);
    return code;
}

/* ---- Hearing ---- */

static int hear_divisions(struct request *request, struct user_settings *settings)
{
    const struct body *list = body_get(request->body, "divisions");
    if (list == NULL) return 0;
    struct text *codes = arena_array(request->arena, body_size(list), sizeof *codes);
    for (size_t i = 0; i < body_size(list); i++) codes[i] = body_text(body_at(list, i));
    settings->divisions = codes;
    settings->division_count = body_size(list);
    return 0;
}

/* Families that are there, and that whoever gives them can see. */
static int hear_subjects(struct request *request, struct user_settings *settings, struct err *err)
{
    const struct body *list = body_get(request->body, "subjects");
    if (list == NULL) return 0;
    size_t count = body_size(list);
    int64_t *ids = arena_array(request->arena, count, sizeof *ids);
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        struct arena arena = {0};
        struct record record;
        ids[i] = body_int(body_at(list, i));
        if (count <= USER_SUBJECTS)
            code = record_get(call_database(request), call_scope(request), call_pack(request)->subject,
                              ids[i], request->language, &arena, &record, err);
        arena_fini(&arena);
    }
    settings->subjects = ids;
    settings->subject_count = count;
    if (code != ERR_NOT_FOUND) return code;
    request_fault_field(request, "subjects");
    err->code = ERR_INPUT;
    return ERR_INPUT;
}

/* What is not sent stays. */
static int hear_settings(struct request *request, const struct text *name, struct user_settings *settings,
                         struct err *err)
{
    const char *field = NULL;
    if (body_get(request->body, "display_name") != NULL)
        settings->display_name = body_get_text(request->body, "display_name");
    if (body_get(request->body, "role") != NULL) settings->role = body_get_text(request->body, "role");
    if (body_get(request->body, "unit") != NULL) settings->unit = body_get_text(request->body, "unit");
    hear_divisions(request, settings);
    int code = hear_subjects(request, settings, err);
    if (code != 0) return code;
    code = user_check(call_worker(request)->access, name, settings, &field, err);
    if (code != 0) request_fault_field(request, field);
    return code;
}

/* ---- Handlers ---- */

static int list(struct request *request, struct err *err)
{
    struct user_query query = {.after = request_query(request, "after"),
                               .limit = (size_t)request_query_int(request, "limit", PAGE),
                               .with_retired = request_query_bool(request, "retired"),
                               .like = request_query(request, "q")};
    struct user_record *users;
    struct text next;
    size_t count;
    int code = user_list(call_worker(request)->access, &query, request->arena, &users, &count, &next, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    json_put_key(json, "users");
    json_put_array(json);
    for (size_t i = 0; i < count; i++) say_user(json, &users[i]);
    json_put_array_end(json);
    json_put_key(json, "next");
    say_text_or_null(json, next);
    json_put_object_end(json);
    return 0;
}

static int show(struct request *request, struct err *err)
{
    return say_one(request, request_param_int(request, "id"), err);
}

static int add(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    struct user_new user = {.name = body_get_text(request->body, "name")};
    struct user_record made;
    char password[PASSWORD_GENERATED];
    int64_t id = 0;
    int code = hear_settings(request, &user.name, &user.settings, err);
    if (code != 0) return code;
    password_generate(password);
    user.password = text_of(password);
    code = user_add(access, call_principal(request)->name, &user, &id, err);
    if (code == ERR_CONFLICT) request_fault_field(request, "name");
    if (code == 0) code = user_get(access, id, request->arena, &made, err);
    if (code == 0) {
        struct json_writer *json = reply_json(request);
        json_put_object(json);
        json_put_key(json, "user");
        say_user(json, &made);
        json_member_string(json, "password", password);
        json_put_object_end(json);
    }
    explicit_bzero(password, sizeof password);
    return code;
}

/* Beside a conflict stands what the other one made of it. */
static void say_current(struct request *request, int64_t id)
{
    struct user_record user;
    if (user_get(call_worker(request)->access, id, request->arena, &user, NULL) == 0)
        say_user(request_fault_member(request, "current"), &user);
}

static int change(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    int64_t id = request_param_int(request, "id");
    struct user_record user;
    int code = user_get(access, id, request->arena, &user, err);
    if (code != 0) return code;
    const struct user_facts *facts = &user.facts;
    struct user_settings settings = {facts->display_name, facts->role,           facts->unit,
                                     facts->divisions,    facts->division_count, facts->subjects,
                                     facts->subject_count};
    code = hear_settings(request, NULL, &settings, err);
    if (code == 0)
        code = user_change(access, call_principal(request)->name, id,
                           body_get_int(request->body, "version", 0), &settings, err);
    if (code == ERR_CONFLICT) say_current(request, id);
    return code != 0 ? code : say_one(request, id, err);
}

static int reset_password(struct request *request, struct err *err)
{
    char password[PASSWORD_GENERATED];
    password_generate(password);
    int code = user_password(call_worker(request)->access, call_principal(request)->name,
                             request_param_int(request, "id"), text_of(password), false, err);
    if (code == 0) {
        struct json_writer *json = reply_json(request);
        json_put_object(json);
        json_member_string(json, "password", password);
        json_put_object_end(json);
    }
    explicit_bzero(password, sizeof password);
    return code;
}

static int retire(struct request *request, struct err *err)
{
    int64_t id = request_param_int(request, "id");
    int code = user_retire(call_worker(request)->access, call_principal(request)->name, id, err);
    return code != 0 ? code : say_one(request, id, err);
}

static int unlock(struct request *request, struct err *err)
{
    int64_t id = request_param_int(request, "id");
    int code = user_unlock(call_worker(request)->access, call_principal(request)->name, id, err);
    return code != 0 ? code : say_one(request, id, err);
}

static int end_sessions(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    int64_t id = request_param_int(request, "id");
    struct user_record user;
    int code = user_get(access, id, request->arena, &user, err);
    if (code == 0) code = access_logout_everywhere(access, call_principal(request)->name, id, NULL, err);
    if (code == 0) reply_empty(request);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/users",
     .who = "users",
     .name = "listUsers",
     .zh = "用户",
     .en = "Users by name",
     .query = page_query,
     .out = &page_shape,
     .handler = list},
    {.method = "POST",
     .path = "/users",
     .who = "users",
     .name = "addUser",
     .zh = "新建用户，给出一次性密码",
     .en = "Make a user with a one-time password",
     .in = &new_shape,
     .out = &made_shape,
     .success = 201,
     .handler = add},
    {.method = "GET",
     .path = "/users/{id:int}",
     .who = "users",
     .name = "getUser",
     .zh = "一个用户",
     .en = "A user",
     .out = &account_shape,
     .handler = show},
    {.method = "PATCH",
     .path = "/users/{id:int}",
     .who = "users",
     .name = "changeUser",
     .zh = "修改用户的姓名、角色和范围",
     .en = "Change a user's name, role and scope",
     .in = &change_shape,
     .out = &account_shape,
     .handler = change},
    {.method = "POST",
     .path = "/users/{id:int}/password",
     .who = "users",
     .name = "resetUserPassword",
     .zh = "重设为一次性密码",
     .en = "Give a new one-time password",
     .out = &secret_shape,
     .handler = reset_password},
    {.method = "POST",
     .path = "/users/{id:int}/retire",
     .who = "users",
     .name = "retireUser",
     .zh = "停用用户，其记录保留",
     .en = "Retire a user; the traces stay",
     .out = &account_shape,
     .handler = retire},
    {.method = "POST",
     .path = "/users/{id:int}/unlock",
     .who = "users",
     .name = "unlockUser",
     .zh = "解除登录锁定",
     .en = "Forget failed attempts to log in",
     .out = &account_shape,
     .handler = unlock},
    {.method = "DELETE",
     .path = "/users/{id:int}/sessions",
     .who = "users",
     .name = "endUserSessions",
     .zh = "结束该用户的所有登录",
     .en = "End all sessions of a user",
     .handler = end_sessions},
};

const struct route_list user_routes = {routes, sizeof routes / sizeof *routes};
