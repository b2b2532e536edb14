/* What the two halves of printing share. Private to print*.c. */
#ifndef ZENGSHOU_FORMULA_PRINT_H
#define ZENGSHOU_FORMULA_PRINT_H

#include "formula/formula.h"
#include "formula/names.h"
#include "formula/words.h"

struct printer {
    const struct schema *schema;
    struct names_codes codes;
    struct buffer *out;
    bool english;
    int scope; /* the register on which the names being printed will be read */
};

void print_word(struct printer *printer, enum word word);   /* with blanks around */
void print_name(struct printer *printer, struct text name); /* in brackets when it must be */
void print_register(struct printer *printer, int reg);
void print_found(struct printer *printer, struct name_found found);

/* hint: the dictionary that the reader will have for bare names here; -1: none. */
void print_constant(struct printer *printer, const struct node *node, int hint);
void print_code(struct printer *printer, int dictionary, int code, int hint);

#endif
