/* Explanations of the little county's families, word for word in both languages, and exactly the facts that
 * are missing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/cmocka_all.h"
#include "base/date.h"
#include "fixture.h"
#include "formula/explain.h"
#include "formula/formula.h"

static struct arena arena;
static struct schema *schema;
static struct frame *frame;
static const char *families;
static int household, person;

static int set_up(void **state)
{
    (void)state;
    struct err err;
    schema = fixture_schema(&arena);
    household = schema_register_find(schema, TEXT("household"));
    person = schema_register_find(schema, TEXT("person"));
    return fixture_load(schema, families, &arena, &frame, &err);
}

static int tear_down(void **state)
{
    (void)state;
    frame_free(frame);
    arena_fini(&arena);
    return 0;
}

/* People by their names, other records by their ids. */
static void name_record(void *context, int reg, uint32_t row, const char *language, struct buffer *out)
{
    (void)context;
    (void)language;
    if (reg == person)
        buffer_text(
            out, frame_get(frame, reg, schema_field_find(&schema->registers[reg], TEXT("name")), row).text);
    else
        buffer_printf(out, "#%lld", (long long)frame_id(frame, reg, row));
}

static struct explainer *explainer_for(int32_t as_of)
{
    struct explainer *explainer = explainer_new(schema, frame, as_of);
    explainer_names(explainer, name_record, NULL);
    return explainer;
}

static const struct node *formula(const char *text)
{
    struct node *node = NULL;
    struct err err;
    int status = formula_check(schema, &arena, household, (struct formula_source){.text = text_of(text)},
                               NULL, &node, &err);
    if (status != 0) fprintf(stderr, "%s: %s\n", text, err.en);
    assert_int_equal(status, 0);
    return node;
}

enum { AS_OF = 19265 }; /* 2022-09-30 */

static void explain(struct explainer *explainer, const struct node *node, int64_t id, struct arena *into,
                    struct explain *out)
{
    struct err err;
    assert_int_equal(
        explain_record(explainer, node, household, frame_row(frame, household, id), into, out, &err), 0);
}

struct sentence_case {
    const char *formula;
    int64_t id;
    const char *zh, *en;
};

static void check_sentence(const struct sentence_case *item, const char *language, const char *want)
{
    if (want == NULL) return;
    struct explainer *explainer = explainer_for(AS_OF);
    struct arena own = {0};
    struct explain out;
    struct buffer text = {0};
    explain(explainer, formula(item->formula), item->id, &own, &out);
    explain_sentence(explainer, &out, language, &text);
    if (strcmp(text.data, want) != 0)
        fprintf(stderr, "%s of %lld:\n  want %s\n  got  %s\n", item->formula, (long long)item->id, want,
                text.data);
    assert_string_equal(text.data, want);
    buffer_fini(&text);
    arena_fini(&own);
    explainer_free(explainer);
}

