/* What a faultless pack becomes, and that a folder is read safely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/date.h"
#include "formula/node.h"
#include "small_pack.h"

#include "pack/role.h"

static const char *source_root;

static struct loaded load_small(void)
{
    struct loaded loaded = small_pack_load(NULL, NULL);
    char *faults = small_pack_faults(&loaded);
    assert_string_equal(faults, "");
    free(faults);
    assert_int_equal(loaded.result, 0);
    assert_non_null(loaded.pack);
    return loaded;
}

static void registers_stand_in_order(void **state)
{
    struct loaded loaded = load_small();
    const struct pack *pack = loaded.pack;
    const struct schema *schema = &pack->schema;
    assert_int_equal(schema->register_count, 3);
    assert_true(text_is(schema->registers[0].label.name, "village"));
    assert_true(text_is(schema->registers[1].label.name, "household"));
    assert_true(text_is(schema->registers[2].label.name, "person"));
    assert_int_equal(schema->registers[0].parent, -1);
    assert_int_equal(schema->registers[1].parent, 0);
    assert_int_equal(schema->registers[1].parent_field, 1);
    assert_int_equal(schema->registers[2].parent, 1);
    assert_int_equal(pack->subject, 1);
    assert_int_equal(pack->people, 2);
    assert_int_equal(pack->category, 2);
    assert_int_equal(pack->division_register, 0);
    assert_int_equal(pack->division_code, 0);
    assert_int_equal(pack->division_name, 1);
    assert_int_equal(pack->division_township, -1);
    assert_int_equal(pack->registers[1].key_count, 1);
    assert_int_equal(pack->registers[1].clause.count, 2);
    assert_true(text_is(pack_clause_id(pack, &pack->registers[1].clause), "一"));
    assert_int_equal(pack->registers[1].line, 1);
    assert_string_equal(pack->registers[1].file, "registers/register.yaml");
    small_pack_done(&loaded);
}

static void fields_have_types_and_headings(void **state)
{
    struct loaded loaded = load_small();
    const struct pack *pack = loaded.pack;
    const struct schema_register *household = &pack->schema.registers[1];
    const struct pack_field *number = &pack->registers[1].fields[0], *income = &pack->registers[1].fields[3];
    assert_true(number->required);
    assert_true(text_is(number->group_zh, "基本"));
    assert_true(text_is(number->group_en, "Basics"));
    assert_int_equal(income->group_zh.size, 0);
    assert_true(text_is(number->pattern, "[0-9]+"));
    assert_int_equal(number->heading_count, 3);
    assert_true(text_is(number->headings[0].heading, "户编号"));
    assert_true(text_is(number->headings[1].heading, "Number"));
    assert_true(text_is(number->headings[2].heading, "户号"));
    assert_int_equal(number->headings[2].scale_by, 1);
    assert_int_equal(income->headings[2].scale_by, 10000);
    assert_true(income->least.known);
    assert_int_equal(income->most.integer, INT64_C(10000000000));
    assert_int_equal(household->fields[2].type.kind, TYPE_CODE);
    assert_int_equal(household->fields[2].type.dictionary, 0);
    assert_int_equal(household->fields[4].type.unit, 0);
    assert_true(text_is(pack->schema.units[0].label.name, "mu"));
    assert_int_equal(pack->schema.unit_count, 1);
    assert_true(text_is(pack->registers[2].fields[2].separators, "+ "));
    small_pack_done(&loaded);
}

static void everything_else_is_there(void **state)
{
    struct loaded loaded = load_small();
    const struct pack *pack = loaded.pack;
    int32_t day;
    assert_true(date_make(2022, 12, 31, &day));
    assert_int_equal(schema_parameter_at(&pack->schema.parameters[0], day).integer, 1000000);
    assert_int_equal(schema_parameter_at(&pack->schema.parameters[0], day + 1).integer, 1050050);
    assert_non_null(pack->schema.definitions[0].node);
    assert_int_equal(pack->rules[0].scope, 1);
    assert_non_null(pack->rules[0].node);
    assert_int_equal(pack->rules[0].node->type.kind, TYPE_BOOL);
    assert_int_equal(pack->rules[0].level, LEVEL_MEDIUM);
    assert_int_equal(pack->rules[0].unit, 0);
    assert_int_equal(pack_rule_find(pack, TEXT("低收入户")), 0);
    assert_int_equal(pack_rule_find(pack, TEXT("POOR")), 0);
    assert_int_equal(pack_rule_find(pack, TEXT("")), -1);
    assert_int_equal(pack->highlight_count, 1);
    assert_int_equal(pack->dashboard.income_count, 1);
    assert_int_equal(pack->dashboard.income[0], 0);
    assert_int_equal(pack->dashboard.total, -1);
    assert_int_equal(pack->dashboard.rule, 0);
    assert_int_equal(pack->clause_count, 2);
    assert_int_equal(pack->clauses[1].parent, 0);
    assert_int_equal(pack->clauses[1].responsible_count, 1);
    assert_true(text_is(pack->units[0].kind, "department"));
    assert_int_equal(pack->file_count, 13);
    assert_true(text_is(pack->files[0].path, "definitions.yaml"));
    assert_string_equal(pack->language, "zh");
    small_pack_done(&loaded);
}

static void feeds_are_resolved(void **state)
{
    struct loaded loaded = load_small();
    const struct pack *pack = loaded.pack;
    assert_int_equal(pack_feed_find(pack, TEXT("总表")), 0);
    const struct feed_part *parts = pack->feeds[0].parts;
    assert_int_equal(pack->feeds[0].part_count, 3);
    assert_int_equal(parts[0].mode, FEED_MATCH);
    assert_int_equal(parts[0].key_count, 1);
    assert_int_equal(parts[0].key[0], 1);
    assert_int_equal(parts[1].column_count, 2);
    assert_int_equal(parts[1].columns[1].scale_by, 10000);
    assert_int_equal(parts[1].set_fields[0], 2);
    assert_int_equal(parts[1].set_values[0].integer, 0);
    assert_null(parts[1].fields);
    assert_int_equal(parts[1].needs_count, 1);
    /* The household of a person comes from the row's household; `fields` always holds the key and the parent.
     */
    assert_int_equal(parts[2].needs_count, 1);
    assert_int_equal(parts[2].needs[0], 1);
    assert_true(parts[2].fields[0] && parts[2].fields[1] && !parts[2].fields[2] && parts[2].fields[3]);
    small_pack_done(&loaded);
}

