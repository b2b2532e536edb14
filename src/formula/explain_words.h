/* Words for what formulas speak of, shared by the files that make sentences. Private to explain*.c. */
#ifndef ZENGSHOU_FORMULA_EXPLAIN_WORDS_H
#define ZENGSHOU_FORMULA_EXPLAIN_WORDS_H

#include "formula/explain_plan.h"

struct speech {
    struct explainer *explainer;
    const char *language;
    bool english;
    struct buffer *out; /* of the phrase being made */
};

void words_zh_en(struct speech *speech, const char *zh, const char *en);

/* What a value is called, without the value: "人均纯收入", "符合“…”的家庭成员数". */
void words_name(struct speech *speech, const struct node *node);

/* A value, texts in quotes. */
void words_value(struct speech *speech, struct type type, const struct value *value);

/* What something is compared with: a constant's value, a parameter with its value, or a name with its value.
 */
void words_bound(struct speech *speech, const struct explain_node *node);

/* A condition in the quotes of the language. */
void words_condition(struct speech *speech, const struct node *node);

void words_register(struct speech *speech, int reg);
void words_field(struct speech *speech, int reg, int field);

/* A record by its name, or "家庭成员#3". */
void words_record(struct speech *speech, int reg, uint32_t row);

/* How a relation that holds is called; date and month are earlier and later. */
void words_relation(struct speech *speech, enum node_op op, enum type_kind kind);

/* "家庭成员", "符合“…”的家庭成员": the rows an aggregate counts. */
void words_rows(struct speech *speech, const struct node *aggregate);

/* A yes or no of a person in a few words: "有劳动能力", "无劳动能力", "未就业". */
void words_flag(struct speech *speech, const struct node *field, bool yes);

/* "缺少…；…无法计算": how many facts were told. */
size_t words_lacking(struct speech *speech, const struct explain *explain);

/* "无法判定：缺少…。": the whole sentence. */
void words_open(struct speech *speech, const struct explain *explain);

#endif
