/* One YAML file of a pack from anybody. The first byte says which file of a small pack it is; so each
 * subject's reader is reached with the others in order. Every fault must be a sentence in both languages. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "pack/pack.h"
#include "pack/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *path, *content;
} others[] = {
    {"pack.yaml", "format: 1\nname: f\ntitle: F\nyears: [2022, 2024]\nlanguages: [en]\nsubject: household\n"
                  "divisions: {file: divisions.csv}\n"},
    {"plan.yaml", "chapters: [{clause: a, title: A}]\n"},
    {"units.yaml", "bureau: {label: Bureau, kind: department}\n"},
    {"dictionaries.yaml", "kind: {label: Kind, codes: {low: {label: Low}, high: {label: High}}}\n"},
    {"parameters.yaml",
     "line: {label: Line, type: money, clause: a, values: [{from: 2022-01-01, value: 100}]}\n"},
    {"registers.yaml",
     "household: {label: H, key: [number], fields: {number: {label: N, type: text, required: true}, income: "
     "{label: I, "
     "type: money}, kind: {label: K, type: code, dictionary: kind}}}\n"
     "person: {label: P, key: [household, name], parent: household, fields: {household: {label: HH, type: "
     "reference, "
     "register: household, required: true}, name: {label: Name, type: text, required: true}}}\n"},
    {"definitions.yaml", "household: {gap: {label: Gap, formula: line - income}}\n"},
    {"rules.yaml",
     "poor: {register: household, label: Poor, clause: a, kind: list, formula: gap > 0 and kind = low}\n"},
    {"feeds.yaml", "sheet: {label: Sheet, registers: [{register: household}, {register: person}]}\n"},
    {"divisions.csv", "code,name,level,parent\nC,County,county,\nT,Town,township,C\n"},
};

enum { OTHERS = sizeof others / sizeof *others };

static void check_faults(const struct fault_list *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct err *fault = &faults->items[i];
        if (fault->zh[0] == '\0' || fault->en[0] == '\0' || fault->file[0] == '\0') abort();
        if (!text_valid(text_of(fault->zh)) || !text_valid(text_of(fault->en))) abort();
        if (strpbrk(fault->en, "\033\n") != NULL || strpbrk(fault->zh, "\033\n") != NULL) abort();
    }
}

static void parse_alone(struct text text)
{
    struct arena arena = {0};
    struct fault_list faults = {0};
    const struct yaml_node *root = yaml_parse(text, "fuzz.yaml", &arena, &faults);
    if (root == NULL && faults.count == 0) abort(); /* refused without a word */
    check_faults(&faults);
    fault_list_fini(&faults);
    arena_fini(&arena);
}

static void load_among_others(size_t which, struct text text)
{
    struct pack_file files[OTHERS];
    for (size_t i = 0; i < OTHERS; i++)
        files[i] =
            (struct pack_file){text_of(others[i].path), i == which ? text : text_of(others[i].content)};
    struct pack *pack;
    struct fault_list faults = {0};
    struct err err;
    int result = pack_load_files("fuzz", files, OTHERS, &pack, &faults, &err);
    if ((result == 0) != (pack != NULL) || (result == 0) != (faults.count == 0)) abort();
    check_faults(&faults);
    fault_list_fini(&faults);
    pack_free(pack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    struct text text = {(const char *)data + 1, size - 1};
    parse_alone(text);
    load_among_others(data[0] % OTHERS, text);
    return 0;
}
