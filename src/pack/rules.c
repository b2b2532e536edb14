/* Rules: who belongs on a list, what raises a warning, which data are faulty. */
#include "formula/formula.h"
#include "pack/reader.h"

static const char *const keys[] = {"register", "label", "clause", "kind", "level",
                                   "formula",  "unit",  "note",   NULL};
static const char *const kinds[] = {"list", "warning", "quality", NULL};
static const char *const levels[] = {"high", "medium", "low", NULL};
static const enum rule_kind kind_of[] = {RULE_LIST, RULE_WARNING, RULE_QUALITY};
static const enum rule_level level_of[] = {LEVEL_HIGH, LEVEL_MEDIUM, LEVEL_LOW};

static void check_rule(struct reader *reader, struct pack_rule *rule)
{
    struct type wanted = type_of(TYPE_BOOL);
    struct node *node = NULL;
    struct err err;
    if (formula_check(&reader->pack->schema, reader->arena, rule->scope, rule->source, &wanted, &node,
                      &err) == 0)
        rule->node = node;
    else if (!reader_is_suspect(reader, rule->source.text))
        fault_list_add(reader->faults, &err);
}

static void read_rule(struct reader *reader, const struct entry *entry, struct pack_rule *rule)
{
    int choice;
    *rule =
        (struct pack_rule){.label = {.name = entry->name}, .scope = -1, .level = LEVEL_MEDIUM, .unit = -1};
    const struct yaml_node *thing = entry->value;
    if (!yaml_keys(thing, keys, reader->faults)) return;
    rule->scope = reader_reference(reader,
                                   yaml_need(thing, "register", "规则所查的登记册",
                                             "the register whose records it examines", reader->faults),
                                   &reader->registers, DOCUMENT_REGISTERS, "登记册", "register");
    reader_label(reader, thing, entry->name, &rule->label);
    rule->clause = reader_clause(reader, thing);
    if (yaml_get(thing, "clause") == NULL && reader->document_counts[DOCUMENT_PLAN] > 0)
        yaml_fault(entry->key, reader->faults, "缺少“clause”：规则依据的条款",
                   "missing `clause`: what the rule rests on");
    const struct yaml_node *kind =
        yaml_need(thing, "kind", "list、warning 或 quality", "list, warning or quality", reader->faults);
    if (yaml_choice(kind, kinds, &choice, reader->faults)) rule->kind = kind_of[choice];
    if (yaml_choice(yaml_get(thing, "level"), levels, &choice, reader->faults))
        rule->level = level_of[choice];
    rule->unit =
        reader_reference(reader, yaml_get(thing, "unit"), &reader->units, DOCUMENT_UNITS, "单位", "unit");
    rule->note = reader_note(reader, thing);
    bool written = reader_formula(reader, thing, &rule->source);
    if (written && rule->scope >= 0 && reader_formulas_can_be_checked(reader)) check_rule(reader, rule);
}

void read_rules(struct reader *reader)
{
    struct pack *pack = reader->pack;
    struct entries entries = reader_entries(reader, DOCUMENT_RULES);
    pack->rules = arena_array(reader->arena, entries.count, sizeof *pack->rules);
    pack->rule_count = entries.count;
    struct spellings spellings = {0};
    for (size_t i = 0; i < entries.count; i++) {
        map_put(&reader->rules, entries.items[i].name, i);
        read_rule(reader, &entries.items[i], &pack->rules[i]);
        spellings_add_label(&spellings, reader, &pack->rules[i].label, i, entries.items[i].key,
                            entries.items[i].value);
    }
    spellings_fini(&spellings);
}