static const struct sentence_case SENTENCES[] = {
    /* and: the conjuncts, or those that fail; two words on one value are one phrase */
    {"income_per_head < income_line and growth < 5.5% and growth < 0", 1,
     "人均纯收入为9,000.00元，低于收入线10,000.00元；增速为-10%，低于5.5%、低于0%。",
     "Net income per head is 9,000.00 yuan, below income line 10,000.00 yuan; growth is -10%, below 5.5% and "
     "below 0%."},
    {"income_per_head < 10000元 and growth < 5.5%", 2,
     "人均纯收入为10,550.00元，不低于10,000.00元；增速为5.5%，不低于5.5%。",
     "Net income per head is 10,550.00 yuan, not below 10,000.00 yuan; growth is 5.5%, not below 5.5%."},
    {"income_per_head < 10000元 and growth > 0", 1, "增速为-10%，不高于0%。",
     "Growth is -10%, not above 0%."},
    /* or: the true side */
    {"category = graduated or plots > 5", 1, "户类别为脱贫户。", NULL},
    {"category = ordinary or plots > 5", 1, "户类别为脱贫户，不是一般农户；地块数为3，不高于5。", NULL},
    /* not needs no words of its own */
    {"not (poor or growth >= 5.5%)", 2, "增速为5.5%，不低于5.5%。", "Growth is 5.5%, not below 5.5%."},
    {"not safe_house", 2, "住房安全为否。", NULL},
    /* definitions by their label, with the reasons once */
    {"poor and safe_house", 1, "低收入成立（人均纯收入为9,000.00元，低于收入线10,000.00元）；住房安全为是。",
     NULL},
    {"poor", 2, "低收入不成立（人均纯收入为10,550.00元，不低于收入线10,000.00元）。",
     "Poor does not hold (net income per head is 10,550.00 yuan, not below income line 10,000.00 yuan)."},
    /* rows */
    {"exists(person where able_to_work and willing) and not exists(person where employed)", 1,
     "有1个家庭成员符合“已就业”（罗小军）。", "1 person record fulfils \"employed\" (罗小军)."},
    {"exists(person where able_to_work and willing) and not exists(person where employed)", 5,
     "没有家庭成员符合“有劳动能力 且 有就业意愿”。",
     "No person record fulfils \"able_to_work and willing\"."},
    {"count(person where able_to_work) > 0", 4, "有2个家庭成员符合“有劳动能力”（刘六、刘七）。",
     "2 person records fulfil \"able_to_work\" (刘六, 刘七)."},
    {"count(person) = 0", 1, "有4条家庭成员记录。", NULL},
    {"count(person) > 4", 1, "家庭成员数为4，不高于4。", "Number of person records is 4, not above 4."},
    {"all(person.insured where able_to_work)", 1, "符合“有劳动能力”的家庭成员全部符合“参加医保”。", NULL},
    {"all(person.insured)", 1, "有1个家庭成员不符合“参加医保”（罗婷）。", NULL},
    {"any(person.insured where able_to_work)", 1,
     "符合“有劳动能力”的家庭成员中有1个符合“参加医保”（罗小军）。", NULL},
    {"sum(income.amount where wheel = wage) < 10000元", 1,
     "符合“轮子 = 工资性”的收入的金额合计为8,800.00元，低于10,000.00元。", NULL},
    {"share(person.insured) >= 50%", 1, "家庭成员中“参加医保”的占比为75%，不低于50%。",
     "Share of \"insured\" among person records is 75%, not below 50%."},
    {"covers(income.month, 2022-01, 2022-04)", 1, "收入缺少2022-04。", "Income records lack 2022-04."},
    {"covers(income.month, 2022-01, 2022-03)", 1, "收入覆盖2022-01至2022-03。",
     "Income records cover 2022-01 to 2022-03."},
    /* other forms */
    {"category in (graduated, marginal)", 3, "户类别为一般农户，不属于脱贫户、边缘易致贫户。", NULL},
    {"causes has illness", 1, "致贫原因为因病、因学，含因病。", NULL},
    {"causes has illness", 2, "致贫原因为因灾，不含因病。", NULL},
    {"plots between 1 and 3", 1, "地块数为3，在1与3之间。", NULL},
    {"site is null", 3, "安置点为空。", NULL},
    {"joined < start_day", 1, "纳入日期为2019-11-05，早于启动日2022-08-19。", NULL},
    {"village.rural_population > 100", 1, "所在村的乡村人口为2000人，高于100。", NULL},
    {"10000元 > net_income", 5, "纯收入为100.00元，低于10,000.00元。", NULL},
    {"net_income > net_income_before", 1, "纯收入为36,000.00元，不高于上年纯收入（40,000.00元）。", NULL},
    {"duplicated(phone)", 1, "联系电话与其他记录重复。", NULL},
    {"duplicated(phone within village)", 1, "联系电话与同一所在村的其他记录重复。",
     "联系电话 is the same as another record's with the same 所在村."},
    {"duplicated(phone within category across village)", 1,
     "联系电话不与同一户类别、不同所在村的其他记录重复。",
     "联系电话 is no other record's with the same 户类别 and another 所在村."},
    {"rank(plots within village) > 1", 2, "名次(地块数 同一 所在村)为2，高于1。", NULL},
    {"latest(income.amount by month) > 4000元", 1, "按年月最新的收入的金额为5,000.00元，高于4,000.00元。",
     "Latest 金额 by 年月 over income records is 5,000.00 yuan, above 4,000.00 yuan."},
    {"earliest(income.amount by month where wheel = wage and month > 2021-12)", 1,
     "按年月最早的符合“轮子 = 工资性 且 年月 > 2021-12”的收入的金额为3,000.00元。", NULL},
    {"previous(income_line) > 5000元", 1, "一年前的收入线为6,000.00元，高于5,000.00元。", NULL},
    {"if safe_house then plots > 2 else plots > 5", 1, "住房安全为是；地块数为3，高于2。", NULL},
    {"income_per_head", 1, "人均纯收入为9,000.00元。", "Net income per head is 9,000.00 yuan."},
    /* open answers */
    {"poor and not safe_house", 3, "无法判定：缺少家庭人口、住房安全。", NULL},
    {"exists(person where employed)", 2, "无法判定：缺少李四的已就业。", NULL},
    {"growth < 0 and poor", 3, "无法判定：缺少家庭人口；上年纯收入为0.00元，无法计算。", NULL},
    {"income_per_head", 4, "无法算出：缺少纯收入。", NULL},
    {"future > 1", 1, "无法判定：缺少参数未来值。", "Undetermined: missing the parameter future value."},
    {"if covers(income.month, 2022-01, 2022-03) then poor", 2, "无法判定：缺少2022-03的收入。",
     "Undetermined: missing income of 2022-03."},
    {"avg(income.amount) > 10元", 4, "无法判定：缺少收入记录。", "Undetermined: missing income record."},
    {"latest(income.amount by month) > 10元", 4, "无法判定：缺少收入记录。", NULL},
};

