/* Two times: as of which date formulas ask, and by when the facts had been recorded. This is the second. */
#include "cli/recorded.h"

#include "cli/clock.h"
#include "register/adopted.h"
#include "register/former.h"

int recorded_of(struct database *database, int64_t entry, struct recorded *out, struct err *err)
{
    out->entry = entry;
    int code = history_entry(database, entry, &out->arena, &out->last, err);
    if (code == 0) code = adopted_as_of(database, entry, err);
    if (code == 0) code = former_digest(database, entry, &out->arena, &out->digest, err);
    if (code != 0 || text_is(out->digest, database_pack(database)->digest)) return code;
    return history_pack_since(database, entry, &out->arena, &out->pack, err);
}

int recorded_read(struct database *database, const struct arguments *arguments, struct recorded *out,
                  struct err *err)
{
    const char *written = argument_text(arguments, "recorded");
    char utc[CLOCK_TEXT];
    int64_t entry;
    if (written == NULL) return 0;
    int code = clock_moment("recorded", written, utc, err);
    if (code == 0) code = history_entry_at(database, text_of(utc), &entry, err);
    return code == 0 ? recorded_of(database, entry, out, err) : code;
}

void recorded_fini(struct recorded *recorded)
{
    arena_fini(&recorded->arena);
}

void recorded_say(struct report *report, const struct cli *cli, const struct recorded *recorded)
{
    char at[CLOCK_TEXT];
    if (recorded->entry == 0) return;
    if (cli->json) {
        report_text(report, "recorded_at", "", "", recorded->last.at);
        report_int(report, "recorded_entry", "", "", recorded->entry);
        report_bool(report, "pack_changed_since", "", "", recorded->pack.id != 0);
        report_bool(report, "by_pack_of_then", "", "", recorded->by_then || recorded->pack.id == 0);
        if (recorded->refused)
            report_text(report, "pack_refused", "", "",
                        text_of(cli_say(cli, recorded->why.zh, recorded->why.en)));
        return;
    }
    report_line(report, "事实：以日志第%lld条（%s）为止录入的为准",
                "Facts: as recorded up to entry %lld of the log (%s)", (long long)recorded->entry,
                clock_local(recorded->last.at, at));
    if (recorded->by_then)
        report_line(report, "规则：用当时的包；它在%s被换掉（日志第%lld条）",
                    "Rules: by the pack of then, which was replaced on %s (entry %lld of the log)",
                    clock_local(recorded->pack.at, at), (long long)recorded->pack.id);
    if (recorded->refused)
        report_line(report, "不能用当时的包：%s", "The pack of then cannot be used: %s",
                    cli_say(cli, recorded->why.zh, recorded->why.en));
    if (recorded->pack.id == 0 || recorded->by_then) return;
    report_line(report, "注意：包在%s换过（日志第%lld条），以下用现在的包计算，当时的结果可能不同",
                "Note: the pack was replaced on %s (entry %lld of the log); this is computed by today's "
                "pack, and the answer then may "
                "have been another",
                clock_local(recorded->pack.at, at), (long long)recorded->pack.id);
}
