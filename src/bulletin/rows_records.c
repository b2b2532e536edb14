/* Records in a table, read through the door as every list is: what is sensitive comes masked, what is out of
 * scope does not come, and what somebody may not carry away does not leave with a file. */
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/money.h"
#include "bulletin/making.h"
#include "progress/lists.h"
#include "register/query.h"

/* ---- Cells ---- */

/* Numbers stay numbers in a sheet. */
static bool exact(enum type_kind kind, int64_t integer, int64_t *value)
{
    if (kind == TYPE_DECIMAL) *value = integer;
    return kind == TYPE_DECIMAL ||
           (kind == TYPE_INT && !__builtin_mul_overflow(integer, (int64_t)DECIMAL_ONE, value)) ||
           (kind == TYPE_MONEY &&
            !__builtin_mul_overflow(integer, (int64_t)(DECIMAL_ONE / MONEY_FEN), value));
}

void making_field(struct making *making, int reg, int field, const struct record *record,
                  struct document_cell *cell)
{
    const struct schema *schema = &making->pack->schema;
    struct type type = schema->registers[reg].fields[field].type;
    const struct value *value = &record->values[field];
    struct buffer text = {0};
    char money[MONEY_TEXT];
    *cell = (struct document_cell){0};
    if (record->masked[field].size > 0) {
        making_cell_text(making, cell, record->masked[field]);
    } else if (value->known && type.kind == TYPE_RECORD) {
        const struct named *named = &record->references[field];
        making_cell_text(making, cell, named->name.size > 0 ? named->name : named->key);
    } else if (value->known && type.kind == TYPE_MONEY) {
        making_cell_text(making, cell, text_of(money_format(value->integer, money)));
        cell->number = exact(type.kind, value->integer, &cell->value);
    } else if (value->known) {
        value_format(schema, type, value, making->question->language, &text);
        making_cell_text(making, cell, buffer_get(&text));
        cell->number = exact(type.kind, value->integer, &cell->value);
    }
    buffer_fini(&text);
}

static void fill_cell(struct making *making, const struct bulletin_table *table,
                      const struct bulletin_column *column, const struct record *record, int64_t number,
                      struct document_cell *cell)
{
    if (column->show == SHOW_FIELD)
        making_field(making, table->reg, column->field, record, cell);
    else if (column->show == SHOW_NUMBER)
        making_cell_int(making, cell, number);
    else if (column->show == SHOW_NAME)
        making_cell_text(making, cell, record->named.name);
    else if (column->show == SHOW_CODE)
        making_cell_text(making, cell, record->named.key);
    else if (column->show == SHOW_TOWNSHIP)
        making_cell_text(making, cell, record->named.township);
    else
        making_cell_text(making, cell, record->named.village);
}

/* ---- Reading ---- */

struct listing {
    struct making *making;
    const struct bulletin_table *table;
    struct document_table *out; /* NULL: no row yet */
    int64_t shown;
    int64_t total; /* that there are */
};

/* Does one of its dates lie behind the one that stands on the bulletin? */
static bool is_later(const struct listing *listing, const struct record *record)
{
    const struct bulletin_table *table = listing->table;
    const struct schema_register *reg = &listing->making->pack->schema.registers[table->reg];
    int32_t as_of = listing->making->document->as_of;
    for (size_t i = 0; i < table->field_count; i++) {
        const struct value *value = &record->values[table->fields[i]];
        bool month = reg->fields[table->fields[i]].type.kind == TYPE_MONTH;
        if (value->known && value->integer > (month ? date_month(as_of) : as_of)) return true;
    }
    return false;
}

static int add_record(struct listing *listing, const struct record *record, struct err *err)
{
    struct making *making = listing->making;
    const struct bulletin_table *table = listing->table;
    if (is_later(listing, record)) {
        listing->total--;
        return 0;
    }
    if (listing->out == NULL)
        listing->out = document_table(making->document, making_columns(making, table), table->column_count);
    struct document_cell *cells = document_row(making->document, listing->out);
    if (cells == NULL) return document_is_full(err);
    listing->shown++;
    making->document->records++;
    for (size_t i = 0; i < table->column_count; i++)
        fill_cell(making, table, &table->columns[i], record, listing->shown, &cells[i]);
    return 0;
}

static int read_pages(struct listing *listing, struct query *query, struct err *err)
{
    const struct bulletin_question *question = listing->making->question;
    struct buffer after = {0};
    bool more = true;
    int code = 0;
    while (code == 0 && more && listing->shown < listing->table->most) {
        struct query_page page = {0};
        int64_t left = listing->table->most - listing->shown;
        query->limit = left < QUERY_LIMIT_MAX ? (size_t)left : QUERY_LIMIT_MAX;
        query->after = buffer_get(&after);
        code = query_list(listing->making->tools->database, question->scope, query, &page, err);
        for (size_t i = 0; code == 0 && i < page.count; i++)
            code = add_record(listing, &page.records[i], err);
        more = code == 0 && page.next.size > 0;
        buffer_clear(&after);
        if (more) buffer_text(&after, page.next);
        query_page_fini(&page);
    }
    buffer_fini(&after);
    return code;
}

static struct query query_for(const struct making *making, const struct bulletin_table *table, int reg)
{
    struct query query = query_of(reg);
    query.language = making->question->language;
    if (reg == table->reg) {
        query.sort = table->sort;
        query.descending = table->descending;
    }
    return query;
}

