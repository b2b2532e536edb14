/* Names to nodes: fields, definitions, parameters, codes, and the way up references. Unknown names get the
 * nearest one of what could have stood there. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "formula/check.h"

/* ---- Lookups, remembered so that a name used a hundred thousand times is looked up once ---- */

struct name_found check_resolve(struct check *check, int scope, struct text name)
{
    struct buffer key = {0};
    buffer_printf(&key, "%d:", scope);
    text_fold(name, &key);
    size_t at;
    if (map_add(&check->known_names, buffer_get(&key), check->found_count, &at)) {
        check->found =
            mem_grow(check->found, &check->found_capacity, check->found_count + 1, sizeof *check->found);
        check->found[check->found_count++] = names_resolve(check->schema, scope, name);
    }
    buffer_fini(&key);
    return check->found[at];
}

struct node *check_code_constant(struct check *check, const struct ast *ast, int dictionary, int code)
{
    struct type type = {TYPE_CODE, dictionary, -1, -1};
    struct node *node = check_new(check, NODE_CONSTANT, type, ast);
    node->value = (struct value){.known = true, .integer = code};
    return node;
}

bool check_is_bare(const struct ast *ast)
{
    return ast->kind == AST_TEXT || (ast->kind == AST_PATH && ast->name_count == 1 && !ast->parenthesised);
}

/* ---- Messages ---- */

static void offer_codes(struct check *check, int dictionary, struct suggest *suggest)
{
    const struct schema_dictionary *codes = &check->schema->dictionaries[dictionary];
    for (size_t i = 0; i < codes->code_count; i++) {
        names_offer_label(&codes->codes[i].label, suggest);
        for (size_t k = 0; k < codes->codes[i].alias_count; k++)
            suggest_offer(suggest, codes->codes[i].aliases[k]);
    }
}

static void *unknown_code(struct check *check, struct text name, int line, int column, int dictionary)
{
    const struct label *label = &check->schema->dictionaries[dictionary].label;
    const char *zh = check_label(check, label, "zh"), *en = check_label(check, label, "en");
    struct suggest suggest = suggest_start(name);
    offer_codes(check, dictionary, &suggest);
    if (suggest.best.size > 0)
        err_set(&check->err, ERR_INPUT, "“%s%.0s”没有代码“%s”；您是不是要写“%s”？",
                "%.0s%s has no code '%s'; did you mean '%s'?", zh, en, check_shown(check, name),
                check_shown(check, suggest.best));
    else
        err_set(&check->err, ERR_INPUT, "“%s%.0s”没有代码“%s”", "%.0s%s has no code '%s'", zh, en,
                check_shown(check, name));
    return check_stop(check, line, column);
}

/* The name means nothing here, but it does on a record that can be reached: "household." must stand before
 * it. */
static int reachable_by(struct check *check, int scope, struct text name)
{
    const struct schema_register *reg = &check->schema->registers[scope];
    for (size_t i = 0; i < reg->field_count; i++) {
        if (reg->fields[i].type.kind != TYPE_RECORD) continue;
        struct name_found found = check_resolve(check, reg->fields[i].type.record, name);
        if (found.kind == NAME_FIELD || found.kind == NAME_DEFINITION) return (int)i;
    }
    return -1;
}

static void *unknown_name(struct check *check, const struct ast_name *name, int scope, int dictionary)
{
    const struct schema *schema = check->schema;
    const char *shown = check_shown(check, name->text), *glued;
    struct suggest suggest = suggest_start(name->text);
    if (dictionary >= 0) offer_codes(check, dictionary, &suggest);
    names_offer(schema, scope, &suggest);
    const char *where_zh = scope < 0 ? "这里" : check_label(check, &schema->registers[scope].label, "zh");
    const char *where_en = scope < 0 ? "here" : check_label(check, &schema->registers[scope].label, "en");
    int by = scope < 0 ? -1 : reachable_by(check, scope, name->text);
    if (by >= 0) {
        const struct label *field = &schema->registers[scope].fields[by].label;
        err_set(&check->err, ERR_INPUT, "“%s%.0s”没有“%s”；上级有：请写“%s%.0s.%s”",
                "%.0s%s has no '%s'; write '%.0s%s.%s'", where_zh, where_en, shown,
                check_label(check, field, "zh"), check_label(check, field, "en"), shown);
    } else if (suggest.best.size > 0)
        err_set(&check->err, ERR_INPUT, "“%s%.0s”没有“%s”；您是不是要写“%s”？",
                "%.0s%s has no '%s'; did you mean '%s'?", where_zh, where_en, shown,
                check_shown(check, suggest.best));
    else if (schema_register_find(schema, name->text) >= 0)
        err_set(&check->err, ERR_INPUT, "“%s”是登记册，要放在汇总里，如 计数(%s 其中 …)",
                "'%s' is a register; it stands within an aggregate: count(%s where …)", shown, shown);
    else if (callable_find(name->text) != NULL)
        err_set(&check->err, ERR_INPUT, "函数“%s”后面要有括号",
                "the function '%s' needs parentheses behind it", shown);
    else if (word_glued(name->text, &glued) != WORD_NONE)
        err_set(&check->err, ERR_INPUT, "“%s%.0s”没有“%s”；其中的“%s”若是关键字，两边要加空格",
                "%.0s%s has no '%s'; if '%s' in it is a keyword, put blanks around it", where_zh, where_en,
                shown, glued);
    else
        err_set(&check->err, ERR_INPUT, "“%s%.0s”没有名为“%s”的字段、指标或参数",
                "%.0s%s has no field, definition or parameter '%s'", where_zh, where_en, shown);
    return check_stop(check, name->line, name->column);
}

