/* structure_test.c: handles, nested programs, arguments and schedule anchors under shrinking. */
#include "fixture.h"

#include "shrink/edit.h"

static struct snag__shrink_case the_case;

static struct snag_program *fresh(const struct snag_impl *impl) {
    snag__schedule_free(&the_case.schedule);
    memset(&the_case, 0, sizeof the_case);
    the_case.has_program = true;
    the_case.program.config.values[0] = 1;
    the_case.program.workers = impl->mode == SNAG_TASKS ? 2 : 0;
    return &the_case.program;
}

/* Some `use` follows a wanted number of operations in its task. */
static bool has_use(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)s;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++)
        if (p->ops[i].op == USE)
            return true;
    return false;
}

TEST(a_consumer_keeps_its_producer_by_its_new_number) {
    struct judge j = {.impl = &fixture_threads, .shows = has_use};
    struct snag_program *p = fresh(j.impl);
    add_task(p);
    add_op(p, NOISE, 1, 0);
    add_op(p, OPEN, 0, 0);
    add_op(p, NOISE, 2, 0);
    add_op(p, OPEN, 0, 0);
    add_op(p, CLOSE, 2, 0);
    add_op(p, USE, 4, 0);
    add_op(p, CLOSE, 4, 0);
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->first[1], 3); /* what was opened must be closed, or it is not legal */
    CHECK_EQ_INT(p->ops[0].op, OPEN);
    CHECK_EQ_INT(p->ops[1].op, USE);
    CHECK_EQ_INT(p->ops[1].args[0].i, 1);
    CHECK_EQ_INT(p->ops[2].op, CLOSE);
    CHECK_EQ_INT(p->ops[2].args[0].i, 1);
}

TEST(dropping_a_producer_drops_its_consumers) {
    struct snag_program *p = fresh(&fixture_threads);
    add_task(p);
    add_op(p, OPEN, 0, 0);
    add_op(p, OPEN, 0, 0);
    add_op(p, USE, 1, 0);
    add_op(p, USE, 2, 0);
    bool keep[] = {false, true, true, true};
    CHECK(snag__edit_keep(&the_case, &fixture_threads, keep, 0));
    CHECK_EQ_INT(p->first[1], 2);
    CHECK_EQ_INT(p->ops[0].op, OPEN);
    CHECK_EQ_INT(p->ops[1].op, USE);
    CHECK_EQ_INT(p->ops[1].args[0].i, 1);
}

static bool nested_y(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)s;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++)
        if (p->ops[i].op == Y_OP && p->ops[i].depth == 1)
            return true;
    return false;
}

static bool any_y(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)s;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++)
        if (p->ops[i].op == Y_OP)
            return true;
    return false;
}

/* noise; visit(3) { noise, y, noise }; visit(4) { x } */
static void two_visits(struct snag_program *p) {
    add_task(p);
    add_op(p, NOISE, 1, 0);
    add_op(p, VISIT, 3, 3)->nested = 3;
    add_op(p, NOISE, 5, 0)->depth = 1;
    add_op(p, Y_OP, 0, 0)->depth = 1;
    add_op(p, NOISE, 6, 0)->depth = 1;
    add_op(p, VISIT, 4, 1)->nested = 1;
    add_op(p, X_OP, 0, 0)->depth = 1;
}

TEST(a_nested_operation_keeps_its_outer_one_and_loses_its_siblings) {
    struct judge j = {.impl = &fixture_threads, .shows = nested_y};
    struct snag_program *p = fresh(j.impl);
    two_visits(p);
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->first[1], 2);
    CHECK_EQ_INT(p->ops[0].op, VISIT);
    CHECK_EQ_INT(p->ops[0].nested, 1);
    CHECK_EQ_INT(p->ops[0].args[1].i, 1);
    CHECK_EQ_INT(p->ops[0].args[0].i, 1);
    CHECK_EQ_INT(p->ops[1].op, Y_OP);
    CHECK_EQ_INT(p->ops[1].depth, 1);
}

TEST(an_outer_operation_goes_where_the_nested_one_alone_is_enough) {
    struct judge j = {.impl = &fixture_threads, .shows = any_y};
    struct snag_program *p = fresh(j.impl);
    two_visits(p);
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->first[1], 1);
    CHECK_EQ_INT(p->ops[0].op, Y_OP);
    CHECK_EQ_INT(p->ops[0].depth, 0);
}

