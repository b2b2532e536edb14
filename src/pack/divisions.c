/* The tree of divisions from the pack's CSV file: county, townships, villages. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pack/reader.h"

enum { COLUMN_CODE, COLUMN_NAME, COLUMN_LEVEL, COLUMN_PARENT, COLUMNS };

enum { DIVISIONS_MAX = 200000, CODE_SIZE_MAX = 32 };

static const char *const level_names[] = {"county", "township", "village"};

struct cell {
    struct text text;
    int column;
};

/* A row of the file, its parent not yet looked up. */
struct row {
    struct pack_division division;
    struct cell parent;
    int line;
};

struct csv {
    struct reader *reader;
    const char *file;
    struct text text;
    size_t offset;
    int line; /* of the row being read */
    struct row *rows;
    size_t count, capacity;
    struct map codes; /* → row */
};

/* The message is in *err already. */
static void report(struct csv *csv, struct err *err, int line, int column)
{
    err_at(err, csv->file, line, column);
    fault_list_add(csv->reader->faults, err);
}

/* ---- Lines and cells ---- */

static bool check_bytes(struct csv *csv)
{
    struct err err;
    int line = 1;
    size_t valid = text_valid_prefix(csv->text);
    for (size_t i = 0; i < csv->text.size; i++) {
        unsigned char c = (unsigned char)csv->text.at[i];
        bool bad = i == valid || c == 0x7F || (c < 0x20 && c != '\n' && c != '\r');
        line += c == '\n';
        if (!bad) continue;
        err_set(&err, ERR_INPUT, "此行有控制字符，或不是有效的 UTF-8；请另存为 UTF-8 编码的 CSV",
                "a control character, or not valid UTF-8, in this line; save the file as CSV in UTF-8");
        report(csv, &err, line, 1);
        return false;
    }
    return true;
}

/* The next line without its end; false behind the last. */
static bool next_line(struct csv *csv, struct text *line)
{
    if (csv->offset >= csv->text.size) return false;
    const char *at = csv->text.at + csv->offset;
    size_t left = csv->text.size - csv->offset;
    const char *end = memchr(at, '\n', left);
    size_t size = end == NULL ? left : (size_t)(end - at);
    csv->offset += size + 1;
    csv->line++;
    if (size > 0 && at[size - 1] == '\r') size--;
    *line = (struct text){at, size};
    return true;
}

/* A quoted cell from behind its opening quote; *offset behind the closing one. Doubled quotes stand for one.
 */
static struct text quoted_cell(struct csv *csv, struct text line, size_t *offset)
{
    char *out = arena_alloc(csv->reader->arena, line.size - *offset + 1);
    size_t size = 0;
    while (*offset < line.size) {
        char c = line.at[(*offset)++];
        if (c == '"') {
            if (*offset == line.size || line.at[*offset] != '"') break;
            (*offset)++;
        }
        out[size++] = c;
    }
    return (struct text){out, size};
}

/* Splits into at most COLUMNS cells; false with a fault for another number of them. */
static bool split(struct csv *csv, struct text line, struct cell cells[COLUMNS])
{
    struct err err;
    size_t count = 0, offset = 0;
    for (;;) {
        int column = (int)text_length((struct text){line.at, offset}) + 1;
        struct text text;
        if (offset < line.size && line.at[offset] == '"') {
            offset++;
            text = quoted_cell(csv, line, &offset);
        } else {
            const char *comma = memchr(line.at + offset, ',', line.size - offset);
            size_t end = comma == NULL ? line.size : (size_t)(comma - line.at);
            text = (struct text){line.at + offset, end - offset};
            offset = end;
        }
        if (count < COLUMNS) cells[count] = (struct cell){text_trim(text), column};
        count++;
        if (offset >= line.size || line.at[offset] != ',') break;
        offset++;
    }
    if (count == COLUMNS && offset == line.size) return true;
    err_set(&err, ERR_INPUT, "此行应有 4 格：code,name,level,parent",
            "expected 4 cells: code,name,level,parent");
    report(csv, &err, csv->line, 1);
    return false;
}

/* ---- Rows ---- */

