/* attachments.yaml: which kinds of files may hang on which records. A pack without it takes none. */
#include "pack/reader.h"

enum { MIB = 1 << 20, FILE_MIB = 5, FILE_MIB_MAX = 64, RECORD_FILES = 20, DAY_MIB = 200 };

static const char *const hold_names[] = {"picture", "document", "sheet", "text", NULL};
static const char *const kind_names[] = {"identity", "phone", "bank", "health", NULL};

int pack_attachment_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->attachment_count; i++)
        if (text_equal(pack->attachments[i].label.name, name)) return (int)i;
    return -1;
}

const char *pack_holds_name(size_t bit)
{
    return hold_names[bit];
}

static uint32_t read_holds(struct reader *reader, const struct yaml_node *thing)
{
    uint32_t holds = 0;
    int choice;
    const struct yaml_node *node = yaml_need(thing, "holds", "文件类型 picture、document、sheet、text 的列表",
                                             "a list of picture, document, sheet, text", reader->faults);
    if (node == NULL) return 0;
    if (yaml_kind(node) != YAML_LIST)
        return yaml_choice(node, hold_names, &choice, reader->faults) ? UINT32_C(1) << choice : 0;
    for (size_t i = 0; i < yaml_count(node); i++)
        if (yaml_choice(yaml_item(node, i), hold_names, &choice, reader->faults))
            holds |= UINT32_C(1) << choice;
    if (yaml_count(node) == 0)
        yaml_fault(node, reader->faults, "至少要有一种文件类型", "expected at least one type of file");
    return holds;
}

static const bool *read_registers_of(struct reader *reader, const struct yaml_node *node)
{
    size_t count;
    if (node == NULL) return NULL;
    bool *may = arena_array(reader->arena, reader->pack->schema.register_count, sizeof *may);
    const int *items =
        reader_references(reader, node, &reader->registers, DOCUMENT_REGISTERS, "登记册", "register", &count);
    for (size_t i = 0; i < count; i++) may[items[i]] = true;
    return may;
}

static void read_kind(struct reader *reader, struct text name, const struct yaml_node *thing,
                      struct pack_attachment *kind)
{
    static const char *const keys[] = {"label", "holds", "registers", "sensitive", "clause", "note", NULL};
    int choice;
    *kind = (struct pack_attachment){.label = {.name = name}};
    if (!yaml_keys(thing, keys, reader->faults)) return;
    reader_label(reader, thing, name, &kind->label);
    kind->holds = read_holds(reader, thing);
    kind->registers = read_registers_of(reader, yaml_get(thing, "registers"));
    if (yaml_choice(yaml_get(thing, "sensitive"), kind_names, &choice, reader->faults))
        kind->sensitive = (enum pack_sensitive)(choice + 1);
    kind->clause = reader_clause(reader, thing);
    kind->note = reader_note(reader, thing);
}

static void read_kinds(struct reader *reader, const struct yaml_node *node)
{
    struct pack *pack = reader->pack;
    struct spellings spellings = {0};
    if (!yaml_is(node, YAML_MAPPING, reader->faults)) return;
    pack->attachments = arena_array(reader->arena, yaml_count(node), sizeof *pack->attachments);
    for (size_t i = 0; i < yaml_count(node); i++) {
        struct text name;
        if (!yaml_name(yaml_key(node, i), &name, reader->faults)) continue;
        struct pack_attachment *kind = &pack->attachments[pack->attachment_count++];
        read_kind(reader, name, yaml_item(node, i), kind);
        spellings_add_label(&spellings, reader, &kind->label, i, yaml_key(node, i), yaml_item(node, i));
    }
    spellings_fini(&spellings);
}

static void read_limits(struct reader *reader, const struct yaml_node *node)
{
    static const char *const keys[] = {"file", "record", "day", NULL};
    struct pack_attachment_limits *limits = &reader->pack->attachment_limits;
    int64_t value;
    if (node == NULL || !yaml_keys(node, keys, reader->faults)) return;
    if (yaml_integer(yaml_get(node, "file"), 1, FILE_MIB_MAX, &value, reader->faults))
        limits->file = value * MIB;
    if (yaml_integer(yaml_get(node, "record"), 1, 1000, &value, reader->faults)) limits->record = value;
    if (yaml_integer(yaml_get(node, "day"), 1, 100000, &value, reader->faults)) limits->day = value * MIB;
}

void read_attachments(struct reader *reader)
{
    static const char *const keys[] = {"limits", "kinds", NULL};
    reader->pack->attachment_limits = (struct pack_attachment_limits){
        .file = FILE_MIB * MIB, .record = RECORD_FILES, .day = (int64_t)DAY_MIB * MIB};
    for (size_t i = 0; i < reader->document_counts[DOCUMENT_ATTACHMENTS]; i++) {
        const struct yaml_node *root = reader->documents[DOCUMENT_ATTACHMENTS][i];
        if (yaml_kind(root) == YAML_NULL || !yaml_keys(root, keys, reader->faults)) continue;
        read_limits(reader, yaml_get(root, "limits"));
        read_kinds(reader, yaml_need(root, "kinds", "附件种类", "the kinds of attachments", reader->faults));
    }
}
