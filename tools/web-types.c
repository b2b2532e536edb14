/* Prints the web client's types, made from the server's own table of routes: what the table renames must be
 * an error where the client is compiled (tools/web check), not where it runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/routes.h"
#include "base/mem.h"
#include "server/describe.h"

int main(void)
{
    struct buffer out = {0};
    size_t own, jobs;
    struct route *of_api = routes_all(&own);
    const struct route *of_jobs = jobs_routes(&jobs);
    struct route *routes = mem_new(own + jobs, sizeof *routes);
    memcpy(routes, of_api, own * sizeof *routes);
    memcpy(&routes[own], of_jobs, jobs * sizeof *routes);
    typescript_write(routes, own + jobs, "/api/v1", &out);
    free(of_api);
    free(routes);
    bool written = fwrite(out.data, 1, out.size, stdout) == out.size && fflush(stdout) == 0;
    buffer_fini(&out);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
