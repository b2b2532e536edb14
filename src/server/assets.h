/* The web application's files, in memory since the start: nothing of a request is ever used as a file's name.
 */
#ifndef ZENGSHOU_SERVER_ASSETS_H
#define ZENGSHOU_SERVER_ASSETS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

struct assets;

struct asset {
    const char *path;     /* "assets/index-abc.js" */
    const char *type;     /* media type */
    const char *encoding; /* "br", "gzip" or NULL */
    const char *etag;     /* strong, with its quotes; differs by encoding */
    struct text bytes;
    bool immutable; /* its name holds a hash of its content: below assets/ */
};

enum { ASSETS_BYTES_MAX = 256 << 20, ASSETS_FILES_MAX = 20000 };

/* All regular files below the folder; `name.gz` and `name.br` beside `name` are its compressed forms. There
 * must be an index.html. Symbolic links are not followed. */
int assets_load(const char *folder, struct assets **out, struct err *err);
void assets_free(struct assets *assets);

/* path: decoded, without the leading "/"; accept_encoding may be NULL. "" is index.html. A path
 * that names no file and whose last part has no dot (a deep link) is the page of its first part where there
 * is one (declare/status: declare.html), else index.html. NULL: there is no such file. */
const struct asset *assets_find(const struct assets *assets, struct text path, const char *accept_encoding);

/* Is the ETag in an If-None-Match header? */
bool assets_matches(const struct asset *asset, const char *if_none_match);

#endif