static bool check_header(struct csv *csv)
{
    struct text line;
    struct err err;
    if (next_line(csv, &line) && text_is(text_trim(line), "code,name,level,parent")) return true;
    err_set(&err, ERR_INPUT, "第一行应是 code,name,level,parent",
            "expected the first line to be code,name,level,parent");
    report(csv, &err, 1, 1);
    return false;
}

static bool is_code(struct text code)
{
    for (size_t i = 0; i < code.size; i++) {
        char c = code.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
              c == '.' || c == '_'))
            return false;
    }
    return code.size > 0 && code.size <= CODE_SIZE_MAX;
}

static bool read_level(struct csv *csv, const struct cell *cell, enum division_level *level)
{
    struct suggest suggest = suggest_start(cell->text);
    for (int i = 0; i < 3; i++) {
        if (text_is(cell->text, level_names[i])) {
            *level = (enum division_level)i;
            return true;
        }
        suggest_offer(&suggest, text_of(level_names[i]));
    }
    struct text shown = yaml_shown(cell->text), best = suggest.best.size > 0 ? suggest.best : TEXT("village");
    struct err err;
    err_set(&err, ERR_INPUT, "级别“%.*s”应是 county、township、village 之一；是否要写“%.*s”？",
            "level `%.*s`: expected one of county, township, village; did you mean `%.*s`?", TEXT_ARGS(shown),
            TEXT_ARGS(best));
    report(csv, &err, csv->line, cell->column);
    return false;
}

static void read_row(struct csv *csv, struct text line)
{
    struct cell cells[COLUMNS];
    struct err err;
    struct row row = {.line = csv->line};
    if (!split(csv, line, cells)) return;
    row.division =
        (struct pack_division){cells[COLUMN_CODE].text, cells[COLUMN_NAME].text, DIVISION_COUNTY, -1};
    row.parent = cells[COLUMN_PARENT];
    struct text shown = yaml_shown(row.division.code);
    size_t first;
    if (!is_code(row.division.code)) {
        err_set(&err, ERR_INPUT, "区划代码“%.*s”应由数字、字母、- . _ 组成，最多 32 个字符",
                "the code `%.*s` should consist of digits, letters, - . _, 32 at most", TEXT_ARGS(shown));
        report(csv, &err, csv->line, cells[COLUMN_CODE].column);
        return;
    }
    if (row.division.name.size == 0) {
        err_set(&err, ERR_INPUT, "区划“%.*s”没有名称", "division `%.*s` has no name", TEXT_ARGS(shown));
        report(csv, &err, csv->line, cells[COLUMN_NAME].column);
    }
    if (!read_level(csv, &cells[COLUMN_LEVEL], &row.division.level)) return;
    if (!map_add(&csv->codes, row.division.code, csv->count, &first)) {
        err_set(&err, ERR_INPUT, "区划代码“%.*s”重复：第 %d 行已有",
                "the code `%.*s` stands in line %d already", TEXT_ARGS(shown), csv->rows[first].line);
        report(csv, &err, csv->line, cells[COLUMN_CODE].column);
        return;
    }
    csv->rows = mem_grow(csv->rows, &csv->capacity, csv->count + 1, sizeof *csv->rows);
    csv->rows[csv->count++] = row;
}

static void read_rows(struct csv *csv)
{
    struct text line;
    struct err err;
    while (next_line(csv, &line)) {
        if (text_trim(line).size == 0) continue;
        if (csv->count == DIVISIONS_MAX) {
            err_set(&err, ERR_LIMIT, "区划超过 200,000 个", "more than 200,000 divisions");
            report(csv, &err, csv->line, 1);
            return;
        }
        read_row(csv, line);
    }
}

/* ---- The tree ---- */

static void unknown_parent(struct csv *csv, const struct row *row)
{
    struct text shown = yaml_shown(row->parent.text);
    struct err err;
    struct suggest suggest = suggest_start(row->parent.text);
    for (size_t i = 0; i < csv->count; i++)
        if (csv->rows[i].division.level + 1 == row->division.level)
            suggest_offer(&suggest, csv->rows[i].division.code);
    if (suggest.best.size > 0)
        err_set(&err, ERR_INPUT, "没有代码为“%.*s”的上级区划；是否要写“%.*s”？",
                "unknown parent `%.*s`; did you mean `%.*s`?", TEXT_ARGS(shown), TEXT_ARGS(suggest.best));
    else
        err_set(&err, ERR_INPUT, "没有代码为“%.*s”的上级区划", "unknown parent `%.*s`", TEXT_ARGS(shown));
    report(csv, &err, row->line, row->parent.column);
}

