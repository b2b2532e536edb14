/* What the files of this room share while a pack is being read. Private to src/pack. */
#ifndef ZENGSHOU_PACK_READER_H
#define ZENGSHOU_PACK_READER_H

#include "base/map.h"
#include "pack/pack.h"
#include "pack/yaml.h"

enum document_kind {
    DOCUMENT_PACK,
    DOCUMENT_PLAN,
    DOCUMENT_UNITS,
    DOCUMENT_DICTIONARIES,
    DOCUMENT_PARAMETERS,
    DOCUMENT_REGISTERS,
    DOCUMENT_DEFINITIONS,
    DOCUMENT_RULES,
    DOCUMENT_FEEDS,
    DOCUMENT_DEMO,
    DOCUMENT_ROLES,
    DOCUMENT_INDICATORS,
    DOCUMENT_CATALOGUES,
    DOCUMENT_ATTACHMENTS,
    DOCUMENT_CLUES,
    DOCUMENT_WORKFLOWS,
    DOCUMENT_HOLIDAYS,
    DOCUMENT_ASSESSMENT,
    DOCUMENT_DECLARATION,
    DOCUMENT_BULLETINS,
    DOCUMENT_COUNT
};

/* One `name: {…}` of a kind's files, its name checked. */
struct entry {
    struct text name;
    const struct yaml_node *key, *value;
};

struct entries {
    struct entry *items;
    size_t count;
};

/* Spellings that must not meet because they are looked up in one place: names, labels, aliases. */
struct spellings {
    struct map map; /* folded spelling → index of owners */
    struct spelling_owner *owners;
    size_t count, capacity;
};

struct reader {
    struct pack *pack;
    struct arena *arena; /* the pack's: trees stay, because the pack's texts point into them */
    struct fault_list *faults;
    const char *where; /* stands before file names in positions; may be empty */
    const struct yaml_node **documents[DOCUMENT_COUNT];
    size_t document_counts[DOCUMENT_COUNT];
    /* A file of the kind could not be read: names it may hold are not reported as unknown. */
    bool broken[DOCUMENT_COUNT];
    bool zh, en; /* pack.yaml's languages */
    struct map clauses, units, dictionaries, registers, parameters, rules, feeds, workflows, indicators,
        case_registers;        /* name → index; case_registers: a register's name → its workflow */
    bool *faulty_dictionaries; /* [dictionary]: what is not found there may be what is faulty */
    struct entries dictionary_entries, register_entries, parameter_entries,
        definition_entries;            /* parallel to the schema's arrays (dictionaries of states behind) */
    struct entries workflow_entries;   /* parallel to pack.workflows */
    struct map *field_names;           /* [register]: field name → index */
    struct spellings *field_spellings; /* [register]: of fields and definitions */
    struct spellings parameter_spellings;
    size_t measure_capacity; /* of schema.units */
    /* Folded names and labels of faulty things. A formula that names one is not blamed: it would only repeat
     * that fault. */
    struct map suspects;
};

/* ---- reader.c ---- */

/* The file name for positions, with `where`. */
const char *reader_file(struct reader *reader, struct text path);

/* All entries of the kind's documents in order, without those whose name is no name or was there before. */
struct entries reader_entries(struct reader *reader, enum document_kind kind);

/* The index behind a reference by name; -1 with a fault when there is none (in silence for a NULL node, and
 * when the kind is broken). offer: where the names come from. */
int reader_reference(struct reader *reader, const struct yaml_node *node, const struct map *names,
                     enum document_kind kind, const char *zh_what, const char *en_what);
/* A field of a register; in silence, too, when none of the register's fields could be read. */
int reader_field(struct reader *reader, const struct yaml_node *node, int reg);
const int *reader_fields(struct reader *reader, const struct yaml_node *node, int reg, size_t *count);
/* The same as reader_reference for a scalar or a list of them. */
const int *reader_references(struct reader *reader, const struct yaml_node *node, const struct map *names,
                             enum document_kind kind, const char *zh_what, const char *en_what,
                             size_t *count);

