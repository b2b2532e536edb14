/* What-if begins here: the same files read again, some things replaced, and every formula checked anew, so
 * that a variant is as sound as a pack. */
#include "pack/variant.h"

#include <stdatomic.h>

#include "base/suggest.h"
#include "formula/formula.h"
#include "pack/adopted.h"
#include "pack/case_formulas.h"
#include "pack/reader.h"

static int replace_parameter(struct pack *pack, int index, struct text text, struct err *err)
{
    struct schema_parameter *parameter = &pack->schema.parameters[index];
    struct schema_dated_value *dated = arena_alloc(&pack->arena, sizeof *dated);
    int code = pack_parameter_parse(pack, index, text, &dated->value, err);
    if (code != 0) return code;
    dated->from = INT32_MIN;
    dated->value.text = arena_text(&pack->arena, dated->value.text);
    parameter->values = dated;
    parameter->value_count = 1;
    atomic_store(&parameter->adopted->values, NULL);
    return 0;
}

static struct formula_source source_of(struct pack *pack, struct text text)
{
    return (struct formula_source){.text = arena_text(&pack->arena, text)};
}

/* "household.growth", or "growth" when only one register has it. Gives -1 for none, -2 for several. */
static int find_definition(const struct pack *pack, struct text name)
{
    const struct schema *schema = &pack->schema;
    ptrdiff_t dot = text_find(name, TEXT("."));
    if (dot > 0) {
        int reg = schema_register_find(schema, (struct text){name.at, (size_t)dot});
        struct text rest = {name.at + dot + 1, name.size - (size_t)dot - 1};
        return reg < 0 ? -1 : schema_definition_find(schema, reg, rest);
    }
    int found = -1;
    for (size_t reg = 0; reg < schema->register_count; reg++) {
        int definition = schema_definition_find(schema, (int)reg, name);
        if (definition >= 0) found = found == -1 ? definition : -2;
    }
    return found;
}

static int unknown_name(const struct pack *pack, struct text name, struct err *err)
{
    struct suggest suggest = suggest_start(name);
    for (size_t i = 0; i < pack->schema.parameter_count; i++) {
        suggest_offer(&suggest, pack->schema.parameters[i].label.name);
        suggest_offer(&suggest, pack->schema.parameters[i].label.zh);
    }
    for (size_t i = 0; i < pack->schema.definition_count; i++) {
        suggest_offer(&suggest, pack->schema.definitions[i].label.name);
        suggest_offer(&suggest, pack->schema.definitions[i].label.zh);
    }
    for (size_t i = 0; i < pack->rule_count; i++) {
        suggest_offer(&suggest, pack->rules[i].label.name);
        suggest_offer(&suggest, pack->rules[i].label.zh);
    }
    if (suggest.best.size > 0)
        return err_set(err, ERR_INPUT, "包里没有叫“%.*s”的参数、定义或规则，是不是“%.*s”？",
                       "The pack has no parameter, definition or rule `%.*s`; did you mean `%.*s`?",
                       TEXT_ARGS(name), TEXT_ARGS(suggest.best));
    return err_set(err, ERR_INPUT, "包里没有叫“%.*s”的参数、定义或规则。",
                   "The pack has no parameter, definition or rule `%.*s`.", TEXT_ARGS(name));
}

static int replace(struct pack *pack, const struct pack_override *override, struct err *err)
{
    int parameter = schema_parameter_find(&pack->schema, override->name);
    if (parameter >= 0) return replace_parameter(pack, parameter, override->value, err);
    int definition = find_definition(pack, override->name);
    if (definition == -2)
        return err_set(err, ERR_INPUT, "有几个登记簿都有定义“%.*s”，请写成 登记簿.定义。",
                       "Several registers have a definition `%.*s`; write register.definition.",
                       TEXT_ARGS(override->name));
    if (definition >= 0) {
        pack->schema.definitions[definition].source = source_of(pack, override->value);
        return 0;
    }
    int rule = pack_rule_find(pack, override->name);
    if (rule < 0) return unknown_name(pack, override->name, err);
    pack->rules[rule].source = source_of(pack, override->value);
    return 0;
}

static int check_case_formula(void *context, const struct case_formula *formula, struct err *err)
{
    struct pack *pack = context;
    struct node *node = NULL;
    int code = formula_check(&pack->schema, &pack->arena, formula->scope, *formula->source, formula->wanted,
                             &node, err);
    *formula->node = node;
    return code;
}

static int check_again(struct pack *pack, struct err *err)
{
    struct fault_list faults = {0};
    for (size_t i = 0; i < pack->schema.definition_count; i++) {
        pack->schema.definitions[i].node = NULL;
        pack->schema.definitions[i].state = 0;
    }
    int code = formula_check_definitions(&pack->schema, &pack->arena, &faults);
    if (code != 0 && err != NULL) *err = faults.items[0];
    fault_list_fini(&faults);
    struct type wanted = type_of(TYPE_BOOL);
    for (size_t i = 0; code == 0 && i < pack->rule_count; i++) {
        struct node *node = NULL;
        code = formula_check(&pack->schema, &pack->arena, pack->rules[i].scope, pack->rules[i].source,
                             &wanted, &node, err);
        pack->rules[i].node = node;
    }
    for (size_t i = 0; code == 0 && i < pack->indicator_count; i++)
        code = pack_indicator_check(pack, &pack->arena, &pack->indicators[i], err);
    return code == 0 ? case_formulas_walk(pack, check_case_formula, pack, err) : code;
}

int pack_variant(const struct pack *pack, const struct pack_override *overrides, size_t count,
                 struct pack **out, struct err *err)
{
    struct fault_list faults = {0};
    struct pack *variant = NULL;
    int code = pack_load_files("", pack->files, pack->file_count, &variant, &faults, err);
    fault_list_fini(&faults);
    if (code == 0) pack_adopt_from(pack, variant);
    for (size_t i = 0; code == 0 && i < count; i++) code = replace(variant, &overrides[i], err);
    if (code == 0) code = check_again(variant, err);
    if (code != 0) {
        pack_free(variant);
        variant = NULL;
    }
    *out = variant;
    return code;
}
