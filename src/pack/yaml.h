/* YAML as packs use it: mappings, lists, scalars with exact positions. Every fault goes into a fault_list
 * with file, line and column, in both languages. Schemas of documents stand in code: the readers below take
 * what they want and report what is not as wanted, so that one pass finds all faults.
 *
 * A scalar is text; readers give it a type. `key:` with nothing behind it is YAML_NULL; words such as null,
 * ~, yes have no meaning of their own. A tree is read-only and lives in the arena; its texts also point into
 * the parsed text, which must live as long. */
#ifndef ZENGSHOU_PACK_YAML_H
#define ZENGSHOU_PACK_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/suggest.h"

struct yaml_node;

enum yaml_kind { YAML_NULL, YAML_SCALAR, YAML_LIST, YAML_MAPPING };

enum { YAML_SIZE_MAX = 16 << 20, YAML_DEPTH_MAX = 50, YAML_NODES_MAX = 1000000 };

/* The root of the text's only document; a text without one gives a YAML_NULL. NULL when the text cannot be
 * read: too large, not UTF-8, control characters or tabs, a syntax error, anchors, aliases, tags, directives,
 * a second document, nested too deep. The first such fault is added and reading stops there: what would
 * follow is noise. A key given twice is a fault too, but the tree is whole and holds the first. file: the
 * name for positions (copied). */
const struct yaml_node *yaml_parse(struct text text, const char *file, struct arena *arena,
                                   struct fault_list *faults);

/* ---- The tree. A NULL node is an absent one: kind YAML_NULL, no text, no items. ---- */
enum yaml_kind yaml_kind(const struct yaml_node *node);
struct text yaml_text(const struct yaml_node *node); /* scalars; empty otherwise */
size_t yaml_count(const struct yaml_node *node);     /* items of a list, entries of a mapping */
const struct yaml_node *yaml_item(const struct yaml_node *node, size_t index); /* item, or an entry's value */
const struct yaml_node *yaml_key(const struct yaml_node *node, size_t index);  /* an entry's key, a scalar */
/* NULL: not a mapping, or no such key. */
const struct yaml_node *yaml_get(const struct yaml_node *node, const char *key);
const struct yaml_node *yaml_find(const struct yaml_node *node, struct text key);

const char *yaml_file(const struct yaml_node *node);
int yaml_line(const struct yaml_node *node);   /* 1-based */
int yaml_column(const struct yaml_node *node); /* 1-based, in characters */

/* The scalar as it stands in the file (line breaks and indentation of a block kept), with the position of its
 * first character: for texts of another language inside YAML, so that positions found in it can be
 * translated: in its first line column + n - 1, in later lines n. For a quoted scalar with escapes it is the
 * same as yaml_text. */
struct text yaml_source(const struct yaml_node *node, int *line, int *column);

/* ---- Faults ---- */

/* Adds ERR_INPUT at the node's place. Both formats consume the same arguments. Control characters become
 * blanks. */
void yaml_fault(const struct yaml_node *node, struct fault_list *faults, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* The same with two sentences that are finished already. */
void yaml_fault_words(const struct yaml_node *node, struct fault_list *faults, const char *zh,
                      const char *en);

/* "unknown <what> `wanted`; did you mean `best`?" at the node's place; suggest has been offered the right
 * ones. */
void yaml_fault_unknown(const struct yaml_node *node, struct fault_list *faults, const char *zh_what,
                        const char *en_what, const struct suggest *suggest);

/* The beginning of a text, for quoting in messages: at most 60 characters. */
struct text yaml_shown(struct text text);

/* ---- Readers. False with a fault when the node is not as wanted, *out untouched; false in silence for a
 * NULL node (an absent key), so that readers and yaml_get compose. ---- */
bool yaml_is(const struct yaml_node *node, enum yaml_kind kind, struct fault_list *faults);
bool yaml_string(const struct yaml_node *node, struct text *out,
                 struct fault_list *faults); /* not blank; trimmed */
bool yaml_name(const struct yaml_node *node, struct text *out,
               struct fault_list *faults); /* [a-z][a-z0-9_]*, ≤ 48 */
bool yaml_integer(const struct yaml_node *node, int64_t least, int64_t most, int64_t *out,
                  struct fault_list *faults);
bool yaml_number(const struct yaml_node *node, double least, double most, double *out,
                 struct fault_list *faults);
bool yaml_bool(const struct yaml_node *node, bool *out, struct fault_list *faults);    /* true, false */
bool yaml_date(const struct yaml_node *node, int32_t *out, struct fault_list *faults); /* 2022-09-30 */

/* The index of the scalar among the choices (ended by NULL). */
bool yaml_choice(const struct yaml_node *node, const char *const *choices, int *out,
                 struct fault_list *faults);

/* The value of a required key; NULL with a fault at the mapping's place when it is absent. what_zh, what_en:
 * what is to be written there, for the message. */
const struct yaml_node *yaml_need(const struct yaml_node *mapping, const char *key, const char *zh_what,
                                  const char *en_what, struct fault_list *faults);

/* That the node is a mapping with none but these keys (ended by NULL): a fault for each other one. True when
 * it is a mapping, unknown keys or not. */
bool yaml_keys(const struct yaml_node *node, const char *const *keys, struct fault_list *faults);

#endif
