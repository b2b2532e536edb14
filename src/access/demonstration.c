/* Accounts to try things with: whose divisions, households and units they have follows from the pack and the
 * records by rule, never from names written here. */
#include "access/access_private.h"
#include "access/users.h"
#include "register/scan.h"

enum { HOUSEHOLDS = 8 }; /* that the helper is given */

struct place {
    int division;                 /* of the pack, -1: none */
    int64_t subjects[HOUSEHOLDS]; /* the first ones in it */
    size_t subject_count;
    int unit;
};

/* ---- Where there is something to see ---- */

static int find_subjects(struct access *access, int parent_field, struct place *place, int64_t *parent,
                         struct err *err)
{
    struct record_scan *scan;
    struct record_row row;
    bool more = true;
    struct arena arena = {0};
    struct scope scope = scope_everything(access->pack, TEXT("zengshou"), &arena);
    int code = record_scan_new(access->database, &scope, access->pack->subject, &scan, err);
    while (code == 0 && place->subject_count < HOUSEHOLDS &&
           (code = record_scan_next(scan, &row, &more, err)) == 0 && more) {
        int64_t here = parent_field >= 0 ? row.values[parent_field].integer : 0;
        if (place->subject_count == 0) *parent = here;
        if (here != *parent) continue;
        place->subjects[place->subject_count++] = row.id;
    }
    record_scan_free(scan);
    arena_fini(&arena);
    return code;
}

/* The division of the record that the subjects hang on. */
static int find_village(struct access *access, int64_t id, struct place *place, struct err *err)
{
    const struct pack *pack = access->pack;
    struct record_scan *scan;
    struct record_row row;
    bool more = true;
    struct arena arena = {0};
    struct scope scope = scope_everything(pack, TEXT("zengshou"), &arena);
    int code = record_scan_new(access->database, &scope, pack->division_register, &scan, err);
    while (code == 0 && (code = record_scan_next(scan, &row, &more, err)) == 0 && more)
        if (row.id == id) {
            place->division = pack_division_find(pack, row.values[pack->division_code].text);
            break;
        }
    record_scan_free(scan);
    arena_fini(&arena);
    return code;
}

static int first_village(const struct pack *pack)
{
    for (size_t i = 0; i < pack->division_count; i++)
        if (pack->divisions[i].level == DIVISION_VILLAGE) return (int)i;
    return -1;
}

static bool leads_for_subject(const struct pack *pack, int unit)
{
    const struct pack_clause *clause = &pack->registers[pack->subject].clause;
    for (size_t i = 0; i < clause->count; i++) {
        const struct pack_plan_clause *task = &pack->clauses[clause->items[i]];
        for (size_t k = 0; k < task->lead_count; k++)
            if (task->lead[k] == unit) return true;
    }
    return false;
}

/* The department that owns most registers; one that leads for the subject has a role of its own. */
static int busiest_unit(const struct pack *pack)
{
    size_t most = 0;
    int found = -1;
    for (size_t i = 0; i < pack->unit_count; i++) {
        size_t owned = 0;
        if (!text_is(pack->units[i].kind, "department") || leads_for_subject(pack, (int)i)) continue;
        for (size_t reg = 0; reg < pack->schema.register_count; reg++)
            owned += pack_unit_owns(pack, &pack->registers[reg].clause, (int)i);
        if (owned > most) {
            most = owned;
            found = (int)i;
        }
    }
    return found;
}

static int find_place(struct access *access, struct place *place, struct err *err)
{
    const struct pack *pack = access->pack;
    const struct schema_register *subject = &pack->schema.registers[pack->subject];
    int64_t parent = 0;
    *place = (struct place){.division = -1, .unit = busiest_unit(pack)};
    int code = find_subjects(access, subject->parent_field, place, &parent, err);
    if (code == 0 && place->subject_count > 0 && pack->division_register >= 0 &&
        subject->parent == pack->division_register)
        code = find_village(access, parent, place, err);
    if (place->division < 0) place->division = first_village(pack);
    return code;
}

/* ---- The accounts ---- */

static struct text words(const struct pack *pack, struct label label)
{
    struct text word = pack->language[0] == 'e' ? label.en : label.zh;
    return word.size > 0 ? word : label.name;
}

