/* One line about each word of the language, in both languages. A test holds that none is without. */
#include "formula/language.h"

#include "formula/node.h"

struct note {
    int id;
    const char *zh_shape, *en_shape; /* keywords have none */
    const char *zh, *en;
};

/* clang-format off */
static const struct note keywords[] = {
    {WORD_OR, NULL, NULL, "任一边成立即成立", "true if either side is true"},
    {WORD_AND, NULL, NULL, "两边都成立才成立", "true if both sides are true"},
    {WORD_NOT, NULL, NULL, "取反；未知仍是未知", "the opposite; unknown stays unknown"},
    {WORD_IN, NULL, NULL, "是所列各项之一", "is one of those listed"},
    {WORD_NOT_IN, NULL, NULL, "不是所列各项之一", "is none of those listed"},
    {WORD_BETWEEN, NULL, NULL, "介于两端之间，含两端", "between two bounds, which belong to it"},
    {WORD_NOT_BETWEEN, NULL, NULL, "不在两端之间", "outside two bounds"},
    {WORD_HAS, NULL, NULL, "多选项里含有所列任一项", "the set holds one of those listed"},
    {WORD_NOT_HAS, NULL, NULL, "多选项里不含所列各项", "the set holds none of those listed"},
    {WORD_ONLY, NULL, NULL, "多选项不空，且只含所列各项", "the set is not empty and holds nothing else"},
    {WORD_IS, NULL, NULL, "为空、不为空的“为”", "of: is null, is not null"},
    {WORD_IS_NULL, NULL, NULL, "没有填写", "has no value"},
    {WORD_IS_NOT_NULL, NULL, NULL, "已经填写", "has a value"},
    {WORD_NULL, NULL, NULL, "没有值", "no value"},
    {WORD_TRUE, NULL, NULL, "成立", "true"},
    {WORD_FALSE, NULL, NULL, "不成立", "false"},
    {WORD_IF, NULL, NULL, "若 条件 则 值 否则 值", "if condition then value else value"},
    {WORD_THEN, NULL, NULL, "条件成立时的值", "the value when the condition is true"},
    {WORD_ELSE, NULL, NULL, "条件不成立时的值", "the value when the condition is false"},
    {WORD_WHERE, NULL, NULL, "只看满足条件的记录", "only those records for which it is true"},
    {WORD_VIA, NULL, NULL, "经由哪个引用字段", "by which reference"},
    {WORD_WITHIN, NULL, NULL, "只在这些字段相同的记录之间比较", "compared only among records alike in these fields"},
    {WORD_ACROSS, NULL, NULL, "只与该字段不同的记录比较", "compared only with records that differ in this field"},
    {WORD_BY, NULL, NULL, "按什么排先后", "by what to tell which is later"},
};

static const struct note aggregates[] = {
    {AGGREGATE_COUNT, "(登记簿 [其中 条件]) → 整数", "(register [where condition]) → integer", "满足条件的记录数", "how many records fulfil the condition"},
    {AGGREGATE_SUM, "(登记簿.字段 [其中 条件]) → 同类", "(register.field [where condition]) → the same type", "合计；没有记录为0", "exact sum; 0 over nothing"},
    {AGGREGATE_AVG, "(登记簿.字段 [其中 条件]) → 同类", "(register.field [where condition]) → the same type", "平均；没有记录为未知", "average; unknown over nothing"},
    {AGGREGATE_MIN, "(登记簿.字段 [其中 条件]) → 同类", "(register.field [where condition]) → the same type", "最小值", "the least value"},
    {AGGREGATE_MAX, "(登记簿.字段 [其中 条件]) → 同类", "(register.field [where condition]) → the same type", "最大值", "the greatest value"},
    {AGGREGATE_MEDIAN, "(登记簿.字段 [其中 条件]) → 同类", "(register.field [where condition]) → the same type", "中位数；偶数个取较小的", "the lower of the middle two"},
    {AGGREGATE_EXISTS, "(登记簿 [其中 条件]) → 是否", "(register [where condition]) → yes/no", "有没有满足条件的记录", "whether any record fulfils the condition"},
    {AGGREGATE_ANY, "(登记簿.是否字段 [其中 条件]) → 是否", "(register.yes/no [where condition]) → yes/no", "有没有一条成立", "whether it is true of any"},
    {AGGREGATE_ALL, "(登记簿.是否字段 [其中 条件]) → 是否", "(register.yes/no [where condition]) → yes/no", "是不是每条都成立", "whether it is true of all"},
    {AGGREGATE_SHARE, "(登记簿.是否字段 [其中 条件]) → 比率", "(register.yes/no [where condition]) → ratio", "成立的占多少", "the share for which it is true"},
    {AGGREGATE_DISTINCT, "(登记簿.字段 [其中 条件]) → 整数", "(register.field [where condition]) → integer", "有多少种不同的值", "how many different values"},
    {AGGREGATE_COVERS, "(登记簿.年月 [其中 条件], 首月, 末月) → 是否", "(register.month [where condition], from, to) → yes/no", "首月到末月是不是每月都有记录", "whether every month from first to last has a record"},
    {AGGREGATE_LATEST, "(登记簿.字段 按 先后 [其中 条件]) → 同类", "(register.field by order [where condition]) → the same type", "最晚一条的值", "the value of the latest record"},
    {AGGREGATE_EARLIEST, "(登记簿.字段 按 先后 [其中 条件]) → 同类", "(register.field by order [where condition]) → the same type", "最早一条的值", "the value of the earliest record"},
};

