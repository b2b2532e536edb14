/* A list that hides numbers but sorts by them, or counts those between two bounds, gives every number away to
 * somebody patient. So what is hidden may only be asked for by whoever knows it already. */
#include "register/mask.h"

#include "formula/node.h"
#include "register/database_private.h"
#include "register/scope_sql.h"
#include "register/sealed.h"
#include "register/sql.h"

enum pack_sensitive mask_kind(const struct pack *pack, int reg, int field)
{
    return pack->registers[reg].fields[field].sensitive;
}

/* ---- What is shown ---- */

enum { HIDDEN_LEAST = 4 };

static void stars(struct buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++) buffer_char(out, '*');
}

static size_t byte_of(struct text text, size_t character)
{
    size_t offset = 0;
    while (character-- > 0 && offset < text.size) text_next(text, &offset);
    return offset;
}

/* The first and last characters, `hidden` stars between them (0: one for each character left out). What would
 * show more than it hides shows nothing. */
static void show_ends(struct text plain, size_t first, size_t last, size_t hidden, struct buffer *out)
{
    size_t length = text_length(plain);
    if (length < first + last + HIDDEN_LEAST) {
        stars(out, 4);
        return;
    }
    size_t head = byte_of(plain, first), tail = byte_of(plain, length - last);
    buffer_text(out, (struct text){plain.at, head});
    stars(out, hidden > 0 ? hidden : length - first - last);
    buffer_text(out, (struct text){plain.at + tail, plain.size - tail});
}

void mask_value(const struct pack *pack, int reg, int field, const struct value *value, const char *language,
                struct buffer *out)
{
    enum pack_sensitive kind = mask_kind(pack, reg, field);
    bool text = register_of(pack, reg)->fields[field].type.kind == TYPE_TEXT;
    if (text && kind == SENSITIVE_IDENTITY)
        show_ends(value->text, 6, 4, 0, out);
    else if (text && kind == SENSITIVE_PHONE)
        show_ends(value->text, 3, 4, 0, out);
    else if (text && kind == SENSITIVE_BANK)
        show_ends(value->text, 0, 4, 4, out);
    else
        buffer_string(out, language != NULL && language[0] == 'e' ? "hidden" : "已隐藏");
}

/* ---- What may be asked ---- */

static int refuse(const struct pack *pack, int reg, int field, const char *zh, const char *en,
                  struct err *err)
{
    const struct label *label = &register_of(pack, reg)->fields[field].label;
    struct buffer label_zh = {0}, label_en = {0};
    buffer_text(&label_zh, label_in(label, "zh"));
    buffer_text(&label_en, label_in(label, "en"));
    int code = err_set(err, ERR_FORBIDDEN, "“%s”%.0s是敏感信息，%s%.0s", "%.0s“%s” is sensitive: %.0s%s",
                       label_zh.data, label_en.data, zh, en);
    buffer_fini(&label_zh);
    buffer_fini(&label_en);
    return code;
}

int mask_check(const struct scope *scope, const struct pack *pack, int reg, int field,
               enum mask_question question, struct err *err)
{
    enum pack_sensitive kind = mask_kind(pack, reg, field);
    if (kind == SENSITIVE_NO || question == MASK_EMPTY) return 0;
    if (question == MASK_ORDER || question == MASK_PART)
        return refuse(pack, reg, field, "不能按它排序、按范围或按部分内容查找。请输入完整的值",
                      "it cannot be sorted by, nor searched by ranges or parts. Enter the whole value", err);
    if (kind != SENSITIVE_HEALTH || scope_unmasks(scope, kind)) return 0;
    return refuse(pack, reg, field, "您无权查看，也不能按它查找",
                  "you may not see it, and so cannot search by it", err);
}

/* Is the register the subject, or does it hang on it? */
static bool is_of_subject(const struct pack *pack, int reg)
{
    while (reg >= 0 && reg != pack->subject) reg = register_of(pack, reg)->parent;
    return reg >= 0;
}

/* Whoever sees some of the rows must not learn of the others by adding them up, by ranks, or through a
 * reference that leads into another family. */
static int check_reach(const struct scope *scope, const struct pack *pack, const struct node *node,
                       struct err *err)
{
    bool other_family = node->op == NODE_UP && is_of_subject(pack, node->other) &&
                        register_of(pack, node->scope)->parent_field != node->index;
    bool own_place = node->scope == pack->division_register && scope->division_count > 0;
    bool adds_up = node->op == NODE_AGGREGATE && !is_of_subject(pack, node->scope) && !own_place;
    bool everybody =
        node->op == NODE_CALL && (node->function == FUNCTION_RANK || node->function == FUNCTION_DUPLICATED);
    if (scope_all_rows(scope, pack) || !(other_family || adds_up || everybody)) return 0;
    err_set(err, ERR_FORBIDDEN, "公式在这里要看您范围以外的记录。请只用本户、本村的内容，或请县级管理员来查",
            "Here the formula looks at records outside of what is yours to see. Keep to the family or the "
            "village, or ask the county administrator");
    return err_at(err, NULL, node->line, node->column);
}

static int check_node(const struct scope *scope, const struct pack *pack, const struct node *node,
                      struct err *err)
{
    int code = 0;
    if (node->op == NODE_FIELD || node->op == NODE_UP) {
        enum pack_sensitive kind = mask_kind(pack, node->scope, node->index);
        code = scope_check(scope, pack, node->scope, SCOPE_READ, err);
        if (code == 0 && !scope_unmasks(scope, kind))
            code = refuse(pack, node->scope, node->index, "您无权查看，公式里也不能使用",
                          "you may not see it, and so cannot use it in a formula", err);
    }
    if (code == 0 && node->other >= 0) code = scope_check(scope, pack, node->other, SCOPE_READ, err);
    return code == 0 ? check_reach(scope, pack, node, err) : code;
}

/* Chains lean to the left as deep as they are long, hence the loop over first children. */
int mask_check_formula(const struct scope *scope, const struct pack *pack, const struct node *node,
                       struct err *err)
{
    int code = 0;
    while (code == 0 && node != NULL && node->op != NODE_DEFINITION) {
        code = check_node(scope, pack, node, err);
        for (size_t i = 1; code == 0 && i < node->child_count; i++)
            code = mask_check_formula(scope, pack, node->children[i], err);
        node = node->child_count > 0 ? node->children[0] : NULL;
    }
    return code;
}

int mask_equals(struct bound *bound, const struct database *database, int reg, int field, const char *alias,
                const struct value *value, struct err *err)
{
    char handle[VAULT_HANDLE_TEXT];
    sql_field(&bound->sql, alias, database->pack, reg, field);
    buffer_string(&bound->sql, " = ");
    if (!sealed_now(database, reg, field)) {
        bound_value(bound, register_of(database->pack, reg)->fields[field].type, value);
        return 0;
    }
    int code = sealed_find(database, reg, field, value, handle, err);
    bound_text(bound, arena_text(&bound->arena, text_of(handle)));
    return code;
}
