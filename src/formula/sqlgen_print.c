/* The statement: layers from the lowest up, each one SELECT over the register's layer below, with groups of
 * other registers and records of other registers joined to it; then the value.
 *
 * Names made here hold a #, which names of a pack never do:
 *   "person#"             ids of the records whose parents are all there
 *   "person#0"            fields; references that lead nowhere are NULL
 *   "person#2"            the columns of layer 1 and what can be computed from them
 *   "person@household#1"  what layers below 1 of person give, grouped by the reference household
 *   "age_sum#12"          a column, with the name of the definition it came from */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "formula/sqlgen_plan.h"

/* SQLite joins at most 64 tables, and opens a layer anew for each that reads it. */
enum { JOINS_MAX = 60, OPENED_MAX = 3000, LEVELS_MAX = 200, NAME_MAX_SIZE = 24 };

struct printer {
    struct sql_plan *plan;
    struct buffer *out;
    int levels;            /* one more than the highest */
    bool *layers;          /* [register][level] */
    bool *presences;       /* registers whose "x#" is written */
    size_t *opened;        /* [register][level]: how often SQLite opens tables for this layer */
    size_t *opened_groups; /* by expression: of the group that it stands in */
    bool postgres, begun;
};

/* ---- Names ---- */

static const struct schema_register *register_of(const struct printer *printer, int reg)
{
    return &printer->plan->schema->registers[reg];
}

static void stem(struct printer *printer, struct text name, char letter, int number)
{
    if (name.size <= NAME_MAX_SIZE)
        buffer_text(printer->out, name);
    else
        buffer_printf(printer->out, "%c%d", letter, number);
}

static void print_table(struct printer *printer, int reg)
{
    bool living = printer->plan->options->living;
    if (living) buffer_string(printer->out, "(SELECT * FROM ");
    sql_identifier(printer->out, register_of(printer, reg)->label.name);
    if (living) buffer_string(printer->out, " WHERE retired IS NULL)");
}

static void print_layer(struct printer *printer, int reg, int level)
{
    buffer_char(printer->out, '"');
    stem(printer, register_of(printer, reg)->label.name, 'r', reg);
    buffer_printf(printer->out, "#%d\"", level);
}

/* A register's records that are there: a register that hangs on nothing has them all. */
static void print_presence(struct printer *printer, int reg)
{
    if (register_of(printer, reg)->parent < 0) {
        print_table(printer, reg);
        return;
    }
    buffer_char(printer->out, '"');
    stem(printer, register_of(printer, reg)->label.name, 'r', reg);
    buffer_string(printer->out, "#\"");
}

static void print_group(struct printer *printer, const struct sql_expr *group)
{
    int field = sql_at(printer->plan, group->in[2])->field;
    buffer_char(printer->out, '"');
    stem(printer, register_of(printer, group->other)->label.name, 'r', group->other);
    buffer_char(printer->out, '@');
    stem(printer, register_of(printer, group->other)->fields[field].label.name, 'f', field);
    buffer_printf(printer->out, "#%d\"", group->level - 1);
}

static void print_column(struct printer *printer, int id)
{
    const struct sql_expr *expr = sql_at(printer->plan, id);
    if (expr->form == SQL_FIELD) {
        sql_identifier(printer->out, register_of(printer, expr->reg)->fields[expr->field].label.name);
        return;
    }
    buffer_char(printer->out, '"');
    if (expr->name.size <= 2 * NAME_MAX_SIZE) buffer_text(printer->out, expr->name);
    buffer_printf(printer->out, "#%d\"", id);
}

/* ---- Expressions ---- */

static void print_phrase(struct printer *printer, const struct sql_expr *expr);

static void print_operand(struct printer *printer, int id)
{
    const struct sql_expr *expr = sql_at(printer->plan, id);
    if (expr->form == SQL_LITERAL) {
        buffer_text(printer->out, expr->text);
    } else if (expr->column) {
        buffer_string(printer->out, "t.");
        print_column(printer, id);
    } else {
        print_phrase(printer, expr);
    }
}

static void print_phrase(struct printer *printer, const struct sql_expr *expr)
{
    for (const char *at = sql_phrase(printer->plan->options->dialect, expr->phrase); *at != '\0'; at++) {
        /* Any other $ is the end of a regular expression. */
        if (*at == '$' && at[1] >= '1' && at[1] <= '4')
            print_operand(printer, expr->in[*++at - '1']);
        else
            buffer_char(printer->out, *at);
    }
}

/* ---- Layers ---- */

static size_t slot(const struct printer *printer, int reg, int level)
{
    return (size_t)reg * (size_t)printer->levels + (size_t)level;
}

