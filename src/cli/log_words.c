/* Where a fact comes from is said in the same words wherever it is said. */
#include "cli/log_words.h"

#include <jansson.h>
#include <string.h>

#include "cli/clock.h"

static struct text feed_label(const struct pack *pack, const char *name, const char *language)
{
    for (size_t i = 0; i < pack->feed_count; i++)
        if (text_is(pack->feeds[i].label.name, name)) return label_in(&pack->feeds[i].label, language);
    int reg = schema_register_find(&pack->schema, text_of(name));
    return reg >= 0 ? label_in(&pack->schema.registers[reg].label, language) : text_of(name);
}

static void import_words(const struct cli *cli, const struct pack *pack, const json_t *detail,
                         struct buffer *out)
{
    const char *feed = json_string_value(json_object_get(detail, "feed"));
    const char *file = json_string_value(json_object_get(detail, "file"));
    const char *sheet = json_string_value(json_object_get(detail, "sheet"));
    buffer_string(out, cli_say(cli, "导入", "import"));
    if (feed != NULL) {
        struct text label = feed_label(pack, feed, cli->language);
        buffer_printf(out, cli_say(cli, "“%.*s”", " of \"%.*s\""), TEXT_ARGS(label));
    }
    if (file != NULL) buffer_printf(out, cli_say(cli, "：%s", ": %s"), file);
    if (sheet != NULL) buffer_printf(out, cli_say(cli, " 工作表“%s”", ", sheet \"%s\""), sheet);
}

void log_words(const struct cli *cli, const struct pack *pack, const struct log_entry *entry,
               struct buffer *out)
{
    static const struct {
        const char *action, *zh, *en;
    } words[] = {{"init", "建库时按行政区划建立", "made from the divisions"},
                 {"edit", "录入", "entered by hand"},
                 {"screen", "筛查", "screening"},
                 {"pack", "换包", "pack replaced"},
                 {"chain", "日志开始带校验链", "the log became a chain"}};
    if (text_is(entry->action, "import")) {
        json_t *detail =
            json_loadb(entry->detail.at == NULL ? "" : entry->detail.at, entry->detail.size, 0, NULL);
        import_words(cli, pack, detail, out);
        json_decref(detail);
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(entry->action, words[i].action)) {
            buffer_string(out, cli_say(cli, words[i].zh, words[i].en));
            return;
        }
    buffer_text(out, entry->action);
}

void log_words_full(const struct cli *cli, const struct pack *pack, const struct log_entry *entry,
                    struct buffer *out)
{
    char at[CLOCK_TEXT];
    log_words(cli, pack, entry, out);
    buffer_printf(out, cli_say(cli, "（%s，%.*s）", " (%s, %.*s)"), clock_local(entry->at, at),
                  TEXT_ARGS(entry->actor));
}