static void sentences(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SENTENCES / sizeof *SENTENCES; i++) {
        check_sentence(&SENTENCES[i], "zh", SENTENCES[i].zh);
        check_sentence(&SENTENCES[i], "en", SENTENCES[i].en);
    }
}

struct missing_case {
    const char *formula;
    int64_t id;
    const char *facts; /* "register id field; …" as below */
};

/* "household 3 家庭人口; person 22 已就业; household 2 2022-03的收入" */
static void list_missing(struct explainer *explainer, const struct explain *out, struct buffer *list)
{
    for (size_t i = 0; i < out->missing_count; i++) {
        const struct explain_missing *fact = &out->missing[i];
        bool absent = fact->row == FRAME_NO_ROW;
        int reg = absent ? fact->parent_reg : fact->reg;
        if (i > 0) buffer_string(list, "; ");
        buffer_printf(list, "%.*s %lld ", TEXT_ARGS(schema->registers[reg].label.name),
                      (long long)frame_id(frame, reg, absent ? fact->parent_row : fact->row));
        explain_missing_print(explainer, fact, "zh", list);
    }
    buffer_string(list, "");
}

static const struct missing_case MISSING[] = {
    {"poor", 1, ""},                              /* a known answer misses nothing */
    {"safe_house and member_count > 100", 2, ""}, /* false already, whatever the rest */
    {"safe_water or member_count > 100", 3, ""},  /* true already */
    {"safe_house and member_count > 1", 3, "household 3 住房安全; household 3 家庭人口"},
    {"plots > 0 or member_count > 1", 3, "household 3 家庭人口"}, /* the known side does not matter */
    {"poor or poor", 3, "household 3 家庭人口"},                  /* once */
    {"not known(member_count)", 3, ""},
    {"coalesce(member_count, 2) > 1", 3, ""},
    {"if safe_house then member_count > 1 else plots > 100", 3, "household 3 住房安全; household 3 家庭人口"},
    {"if plots < 0 then member_count > 1 else safe_house", 3, "household 3 家庭人口"},
    {"exists(person where employed)", 1, ""},
    {"exists(person where employed)", 2, "person 22 已就业"},
    {"exists(person where able_to_work and employed)", 2, "person 22 已就业"},
    {"count(person where employed) > 0", 2, "person 22 已就业"},
    {"count(person where willing and employed) > 0", 2, ""}, /* 李四 is not willing */
    {"sum(income.amount where wheel = wage) > 1元", 2, "income 201 金额"},
    {"sum(income.amount where month = 2022-05)", 3, "income 301 年月"},
    {"all(person.insured where able_to_work)", 3, "person 31 有劳动能力"},
    {"max(person.birth_date) > 2000-01-01", 5, "household 5 家庭成员记录"},
    {"covers(income.month, 2022-01, 2022-03)", 3, ""}, /* false is an answer */
    {"if covers(income.month, 2022-01, 2022-03) then plots > 0", 3,
     "household 3 2022-01的收入; household 3 2022-02的收入; household 3 2022-03的收入"},
    {"if not covers(income.month, 2022-01, 2022-03) then plots > 0", 1, ""},
    {"if known(member_count) then plots > 0", 3, "household 3 家庭人口"},
    {"net_income / member_count > 5元", 5, "household 5 家庭人口（为0人，无法计算）"},
    {"site.industries > 0", 3, "household 3 安置点"},
    {"village.rural_population > 0", 4, "village 2 乡村人口"},
    {"village.poor_share > 0.5", 1, "household 3 家庭人口"},
    {"rank(net_income) > 2", 4, "household 4 纯收入"},
    {"rank(net_income within category) > 2", 4, "household 4 纯收入; household 4 户类别"},
    {"duplicated(net_income within category across site)", 3, "household 3 安置点"},
    {"latest(income.amount by month)", 2, ""}, /* the unknown amount is an older one's */
    {"earliest(income.amount by month)", 2, "income 201 金额"},
    {"latest(income.amount by month)", 3, "income 301 年月"},
    {"latest(income.amount by month where month < 2022-06)", 3, "income 301 年月"},
    {"latest(income.amount by month where wheel = wage)", 3, "income 301 年月; income 302 轮子"},
    {"latest(income.amount by month where month is not null)", 5, "household 5 收入记录"},
    {"latest(income.wheel by month where month < 2022-02)", 1,
     "income 101 轮子（为工资性，无法计算）; income 105 轮子（为转移性，无法计算）"},
};