/* The highest layer of the register below the level. */
static int below(const struct printer *printer, int reg, int level)
{
    for (level--; level > 0 && !printer->layers[slot(printer, reg, level)];) level--;
    return level;
}

static void begin(struct printer *printer)
{
    buffer_string(printer->out, printer->begun ? ",\n" : "WITH ");
    printer->begun = true;
}

/* A layer whose columns are computed is kept apart: inlined into its reader, each column would be computed as
 * often as it is read. */
static void begin_layer(struct printer *printer, int reg, int level, bool apart)
{
    begin(printer);
    print_layer(printer, reg, level);
    buffer_string(printer->out,
                  apart && !printer->postgres ? " AS MATERIALIZED (\n  SELECT " : " AS (\n  SELECT ");
}

static void end_layer(struct printer *printer, bool apart)
{
    buffer_string(printer->out, apart && printer->postgres ? "\n  OFFSET 0\n)" : "\n)");
}

static void write_presence(struct printer *printer, int reg)
{
    const struct schema_register *meta = register_of(printer, reg);
    if (printer->presences[reg] || meta->parent < 0) return;
    write_presence(printer, meta->parent);
    printer->presences[reg] = true;
    begin(printer);
    print_presence(printer, reg);
    buffer_string(printer->out, " AS (\n  SELECT t.id\n  FROM ");
    print_table(printer, reg);
    buffer_string(printer->out, " AS t JOIN ");
    print_presence(printer, meta->parent);
    buffer_string(printer->out, " AS p ON p.id = t.");
    sql_identifier(printer->out, meta->fields[meta->parent_field].label.name);
    buffer_string(printer->out, "\n)");
}

static bool is_needed_field(const struct printer *printer, const struct sql_expr *expr, int reg)
{
    return expr->needed && expr->form == SQL_FIELD && expr->reg == reg && printer->plan->status == 0;
}

/* Must records that hang on nothing be left out here? Not where they are only grouped by their parent: such a
 * group finds nobody to be joined to. */
static bool is_filtered(const struct printer *printer, int reg)
{
    const struct sql_plan *plan = printer->plan;
    int parent_field = register_of(printer, reg)->parent_field;
    if (register_of(printer, reg)->parent < 0) return false;
    if (reg == plan->scope) return true;
    for (int i = 0; i <= plan->root; i++) {
        const struct sql_expr *expr = sql_at(plan, i);
        if (!expr->needed) continue;
        if (expr->form == SQL_GROUP && expr->other == reg && sql_at(plan, expr->in[2])->field != parent_field)
            return true;
        if (expr->form == SQL_SAY && expr->reg == reg && sql_is_window(expr->phrase)) return true;
    }
    return false;
}

static void write_base(struct printer *printer, int reg)
{
    struct sql_plan *plan = printer->plan;
    const struct schema_register *meta = register_of(printer, reg);
    struct buffer joins = {0};
    bool filtered = is_filtered(printer, reg);
    if (filtered) write_presence(printer, meta->parent);
    for (int i = 0; i <= plan->root; i++) {
        const struct sql_expr *expr = sql_at(plan, i);
        if (!is_needed_field(printer, expr, reg) || expr->field == meta->parent_field) continue;
        if (meta->fields[expr->field].type.kind == TYPE_RECORD)
            write_presence(printer, meta->fields[expr->field].type.record);
    }
    begin_layer(printer, reg, 0, false);
    buffer_string(printer->out, "t.id");
    size_t count = 1;
    for (int i = 0; i <= plan->root; i++) {
        const struct sql_expr *expr = sql_at(plan, i);
        if (!is_needed_field(printer, expr, reg)) continue;
        struct type type = meta->fields[expr->field].type;
        buffer_string(printer->out, ", ");
        if (type.kind == TYPE_RECORD && expr->field != meta->parent_field) {
            buffer_printf(printer->out, "r%d.id AS ", expr->field);
            print_column(printer, i);
            struct buffer *out = printer->out;
            printer->out = &joins;
            buffer_string(&joins, "\n  LEFT JOIN ");
            print_presence(printer, type.record);
            buffer_printf(&joins, " AS r%d ON r%d.id = t.", expr->field, expr->field);
            print_column(printer, i);
            printer->out = out;
            count++;
        } else if (type.kind == TYPE_BOOL && printer->postgres) {
            buffer_string(printer->out, "(t.");
            print_column(printer, i);
            buffer_string(printer->out, " <> 0) AS ");
            print_column(printer, i);
        } else {
            buffer_string(printer->out, "t.");
            print_column(printer, i);
        }
    }
    buffer_string(printer->out, "\n  FROM ");
    print_table(printer, reg);
    buffer_string(printer->out, " AS t");
    if (filtered) {
        buffer_string(printer->out, " JOIN ");
        print_presence(printer, meta->parent);
        buffer_string(printer->out, " AS p ON p.id = t.");
        sql_identifier(printer->out, meta->fields[meta->parent_field].label.name);
    }
    buffer_text(printer->out, buffer_get(&joins));
    buffer_fini(&joins);
    end_layer(printer, false);
    printer->opened[slot(printer, reg, 0)] = 2 * count;
    if (count > JOINS_MAX) sql_refuse(plan, "too many joins");
}

