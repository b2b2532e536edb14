/* pack.yaml, `progress.holdings` and `progress.task_records`: which records name a unit, and which belong to
 * a task, so that their pages can say what a unit has in its hands and what a task is carried out with. */
#include "formula/formula.h"
#include "pack/reader.h"

enum { HOLDINGS_MOST = 12, TASK_RECORDS_MOST = 40 };

/* NULL with a fault, or in silence where something that it rests on is faulty, or there is no such formula.
 */
static const struct node *read_formula(struct reader *reader, int over, const struct yaml_node *node,
                                       enum type_kind kind, struct formula_source *source)
{
    const struct type wanted = type_of(kind);
    struct node *checked = NULL;
    struct err err;
    if (!reader_formula_at(reader, node, source) || over < 0 || !reader_formulas_can_be_checked(reader))
        return NULL;
    int code = formula_check(&reader->pack->schema, reader->arena, over, *source, &wanted, &checked, &err);
    if (code == 0) return checked;
    if (!reader_is_suspect(reader, source->text)) fault_list_add(reader->faults, &err);
    return NULL;
}

static bool read_holding(struct reader *reader, const struct yaml_node *key, const struct yaml_node *thing,
                         struct pack_holding *holding)
{
    static const char *const keys[] = {"label", "over", "unit", "where", "amount", "note", NULL};
    *holding = (struct pack_holding){.over = -1};
    if (!yaml_name(key, &holding->label.name, reader->faults) || !yaml_keys(thing, keys, reader->faults))
        return false;
    reader_label(reader, thing, holding->label.name, &holding->label);
    reader_note(reader, thing);
    const struct yaml_node *over =
        yaml_need(thing, "over", "登记册", "the register whose records name units", reader->faults);
    const struct yaml_node *unit =
        yaml_need(thing, "unit", "单位名称的公式", "a text formula: the unit's name", reader->faults);
    holding->over =
        reader_reference(reader, over, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    holding->unit = read_formula(reader, holding->over, unit, TYPE_TEXT, &holding->unit_source);
    holding->where =
        read_formula(reader, holding->over, yaml_get(thing, "where"), TYPE_BOOL, &holding->where_source);
    holding->amount =
        read_formula(reader, holding->over, yaml_get(thing, "amount"), TYPE_MONEY, &holding->amount_source);
    return holding->unit != NULL;
}

void read_holdings(struct reader *reader, const struct yaml_node *node)
{
    struct pack_progress *progress = &reader->pack->progress;
    size_t count = reader_bounded_count(reader, node, "holdings", HOLDINGS_MOST);
    progress->holdings = arena_array(reader->arena, count, sizeof *progress->holdings);
    for (size_t i = 0; i < count; i++)
        if (read_holding(reader, yaml_key(node, i), yaml_item(node, i),
                         &progress->holdings[progress->holding_count]))
            progress->holding_count++;
}

/* ---- Of tasks ---- */

static bool read_records(struct reader *reader, const struct yaml_node *key, const struct yaml_node *thing,
                         struct pack_task_records *records)
{
    static const char *const keys[] = {"label", "clause", "over", "where", "note", NULL};
    *records = (struct pack_task_records){.over = -1};
    if (!yaml_name(key, &records->label.name, reader->faults) || !yaml_keys(thing, keys, reader->faults))
        return false;
    reader_label(reader, thing, records->label.name, &records->label);
    reader_note(reader, thing);
    yaml_need(thing, "clause", "所属的任务", "the tasks that they belong to", reader->faults);
    records->clause = reader_clause(reader, thing);
    const struct yaml_node *over =
        yaml_need(thing, "over", "登记册", "the register whose records belong to the task", reader->faults);
    const struct yaml_node *where =
        yaml_need(thing, "where", "属于该任务的条件", "which of its records", reader->faults);
    records->over =
        reader_reference(reader, over, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    records->where = read_formula(reader, records->over, where, TYPE_BOOL, &records->where_source);
    return records->where != NULL;
}

void read_task_records(struct reader *reader, const struct yaml_node *node)
{
    struct pack_progress *progress = &reader->pack->progress;
    size_t count = reader_bounded_count(reader, node, "task_records", TASK_RECORDS_MOST);
    progress->task_records = arena_array(reader->arena, count, sizeof *progress->task_records);
    for (size_t i = 0; i < count; i++)
        if (read_records(reader, yaml_key(node, i), yaml_item(node, i),
                         &progress->task_records[progress->task_record_count]))
            progress->task_record_count++;
}