/* ---- What a figure counts ---- */

static int counted_ids(const struct making *making, int figure, int64_t **ids, size_t *count, struct err *err)
{
    const struct bulletin_figure *asked = &making->bulletin->figures[figure];
    const struct bulletin_tools *tools = making->tools;
    bool own = asked->indicator < 0;
    const struct progress_book *book = own ? bulletin_counts_book(tools->counts) : tools->book;
    struct progress_shelf *shelf = own ? bulletin_counts_shelf(tools->counts) : tools->shelf;
    struct frame *frame;
    int code = progress_shelf_frame(shelf, tools->frames, tools->database, &frame, err);
    if (code != 0) return code;
    code = progress_list(book, frame, making->document->as_of, making->question->scope,
                         own ? asked->computed : asked->indicator, making->question->division, LIST_COUNTED,
                         ids, count, err);
    frame_free(frame);
    return code;
}

/* Somebody who may not read what the figure rests on gets its number and no list of it. */
static bool may_list(const struct making *making, int figure)
{
    const struct bulletin_figure *asked = &making->bulletin->figures[figure];
    bool own = asked->indicator < 0;
    return progress_list_may(own ? bulletin_counts_book(making->tools->counts) : making->tools->book,
                             making->question->scope, own ? asked->computed : asked->indicator, LIST_COUNTED);
}

static int list_counted(struct listing *listing, struct err *err)
{
    struct making *making = listing->making;
    int64_t *ids = NULL;
    size_t count = 0;
    int code = counted_ids(making, listing->table->counted, &ids, &count, err);
    listing->total = (int64_t)count;
    if (code == 0 && count > 0) {
        struct query query = query_for(making, listing->table, listing->table->reg);
        query.ids = ids;
        query.id_count = count;
        code = read_pages(listing, &query, err);
    }
    free(ids);
    return code;
}

/* ---- What hangs on the subject ---- */

static int list_children(struct listing *listing, int64_t parent, struct err *err)
{
    struct query query = query_for(listing->making, listing->table, listing->table->reg);
    int64_t count;
    query.parent = parent;
    int code = query_count(listing->making->tools->database, listing->making->question->scope, &query, 0,
                           &count, err);
    if (code == 0) listing->total += count;
    return code != 0 || count == 0 ? code : read_pages(listing, &query, err);
}

/* Of a register that hangs on the subject's people, or its plan: those of each of them. */
static int list_grandchildren(struct listing *listing, int between, struct err *err)
{
    struct making *making = listing->making;
    struct query query = query_for(making, listing->table, between);
    struct query_page page = {0};
    query.parent = making->question->subject;
    query.limit = QUERY_LIMIT_MAX;
    int code = 0;
    if (!scope_may(making->question->scope, between, SCOPE_READ)) return 0;
    code = query_list(making->tools->database, making->question->scope, &query, &page, err);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = list_children(listing, page.records[i].id, err);
    query_page_fini(&page);
    return code;
}

/* ---- The table ---- */

/* False, and the document says why there is no table, where it is not for this user. */
static bool may(struct making *making, int reg)
{
    const struct bulletin_question *question = making->question;
    struct text label = label_in(&making->pack->schema.registers[reg].label, question->language);
    struct buffer words = {0};
    if (!scope_may(question->scope, reg, SCOPE_READ))
        buffer_printf(
            &words, making_english(making) ? "(%.*s: not for you to see.)" : "（您无权查看%.*s，此处从略。）",
            TEXT_ARGS(label));
    else if (!scope_may(question->scope, reg, question->action))
        buffer_printf(&words,
                      making_english(making) ? "(%.*s: not for you to carry away.)"
                                             : "（您无权导出%.*s，此处从略。）",
                      TEXT_ARGS(label));
    bool allowed = words.size == 0;
    if (!allowed) document_say(making->document, BLOCK_TEXT, buffer_get(&words));
    buffer_fini(&words);
    return allowed;
}

static void say_rest(struct listing *listing)
{
    struct buffer words = {0};
    if (listing->shown == 0) {
        making_nothing(listing->making);
        return;
    }
    if (listing->shown < listing->total) {
        buffer_printf(&words,
                      making_english(listing->making) ? "%lld of %lld records; the others are in the system."
                                                      : "本表列出%lld条，共%lld条，其余请在系统中查看。",
                      (long long)listing->shown, (long long)listing->total);
        document_say(listing->making->document, BLOCK_NOTE, buffer_get(&words));
        buffer_fini(&words);
    }
    if (listing->table->counted >= 0) making_as_of(listing->making);
}

int rows_records(struct making *making, const struct bulletin_table *table, struct err *err)
{
    struct listing listing = {.making = making, .table = table};
    int parent = making->pack->schema.registers[table->reg].parent;
    if (!may(making, table->reg)) return 0;
    if (table->counted >= 0 && !may_list(making, table->counted)) {
        document_say(
            making->document, BLOCK_TEXT,
            making_word(making, "（这个数要看您无权查看的登记簿，名单从略。）",
                        "(This figure rests on registers that you may not read: its list is left out.)"));
        return 0;
    }
    int code = table->counted >= 0               ? list_counted(&listing, err)
               : parent == making->pack->subject ? list_children(&listing, making->question->subject, err)
                                                 : list_grandchildren(&listing, parent, err);
    if (code == 0) say_rest(&listing);
    return code;
}
