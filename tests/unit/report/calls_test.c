/* calls_test.c: by which calls locks were taken and asked for, against tests/golden. */
#include "fixture.h"

#include "base/symbol.h"

static void name_places(void) {
    snag__symbol_preset(30, "kv_visit", "reentrant.c", 92);
    snag__symbol_preset(31, "run", "adapter.h", 39);
    snag__symbol_preset(32, "kv_get", "reentrant.c", 40);
    snag__symbol_preset(33, "look_again", "adapter.h", 14);
    snag__symbol_preset(34, "kv_visit", "reentrant.c", 98);
    snag__symbol_preset(35, "store_locked", "reentrant.c", 64);
    snag__symbol_preset(36, "kv_add", "reentrant.c", 89);
}

static void begin(void) {
    name_places();
    world_begin(&kv_threads, 0);
    add_task();
    add_op(VISIT, 1, 0);
    add_task();
    add_op(MOVE, 1, 0);
    run(1, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 1, 30);
}

/* A callback that takes the lock under which it is called: both stacks, a line for each call. */
TEST(both_stacks_of_a_lock_that_is_asked_for_again) {
    begin();
    struct snag_finding *f =
        finding(SNAG_SELF_DEADLOCK, "self-deadlock: kv_get holding kv_visit's lock");
    struct snag_party *p = party(f, 1, 0);
    p->object = p->holds = 1;
    p->holds_site = 30;
    p->taken_callers[0] = 31;
    p->at_site = 32;
    p->callers[0] = 33;
    p->callers[1] = 34;
    p->callers[2] = 31;
    w.verdict.end = SNAG_END_STOPPED;
    check_lanes("lanes_both_stacks.txt", 80, false);
}

/* In passing, where others are told of too. */
TEST(calls_that_led_to_a_deadlock) {
    begin();
    run(2, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 2, 36);
    struct snag_finding *f = finding(
        SNAG_DEADLOCK, "deadlock: kv_get holding kv_visit's lock / store_locked holding kv_add's");
    struct snag_party *p = party(f, 1, 0);
    p->holds = 1;
    p->holds_site = 30;
    p->object = 2;
    p->at_site = 32;
    p->callers[0] = 33;
    p->callers[1] = 34;
    p = party(f, 2, 0);
    p->holds = 2;
    p->holds_site = 36;
    p->object = 1;
    p->at_site = 35;
    p->callers[0] = 36;
    w.verdict.switches++;
    w.verdict.end = SNAG_END_STUCK;
    check_lanes("lanes_calls.txt", 80, false);
}

/* Where nobody looked, nothing is said of it. */
TEST(no_stacks_are_no_lines) {
    begin();
    struct snag_finding *f =
        finding(SNAG_SELF_DEADLOCK, "self-deadlock: kv_get holding kv_visit's lock");
    struct snag_party *p = party(f, 1, 0);
    p->object = p->holds = 1;
    p->holds_site = 30;
    p->at_site = 32;
    char *text = lanes_text(80, false);
    EXPECT(strstr(text, "was taken") == NULL);
    EXPECT(strstr(text, "called in") == NULL);
    free(text);
}