/* A reference of the record above: "household." must stand before it. */
static int reference_above(struct check *check, int scope, struct text name)
{
    const struct schema_register *reg = scope < 0 ? NULL : &check->schema->registers[scope];
    for (size_t i = 0; reg != NULL && i < reg->field_count; i++)
        if (reg->fields[i].type.kind == TYPE_RECORD &&
            names_reference(check->schema, reg->fields[i].type.record, name) >= 0)
            return (int)i;
    return -1;
}

static void *bad_reference(struct check *check, const struct ast_name *name, int scope, int why)
{
    const struct schema *schema = check->schema;
    const char *shown = check_shown(check, name->text);
    int child = schema_register_find(schema, name->text), above = reference_above(check, scope, name->text);
    struct suggest suggest = suggest_start(name->text);
    if (scope >= 0) {
        const struct schema_register *reg = &schema->registers[scope];
        for (size_t i = 0; i < reg->field_count; i++)
            if (reg->fields[i].type.kind == TYPE_RECORD) {
                names_offer_label(&reg->fields[i].label, &suggest);
                names_offer_label(&schema->registers[reg->fields[i].type.record].label, &suggest);
            }
    }
    if (why == NAMES_SEVERAL)
        err_set(&check->err, ERR_INPUT, "有几个字段都指向“%s”；请写字段的名称",
                "several fields point to '%s'; write the field's name", shown);
    else if (child >= 0 && names_link(schema, scope, child) != NAMES_NONE)
        err_set(&check->err, ERR_INPUT, "“%s”有许多条，要放在汇总里，如 计数(%s 其中 …)",
                "there are many records of '%s'; gather them: count(%s where …)", shown, shown);
    else if (above >= 0) {
        const struct label *field = &schema->registers[scope].fields[above].label;
        err_set(&check->err, ERR_INPUT, "这里没有“%s”；上级有：请写“%s%.0s.%s”",
                "there is no '%s' here; write '%.0s%s.%s'", shown, check_label(check, field, "zh"),
                check_label(check, field, "en"), shown);
    } else if (check_resolve(check, scope, name->text).kind != NAME_NONE)
        err_set(&check->err, ERR_INPUT, "“%s”不指向别的登记册，后面不能有“.”",
                "'%s' does not point to another register; no '.' may follow it", shown);
    else if (suggest.best.size > 0)
        err_set(&check->err, ERR_INPUT, "没有名为“%s”的上级；您是不是要写“%s”？",
                "there is no reference '%s' here; did you mean '%s'?", shown,
                check_shown(check, suggest.best));
    else
        err_set(&check->err, ERR_INPUT, "没有名为“%s”的上级或代码表",
                "there is no reference or dictionary '%s' here", shown);
    return check_stop(check, name->line, name->column);
}

/* ---- Nodes ---- */

static struct node *definition(struct check *check, const struct ast *ast, const struct ast_name *name,
                               int index)
{
    const struct schema_definition *used = &check->schema->definitions[index];
    const char *shown = check_shown(check, name->text);
    if (used->node == NULL) {
        if (used->state == DEFINITION_FAULTY)
            check->blamed_elsewhere = true;
        else
            check->needed = index;
        err_set(&check->err, ERR_INPUT, "指标“%s”本身有错误，先改好它",
                "the definition '%s' is itself faulty; mend that first", shown);
        return check_stop(check, name->line, name->column);
    }
    int depth = check->depth + used->state - DEFINITION_DONE;
    if (depth > check->deepest) check->deepest = depth;
    if (depth > FORMULA_DEPTH_MAX) {
        err_set(&check->err, ERR_LIMIT, "连同指标“%s”嵌套超过%d层",
                "with the definition '%s' within, this nests deeper than %d levels", shown,
                (int)FORMULA_DEPTH_MAX);
        return check_stop(check, name->line, name->column);
    }
    struct node *inner = used->node;
    struct node *node = check_parent(check, NODE_DEFINITION, inner->type, ast, &inner, 1);
    node->scope = used->scope;
    node->index = index;
    return node;
}

