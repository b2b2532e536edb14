/* Closed by default: where nobody can say whether a record may be written, it is not. */
#include "register/warden.h"

#include "pack/assessment.h"
#include "register/database_private.h"

bool warden_watches(const struct pack *pack, int reg)
{
    const struct pack_assessment *assessment =
        pack->assessment; /* NULL: a pack that was not read from files */
    return assessment != NULL && reg >= 0 && (reg == assessment->reviews || reg == assessment->objections);
}

void database_set_warden(struct database *database, const struct warden *warden)
{
    database->warden = warden;
}

int warden_ask(struct database *database, int reg, const struct value *before, const struct value *after,
               int *field, struct err *err)
{
    const struct pack *pack = database->pack;
    *field = -1;
    if (!warden_watches(pack, reg)) return 0;
    if (database->warden != NULL) return database->warden->may(database, reg, before, after, field, err);
    struct text table = pack->schema.registers[reg].label.name;
    return err_set(err, ERR_METHOD, "登记 %.*s 不能这样写入：考核评分和异议请在考核结果页里逐项办理",
                   "Register %.*s is not written this way: points and objections are entered one by one on "
                   "the page of the assessment",
                   TEXT_ARGS(table));
}