/* Two puts of one key, the second with a value of at most -37; and three bytes written. */
static bool particular(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)s;
    bool puts = false, bytes = false;
    for (uint32_t a = 0; a < p->first[p->tasks]; a++) {
        bytes |= p->ops[a].op == WRITE && p->ops[a].args[0].bytes_count >= 3;
        for (uint32_t b = a + 1; b < p->first[p->tasks]; b++)
            puts |= p->ops[a].op == PUT && p->ops[b].op == PUT &&
                    p->ops[a].args[0].i == p->ops[b].args[0].i && p->ops[b].args[1].i <= -37;
    }
    return puts && bytes && p->config.values[0] >= 100;
}

TEST(arguments_and_configuration_become_as_small_as_they_may) {
    struct judge j = {.impl = &fixture_threads, .shows = particular};
    struct snag_program *p = fresh(j.impl);
    p->config.values[0] = 777;
    p->config.values[1] = 9;
    add_task(p);
    add_op(p, PUT, 7, 99);
    add_op(p, PUT, 7, -98);
    struct snag__op *w = add_op(p, WRITE, 0, 0);
    w->args[0].bytes_count = 11;
    memcpy(w->args[0].bytes, "hello world", 11);
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->first[1], 3);
    CHECK_EQ_INT(p->ops[0].args[0].i, 1);
    CHECK_EQ_INT(p->ops[1].args[0].i, 1);
    CHECK_EQ_INT(p->ops[0].args[1].i, 0);
    CHECK_EQ_INT(p->ops[1].args[1].i, -37);
    CHECK_EQ_INT(p->ops[2].args[0].bytes_count, 3);
    CHECK_EQ_MEM(p->ops[2].args[0].bytes, "aaa\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    CHECK_EQ_INT(p->config.values[0], 100);
    CHECK_EQ_INT(p->config.values[1], 0);
}

/* As many operations as there were: one of the key 3, one that opens, one that nests another. */
static bool of_a_sort(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)s;
    bool keyed = false, opens = false, nests = false;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++) {
        const struct snag__op *op = &p->ops[i];
        keyed |= (op->op == PUT || (op->op == VISIT && op->nested == 0)) && op->args[0].i == 3;
        opens |= op->op == OPEN;
        nests |= op->op == VISIT && op->nested == 1;
    }
    return keyed && opens && nests && p->first[p->tasks] == 7;
}

/* A `y` that is cancelled, beside another one. */
static bool one_is_cancelled(struct judge *j, const struct snag_program *p,
                             struct snag_schedule *s) {
    (void)j, (void)s;
    unsigned cancelled = 0, whole = 0;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++) {
        cancelled += p->ops[i].op == Y_OP && p->ops[i].abort >= 2;
        whole += p->ops[i].op == Y_OP;
    }
    return cancelled >= 1 && whole >= 2;
}

TEST(what_need_not_be_cancelled_is_not_and_else_as_soon_as_it_may) {
    struct judge j = {.impl = &fixture_tasks, .shows = one_is_cancelled};
    struct snag_program *p = fresh(j.impl);
    add_task(p);
    add_op(p, NOISE, 3, 0)->abort = 1;
    add_op(p, Y_OP, 0, 0)->abort = 3;
    add_op(p, Y_OP, 0, 0)->abort = 3;
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->first[1], 2);
    CHECK_EQ_INT(p->ops[0].abort + p->ops[1].abort, 2);
    CHECK(p->ops[0].abort == 0 || p->ops[1].abort == 0);
}

TEST(an_operation_becomes_one_declared_earlier_and_keeps_its_arguments) {
    struct judge j = {.impl = &fixture_threads, .shows = of_a_sort};
    struct snag_program *p = fresh(j.impl);
    add_task(p);
    add_op(p, VISIT, 3, 0);
    add_op(p, OPEN, 0, 0);
    add_op(p, CLOSE, 2, 0);
    add_op(p, VISIT, 8, 1)->nested = 1;
    add_op(p, PUT, 8, 100)->depth = 1;
    struct snag__op *w = add_op(p, WRITE, 0, 0);
    w->args[0].bytes_count = 1;
    w->args[0].bytes[0] = 'a';
    add_op(p, Y_OP, 0, 0);
    judge_shrink(&j, &the_case, 0);
    static const uint16_t kinds[7] = {PUT, OPEN, CLOSE, VISIT, NOISE, NOISE, NOISE};
    for (int i = 0; i < 7; i++)
        CHECK_EQ_INT(p->ops[i].op, kinds[i]);
    CHECK_EQ_INT(p->ops[0].args[0].i, 3);
    CHECK_EQ_INT(p->ops[4].args[0].i, 0);
    CHECK_EQ_INT(p->ops[5].args[0].bytes_count, 0);
}

