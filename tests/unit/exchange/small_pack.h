/* A small programme for this room's tests, as YAML in memory. */
#ifndef ZENGSHOU_TESTS_EXCHANGE_SMALL_PACK_H
#define ZENGSHOU_TESTS_EXCHANGE_SMALL_PACK_H

#include "pack/pack.h"

struct pack *small_pack(void); /* fails the test when the pack is faulty */

int small_register(const struct pack *pack, const char *name);
int small_field(const struct pack *pack, const char *reg, const char *field);
const struct pack_feed *small_feed(const struct pack *pack, const char *name);

#endif
