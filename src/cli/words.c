/* zengshou words: what may be written in a formula, for people who look it up and for editors. */
#include <string.h>

#include "cli/arguments.h"
#include "cli/report.h"
#include "cli/work.h"
#include "formula/language.h"

static const struct argument_spec positionals[] = {{"FORMULA", ARGUMENT_TEXT, NULL, false,
                                                    "写到一半的公式：列出其后可写什么",
                                                    "a formula half written: what may follow"},
                                                   {0}};
static const struct argument_spec options[] = {
    {"pack", ARGUMENT_TEXT, "PACK", false, "连同这个包的名称", "the names of this pack as well"},
    {"on", ARGUMENT_TEXT, "REGISTER", false, "公式写在哪个登记簿上", "the register that the formula is on"},
    {0}};

static void print_offers(struct cli *cli, const struct offers *offers)
{
    bool english = strcmp(cli->language, "en") == 0;
    struct report *report = report_new(cli);
    report_table(report, "words", "", "");
    report_column(report, "text", "写法", "Word", false);
    report_column(report, "kind", "种类", "Kind", false);
    report_column(report, english ? "zh" : "en", english ? "中文" : "英文", english ? "Chinese" : "English",
                  false);
    report_column(report, "type", "类型", "Type", false);
    report_column(report, "note", "说明", "Note", false);
    for (size_t i = 0; i < offers->count; i++) {
        const struct offer *offer = &offers->items[i];
        report_cell(report, offer->text);
        report_cell(report, text_of(offer_kind_name(offer->kind, english)));
        report_cell(report, english ? offer->zh : offer->en);
        report_cell(report, offer->type);
        report_cell(report, offer->note);
    }
    report_print(report);
    report_free(report);
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    const char *folder = argument_text(arguments, "pack"), *on = argument_text(arguments, "on");
    struct text text = text_of(argument_text(arguments, "FORMULA"));
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct arena arena = {0};
    struct offers offers;
    struct err err = {0};
    int reg = -1, code = folder == NULL ? 0 : pack_load(folder, &pack, &faults, &err);
    if (faults.count > 0) cli_faults(cli, &faults);
    if (code == 0 && on != NULL && pack == NULL)
        code = err_set(&err, ERR_INPUT, "用 --on 时还要用 --pack 指明是哪个包",
                       "With --on, say with --pack whose register it is");
    if (code == 0 && on != NULL) code = work_register(pack, on, &reg, &err);
    if (code == 0) {
        if (pack == NULL)
            language_words(cli->language, &arena, &offers);
        else
            language_offers(&pack->schema, reg, text, text.size, cli->language, &arena, &offers);
        print_offers(cli, &offers);
    }
    int status = code == 0 ? EXIT_DONE : cli_fail(cli, &err);
    fault_list_fini(&faults);
    pack_free(pack);
    arena_fini(&arena);
    return status;
}

const struct command command_words = {
    "words", "列出公式里可写的词", "list what may be written in formulas", positionals, options, run};