/* A handle is given back, which only comes after it was given; or somebody puts the key 1. */
static bool lets_go(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)s;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++)
        if (p->ops[i].op == CLOSE || (p->ops[i].op == PUT && p->ops[i].args[0].i == 1))
            return true;
    return false;
}

TEST(one_plain_operation_stands_in_for_a_producer_and_its_consumers) {
    struct judge j = {.impl = &fixture_threads, .shows = lets_go};
    struct snag_program *p = fresh(j.impl);
    add_task(p);
    add_op(p, NOISE, 1, 0);
    add_task(p);
    add_op(p, OPEN, 0, 0);
    add_op(p, OPEN, 0, 0);
    add_op(p, USE, 1, 0);
    add_op(p, CLOSE, 2, 0);
    add_op(p, CLOSE, 1, 0);
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->tasks, 1);
    CHECK_EQ_INT(p->first[1], 1);
    CHECK_EQ_INT(p->ops[0].op, PUT);
}

/* A table that is exactly full: as many puts as its capacity, and one. */
static bool overflows(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)s;
    int64_t puts = 0;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++)
        puts += p->ops[i].op == PUT;
    return puts == p->config.values[0] + 1;
}

TEST(a_limit_goes_down_with_what_fills_it) {
    struct judge j = {.impl = &fixture_threads, .shows = overflows};
    struct snag_program *p = fresh(j.impl);
    p->config.values[0] = 5;
    for (int t = 0; t < 2; t++) {
        add_task(p);
        for (int i = 0; i < 3; i++)
            add_op(p, PUT, 1 + i, 0);
        add_op(p, NOISE, 0, 0);
    }
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->config.values[0], 1);
    CHECK_EQ_INT(p->first[p->tasks], 2);
    CHECK_EQ_INT(p->ops[0].op, PUT);
    CHECK_EQ_INT(p->ops[1].op, PUT);
}

static void check_entry(uint32_t i, struct snag_actor at, int op, struct snag_actor to) {
    CHECK(i < the_case.schedule.count);
    const struct snag_switch *s = &the_case.schedule.list[i];
    CHECK(snag__actor_equal(&s->at, &at));
    CHECK(snag__actor_equal(&s->to, &to));
    CHECK_EQ_INT(s->op, op);
}

