/* demo.yaml as a whole: found among the pack's files, read in parts, refused with all its faults. */
#include "demo/config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "demo/made.h"
#include "pack/yaml.h"

#define DEMO_FILE "demo.yaml"

enum {
    HOUSEHOLDS_MAX = 1000000,
    DIVISION_DIGITS = 6,
    PHONE_PREFIX_MAX = 7,
    SEQUENCE_MAX = 999,
    ROWS_MAX = 1048576
};

static bool all_digits(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    return true;
}

static void read_defaults(struct config_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = {"households", "seed", "as_of", "rows_per_file", NULL};
    struct config *config = reader->config;
    struct fault_list *faults = reader->faults;
    const struct yaml_node *node = yaml_need(root, "default", "缺省值", "the defaults", faults);
    if (node == NULL || !yaml_keys(node, keys, faults)) return;
    int64_t households = 1, seed = 0;
    config->rows_per_file = ROWS_MAX;
    yaml_integer(yaml_need(node, "households", "户数", "the number of households", faults), 1, HOUSEHOLDS_MAX,
                 &households, faults);
    yaml_integer(yaml_need(node, "seed", "随机种子", "the seed", faults), 1, INT64_MAX, &seed, faults);
    yaml_date(yaml_need(node, "as_of", "截止日期", "the date", faults), &config->as_of, faults);
    /* 16 rows are kept free for titles and headings. */
    yaml_integer(yaml_get(node, "rows_per_file"), 1, ROWS_MAX - 16, &config->rows_per_file, faults);
    config->households = (uint64_t)households;
    config->seed = (uint64_t)seed;
}

static void read_identity(struct config_reader *reader, const struct yaml_node *root)
{
    struct config *config = reader->config;
    const struct yaml_node *node = yaml_get(root, "identity");
    struct text division = reader->pack->division, prefix = {0};
    yaml_string(yaml_get(node, "division"), &division, reader->faults);
    config->identity_division = arena_text(&config->arena, division);
    if (division.size != DIVISION_DIGITS || !all_digits(division))
        yaml_fault(node, reader->faults, "证件号码要以 6 位区划代码开头：写 division: \"……\"",
                   "identity numbers begin with a division code of 6 digits: write division: \"…\"");
    const struct yaml_node *phone =
        yaml_need(node, "phone_prefix", "电话号码的前几位", "the first digits of telephones", reader->faults);
    if (yaml_string(phone, &prefix, reader->faults) &&
        (prefix.size > PHONE_PREFIX_MAX || !all_digits(prefix)))
        yaml_fault(phone, reader->faults, "应写至多 %d 位数字", "at most %d digits are wanted",
                   PHONE_PREFIX_MAX);
    else
        config->phone_prefix = arena_text(&config->arena, prefix);
    if (config->sequence.most > SEQUENCE_MAX)
        yaml_fault(yaml_get(node, "sequence"), reader->faults, "顺序码应在 0 到 999 之间",
                   "a sequence is 0 to 999");
}

static void check_keys(struct config_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = {
        "notice",  "default",    "identity",  "names",  "people",  "population", "villages", "sites",
        "ages",    "families",   "schooling", "health", "work",    "insurance",  "living",   "income",
        "expense", "monitoring", "dirt",      "words",  "columns", "sheets",     NULL};
    yaml_keys(root, keys, reader->faults);
}

static int read_all(const struct pack *pack, const struct pack_file *file, struct config *config,
                    struct fault_list *faults, struct err *err)
{
    struct config_reader reader = {.config = config, .pack = pack, .faults = faults};
    struct arena tree = {0};
    size_t before = faults->count + faults->dropped;
    const struct yaml_node *root = yaml_parse(file->content, DEMO_FILE, &tree, faults);
    if (root != NULL) {
        check_keys(&reader, root);
        struct text notice = {0};
        yaml_string(yaml_need(root, "notice", "虚构声明", "the words that say it is made up", faults),
                    &notice, faults);
        config->notice = arena_text(&config->arena, notice);
        read_defaults(&reader, root);
        config_settings(&reader, root);
        config_lists(&reader, root);
        read_identity(&reader, root);
        config_sheets(&reader, root);
        made_read(&reader);
    }
    arena_fini(&tree);
    size_t found = faults->count + faults->dropped - before;
    if (found == 0) return 0;
    fault_list_sort(faults);
    return err_set(err, ERR_INPUT, "演示数据的设置（" DEMO_FILE "、demo/）有 %zu 处错误",
                   "demo settings (" DEMO_FILE ", demo/): %zu faults", found);
}

int demo_config_read(const struct pack *pack, struct config **out, struct fault_list *faults, struct err *err)
{
    *out = NULL;
    const struct pack_file *file = NULL;
    for (size_t i = 0; i < pack->file_count; i++)
        if (text_is(pack->files[i].path, DEMO_FILE)) file = &pack->files[i];
    if (file == NULL)
        return err_set(err, ERR_NOT_FOUND, "包里没有 " DEMO_FILE "，不知道要生成什么样的演示数据",
                       "the pack has no " DEMO_FILE " to say what a demonstration county looks like");
    struct config *config = mem_new(1, sizeof *config);
    int result = read_all(pack, file, config, faults, err);
    if (result == 0)
        *out = config;
    else
        demo_config_free(config);
    return result;
}

void demo_config_free(struct config *config)
{
    if (config == NULL) return;
    arena_fini(&config->arena);
    free(config);
}
