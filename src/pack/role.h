/* Role: in a role's rights on registers one bit more says that the role names the register itself: then it
 * has exactly these, whoever owns it. */
#ifndef ZENGSHOU_PACK_ROLE_H
#define ZENGSHOU_PACK_ROLE_H

#include "pack/pack.h"

enum { RIGHT_NAMED = 1 << 7 };

/* What a role may do with a register that its user's unit owns, or does not. */
static inline uint8_t role_rights_on(const struct pack_role *role, int reg, bool owned)
{
    uint8_t rights = role->rights[reg];
    if (owned && (rights & RIGHT_NAMED) == 0) rights |= role->owned;
    return (uint8_t)(rights & ~RIGHT_NAMED);
}

#endif