TEST(the_schedule_follows_dropped_tasks_and_operations) {
    const struct snag_impl *impl = &fixture_threads;
    struct snag_program *p = fresh(impl);
    for (int t = 0; t < 3; t++) {
        add_task(p);
        for (int i = 0; i < 4; i++)
            add_op(p, NOISE, i, 0);
    }
    struct snag_actor child = {.depth = 3, .path = {0, 3, 1}};
    struct snag_actor daemon = {.depth = 2, .path = {0, 4}};
    add_next(&the_case.schedule, client(impl, 1), 2, 3, client(impl, 3)); /* op goes */
    add_next(&the_case.schedule, client(impl, 1), 4, 3, client(impl, 3));
    add_next(&the_case.schedule, client(impl, 2), 1, 1, client(impl, 1)); /* actor goes */
    add_next(&the_case.schedule, client(impl, 3), 4, 1, client(impl, 2)); /* target goes */
    add_next(&the_case.schedule, client(impl, 3), 4, 1, child);
    add_next(&the_case.schedule, child, 0, 2, daemon);
    /* Tasks that a client, a daemon and the root have declared. */
    struct snag_actor request = {.is_task = 1, .depth = 3, .path = {0, 3, 2}};
    struct snag_actor tick = {.is_task = 1, .depth = 3, .path = {0, 4, 1}};
    struct snag_actor own = {.is_task = 1, .depth = 2, .path = {0, 2}};
    add_next(&the_case.schedule, request, 0, 2, daemon);
    add_next(&the_case.schedule, tick, 0, 2, client(impl, 1));
    add_next(&the_case.schedule, own, 0, 2, client(impl, 1));
    bool keep[12];
    for (int i = 0; i < 12; i++)
        keep[i] = i != 1 && (i < 4 || i >= 8);
    struct snag__shrink_case copy = the_case;
    memset(&copy.schedule, 0, sizeof copy.schedule);
    CHECK(snag__schedule_copy(&copy.schedule, &the_case.schedule));

    CHECK(snag__edit_keep(&the_case, impl, keep, 0));
    struct snag_actor child_now = {.depth = 3, .path = {0, 2, 1}};
    CHECK_EQ_INT(p->tasks, 2);
    CHECK_EQ_INT(p->first[1], 3);
    CHECK_EQ_INT(p->first[2], 7);
    request.path[1] = 2;
    tick.path[1] = 3;
    CHECK_EQ_INT(the_case.schedule.count, 6);
    check_entry(3, request, 0, client(impl, 3));
    check_entry(4, tick, 0, client(impl, 1));
    check_entry(5, own, 0, client(impl, 1));
    check_entry(0, client(impl, 1), 3, client(impl, 2));
    check_entry(1, client(impl, 2), 4, child_now);
    check_entry(2, child_now, 0, client(impl, 3));

    snag__schedule_free(&the_case.schedule);
    the_case = copy;
    CHECK(snag__edit_keep(&the_case, impl, keep, SNAG__EDIT_REANCHOR));
    CHECK_EQ_INT(the_case.schedule.count, 7);
    check_entry(0, client(impl, 1), 2, client(impl, 2));
    CHECK_EQ_INT(the_case.schedule.list[0].ordinal, 1);
}

TEST(merging_shifts_handles_and_anchors) {
    const struct snag_impl *impl = &fixture_tasks;
    struct snag_program *p = fresh(impl);
    add_task(p);
    add_op(p, NOISE, 1, 0);
    add_op(p, NOISE, 2, 0);
    add_task(p);
    add_op(p, OPEN, 0, 0);
    add_op(p, USE, 1, 0);
    add_task(p);
    add_op(p, X_OP, 0, 0);
    add_next(&the_case.schedule, client(impl, 2), 2, 1, client(impl, 3));
    add_next(&the_case.schedule, client(impl, 1), 1, 1, client(impl, 2)); /* to itself: goes */
    CHECK(snag__edit_merge(&the_case, impl, 0, 1));
    CHECK_EQ_INT(p->tasks, 2);
    CHECK_EQ_INT(p->first[1], 4);
    CHECK_EQ_INT(p->first[2], 5);
    CHECK_EQ_INT(p->ops[3].op, USE);
    CHECK_EQ_INT(p->ops[3].args[0].i, 3);
    CHECK_EQ_INT(the_case.schedule.count, 1);
    check_entry(0, client(impl, 1), 4, client(impl, 2));
}

TEST(a_choice_to_go_on_survives_the_exchange_of_tasks) {
    const struct snag_impl *impl = &fixture_threads;
    struct snag_program *p = fresh(impl);
    for (int t = 0; t < 2; t++) {
        add_task(p);
        add_op(p, t == 0 ? X_OP : Y_OP, 0, 0);
    }
    add_next(&the_case.schedule, client(impl, 2), 1, 1, client(impl, 2));
    add_next(&the_case.schedule, client(impl, 2), 1, 3, client(impl, 1));
    snag__edit_swap(&the_case, impl, 0, 1);
    CHECK_EQ_INT(p->ops[0].op, Y_OP);
    CHECK_EQ_INT(the_case.schedule.count, 2);
    check_entry(0, client(impl, 1), 1, client(impl, 1));
    check_entry(1, client(impl, 1), 1, client(impl, 2));
}

/* x before y, and between them a switch from the task of x, which starts first. */
static bool x_then_y(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    if (p->first[p->tasks] != 2 || p->tasks != 2)
        return false;
    uint16_t x = p->ops[0].op == X_OP ? 0 : 1;
    struct snag_actor first = client(j->impl, x + 1), second = client(j->impl, 2 - x);
    uint32_t at = 0;
    if (x == 1) { /* it starts first only if told to */
        if (s->count == 0 || !snag__actor_equal(&s->list[0].at, &second))
            return false;
        at = 1;
    }
    return p->ops[x].op == X_OP && p->ops[1 - x].op == Y_OP && s->count == at + 1 &&
           snag__actor_equal(&s->list[at].at, &first) &&
           snag__actor_equal(&s->list[at].to, &second);
}

