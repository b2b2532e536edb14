/* The form of the cases is made for reading: a line a case, values as a spreadsheet would hold them, and
 * whatever a record must hang on is made up when the line leaves it out. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "pack/value.h"

const char *const answer_names[ANSWERS] = {"hit", "miss", "unknown"};

static const struct text usual_date = TEXT("2022-09-30");

int cases_file(const char *path, struct arena *arena, struct text *out, struct err *err)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return err_errno(err, path, "打不开", "cannot be opened");
    struct buffer content = {0};
    char part[4096];
    for (size_t size; (size = fread(part, 1, sizeof part, file)) > 0;) buffer_add(&content, part, size);
    int code = ferror(file) ? err_errno(err, path, "读不出", "cannot be read") : 0;
    fclose(file);
    if (code == 0) *out = arena_text(arena, buffer_get(&content));
    buffer_fini(&content);
    return code;
}

/* What stands before the first `mark` of *rest, trimmed; *rest goes on behind it. */
static struct text cut(struct text *rest, struct text mark)
{
    ptrdiff_t at = text_find(*rest, mark);
    struct text part = {rest->at, at < 0 ? rest->size : (size_t)at};
    size_t used = at < 0 ? rest->size : part.size + mark.size;
    rest->at += used;
    rest->size -= used;
    return text_trim(part);
}

static int fault(struct err *err, const char *what, struct text where)
{
    return err_set(err, ERR_INPUT, "%s: %.*s", "%s: %.*s", what, TEXT_ARGS(where));
}

/* ---- The lines ---- */

static int read_case(struct text line, struct rule_case *item, struct err *err)
{
    struct text word = cut(&line, TEXT(":"));
    size_t answer = 0;
    while (answer < ANSWERS && !text_is(word, answer_names[answer])) answer++;
    if (answer == ANSWERS) return fault(err, "hit, miss or unknown is expected", word);
    item->answer = (enum answer)answer;
    item->records = text_trim(line);
    struct text date = usual_date;
    if (text_starts(item->records, TEXT("@"))) {
        date = cut(&item->records, TEXT(" "));
        date = (struct text){date.at + 1, date.size - 1};
    }
    return date_parse(date, &item->as_of) ? 0 : fault(err, "this is no date", date);
}

int cases_read(const struct pack *pack, const char *path, struct text content, struct arena *arena,
               struct rule_cases *out, struct err *err)
{
    int rule = -1, line_number = 0;
    while (content.size > 0) {
        struct text raw = content, line = cut(&content, TEXT("\n"));
        line_number++;
        if (line.size == 0 || text_starts(line, TEXT("#"))) continue;
        int code = 0;
        if (raw.at[0] != ' ') {
            rule = pack_rule_find(pack, line);
            if (rule < 0) code = fault(err, "the pack has no such rule", line);
        } else if (rule < 0) {
            code = fault(err, "a rule's name is expected before", line);
        } else {
            out->items = arena_grow(arena, out->items, &out->capacity, out->count + 1, sizeof *out->items);
            struct rule_case *item = &out->items[out->count++];
            item->rule = rule;
            item->line = line_number;
            code = read_case(line, item, err);
        }
        if (code < 0) return err_at(err, path, line_number, 1);
    }
    return 0;
}

/* ---- The records ---- */

struct population {
    const struct pack *pack;
    struct arena *arena;
    struct frame_builder *builder;
    int64_t *counts; /* records so far, by register: also the number of the last one */
    struct err *err;
};

static int read_value(struct population *population, struct type type, struct text written,
                      struct value *value)
{
    if (type.kind != TYPE_RECORD)
        return pack_value_parse(&population->pack->schema, type, written, value, population->err);
    char *end;
    const char *digits = arena_copy(population->arena, written.at, written.size);
    int64_t number = strtoll(digits, &end, 10);
    if (number < 1 || *end != '\0' || number > population->counts[type.record])
        return fault(population->err, "there is no record of that number before", written);
    *value = (struct value){.known = true, .integer = number};
    return 0;
}

static int read_field(struct population *population, int reg, struct text written, struct value *values)
{
    const struct schema_register *into = &population->pack->schema.registers[reg];
    struct text name = cut(&written, TEXT("="));
    int field = schema_field_find(into, name);
    if (field < 0) return fault(population->err, "the register has no such field", name);
    return read_value(population, into->fields[field].type, text_trim(written), &values[field]);
}

static int add_record(struct population *population, int reg, struct text fields)
{
    const struct schema_register *into = &population->pack->schema.registers[reg];
    struct value *values = arena_array(population->arena, into->field_count, sizeof *values);
    int code = 0;
    while (code == 0 && (fields = text_trim(fields)).size > 0)
        code = read_field(population, reg, cut(&fields, TEXT(", ")), values);
    if (code == 0 && into->parent >= 0 && !values[into->parent_field].known) {
        if (population->counts[into->parent] == 0)
            code = add_record(population, into->parent, (struct text){NULL, 0});
        values[into->parent_field] =
            (struct value){.known = true, .integer = population->counts[into->parent]};
    }
    if (code == 0) frame_builder_row(population->builder, reg, ++population->counts[reg], values);
    return code;
}

int case_frame(const struct pack *pack, const struct rule_case *item, struct arena *arena, struct frame **out,
               struct err *err)
{
    const struct schema *schema = &pack->schema;
    struct population population = {
        .pack = pack, .arena = arena, .builder = frame_builder_new(schema), .err = err};
    population.counts = arena_array(arena, schema->register_count, sizeof *population.counts);
    for (size_t reg = 0; reg < schema->register_count; reg++) {
        bool *all = arena_array(arena, schema->registers[reg].field_count, sizeof *all);
        memset(all, 1, schema->registers[reg].field_count * sizeof *all);
        frame_builder_fields(population.builder, (int)reg, all);
    }
    int code = 0;
    for (struct text rest = item->records; code == 0 && rest.size > 0;) {
        struct text record = cut(&rest, TEXT(" |")), name = cut(&record, TEXT(" "));
        int reg = schema_register_find(schema, name);
        code = reg < 0 ? fault(err, "there is no such register", name) : add_record(&population, reg, record);
    }
    if (code == 0 && population.counts[pack->rules[item->rule].scope] == 0)
        code = fault(err, "there is no record of the rule's register in", item->records);
    if (code == 0) return frame_builder_finish(population.builder, out, err);
    frame_builder_free(population.builder);
    return code;
}
