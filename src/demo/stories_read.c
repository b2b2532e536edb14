/* Stories of a pack, read and checked: roles, steps, fields and formulas, with their places. */
#include <stdlib.h>

#include "base/mem.h"
#include "demo/config.h"
#include "demo/stories.h"
#include "formula/formula.h"
#include "pack/value.h"
#include "pack/yaml.h"

#define FOLDER "demo/"

enum { DAYS_MOST = 400 };

struct story_reader {
    const struct pack *pack;
    struct stories *stories;
    struct fault_list *faults;
    const struct pack_workflow *workflow;
};

static struct text keep(struct story_reader *reader, struct text text)
{
    return arena_text(&reader->stories->arena, text);
}

static void fault_unknown(struct story_reader *reader, const struct yaml_node *node, const char *zh,
                          const char *en, const struct label *labels, size_t count, size_t stride)
{
    struct suggest suggest = suggest_start(yaml_text(node));
    for (size_t i = 0; i < count; i++)
        suggest_offer(&suggest, ((const struct label *)((const char *)labels + i * stride))->name);
    yaml_fault_unknown(node, reader->faults, zh, en, &suggest);
}

/* ---- What is written ---- */

/* today, today + 5, today - 2 */
static bool read_day(struct story_reader *reader, const struct yaml_node *node, int64_t *days)
{
    struct text text;
    struct value number;
    if (!yaml_string(node, &text, reader->faults)) return false;
    *days = 0;
    if (text_is(text, "today")) return true;
    if (text_starts(text, TEXT("today "))) {
        struct text rest = text_trim((struct text){text.at + 5, text.size - 5});
        bool back = rest.size > 0 && rest.at[0] == '-';
        struct text digits = rest.size > 0 ? text_trim((struct text){rest.at + 1, rest.size - 1}) : rest;
        const struct type type = type_of(TYPE_INT);
        if ((back || text_starts(rest, TEXT("+"))) &&
            pack_value_parse(&reader->pack->schema, type, digits, &number, NULL) == 0) {
            *days = back ? -number.integer : number.integer;
            return true;
        }
    }
    yaml_fault(node, reader->faults, "日期写成 today、today + 5 或 today - 2",
               "a date is written today, today + 5 or today - 2");
    return false;
}

static void read_formula(struct story_reader *reader, const struct yaml_node *node, int scope,
                         const struct type *wanted, const struct node **out)
{
    struct formula_source source = {.file = yaml_file(node)};
    struct text text;
    struct node *checked;
    struct err err;
    if (!yaml_string(node, &text, reader->faults)) return;
    source.text = keep(reader, yaml_source(node, &source.line, &source.column));
    if (formula_check(&reader->pack->schema, &reader->stories->arena, scope, source, wanted, &checked,
                      &err) == 0)
        *out = checked;
    else
        fault_list_add(reader->faults, &err);
}

/* reg: of the fields; scope: of the formulas. */
static void read_sets(struct story_reader *reader, const struct yaml_node *node, int reg, int scope,
                      struct story_step *step)
{
    const struct schema_register *meta = &reader->pack->schema.registers[reg];
    if (node == NULL || !yaml_is(node, YAML_MAPPING, reader->faults)) return;
    struct story_set *sets = arena_array(&reader->stories->arena, yaml_count(node), sizeof *sets);
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct story_set *set = &sets[step->set_count];
        const struct yaml_node *value = yaml_item(node, i);
        set->field = schema_field_find(meta, yaml_text(yaml_key(node, i)));
        if (set->field < 0 || set->field == meta->parent_field) {
            fault_unknown(reader, yaml_key(node, i), "字段", "field", &meta->fields[0].label,
                          meta->field_count, sizeof meta->fields[0]);
            continue;
        }
        step->set_count++;
        struct type wanted = meta->fields[set->field].type;
        if (wanted.kind == TYPE_TEXT) {
            set->way = STORY_WORDS;
            if (yaml_string(value, &set->words, reader->faults)) set->words = keep(reader, set->words);
        } else if (wanted.kind == TYPE_RECORD && text_is(yaml_text(value), "fits")) {
            set->way = STORY_FITS;
            if (reader->pack->registers[reg].fields[set->field].fit_count == 0)
                yaml_fault(value, reader->faults, "这个字段在登记册里没有写 fits",
                           "the register says nothing under `fits` for this field");
        } else if (wanted.kind == TYPE_DATE && text_starts(yaml_text(value), TEXT("today"))) {
            set->way = STORY_DAY;
            read_day(reader, value, &set->days);
        } else {
            set->way = STORY_FORMULA;
            read_formula(reader, value, scope, &wanted, &set->node);
        }
    }
    step->sets = sets;
}

