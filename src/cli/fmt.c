/* zengshou fmt: formulas as they are best read, one from standard input or all of a pack's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/report.h"
#include "cli/work.h"
#include "formula/formula.h"
#include "formula/layout.h"
#include "pack/format.h"

static const struct argument_spec positionals[] = {
    {"PACK", ARGUMENT_TEXT, NULL, true, "包所在的文件夹；- 表示从标准输入读一个公式",
     "folder of the pack; - reads one formula from standard input"},
    {0}};
static const struct argument_spec options[] = {
    {"check", ARGUMENT_FLAG, NULL, false, "只列出要改的文件，不改动；有则以状态1结束",
     "only list the files that would change; exit status 1 if there are any"},
    {"pack", ARGUMENT_TEXT, "PACK", false, "标准输入的公式用哪个包的单位和名称",
     "whose units and names the formula on standard input uses"},
    {"on", ARGUMENT_TEXT, "REGISTER", false, "与 --to 同用：公式写在哪个登记簿上",
     "with --to: the register that the formula is on"},
    {"to", ARGUMENT_TEXT, "zh|en", false, "把公式译成中文或英文的写法（注释不保留）",
     "translate the formula's words and names (comments are not kept)"},
    {0}};

static int read_formula(struct buffer *text, struct err *err)
{
    char part[65536];
    size_t got;
    while (text->size <= FORMULA_SIZE_MAX && (got = fread(part, 1, sizeof part, stdin)) > 0)
        buffer_add(text, part, got);
    return ferror(stdin) ? err_errno(err, "-", "读不了标准输入", "Cannot read standard input") : 0;
}

/* The formula in the other language's words. */
static int translate(const struct arguments *arguments, const struct pack *pack, struct buffer *text,
                     struct err *err)
{
    const char *to = argument_text(arguments, "to"), *on = argument_text(arguments, "on");
    struct arena arena = {0};
    struct node *node;
    int reg;
    if (strcmp(to, "zh") != 0 && strcmp(to, "en") != 0)
        return err_set(err, ERR_INPUT, "--to 只能是 zh 或 en，不能是 %s", "--to is zh or en, not %s", to);
    if (on == NULL)
        return err_set(err, ERR_INPUT, "翻译公式要用 --on 指明它写在哪个登记簿上",
                       "To translate a formula say with --on which register it is on");
    int code = work_register(pack, on, &reg, err);
    struct formula_source source = {.text = arena_text(&arena, buffer_get(text))};
    if (code == 0) code = formula_check(&pack->schema, &arena, reg, source, NULL, &node, err);
    if (code == 0) {
        buffer_clear(text);
        formula_print(&pack->schema, node, to, text);
    }
    arena_fini(&arena);
    return code;
}

static int format_input(struct cli *cli, const struct arguments *arguments, const struct pack *pack)
{
    struct buffer text = {0}, laid = {0};
    struct schema none = {0};
    struct err err = {0};
    const char *to = argument_text(arguments, "to");
    int code = read_formula(&text, &err);
    if (code == 0 && to != NULL && pack == NULL)
        code = err_set(&err, ERR_INPUT, "翻译公式要用 --pack 指明是哪个包",
                       "To translate a formula say with --pack whose names it uses");
    if (code == 0 && to != NULL) code = translate(arguments, pack, &text, &err);
    if (code == 0)
        code = formula_layout(pack == NULL ? &none : &pack->schema, buffer_get(&text), LAYOUT_WIDTH, &laid,
                              &err);
    if (code == 0) puts(laid.data == NULL ? "" : laid.data);
    buffer_fini(&text);
    buffer_fini(&laid);
    return code == 0 ? EXIT_DONE : cli_fail(cli, &err);
}

static int write_file(const char *folder, const struct pack_file *file, struct err *err)
{
    struct buffer path = {0}, beside = {0};
    buffer_printf(&path, "%s/%.*s", folder, TEXT_ARGS(file->path));
    buffer_printf(&beside, "%s.fmt", path.data);
    FILE *out = fopen(beside.data, "wx");
    int code = out == NULL ? err_errno(err, beside.data, "建不了文件", "Cannot make the file") : 0;
    if (code == 0) {
        bool good = fwrite(file->content.at, 1, file->content.size, out) == file->content.size;
        good = fflush(out) == 0 && fsync(fileno(out)) == 0 && good;
        good = fclose(out) == 0 && good;
        if (!good || rename(beside.data, path.data) != 0) {
            code = err_errno(err, path.data, "写不了文件", "Cannot write the file");
            unlink(beside.data);
        }
    }
    buffer_fini(&path);
    buffer_fini(&beside);
    return code;
}

static int format_pack(struct cli *cli, const struct arguments *arguments, const struct pack *pack,
                       const char *folder)
{
    bool check = argument_flag(arguments, "check");
    struct pack_formatted formatted;
    struct err err = {0};
    int code = pack_format(pack, &formatted, &err);
    if (code != 0) return cli_fail(cli, &err);
    struct report *report = report_new(cli);
    if (formatted.changed_count == 0)
        report_line(report, "公式的排版都已整齐。", "All formulas are laid out already.");
    report_int(report, "formulas", check ? "待重排的公式" : "重排的公式",
               check ? "Formulas to be laid out" : "Formulas laid out", (int64_t)formatted.formulas);
    report_int(report, "left", "因引号未动的公式", "Formulas left alone because of their quotes",
               (int64_t)formatted.left);
    report_table(report, "files", check ? "要改的文件" : "改动的文件",
                 check ? "Files that would change" : "Files changed");
    report_column(report, "path", "", "", false);
    for (size_t i = 0; code == 0 && i < pack->file_count; i++) {
        if (!formatted.changed[i]) continue;
        if (!check) code = write_file(folder, &formatted.files[i], &err);
        report_cell(report, formatted.files[i].path);
    }
    if (code == 0) report_print(report);
    int status = code != 0                              ? cli_fail(cli, &err)
                 : check && formatted.changed_count > 0 ? EXIT_FAILED
                                                        : EXIT_DONE;
    report_free(report);
    pack_formatted_fini(&formatted);
    return status;
}

static int run(struct cli *cli, const struct arguments *arguments)
{
    const char *folder = argument_text(arguments, "PACK");
    bool input = strcmp(folder, "-") == 0;
    if (input) folder = argument_text(arguments, "pack");
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct err err = {0};
    int code = folder == NULL ? 0 : pack_load(folder, &pack, &faults, &err);
    if (faults.count > 0) cli_faults(cli, &faults);
    int status = code != 0 ? cli_fail(cli, &err)
                 : input   ? format_input(cli, arguments, pack)
                           : format_pack(cli, arguments, pack, folder);
    fault_list_fini(&faults);
    pack_free(pack);
    return status;
}

const struct command command_fmt = {
    "fmt", "整理公式的排版，或译成另一种语言", "lay out formulas, or translate one", positionals, options,
    run};
