/* A small YAML file, read with the reader of packs, so that a slip is said with its place. */
#include "notify/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "pack/yaml.h"

enum {
    FILE_MAX = 256 << 10,
    CHANNELS_MAX = 50,
    LIST_MAX = 2000,
    SECONDS = 15,
    SECONDS_MAX = 120,
    MORNING = 8 * 60,
    DAY = 24 * 60,
    URL_MAX = 1000
};

struct reading {
    struct notify_settings *settings;
    const struct pack *pack;
    struct fault_list *faults;
};

/* ---- The file ---- */

static int open_private(const char *path, int *file, struct err *err)
{
    struct stat status;
    *file = open(path, O_RDONLY | O_CLOEXEC);
    if (*file < 0) return err_errno(err, path, "打不开通知设置", "Cannot open the settings of messages");
    if (fstat(*file, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) == 0) return 0;
    close(*file);
    return err_set(err, ERR_FORBIDDEN, "通知设置 %s 里有密钥，别人也能读写，不能使用。请运行 chmod 600 %s",
                   "The settings %s hold secrets and can be read or written by others; they are not used. "
                   "Run chmod 600 %s",
                   path, path);
}

static int read_file(const char *path, struct arena *arena, struct text *content, struct err *err)
{
    char *bytes = arena_alloc(arena, FILE_MAX);
    size_t size = 0;
    ssize_t got = 1;
    int file;
    int code = open_private(path, &file, err);
    if (code != 0) return code;
    while (got > 0 && size < FILE_MAX) {
        got = read(file, bytes + size, FILE_MAX - size);
        size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) code = err_errno(err, path, "读不了通知设置", "Cannot read the settings of messages");
    if (code == 0 && size == FILE_MAX)
        code = err_set(err, ERR_LIMIT, "通知设置 %s 太大", "The settings %s are too large", path);
    close(file);
    *content = (struct text){bytes, size};
    return code;
}

/* ---- Words ---- */

/* Without control characters: it goes into headers. */
static bool is_plain(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f) return false;
    return true;
}

static const char *string_of(const struct reading *reading, const struct yaml_node *node)
{
    struct text text;
    if (!yaml_string(node, &text, reading->faults)) return NULL;
    if (is_plain(text) && text.size <= URL_MAX)
        return arena_copy(&reading->settings->arena, text.at, text.size);
    yaml_fault(node, reading->faults, "太长，或有控制字符", "too long, or with control characters");
    return NULL;
}

/* One of the schemes; what the address says beside is never repeated, it may be a secret. */
static const char *url_of(const struct reading *reading, const struct yaml_node *node,
                          const char *const *schemes, const char *wanted)
{
    const char *url = string_of(reading, node);
    for (size_t i = 0; url != NULL && schemes[i] != NULL; i++)
        if (strncmp(url, schemes[i], strlen(schemes[i])) == 0 && url[strlen(schemes[i])] != '\0' &&
            strchr(url, ' ') == NULL)
            return url;
    if (url != NULL) yaml_fault(node, reading->faults, "应以 %s 开头", "should begin with %s", wanted);
    return NULL;
}

static const char *web_address(const struct reading *reading, const struct yaml_node *node)
{
    static const char *const schemes[] = {"https://", "http://", NULL};
    return url_of(reading, node, schemes, "https:// / http://");
}

/* One address as it stands in an envelope: local@host, nothing that a header could take for more. */
static const char *mail_address(const struct reading *reading, const struct yaml_node *node)
{
    const char *address = string_of(reading, node);
    if (address == NULL) return NULL;
    const char *at = strchr(address, '@');
    bool good =
        at != NULL && at != address && at[1] != '\0' && strchr(at + 1, '@') == NULL && address[0] != '-';
    for (const char *c = address; good && *c != '\0'; c++)
        good = (unsigned char)*c > ' ' && (unsigned char)*c < 0x7f && strchr("<>()[],;:\\\"", *c) == NULL;
    if (good) return address;
    yaml_fault(node, reading->faults, "不是邮件地址，例如 office@example.cn",
               "this is no mail address, such as office@example.cn");
    return NULL;
}

/* ---- Robots ---- */

static const int *roles_of(const struct reading *reading, const struct yaml_node *list, size_t *count)
{
    size_t most = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    int *roles = arena_array(&reading->settings->arena, most, sizeof *roles);
    *count = 0;
    if (list == NULL || !yaml_is(list, YAML_LIST, reading->faults)) return roles;
    for (size_t i = 0; i < most; i++) {
        struct text name;
        if (!yaml_string(yaml_item(list, i), &name, reading->faults)) continue;
        int role = pack_role_find(reading->pack, name);
        if (role >= 0) {
            roles[(*count)++] = role;
            continue;
        }
        struct suggest suggest = suggest_start(name);
        for (size_t k = 0; k < reading->pack->role_count; k++)
            suggest_offer(&suggest, reading->pack->roles[k].label.name);
        yaml_fault_unknown(yaml_item(list, i), reading->faults, "角色", "role", &suggest);
    }
    return roles;
}