static void divisions_form_a_tree(void **state)
{
    struct loaded loaded = load_small();
    const struct pack *pack = loaded.pack;
    assert_int_equal(pack->division_count, 3);
    assert_true(text_is(
        pack->map,
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":"
        "\"T1\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[112.123457,26],[113,26],[113,27],["
        "112.123457,26]]]}}]}"));
    int village = pack_division_find(pack, TEXT("V1"));
    assert_int_equal(village, 2);
    int township = pack_division_up(pack, village, DIVISION_TOWNSHIP);
    assert_true(text_is(pack->divisions[township].name, "镇"));
    assert_int_equal(pack_division_up(pack, township, DIVISION_VILLAGE), -1);
    assert_int_equal(pack_division_up(pack, village, DIVISION_COUNTY), 0);
    assert_int_equal(pack_division_find(pack, TEXT("X")), -1);
    assert_true(pack_division_within(pack, village, village));
    assert_true(pack_division_within(pack, village, township));
    assert_true(pack_division_within(pack, village, 0));
    assert_false(pack_division_within(pack, township, village));
    assert_false(pack_division_within(pack, -1, 0));
    assert_false(pack_division_within(pack, village, -1));
    small_pack_done(&loaded);
}

static const char indicators[] =
    "share:\n"
    "  label: {zh: 占比, en: Share}\n"
    "  clause: 一(一)\n"
    "  unit: '%'\n"
    "  direction: '>='\n"
    "  targets: {2022: 95.5, 2024: 100}\n"
    "  over: household\n"
    "  where: known(income)\n"
    "  share: gap > 0 -- poor\n"
    "  by: [category]\n"
    "total:\n"
    "  label: 合计\n"
    "  clause: 一\n"
    "  unit: 万元\n"
    "  direction: '<'\n"
    "  over: household\n"
    "  sum: gap\n"
    "growth:\n"
    "  {label: 增速, clause: 一, unit: 百分点, direction: '>', over: household, sum: income, "
    "of: 1, growth: true, minus: 5%}\n"
    "seed:\n"
    "  label: 良种\n"
    "  clause: 一\n"
    "  unit: '%'\n"
    "  direction: '='\n"
    "  pace: builds\n"
    "  cumulative: true\n"
    "  reported: {every: quarter, evidence: {zh: 报表}}\n";

