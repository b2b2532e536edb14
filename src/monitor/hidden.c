/* The tree is copied with other values and without what lies below hidden places, so that nobody who prints
 * it can forget to hide anything. */
#include "monitor/hidden.h"

enum sight {
    SIGHT_PLAIN,
    SIGHT_MASKED, /* who asks may see it, but only one at a time: what is made of it is shown, itself not */
    SIGHT_HIDDEN
};

static enum sight worse(enum sight a, enum sight b)
{
    return a > b ? a : b;
}

static enum sight of_field(const struct scope *scope, const struct pack *pack, const struct node *node)
{
    enum pack_sensitive kind = pack->registers[node->scope].fields[node->index].sensitive;
    if (!scope_may(scope, node->scope, SCOPE_READ) || !scope_unmasks(scope, kind)) return SIGHT_HIDDEN;
    bool number = kind == SENSITIVE_IDENTITY || kind == SENSITIVE_PHONE || kind == SENSITIVE_BANK;
    return number ? SIGHT_MASKED : SIGHT_PLAIN;
}

/* What a node reads itself; what it takes from a definition is the definition's to say. */
static enum sight sight_of(const struct scope *scope, const struct pack *pack, const struct node *node)
{
    enum sight sight = SIGHT_PLAIN;
    if (node == NULL || node->op == NODE_DEFINITION) return SIGHT_PLAIN;
    if (node->op == NODE_FIELD || node->op == NODE_UP) sight = of_field(scope, pack, node);
    if (node->op == NODE_AGGREGATE && !scope_may(scope, node->other, SCOPE_READ)) return SIGHT_HIDDEN;
    for (size_t i = 0; i < node->child_count && sight != SIGHT_HIDDEN; i++)
        sight = worse(sight, sight_of(scope, pack, node->children[i]));
    return sight;
}

/* Texts and dates cut out of a number are the number's own. */
static bool is_hidden(const struct scope *scope, const struct pack *pack, const struct node *node)
{
    enum sight sight = sight_of(scope, pack, node);
    bool part = node->type.kind == TYPE_TEXT || (node->type.kind == TYPE_DATE && node->op == NODE_CALL);
    return sight == SIGHT_HIDDEN || (sight == SIGHT_MASKED && part);
}

struct hiding {
    const struct scope *scope;
    const struct pack *pack;
    const char *language;
    bool sentence;
    struct arena *arena;
};

/* A text in place of the answer. In a sentence the condition is not named either: it stands there because it
 * decided. */
static void hide(const struct hiding *hiding, struct explain_node *out)
{
    bool english = hiding->language[0] == 'e';
    struct node *node = arena_alloc(hiding->arena, sizeof *node);
    struct value shown = {.known = true, .text = english ? TEXT("hidden") : TEXT("已隐藏")};
    bool named = sight_of(hiding->scope, hiding->pack, out->node) == SIGHT_MASKED;
    *node = *out->node;
    node->type = type_of(TYPE_TEXT);
    if (hiding->sentence && !named) {
        node->op = NODE_CONSTANT;
        node->value =
            (struct value){.known = true, .text = english ? TEXT("part of the reason") : TEXT("部分依据")};
    }
    *out = (struct explain_node){
        .node = node, .value = shown, .decisive = true, .reg = out->reg, .row = out->row, .plan = out->plan};
}

/* Conditions joined by and, or stay to be seen: each of them is hidden or shown by itself. */
static bool is_joint(const struct explain_node *at)
{
    return at->child_count > 0 &&
           (at->node->op == NODE_AND || at->node->op == NODE_OR || at->node->op == NODE_DEFINITION);
}

static void copy(const struct hiding *hiding, const struct explain_node *from, struct explain_node *out)
{
    *out = *from;
    if (!is_joint(from) && is_hidden(hiding->scope, hiding->pack, from->node)) {
        hide(hiding, out);
        return;
    }
    out->children = arena_array(hiding->arena, from->child_count, sizeof *out->children);
    for (size_t i = 0; i < from->child_count; i++) {
        copy(hiding, &from->children[i], &out->children[i]);
        if (hiding->sentence) out->children[i].decisive = from->children[i].decisive;
    }
}

void hidden_explain(const struct scope *scope, const struct pack *pack, const struct explain *explain,
                    const char *language, bool sentence, struct arena *arena, struct explain *out, bool *all)
{
    struct hiding hiding = {scope, pack, language, sentence, arena};
    *out = *explain;
    copy(&hiding, &explain->root, &out->root);
    bool nothing = !is_joint(&explain->root) && is_hidden(scope, pack, explain->root.node);
    if (all != NULL) *all = nothing;
    out->missing = arena_array(arena, explain->missing_count, sizeof *out->missing);
    out->missing_count = 0;
    for (size_t i = 0; i < explain->missing_count; i++)
        if (explain->missing[i].reg < 0 || scope_may(scope, explain->missing[i].reg, SCOPE_READ))
            out->missing[out->missing_count++] = explain->missing[i];
}