/* Columns that come by one join: the first expression of the kind in this layer names it. */
static int joined_by(const struct printer *printer, int id)
{
    const struct sql_expr *expr = sql_at(printer->plan, id);
    for (int i = 0; i < id; i++) {
        const struct sql_expr *other = sql_at(printer->plan, i);
        if (!other->needed || other->form != expr->form || other->level != expr->level ||
            other->reg != expr->reg)
            continue;
        if (other->other != expr->other) continue;
        if (expr->form == SQL_UP ? other->in[1] == expr->in[1] : other->in[2] == expr->in[2]) return i;
    }
    return id;
}

static void print_join(struct printer *printer, int id)
{
    const struct sql_expr *expr = sql_at(printer->plan, id);
    size_t *opened = &printer->opened[slot(printer, expr->reg, expr->level)];
    buffer_string(printer->out, "\n  LEFT JOIN ");
    if (expr->form == SQL_UP) {
        int source = below(printer, expr->other, expr->level);
        print_layer(printer, expr->other, source);
        buffer_printf(printer->out, " AS j%d ON j%d.id = t.", id, id);
        print_column(printer, expr->in[1]);
        *opened += printer->opened[slot(printer, expr->other, source)];
    } else {
        print_group(printer, expr);
        buffer_printf(printer->out, " AS j%d ON j%d.parent = t.id", id, id);
        *opened += printer->opened_groups[id];
    }
}

static void print_new_column(struct printer *printer, int id)
{
    const struct sql_expr *expr = sql_at(printer->plan, id);
    int join = joined_by(printer, id);
    buffer_string(printer->out, ",\n    ");
    if (expr->form == SQL_SAY) {
        print_phrase(printer, expr);
    } else if (expr->form == SQL_UP && sql_at(printer->plan, expr->in[0])->form == SQL_LITERAL) {
        buffer_printf(printer->out, "CASE WHEN j%d.id IS NOT NULL THEN ", join);
        print_operand(printer, expr->in[0]);
        buffer_string(printer->out, " END");
    } else {
        bool defaulted = expr->form == SQL_GROUP && expr->otherwise != NULL;
        if (defaulted)
            buffer_printf(printer->out, "CASE WHEN j%d.parent IS NULL THEN %s ELSE ", join, expr->otherwise);
        buffer_printf(printer->out, "j%d.", join);
        print_column(printer, expr->form == SQL_UP ? expr->in[0] : id);
        if (defaulted) buffer_string(printer->out, " END");
    }
    buffer_string(printer->out, " AS ");
    print_column(printer, id);
}

static bool is_new(const struct printer *printer, int id, int reg, int level)
{
    const struct sql_expr *expr = sql_at(printer->plan, id);
    return expr->needed && expr->column && expr->reg == reg && expr->level == level &&
           expr->form != SQL_FIELD;
}

static void write_layer(struct printer *printer, int reg, int level)
{
    struct sql_plan *plan = printer->plan;
    int source = below(printer, reg, level), joins = 0;
    bool apart = false;
    for (int i = 0; i <= plan->root; i++)
        apart = apart || (is_new(printer, i, reg, level) && sql_at(plan, i)->form == SQL_SAY);
    printer->opened[slot(printer, reg, level)] = 1 + printer->opened[slot(printer, reg, source)];
    begin_layer(printer, reg, level, apart);
    buffer_string(printer->out, "t.*");
    for (int i = 0; i <= plan->root; i++)
        if (is_new(printer, i, reg, level)) print_new_column(printer, i);
    buffer_string(printer->out, "\n  FROM ");
    print_layer(printer, reg, source);
    buffer_string(printer->out, " AS t");
    for (int i = 0; i <= plan->root; i++) {
        if (!is_new(printer, i, reg, level) || sql_at(plan, i)->form == SQL_SAY || joined_by(printer, i) != i)
            continue;
        print_join(printer, i);
        joins++;
    }
    end_layer(printer, apart);
    if (joins > JOINS_MAX) sql_refuse(plan, "too many joins");
}

