/* Finding a pack's things by what people type. */
#include "pack/pack.h"

static bool has_label(const struct label *label, struct text name)
{
    return text_fold_equal(label->name, name) || text_fold_equal(label->zh, name) ||
           text_fold_equal(label->en, name);
}

int pack_rule_find(const struct pack *pack, struct text name)
{
    if (text_trim(name).size == 0) return -1;
    for (size_t i = 0; i < pack->rule_count; i++)
        if (has_label(&pack->rules[i].label, name)) return (int)i;
    return -1;
}

int pack_feed_find(const struct pack *pack, struct text name)
{
    if (text_trim(name).size == 0) return -1;
    for (size_t i = 0; i < pack->feed_count; i++)
        if (has_label(&pack->feeds[i].label, name)) return (int)i;
    return -1;
}

int pack_indicator_find(const struct pack *pack, struct text name)
{
    if (text_trim(name).size == 0) return -1;
    for (size_t i = 0; i < pack->indicator_count; i++)
        if (has_label(&pack->indicators[i].label, name)) return (int)i;
    return -1;
}

int pack_division_up(const struct pack *pack, int division, enum division_level level)
{
    while (division >= 0 && pack->divisions[division].level != level)
        division = pack->divisions[division].parent;
    return division;
}

static bool is_unit(const struct pack_unit *unit, struct text name)
{
    bool is = text_equal(unit->label.name, name) || text_equal(unit->label.zh, name) ||
              text_equal(unit->label.en, name);
    for (size_t i = 0; !is && i < unit->alias_count; i++) is = text_equal(unit->aliases[i], name);
    return is;
}

int pack_unit_named(const struct pack *pack, struct text name)
{
    for (size_t i = 0; name.size > 0 && i < pack->unit_count; i++)
        if (text_equal(pack->units[i].label.name, name)) return (int)i;
    return -1;
}

int pack_unit_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; name.size > 0 && i < pack->unit_count; i++)
        if (is_unit(&pack->units[i], name)) return (int)i;
    return -1;
}

int pack_division_find(const struct pack *pack, struct text code)
{
    for (size_t i = 0; i < pack->division_count; i++)
        if (text_equal(pack->divisions[i].code, code)) return (int)i;
    return -1;
}

bool pack_division_within(const struct pack *pack, int division, int above)
{
    while (division >= 0 && division != above) division = pack->divisions[division].parent;
    return division >= 0;
}

struct text pack_clause_id(const struct pack *pack, const struct pack_clause *clause)
{
    return clause->count == 0 ? TEXT("") : pack->clauses[clause->items[0]].id;
}

struct label pack_owner_label(const struct pack *pack, struct text owner)
{
    int unit = pack_unit_find(pack, owner);
    if (unit >= 0) return pack->units[unit].label;
    int division = pack_division_find(pack, owner);
    return (struct label){.name = division < 0 ? owner : pack->divisions[division].name};
}
