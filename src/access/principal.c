/* From what is stored of a user to what a user may do. Nothing is allowed before everything has been found.
 */
#include "access/principal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "pack/role.h"

_Static_assert((int)RIGHT_READ == SCOPE_READ && (int)RIGHT_CREATE == SCOPE_CREATE &&
                   (int)RIGHT_EDIT == SCOPE_EDIT && (int)RIGHT_RETIRE == SCOPE_RETIRE &&
                   (int)RIGHT_EXPORT == SCOPE_EXPORT,
               "a role's rights are a scope's actions");

struct finding {
    const struct pack *pack;
    const struct user_facts *facts;
    const struct pack_role *role;
    int role_index, unit;
    int *divisions; /* division_count indexes */
};

/* ---- Finding what the facts name ---- */

static int find_role(struct finding *finding, struct err *err)
{
    const struct pack *pack = finding->pack;
    struct text name = finding->facts->role;
    finding->role_index = pack_role_find(pack, name);
    if (finding->role_index >= 0) {
        finding->role = &pack->roles[finding->role_index];
        return 0;
    }
    if (pack->role_count == 0)
        return err_set(err, ERR_FORBIDDEN, "包里没有角色（roles.yaml），除命令行外谁也不能登录使用",
                       "The pack has no roles (roles.yaml): nobody but the command line gets in");
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < pack->role_count; i++) suggest_offer(&suggest, pack->roles[i].label.name);
    if (suggest.best.size > 0)
        return err_set(
            err, ERR_FORBIDDEN, "包里没有角色“%.*s”，是不是“%.*s”？请管理员重新指定角色",
            "The pack has no role '%.*s'; did you mean '%.*s'? An administrator has to give another",
            TEXT_ARGS(name), TEXT_ARGS(suggest.best));
    return err_set(err, ERR_FORBIDDEN, "包里没有角色“%.*s”，请管理员重新指定角色",
                   "The pack has no role '%.*s'; an administrator has to give another", TEXT_ARGS(name));
}

static int find_unit(struct finding *finding, struct err *err)
{
    const struct pack *pack = finding->pack;
    struct text name = finding->facts->unit;
    finding->unit = pack_unit_named(pack, name);
    if (finding->unit >= 0) return 0;
    if (name.size == 0 && finding->role->owned == 0) return 0;
    if (name.size == 0)
        return err_set(err, ERR_FORBIDDEN, "角色“%.*s”的用户必须有单位，请管理员指定",
                       "Users of the role '%.*s' need a unit; an administrator has to give one",
                       TEXT_ARGS(finding->role->label.name));
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < pack->unit_count; i++) suggest_offer(&suggest, pack->units[i].label.name);
    if (suggest.best.size > 0)
        return err_set(
            err, ERR_FORBIDDEN, "包里没有单位“%.*s”，是不是“%.*s”？请管理员重新指定单位",
            "The pack has no unit '%.*s'; did you mean '%.*s'? An administrator has to give another",
            TEXT_ARGS(name), TEXT_ARGS(suggest.best));
    return err_set(err, ERR_FORBIDDEN, "包里没有单位“%.*s”，请管理员重新指定单位",
                   "The pack has no unit '%.*s'; an administrator has to give another", TEXT_ARGS(name));
}

static int find_division(struct finding *finding, size_t i, struct err *err)
{
    static const char *const zh[] = {"县", "乡镇", "村"}, *const en[] = {"county", "township", "village"};
    const struct pack *pack = finding->pack;
    struct text code = finding->facts->divisions[i];
    int found = pack_division_find(pack, code);
    if (found < 0)
        return err_set(err, ERR_FORBIDDEN, "包里没有区划 %.*s，请管理员重新指定区划",
                       "The pack has no division %.*s; an administrator has to give another",
                       TEXT_ARGS(code));
    enum division_level level = finding->role->level;
    if (pack->divisions[found].level != level)
        return err_set(err, ERR_FORBIDDEN, "区划 %.*s 不是角色“%.*s”所需的级别（%s%.0s）",
                       "The division %.*s is not of the level that the role '%.*s' needs (%.0s%s)",
                       TEXT_ARGS(code), TEXT_ARGS(finding->role->label.name), zh[level], en[level]);
    finding->divisions[i] = found;
    return 0;
}

static int find_rows(struct finding *finding, struct err *err)
{
    const struct user_facts *facts = finding->facts;
    struct text role = finding->role->label.name;
    int code = 0;
    switch (finding->role->rows) {
    case ROWS_EVERYWHERE:
        return 0;
    case ROWS_ASSIGNED:
        if (facts->subject_count > 0) return 0;
        return err_set(
            err, ERR_FORBIDDEN, "角色“%.*s”的用户还没有分到任何户，请管理员指定",
            "No household was assigned to this user of the role '%.*s'; an administrator has to do so",
            TEXT_ARGS(role));
    case ROWS_DIVISION:
        if (facts->division_count == 0)
            return err_set(err, ERR_FORBIDDEN, "角色“%.*s”的用户必须有区划，请管理员指定",
                           "Users of the role '%.*s' need a division; an administrator has to give one",
                           TEXT_ARGS(role));
        for (size_t i = 0; code == 0 && i < facts->division_count; i++) code = find_division(finding, i, err);
        return code;
    }
    return 0;
}

