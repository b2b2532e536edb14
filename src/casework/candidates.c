/* Who a case can be given to: whoever holds it in the state that it comes to, and has it in their scope.
 * Rights are asked of each user as they would be when they act; roles first, because that costs nothing. */
#include "access/users.h"
#include "casework/casework_private.h"

static bool holds(const struct casework *casework, const struct pack_workflow *workflow, int state,
                  struct text role)
{
    const struct workflow_state *it = &workflow->states[state];
    return workflow_has_role(it->holders, it->holder_count, pack_role_find(casework->pack, role));
}

static int load_of(struct casework *casework, int64_t user, int64_t *load, struct err *err)
{
    bool found;
    return ask_one(casework->store, "SELECT count(*) FROM zs_case WHERE assignee = ?1 AND closed IS NULL",
                   ASK_WITH(ask_int(user)), load, &found, err);
}

static int consider(struct casework *casework, const struct stored_case *stored, int state,
                    const struct user_record *user, struct case_candidate *out, bool *fits, struct err *err)
{
    struct err why;
    int code = case_may_hold(casework, stored, state, user->facts.id, &why);
    *fits = code == 0;
    *out = (struct case_candidate){user->facts.id, user->facts.name, user->facts.display_name,
                                   pack_role_find(casework->pack, user->facts.role), 0};
    if (code == 0) return load_of(casework, user->facts.id, &out->open, err);
    if (code == ERR_INPUT || code == ERR_NOT_FOUND || code == ERR_FORBIDDEN) return 0;
    if (err != NULL) *err = why;
    return code;
}

static int collect(struct casework *casework, const struct stored_case *stored, int state,
                   struct arena *arena, struct case_candidate *candidates, size_t *count, struct err *err)
{
    struct user_record *users;
    size_t user_count;
    struct text next;
    int code = user_list(casework->access, &(struct user_query){0}, arena, &users, &user_count, &next, err);
    *count = 0;
    for (size_t i = 0; code == 0 && i < user_count && *count < CASE_CANDIDATES_MAX; i++) {
        bool fits = false;
        if (!holds(casework, stored->workflow, state, users[i].facts.role)) continue;
        code = consider(casework, stored, state, &users[i], &candidates[*count], &fits, err);
        *count += fits;
    }
    return code;
}

int case_candidates(struct casework *casework, const struct case_actor *actor, int reg, int64_t record,
                    int transition, struct arena *arena, struct case_candidate **out, size_t *count,
                    struct err *err)
{
    struct stored_case stored;
    *count = 0;
    *out = arena_array(arena, CASE_CANDIDATES_MAX, sizeof **out);
    int code = stored_case_get(casework, actor->scope, reg, record, arena, &stored, err);
    if (code != 0) return code;
    const struct workflow_transition *it = &stored.workflow->transitions[transition];
    if (!workflow_has_role(it->roles, it->role_count, actor->role))
        return err_set(err, ERR_FORBIDDEN, "您的角色不能办这一步", "Your role may not do this");
    if (casework->access == NULL) return 0;
    return collect(casework, &stored, it->to >= 0 ? it->to : stored.state, arena, *out, count, err);
}