static void indicators_are_read(void **state)
{
    struct loaded loaded = small_pack_load("indicators.yaml", indicators);
    char *faults = small_pack_faults(&loaded);
    assert_string_equal(faults, "");
    free(faults);
    const struct pack *pack = loaded.pack;
    assert_int_equal(pack->indicator_count, 4);
    const struct pack_indicator *share = &pack->indicators[0], *total = &pack->indicators[1],
                                *growth = &pack->indicators[2], *seed = &pack->indicators[3];
    assert_int_equal(share->measure, MEASURE_SHARE);
    assert_int_equal(share->pace, PACE_HOLDS);
    assert_int_equal(share->target_years, 3);
    assert_true(share->targets[0].given && !share->targets[1].given && share->targets[2].given);
    assert_int_equal(share->targets[0].value, 955000);
    assert_int_equal(share->responsible_count, 1); /* of its clause */
    assert_int_equal(share->lead_count, 0);        /* the clause names units itself */
    assert_non_null(share->where);
    assert_int_equal(share->by_count, 1);
    assert_int_equal(total->measure, MEASURE_SUM);
    assert_int_equal(total->scale_by, 10000);
    assert_int_equal(total->lead_count, 1);
    assert_null(total->targets);
    assert_int_equal(growth->measure, MEASURE_GROWTH);
    assert_non_null(growth->value_before);
    assert_non_null(growth->of_before);
    assert_non_null(growth->minus);
    assert_int_equal(seed->measure, MEASURE_REPORTED);
    assert_int_equal(seed->reporter_count, 1);
    assert_int_equal(seed->every, PERIOD_QUARTER);
    assert_int_equal(seed->most, 1000000);
    assert_true(seed->bounded && seed->cumulative);
    assert_int_equal(seed->pace, PACE_BUILDS);
    assert_int_equal(pack_indicator_find(pack, TEXT("良种")), 3);
    assert_int_equal(pack->progress.small, 20);
    small_pack_done(&loaded);
}

static void digest_follows_content(void **state)
{
    struct loaded first = load_small(), again = load_small();
    struct loaded changed =
        small_pack_load("units.yaml", "bureau: {label: {zh: 司, en: Bureau}, kind: department}\n");
    assert_int_equal(strlen(first.pack->digest), 16);
    assert_string_equal(first.pack->digest, again.pack->digest);
    assert_string_not_equal(first.pack->digest, changed.pack->digest);
    small_pack_done(&first);
    small_pack_done(&again);
    small_pack_done(&changed);
}

/* ---- Folders ---- */

static struct loaded load_folder(const char *folder)
{
    struct loaded loaded = {0};
    loaded.result = pack_load(folder, &loaded.pack, &loaded.faults, &loaded.err);
    return loaded;
}

static void example_is_clean_and_reloads_from_memory(void **state)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/packs/example", source_root);
    struct loaded loaded = load_folder(folder), copy = {0};
    char *faults = small_pack_faults(&loaded);
    assert_string_equal(faults, "");
    free(faults);
    assert_int_equal(loaded.result, 0);
    assert_int_equal(loaded.pack->rule_count, 4);
    assert_string_equal(loaded.pack->language, "en");
    copy.result = pack_load_files("county.db", loaded.pack->files, loaded.pack->file_count, &copy.pack,
                                  &copy.faults, &copy.err);
    assert_int_equal(copy.result, 0);
    assert_string_equal(copy.pack->digest, loaded.pack->digest);
    small_pack_done(&loaded);
    small_pack_done(&copy);
}

struct folder {
    char path[64];
};

