/* All kinds of jobs as the one array that the server wants. */
#include "api/bulletin_work.h"
#include "api/daily_work.h"
#include "api/export_work.h"
#include "api/import_work.h"
#include "api/screen_work.h"
#include "api/verify_work.h"

/* Reading goes on after a restart. Applying does not: its owner looks first at what became of it. */
static const struct job_kind kinds[] = {
    {.name = "import-preview", .resumable = true, .run = import_preview_run},
    {.name = "import-apply", .run = import_apply_run},
    {.name = "bulletin", .resumable = true, .run = bulletin_work_run},
    {.name = "export", .resumable = true, .run = export_work_run},
    {.name = "screening", .resumable = true, .run = screen_work_run},
    {.name = DAILY_KIND, .resumable = true, .run = daily_work_run},
    {.name = "verify", .resumable = true, .run = verify_work_run},
};

const struct job_kind *app_job_kinds(size_t *count)
{
    *count = sizeof kinds / sizeof *kinds;
    return kinds;
}
