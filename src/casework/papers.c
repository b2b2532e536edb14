/* Files of a case: they come from who has it, and stay once a step that wanted them was done. */
#include "casework/act.h"
#include "casework/casework_private.h"
#include "files/attachments.h"
#include "register/case_record.h"
#include "register/scope_sql.h"

static int refuse_closed(struct err *err)
{
    return err_set(err, ERR_CONFLICT, "这一件已经办结，附件不能再增减。需要时请先重开",
                   "The case is closed; its files are as they are. Reopen it first");
}

static int check_acts(struct casework *casework, const struct case_seen *seen, struct arena *arena,
                      struct err *err)
{
    bool acts;
    struct case_rights why = {0};
    case_writable(casework, &seen->look, arena, &acts);
    if (acts) return 0;
    if (!case_is_open(&seen->look)) return refuse_closed(err);
    case_why(casework, &seen->look, arena, &why);
    return err_set(err, ERR_FORBIDDEN, "%s%.0s", "%.0s%s",
                   arena_printf(arena, "附件由办这一步的人添加：%.*s", TEXT_ARGS(why.zh)),
                   arena_printf(arena, "Files are added by those who do this step. %.*s", TEXT_ARGS(why.en)));
}

struct attaching {
    struct casework *casework;
    const struct case_actor *actor;
    struct case_moment moment;
    struct attachment_new file;
    const struct attachment_look *look;
    int64_t *id, detach;
    struct text reason;
};

static int check_attach(const struct attaching *attaching, struct err *err)
{
    struct arena arena = {0};
    struct case_seen seen;
    int code =
        scope_check(attaching->actor->scope, attaching->casework->pack, attaching->file.reg, SCOPE_EDIT, err);
    if (code == 0)
        code = case_see(attaching->casework, attaching->actor, attaching->moment, attaching->file.reg,
                        attaching->file.record, &arena, &seen, err);
    if (code == 0) code = check_acts(attaching->casework, &seen, &arena, err);
    arena_fini(&arena);
    return code;
}

static int attach_work(void *context, struct err *err)
{
    const struct attaching *attaching = context;
    int code = check_attach(attaching, err);
    if (code != 0) return code;
    return attachment_hang(attaching->casework->database, attaching->actor->scope, &attaching->file,
                           attaching->look, attaching->id, err);
}

int case_attach(struct casework *casework, const struct case_actor *actor, struct case_moment moment,
                const struct attachment_new *file, int64_t *id, bool *cleaned, struct err *err)
{
    struct attachment_look look = {0};
    struct attaching attaching = {
        .casework = casework, .actor = actor, .moment = moment, .file = *file, .look = &look, .id = id};
    bool is;
    *id = 0;
    int code = case_stands(casework, actor, file->reg, file->record, &is, err);
    if (code != 0) return code;
    if (!is) return attachment_add(casework->database, actor->scope, file, id, cleaned, err);
    attaching.file.of_case = true;
    /* Who may not costs nothing; and while the content is looked into, others write. */
    code = check_attach(&attaching, err);
    if (code == 0) code = attachment_look(casework->pack, file, &look, err);
    if (code == 0) code = store_transact(casework->store, attach_work, &attaching, err);
    if (cleaned != NULL) *cleaned = look.content.cleaned;
    attachment_look_fini(&look);
    return code;
}

/* A step that wanted such a file was done since it was added, and the case has not come back to before it. */
static bool rests_on(const struct case_look *look, const struct attachment *file)
{
    for (size_t i = look->step_count; i > 0; i--) {
        const struct case_step *step = &look->steps[i - 1];
        if (step->transition < 0 || step->entry < file->entry ||
            (step->kind != STEP_MOVED && step->kind != STEP_ANSWERED))
            continue;
        const struct workflow_transition *transition = &look->stored->workflow->transitions[step->transition];
        for (size_t k = 0; k < transition->attachment_count; k++)
            if (transition->attachments[k].kind < 0 || transition->attachments[k].kind == file->kind)
                return !workflow_has_role(transition->from, transition->from_count, look->stored->state);
    }
    return false;
}

