/* Connections are cut by shutdown(), not by close(): the descriptor stays libmicrohttpd's, which then sees
 * the end of the stream. It calls guard_close before it closes, so under the lock a descriptor here is never
 * somebody else's. */
#include "server/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct guest {
    char address[GUARD_ADDRESS_SIZE];
    unsigned count;
};

struct guard {
    pthread_mutex_t lock;
    const char *const *proxies;
    unsigned per_address;
    struct guard_connection *first;
    struct guest *guests; /* those with a count above 0 */
    size_t guest_count, guest_capacity;
};

struct guard *guard_new(const char *const *proxies, unsigned per_address)
{
    struct guard *guard = mem_new(1, sizeof *guard);
    pthread_mutex_init(&guard->lock, NULL);
    guard->proxies = proxies;
    guard->per_address = per_address;
    return guard;
}

void guard_free(struct guard *guard)
{
    if (guard == NULL) return;
    pthread_mutex_destroy(&guard->lock);
    free(guard->guests);
    free(guard);
}

/* An IPv4 client of an IPv6 socket is known by its IPv4 address. */
static void unmap(const struct sockaddr *address, char out[GUARD_ADDRESS_SIZE])
{
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(six)) inet_ntop(AF_INET, &six->s6_addr[12], out, GUARD_ADDRESS_SIZE);
}

static void write_address(const struct sockaddr *address, char out[GUARD_ADDRESS_SIZE])
{
    const void *bytes = NULL;
    snprintf(out, GUARD_ADDRESS_SIZE, "?");
    if (address != NULL && address->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    else if (address != NULL && address->sa_family == AF_INET6)
        bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (bytes != NULL) inet_ntop(address->sa_family, bytes, out, GUARD_ADDRESS_SIZE);
    if (address != NULL && address->sa_family == AF_INET6) unmap(address, out);
}

static struct guest *find(struct guard *guard, const char *address)
{
    for (size_t i = 0; i < guard->guest_count; i++)
        if (strcmp(guard->guests[i].address, address) == 0) return &guard->guests[i];
    return NULL;
}

/* Under the lock. Counts beyond the limit too, so that every leave has its enter. */
static bool enter(struct guard *guard, const char *address)
{
    struct guest *guest = find(guard, address);
    if (guest == NULL) {
        guard->guests =
            mem_grow(guard->guests, &guard->guest_capacity, guard->guest_count + 1, sizeof *guard->guests);
        guest = &guard->guests[guard->guest_count++];
        *guest = (struct guest){.count = 0};
        snprintf(guest->address, sizeof guest->address, "%s", address);
    }
    return ++guest->count <= guard->per_address;
}

static void leave(struct guard *guard, const char *address)
{
    struct guest *guest = find(guard, address);
    if (guest != NULL && --guest->count == 0) *guest = guard->guests[--guard->guest_count];
}

bool guard_enter(struct guard *guard, const char *address)
{
    pthread_mutex_lock(&guard->lock);
    bool welcome = enter(guard, address);
    pthread_mutex_unlock(&guard->lock);
    return welcome;
}

void guard_leave(struct guard *guard, const char *address)
{
    pthread_mutex_lock(&guard->lock);
    leave(guard, address);
    pthread_mutex_unlock(&guard->lock);
}

struct guard_connection *guard_open(struct guard *guard, int fd, const struct sockaddr *address,
                                    int64_t deadline)
{
    struct guard_connection *connection = mem_new(1, sizeof *connection);
    connection->fd = fd;
    connection->deadline = deadline;
    connection->idle = true;
    write_address(address, connection->address);
    for (const char *const *proxy = guard->proxies; proxy != NULL && *proxy != NULL; proxy++)
        connection->trusted = connection->trusted || strcmp(*proxy, connection->address) == 0;
    pthread_mutex_lock(&guard->lock);
    connection->next = guard->first;
    if (guard->first != NULL) guard->first->previous = connection;
    guard->first = connection;
    if (!connection->trusted && !enter(guard, connection->address)) shutdown(fd, SHUT_RDWR);
    pthread_mutex_unlock(&guard->lock);
    return connection;
}

void guard_close(struct guard *guard, struct guard_connection *connection)
{
    pthread_mutex_lock(&guard->lock);
    if (!connection->trusted) leave(guard, connection->address);
    if (connection->next != NULL) connection->next->previous = connection->previous;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        guard->first = connection->next;
    pthread_mutex_unlock(&guard->lock);
    free(connection);
}

void guard_set(struct guard *guard, struct guard_connection *connection, int64_t deadline, bool idle)
{
    pthread_mutex_lock(&guard->lock);
    connection->deadline = deadline;
    connection->idle = idle;
    pthread_mutex_unlock(&guard->lock);
}

static void cut(struct guard *guard, int64_t now, bool idle, bool all)
{
    pthread_mutex_lock(&guard->lock);
    for (struct guard_connection *at = guard->first; at != NULL; at = at->next)
        if (all || (idle && at->idle) || (at->deadline != 0 && at->deadline <= now))
            shutdown(at->fd, SHUT_RDWR);
    pthread_mutex_unlock(&guard->lock);
}

void guard_cut_late(struct guard *guard, int64_t now)
{
    cut(guard, now, false, false);
}

void guard_cut_idle(struct guard *guard)
{
    cut(guard, 0, true, false);
}

void guard_cut_all(struct guard *guard)
{
    cut(guard, 0, true, true);
}
