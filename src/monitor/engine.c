/* The choice costs next to nothing where a county is small: the database's size alone says that its frame
 * fits. */
#include "monitor/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/gather.h"
#include "register/size.h"

/* While a frame is built, its columns grow; answers and reasons stand beside it. */
enum { ROOM = 2 };

static const char *shown(int64_t bytes, char text[32])
{
    if (bytes >= (int64_t)1 << 30)
        snprintf(text, 32, "%.1f GiB", (double)bytes / (1 << 30));
    else
        snprintf(text, 32, "%.1f MiB", (double)bytes / (1 << 20));
    return text;
}

static void because(struct engine_choice *choice, const char *zh, const char *en)
{
    snprintf(choice->zh, sizeof choice->zh, "%s", zh);
    snprintf(choice->en, sizeof choice->en, "%s", en);
}

static void choose_sql(struct engine_choice *choice, int64_t needed, int64_t available)
{
    char need[32], have[32];
    choice->engine = ENGINE_SQL;
    snprintf(choice->zh, sizeof choice->zh, "内存表约需%s，可用内存%s", shown(needed, need),
             shown(available, have));
    snprintf(choice->en, sizeof choice->en, "the frame would need about %s, and %s of memory is available",
             need, have);
}

static int choose(struct database *database, int64_t available, const struct program_root *roots,
                  size_t count, bool categories, struct engine_choice *choice, struct err *err)
{
    int64_t bytes;
    int code = database_bytes(database, &bytes, err);
    if (code != 0 || bytes <= available / ROOM) return code;
    code = gather_estimate(database, roots, count, categories, &bytes, err);
    if (code == 0 && bytes > available / ROOM) choose_sql(choice, bytes * ROOM, available);
    return code;
}

int engine_choose(struct database *database, const struct engine_wish *wish, const struct program_root *roots,
                  size_t count, bool categories, struct engine_choice *choice, struct err *err)
{
    *choice = (struct engine_choice){.engine = ENGINE_FRAME};
    switch (wish->engine) {
    case ENGINE_FRAME:
        return 0;
    case ENGINE_SQL:
        choice->engine = ENGINE_SQL;
        choice->strict = true;
        because(choice, "按要求", "as asked for");
        return 0;
    case ENGINE_AUTO:
        break;
    }
    return choose(database, wish->memory > 0 ? wish->memory : engine_memory(), roots, count, categories,
                  choice, err);
}

int engine_for_past(int64_t entry, struct engine_wish *wish, struct err *err)
{
    if (entry == 0) return 0;
    if (wish->engine == ENGINE_SQL)
        return err_set(err, ERR_INPUT, "过去的记录只能在内存表上计算，请去掉 --engine sql。",
                       "A recorded past is computed on a frame only; leave --engine sql away.");
    wish->engine = ENGINE_FRAME;
    return 0;
}

int engine_refuse(const char *name, const struct err *why, struct err *err)
{
    if (err == NULL) return ERR_INPUT;
    struct err made = {.code = ERR_INPUT, .line = why->line, .column = why->column};
    memcpy(made.file, why->file, sizeof made.file);
    snprintf(made.zh, sizeof made.zh, "“%s”：%.480s。请去掉 --engine sql，或改用 --engine frame。", name,
             why->zh);
    snprintf(made.en, sizeof made.en, "'%s': %.480s. Leave --engine sql away, or use --engine frame.", name,
             why->en);
    *err = made;
    return ERR_INPUT;
}

int engine_settle(struct database *database, const struct push_question *question, const char *name,
                  struct engine_choice *choice, struct err *err)
{
    struct err why;
    if (choice->engine != ENGINE_SQL) return 0;
    int code = push_can(database, question, NULL, &why);
    if (code == 0) return 0;
    if (choice->strict) return engine_refuse(name, &why, err);
    choice->engine = ENGINE_FRAME;
    snprintf(choice->zh, sizeof choice->zh, "虽然内存紧张，但%.280s", why.zh);
    snprintf(choice->en, sizeof choice->en, "although memory is short: %.280s", why.en);
    return 0;
}
