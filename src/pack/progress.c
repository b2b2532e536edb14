/* pack.yaml, `progress`: when a figure is marked as resting on few records, and where the lights change. */
#include "base/money.h"
#include "pack/reader.h"

enum { SMALL_MOST = 1000000 };

static void read_part(struct reader *reader, const struct yaml_node *node, double *out)
{
    struct value value;
    if (node == NULL || !read_value(reader, node, type_of(TYPE_RATIO), &value)) return;
    if (value.ratio < 0 || value.ratio > 1)
        yaml_fault(node, reader->faults, "应在 0 和 100%% 之间", "expected a share between 0 and 100%%");
    else
        *out = value.ratio;
}

void read_progress(struct reader *reader, const struct yaml_node *node)
{
    static const char *const progress_keys[] = {"small", "near", "unknown", NULL};
    struct pack_progress *progress = &reader->pack->progress;
    *progress = (struct pack_progress){.small = 20, .near = 0.05, .unknown = 0.2};
    if (node == NULL || !yaml_keys(node, progress_keys, reader->faults)) return;
    yaml_integer(yaml_get(node, "small"), 0, SMALL_MOST, &progress->small, reader->faults);
    read_part(reader, yaml_get(node, "near"), &progress->near);
    read_part(reader, yaml_get(node, "unknown"), &progress->unknown);
}