static void missing_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MISSING / sizeof *MISSING; i++) {
        const struct missing_case *item = &MISSING[i];
        struct explainer *explainer = explainer_for(AS_OF);
        struct arena own = {0};
        struct explain out;
        struct buffer list = {0};
        explain(explainer, formula(item->formula), item->id, &own, &out);
        list_missing(explainer, &out, &list);
        const char *got = list.data == NULL ? "" : list.data;
        if (strcmp(got, item->facts) != 0)
            fprintf(stderr, "%s of %lld: want '%s' got '%s'\n", item->formula, (long long)item->id,
                    item->facts, got);
        assert_string_equal(got, item->facts);
        buffer_fini(&list);
        arena_fini(&own);
        explainer_free(explainer);
    }
}

static void trees(void **state)
{
    (void)state;
    struct explainer *explainer = explainer_for(AS_OF);
    struct arena own = {0};
    struct explain out;
    struct buffer text = {0};
    explain(explainer, formula("poor and exists(person where employed) and plots > 100"), 1, &own, &out);
    explain_tree(explainer, &out, "zh", true, &text);
    assert_string_equal(text.data, "* 以下全部 = 否\n"
                                   "  - 低收入 = 是\n"
                                   "    - 人均纯收入 < 收入线 = 是\n"
                                   "      - 人均纯收入 = 9,000.00元\n"
                                   "        - 纯收入 / 家庭人口 = 9,000.00元\n"
                                   "          - 纯收入 = 36,000.00元\n"
                                   "          - 家庭人口 = 4人\n"
                                   "      - 收入线 = 10,000.00元\n"
                                   "  - 存在(家庭成员 其中 已就业) = 是\n"
                                   "    - 家庭成员 罗小军：已就业 = 是\n"
                                   "  * 地块数 > 100 = 否\n"
                                   "    * 地块数 = 3\n");
    assert_true(out.root.decisive);
    assert_int_equal(out.root.child_count, 3);
    buffer_clear(&text);
    explain_tree(explainer, &out, "zh", false, &text);
    assert_string_equal(text.data, "* 以下全部 = 否\n"
                                   "  * 地块数 > 100 = 否\n"
                                   "    * 地块数 = 3\n");
    assert_false(out.root.children[0].decisive);
    assert_true(out.root.children[2].decisive);
    assert_int_equal(out.root.children[1].rows_total, 1);
    assert_int_equal(out.root.children[1].children[0].reg, person);
    arena_fini(&own);
    buffer_clear(&text);
    explain(explainer, formula("人均纯收入 < 收入线 且 人均纯收入 > 0元"), 1, &own, &out);
    explain_tree(explainer, &out, "zh", false, &text);
    assert_string_equal(text.data, "* 以下全部 = 是\n"
                                   "  * 人均纯收入 < 收入线 = 是\n"
                                   "    * 人均纯收入 = 9,000.00元\n"
                                   "      * 纯收入 / 家庭人口 = 9,000.00元\n"
                                   "        * 纯收入 = 36,000.00元\n"
                                   "        * 家庭人口 = 4人\n"
                                   "    * 收入线 = 10,000.00元\n"
                                   "  * 人均纯收入 > 0元 = 是\n"
                                   "    * 人均纯收入 = 9,000.00元（见上）\n");
    arena_fini(&own);
    buffer_clear(&text);
    explain(explainer, formula("latest(income.amount by month where wheel = wage)"), 1, &own, &out);
    explain_tree(explainer, &out, "zh", false, &text);
    assert_string_equal(text.data, "* 最新(收入.金额 按 年月 其中 轮子 = 工资性) = 3,000.00元\n"
                                   "  * 收入 #102：金额 = 3,000.00元\n");
    buffer_clear(&text);
    explain(explainer, formula("latest(income.amount by month where wheel = wage)"), 3, &own, &out);
    explain_tree(explainer, &out, "zh", false, &text);
    assert_string_equal(text.data, "* 最新(收入.金额 按 年月 其中 轮子 = 工资性) = 未知\n"
                                   "  * 收入 #301：年月 = 未知\n"
                                   "  * 收入 #302：轮子 = 工资性 = 未知\n"
                                   "    * 轮子 = 未知\n");
    buffer_fini(&text);
    arena_fini(&own);
    explainer_free(explainer);
}