static void settle(const struct pack *pack, const struct pack_role *role, const struct place *place,
                   struct arena *arena, struct user_settings *settings)
{
    struct text of = {0};
    *settings = (struct user_settings){.role = role->label.name};
    if (role->owned != 0 && place->unit >= 0) {
        settings->unit = pack->units[place->unit].label.name;
        of = words(pack, pack->units[place->unit].label);
    }
    int division = role->rows == ROWS_DIVISION ? pack_division_up(pack, place->division, role->level) : -1;
    if (division >= 0) {
        struct text *code = arena_alloc(arena, sizeof *code);
        *code = pack->divisions[division].code;
        settings->divisions = code;
        settings->division_count = 1;
        of = pack->divisions[division].name;
    }
    if (role->rows == ROWS_ASSIGNED) {
        settings->subjects = place->subjects;
        settings->subject_count = place->subject_count;
    }
    struct text role_words = words(pack, role->label);
    const char *form = of.size == 0 ? "%.*s%.*s" : pack->language[0] == 'e' ? "%.*s (%.*s)" : "%.*s（%.*s）";
    settings->display_name = text_of(arena_printf(arena, form, TEXT_ARGS(role_words), TEXT_ARGS(of)));
}

static int put_account(struct access *access, struct text actor, struct text name, struct text password,
                       const struct user_settings *settings, int64_t *id, struct err *err)
{
    struct arena arena = {0};
    struct user_record user;
    int code = user_find(access, name, &arena, &user, err);
    if (code == ERR_NOT_FOUND) {
        const struct user_new fresh = {name, password, *settings, true};
        code = user_add(access, actor, &fresh, id, err);
    } else if (code == 0) {
        *id = user.facts.id;
        code = user_change(access, actor, user.facts.id, user.version, settings, err);
        if (code == 0) code = user_password(access, actor, user.facts.id, password, true, err);
    }
    arena_fini(&arena);
    return code;
}

static int check_free(struct access *access, struct text name, struct err *err)
{
    struct arena arena = {0};
    struct user_record user;
    int code = user_find(access, name, &arena, &user, NULL);
    bool theirs = code == 0 && (!user.facts.demonstration || user.retired != 0);
    arena_fini(&arena);
    if (code == ERR_NOT_FOUND) return 0;
    if (code != 0) return err_set(err, ERR_IO, "读不了用户表", "The table of users cannot be read");
    if (!theirs) return 0;
    return err_set(err, ERR_CONFLICT, "已有真实用户叫“%.*s”，没有建立任何演示账号",
                   "There is a real user called '%.*s'; no demonstration account was made", TEXT_ARGS(name));
}

static int report(struct access *access, int64_t id, struct arena *arena,
                  struct demonstration_account *account, struct err *err)
{
    struct principal *principal;
    int code = user_principal(access, id, &principal, err);
    if (code != 0) return code;
    account->name = arena_text(arena, principal->name);
    account->display_name = arena_text(arena, principal->display_name);
    if (principal->closed.code != 0) {
        account->closed_zh = text_of(arena_string(arena, principal->closed.zh));
        account->closed_en = text_of(arena_string(arena, principal->closed.en));
    }
    principal_free(principal);
    return 0;
}

int user_demonstrate(struct access *access, struct text actor, struct text password, struct arena *arena,
                     struct demonstration_account **accounts, size_t *count, struct err *err)
{
    const struct pack *pack = access->pack;
    struct place place;
    *count = 0;
    *accounts = arena_array(arena, pack->role_count, sizeof **accounts);
    if (pack->role_count == 0)
        return err_set(err, ERR_NOT_FOUND, "包里没有角色（roles.yaml），没有账号可建",
                       "The pack has no roles (roles.yaml), so there are no accounts to make");
    int code = find_place(access, &place, err);
    for (size_t i = 0; code == 0 && i < pack->role_count; i++)
        code = check_free(access, pack->roles[i].label.name, err);
    for (size_t i = 0; code == 0 && i < pack->role_count; i++) {
        struct user_settings settings;
        int64_t id;
        struct text name = pack->roles[i].label.name;
        settle(pack, &pack->roles[i], &place, arena, &settings);
        code = put_account(access, actor, name, password, &settings, &id, err);
        if (code == 0) code = report(access, id, arena, &(*accounts)[*count], err);
        (*accounts)[*count].role = name;
        *count += code == 0;
    }
    return code;
}
