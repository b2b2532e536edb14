/* An aggregate's rows are told once for people and scripts: the same tables, with numbers that join them. */
#include "cli/explain_members.h"

#include "cli/log_words.h"
#include "formula/formula.h"
#include "monitor/place.h"

struct printing {
    struct report *report;
    const struct cli *cli;
    const struct pack *pack;
    const struct frame *frame;
    struct explainer *explainer;
    const struct explain *explain;
    const struct sources *sources;
    struct buffer line;
};

/* Puts the line that was made into a cell. */
static void cell(struct printing *printing)
{
    report_cell(printing->report, buffer_get(&printing->line));
    buffer_clear(&printing->line);
}

static size_t left_out(const struct explain_group *group, enum explain_standing standing)
{
    return group->totals[standing] - group->listed[standing];
}

/* ---- What was asked of which record ---- */

static void print_group(struct printing *printing, size_t number)
{
    const struct explain_group *group = &printing->explain->groups[number];
    const struct schema *schema = &printing->pack->schema;
    const char *language = printing->cli->language;
    report_cell_int(printing->report, (int64_t)number + 1);
    place_record(printing->pack, printing->frame, group->owner_reg, group->owner_row, &printing->line);
    cell(printing);
    formula_print(schema, group->node, language, &printing->line);
    cell(printing);
    value_format(schema, group->node->type, &group->value, language, &printing->line);
    cell(printing);
    report_cell_int(printing->report, (int64_t)(group->totals[EXPLAIN_COUNTS] + group->totals[EXPLAIN_SAME]));
    report_cell_int(printing->report, (int64_t)group->totals[EXPLAIN_OPEN]);
    report_cell_int(printing->report, (int64_t)group->totals[EXPLAIN_FAILS]);
    if (!printing->cli->json) return;
    report_cell_int(printing->report,
                    (int64_t)(left_out(group, EXPLAIN_COUNTS) + left_out(group, EXPLAIN_SAME)));
    if (group->rest.known) value_format(schema, group->rest_type, &group->rest, language, &printing->line);
    cell(printing);
}

static void print_groups(struct printing *printing)
{
    struct report *report = printing->report;
    report_table(report, "aggregates", "所依据的汇总", "The aggregates it rests on");
    report_column(report, "number", "序号", "No.", true);
    report_column(report, "record", "记录", "Record", false);
    report_column(report, "formula", "公式", "Formula", false);
    report_column(report, "value", "结果", "Value", true);
    report_column(report, "counts", "计入", "Count", true);
    report_column(report, "open", "待定", "Open", true);
    report_column(report, "fails", "不计", "Do not", true);
    if (printing->cli->json) report_column(report, "more", "", "", true);
    if (printing->cli->json) report_column(report, "more_sum", "", "", true);
    for (size_t i = 0; i < printing->explain->group_count; i++) print_group(printing, i);
    if (printing->explain->more_groups)
        report_line(report, "……只列出前%d项", "… only the first %d are listed", EXPLAIN_GROUPS);
}

/* ---- Who counts ---- */

static struct text standing_word(const struct cli *cli, enum explain_standing standing)
{
    static const char *const words[EXPLAIN_STANDINGS][3] = {{"counts", "计入", "counts"},
                                                            {"same", "相同", "the same"},
                                                            {"open", "待定", "open"},
                                                            {"fails", "不计", "does not"}};
    return text_of(cli->json ? words[standing][0] : cli_say(cli, words[standing][1], words[standing][2]));
}

static void print_member(struct printing *printing, size_t number, const struct explain_group *group,
                         const struct explain_member *member)
{
    struct report *report = printing->report;
    const struct cli *cli = printing->cli;
    const struct log_entry *entry = sources_of_member(printing->sources, group, member);
    report_cell_int(report, (int64_t)number + 1);
    place_record(printing->pack, printing->frame, group->reg, member->row, &printing->line);
    cell(printing);
    report_cell(report, standing_word(cli, member->standing));
    explain_member_words(printing->explainer, member, cli->language, &printing->line);
    cell(printing);
    if (entry != NULL && cli->json)
        log_words(cli, printing->pack, entry, &printing->line);
    else if (entry != NULL)
        log_words_full(cli, printing->pack, entry, &printing->line);
    cell(printing);
    if (entry != NULL)
        report_cell_int(report, entry->id);
    else
        report_cell_null(report);
}

static void print_rest(struct printing *printing, size_t number, const struct explain_group *group)
{
    size_t counts = left_out(group, EXPLAIN_COUNTS) + left_out(group, EXPLAIN_SAME),
           fails = group->listed[EXPLAIN_FAILS] > 0 ? left_out(group, EXPLAIN_FAILS) : 0;
    if (counts > 0 && group->rest.known) {
        value_format(&printing->pack->schema, group->rest_type, &group->rest, printing->cli->language,
                     &printing->line);
        report_line(printing->report, "……第%zu项另有%zu条计入，合计%.*s",
                    "… No. %zu: %zu more that count, %.*s together", number + 1, counts,
                    TEXT_ARGS(buffer_get(&printing->line)));
        buffer_clear(&printing->line);
    } else if (counts > 0) {
        report_line(printing->report, "……第%zu项另有%zu条计入", "… No. %zu: %zu more that count", number + 1,
                    counts);
    }
    if (fails > 0)
        report_line(printing->report, "……第%zu项另有%zu条不计", "… No. %zu: %zu more that do not", number + 1,
                    fails);
}

static void print_members(struct printing *printing)
{
    struct report *report = printing->report;
    const struct explain *explain = printing->explain;
    report_table(report, "members", "这些汇总看过的记录", "The records behind these aggregates");
    report_column(report, "number", "序号", "No.", true);
    report_column(report, "record", "记录", "Record", false);
    report_column(report, "standing", "计否", "Counts", false);
    report_column(report, "because", "依据", "Because", false);
    report_column(report, "source", "来源", "Source", false);
    report_column(report, "entry", "日志", "Log entry", true);
    for (size_t i = 0; i < explain->group_count; i++)
        for (size_t k = 0; k < explain->groups[i].member_count; k++)
            print_member(printing, i, &explain->groups[i], &explain->groups[i].members[k]);
    for (size_t i = 0; i < explain->group_count; i++) print_rest(printing, i, &explain->groups[i]);
}

void explain_members_print(struct report *report, const struct cli *cli, const struct pack *pack,
                           const struct frame *frame, struct explainer *explainer,
                           const struct explain *explain, const struct sources *sources)
{
    struct printing printing = {.report = report,
                                .cli = cli,
                                .pack = pack,
                                .frame = frame,
                                .explainer = explainer,
                                .explain = explain,
                                .sources = sources};
    if (explain->group_count == 0) return;
    print_groups(&printing);
    print_members(&printing);
    buffer_fini(&printing.line);
}