/* After many single records all rows are computed at once; nobody may see a difference. */
static void many_records(void **state)
{
    (void)state;
    const char *const formulas[] = {"poor and exists(person where employed)",
                                    "previous(sum(income.amount where year(month) = this_year)) > 0元",
                                    "village.poor_share > 0.2"};
    for (size_t f = 0; f < 3; f++) {
        const struct node *node = formula(formulas[f]);
        struct explainer *many = explainer_for(AS_OF);
        for (int round = 0; round < 40; round++)
            for (int64_t id = 1; id <= 5; id++) {
                struct explainer *fresh = explainer_for(AS_OF);
                struct arena own = {0};
                struct explain a, b;
                struct buffer left = {0}, right = {0};
                explain(many, node, id, &own, &a);
                explain(fresh, node, id, &own, &b);
                explain_tree(many, &a, "en", true, &left);
                explain_sentence(many, &a, "en", &left);
                explain_tree(fresh, &b, "en", true, &right);
                explain_sentence(fresh, &b, "en", &right);
                assert_string_equal(left.data, right.data);
                assert_int_equal(a.missing_count, b.missing_count);
                buffer_fini(&left);
                buffer_fini(&right);
                arena_fini(&own);
                explainer_free(fresh);
            }
        explainer_free(many);
    }
}

/* ---- The records behind the aggregates ---- */

struct group_case {
    const char *formula;
    int64_t id;
    const char *zh, *en;
};

/* "存在(…) #1=是 1/0/0/3: +罗小军（…）": totals that count, are the same, are open and do not count; then the
 * members. */
