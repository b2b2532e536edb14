/* Who is connected, since when, and until when: limits an address, cuts slow clients at an absolute deadline,
 * cuts what is idle when the server stops. libmicrohttpd's own timeout starts anew with every byte. Safe for
 * threads. */
#ifndef ZENGSHOU_SERVER_GUARD_H
#define ZENGSHOU_SERVER_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { GUARD_ADDRESS_SIZE = 64 };

struct guard;

struct guard_connection {
    char address[GUARD_ADDRESS_SIZE]; /* numeric */
    bool trusted;                     /* a proxy whose X-Forwarded-For is believed */
    int fd;
    bool idle;
    int64_t deadline; /* of the monotonic clock in ms; 0: none */
    struct guard_connection *previous, *next;
};

/* proxies: numeric addresses, ended by NULL; may be NULL. Borrowed. */
struct guard *guard_new(const char *const *proxies, unsigned per_address);
void guard_free(struct guard *guard);

/* A new connection. One above the limit of its address is shut down at once (and closed by guard_close as
 * usual). */
struct guard_connection *guard_open(struct guard *guard, int fd, const struct sockaddr *address,
                                    int64_t deadline);
void guard_close(struct guard *guard, struct guard_connection *connection);

void guard_set(struct guard *guard, struct guard_connection *connection, int64_t deadline, bool idle);

/* Requests at one time from an address behind a proxy; false when there are too many. */
bool guard_enter(struct guard *guard, const char *address);
void guard_leave(struct guard *guard, const char *address);

void guard_cut_late(struct guard *guard, int64_t now);
void guard_cut_idle(struct guard *guard);
void guard_cut_all(struct guard *guard);

#endif
