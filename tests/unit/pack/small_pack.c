/* The pack that the tests break in one place at a time. Positions in expectations refer to the replaced file.
 */
#include "small_pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct {
    const char *path, *content;
} small[] = {
    {"pack.yaml", "format: 1\n"
                  "name: small\n"
                  "title: {zh: 小包, en: Small}\n"
                  "years: [2022, 2024]\n"
                  "division: C1\n"
                  "languages: [zh, en]\n"
                  "subject: household\n"
                  "people: person\n"
                  "category: category\n"
                  "divisions: {file: divisions.csv, register: village, fields: {code: code, name: name}, "
                  "map: map.geojson}\n"
                  "highlights: [poor]\n"
                  "dashboard: {income: [gap], rule: poor}\n"
                  "units: [{name: mu, zh: 亩, en: mu}]\n"},
    {"plan.yaml", "chapters:\n"
                  "  - clause: 一\n"
                  "    title: {zh: 总, en: All}\n"
                  "    lead: [bureau]\n"
                  "    tasks:\n"
                  "      - {clause: 一(一), title: {zh: 分, en: Part}, responsible: bureau}\n"},
    {"units.yaml", "bureau: {label: {zh: 局, en: Bureau}, kind: department, aliases: [县局]}\n"},
    {"dictionaries.yaml", "category:\n"
                          "  label: {zh: 类别, en: Category}\n"
                          "  codes:\n"
                          "    low: {label: {zh: 低, en: Low}, aliases: [低收入]}\n"
                          "    ill: {label: {zh: 患病, en: Ill}}\n"
                          "    old: {label: {zh: 老年, en: Old}}\n"},
    {"parameters.yaml", "line:\n"
                        "  label: {zh: 收入线, en: Income line}\n"
                        "  type: money\n"
                        "  clause: 一\n"
                        "  values:\n"
                        "    - {from: 2022-01-01, value: 1万元}\n"
                        "    - {from: 2023-01-01, value: 10500.50}\n"},
    {"registers/person.yaml",
     "person:\n"
     "  label: {zh: 人, en: Person}\n"
     "  key: [household, name]\n"
     "  parent: household\n"
     "  fields:\n"
     "    household: {label: {zh: 所属户, en: Household of person}, type: reference, register: household, "
     "required: true}\n"
     "    name: {label: {zh: 姓名, en: Name}, type: text, required: true}\n"
     "    needs: {label: {zh: 需求, en: Needs}, type: codes, dictionary: category, sensitive: health, "
     "separators: '+ '}\n"
     "    born: {label: {zh: 出生日期, en: Born}, type: date}\n"},
    {"registers/register.yaml",
     "household:\n"
     "  label: {zh: 户, en: Household}\n"
     "  clause: [一, 一(一)]\n"
     "  key: [number]\n"
     "  parent: village\n"
     "  name: number\n"
     "  fields:\n"
     "    number: {group: {zh: 基本, en: Basics}, label: {zh: 户编号, en: Number}, type: text, required: "
     "true, pattern: '[0-9]+', headings: "
     "[户号]}\n"
     "    village: {label: {zh: 所在村, en: Village of household}, type: reference, register: village, "
     "required: true}\n"
     "    category: {label: {zh: 户类别, en: Category}, type: code, dictionary: category}\n"
     "    income: {label: {zh: 收入, en: Income}, type: money, min: 0, max: 10000万元, headings: [{heading: "
     "收入（万元）, unit: 万元}]}\n"
     "    land: {label: {zh: 耕地, en: Land}, type: decimal, unit: 亩}\n"
     "village:\n"
     "  label: {zh: 村, en: Village}\n"
     "  key: [code]\n"
     "  fields:\n"
     "    code: {label: {zh: 村代码, en: Code}, type: text, required: true}\n"
     "    name: {label: {zh: 村名, en: Village name}, type: text, required: true}\n"},
    {"definitions.yaml",
     "household:\n"
     "  gap: {label: {zh: 差额, en: Gap}, type: money, clause: 一, formula: line - income}\n"},
    {"rules/rules.yaml", "poor:\n"
                         "  register: household\n"
                         "  label: {zh: 低收入户, en: Poor}\n"
                         "  clause: 一(一)\n"
                         "  kind: list\n"
                         "  unit: bureau\n"
                         "  formula: >\n"
                         "    gap > 0\n"
                         "    and category = low\n"},
    {"feeds/feeds.yaml", "sheet:\n"
                         "  label: {zh: 总表, en: Sheet}\n"
                         "  registers:\n"
                         "    - {register: village, mode: match, key: name}\n"
                         "    - {register: household, columns: {家庭编号: number, 万元: {field: income, "
                         "unit: 万元}}, set: {category: 低收入}}\n"
                         "    - {register: person, fields: [born]}\n"},
    {"roles.yaml",
     "clerk: {label: {zh: 文员, en: Clerk}, scope: everywhere, registers: {'*': [read, create, edit]}}\n"
     "reader: {label: {zh: 读者, en: Reader}, scope: everywhere, registers: {'*': [read]}}\n"},
    {"divisions.csv", "code,name,level,parent\n"
                      "V1,一村,village,T1\n"
                      "C1,县,county,\n"
                      "T1,镇,township,C1\n"},
    {"map.geojson",
     "{\"type\": \"FeatureCollection\", \"name\": \"x\", \"features\": [{\"type\": \"Feature\", "
     "\"properties\": {\"code\": \"T1\", \"secret\": 1}, \"geometry\": {\"type\": \"Polygon\", "
     "\"coordinates\": [[[112.1234567, 26], [113, 26, 5], [113, 27], [112.1234567, 26]]]}}]}"},
};