static void list_groups(struct explainer *explainer, const struct explain *out, const char *language,
                        struct buffer *list)
{
    static const char marks[EXPLAIN_STANDINGS] = {'+', '=', '?', '-'};
    for (size_t i = 0; i < out->group_count; i++) {
        const struct explain_group *group = &out->groups[i];
        if (i > 0) buffer_string(list, " | ");
        buffer_printf(list, "%zu/%zu/%zu/%zu", group->totals[0], group->totals[1], group->totals[2],
                      group->totals[3]);
        for (size_t k = 0; k < group->member_count; k++) {
            const struct explain_member *member = &group->members[k];
            size_t before;
            buffer_printf(list, " %c", marks[member->standing]);
            name_record(NULL, group->reg, member->row, language, list);
            buffer_string(list, "(");
            before = list->size;
            explain_member_words(explainer, member, language, list);
            assert_true(member->part_count == 0 || list->size > before);
            buffer_string(list, ")");
        }
    }
    buffer_string(list, "");
}

static const struct group_case GROUPS[] = {
    {"count(person) > 3", 1, "4/0/0/0 +罗建国() +罗小军() +罗婷() +罗婷()", NULL},
    {"count(person) > 3", 5, "0/0/0/0", NULL},
    {"net_income > 1元", 1, "", ""},
    /* who does not fulfil it matters only where nobody does, or where they are counted */
    {"exists(person where able_to_work and willing and employed)", 1,
     "1/0/0/3 +罗小军(有劳动能力、有就业意愿、已就业)", NULL},
    {"exists(person where able_to_work and willing and employed)", 2,
     "0/0/0/2 -欧阳秀英(未就业) -李四(无就业意愿)", NULL},
    {"exists(person where able_to_work and willing and not employed)", 1,
     "0/0/0/4 -罗建国(无劳动能力、无就业意愿) -罗小军(已就业) -罗婷(无劳动能力、无就业意愿) "
     "-罗婷(无劳动能力、无就业意愿)",
     NULL},
    {"count(person where able_to_work and not employed) > 0", 4,
     "1/0/0/1 +刘七(有劳动能力、未就业) -刘六(已就业)", NULL},
    {"count(person where able_to_work) = 1", 1,
     "1/0/0/3 +罗小军(有劳动能力) -罗建国(无劳动能力) -罗婷(无劳动能力) -罗婷(无劳动能力)", NULL},
    {"any(person.insured where able_to_work)", 1, "1/0/0/3 +罗小军(有劳动能力、参加医保)", NULL},
    {"all(person.insured)", 1, "1/0/0/3 +罗婷(未参加医保)", NULL},
    {"all(person.insured where able_to_work)", 1,
     "1/0/0/3 +罗小军(有劳动能力、参加医保) -罗建国(无劳动能力) -罗婷(无劳动能力) -罗婷(无劳动能力)", NULL},
    {"sum(income.amount where wheel = wage) < 10000元", 1,
     "3/0/0/2 +#101(轮子为工资性、金额为3,000.00元) +#102(轮子为工资性、金额为3,000.00元) "
     "+#104(轮子为工资性、金额为2,800.00元) -#103(轮子为经营性，不是工资性) -#105(轮子为转移性，不是工资性)",
     NULL},
    {"sum(income.amount where wheel = wage) > 1元", 2, "0/0/1/1 ?#201(缺少金额)", NULL},
    {"max(income.amount where year(month) = 2022)", 1,
     "1/0/0/4 +#103(年份(年月)为2022、金额为5,000.00元) -#101(年份(年月)为2022、金额为3,000.00元) "
     "-#102(年份(年月)为2022、金额为3,000.00元) -#104(年份(年月)为2021，不等于2022) "
     "-#105(年份(年月)为2022、金额为300.00元)",
     NULL},
    {"latest(income.amount by month where wheel = wage)", 1,
     "1/0/0/4 +#102(轮子为工资性、年月为2022-02、金额为3,000.00元) "
     "-#101(轮子为工资性、年月为2022-01、金额为3,000.00元) -#103(轮子为经营性，不是工资性) "
     "-#104(轮子为工资性、年月为2021-12、金额为2,800.00元) -#105(轮子为转移性，不是工资性)",
     NULL},
    {"covers(income.month, 2022-01, 2022-03)", 1,
     "4/0/0/1 +#101(年月为2022-01) +#102(年月为2022-02) +#103(年月为2022-03) +#105(年月为2022-01)", NULL},
    {"share(person.insured) >= 50%", 1,
     "4/0/0/0 +罗建国(参加医保) +罗小军(参加医保) +罗婷(参加医保) +罗婷(未参加医保)", NULL},
    {"previous(sum(income.amount where year(month) = this_year)) > 0元", 1,
     "1/0/0/4 +#104(年份(年月)为2021、金额为2,800.00元) -#101(年份(年月)为2022，不等于本年（2021）) "
     "-#102(年份(年月)为2022，不等于本年（2021）) -#103(年份(年月)为2022，不等于本年（2021）) "
     "-#105(年份(年月)为2022，不等于本年（2021）)",
     NULL},
    /* a record above, and the aggregates in the conditions of its members */
    {"village.poor_share > 0.2", 1,
     "2/0/1/0 +#1(低收入成立（人均纯收入为9,000.00元，低于收入线10,000.00元）) "
     "+#2(低收入不成立（人均纯收入为10,550.00元，不低于收入线10,000.00元）) ?#3(缺少家庭人口)",
     NULL},
    {"poor and exists(person where employed)", 2, "", NULL},
    /* the others that have the same value */
    {"duplicated(phone)", 1, "0/1/0/0 =#2(联系电话为“13907341234”)", NULL},
    {"duplicated(phone)", 3, "", ""},
    {"exists(person where duplicated(birth_date within household))", 1,
     "0/0/0/4 -罗建国(出生日期不与同一所在户的其他记录重复) -罗小军(出生日期不与同一所在户的其他记录重复) "
     "-罗婷(出生日期不与同一所在户的其他记录重复) -罗婷(出生日期不与同一所在户的其他记录重复)",
     NULL},
    {"duplicated(phone within village across category)", 2,
     "0/1/0/0 =#1(联系电话为“13907341234”、户类别为脱贫户)", NULL},
};

