/* Completion reads tokens, not trees: the text under the writer's hands is seldom a formula yet. It follows
 * the parentheses of aggregates and the dots of references to know whose names may stand at the place. */
#include "formula/language.h"

#include <string.h>

#include "formula/formula.h"
#include "formula/lex.h"
#include "formula/names.h"

enum { NESTING_MAX = 64 };

struct place { /* what the text before a place tells */
    int scope;
    bool wants_register; /* behind "sum(" */
    int up;              /* behind "village.": the register led to; -1 */
    int dictionary;      /* behind "category =" or "dictionary.": whose codes; -1 */
    size_t from, to;     /* the word at the place */
    struct token word;   /* TOKEN_END: none there */
};

struct reader {
    const struct schema *schema;
    int scopes[NESTING_MAX]; /* of the parentheses open so far */
    size_t depth;
    struct token before, before2; /* the last two tokens in front of the place */
    struct token item;            /* the name left of the operator or list under way */
    bool register_due;
};

static int scope_now(const struct reader *reader)
{
    return reader->scopes[reader->depth < NESTING_MAX ? reader->depth : NESTING_MAX - 1];
}

static bool compares(const struct token *token)
{
    if (token->kind >= TOKEN_EQUAL) return true;
    return token->kind == TOKEN_WORD &&
           (token->word == WORD_IN || token->word == WORD_NOT_IN || token->word == WORD_HAS ||
            token->word == WORD_NOT_HAS || token->word == WORD_ONLY);
}

static void read_token(struct reader *reader, const struct token *token)
{
    const struct schema *schema = reader->schema;
    if (token->kind == TOKEN_OPEN) {
        const struct callable *callable =
            reader->before.kind == TOKEN_NAME ? callable_find(reader->before.content) : NULL;
        int scope = scope_now(reader);
        if (reader->depth + 1 < NESTING_MAX) reader->scopes[reader->depth + 1] = scope;
        reader->depth++;
        reader->register_due = callable != NULL && callable->kind == CALLABLE_AGGREGATE;
    } else if (token->kind == TOKEN_CLOSE) {
        if (reader->depth > 0) reader->depth--;
        reader->register_due = false;
    } else if (token->kind == TOKEN_NAME && reader->register_due) {
        int reg = schema_register_find(schema, token->content);
        if (reg >= 0 && reader->depth < NESTING_MAX) reader->scopes[reader->depth] = reg;
        reader->register_due = false;
    }
    if (compares(token))
        reader->item = reader->before;
    else if (token->kind == TOKEN_WORD || token->kind >= TOKEN_PLUS ||
             (token->kind == TOKEN_CLOSE && reader->item.kind == TOKEN_NAME))
        reader->item.kind = TOKEN_END;
    reader->before2 = reader->before;
    reader->before = *token;
}

static int dictionary_of_name(const struct schema *schema, int scope, struct text name)
{
    struct name_found found = names_resolve(schema, scope, name);
    if (found.kind == NAME_FIELD) return schema->registers[scope].fields[found.index].type.dictionary;
    if (found.kind != NAME_DEFINITION || schema->definitions[found.index].node == NULL) return -1;
    return schema->definitions[found.index].node->type.dictionary;
}

static int register_led_to(const struct schema *schema, int scope, struct text name)
{
    int field = names_reference(schema, scope, name);
    if (field >= 0) return schema->registers[scope].fields[field].type.record;
    return scope >= 0 && text_fold_equal(schema->registers[scope].label.name, name) ? scope : -1;
}

static void place_end(const struct reader *reader, struct place *place)
{
    const struct schema *schema = reader->schema;
    place->scope = scope_now(reader);
    place->wants_register = reader->register_due;
    place->up = place->dictionary = -1;
    if (reader->before.kind == TOKEN_DOT && reader->before2.kind == TOKEN_NAME) {
        struct text name = reader->before2.content;
        place->up = register_led_to(schema, place->scope, name);
        if (place->up < 0 && schema_register_find(schema, name) == place->scope) place->up = place->scope;
        if (place->up < 0) place->dictionary = schema_dictionary_find(schema, name);
    } else if (reader->item.kind == TOKEN_NAME)
        place->dictionary = dictionary_of_name(schema, place->scope, reader->item.content);
}

/* Reads up to the place. A fault in the text ends the reading; what was understood before it counts. */
static void place_read(const struct schema *schema, int scope, struct text text, size_t at,
                       struct arena *arena, struct place *place)
{
    struct reader reader = {.schema = schema, .scopes = {scope}};
    struct lexer lexer;
    struct token token;
    struct err unused;
    *place = (struct place){.from = at, .to = at};
    at = at < text.size ? at : text.size;
    if (lexer_start(&lexer, schema, arena, text, &unused) == 0)
        while (lexer_next(&lexer, &token) == 0 && token.kind != TOKEN_END) {
            size_t from = (size_t)(token.text.at - text.at), to = from + token.text.size;
            bool word = token.kind == TOKEN_NAME || token.kind == TOKEN_WORD;
            if (word ? to >= at : to > at) {
                if (from > at || !word) break;
                place->from = from;
                place->to = to;
                place->word = token;
                break;
            }
            read_token(&reader, &token);
        }
    place_end(&reader, place);
}