static int find_all(struct finding *finding, struct err *err)
{
    int code = find_role(finding, err);
    if (code == 0) code = find_unit(finding, err);
    return code != 0 ? code : find_rows(finding, err);
}

/* ---- Giving what the role says ---- */

static const uint8_t *give_actions(const struct finding *finding, struct arena *arena)
{
    const struct pack *pack = finding->pack;
    uint8_t *actions = arena_array(arena, pack->schema.register_count, sizeof *actions);
    for (size_t i = 0; i < pack->schema.register_count; i++) {
        bool owned =
            finding->role->owned != 0 && pack_unit_owns(pack, &pack->registers[i].clause, finding->unit);
        actions[i] = role_rights_on(finding->role, (int)i, owned);
    }
    return actions;
}

/* A feed's sheets write every register it fills; a unit's feeds are those of its clauses. */
static const bool *give_feeds(const struct finding *finding, const uint8_t *actions, struct arena *arena)
{
    const struct pack *pack = finding->pack;
    bool *feeds = arena_array(arena, pack->feed_count, sizeof *feeds);
    for (size_t i = 0; i < pack->feed_count; i++) {
        const struct pack_feed *feed = &pack->feeds[i];
        feeds[i] = finding->role->owned == 0 || pack_unit_owns(pack, &feed->clause, finding->unit);
        for (size_t k = 0; k < feed->part_count; k++) {
            uint8_t needed =
                feed->parts[k].mode == FEED_WRITE ? RIGHT_READ | RIGHT_CREATE | RIGHT_EDIT : RIGHT_READ;
            feeds[i] &= (actions[feed->parts[k].reg] & needed) == needed;
        }
    }
    return feeds;
}

static void give(const struct finding *finding, struct principal *principal)
{
    const struct user_facts *facts = finding->facts;
    const struct pack_role *role = finding->role;
    struct arena *arena = &principal->arena;
    struct scope *scope = &principal->scope;
    principal->abilities = role->abilities;
    scope->actions = give_actions(finding, arena);
    scope->everywhere = role->rows == ROWS_EVERYWHERE;
    if (role->office >= 0) scope->office = finding->pack->units[role->office].label.name;
    if (role->owned != 0) scope->unit = finding->pack->units[finding->unit].label.name;
    scope->unmasked = role->unmasked;
    if (role->rows == ROWS_DIVISION) {
        scope->divisions = finding->divisions;
        scope->division_count = facts->division_count;
    }
    if (role->rows == ROWS_ASSIGNED) {
        int64_t *subjects = arena_array(arena, facts->subject_count, sizeof *subjects);
        memcpy(subjects, facts->subjects, facts->subject_count * sizeof *subjects);
        scope->subjects = subjects;
        scope->subject_count = facts->subject_count;
    }
    if (principal_can(principal, ABILITY_IMPORT))
        principal->feeds = give_feeds(finding, scope->actions, arena);
}

struct principal *principal_new(const struct pack *pack, const struct user_facts *facts)
{
    struct principal *principal = mem_new(1, sizeof *principal);
    struct arena *arena = &principal->arena;
    struct finding finding = {.pack = pack, .facts = facts, .role_index = -1, .unit = -1};
    finding.divisions = arena_array(arena, facts->division_count, sizeof *finding.divisions);
    principal->user = facts->id;
    principal->name = arena_text(arena, facts->name);
    principal->display_name = arena_text(arena, facts->display_name);
    principal->preferences = arena_text(arena, facts->preferences);
    principal->must_change_password = facts->must_change_password;
    principal->demonstration = facts->demonstration;
    principal->scope.actor = principal->name;
    int code = find_all(&finding, &principal->closed);
    principal->role = finding.role_index;
    principal->unit = finding.unit;
    if (code == 0 && facts->must_change_password)
        code = err_set(&principal->closed, ERR_FORBIDDEN, "请先修改密码", "Change your password first");
    if (code == 0) give(&finding, principal);
    return principal;
}

void principal_free(struct principal *principal)
{
    if (principal == NULL) return;
    arena_fini(&principal->arena);
    free(principal);
}

bool principal_can(const struct principal *principal, enum role_ability ability)
{
    return (principal->abilities & UINT32_C(1) << ability) != 0;
}

bool principal_may_import(const struct principal *principal, int feed)
{
    return principal->feeds != NULL && principal->feeds[feed];
}

int principal_check(const struct pack *pack, const struct user_facts *facts, struct err *err)
{
    struct arena arena = {0};
    struct finding finding = {.pack = pack, .facts = facts};
    finding.divisions = arena_array(&arena, facts->division_count, sizeof *finding.divisions);
    int code = find_all(&finding, err);
    arena_fini(&arena);
    return code;
}