/* A title or label: {zh: …, en: …}, or a text in the pack's first language. At least one of the pack's
 * languages. */
bool reader_words(struct reader *reader, const struct yaml_node *node, struct text *zh, struct text *en);
/* The thing's `label`, required. */
void reader_label(struct reader *reader, const struct yaml_node *thing, struct text name,
                  struct label *label);
/* The thing's optional `clause`, `note`. */
struct pack_clause reader_clause(struct reader *reader, const struct yaml_node *thing);
struct text reader_note(struct reader *reader, const struct yaml_node *thing);
/* A scalar or a list of texts. */
const struct text *reader_texts(struct reader *reader, const struct yaml_node *node, size_t *count);

/* The formula of a thing as it stands in its file. False with a fault when there is none. */
bool reader_formula(struct reader *reader, const struct yaml_node *thing, struct formula_source *source);

/* The same for a scalar that is one; false in silence for a NULL node. */
bool reader_formula_at(struct reader *reader, const struct yaml_node *node, struct formula_source *source);

/* A share between 0 and 100 %; *out stays as it is without a node, or with a fault. */
void reader_part(struct reader *reader, const struct yaml_node *node, double *out);

/* Owners in field_spellings: fields by their index, definitions by theirs behind all fields. */
#define OWNER_DEFINITION(index) ((size_t)100000 + (index))

/* Adds a spelling of the thing `owner`; a fault at `place` when another owner has it already (none when
 * zh_what is NULL). */
void spellings_add(struct spellings *spellings, struct reader *reader, struct text spelling, size_t owner,
                   const struct yaml_node *place, const char *zh_what, const char *en_what);
/* Where a spelling was added first; NULL when nobody has it. */
const struct yaml_node *spellings_place(const struct spellings *spellings, struct text spelling);
/* A thing's name and labels. key: its name's node; value: its mapping with `label`. */
void spellings_add_label(struct spellings *spellings, struct reader *reader, const struct label *label,
                         size_t owner, const struct yaml_node *key, const struct yaml_node *value);
void spellings_fini(struct spellings *spellings);

/* Whether all files that formulas rest on could be read: otherwise every name would seem unknown. */
bool reader_formulas_can_be_checked(const struct reader *reader);

/* Marks a thing as faulty, see suspects. */
void reader_suspect(struct reader *reader, const struct label *label);
/* Does a formula's text name a suspect? */
bool reader_is_suspect(const struct reader *reader, struct text formula);

/* ---- One function a subject, called in this order by load.c ---- */
bool read_manifest(
    struct reader *reader);             /* manifest.c: pack.yaml without references; false: go no further */
void read_units(struct reader *reader); /* plan.c */
void read_plan(struct reader *reader);  /* plan.c */
void read_dictionaries(struct reader *reader);        /* dictionaries.c */
void read_workflow_states(struct reader *reader);     /* case_fields.c: names, labels, states */
void read_registers(struct reader *reader);           /* registers.c */
void read_parameters(struct reader *reader);          /* parameters.c */
void read_definitions(struct reader *reader);         /* definitions.c: also checks their formulas */
void read_rules(struct reader *reader);               /* rules.c */
void read_feeds(struct reader *reader);               /* feeds.c */
void read_manifest_references(struct reader *reader); /* manifest.c */
void read_page(struct reader *reader, const struct yaml_node *node);                 /* page.c */
void read_progress(struct reader *reader);                                           /* progress.c */
void read_holdings(struct reader *reader, const struct yaml_node *node);             /* holdings.c */
void read_task_records(struct reader *reader, const struct yaml_node *node);         /* holdings.c */
void read_sheets(struct reader *reader, const struct yaml_node *root);               /* sheets.c */
void read_divisions(struct reader *reader);                                          /* divisions.c */
void read_map(struct reader *reader);                                                /* map.c */
void read_roles(struct reader *reader);                                              /* roles.c */
void read_indicators(struct reader *reader);                                         /* indicators.c */
void read_catalogues(struct reader *reader);                                         /* catalogues.c */
void read_attachments(struct reader *reader);                                        /* attachments.c */
void read_holidays(struct reader *reader);                                           /* holidays.c */
void read_workflows(struct reader *reader);                                          /* workflows.c */
void read_assessment_registers(struct reader *reader, const struct yaml_node *node); /* assessment.c */
void read_assessment(struct reader *reader);                                         /* assessment.c */
void read_clues(struct reader *reader);                                              /* clues.c */
void read_declaration(struct reader *reader);                                        /* declaration.c */
void read_bulletins(struct reader *reader);                                          /* bulletins.c */