static void write_file(const struct folder *folder, const char *name, const char *content)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

static struct folder new_folder(void)
{
    struct folder folder = {"/tmp/zengshou-pack-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    write_file(&folder, "pack.yaml",
               "format: 1\nname: x\ntitle: X\nyears: [2022, 2022]\nlanguages: [en]\nsubject: a\n");
    write_file(&folder, "registers.yaml",
               "a: {label: A, key: [b], fields: {b: {label: B, type: text, required: true}}}\n");
    return folder;
}

static void remove_folder(const struct folder *folder, const char *const *names)
{
    char path[256];
    for (; *names != NULL; names++) {
        snprintf(path, sizeof path, "%s/%s", folder->path, *names);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(folder->path), 0);
}

static void only_files_of_a_pack_are_taken(void **state)
{
    struct folder folder = new_folder();
    write_file(&folder, "README.md", "not part of it");
    write_file(&folder, ".hidden.yaml", "[");
    write_file(&folder, "rules.yaml~", "[");
    struct loaded loaded = load_folder(folder.path);
    assert_int_equal(loaded.result, 0);
    assert_int_equal(loaded.pack->file_count, 2);
    small_pack_done(&loaded);
    remove_folder(&folder, (const char *const[]){"pack.yaml", "registers.yaml", "README.md", ".hidden.yaml",
                                                 "rules.yaml~", NULL});
}

static void links_stay_inside(void **state)
{
    struct folder folder = new_folder();
    char path[128];
    snprintf(path, sizeof path, "%s/rules.yaml", folder.path);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    snprintf(path, sizeof path, "%s/feeds.yaml", folder.path);
    assert_int_equal(symlink("nothing.yaml", path), 0);
    struct loaded loaded = load_folder(folder.path);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_int_equal(loaded.faults.count, 2);
    assert_non_null(strstr(loaded.faults.items[1].file, "/rules.yaml"));
    assert_non_null(strstr(loaded.faults.items[1].en, "a link leads out of the pack's folder"));
    small_pack_done(&loaded);
    remove_folder(&folder,
                  (const char *const[]){"pack.yaml", "registers.yaml", "rules.yaml", "feeds.yaml", NULL});
}

static void odd_files_are_refused(void **state)
{
    struct folder folder = new_folder();
    char pipe[128];
    write_file(&folder, "feeds.yml", "");
    write_file(&folder, "rule.yaml", "");
    snprintf(pipe, sizeof pipe, "%s/plan.yaml", folder.path);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    struct loaded loaded = load_folder(folder.path);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_int_equal(loaded.faults.count, 3);
    assert_string_equal(loaded.faults.items[0].en, "rename the file so that it ends in .yaml");
    assert_string_equal(loaded.faults.items[1].en, "not an ordinary file");
    assert_string_equal(loaded.faults.items[2].en, "a pack has no such file; did you mean `rules.yaml`?");
    small_pack_done(&loaded);
    remove_folder(&folder, (const char *const[]){"pack.yaml", "registers.yaml", "feeds.yml", "rule.yaml",
                                                 "plan.yaml", NULL});
}