/* ---- Steps ---- */

static void read_days(struct story_reader *reader, const struct yaml_node *node, struct story_step *step)
{
    if (node == NULL || !yaml_is(node, YAML_LIST, reader->faults)) return;
    yaml_integer(yaml_item(node, 0), 0, DAYS_MOST, &step->least, reader->faults);
    step->most = step->least;
    yaml_integer(yaml_item(node, 1), step->least, DAYS_MOST, &step->most, reader->faults);
    if (yaml_count(node) != 2)
        yaml_fault(node, reader->faults, "写成 [最少, 最多] 两个天数",
                   "two numbers of days are wanted: [least, most]");
}

static void read_role(struct story_reader *reader, const struct yaml_node *node, struct story_step *step)
{
    const struct pack *pack = reader->pack;
    struct text name;
    step->role = -1;
    if (!yaml_string(node, &name, reader->faults)) return;
    step->role = pack_role_find(pack, name);
    if (step->role < 0)
        fault_unknown(reader, node, "角色", "role", &pack->roles[0].label, pack->role_count,
                      sizeof pack->roles[0]);
}

static void read_adds(struct story_reader *reader, const struct yaml_node *node, struct story_step *step)
{
    const struct schema *schema = &reader->pack->schema;
    struct text name;
    if (!yaml_string(node, &name, reader->faults)) return;
    step->adds = schema_register_find(schema, name);
    const struct pack_workflow *workflow =
        step->adds < 0 ? NULL : reader->pack->registers[step->adds].workflow;
    if (step->adds >= 0 && schema->registers[step->adds].parent == reader->workflow->reg &&
        (workflow == NULL || (workflow->openers & OPENER_PERSON) != 0))
        return;
    yaml_fault(node, reader->faults, "应是挂在办件下面的登记簿；有工作流的，要能由人立件",
               "a register is wanted that hangs on the case; where it has a workflow, one that people open");
    step->adds = -1;
}

static void read_does(struct story_reader *reader, const struct yaml_node *node, struct story_step *step)
{
    struct text name;
    if (!yaml_string(node, &name, reader->faults)) return;
    step->transition = workflow_transition_find(reader->workflow, name);
    if (step->transition < 0)
        fault_unknown(reader, node, "流转", "transition", &reader->workflow->transitions[0].label,
                      reader->workflow->transition_count, sizeof reader->workflow->transitions[0]);
}

static void read_step(struct story_reader *reader, const struct yaml_node *node, struct story_step *step)
{
    static const char *const keys[] = {"after", "chance",  "as",     "do", "add",
                                       "set",   "comment", "refuse", NULL};
    *step = (struct story_step){.transition = -1, .adds = -1, .chance = MILLION};
    if (!yaml_keys(node, keys, reader->faults)) return;
    read_days(reader, yaml_need(node, "after", "几天以后", "after how many days", reader->faults), step);
    if (yaml_get(node, "chance") != NULL)
        config_share(yaml_get(node, "chance"), &step->chance, reader->faults);
    read_role(reader, yaml_need(node, "as", "以什么角色", "in which role", reader->faults), step);
    if (yaml_get(node, "add") != NULL)
        read_adds(reader, yaml_get(node, "add"), step);
    else
        read_does(reader, yaml_need(node, "do", "办哪一步", "which transition", reader->faults), step);
    int reg = step->adds >= 0 ? step->adds : reader->workflow->reg;
    read_sets(reader, yaml_get(node, "set"), reg, reader->workflow->reg, step);
    if (yaml_get(node, "comment") != NULL &&
        yaml_string(yaml_get(node, "comment"), &step->comment, reader->faults))
        step->comment = keep(reader, step->comment);
    if (yaml_get(node, "refuse") != NULL) yaml_bool(yaml_get(node, "refuse"), &step->refuse, reader->faults);
}

static void read_opening(struct story_reader *reader, const struct yaml_node *node, struct story *story)
{
    static const char *const keys[] = {"where", "after", "as", "set", NULL};
    const struct type truth = type_of(TYPE_BOOL);
    int reg = reader->workflow->reg, parent = reader->pack->schema.registers[reg].parent;
    if (!yaml_keys(node, keys, reader->faults)) return;
    if (parent < 0) {
        yaml_fault(node, reader->faults, "这类办件不挂在别的登记簿上，不能这样立件",
                   "such cases hang on nothing and cannot be opened so");
        return;
    }
    read_formula(reader, yaml_need(node, "where", "为哪些立件", "for which they are opened", reader->faults),
                 parent, &truth, &story->where);
    read_days(reader, yaml_need(node, "after", "几天以后", "after how many days", reader->faults),
              &story->opening);
    read_role(reader, yaml_need(node, "as", "以什么角色", "in which role", reader->faults), &story->opening);
    read_sets(reader, yaml_get(node, "set"), reg, parent, &story->opening);
}

