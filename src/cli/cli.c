/* The few words that all commands share. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

const char *cli_say(const struct cli *cli, const char *zh, const char *en)
{
    return strcmp(cli->language, "en") == 0 ? en : zh;
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    char line[1400];
    err_format(err, cli->language, line, sizeof line);
    fprintf(stderr, "%s\n", line);
    return EXIT_FAILED;
}

static void json_faults(const struct fault_list *faults)
{
    struct buffer out = {0};
    struct json_writer json = json_start(&out);
    json_put_object(&json);
    json_put_key(&json, "faults");
    json_put_array(&json);
    for (size_t i = 0; i < faults->count; i++) {
        const struct err *fault = &faults->items[i];
        json_put_object(&json);
        json_member_string(&json, "file", fault->file);
        json_member_int(&json, "line", fault->line);
        json_member_int(&json, "column", fault->column);
        json_member_string(&json, "zh", fault->zh);
        json_member_string(&json, "en", fault->en);
        json_put_object_end(&json);
    }
    json_put_array_end(&json);
    json_put_object_end(&json);
    puts(out.data);
    buffer_fini(&out);
}

void cli_faults(const struct cli *cli, const struct fault_list *faults)
{
    if (cli->json) {
        json_faults(faults);
        return;
    }
    for (size_t i = 0; i < faults->count; i++) cli_fail(cli, &faults->items[i]);
    if (faults->dropped > 0)
        fprintf(stderr, cli_say(cli, "……另有 %zu 处错误没有列出。\n", "… and %zu more faults.\n"),
                faults->dropped);
}
