/* libfyaml's complaints in words for people. */
#ifndef ZENGSHOU_PACK_YAML_ERROR_H
#define ZENGSHOU_PACK_YAML_ERROR_H

#include <stddef.h>

/* Both sentences for a message of the parser; size of each buffer. */
void yaml_error_words(const char *message, char *zh, char *en, size_t size);

#endif
