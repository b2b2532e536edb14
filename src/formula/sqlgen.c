/* From the tree to the statement: everything is lowered first, so that what cannot be said is known before a
 * word is printed. */
#include "formula/sqlgen.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "formula/sqlgen_plan.h"

/* What databases accept of one statement: SQLite takes a million bytes; it opens a layer anew wherever it is
 * read, so the layers must not multiply. */
enum { STATEMENT_MAX = 900000 };

static void plan_fini(struct sql_plan *plan)
{
    map_fini(&plan->known);
    arena_fini(&plan->arena);
    free(plan->exprs);
}

static void lower_answers(struct sql_plan *plan, struct sql_answer *answers, size_t count, int *refused)
{
    bool dated = date_in_range(plan->options->as_of);
    struct sql_scene scene = {plan->scope, dated, dated ? plan->options->as_of : 0};
    *refused = -1;
    for (size_t i = 0; plan->status == 0 && i < count; i++) {
        const struct node *node = answers[i].node;
        answers[i].expr = sql_lower_as(plan, node, scene, node->type.kind);
        if (answers[i].expr > plan->root) plan->root = answers[i].expr;
        if (plan->status != 0) *refused = (int)i;
    }
}

static int plan_and_print(const struct schema *schema, struct sql_answer *answers, size_t count, int scope,
                          const struct sqlgen_options *options, struct buffer *statement, int *refused,
                          struct err *err)
{
    struct sql_plan plan = {.schema = schema,
                            .options = options,
                            .scope = scope,
                            .answers = answers,
                            .answer_count = count,
                            .root = -1,
                            .definition = -1,
                            .err = err};
    lower_answers(&plan, answers, count, refused);
    if (plan.status == 0) sql_layers(&plan);
    if (plan.status == 0) sql_print(&plan, statement);
    if (plan.status == 0 && statement->size > STATEMENT_MAX) sql_refuse(&plan, "too large");
    plan_fini(&plan);
    return plan.status;
}

int sqlgen(const struct schema *schema, const struct node *node, int scope,
           const struct sqlgen_options *options, struct buffer *out, struct err *err)
{
    struct buffer statement = {0};
    struct sql_answer answer = {.node = node, .name = "value"};
    int refused, code = plan_and_print(schema, &answer, 1, scope, options, &statement, &refused, err);
    if (code == 0) buffer_text(out, buffer_get(&statement));
    buffer_fini(&statement);
    return code;
}

int sqlgen_several(const struct schema *schema, const struct node *const *nodes, size_t count, int scope,
                   const struct sqlgen_options *options, struct buffer *out, int *refused, struct err *err)
{
    struct buffer statement = {0};
    struct sql_answer *answers = mem_new(count + 1, sizeof *answers);
    int which;
    for (size_t i = 0; i < count; i++) {
        answers[i].node = nodes[i];
        snprintf(answers[i].name, sizeof answers[i].name, "v%zu", i);
    }
    int code = plan_and_print(schema, answers, count, scope, options, &statement, &which, err);
    if (code == 0) buffer_text(out, buffer_get(&statement));
    if (refused != NULL) *refused = which;
    free(answers);
    buffer_fini(&statement);
    return code;
}

void sqlgen_findings(struct text statement, const struct text *names, size_t count, struct buffer *out)
{
    buffer_string(out, "SELECT f.name, a.id, CASE WHEN f.value IS NULL THEN 2 ELSE 1 END AS state\nFROM (");
    buffer_text(out, statement);
    buffer_string(out, ") AS a, LATERAL unnest(ARRAY[");
    for (size_t i = 0; i < count; i++) buffer_printf(out, "%sa.v%zu", i > 0 ? ", " : "", i);
    buffer_string(out, "]::int[], ARRAY[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_string(out, ", ");
        sql_quote(out, names[i]);
    }
    buffer_string(out, "]::text[]) AS f(value, name)\nWHERE f.value IS DISTINCT FROM 0");
}

void sqlgen_count(const struct schema *schema, int scope, const struct sqlgen_options *options,
                  struct buffer *out)
{
    struct err err;
    buffer_string(out, "SELECT count(*) FROM (");
    sqlgen_several(schema, NULL, 0, scope, options, out, NULL,
                   &err); /* what asks for nothing can always be said */
    buffer_string(out, ") AS a");
}

int sqlgen_can(const struct schema *schema, const struct node *node, int scope,
               const struct sqlgen_options *options, struct err *err)
{
    struct buffer statement = {0};
    int code = sqlgen(schema, node, scope, options, &statement, err);
    buffer_fini(&statement);
    return code;
}
