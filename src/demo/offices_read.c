/* What offices of a demonstration did, read and checked. */
#include <string.h>

#include "base/suggest.h"
#include "demo/config.h"
#include "demo/offices.h"
#include "pack/assessment.h"
#include "pack/role.h"

enum { DAYS_MOST = 400, MONTHS_MOST = 36, SCORED_MOST = 1000 };

static const char *const kind_names[] = {"round",   "change", "adopt",   "run",   "review",
                                         "publish", "object", "dispute", "close", NULL};

struct office_reader {
    const struct pack *pack;
    struct arena *arena;
    struct fault_list *faults;
};

static struct text read_words(const struct office_reader *reader, const struct yaml_node *node)
{
    struct text text = {0};
    if (node == NULL || !yaml_string(node, &text, reader->faults)) return (struct text){0};
    return arena_text(reader->arena, text);
}

static void unknown(const struct office_reader *reader, const struct yaml_node *node, const char *zh,
                    const char *en)
{
    struct suggest suggest = suggest_start(yaml_text(node));
    yaml_fault_unknown(node, reader->faults, zh, en, &suggest);
}

static int read_name(const struct office_reader *reader, const struct yaml_node *node, int found,
                     const char *zh, const char *en)
{
    if (node != NULL && found < 0) unknown(reader, node, zh, en);
    return found;
}

static void read_scheme(const struct office_reader *reader, const struct yaml_node *node,
                        struct office *office)
{
    const struct pack *pack = reader->pack;
    const struct yaml_node *name = yaml_need(node, "scheme", "哪一项考核", "which scheme", reader->faults);
    office->scheme = read_name(reader, name, name == NULL ? -1 : pack_scheme_find(pack, yaml_text(name)),
                               "考核", "scheme");
    if (office->scheme < 0 || office->kind == OFFICE_ADOPT) return;
    const struct pack_scheme *scheme = &pack->schemes[office->scheme];
    const struct yaml_node *place = yaml_need(node, "part", "哪一部分", "which part", reader->faults);
    int part = read_name(reader, place, place == NULL ? -1 : scheme_part_find(scheme, yaml_text(place)),
                         "考核的部分", "part of the scheme");
    if (part < 0) return;
    office->part = (size_t)part;
    if (office->kind != OFFICE_OBJECT && office->kind != OFFICE_DISPUTE) return;
    const struct yaml_node *line =
        yaml_need(node, "criterion", "哪一个计分项", "which criterion", reader->faults);
    int criterion = line == NULL ? -1 : scheme_criterion_find(&scheme->parts[part], yaml_text(line));
    if (read_name(reader, line, criterion, "计分项", "criterion") < 0) return;
    office->criterion = scheme->parts[part].criteria[criterion].label.name;
    if (office->kind == OFFICE_DISPUTE && scheme->parts[part].criteria[criterion].indicator < 0)
        yaml_fault(line, reader->faults, "这一项不按指标计分，没有数可以提异议",
                   "no indicator stands behind this criterion; there is no figure to dispute");
}

static void read_one(const struct office_reader *reader, const struct yaml_node *node, struct office *office)
{
    static const char *const keys[] = {"day",       "month", "do",     "as",     "unit",
                                       "parameter", "value", "days",   "scheme", "part",
                                       "criterion", "nth",   "points", "words",  NULL};
    struct fault_list *faults = reader->faults;
    int choice;
    *office = (struct office){.role = -1, .parameter = -1, .scheme = -1, .nth = 1};
    if (!yaml_keys(node, keys, faults)) return;
    yaml_integer(yaml_need(node, "day", "第几天", "on which day", faults), 0, DAYS_MOST, &office->day,
                 faults);
    yaml_integer(yaml_get(node, "month"), -MONTHS_MOST, MONTHS_MOST, &office->month, faults);
    yaml_integer(yaml_get(node, "days"), 0, DAYS_MOST, &office->days, faults);
    yaml_integer(yaml_get(node, "nth"), 1, SCORED_MOST, &office->nth, faults);
    if (yaml_choice(yaml_need(node, "do", "做什么", "what is done", faults), kind_names, &choice, faults))
        office->kind = (enum office_kind)choice;
    const struct yaml_node *role = yaml_need(node, "as", "以什么角色", "in which role", faults);
    office->role = read_name(reader, role, role == NULL ? -1 : pack_role_find(reader->pack, yaml_text(role)),
                             "角色", "role");
    office->unit = read_words(reader, yaml_get(node, "unit"));
    office->words = read_words(reader, yaml_get(node, "words"));
    office->value = read_words(reader, yaml_get(node, "value"));
    if (office->kind == OFFICE_CHANGE) {
        const struct yaml_node *name = yaml_need(node, "parameter", "哪一个参数", "which parameter", faults);
        int found = name == NULL ? -1 : schema_parameter_find(&reader->pack->schema, yaml_text(name));
        office->parameter = read_name(reader, name, found, "参数", "parameter");
    } else if (office->kind != OFFICE_ROUND) {
        read_scheme(reader, node, office);
    }
    const struct yaml_node *points = yaml_get(node, "points");
    if (points == NULL || !yaml_is(points, YAML_LIST, faults)) return;
    config_share(yaml_item(points, 0), &office->least, faults);
    config_share(yaml_item(points, 1), &office->most, faults);
    if (yaml_count(points) != 2)
        yaml_fault(points, faults, "写成 [最少, 最多] 两个百分数", "two shares are wanted: [least, most]");
}

struct office *offices_read(const struct pack *pack, const struct yaml_node *list, struct arena *arena,
                            size_t *count, struct fault_list *faults)
{
    const struct office_reader reader = {pack, arena, faults};
    *count = 0;
    if (list == NULL || !yaml_is(list, YAML_LIST, faults)) return NULL;
    struct office *offices = arena_array(arena, yaml_count(list), sizeof *offices);
    for (size_t i = 0; i < yaml_count(list); i++) read_one(&reader, yaml_item(list, i), &offices[i]);
    *count = yaml_count(list);
    return offices;
}