/* ---- Shared between subjects ---- */

/* type.c: `type`, `dictionary`, `unit`, `register` of a field or parameter. False with faults. */
bool read_type(struct reader *reader, const struct yaml_node *thing, struct type *type);
/* A measuring unit by its text, added if new. */
int reader_measure(struct reader *reader, struct text text);
/* How many of the type's own unit one `unit` is: 万元 → 10,000 for money. False with a fault at the node. */
bool read_scale(struct reader *reader, const struct yaml_node *unit, struct type type, int64_t *scale_by);
/* A constant of the type; lists are joined for CODES. False with a fault. */
bool read_value(struct reader *reader, const struct yaml_node *node, struct type type, struct value *value);
/* The same for a value of a field; a fault, too, for one that the field's own limits refuse: it would refuse
 * every record. */
bool read_constant(struct reader *reader, const struct yaml_node *node, int reg, int field,
                   struct value *value);

/* indicators.c: checks an indicator's formulas, of a pack or of a variant of it. */
int pack_indicator_check(const struct pack *pack, struct arena *arena, struct pack_indicator *indicator,
                         struct err *err);

/* indicators.c: a figure that a bulletin counts for itself, written as a computed indicator is (`over` and a
 * measure, or `rule`), without targets and units. False with faults. */
bool read_bare_figure(struct reader *reader, const struct entry *entry, struct pack_indicator *out);

/* page.c: a field of the register that has the type; a register that hangs directly on `parent`. -1 with a
 * fault; in silence for a NULL field. */
int read_typed_field(struct reader *reader, const struct yaml_node *node, int reg, enum type_kind kind);
int read_hanging(struct reader *reader, const struct yaml_node *node, int parent);

/* How many entries of a mapping (may be NULL) are read: most at most, with a fault where there are more, or
 * where it is no mapping. */
size_t reader_bounded_count(struct reader *reader, const struct yaml_node *node, const char *name,
                            size_t most);

/* fields.c: what registers say of a field beside label and type. */
void read_field(struct reader *reader, const struct yaml_node *node, struct schema_field *schema_field,
                struct pack_field *field);

/* `known_by` and `fits` of a reference (fits.c), once all registers are known. */
void read_known_by(struct reader *reader, const struct yaml_node *node, int reg, int field,
                   struct pack_field *meta);
void read_fits(struct reader *reader, const struct yaml_node *node, int reg, int field,
               struct pack_field *meta);

/* Bounds that are words (bounds.c). The constant among them: the node itself, an item of the list, or NULL.
 */
const struct yaml_node *bound_constant(const struct yaml_node *node);
/* The others, once all fields of the register are known. */
void read_bounds(struct reader *reader, const struct yaml_node *node, int reg, size_t field,
                 struct pack_field *meta);

/* case_fields.c: how many fields a register has because it has a workflow; adds them behind its own. */
size_t case_field_count(const struct reader *reader, struct text reg);
void read_case_fields(struct reader *reader, const struct yaml_node *thing, int reg,
                      struct schema_field *schema_fields, struct pack_field *pack_fields);

/* files.c */
int files_read_folder(struct reader *reader, const char *folder, struct err *err);
int files_copy(struct reader *reader, const struct pack_file *files, size_t count, struct err *err);
void files_digest(struct pack *pack);
const struct pack_file *files_find(const struct pack *pack, struct text path);

#endif
