/* One's own tokens for scripts. A token makes no further tokens: one that was lost would live for ever. */
#include <string.h>

#include "api/call.h"
#include "api/routes.h"
#include "api/say.h"

enum { DAYS = 180, DAYS_MOST = 366, DAY = 86400 };

#define TOKEN_FIELDS                                                                                         \
    {.name = "id", .kind = SHAPE_INT, .flags = SHAPE_REQUIRED},                                              \
        {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                       \
        {.name = "created", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                    \
        {.name = "ends", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED},                                       \
    {                                                                                                        \
        .name = "last_used", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED | SHAPE_NULLABLE                    \
    }

static const struct shape_field token_fields[] = {TOKEN_FIELDS, {.name = NULL}};
static const struct shape token_shape = {.name = "Token", .fields = token_fields};
static const struct shape tokens_shape = {.name = "Tokens", .list_of = &token_shape};

static const struct shape_field made_fields[] = {
    TOKEN_FIELDS,
    {.name = "secret", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .note = "shown once"},
    {.name = NULL}};
static const struct shape made_shape = {.name = "TokenMade", .fields = made_fields};

static const struct shape_field new_fields[] = {
    {.name = "name", .kind = SHAPE_TEXT, .flags = SHAPE_REQUIRED, .min = 1, .max = 100},
    {.name = "days",
     .kind = SHAPE_INT,
     .min = 1,
     .max = DAYS_MOST,
     .note = "it is in force; 180 unless told"},
    {.name = NULL}};
static const struct shape new_shape = {.name = "TokenNew", .fields = new_fields};

static void say_token(struct json_writer *json, const struct access_token *token)
{
    json_member_int(json, "id", token->id);
    json_member_text(json, "name", token->label);
    json_put_key(json, "created");
    say_moment(json, token->created);
    json_put_key(json, "ends");
    say_moment(json, token->ends);
    json_put_key(json, "last_used");
    say_moment(json, token->used);
}

/* Those in force. */
static int list(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    struct access_token *tokens;
    size_t count;
    int code = access_tokens(access, request->owner, request->arena, &tokens, &count, err);
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_array(json);
    for (size_t i = 0; i < count; i++) {
        if (tokens[i].revoked != 0 || tokens[i].ends <= access_now(access)) continue;
        json_put_object(json);
        say_token(json, &tokens[i]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
    return 0;
}

static int add(struct request *request, struct err *err)
{
    struct access *access = call_worker(request)->access;
    struct text name = body_get_text(request->body, "name");
    char secret[ACCESS_TOKEN];
    struct access_token token = {.label = text_trim(name), .created = access_now(access)};
    token.ends = token.created + body_get_int(request->body, "days", DAYS) * DAY;
    if (call_principal(request)->token != 0)
        return err_set(err, ERR_FORBIDDEN, "令牌不能用来新建令牌，请登录后再建",
                       "A token cannot make further tokens; log in to make one");
    int code = access_token_new(access, call_principal(request), name, token.ends, secret, &token.id, err);
    if (code == ERR_INPUT) request_fault_field(request, "name");
    if (code == ERR_LIMIT && err != NULL) code = err->code = ERR_CONFLICT; /* nothing is too large */
    if (code != 0) return code;
    struct json_writer *json = reply_json(request);
    json_put_object(json);
    say_token(json, &token);
    json_member_string(json, "secret", secret);
    json_put_object_end(json);
    explicit_bzero(secret, sizeof secret);
    return 0;
}

static int revoke(struct request *request, struct err *err)
{
    int code = access_token_revoke(call_worker(request)->access, call_principal(request)->name,
                                   request->owner, request_param_int(request, "id"), err);
    if (code == 0) reply_empty(request);
    return code;
}

static const struct route routes[] = {
    {.method = "GET",
     .path = "/tokens",
     .who = "tokens",
     .name = "listTokens",
     .zh = "本人的接口令牌",
     .en = "One's own API tokens",
     .out = &tokens_shape,
     .handler = list},
    {.method = "POST",
     .path = "/tokens",
     .who = "tokens",
     .name = "addToken",
     .zh = "新建接口令牌，内容只显示一次",
     .en = "Make an API token; its secret is shown once",
     .in = &new_shape,
     .out = &made_shape,
     .success = 201,
     .handler = add},
    {.method = "DELETE",
     .path = "/tokens/{id:int}",
     .who = "tokens",
     .name = "revokeToken",
     .zh = "撤销接口令牌",
     .en = "Revoke an API token",
     .handler = revoke},
};

const struct route_list token_routes = {routes, sizeof routes / sizeof *routes};