static bool is_theirs(struct casework *casework, const struct case_look *look, const struct attachment *file,
                      struct arena *arena)
{
    bool acts;
    if (text_equal(file->actor, look->actor->scope->actor)) return true;
    case_writable(casework, look, arena, &acts);
    return acts;
}

static bool may_detach(struct casework *casework, const struct case_look *look, const struct attachment *file,
                       struct arena *arena)
{
    return file->retired == 0 && case_is_open(look) &&
           scope_may(look->actor->scope, look->stored->reg, SCOPE_EDIT) && !rests_on(look, file) &&
           is_theirs(casework, look, file, arena);
}

static int check_detach(struct casework *casework, const struct case_look *look,
                        const struct attachment *file, struct arena *arena, struct err *err)
{
    if (!case_is_open(look)) return refuse_closed(err);
    if (rests_on(look, file))
        return err_set(
            err, ERR_CONFLICT, "已经办过的一步以这个附件为凭，不能撤下。要换请先退回，或另加一份",
            "A step that was done rests on this file. Have the case sent back, or add another one");
    if (!is_theirs(casework, look, file, arena))
        return err_set(err, ERR_FORBIDDEN, "只有上传的人，或现在办这一件的人，才能撤下附件",
                       "A file is taken back by whoever uploaded it, or by those who have the case now");
    return 0;
}

static int detach_work(void *context, struct err *err)
{
    const struct attaching *attaching = context;
    struct casework *casework = attaching->casework;
    const struct scope *scope = attaching->actor->scope;
    struct arena arena = {0};
    struct attachment *items = NULL;
    size_t count = 0;
    struct case_seen seen;
    int reg = attaching->file.reg;
    int64_t record = attaching->file.record;
    int code = scope_check(scope, casework->pack, reg, SCOPE_EDIT, err);
    if (code == 0)
        code = case_see(casework, attaching->actor, attaching->moment, reg, record, &arena, &seen, err);
    if (code == 0)
        code = attachment_list(casework->database, scope, reg, record, false, &arena, &items, &count, err);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (items[i].id == attaching->detach)
            code = check_detach(casework, &seen.look, &items[i], &arena, err);
    if (code == 0)
        code = attachment_retire_of_case(casework->database, scope, reg, record, attaching->detach,
                                         attaching->reason, err);
    arena_fini(&arena);
    return code;
}

int case_detach(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
                int64_t record, int64_t id, struct text reason, struct err *err)
{
    struct attaching attaching = {.casework = casework,
                                  .actor = actor,
                                  .moment = moment,
                                  .file = {.reg = reg, .record = record},
                                  .detach = id,
                                  .reason = reason};
    bool is;
    int code = case_stands(casework, actor, reg, record, &is, err);
    if (code != 0) return code;
    return is ? store_transact(casework->store, detach_work, &attaching, err)
              : attachment_retire(casework->database, actor->scope, reg, record, id, reason, err);
}

int case_files(struct casework *casework, const struct case_actor *actor, struct case_moment moment, int reg,
               int64_t record, const struct attachment *files, size_t count, struct arena *arena, bool *add,
               bool *detach, struct err *err)
{
    struct case_seen *seen = arena_array(arena, 1, sizeof *seen);
    const struct scope *scope = actor->scope;
    bool is;
    int code = case_stands(casework, actor, reg, record, &is, err);
    if (code == 0 && is) code = case_see(casework, actor, moment, reg, record, arena, seen, err);
    if (code != 0) return code;
    bool settled = false;
    if (!is) code = record_is_settled(casework->database, reg, record, &settled, err);
    if (code != 0) return code;
    *add = scope_may(scope, reg, SCOPE_EDIT) && !settled;
    if (is) case_writable(casework, &seen->look, arena, add);
    for (size_t i = 0; i < count; i++)
        detach[i] =
            is ? may_detach(casework, &seen->look, &files[i], arena)
               : files[i].retired == 0 && !settled && scope_may(scope, reg, SCOPE_EDIT) &&
                     (scope_may(scope, reg, SCOPE_RETIRE) || text_equal(files[i].actor, scope->actor));
    return 0;
}