/* ---- Offers ---- */

struct offering {
    const struct schema *schema;
    struct arena *arena;
    struct offers *out;
    size_t capacity;
    bool english;
};

static struct text in_brackets(struct offering *offering, struct text name)
{
    if (lex_is_plain_name(name)) return name;
    return text_of(arena_printf(offering->arena, "[%.*s]", TEXT_ARGS(name)));
}

static struct offer *add(struct offering *offering, enum offer_kind kind, struct text text)
{
    struct offers *out = offering->out;
    if (out->count == offering->capacity)
        out->items =
            arena_grow(offering->arena, out->items, &offering->capacity, out->count + 1, sizeof *out->items);
    struct offer *offer = &out->items[out->count++];
    *offer = (struct offer){.kind = kind, .text = text};
    return offer;
}

static struct text type_text(struct offering *offering, struct type type)
{
    struct buffer words = {0};
    type_print(offering->schema, type, offering->english ? "en" : "zh", &words);
    struct text text = arena_text(offering->arena, buffer_get(&words));
    buffer_fini(&words);
    return text;
}

static void label_put(struct offer *offer, const struct label *label)
{
    offer->zh = label_in(label, "zh");
    offer->en = label_in(label, "en");
}

static void add_name(struct offering *offering, int scope, enum offer_kind kind, struct name_found found,
                     const struct label *label, const struct type *type)
{
    struct text spelling = names_spelling(offering->schema, scope, found, offering->english);
    struct offer *offer = add(offering, kind, in_brackets(offering, spelling));
    label_put(offer, label);
    if (type != NULL) offer->type = type_text(offering, *type);
}

static void add_definition(struct offering *offering, int scope, size_t index)
{
    const struct schema_definition *definition = &offering->schema->definitions[index];
    add_name(offering, scope, OFFER_DEFINITION, (struct name_found){NAME_DEFINITION, (int)index},
             &definition->label, definition->node == NULL ? NULL : &definition->node->type);
    if (definition->node == NULL) return;
    struct buffer formula = {0};
    formula_print(offering->schema, definition->node, offering->english ? "en" : "zh", &formula);
    offering->out->items[offering->out->count - 1].note = arena_text(offering->arena, buffer_get(&formula));
    buffer_fini(&formula);
}

static void add_field(struct offering *offering, int scope, size_t index)
{
    const struct schema_field *field = &offering->schema->registers[scope].fields[index];
    add_name(offering, scope, field->type.kind == TYPE_RECORD ? OFFER_REFERENCE : OFFER_FIELD,
             (struct name_found){NAME_FIELD, (int)index}, &field->label, &field->type);
}

static void add_record_names(struct offering *offering, int scope)
{
    const struct schema *schema = offering->schema;
    for (size_t i = 0; i < schema->registers[scope].field_count; i++) add_field(offering, scope, i);
    for (size_t i = 0; i < schema->definition_count; i++)
        if (schema->definitions[i].scope == scope) add_definition(offering, scope, i);
}

static void add_builtin(struct offering *offering, int scope, enum name_kind kind)
{
    struct name_found found = {kind, -1};
    struct offer *offer =
        add(offering, OFFER_BUILT_IN, names_spelling(offering->schema, scope, found, offering->english));
    offer->zh = names_spelling(offering->schema, scope, found, false);
    offer->en = names_spelling(offering->schema, scope, found, true);
    offer->type = type_text(offering, type_of(kind == NAME_AS_OF       ? TYPE_DATE
                                              : kind == NAME_THIS_YEAR ? TYPE_INT
                                                                       : TYPE_MONTH));
}

static void add_parameters(struct offering *offering, int scope)
{
    const struct schema *schema = offering->schema;
    for (size_t i = 0; i < schema->parameter_count; i++)
        add_name(offering, scope, OFFER_PARAMETER, (struct name_found){NAME_PARAMETER, (int)i},
                 &schema->parameters[i].label, &schema->parameters[i].type);
    add_builtin(offering, scope, NAME_AS_OF);
    add_builtin(offering, scope, NAME_THIS_YEAR);
    add_builtin(offering, scope, NAME_THIS_MONTH);
}

static void add_codes(struct offering *offering, int dictionary)
{
    const struct schema_dictionary *codes = &offering->schema->dictionaries[dictionary];
    for (size_t i = 0; i < codes->code_count; i++) {
        const struct label *label = &codes->codes[i].label;
        struct text name = offering->english ? label->name : label_in(label, "zh");
        label_put(add(offering, OFFER_CODE, in_brackets(offering, name)), label);
    }
}

static void add_registers(struct offering *offering, int scope)
{
    const struct schema *schema = offering->schema;
    for (size_t i = 0; i < schema->register_count; i++) {
        if (names_link(schema, scope, (int)i) == NAMES_NONE) continue;
        const struct label *label = &schema->registers[i].label;
        struct text name = offering->english ? label->name : label_in(label, "zh");
        label_put(add(offering, OFFER_REGISTER, in_brackets(offering, name)), label);
    }
}

