/* Reads both forms of cases; a case that is not well formed is an error, never skipped. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "fixture.h"

struct reader {
    const struct schema *schema;
    struct arena *arena;
    struct test_cases *cases;
    struct text rest;
    int line;                 /* of the line read last */
    struct test_case pattern; /* file, data and date of the cases that follow */
    struct err *err;
};

static bool next_line(struct reader *reader, struct text *line)
{
    if (reader->rest.size == 0) return false;
    const char *end = memchr(reader->rest.at, '\n', reader->rest.size);
    size_t size = end == NULL ? reader->rest.size : (size_t)(end - reader->rest.at);
    *line = (struct text){reader->rest.at, size};
    size += end != NULL;
    reader->rest.at += size;
    reader->rest.size -= size;
    reader->line++;
    return true;
}

static struct text next_word(struct text *line)
{
    *line = text_trim(*line);
    bool quoted = false, braced = false;
    size_t size = 0;
    for (; size < line->size && (line->at[size] != ' ' || quoted || braced); size++) {
        if (line->at[size] == '"') quoted = !quoted;
        if (line->at[size] == '{') braced = true;
        if (line->at[size] == '}') braced = false;
    }
    struct text word = {line->at, size};
    line->at += size;
    line->size -= size;
    return word;
}

static int fault(struct reader *reader, const char *what)
{
    err_set(reader->err, ERR_INPUT, "%s", "%s", what);
    return err_at(reader->err, reader->pattern.file, reader->line, 1);
}

static struct test_case *add(struct reader *reader, struct text formula, int line, int reg)
{
    struct test_cases *cases = reader->cases;
    cases->items =
        arena_grow(reader->arena, cases->items, &cases->capacity, cases->count + 1, sizeof *cases->items);
    struct test_case *item = &cases->items[cases->count++];
    *item = reader->pattern;
    item->formula = formula;
    item->line = line;
    item->reg = reg;
    return item;
}

/* "! 1:14 words" */
static int read_error(struct reader *reader, struct text line, struct test_case *item)
{
    int used = 0;
    const char *at = arena_copy(reader->arena, line.at, line.size);
    if (sscanf(at, "! %d:%d %n", &item->error_line, &item->error_column, &used) != 2)
        return fault(reader, "expected: ! line:column words");
    item->error_words = text_of(at + used);
    item->expected = NULL;
    return 0;
}

static int read_values(struct reader *reader, struct text line, struct test_case *item)
{
    if (text_starts(text_trim(line), TEXT("!"))) return read_error(reader, text_trim(line), item);
    item->expected = arena_array(reader->arena, line.size + 1, sizeof *item->expected);
    size_t count = 0;
    for (struct text word; (word = next_word(&line)).size > 0;) item->expected[count++] = word;
    if (item->ids != NULL && count != item->count)
        return fault(reader, "as many values as records are expected");
    item->count = count;
    return count == 0 ? fault(reader, "values are expected") : 0;
}

static int read_directive(struct reader *reader, struct text line)
{
    struct text word = next_word(&line), value = text_trim(line);
    if (text_is(word, "data"))
        reader->pattern.data = arena_copy(reader->arena, value.at, value.size);
    else if (!text_is(word, "as_of") || !date_parse(value, &reader->pattern.as_of))
        return fault(reader, "expected: % data NAME or % as_of DATE");
    return 0;
}

static int find_register(struct reader *reader, struct text name, int *reg)
{
    *reg = text_is(name, "-") ? -1 : schema_register_find(reader->schema, name);
    return *reg < 0 && !text_is(name, "-") ? fault(reader, "there is no such register") : 0;
}

/* The second and third line of a case. */
static int read_rows(struct reader *reader, struct text formula)
{
    struct text line, values;
    int reg, first = reader->line;
    if (!next_line(reader, &line)) return fault(reader, "the register and its records are expected");
    int code = find_register(reader, next_word(&line), &reg);
    if (code < 0) return code;
    if (!next_line(reader, &values)) return fault(reader, "values are expected");
    struct test_case *item = add(reader, formula, first, reg);
    int64_t *ids = arena_array(reader->arena, line.size + 1, sizeof *ids);
    for (struct text word; (word = next_word(&line)).size > 0;)
        ids[item->count++] = strtoll(arena_copy(reader->arena, word.at, word.size), NULL, 10);
    item->ids = ids;
    return read_values(reader, values, item);
}

static int read_test(struct reader *reader)
{
    int code = 0;
    for (struct text line; code == 0 && next_line(reader, &line);) {
        line = text_trim(line);
        if (line.size == 0 || text_starts(line, TEXT("#"))) continue;
        code = text_starts(line, TEXT("%"))
                   ? read_directive(reader, (struct text){line.at + 1, line.size - 1})
                   : read_rows(reader, line);
    }
    return code;
}

/* Formulas and answers up to the closing fence. */
static int read_block(struct reader *reader, int reg)
{
    struct text line, formula = {NULL, 0};
    int first = 0;
    while (next_line(reader, &line)) {
        if (text_starts(line, TEXT("```")))
            return formula.size > 0 ? fault(reader, "=> is expected before the end of the block") : 0;
        if (!text_starts(line, TEXT("=>"))) {
            if (formula.size == 0 && text_trim(line).size == 0) continue;
            if (formula.size == 0) first = reader->line, formula.at = line.at;
            formula.size = (size_t)(line.at + line.size - formula.at);
            continue;
        }
        struct test_case *item = add(reader, formula, first, reg);
        int code = read_values(reader, (struct text){line.at + 2, line.size - 2}, item);
        if (code < 0) return code;
        int64_t *ids = arena_array(reader->arena, item->count + 1, sizeof *ids);
        for (size_t i = 0; i < item->count; i++) ids[i] = (int64_t)i + 1;
        item->ids = ids;
        formula = (struct text){NULL, 0};
    }
    return fault(reader, "the block has no end");
}

static int read_manual(struct reader *reader)
{
    static const char fence[] = "```formula ";
    int code = 0, reg;
    for (struct text line; code == 0 && next_line(reader, &line);) {
        if (!text_starts(line, text_of(fence))) continue;
        code = find_register(
            reader, text_trim((struct text){line.at + sizeof fence - 1, line.size - (sizeof fence - 1)}),
            &reg);
        if (code == 0) code = read_block(reader, reg);
    }
    return code;
}

int cases_read(const struct schema *schema, const char *path, struct arena *arena, struct test_cases *cases,
               struct err *err)
{
    struct reader reader = {.schema = schema, .arena = arena, .cases = cases, .err = err};
    const char *slash = strrchr(path, '/');
    reader.pattern = (struct test_case){.file = slash == NULL ? path : slash + 1, .data = "manual"};
    (void)date_make(2022, 9, 30, &reader.pattern.as_of);
    int code = fixture_read(path, arena, &reader.rest, err);
    if (code < 0) return code;
    return text_ends(text_of(path), TEXT(".md")) ? read_manual(&reader) : read_test(&reader);
}
