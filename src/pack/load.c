/* The order of reading: files, trees, then subject by subject, each resting on those before; and what a
 * caller gets at the end, a pack without any fault or none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pack/adopted.h"
#include "pack/reader.h"

static const struct {
    const char *name;
    bool folder; /* also any number of files name/….yaml */
} kinds[DOCUMENT_COUNT] = {
    [DOCUMENT_PACK] = {"pack", false},
    [DOCUMENT_PLAN] = {"plan", false},
    [DOCUMENT_UNITS] = {"units", false},
    [DOCUMENT_DICTIONARIES] = {"dictionaries", true},
    [DOCUMENT_PARAMETERS] = {"parameters", true},
    [DOCUMENT_REGISTERS] = {"registers", true},
    [DOCUMENT_DEFINITIONS] = {"definitions", true},
    [DOCUMENT_RULES] = {"rules", true},
    [DOCUMENT_FEEDS] = {"feeds", true},
    [DOCUMENT_DEMO] = {"demo", true},
    [DOCUMENT_ROLES] = {"roles", false},
    [DOCUMENT_INDICATORS] = {"indicators", true},
    [DOCUMENT_CATALOGUES] = {"catalogues", true},
    [DOCUMENT_ATTACHMENTS] = {"attachments", false},
    [DOCUMENT_CLUES] = {"clues", true},
    [DOCUMENT_WORKFLOWS] = {"workflows", true},
    [DOCUMENT_HOLIDAYS] = {"holidays", false},
    [DOCUMENT_ASSESSMENT] = {"assessment", true},
    [DOCUMENT_DECLARATION] = {"declaration", false},
    [DOCUMENT_BULLETINS] = {"bulletins", true},
};

/* "rules.yaml" and "rules/monitoring.yaml" are rules. */
static bool kind_of(struct text path, enum document_kind *kind)
{
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        struct text name = text_of(kinds[i].name);
        if (!text_starts(path, name)) continue;
        struct text rest = {path.at + name.size, path.size - name.size};
        if (!text_is(rest, ".yaml") && !(kinds[i].folder && text_starts(rest, TEXT("/")))) continue;
        *kind = (enum document_kind)i;
        return true;
    }
    return false;
}

static void unknown_file(struct reader *reader, struct text path)
{
    struct suggest suggest = suggest_start(path);
    char names[DOCUMENT_COUNT][200];
    ptrdiff_t slash = text_find(path, TEXT("/"));
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        if (slash >= 0 && !kinds[i].folder) continue;
        struct text rest =
            slash >= 0 ? (struct text){path.at + slash, path.size - (size_t)slash} : TEXT(".yaml");
        snprintf(names[i], sizeof names[i], "%s%.*s", kinds[i].name, TEXT_ARGS(rest));
        suggest_offer(&suggest, text_of(names[i]));
    }
    struct err err;
    if (suggest.best.size > 0)
        err_set(&err, ERR_INPUT, "配置包中没有这种文件；是否应为“%.*s”？",
                "a pack has no such file; did you mean `%.*s`?", TEXT_ARGS(suggest.best));
    else
        err_set(&err, ERR_INPUT, "配置包中没有这种文件；见 docs/pack.md",
                "a pack has no such file; see docs/pack.md");
    err_at(&err, reader_file(reader, path), 0, 0);
    fault_list_add(reader->faults, &err);
}

static void parse_file(struct reader *reader, const struct pack_file *file)
{
    enum document_kind kind;
    if (!text_ends(file->path, TEXT(".yaml"))) return;
    if (!kind_of(file->path, &kind)) {
        unknown_file(reader, file->path);
        return;
    }
    const struct yaml_node *root =
        yaml_parse(file->content, reader_file(reader, file->path), reader->arena, reader->faults);
    if (root == NULL)
        reader->broken[kind] = true;
    else
        reader->documents[kind][reader->document_counts[kind]++] = root;
}

static void parse_files(struct reader *reader)
{
    size_t count = reader->pack->file_count;
    for (size_t kind = 0; kind < DOCUMENT_COUNT; kind++)
        reader->documents[kind] = arena_array(reader->arena, count, sizeof(struct yaml_node *));
    for (size_t i = 0; i < count; i++) parse_file(reader, &reader->pack->files[i]);
}

