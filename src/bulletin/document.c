/* Everything of a document lives and dies together. */
#include "bulletin/document.h"

#include <stdlib.h>

#include "base/mem.h"

struct document *document_new(void)
{
    struct document *document = mem_new(1, sizeof *document);
    document->division = -1;
    return document;
}

void document_free(struct document *document)
{
    if (document == NULL) return;
    arena_fini(&document->arena);
    free(document);
}

static struct document_block *add_block(struct document *document, enum block_kind kind)
{
    document->blocks = arena_grow(&document->arena, document->blocks, &document->block_capacity,
                                  document->block_count + 1, sizeof *document->blocks);
    struct document_block *block = &document->blocks[document->block_count++];
    *block = (struct document_block){.kind = kind};
    return block;
}

void document_say(struct document *document, enum block_kind kind, struct text text)
{
    add_block(document, kind)->text = arena_text(&document->arena, text);
}

struct document_table *document_table(struct document *document, const struct document_column *columns,
                                      size_t count)
{
    struct document_table *table = arena_alloc(&document->arena, sizeof *table);
    table->columns = columns;
    table->column_count = count;
    add_block(document, BLOCK_TABLE)->table = table;
    return table;
}

struct document_cell *document_row(struct document *document, struct document_table *table)
{
    if (document->rows == DOCUMENT_ROWS_MOST) return NULL;
    document->rows++;
    table->cells = arena_grow(&document->arena, table->cells, &table->capacity,
                              (table->row_count + 1) * table->column_count, sizeof *table->cells);
    struct document_cell *cells = &table->cells[table->row_count++ * table->column_count];
    for (size_t i = 0; i < table->column_count; i++) cells[i] = (struct document_cell){0};
    return cells;
}

int document_is_full(struct err *err)
{
    return err_set(err, ERR_LIMIT, "文件的表超过 %d 行，没有生成；请选小一些的地区",
                   "the document's tables have more than %d rows and it was not made; choose a smaller place",
                   DOCUMENT_ROWS_MOST);
}
