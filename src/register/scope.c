/* What a scope allows, closed by default: whatever is not said is not allowed. */
#include "register/scope.h"

#include "register/scope_sql.h"
#include "register/sql.h"

bool scope_may(const struct scope *scope, int reg, enum scope_action action)
{
    return scope->actions != NULL && (scope->actions[reg] & action) != 0;
}

bool scope_all_rows(const struct scope *scope, const struct pack *pack)
{
    for (size_t i = 0; i < scope->division_count; i++)
        if (pack->divisions[scope->divisions[i]].parent < 0) return true;
    return scope->everywhere;
}

bool scope_all_of(const struct scope *scope, const struct pack *pack, int reg)
{
    if (pack->registers[reg].countywide) return true;
    return scope_all_rows(scope, pack) && (scope->unit.size == 0 || pack->registers[reg].owner_count == 0);
}

bool scope_owns(const struct scope *scope, const struct pack *pack, struct text owner)
{
    struct text acting = scope->unit.size > 0 ? scope->unit : scope->office;
    if (acting.size > 0) {
        int unit = pack_unit_find(pack, owner);
        return unit >= 0 && text_equal(pack->units[unit].label.name, acting);
    }
    if (scope_all_rows(scope, pack)) return true;
    for (int at = pack_division_find(pack, owner); at >= 0; at = pack->divisions[at].parent)
        for (size_t i = 0; i < scope->division_count; i++)
            if (scope->divisions[i] == at) return true;
    return false;
}

bool scope_unmasks(const struct scope *scope, enum pack_sensitive kind)
{
    return kind == SENSITIVE_NO || (scope->unmasked >> kind & 1) != 0;
}

struct scope scope_everything(const struct pack *pack, struct text actor, struct arena *arena)
{
    uint8_t *actions = arena_array(arena, pack->schema.register_count, sizeof *actions);
    for (size_t i = 0; i < pack->schema.register_count; i++)
        actions[i] = SCOPE_READ | SCOPE_CREATE | SCOPE_EDIT | SCOPE_RETIRE | SCOPE_EXPORT;
    return (struct scope){.actor = actor, .actions = actions, .everywhere = true, .unmasked = ~(uint32_t)0};
}

int scope_check(const struct scope *scope, const struct pack *pack, int reg, enum scope_action action,
                struct err *err)
{
    if (scope_may(scope, reg, action)) return 0;
    const char *zh = "查看", *en = "see";
    switch (action) {
    case SCOPE_READ:
        break;
    case SCOPE_CREATE:
        zh = "新增", en = "add to";
        break;
    case SCOPE_EDIT:
        zh = "修改", en = "change";
        break;
    case SCOPE_RETIRE:
        zh = "注销", en = "retire from";
        break;
    case SCOPE_EXPORT:
        zh = "导出", en = "export";
        break;
    }
    struct buffer label_zh = {0}, label_en = {0};
    buffer_text(&label_zh, label_in(&register_of(pack, reg)->label, "zh"));
    buffer_text(&label_en, label_in(&register_of(pack, reg)->label, "en"));
    int code = err_set(err, ERR_FORBIDDEN, "您无权%s“%s”%.0s%.0s。如有需要，请联系管理员",
                       "%.0s%.0sYou may not %s “%s”. If you need to, ask the administrator", zh,
                       label_zh.data, en, label_en.data);
    buffer_fini(&label_zh);
    buffer_fini(&label_en);
    return code;
}
