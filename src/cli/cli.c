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
    struct json json = json_start(&out);
    json_object(&json);
    json_key(&json, "faults");
    json_array(&json);
    for (size_t i = 0; i < faults->count; i++) {
        const struct err *fault = &faults->items[i];
        json_object(&json);
        json_key(&json, "file");
        json_string(&json, fault->file);
        json_key(&json, "line");
        json_int(&json, fault->line);
        json_key(&json, "column");
        json_int(&json, fault->column);
        json_key(&json, "zh");
        json_string(&json, fault->zh);
        json_key(&json, "en");
        json_string(&json, fault->en);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
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
        fprintf(stderr, cli_say(cli, "……另有 %zu 处错误没有列出。\n", "… and %zu more faults.\n"), faults->dropped);
}
