/* A list that followed today's rules would no longer be what the points were given for. */
#include "assessment/frozen.h"

#include <stdio.h>
#include <stdlib.h>

#include "assessment/lines.h"
#include "progress/book.h"
#include "register/adopted.h"
#include "register/former.h"

struct frozen {
    struct former *former;
    struct database *database; /* of former */
    const struct pack *pack;
    struct progress_book *book;
    struct arena arena;
};

/* With the pack that the run was made by, and the parameters that were in force. */
static int open_then(struct database *today, int64_t facts, struct frozen *frozen, struct err *err)
{
    struct text digest;
    int code = former_digest(today, facts, &frozen->arena, &digest, err);
    if (code != 0) return code;
    code = text_equal(digest, text_of(database_pack(today)->digest))
               ? former_own(today, &frozen->former, err)
               : former_open(today, digest, &frozen->former, err);
    if (code != 0) return code;
    frozen->database = former_database(frozen->former);
    frozen->pack = database_pack(frozen->database);
    code = adopted_as_of(frozen->database, facts, err);
    return code == 0 ? progress_book_new(frozen->pack, &frozen->book, err) : code;
}

static void frozen_fini(struct frozen *frozen)
{
    progress_book_free(frozen->book);
    former_free(frozen->former);
    arena_fini(&frozen->arena);
}

/* Today's scope by the divisions of then; registers were asked for by today's. */
static struct scope scope_then(struct frozen *frozen, const struct pack *today, const struct scope *scope)
{
    struct scope then = scope_everything(frozen->pack, scope->actor, &frozen->arena);
    if (scope_all_rows(scope, today)) return then;
    int *divisions = arena_array(&frozen->arena, scope->division_count + 1, sizeof *divisions);
    then.everywhere = false;
    then.division_count = 0;
    then.divisions = divisions;
    for (size_t i = 0; i < scope->division_count; i++) {
        int division = pack_division_find(frozen->pack, today->divisions[scope->divisions[i]].code);
        if (division >= 0) divisions[then.division_count++] = division;
    }
    return then;
}

/* Of a record that was scored by itself: only that one. */
static void keep_own(const struct frozen *frozen, const struct assessment_run *run,
                     const struct run_scored *scored, int indicator, int64_t *ids, size_t *count)
{
    int scheme = pack_scheme_find(frozen->pack, run->scheme_name);
    size_t kept = 0;
    if (scheme < 0 || !lines_own(frozen->pack, &frozen->pack->schemes[scheme], indicator)) return;
    for (size_t i = 0; i < *count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%lld", (long long)ids[i]);
        if (text_equal(scored->id, text_of(name))) ids[kept++] = ids[i];
    }
    *count = kept;
}

/* Everything by its name, since another pack has other indexes. */
static int list_then(struct frozen *frozen, const struct pack *today, const struct scope *scope,
                     const struct assessment_run *run, const struct run_scored *scored, int indicator,
                     enum progress_list list, int64_t **ids, size_t *count, struct err *err)
{
    const struct pack_indicator *now = &today->indicators[indicator];
    int then = pack_indicator_find(frozen->pack, now->label.name), division = -1;
    if (scored->division >= 0)
        division = pack_division_find(frozen->pack, today->divisions[scored->division].code);
    if (then < 0 || frozen->book->indicators[then].lists[list] == NULL ||
        (scored->division >= 0 && division < 0) ||
        !text_equal(frozen->pack->schema.registers[frozen->pack->indicators[then].over].label.name,
                    today->schema.registers[now->over].label.name))
        return err_set(err, ERR_NOT_FOUND, "考核时的规则里没有这份名单",
                       "By the rules of then there is no such list");
    struct frame_request wanted = frozen->book->each[then];
    struct scope eyes = scope_then(frozen, today, scope);
    struct frame *frame = NULL;
    wanted.entry = run->facts;
    int code = frame_load(frozen->database, &wanted, &frame, err);
    if (code == 0)
        code = progress_list(frozen->book, frame, run->as_of, &eyes, then, division, list, ids, count, err);
    if (code == 0) keep_own(frozen, run, scored, then, *ids, count);
    if (frame != NULL) frame_free(frame);
    return code;
}

int frozen_list(struct database *database, const struct scope *scope, const struct assessment_run *run,
                const struct run_scored *scored, int indicator, enum progress_list list, int64_t **ids,
                size_t *count, struct err *err)
{
    struct frozen frozen = {0};
    *ids = NULL;
    *count = 0;
    int code = open_then(database, run->facts, &frozen, err);
    if (code == 0)
        code =
            list_then(&frozen, database_pack(database), scope, run, scored, indicator, list, ids, count, err);
    frozen_fini(&frozen);
    return code;
}