static const struct note specials[] = {
    {CALLABLE_KNOWN, "(任意) → 是否", "(anything) → yes/no", "是否已知；本身从不未知", "whether it is known; never unknown itself"},
    {CALLABLE_COALESCE, "(任意, 同类 …) → 同类", "(anything, of the same type …) → the same type", "第一个已知的值", "the first that is known"},
    {CALLABLE_PREVIOUS, "(任意) → 同类", "(anything) → the same type", "截至日提前一年时的值", "its value with the date one year earlier"},
};

static const struct note functions[] = {
    {FUNCTION_AGE, "(出生日期 [, 日期]) → 整数", "(birth date [, date]) → integer", "周岁", "completed years"},
    {FUNCTION_MONTHS_BETWEEN, "(日期或年月, 同类) → 整数", "(date or month, the same) → integer", "后减前的足月数", "completed months, second minus first"},
    {FUNCTION_DAYS_BETWEEN, "(日期, 日期) → 整数", "(date, date) → integer", "后减前的天数", "days, second minus first"},
    {FUNCTION_ADD_MONTHS, "(日期, 整数) → 日期", "(date, integer) → date", "若干个月之后", "so many months later"},
    {FUNCTION_YEAR, "(日期或年月) → 整数", "(date or month) → integer", "年份", "the year"},
    {FUNCTION_MONTH, "(日期) → 年月", "(date) → month", "日期所在的月", "the month of a date"},
    {FUNCTION_MONTH_NUMBER, "(日期或年月) → 整数", "(date or month) → integer", "月份，1到12", "1 to 12"},
    {FUNCTION_FIRST_DAY, "(年月) → 日期", "(month) → date", "当月第一天", "its first day"},
    {FUNCTION_LAST_DAY, "(年月) → 日期", "(month) → date", "当月最后一天", "its last day"},
    {FUNCTION_DATE, "(年, 月, 日) → 日期", "(year, month, day) → date", "没有这一天则未知", "unknown if there is no such day"},
    {FUNCTION_MAKE_MONTH, "(年, 月) → 年月", "(year, month) → month", "没有这个月则未知", "unknown if there is no such month"},
    {FUNCTION_ABS, "(数) → 同类", "(number) → the same type", "绝对值", "without its sign"},
    {FUNCTION_LEAST, "(值, 同类) → 同类", "(value, the same type) → the same type", "两者中较小的", "the lesser of two"},
    {FUNCTION_GREATEST, "(值, 同类) → 同类", "(value, the same type) → the same type", "两者中较大的", "the greater of two"},
    {FUNCTION_ROUND, "(数 [, 位数]) → 同类", "(number [, digits]) → the same type", "四舍五入；金额按元计位数", "half away from zero; money counts digits of yuan"},
    {FUNCTION_YUAN, "(整数或小数) → 金额", "(integer or decimal) → money", "把数当作元", "a number as yuan"},
    {FUNCTION_NUMBER, "(金额或比率) → 小数", "(money or ratio) → decimal", "金额以元计的数", "money in yuan, or a ratio, as a decimal"},
    {FUNCTION_LENGTH, "(文字) → 整数", "(text) → integer", "字数", "characters"},
    {FUNCTION_STARTS_WITH, "(文字, 文字) → 是否", "(text, text) → yes/no", "是否以它开头", "whether it begins so"},
    {FUNCTION_ENDS_WITH, "(文字, 文字) → 是否", "(text, text) → yes/no", "是否以它结尾", "whether it ends so"},
    {FUNCTION_CONTAINS, "(文字, 文字) → 是否", "(text, text) → yes/no", "是否含有这段文字", "whether it holds this text"},
    {FUNCTION_SUBSTRING, "(文字, 从第几字, 几个字) → 文字", "(text, from, count) → text", "截取一段；第一个字是1", "a part of it; the first character is 1"},
    {FUNCTION_MATCHES, "(文字, \"格式\") → 是否", "(text, \"pattern\") → yes/no", "全文符合这个正则表达式", "whether all of it matches the pattern"},
    {FUNCTION_IDCARD_VALID, "(文字) → 是否", "(text) → yes/no", "是否有效的居民身份证号", "whether it is a valid identity number"},
    {FUNCTION_IDCARD_BIRTH, "(文字) → 日期", "(text) → date", "身份证号里的出生日期", "the birth date in an identity number"},
    {FUNCTION_IDCARD_MALE, "(文字) → 是否", "(text) → yes/no", "身份证号是否男性", "whether an identity number is a man's"},
    {FUNCTION_IDCARD_DIVISION, "(文字) → 文字", "(text) → text", "身份证号的前六位", "the first six digits of an identity number"},
    {FUNCTION_DISABILITY_KIND, "(文字) → 整数", "(text) → integer", "残疾证号里的类别，1到7", "the kind in a disability number, 1 to 7"},
    {FUNCTION_DISABILITY_GRADE, "(文字) → 整数", "(text) → integer", "残疾证号里的等级，1到4", "the grade in a disability number, 1 to 4"},
    {FUNCTION_HAS, NULL, NULL, "多选项里含有所列任一项", "the set holds one of those listed"},
    {FUNCTION_ONLY, NULL, NULL, "多选项不空，且只含所列各项", "the set is not empty and holds nothing else"},
    {FUNCTION_SIZE, "(多选代码) → 整数", "(set of codes) → integer", "选了几项", "how many codes it holds"},
    {FUNCTION_RANK, "(值 [同一 字段]) → 整数", "(value [within field]) → integer", "在整个登记簿里从大到小的名次", "its place in the register, the largest first"},
    {FUNCTION_DUPLICATED, "(值 [同一 字段] [不同 字段]) → 是否", "(value [within field] [across field]) → yes/no", "别的记录有没有相同的值", "whether another record has the same value"},
};
/* clang-format on */