static void check_groups(const struct group_case *item, const char *language, const char *want)
{
    if (want == NULL) return;
    struct explainer *explainer = explainer_for(AS_OF);
    struct arena own = {0};
    struct explain out;
    struct buffer list = {0};
    struct err err;
    explain(explainer, formula(item->formula), item->id, &own, &out);
    assert_int_equal(explain_groups(explainer, &out, false, &own, &err), 0);
    list_groups(explainer, &out, language, &list);
    if (strcmp(list.data, want) != 0)
        fprintf(stderr, "%s of %lld:\n  want %s\n  got  %s\n", item->formula, (long long)item->id, want,
                list.data);
    assert_string_equal(list.data, want);
    buffer_fini(&list);
    arena_fini(&own);
    explainer_free(explainer);
}

static void groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof GROUPS / sizeof *GROUPS; i++) {
        check_groups(&GROUPS[i], "zh", GROUPS[i].zh);
        check_groups(&GROUPS[i], "en", GROUPS[i].en);
    }
}

/* 500 families of two: the first ones by name, the others by number and sum; what stands in the conditions of
 * the named ones, too. */
static void a_village(void **state)
{
    (void)state;
    char path[] = "/tmp/zengshou-village-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    FILE *out = fdopen(file, "w");
    fprintf(out, "village 1 name=\"石门村\"\n");
    for (int i = 1; i <= 500; i++) fprintf(out, "household %d village=1 net_income=%d元\n", i, i);
    for (int i = 1; i <= 500; i++)
        fprintf(out, "person %d1 household=%d employed=true\nperson %d2 household=%d employed=%s\n", i, i, i,
                i, i % 2 == 0 ? "true" : "false");
    fclose(out);
    struct frame *crowd;
    struct err err;
    assert_int_equal(fixture_load(schema, path, &arena, &crowd, &err), 0);
    unlink(path);
    int village = schema_register_find(schema, TEXT("village"));
    struct node *node;
    const char *text = "sum(household.net_income where all(person.employed)) > 100元";
    assert_int_equal(formula_check(schema, &arena, village, (struct formula_source){.text = text_of(text)},
                                   NULL, &node, &err),
                     0);
    struct explainer *explainer = explainer_new(schema, crowd, AS_OF);
    struct arena own = {0};
    struct explain answer;
    struct buffer words = {0};
    assert_int_equal(explain_record(explainer, node, village, 0, &own, &answer, &err), 0);
    assert_int_equal(explain_groups(explainer, &answer, false, &own, &err), 0);
    const struct explain_group *sum = &answer.groups[0], *nested = &answer.groups[1];
    assert_int_equal(sum->totals[EXPLAIN_COUNTS], 250);
    assert_int_equal(sum->totals[EXPLAIN_FAILS], 250);
    assert_int_equal(sum->member_count, 2 * EXPLAIN_MEMBERS);
    assert_int_equal(frame_id(crowd, household, sum->members[19].row), 40);
    assert_true(sum->rest.known);
    assert_int_equal(sum->rest.integer,
                     (250 * 251 - 20 * 21) * 100); /* 2 + 4 + … + 500, without the first 20 */
    assert_int_equal(sum->rest_type.kind, TYPE_MONEY);
    assert_int_equal(answer.group_count, 1 + 2 * EXPLAIN_MEMBERS);
    assert_false(answer.more_groups);
    assert_int_equal(nested->owner_reg, household);
    assert_int_equal(nested->owner_row, sum->members[0].row);
    assert_int_equal(nested->totals[EXPLAIN_COUNTS], 2);
    explain_member_words(explainer, &answer.groups[21].members[0], "zh", &words);
    assert_string_equal(words.data, "未就业");
    buffer_clear(&words);
    explain_member_words(explainer, &answer.groups[21].members[0], "en", &words);
    assert_string_equal(words.data, "not 已就业"); /* it has no English label */
    buffer_fini(&words);
    arena_fini(&own);
    explainer_free(explainer);
    frame_free(crowd);
}