static void link_parent(struct csv *csv, struct row *row, const size_t *places)
{
    struct err err;
    size_t parent;
    if (row->division.level == DIVISION_COUNTY) {
        if (row->parent.text.size == 0) return;
        err_set(&err, ERR_INPUT, "county 没有上级；此格应空白",
                "a county has no parent; expected an empty cell");
        report(csv, &err, row->line, row->parent.column);
    } else if (!map_get(&csv->codes, row->parent.text, &parent)) {
        if (csv->reader->faults->dropped == 0)
            unknown_parent(csv, row); /* a million suggestions help nobody */
    } else if (csv->rows[parent].division.level + 1 != row->division.level) {
        err_set(&err, ERR_INPUT, "上级应是 %s 级，而“%.*s”是 %s 级",
                "expected a parent of level %s; `%.*s` is a %s", level_names[row->division.level - 1],
                TEXT_ARGS(row->parent.text), level_names[csv->rows[parent].division.level]);
        report(csv, &err, row->line, row->parent.column);
    } else {
        row->division.parent = (int)places[parent];
    }
}

/* By level, and within a level as the file has them: so parents come before children. */
static void build_tree(struct csv *csv)
{
    struct pack *pack = csv->reader->pack;
    struct err err;
    pack->divisions = arena_array(csv->reader->arena, csv->count, sizeof *pack->divisions);
    size_t *places = mem_new(csv->count, sizeof *places), next = 0, counties = 0;
    for (int level = DIVISION_COUNTY; level <= DIVISION_VILLAGE; level++)
        for (size_t i = 0; i < csv->count; i++)
            if ((int)csv->rows[i].division.level == level) places[i] = next++;
    for (size_t i = 0; i < csv->count; i++) {
        link_parent(csv, &csv->rows[i], places);
        pack->divisions[places[i]] = csv->rows[i].division;
        counties += csv->rows[i].division.level == DIVISION_COUNTY;
    }
    pack->division_count = csv->count;
    free(places);
    if (counties == 1) return;
    err_set(&err, ERR_INPUT, "应有且只有一个 county，现有 %zu 个", "expected exactly one county, found %zu",
            counties);
    report(csv, &err, 1, 1);
}

void read_divisions(struct reader *reader)
{
    struct pack *pack = reader->pack;
    const struct yaml_node *root = reader->documents[DOCUMENT_PACK][0];
    const struct yaml_node *divisions = yaml_get(root, "divisions"), *division = yaml_get(root, "division");
    struct text path;
    if (yaml_kind(divisions) != YAML_MAPPING) return;
    const struct yaml_node *node =
        yaml_need(divisions, "file", "divisions.csv", "divisions.csv", reader->faults);
    if (!yaml_string(node, &path, reader->faults)) return;
    const struct pack_file *file = files_find(pack, path);
    if (file == NULL) {
        yaml_fault(node, reader->faults, "配置包中没有文件“%.*s”", "there is no file `%.*s` in the pack",
                   TEXT_ARGS(yaml_shown(path)));
        return;
    }
    struct csv csv = {.reader = reader, .file = reader_file(reader, path), .text = file->content};
    if (text_starts(csv.text, TEXT("\xEF\xBB\xBF")))
        csv.text = (struct text){csv.text.at + 3, csv.text.size - 3};
    if (check_bytes(&csv) && check_header(&csv)) {
        read_rows(&csv);
        build_tree(&csv);
        if (division != NULL && pack->division.size > 0 && !map_get(&csv.codes, pack->division, NULL))
            yaml_fault(division, reader->faults, "区划表中没有代码“%.*s”",
                       "the divisions have no code `%.*s`", TEXT_ARGS(yaml_shown(pack->division)));
    }
    free(csv.rows);
    map_fini(&csv.codes);
}