static const struct text *users_of(const struct reading *reading, const struct yaml_node *list, size_t *count)
{
    size_t most = yaml_count(list) < LIST_MAX ? yaml_count(list) : LIST_MAX;
    struct text *users = arena_array(&reading->settings->arena, most, sizeof *users);
    *count = 0;
    if (list == NULL || !yaml_is(list, YAML_LIST, reading->faults)) return users;
    for (size_t i = 0; i < most; i++)
        if (yaml_string(yaml_item(list, i), &users[*count], reading->faults)) ++*count;
    return users;
}

static void read_robot(const struct reading *reading, const struct yaml_node *key,
                       const struct yaml_node *node)
{
    static const char *const keys[] = {"kind", "url", "secret", "roles", "users", NULL};
    static const char *const kinds[] = {"wecom", "dingtalk", NULL};
    struct notify_settings *settings = reading->settings;
    int kind = 0;
    struct text name;
    if (!yaml_name(key, &name, reading->faults) || !yaml_keys(node, keys, reading->faults)) return;
    if (text_is(name, "mail"))
        yaml_fault(key, reading->faults, "“mail”是邮件的名称，请换一个",
                   "`mail` means mail; choose another name");
    yaml_choice(yaml_need(node, "kind", "wecom 或 dingtalk", "wecom or dingtalk", reading->faults), kinds,
                &kind, reading->faults);
    struct notify_channel *channel = &settings->channels[settings->channel_count++];
    *channel = (struct notify_channel){.kind = kind == 0 ? CHANNEL_WECOM : CHANNEL_DINGTALK, .name = name};
    channel->url = web_address(
        reading, yaml_need(node, "url", "群机器人的地址", "the robot's address", reading->faults));
    yaml_string(yaml_get(node, "secret"), &channel->secret, reading->faults);
    if (channel->kind == CHANNEL_WECOM && channel->secret.size > 0)
        yaml_fault(yaml_get(node, "secret"), reading->faults, "企业微信机器人没有加签密钥",
                   "robots of WeCom have no secret for signing");
    channel->roles = roles_of(reading, yaml_get(node, "roles"), &channel->role_count);
    channel->users = users_of(reading, yaml_get(node, "users"), &channel->user_count);
    if (yaml_get(node, "roles") == NULL && yaml_get(node, "users") == NULL)
        yaml_fault(node, reading->faults, "缺少“roles”或“users”：说哪些账号的情况",
                   "missing `roles` or `users`: whose work the group is told of");
}

/* ---- Mail ---- */

static void read_addresses(const struct reading *reading, const struct yaml_node *node,
                           struct notify_channel *channel)
{
    size_t most = yaml_count(node) < LIST_MAX ? yaml_count(node) : LIST_MAX;
    struct notify_address *to = arena_array(&reading->settings->arena, most, sizeof *to);
    channel->to = to;
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reading->faults)) return;
    for (size_t i = 0; i < most; i++) {
        const char *address = mail_address(reading, yaml_item(node, i));
        if (address == NULL) continue;
        to[channel->to_count++] = (struct notify_address){yaml_text(yaml_key(node, i)), address};
    }
}

static void read_mail(const struct reading *reading, const struct yaml_node *node)
{
    static const char *const keys[] = {"from", "sendmail", "smtp", "login", "password", "to", NULL};
    static const char *const schemes[] = {"smtp://", "smtps://", NULL};
    struct notify_settings *settings = reading->settings;
    if (node == NULL || !yaml_keys(node, keys, reading->faults)) return;
    struct notify_channel *channel = &settings->channels[settings->channel_count++];
    *channel = (struct notify_channel){.kind = CHANNEL_MAIL, .name = TEXT("mail")};
    channel->from =
        mail_address(reading, yaml_need(node, "from", "发件地址", "the sender's address", reading->faults));
    channel->sendmail = string_of(reading, yaml_get(node, "sendmail"));
    if (yaml_get(node, "smtp") != NULL)
        channel->smtp = url_of(reading, yaml_get(node, "smtp"), schemes, "smtp:// / smtps://");
    channel->login = string_of(reading, yaml_get(node, "login"));
    channel->password = string_of(reading, yaml_get(node, "password"));
    if ((yaml_get(node, "sendmail") == NULL) == (yaml_get(node, "smtp") == NULL))
        yaml_fault(node, reading->faults, "“sendmail”和“smtp”写且只写一个",
                   "either `sendmail` or `smtp` is needed, and not both");
    if (channel->sendmail != NULL && channel->sendmail[0] != '/')
        yaml_fault(yaml_get(node, "sendmail"), reading->faults, "请写完整路径，如 /usr/sbin/sendmail",
                   "write the whole path, such as /usr/sbin/sendmail");
    if ((channel->login == NULL) != (channel->password == NULL))
        yaml_fault(node, reading->faults, "“login”和“password”要一起写",
                   "`login` and `password` go together");
    read_addresses(reading, yaml_need(node, "to", "账号: 邮件地址", "account: mail address", reading->faults),
                   channel);
}

