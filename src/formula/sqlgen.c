/* From the tree to the statement: everything is lowered first, so that what cannot be said is known before a word is
 * printed. */
#include "formula/sqlgen.h"

#include <stdlib.h>

#include "base/date.h"
#include "formula/sqlgen_plan.h"

/* What databases accept of one statement: SQLite takes a million bytes; it opens a layer anew wherever it is read, so
 * the layers must not multiply. */
enum { STATEMENT_MAX = 900000 };

static int plan_and_print(const struct schema *schema, const struct node *node, int scope, const struct sqlgen_options *options,
                          struct buffer *statement, struct err *err)
{
    struct sql_plan plan = {.schema = schema, .options = options, .scope = scope, .err = err};
    bool dated = date_in_range(options->as_of);
    plan.root = sql_lower_as(&plan, node, (struct sql_scene){scope, dated, dated ? options->as_of : 0}, node->type.kind);
    if (plan.status == 0) sql_layers(&plan);
    if (plan.status == 0) sql_print(&plan, node, statement);
    if (plan.status == 0 && statement->size > STATEMENT_MAX) sql_refuse(&plan, "too large");
    map_fini(&plan.known);
    arena_fini(&plan.arena);
    free(plan.exprs);
    return plan.status;
}

int sqlgen(const struct schema *schema, const struct node *node, int scope, const struct sqlgen_options *options,
           struct buffer *out, struct err *err)
{
    struct buffer statement = {0};
    int code = plan_and_print(schema, node, scope, options, &statement, err);
    if (code == 0) buffer_text(out, buffer_get(&statement));
    buffer_fini(&statement);
    return code;
}

int sqlgen_can(const struct schema *schema, const struct node *node, int scope, const struct sqlgen_options *options,
               struct err *err)
{
    struct buffer statement = {0};
    int code = plan_and_print(schema, node, scope, options, &statement, err);
    buffer_fini(&statement);
    return code;
}