static bool has_manifest(struct reader *reader)
{
    if (files_find(reader->pack, TEXT("pack.yaml")) != NULL) return true;
    struct err err;
    err_set(&err, ERR_INPUT, "没有这个文件；它说明配置包是什么，见 docs/pack.md",
            "there is no such file; it says what the pack is, see docs/pack.md");
    err_at(&err, reader_file(reader, TEXT("pack.yaml")), 0, 0);
    fault_list_add(reader->faults, &err);
    return false;
}

static void read_all(struct reader *reader)
{
    if (!has_manifest(reader)) return;
    parse_files(reader);
    if (reader->broken[DOCUMENT_PACK] || !read_manifest(reader)) return;
    read_units(reader);
    read_plan(reader);
    read_dictionaries(reader);
    read_workflow_states(reader);
    read_registers(reader);
    read_parameters(reader);
    read_definitions(reader);
    read_rules(reader);
    read_feeds(reader);
    read_manifest_references(reader);
    read_divisions(reader);
    read_map(reader);
    read_roles(reader);
    read_indicators(reader);
    read_progress(reader);
    read_catalogues(reader);
    read_attachments(reader);
    read_holidays(reader);
    read_workflows(reader);
    read_assessment(reader);
    read_clues(reader);
    read_declaration(reader);
    read_bulletins(reader);
}

static void reader_fini(struct reader *reader)
{
    struct map *maps[] = {&reader->clauses,    &reader->units,      &reader->dictionaries,
                          &reader->registers,  &reader->parameters, &reader->rules,
                          &reader->feeds,      &reader->workflows,  &reader->case_registers,
                          &reader->indicators, &reader->suspects};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) map_fini(maps[i]);
    for (size_t i = 0; i < reader->pack->schema.register_count; i++) {
        map_fini(&reader->field_names[i]);
        spellings_fini(&reader->field_spellings[i]);
    }
    free(reader->field_names);
    free(reader->field_spellings);
    spellings_fini(&reader->parameter_spellings);
}

/* Reads what the files step has put into the pack. Takes the pack. */
static int finish(struct reader *reader, int result, struct pack **out, struct err *err)
{
    struct fault_list *faults = reader->faults;
    if (result == 0) {
        read_all(reader);
        files_digest(reader->pack);
    }
    reader_fini(reader);
    fault_list_sort(faults);
    size_t count = faults->count + faults->dropped;
    if (result == 0 && count == 0) {
        *out = reader->pack;
        return 0;
    }
    if (result == 0)
        result = err_set(err, ERR_INPUT, "配置包 %s 有 %zu 处错误", "the pack %s has %zu faults",
                         reader->where, count);
    pack_free(reader->pack);
    return result;
}

static struct pack *new_pack(void)
{
    struct pack *pack = mem_new(1, sizeof *pack);
    pack->subject = pack->people = pack->category = pack->subcategory = -1;
    pack->division_register = pack->division_code = pack->division_name = pack->division_township = -1;
    pack->declaration.reg = -1;
    pack->progress.report.reg = pack->progress.dispute.reg = pack->progress.dispatch.unit = -1;
    pack->changes.reg = -1;
    pack->local = pack_local_new();
    pack->language = "zh";
    pack->schema.units =
        arena_array(&pack->arena, 0, sizeof *pack->schema.units); /* as the other arrays, never NULL */
    return pack;
}

int pack_load(const char *folder, struct pack **out, struct fault_list *faults, struct err *err)
{
    *out = NULL;
    size_t size = strlen(folder);
    while (size > 1 && folder[size - 1] == '/') size--;
    struct pack *pack = new_pack();
    struct reader reader = {.pack = pack, .arena = &pack->arena, .faults = faults};
    reader.where = arena_copy(&pack->arena, folder, size);
    return finish(&reader, files_read_folder(&reader, folder, err), out, err);
}

int pack_load_files(const char *where, const struct pack_file *files, size_t count, struct pack **out,
                    struct fault_list *faults, struct err *err)
{
    *out = NULL;
    struct pack *pack = new_pack();
    struct reader reader = {.pack = pack, .arena = &pack->arena, .faults = faults};
    reader.where = arena_string(&pack->arena, where);
    return finish(&reader, files_copy(&reader, files, count, err), out, err);
}

void pack_free(struct pack *pack)
{
    if (pack == NULL) return;
    pack_local_free(pack->local);
    arena_fini(&pack->arena);
    free(pack);
}