static void missing_and_empty_folders(void **state)
{
    struct loaded loaded = load_folder("/nonexistent/pack");
    assert_int_equal(loaded.result, ERR_NOT_FOUND);
    assert_null(loaded.pack);
    assert_non_null(strstr(loaded.err.en, "/nonexistent/pack"));
    small_pack_done(&loaded);
    struct folder folder = {"/tmp/zengshou-pack-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    loaded = load_folder(folder.path);
    assert_int_equal(loaded.result, ERR_INPUT);
    assert_int_equal(loaded.faults.count, 1);
    assert_non_null(strstr(loaded.faults.items[0].file, "/pack.yaml"));
    small_pack_done(&loaded);
    rmdir(folder.path);
}

static void roles_say_what_is_allowed(void **state)
{
    struct loaded loaded =
        small_pack_load("roles.yaml", "clerk:\n"
                                      "  label: {zh: 文员, en: Clerk}\n"
                                      "  scope: division\n"
                                      "  level: township\n"
                                      "  registers: {person: [], \"*\": [read, edit]}\n"
                                      "  owned: [read, export]\n"
                                      "  unmask: [phone, health]\n"
                                      "  can: [import]\n"
                                      "nobody: {label: {zh: 无, en: Nobody}, scope: assigned}\n");
    assert_int_equal(loaded.result, 0);
    const struct pack *pack = loaded.pack;
    assert_int_equal(pack->role_count, 2);
    assert_int_equal(pack_role_find(pack, TEXT("clerk")), 0);
    assert_int_equal(pack_role_find(pack, TEXT("Clerk")), -1);
    const struct pack_role *clerk = &pack->roles[0], *nobody = &pack->roles[1];
    assert_int_equal(clerk->rows, ROWS_DIVISION);
    assert_int_equal(clerk->level, DIVISION_TOWNSHIP);
    assert_int_equal(role_rights_on(clerk, 0, false), RIGHT_READ | RIGHT_EDIT);
    assert_int_equal(role_rights_on(clerk, 1, false), RIGHT_READ | RIGHT_EDIT);
    assert_int_equal(role_rights_on(clerk, 2, false), 0); /* what is named is not among the others */
    assert_int_equal(role_rights_on(clerk, 2, true), 0);  /* whoever owns it */
    assert_int_equal(clerk->owned, RIGHT_READ | RIGHT_EXPORT);
    assert_int_equal(clerk->unmasked, 1 << SENSITIVE_PHONE | 1 << SENSITIVE_HEALTH);
    assert_int_equal(clerk->abilities, 1 << ABILITY_IMPORT);
    assert_int_equal(nobody->rows, ROWS_ASSIGNED);
    assert_int_equal(nobody->rights[0] | nobody->rights[1] | nobody->rights[2], 0);
    assert_int_equal(nobody->owned | nobody->unmasked | nobody->abilities, 0);
    small_pack_done(&loaded);
}

static void a_unit_owns_what_its_clauses_say(void **state)
{
    struct loaded loaded = small_pack_load(
        "plan.yaml", "chapters:\n"
                     "  - {clause: 一, title: 总, lead: bureau, tasks: [{clause: 一(一), title: 分}]}\n"
                     "  - {clause: 二, title: 余}\n");
    assert_int_equal(loaded.result, 0);
    const struct pack *pack = loaded.pack;
    int bureau = 0, all = 0, part = 1, rest = 2;
    assert_true(pack_unit_owns(pack, &(struct pack_clause){&all, 1}, bureau));
    assert_true(pack_unit_owns(pack, &(struct pack_clause){&part, 1}, bureau)); /* from its chapter */
    assert_false(pack_unit_owns(pack, &(struct pack_clause){&rest, 1}, bureau));
    assert_false(pack_unit_owns(pack, &(struct pack_clause){0}, bureau));
    assert_false(pack_unit_owns(pack, &(struct pack_clause){&all, 1}, -1));
    const struct label *label = &pack->units[bureau].label;
    assert_int_equal(pack_unit_named(pack, label->name), bureau);
    assert_int_equal(pack_unit_find(pack, label->zh), bureau);
    assert_int_equal(pack_unit_named(pack, label->zh), -1);
    assert_int_equal(pack_unit_named(pack, TEXT("")), -1);
    small_pack_done(&loaded);
}

int main(int argc, char **argv)
{
    assert_true(argc > 1);
    source_root = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_stand_in_order),
        cmocka_unit_test(fields_have_types_and_headings),
        cmocka_unit_test(everything_else_is_there),
        cmocka_unit_test(feeds_are_resolved),
        cmocka_unit_test(divisions_form_a_tree),
        cmocka_unit_test(roles_say_what_is_allowed),
        cmocka_unit_test(a_unit_owns_what_its_clauses_say),
        cmocka_unit_test(indicators_are_read),
        cmocka_unit_test(digest_follows_content),
        cmocka_unit_test(example_is_clean_and_reloads_from_memory),
        cmocka_unit_test(only_files_of_a_pack_are_taken),
        cmocka_unit_test(links_stay_inside),
        cmocka_unit_test(odd_files_are_refused),
        cmocka_unit_test(missing_and_empty_folders),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