static void read_story(struct story_reader *reader, const struct yaml_node *node, struct story *story)
{
    static const char *const keys[] = {"workflow", "share", "open", "where", "steps", NULL};
    struct text name;
    *story = (struct story){.workflow = -1, .opening = {.transition = -1, .adds = -1}};
    if (!yaml_keys(node, keys, reader->faults)) return;
    const struct yaml_node *workflow = yaml_need(node, "workflow", "工作流", "the workflow", reader->faults);
    if (!yaml_string(workflow, &name, reader->faults)) return;
    story->workflow = pack_workflow_find(reader->pack, name);
    if (story->workflow < 0) {
        fault_unknown(reader, workflow, "工作流", "workflow", &reader->pack->workflows[0].label,
                      reader->pack->workflow_count, sizeof reader->pack->workflows[0]);
        return;
    }
    reader->workflow = &reader->pack->workflows[story->workflow];
    config_share(yaml_need(node, "share", "占多少", "which share", reader->faults), &story->share,
                 reader->faults);
    const struct type truth = type_of(TYPE_BOOL);
    if (yaml_get(node, "where") != NULL)
        read_formula(reader, yaml_get(node, "where"), reader->workflow->reg, &truth, &story->takes);
    if (yaml_get(node, "open") != NULL) read_opening(reader, yaml_get(node, "open"), story);
    const struct yaml_node *steps = yaml_get(node, "steps");
    if (steps == NULL || !yaml_is(steps, YAML_LIST, reader->faults)) return;
    struct story_step *items = arena_array(&reader->stories->arena, yaml_count(steps), sizeof *items);
    for (size_t i = 0; i < yaml_count(steps); i++) read_step(reader, yaml_item(steps, i), &items[i]);
    story->steps = items;
    story->step_count = yaml_count(steps);
}

/* ---- The whole ---- */

static void read_file(struct story_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = {"days", "stories", "offices", NULL};
    struct stories *stories = reader->stories;
    const struct yaml_node *list = yaml_get(root, "stories");
    if (list == NULL || !yaml_keys(root, keys, reader->faults) || !yaml_is(list, YAML_LIST, reader->faults))
        return;
    yaml_integer(yaml_need(root, "days", "共多少天", "how many days they last", reader->faults), 1, DAYS_MOST,
                 &stories->days, reader->faults);
    stories->items = arena_array(&stories->arena, yaml_count(list), sizeof *stories->items);
    stories->count = yaml_count(list);
    for (size_t i = 0; i < stories->count; i++) read_story(reader, yaml_item(list, i), &stories->items[i]);
    stories->offices = offices_read(reader->pack, yaml_get(root, "offices"), &stories->arena,
                                    &stories->office_count, reader->faults);
}

int stories_read(const struct pack *pack, struct stories **out, struct fault_list *faults, struct err *err)
{
    struct stories *stories = mem_new(1, sizeof *stories);
    struct story_reader reader = {.pack = pack, .stories = stories, .faults = faults};
    size_t before = faults->count + faults->dropped;
    for (size_t i = 0; i < pack->file_count && stories->count == 0; i++) {
        const struct pack_file *file = &pack->files[i];
        if (!text_starts(file->path, TEXT(FOLDER)) || !text_ends(file->path, TEXT(".yaml"))) continue;
        const char *name = arena_printf(&stories->arena, "%.*s", TEXT_ARGS(file->path));
        read_file(&reader, yaml_parse(file->content, name, &stories->arena, faults));
    }
    size_t found = faults->count + faults->dropped - before;
    int code = 0;
    if (found > 0)
        code = err_set(err, ERR_INPUT, "演示办件（" FOLDER "）有 %zu 处错误",
                       "stories in " FOLDER ": %zu faults", found);
    else if (stories->count == 0)
        code = err_set(err, ERR_NOT_FOUND, "包里没有演示办件（" FOLDER " 下的 stories）",
                       "the pack tells no stories (`stories` in " FOLDER ")");
    *out = code == 0 ? stories : NULL;
    if (code != 0) stories_free(stories);
    return code;
}

void stories_free(struct stories *stories)
{
    if (stories == NULL) return;
    arena_fini(&stories->arena);
    free(stories);
}