/* Long chains and trees that share their parts many times over stay small and quick. */
static void absurd_formulas(void **state)
{
    (void)state;
    const char *const links[] = {" or plots = 77", " + 1", " and safe_water"};
    const char *const firsts[] = {"plots = 5", "plots", "member_count > 1"};
    struct explainer *explainer = explainer_for(AS_OF);
    for (size_t i = 0; i < 3; i++) {
        struct buffer text = {0}, said = {0};
        struct arena own = {0};
        struct explain out;
        buffer_string(&text, firsts[i]);
        while (text.size < 50000) buffer_string(&text, links[i]);
        explain(explainer, formula(text.data), 3, &own, &out);
        explain_sentence(explainer, &out, "zh", &said);
        explain_tree(explainer, &out, "zh", true, &said);
        assert_true(said.size < 4000000);
        assert_int_equal(out.missing_count, i == 2);
        buffer_fini(&text);
        buffer_fini(&said);
        arena_fini(&own);
    }
    /* x + x, and that + that, and so on: 2^40 leaves as a tree, 41 nodes as it stands. */
    struct node *node = (struct node *)formula("member_count");
    for (int i = 0; i < 40; i++) {
        struct node *sum = arena_alloc(&arena, sizeof *sum);
        *sum = *node;
        sum->op = NODE_ADD;
        sum->index = -1;
        sum->child_count = 2;
        sum->children = arena_array(&arena, 2, sizeof *sum->children);
        sum->children[0] = sum->children[1] = node;
        node = sum;
    }
    for (int64_t id = 1; id <= 3; id += 2) {
        struct arena own = {0};
        struct explain out;
        explain(explainer, node, id, &own, &out);
        assert_int_equal(out.root.value.known, id == 1);
        if (id == 1) assert_int_equal(out.root.value.integer, INT64_C(4) << 40);
        assert_int_equal(out.missing_count, id == 3);
        arena_fini(&own);
    }
    explainer_free(explainer);
}

int main(int argc, char **argv)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/formula/data/families.txt", argc > 1 ? argv[1] : ".");
    families = path;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences),       cmocka_unit_test(missing_facts), cmocka_unit_test(groups),
        cmocka_unit_test(a_village),       cmocka_unit_test(trees),         cmocka_unit_test(many_records),
        cmocka_unit_test(absurd_formulas),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