static void add_callable(struct offering *offering, const struct callable *callable)
{
    bool english = offering->english;
    struct offer *offer =
        add(offering, callable->kind == CALLABLE_AGGREGATE ? OFFER_AGGREGATE : OFFER_FUNCTION,
            text_of(english ? callable->en : callable->zh));
    offer->zh = text_of(callable->zh);
    offer->en = text_of(callable->en);
    offer->type = text_of(language_callable_shape(callable, english));
    offer->note = text_of(language_callable_note(callable, english));
}

static void add_keyword(struct offering *offering, enum word word)
{
    struct offer *offer = add(offering, OFFER_KEYWORD, text_of(word_spelling(word, offering->english)));
    offer->zh = text_of(word_spelling(word, false));
    offer->en = text_of(word_spelling(word, true));
    offer->note = text_of(language_keyword_note(word, offering->english));
}

static void add_words(struct offering *offering)
{
    for (int word = WORD_NONE + 1; word < WORDS; word++)
        if (word != WORD_IS) add_keyword(offering, (enum word)word);
    for (size_t i = 0; callable_at(i) != NULL; i++) add_callable(offering, callable_at(i));
}

static struct offering offering_start(const struct schema *schema, const char *language, struct arena *arena,
                                      struct offers *out)
{
    *out = (struct offers){.scope = -1};
    return (struct offering){schema, arena, out, 0, strcmp(language, "en") == 0};
}

void language_words(const char *language, struct arena *arena, struct offers *out)
{
    struct offering offering = offering_start(NULL, language, arena, out);
    add_words(&offering);
}

void language_offers(const struct schema *schema, int scope, struct text text, size_t at,
                     const char *language, struct arena *arena, struct offers *out)
{
    struct offering offering = offering_start(schema, language, arena, out);
    struct place place;
    place_read(schema, scope, text, at, arena, &place);
    out->from = place.from;
    out->to = place.to;
    out->scope = place.up >= 0 ? place.up : place.scope;
    if (place.wants_register) {
        add_registers(&offering, place.scope);
        return;
    }
    if (place.dictionary >= 0) add_codes(&offering, place.dictionary);
    if (place.up >= 0)
        add_record_names(&offering, place.up);
    else if (place.dictionary < 0 || place.word.kind == TOKEN_END || place.from == 0 ||
             text.at[place.from - 1] != '.') {
        if (place.scope >= 0) add_record_names(&offering, place.scope);
        add_parameters(&offering, place.scope);
        add_words(&offering);
    }
}

/* ---- Hovering ---- */

static bool hover_name(struct offering *offering, const struct place *place, struct text name)
{
    const struct schema *schema = offering->schema;
    int scope = place->up >= 0 ? place->up : place->scope, code;
    if (place->dictionary >= 0 &&
        (code = schema_code_find(&schema->dictionaries[place->dictionary], name)) >= 0) {
        const struct label *label = &schema->dictionaries[place->dictionary].codes[code].label;
        label_put(add(offering, OFFER_CODE, offering->english ? label->name : label_in(label, "zh")), label);
        return true;
    }
    struct name_found found = names_resolve(schema, scope, name);
    switch (found.kind) {
    case NAME_FIELD:
        add_field(offering, scope, (size_t)found.index);
        return true;
    case NAME_DEFINITION:
        add_definition(offering, scope, (size_t)found.index);
        return true;
    case NAME_PARAMETER:
        add_name(offering, scope, OFFER_PARAMETER, found, &schema->parameters[found.index].label,
                 &schema->parameters[found.index].type);
        return true;
    case NAME_AS_OF:
    case NAME_THIS_YEAR:
    case NAME_THIS_MONTH:
        add_builtin(offering, scope, found.kind);
        return true;
    case NAME_NONE:
        break;
    }
    int reg = schema_register_find(schema, name);
    if (reg >= 0) label_put(add(offering, OFFER_REGISTER, name), &schema->registers[reg].label);
    return reg >= 0;
}

bool language_hover(const struct schema *schema, int scope, struct text text, size_t at, const char *language,
                    struct arena *arena, struct offers *out)
{
    struct offering offering = offering_start(schema, language, arena, out);
    struct place place;
    place_read(schema, scope, text, at, arena, &place);
    out->from = place.from;
    out->to = place.to;
    out->scope = place.up >= 0 ? place.up : place.scope;
    if (place.word.kind == TOKEN_WORD) {
        add_keyword(&offering, place.word.word);
        return true;
    }
    if (place.word.kind != TOKEN_NAME) return false;
    bool called = false;
    for (size_t i = place.to; i < text.size; i++) {
        if (text.at[i] == ' ') continue;
        called = text.at[i] == '(' || text_starts((struct text){text.at + i, text.size - i}, TEXT("（"));
        break;
    }
    const struct callable *callable = called ? callable_find(place.word.content) : NULL;
    if (callable != NULL) add_callable(&offering, callable);
    return callable != NULL || hover_name(&offering, &place, place.word.content);
}
