/* A second book over the same pack, whose indicators are the bulletins' own figures: so they add up by place,
 * open to lists and end at the eyes of whoever asks exactly as indicators do. */
#include "bulletin/counts.h"

#include <stdlib.h>

#include "base/mem.h"

struct bulletin_counts {
    struct pack pack; /* the same, but for its indicators; borrows everything */
    struct progress_book *book;
    struct progress_shelf *shelf;
};

int bulletin_counts_new(const struct pack *pack, struct bulletin_counts **out, struct err *err)
{
    struct bulletin_counts *counts = mem_new(1, sizeof *counts);
    counts->pack = *pack;
    counts->pack.indicators = pack->bulletin_figures;
    counts->pack.indicator_count = pack->bulletin_figure_count;
    counts->pack.progress.headline_count = 0;
    counts->pack.progress.report = (struct pack_report){.reg = -1};
    int code = progress_book_new(&counts->pack, &counts->book, err);
    if (code == 0) counts->shelf = progress_shelf_new(counts->book);
    *out = code == 0 ? counts : NULL;
    if (code != 0) bulletin_counts_free(counts);
    return code;
}

void bulletin_counts_free(struct bulletin_counts *counts)
{
    if (counts == NULL) return;
    progress_shelf_free(counts->shelf);
    progress_book_free(counts->book);
    free(counts);
}

const struct progress_book *bulletin_counts_book(const struct bulletin_counts *counts)
{
    return counts->book;
}

struct progress_shelf *bulletin_counts_shelf(const struct bulletin_counts *counts)
{
    return counts->shelf;
}