TEST(who_starts_first_stands_first_without_a_choice) {
    struct judge j = {.impl = &fixture_threads, .shows = x_then_y};
    struct snag_program *p = fresh(j.impl);
    add_task(p);
    add_op(p, Y_OP, 0, 0);
    add_task(p);
    add_op(p, X_OP, 0, 0);
    add_next(&the_case.schedule, client(j.impl, 1), 1, 1, client(j.impl, 2));
    add_next(&the_case.schedule, client(j.impl, 2), 1, 2, client(j.impl, 1));
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->ops[0].op, X_OP);
    CHECK_EQ_INT(the_case.schedule.count, 1);
    check_entry(0, client(j.impl, 1), 1, client(j.impl, 2));
}

TEST(fewer_workers_drop_or_hand_over_their_choices) {
    const struct snag_impl *impl = &fixture_tasks;
    for (int handed = 0; handed < 2; handed++) {
        struct snag_program *p = fresh(impl);
        p->workers = 4;
        add_task(p);
        add_op(p, NOISE, 0, 0);
        add_next(&the_case.schedule, worker(1), 0, 1, worker(2));
        add_next(&the_case.schedule, worker(1), 0, 2, worker(4));
        snag__edit_workers(&the_case, 2, handed ? SNAG__EDIT_REANCHOR : 0);
        CHECK_EQ_INT(p->workers, 2);
        CHECK_EQ_INT(the_case.schedule.count, handed ? 2 : 1);
        check_entry(0, worker(1), 0, worker(2));
    }
    snag__schedule_free(&the_case.schedule);
}

/* Before an x its task lets others run: because of what it does there first, or of a choice. */
static bool x_waits(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    bool waits = false, y = false;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++) {
        uint16_t t = (uint16_t)task_of(p, i);
        struct snag_actor at = snag__edit_client(j->impl, t);
        struct snag_actor to = snag__edit_runs(1);
        y |= p->ops[i].op == Y_OP;
        if (p->ops[i].op != X_OP)
            continue;
        waits |= i > p->first[t] && p->ops[i - 1].op == NOISE;
        for (uint32_t k = 0; k < s->count; k++)
            waits |= s->list[k].op == i - p->first[t] + 1u && s->list[k].ordinal == 1 &&
                     snag__actor_equal(&s->list[k].at, &at) &&
                     snag__actor_equal(&s->list[k].to, &to);
    }
    return waits && y && (p->workers == 0 || p->workers == 2);
}

TEST(a_switch_takes_the_place_of_an_operation_that_waits) {
    for (int tasks = 0; tasks < 2; tasks++) {
        struct judge j = {.impl = tasks ? &fixture_tasks : &fixture_threads, .shows = x_waits};
        struct snag_program *p = fresh(j.impl);
        p->workers = tasks ? 2 : 0;
        add_task(p);
        add_op(p, NOISE, 0, 0);
        add_op(p, X_OP, 0, 0);
        add_task(p);
        add_op(p, Y_OP, 0, 0);
        judge_shrink(&j, &the_case, 0);
        CHECK_EQ_INT(p->first[p->tasks], 2);
        CHECK_EQ_INT(p->ops[0].op, X_OP);
        CHECK_EQ_INT(the_case.schedule.count, 1);
        check_entry(0, client(j.impl, 1), 1, tasks ? worker(2) : client(j.impl, 2));
    }
    snag__schedule_free(&the_case.schedule);
}

/* Each x is one that a y waits for: none can go without the other. */
static bool balanced(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    int x = 0, y = 0;
    (void)j, (void)s;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++) {
        x += p->ops[i].op == X_OP;
        y += p->ops[i].op == Y_OP;
    }
    return x == y && x > 0;
}

TEST(what_one_sends_and_another_receives_goes_together) {
    struct judge j = {.impl = &fixture_threads, .shows = balanced};
    struct snag_program *p = fresh(j.impl);
    for (int t = 0; t < 2; t++) {
        add_task(p);
        for (int i = 0; i < 3; i++)
            add_op(p, t == 0 ? X_OP : Y_OP, 0, 0);
    }
    judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(p->first[p->tasks], 2);
}
