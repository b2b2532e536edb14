/* Villages, households, persons, a year's income: enough for every kind of field and for a sheet that fills
 * four registers. */
#include "small_pack.h"

#include "support.h"

static const char *const manifest = "format: 1\nname: small\ntitle: {zh: 小包, en: Small}\nyears: [2022, "
                                    "2024]\nlanguages: [zh, en]\nsubject: household\npeople: person\n";

static const char *const plan =
    "chapters:\n  - clause: 一\n    title: {zh: 总, en: All}\n    lead: [office]\n";

static const char *const units = "office:\n  label: {zh: 办公室, en: Office}\n  kind: department\n";

static const char *const dictionaries =
    "health:\n"
    "  label: {zh: 健康状况, en: Health}\n"
    "  codes:\n"
    "    healthy: {label: {zh: 健康, en: Healthy}}\n"
    "    chronic: {label: {zh: 长期慢性病, en: Chronic illness}, aliases: [慢性病]}\n"
    "    disabled: {label: {zh: 残疾, en: Disabled}}\n"
    "sex:\n"
    "  label: {zh: 性别, en: Sex}\n"
    "  codes:\n"
    "    male: {label: {zh: 男, en: Male}, aliases: [男性, \"1\"]}\n"
    "    female: {label: {zh: 女, en: Female}, aliases: [女性, \"2\"]}\n";

static const char *const registers =
    "village:\n"
    "  label: {zh: 村, en: Village}\n"
    "  clause: 一\n"
    "  key: [code]\n"
    "  name: name\n"
    "  fields:\n"
    "    code: {label: {zh: 村编码, en: Village code}, type: text, required: true}\n"
    "    name: {label: {zh: 村名, en: Village name}, type: text, headings: [行政村]}\n"
    "    township: {label: {zh: 乡镇, en: Township}, type: text, headings: [乡]}\n"
    "    collective: {label: {zh: 村级集体经济收入, en: Collective income}, type: money}\n"
    "household:\n"
    "  label: {zh: 户, en: Household}\n"
    "  clause: 一\n"
    "  key: [number]\n"
    "  parent: village\n"
    "  name: head\n"
    "  fields:\n"
    "    number: {label: {zh: 户编号, en: Household number}, type: text, required: true, headings: [户号]}\n"
    "    head: {label: {zh: 户主姓名, en: Head}, type: text}\n"
    "    village: {label: {zh: 所在村, en: Village of the household}, type: reference, register: village, "
    "required: true}\n"
    "    poor: {label: {zh: 是否脱贫户, en: Poor}, type: bool, true: [脱贫户], false: [普通农户]}\n"
    "    members: {label: {zh: 家庭人口数, en: Members}, type: int, min: 0, max: 30}\n"
    "    arable: {label: {zh: 耕地面积, en: Arable land}, type: decimal, unit: 亩, min: 0, max: 1000}\n"
    "    identified: {label: {zh: 识别监测时间, en: Identified}, type: month, headings: [风险识别时间, "
    "识别监测时间0]}\n"
    "    phone: {label: {zh: 联系电话, en: Phone}, type: text, format: phone, sensitive: phone}\n"
    "    share: {label: {zh: 占比, en: Share}, type: ratio}\n"
    "person:\n"
    "  label: {zh: 人, en: Person}\n"
    "  clause: 一\n"
    "  key: [number]\n"
    "  parent: household\n"
    "  name: name\n"
    "  fields:\n"
    "    number: {label: {zh: 人口编号, en: Person number}, type: text, required: true, headings: [人编号]}\n"
    "    household: {label: {zh: 所属户, en: Household of the person}, type: reference, register: household, "
    "required: true}\n"
    "    name: {label: {zh: 姓名, en: Name}, type: text, pattern: \"[^0-9]+\"}\n"
    "    id_number: {label: {zh: 证件号码, en: Identity number}, type: text, format: idcard, sensitive: "
    "identity}\n"
    "    sex: {label: {zh: 性别, en: Sex of the person}, type: code, dictionary: sex}\n"
    "    health: {label: {zh: 健康状况, en: Health of the person}, type: codes, dictionary: health, "
    "sensitive: health}\n"
    "    birth: {label: {zh: 出生日期, en: Birth date}, type: date, empty: [不详]}\n"
    "    bank: {label: {zh: 银行卡号, en: Bank account}, type: text, format: digits, sensitive: bank}\n"
    "income:\n"
    "  label: {zh: 年度收入, en: Yearly income}\n"
    "  clause: 一\n"
    "  key: [household, year]\n"
    "  parent: household\n"
    "  fields:\n"
    "    household: {label: {zh: 收入所属户, en: Household of the income}, type: reference, register: "
    "household, required: true}\n"
    "    year: {label: {zh: 年度, en: Year}, type: int, required: true, min: 2000, max: 2100}\n"
    "    wage: {label: {zh: 工资性收入, en: Wage income}, type: money, headings: [{heading: 务工收入, unit: "
    "万元}]}\n"
    "    source: {label: {zh: 来源, en: Source}, type: text}\n";

static const char *const feeds = "full:\n"
                                 "  label: {zh: 全字段, en: Full export}\n"
                                 "  clause: 一\n"
                                 "  registers:\n"
                                 "    - {register: village, mode: match, key: [township, name]}\n"
                                 "    - {register: household, columns: {户主: head}}\n"
                                 "    - {register: person}\n"
                                 "    - {register: income, set: {source: 国家系统}, needs: [year]}\n"
                                 "members:\n"
                                 "  label: {zh: 成员, en: Members sheet}\n"
                                 "  clause: 一\n"
                                 "  registers:\n"
                                 "    - {register: household, mode: match}\n"
                                 "    - {register: person, fields: [number, name, sex]}\n"
                                 "incomes:\n"
                                 "  label: {zh: 收入表, en: Income sheet}\n"
                                 "  clause: 一\n"
                                 "  registers:\n"
                                 "    - {register: household, mode: match}\n"
                                 "    - {register: income}\n";

struct pack *small_pack(void)
{
    const struct pack_file files[] = {
        {TEXT("dictionaries.yaml"), text_of(dictionaries)},
        {TEXT("feeds/all.yaml"), text_of(feeds)},
        {TEXT("pack.yaml"), text_of(manifest)},
        {TEXT("plan.yaml"), text_of(plan)},
        {TEXT("registers/all.yaml"), text_of(registers)},
        {TEXT("units.yaml"), text_of(units)},
    };
    struct pack *pack = NULL;
    struct fault_list faults = {0};
    struct err err = {0};
    if (pack_load_files("small", files, sizeof files / sizeof files[0], &pack, &faults, &err) < 0) {
        for (size_t i = 0; i < faults.count; i++) {
            char line[1024];
            err_format(&faults.items[i], "en", line, sizeof line);
            print_error("%s\n", line);
        }
        fail_msg("%s", err.en);
    }
    fault_list_fini(&faults);
    return pack;
}

int small_register(const struct pack *pack, const char *name)
{
    int reg = schema_register_find(&pack->schema, text_of(name));
    assert_true(reg >= 0);
    return reg;
}

int small_field(const struct pack *pack, const char *reg, const char *field)
{
    int index = schema_field_find(&pack->schema.registers[small_register(pack, reg)], text_of(field));
    assert_true(index >= 0);
    return index;
}

const struct pack_feed *small_feed(const struct pack *pack, const char *name)
{
    int index = pack_feed_find(pack, text_of(name));
    assert_true(index >= 0);
    return &pack->feeds[index];
}