/* The group of an expression, with everything else that stands in it. */
static void write_group(struct printer *printer, int id)
{
    struct sql_plan *plan = printer->plan;
    const struct sql_expr *group = sql_at(plan, id);
    int source = below(printer, group->other, group->level - 1);
    begin(printer);
    print_group(printer, group);
    buffer_string(printer->out, " AS (\n  SELECT t.");
    print_column(printer, group->in[2]);
    buffer_string(printer->out, " AS parent");
    for (int i = id; i <= plan->root; i++) {
        const struct sql_expr *expr = sql_at(plan, i);
        if (!expr->needed || expr->form != SQL_GROUP || joined_by(printer, i) != id) continue;
        buffer_string(printer->out, ",\n    ");
        print_phrase(printer, expr);
        buffer_string(printer->out, " AS ");
        print_column(printer, i);
    }
    buffer_string(printer->out, "\n  FROM ");
    print_layer(printer, group->other, source);
    buffer_string(printer->out, " AS t\n  WHERE t.");
    print_column(printer, group->in[2]);
    buffer_string(printer->out, " IS NOT NULL\n  GROUP BY t.");
    print_column(printer, group->in[2]);
    buffer_string(printer->out, "\n)");
    printer->opened_groups[id] = 1 + printer->opened[slot(printer, group->other, source)];
}

static void write_layers(struct printer *printer)
{
    struct sql_plan *plan = printer->plan;
    int registers = (int)plan->schema->register_count;
    for (int reg = 0; reg < registers; reg++)
        if (printer->layers[slot(printer, reg, 0)]) write_base(printer, reg);
    for (int level = 1; level < printer->levels; level++) {
        for (int reg = 0; reg < registers; reg++)
            if (printer->layers[slot(printer, reg, level)]) write_layer(printer, reg, level);
        for (int i = 0; i <= plan->root; i++) {
            const struct sql_expr *expr = sql_at(plan, i);
            if (expr->needed && expr->form == SQL_GROUP && expr->level - 1 == level &&
                joined_by(printer, i) == i)
                write_group(printer, i);
        }
    }
}

static void find_layers(struct printer *printer)
{
    const struct sql_plan *plan = printer->plan;
    printer->layers[slot(printer, plan->scope, 0)] = true;
    for (int i = 0; i <= plan->root; i++) {
        const struct sql_expr *expr = sql_at(plan, i);
        if (!expr->needed || !expr->column) continue;
        printer->layers[slot(printer, expr->reg, 0)] = true;
        printer->layers[slot(printer, expr->reg, expr->level)] = true;
        if (expr->other >= 0) printer->layers[slot(printer, expr->other, 0)] = true;
    }
}

static void write_values(struct printer *printer)
{
    const struct sql_plan *plan = printer->plan;
    int level = 1; /* reads the layer below, the lowest one for the ids alone */
    buffer_string(printer->out, printer->begun ? "\nSELECT t.id" : "SELECT t.id");
    for (size_t i = 0; i < plan->answer_count; i++) {
        const struct sql_answer *answer = &plan->answers[i];
        const struct sql_expr *expr = sql_at(plan, answer->expr);
        bool cast = printer->postgres && answer->node->type.kind == TYPE_BOOL;
        int from = expr->column ? expr->level + 1 : expr->level;
        if (from > level) level = from;
        buffer_string(printer->out, ", ");
        print_operand(printer, answer->expr);
        buffer_printf(printer->out, "%s AS %s", cast ? "::int" : "", answer->name);
    }
    buffer_string(printer->out, "\nFROM ");
    print_layer(printer, plan->scope, below(printer, plan->scope, level));
    buffer_string(printer->out, " AS t");
}

void sql_print(struct sql_plan *plan, struct buffer *out)
{
    struct printer printer = {
        .plan = plan, .out = out, .postgres = plan->options->dialect == SQLGEN_POSTGRES};
    size_t registers = plan->schema->register_count;
    printer.levels = 1;
    for (int i = 0; i <= plan->root; i++)
        if (sql_at(plan, i)->needed && sql_at(plan, i)->level >= printer.levels)
            printer.levels = sql_at(plan, i)->level + 1;
    if (printer.levels > LEVELS_MAX) {
        sql_refuse(plan, "too deep");
        return;
    }
    printer.layers = mem_new(registers * (size_t)printer.levels, sizeof *printer.layers);
    printer.opened = mem_new(registers * (size_t)printer.levels, sizeof *printer.opened);
    printer.opened_groups = mem_new((size_t)plan->root + 1, sizeof *printer.opened_groups);
    printer.presences = mem_new(registers, sizeof *printer.presences);
    find_layers(&printer);
    write_layers(&printer);
    write_values(&printer);
    for (size_t i = 0; i < registers * (size_t)printer.levels; i++)
        if (!printer.postgres && printer.opened[i] > OPENED_MAX) sql_refuse(plan, "too intertwined");
    free(printer.layers);
    free(printer.opened);
    free(printer.opened_groups);
    free(printer.presences);
}