static const struct note *find(const struct note *notes, size_t count, int id)
{
    for (size_t i = 0; i < count; i++)
        if (notes[i].id == id) return &notes[i];
    return NULL;
}

#define FIND(table, id) find(table, sizeof(table) / sizeof *(table), id)

static const struct note *note_of(const struct callable *callable)
{
    switch (callable->kind) {
    case CALLABLE_FUNCTION:
        return FIND(functions, callable->id);
    case CALLABLE_AGGREGATE:
        return FIND(aggregates, callable->id);
    case CALLABLE_KNOWN:
    case CALLABLE_COALESCE:
    case CALLABLE_PREVIOUS:
        return FIND(specials, (int)callable->kind);
    }
    return NULL;
}

const char *language_keyword_note(enum word word, bool english)
{
    const struct note *note = FIND(keywords, (int)word);
    if (note == NULL) return "";
    return english ? note->en : note->zh;
}

const char *language_callable_shape(const struct callable *callable, bool english)
{
    const struct note *note = note_of(callable);
    const char *shape = note == NULL ? NULL : english ? note->en_shape : note->zh_shape;
    return shape == NULL ? "" : shape;
}

const char *language_callable_note(const struct callable *callable, bool english)
{
    const struct note *note = note_of(callable);
    if (note == NULL) return "";
    return english ? note->en : note->zh;
}

const char *offer_kind_name(enum offer_kind kind, bool english)
{
    switch (kind) {
    case OFFER_KEYWORD:
        return english ? "keyword" : "关键词";
    case OFFER_FUNCTION:
        return english ? "function" : "函数";
    case OFFER_AGGREGATE:
        return english ? "aggregate" : "汇总";
    case OFFER_FIELD:
        return english ? "field" : "字段";
    case OFFER_DEFINITION:
        return english ? "definition" : "定义";
    case OFFER_PARAMETER:
        return english ? "parameter" : "参数";
    case OFFER_BUILT_IN:
        return english ? "built-in" : "内置";
    case OFFER_REGISTER:
        return english ? "register" : "登记簿";
    case OFFER_REFERENCE:
        return english ? "reference" : "引用";
    case OFFER_CODE:
        return english ? "code" : "代码";
    }
    return "";
}
