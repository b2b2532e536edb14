/* A workflow as a picture: every edge that goes on leads to a later layer, no two states lie on one place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "casework/graph.h"

static struct pack *example;

static int state_of(const struct pack_workflow *workflow, const char *name)
{
    int state = workflow_state_find(workflow, text_of(name));
    assert_true(state >= 0);
    return state;
}

static void check_picture(const struct pack_workflow *workflow)
{
    struct arena arena = {0};
    struct graph graph;
    graph_of(workflow, &arena, &graph);
    assert_int_equal(graph.nodes[workflow->start].layer, 0);
    for (size_t i = 0; i < graph.edge_count; i++) {
        const struct graph_edge *edge = &graph.edges[i];
        if (!edge->back) assert_true(graph.nodes[edge->to].layer > graph.nodes[edge->from].layer);
    }
    for (size_t i = 0; i < graph.node_count; i++) {
        assert_in_range(graph.nodes[i].layer, 0, graph.layers - 1);
        assert_in_range(graph.nodes[i].place, 0, graph.widest - 1);
        for (size_t k = 0; k < i; k++)
            assert_true(graph.nodes[i].layer != graph.nodes[k].layer ||
                        graph.nodes[i].place != graph.nodes[k].place);
    }
    arena_fini(&arena);
}

static void every_workflow(void **state)
{
    assert_true(example->workflow_count > 0);
    for (size_t i = 0; i < example->workflow_count; i++) check_picture(&example->workflows[i]);
}

static void the_exit(void **state)
{
    const struct pack_workflow *workflow =
        &example->workflows[pack_workflow_find(example, TEXT("exit_review"))];
    struct arena arena = {0};
    struct graph graph;
    graph_of(workflow, &arena, &graph);
    assert_int_equal(graph.nodes[state_of(workflow, "notice")].layer, 1);
    assert_int_equal(graph.nodes[state_of(workflow, "decision")].layer, 2);
    assert_int_equal(graph.nodes[state_of(workflow, "exited")].layer, 3);
    assert_int_equal(graph.nodes[state_of(workflow, "dropped")].layer, 1);
    assert_int_equal(graph.layers, 4);
    int send_back = workflow_transition_find(workflow, TEXT("send_back")), seen = 0;
    for (size_t i = 0; i < graph.edge_count; i++) {
        if (graph.edges[i].transition != send_back) continue;
        assert_true(graph.edges[i].back);
        seen++;
    }
    assert_int_equal(seen, 2);
    arena_fini(&arena);
}

static int load(void **state)
{
    struct fault_list faults = {0};
    struct err err;
    int code = pack_load(ZENGSHOU_SOURCE "/packs/example", &example, &faults, &err);
    fault_list_fini(&faults);
    return code;
}

static int done(void **state)
{
    pack_free(example);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_workflow),
        cmocka_unit_test(the_exit),
    };
    return cmocka_run_group_tests_name("graph", tests, load, done);
}
