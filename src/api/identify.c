/* What is out of scope must not be told from what is not there: a key that is found is looked at through the
 * scope before it counts. */
#include "api/identify.h"

#include "register/frame_load.h"
#include "register/record.h"
#include "server/shape.h"

/* *seen: it is there for this user, retired or not. */
static int look(struct worker *worker, const struct scope *scope, int reg, int64_t id, bool *seen,
                struct err *err)
{
    struct arena arena = {0};
    struct record record;
    struct err why = {0};
    int code = record_get(worker->database, scope, reg, id, NULL, &arena, &record, &why);
    *seen = code == 0;
    arena_fini(&arena);
    if (code == 0 || code == ERR_NOT_FOUND || code == ERR_FORBIDDEN) return 0;
    *err = why;
    return code;
}

static int find(struct worker *worker, const struct scope *scope, int reg, struct text key, int64_t *id,
                struct err *err)
{
    bool seen = false;
    int code = record_find(worker->database, reg, key, id, err);
    if (code == 0 && *id != 0) code = look(worker, scope, reg, *id, &seen, err);
    if (!seen) *id = 0;
    return code;
}

int identify_word(struct worker *worker, const struct scope *scope, int reg, struct text word, int64_t *id,
                  struct err *err)
{
    bool seen = false;
    int code = shape_read_int(word, id) ? look(worker, scope, reg, *id, &seen, err) : 0;
    if (code != 0 || seen) return code;
    code = find(worker, scope, reg, word, id, err);
    if (code == 0 && *id == 0) *id = -1;
    return code;
}

int identify_key(struct worker *worker, const struct scope *scope, int reg, struct text key, int64_t *id,
                 struct err *err)
{
    const struct label *label = &worker->app->pack->schema.registers[reg].label;
    int code = find(worker, scope, reg, key, id, err);
    if (code != 0 || *id != 0) return code;
    struct text zh = label_in(label, "zh");
    return err_set(err, ERR_NOT_FOUND, "没有编号为“%.*s”的记录（%.*s）", "There is no record '%.*s' in %.*s",
                   TEXT_ARGS(key), TEXT_ARGS(zh));
}