static struct node *built_in(struct check *check, const struct ast *ast, enum function function,
                             enum type_kind kind)
{
    struct node *as_of = check_new(check, NODE_AS_OF, type_of(TYPE_DATE), ast);
    struct node *node = check_parent(check, NODE_CALL, type_of(kind), ast, &as_of, 1);
    node->function = function;
    return node;
}

static struct node *named(struct check *check, const struct ast *ast, const struct ast_name *name, int scope,
                          struct name_found found)
{
    struct node *node = NULL;
    switch (found.kind) {
    case NAME_FIELD:
        node = check_new(check, NODE_FIELD, check->schema->registers[scope].fields[found.index].type, ast);
        node->scope = scope;
        node->index = found.index;
        break;
    case NAME_DEFINITION:
        return definition(check, ast, name, found.index);
    case NAME_PARAMETER:
        node = check_new(check, NODE_PARAMETER, check->schema->parameters[found.index].type, ast);
        node->index = found.index;
        break;
    case NAME_AS_OF:
        return check_new(check, NODE_AS_OF, type_of(TYPE_DATE), ast);
    case NAME_THIS_YEAR:
        return built_in(check, ast, FUNCTION_YEAR, TYPE_INT);
    case NAME_THIS_MONTH:
        return built_in(check, ast, FUNCTION_MONTH, TYPE_MONTH);
    case NAME_NONE:
        break;
    }
    return node;
}

struct node *check_names(struct check *check, const struct ast *ast, size_t from, int scope)
{
    const struct ast_name *name = &ast->names[from];
    if (from + 1 == ast->name_count) {
        struct name_found found = check_resolve(check, scope, name->text);
        if (found.kind == NAME_FIELD || found.kind == NAME_DEFINITION)
            return named(check, ast, name, scope, found);
        return unknown_name(check, name, scope, -1);
    }
    int field = names_reference(check->schema, scope, name->text);
    if (field < 0) return bad_reference(check, name, scope, field);
    int up = check->schema->registers[scope].fields[field].type.record;
    struct node *inner = check_names(check, ast, from + 1, up);
    if (inner == NULL) return NULL;
    struct node *node = check_parent(check, NODE_UP, inner->type, ast, &inner, 1);
    node->scope = scope;
    node->index = field;
    node->other = up;
    return node;
}

/* dictionary.code, for where no other side tells the dictionary. */
static struct node *qualified_code(struct check *check, const struct ast *ast, int dictionary)
{
    const struct ast_name *name = &ast->names[1];
    int code = names_code(&check->codes, dictionary, name->text);
    if (code < 0) return unknown_code(check, name->text, name->line, name->column, dictionary);
    return check_code_constant(check, ast, dictionary, code);
}

struct node *check_path(struct check *check, const struct ast *ast, int scope, int hint)
{
    const struct ast_name *name = &ast->names[0];
    if (ast->name_count > 1) {
        int dictionary = schema_dictionary_find(check->schema, name->text);
        bool reference = names_reference(check->schema, scope, name->text) != NAMES_NONE;
        if (!reference && dictionary >= 0 && ast->name_count == 2)
            return qualified_code(check, ast, dictionary);
        return check_names(check, ast, 0, scope);
    }
    if (hint >= 0 && !ast->parenthesised) {
        int code = names_code(&check->codes, hint, name->text);
        if (code >= 0) return check_code_constant(check, ast, hint, code);
    }
    struct name_found found = check_resolve(check, scope, name->text);
    if (found.kind == NAME_NONE) return unknown_name(check, name, scope, hint);
    return named(check, ast, name, scope, found);
}

struct node *check_code_item(struct check *check, const struct ast *ast, int scope, int dictionary)
{
    if (ast->kind == AST_PATH && ast->name_count > 1) return check_path(check, ast, scope, -1);
    if (!check_is_bare(ast)) {
        err_set(&check->err, ERR_INPUT, "此处应是代码的名称", "the name of a code is wanted here");
        return check_stop_at(check, ast);
    }
    struct text name = ast->kind == AST_TEXT ? ast->text : ast->names[0].text;
    int code = names_code(&check->codes, dictionary, name);
    if (code < 0) return unknown_code(check, name, ast->line, ast->column, dictionary);
    return check_code_constant(check, ast, dictionary, code);
}
