/* Prints the web client's types, made from the server's own table of routes: what the table renames must be an error
 * where the client is compiled (tools/web check), not where it runs. */
#include <stdio.h>
#include <stdlib.h>

#include "api/routes.h"
#include "server/describe.h"

int main(void)
{
    struct buffer out = {0};
    size_t count;
    struct route *routes = routes_all(&count);
    typescript_write(routes, count, "/api/v1", &out);
    free(routes);
    bool written = fwrite(out.data, 1, out.size, stdout) == out.size && fflush(stdout) == 0;
    buffer_fini(&out);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
