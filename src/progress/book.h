/* Book: the indicators of a pack made ready to be run: their formulas as roots of one program, and the three
 * lists behind each figure as formulas of their own. Made once, read by all threads. */
#ifndef ZENGSHOU_PROGRESS_BOOK_H
#define ZENGSHOU_PROGRESS_BOOK_H

#include "formula/program.h"
#include "pack/pack.h"
#include "register/frame_load.h"

enum progress_list {
    LIST_COUNTED,     /* in the population, and what is looked for is true (amounts: known) */
    LIST_MISSING,     /* in the population, and false; amounts have none */
    LIST_UNDETERMINED /* whether it belongs, or what is looked for, is unknown */
};
enum { LIST_COUNT = 3 };

struct book_indicator { /* indexes of roots; -1: none */
    int where, value, of, value_before, of_before, minus;
    const struct node *lists[LIST_COUNT]; /* BOOL on the register `over`; NULL: none */
};

struct progress_book {
    const struct pack *pack;
    struct arena arena;
    struct program_root *roots;
    size_t root_count;
    int accepted;                      /* root: which reports count; -1: none are kept */
    int kept, complete;                /* roots on the subject: dashboard.ledger; -1: the pack names none */
    struct book_indicator *indicators; /* parallel to the pack's */
    struct frame_request all;          /* what a frame for it has to hold */
    struct frame_request *each;        /* [indicator], behind the last the ledger */
    size_t each_count;
};

/* The pack is borrowed. Errors are those of formulas, which a checked pack does not have. */
int progress_book_new(const struct pack *pack, struct progress_book **out, struct err *err);
void progress_book_free(struct progress_book *book);

#endif