/* ---- The whole ---- */

static void read_time(const struct reading *reading, const struct yaml_node *node)
{
    struct text text;
    int hour, minute, end = 0;
    reading->settings->minute = MORNING;
    if (!yaml_string(node, &text, reading->faults)) return;
    const char *words = arena_copy(&reading->settings->arena, text.at, text.size);
    if (sscanf(words, "%2d:%2d%n", &hour, &minute, &end) == 2 && words[end] == '\0' && hour >= 0 &&
        hour < 24 && minute >= 0 && minute < 60)
        reading->settings->minute = hour * 60 + minute;
    else
        yaml_fault(node, reading->faults, "应写成 08:30", "write it as 08:30");
}

static void read_root(const struct reading *reading, const struct yaml_node *root)
{
    static const char *const keys[] = {"origin",  "language", "at",   "days",
                                       "timeout", "webhooks", "mail", NULL};
    static const char *const languages[] = {"zh", "en", NULL};
    static const char *const days[] = {"working", "every", NULL};
    struct notify_settings *settings = reading->settings;
    int language = 0, when = 0;
    settings->seconds = SECONDS;
    if (!yaml_keys(root, keys, reading->faults)) return;
    const char *origin = web_address(
        reading, yaml_need(root, "origin", "网页的地址，如 https://zs.example.cn",
                           "how people reach the system, such as https://zs.example.cn", reading->faults));
    size_t size = origin == NULL ? 0 : strlen(origin);
    while (size > 0 && origin[size - 1] == '/') size--;
    settings->origin = arena_copy(&settings->arena, origin == NULL ? "" : origin, size);
    yaml_choice(yaml_get(root, "language"), languages, &language, reading->faults);
    settings->language = languages[language];
    read_time(reading, yaml_get(root, "at"));
    yaml_choice(yaml_get(root, "days"), days, &when, reading->faults);
    settings->every_day = when == 1;
    yaml_integer(yaml_get(root, "timeout"), 1, SECONDS_MAX, &settings->seconds, reading->faults);
    const struct yaml_node *robots = yaml_get(root, "webhooks");
    size_t count = robots != NULL && yaml_is(robots, YAML_MAPPING, reading->faults) ? yaml_count(robots) : 0;
    if (count > CHANNELS_MAX) yaml_fault(robots, reading->faults, "太多了", "too many");
    if (count > CHANNELS_MAX) count = CHANNELS_MAX;
    settings->channels = arena_array(&settings->arena, count + 1, sizeof *settings->channels);
    for (size_t i = 0; i < count; i++) read_robot(reading, yaml_key(robots, i), yaml_item(robots, i));
    read_mail(reading, yaml_get(root, "mail"));
}

int notify_settings_read(const char *path, const struct pack *pack, struct notify_settings **out,
                         struct fault_list *faults, struct err *err)
{
    struct notify_settings *settings = mem_new(1, sizeof *settings);
    const struct reading reading = {settings, pack, faults};
    struct text content;
    *out = settings;
    int code = read_file(path, &settings->arena, &content, err);
    size_t before = faults->count + faults->dropped;
    const struct yaml_node *root = code == 0 ? yaml_parse(content, path, &settings->arena, faults) : NULL;
    if (root != NULL) read_root(&reading, root);
    size_t found = faults->count + faults->dropped - before;
    if (code == 0 && found > 0)
        code = err_set(err, ERR_INPUT, "通知设置 %s 有 %zu 处错误", "The settings %s have %zu faults", path,
                       found);
    if (code == 0) return 0;
    notify_settings_free(settings);
    *out = NULL;
    return code;
}

void notify_settings_free(struct notify_settings *settings)
{
    if (settings == NULL) return;
    arena_fini(&settings->arena);
    free(settings);
}
