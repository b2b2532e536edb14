/* Answers do not depend on the engine, so it is spoken of only where somebody may wonder about time or
 * memory. */
#include "cli/engine_words.h"

#include <string.h>

int engine_wish_read(const struct arguments *arguments, struct engine_wish *wish, struct err *err)
{
    static const char *const names[] = {
        [ENGINE_AUTO] = "auto", [ENGINE_FRAME] = "frame", [ENGINE_SQL] = "sql"};
    const char *engine = argument_text(arguments, "engine"), *memory = argument_text(arguments, "memory");
    *wish = (struct engine_wish){.engine = ENGINE_AUTO};
    int found = engine == NULL ? ENGINE_AUTO : -1;
    for (int i = 0; engine != NULL && i < 3; i++)
        if (strcmp(engine, names[i]) == 0) found = i;
    if (found < 0)
        return err_set(err, ERR_INPUT, "--engine 应为 frame、sql 或 auto，写的是“%s”。",
                       "--engine is frame, sql or auto, not '%s'.", engine);
    wish->engine = (enum engine)found;
    if (memory != NULL && !engine_memory_parse(memory, &wish->memory))
        return err_set(err, ERR_INPUT, "--memory 应为内存大小，如 500MiB 或 2GiB，写的是“%s”。",
                       "--memory is an amount of memory, such as 500MiB or 2GiB, not '%s'.", memory);
    return 0;
}

void engine_say(struct report *report, const struct cli *cli, const struct engine_choice *choice)
{
    bool sql = choice->engine == ENGINE_SQL, mixed = sql && choice->framed > 0;
    if (cli->json) {
        report_text(report, "engine", "", "", text_of(mixed ? "mixed" : sql ? "sql" : "frame"));
        if (choice->zh[0] != '\0')
            report_text(report, "engine_reason", "", "", text_of(cli_say(cli, choice->zh, choice->en)));
        return;
    }
    if (choice->zh[0] == '\0') return;
    const char *reason = cli_say(cli, choice->zh, choice->en);
    if (mixed)
        report_line(report, "计算方式：%zu个公式用SQL，%zu个用内存表（%s）",
                    "Engine: %zu formulas in SQL, %zu on a frame (%s)", choice->pushed, choice->framed,
                    reason);
    else
        report_line(report, "计算方式：%s（%s）", "Engine: %s (%s)",
                    sql ? "SQL" : cli_say(cli, "内存表", "frame"), reason);
}