enum { SMALL_COUNT = sizeof small / sizeof *small };

struct loaded small_pack_load_two(const char *path, const char *content, const char *other,
                                  const char *other_content)
{
    struct pack_file files[SMALL_COUNT + 2];
    size_t count = 0;
    for (size_t i = 0; i < SMALL_COUNT; i++)
        if ((path == NULL || strcmp(path, small[i].path) != 0) &&
            (other == NULL || strcmp(other, small[i].path) != 0))
            files[count++] = (struct pack_file){text_of(small[i].path), text_of(small[i].content)};
    if (path != NULL && content != NULL) files[count++] = (struct pack_file){text_of(path), text_of(content)};
    if (other != NULL) files[count++] = (struct pack_file){text_of(other), text_of(other_content)};
    struct loaded loaded = {0};
    loaded.result = pack_load_files("", files, count, &loaded.pack, &loaded.faults, &loaded.err);
    return loaded;
}

struct loaded small_pack_load_with(const struct pack_file *more, size_t more_count)
{
    enum { MORE = 10 };
    struct pack_file files[SMALL_COUNT + MORE];
    size_t count = 0;
    struct loaded loaded = {0};
    for (size_t i = 0; i < SMALL_COUNT; i++)
        files[count++] = (struct pack_file){text_of(small[i].path), text_of(small[i].content)};
    for (size_t i = 0; i < more_count && i < MORE; i++) files[count++] = more[i];
    loaded.result = pack_load_files("", files, count, &loaded.pack, &loaded.faults, &loaded.err);
    return loaded;
}

struct loaded small_pack_load(const char *path, const char *content)
{
    return small_pack_load_two(path, content, NULL, NULL);
}

void small_pack_done(struct loaded *loaded)
{
    pack_free(loaded->pack);
    fault_list_fini(&loaded->faults);
}

char *small_pack_faults(const struct loaded *loaded)
{
    struct buffer all = {0};
    for (size_t i = 0; i < loaded->faults.count; i++) {
        char line[1200];
        err_format(&loaded->faults.items[i], "en", line, sizeof line);
        buffer_printf(&all, "%s\n", line);
    }
    char *copy = mem_copy_text(all.data == NULL ? "" : all.data, all.size);
    buffer_fini(&all);
    return copy;
}
