/* zengshou case demo: the casework that a demonstration county has behind it. */
#include "cli/case_demo.h"

#include "base/date.h"
#include "demo/stories.h"

enum { SEED = 2022 };

static void print(struct report *report, const struct stories_report *done)
{
    char until[DATE_TEXT];
    report_line(report, "合成的演示办件：经办人都是虚构的。",
                "Synthetic casework: nobody who did it is real.");
    report_text(report, "until", "办到哪一天", "Played until", text_of(date_format(done->until, until)));
    report_int(report, "opened", "立件", "Opened", (int64_t)done->opened);
    report_int(report, "moved", "办理", "Steps done", (int64_t)done->moved);
    report_int(report, "added", "登记", "Records added", (int64_t)done->added);
    report_int(report, "escalated", "逾期上报", "Gone up", (int64_t)done->escalated);
    report_int(report, "refused", "没有办成", "Refused", (int64_t)done->refused);
    if (done->refused > 0)
        report_line(report, "其中第一个：%s%.0s", "The first of them: %.0s%s", done->first.zh,
                    done->first.en);
}

int case_demo(const struct cli *cli, struct casework *casework, int32_t from, struct report *report,
              struct err *err)
{
    const struct pack *pack = database_pack(casework_database(casework));
    struct fault_list faults = {0};
    struct stories *stories;
    struct stories_report done;
    int code = stories_read(pack, &stories, &faults, err);
    if (faults.count > 0) cli_faults(cli, &faults);
    fault_list_fini(&faults);
    if (code != 0) return code;
    code = stories_play(casework, stories, from, SEED, &done, err);
    if (code == 0) print(report, &done);
    stories_free(stories);
    return code;
}
