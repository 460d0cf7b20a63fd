/* shrink_test.c: the shrinker against synthetic findings, of which the smallest form is known. */
#include "fixture.h"

static struct snag__shrink_case the_case;

/* 8 tasks of `each` operations and 20 choices; x in task 3, y in task 6, and before the second
 * event of x a preemption to the task of y. */
static void big_case(const struct snag_impl *impl, int each) {
    struct snag__shrink_case *c = &the_case;
    snag__schedule_free(&c->schedule);
    memset(c, 0, sizeof *c);
    c->has_program = true;
    c->program.workers = impl->mode == SNAG_TASKS ? 4 : 0;
    c->program.config.values[0] = 512;
    c->program.config.values[1] = 3;
    for (int t = 0; t < 8; t++) {
        add_task(&c->program);
        for (int i = 0; i < each; i++) {
            uint16_t op = t == 2 && i == each / 2 ? X_OP : t == 5 && i == each - 2 ? Y_OP : NOISE;
            add_op(&c->program, op, op == NOISE ? 7 * i : 0, 0);
        }
    }
    for (int i = 0; i < 20; i++) {
        if (i == 11)
            add_next(&c->schedule, client(impl, 3), (uint16_t)(each / 2 + 1), 2, client(impl, 6));
        else
            add_next(&c->schedule, client(impl, i % 8 + 1), (uint16_t)(i % each + 1),
                     (uint32_t)(i + 1), client(impl, (i + 1) % 8 + 1));
    }
}

/* Some x is preempted before its second event, by a task that has a y. */
static bool x_preempted_by_y(struct judge *j, const struct snag_program *p,
                             struct snag_schedule *s) {
    for (uint32_t k = 0; k < s->count; k++) {
        for (uint32_t i = 0; i < p->first[p->tasks]; i++) {
            int t = task_of(p, i);
            struct snag_actor a = client(j->impl, t + 1);
            if (p->ops[i].op != X_OP || s->list[k].op != i - p->first[t] + 1u ||
                s->list[k].ordinal != 2 || !snag__actor_equal(&a, &s->list[k].at))
                continue;
            for (uint32_t y = 0; y < p->first[p->tasks]; y++) {
                struct snag_actor b = client(j->impl, task_of(p, y) + 1);
                if (p->ops[y].op == Y_OP && task_of(p, y) != t &&
                    snag__actor_equal(&b, &s->list[k].to))
                    return true;
            }
        }
    }
    return false;
}

static void check_two_parties(const struct snag_impl *impl) {
    const struct snag_program *p = &the_case.program;
    CHECK_EQ_INT(p->tasks, 2);
    CHECK_EQ_INT(p->first[2], 2);
    CHECK_EQ_INT(p->ops[0].op, X_OP);
    CHECK_EQ_INT(p->ops[1].op, Y_OP);
    CHECK_EQ_INT(p->workers, impl->mode == SNAG_TASKS ? 1 : 0);
    CHECK_EQ_INT(p->config.values[0], 1);
    CHECK_EQ_INT(p->config.values[1], 0);
    CHECK_EQ_INT(the_case.schedule.count, 1);
    struct snag_actor a = client(impl, 1), b = client(impl, 2);
    CHECK(snag__actor_equal(&the_case.schedule.list[0].at, &a));
    CHECK(snag__actor_equal(&the_case.schedule.list[0].to, &b));
    CHECK_EQ_INT(the_case.schedule.list[0].op, 1);
    CHECK_EQ_INT(the_case.schedule.list[0].ordinal, 2);
}

TEST(two_parties_and_a_preemption_among_forty_operations) {
    struct judge j = {.impl = &fixture_threads, .shows = x_preempted_by_y};
    big_case(j.impl, 5);
    uint32_t tries = judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(tries, j.tries);
    CHECK(tries <= 100);
    check_two_parties(j.impl);
}

TEST(two_parties_in_the_biggest_program) {
    struct judge j = {.impl = &fixture_threads, .shows = x_preempted_by_y};
    big_case(j.impl, 32);
    CHECK(judge_shrink(&j, &the_case, 0) <= 150);
    check_two_parties(j.impl);
}

TEST(two_parties_of_async_tasks_and_one_worker) {
    struct judge j = {.impl = &fixture_tasks, .shows = x_preempted_by_y};
    big_case(j.impl, 32);
    add_next(&the_case.schedule, worker(3), 0, 4, worker(4));
    CHECK(judge_shrink(&j, &the_case, 0) <= 150);
    check_two_parties(j.impl);
}

/* A preemption at or after memory access 37 behind event 2 of some x. */
static bool late_access(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j;
    (void)p;
    for (uint32_t k = 0; k < s->count; k++)
        if (s->list[k].op == 3 && s->list[k].ordinal == 2 && s->list[k].sub >= 37)
            return true;
    return false;
}

TEST(a_choice_at_a_memory_access_moves_to_the_first_that_does) {
    struct judge j = {.impl = &fixture_threads, .shows = late_access};
    big_case(j.impl, 5);
    the_case.schedule.list[2].op = 3;
    the_case.schedule.list[2].ordinal = 2;
    the_case.schedule.list[2].sub = 1000;
    CHECK(judge_shrink(&j, &the_case, 0) <= 200);
    CHECK_EQ_INT(the_case.schedule.count, 1);
    CHECK_EQ_INT(the_case.schedule.list[0].ordinal, 2);
    CHECK_EQ_INT(the_case.schedule.list[0].sub, 37);
}

/* A preemption behind event 2 of the third operation, wherever. */
static bool any_access(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j;
    (void)p;
    for (uint32_t k = 0; k < s->count; k++)
        if (s->list[k].op == 3 && s->list[k].ordinal == 2)
            return true;
    return false;
}

TEST(a_numbered_event_is_preferred_to_a_memory_access) {
    struct judge j = {.impl = &fixture_threads, .shows = any_access};
    big_case(j.impl, 5);
    the_case.schedule.list[2].op = 3;
    the_case.schedule.list[2].ordinal = 2;
    the_case.schedule.list[2].sub = 1000;
    (void)judge_shrink(&j, &the_case, 0);
    CHECK_EQ_INT(the_case.schedule.count, 1);
    CHECK_EQ_INT(the_case.schedule.list[0].sub, 0);
}

TEST(the_budget_is_kept_and_the_best_so_far_shows_it) {
    struct judge free = {.impl = &fixture_threads, .shows = x_preempted_by_y};
    big_case(free.impl, 5);
    uint32_t needed = judge_shrink(&free, &the_case, 0), ops_before = 40;
    for (uint32_t budget = 1; budget <= needed; budget++) {
        struct judge j = {.impl = &fixture_threads, .shows = x_preempted_by_y};
        big_case(j.impl, 5);
        CHECK_EQ_INT(judge_shrink(&j, &the_case, budget), budget);
        CHECK_EQ_INT(j.tries, budget);
        CHECK(judge_try(&j, &the_case.program, &the_case.schedule));
        uint32_t ops = the_case.program.first[the_case.program.tasks];
        CHECK(ops <= ops_before);
        ops_before = ops;
    }
    check_two_parties(free.impl);
}

TEST(stop_is_heeded_between_tries) {
    struct judge j = {.impl = &fixture_threads, .shows = x_preempted_by_y, .stop_after = 7};
    big_case(j.impl, 5);
    CHECK_EQ_INT(judge_shrink(&j, &the_case, 0), 7);
    j.stop_after = 0;
    CHECK(judge_try(&j, &the_case.program, &the_case.schedule));
}

static bool never(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)p;
    snag__schedule_clear(s);
    return false;
}

TEST(what_does_not_show_it_is_left_alone) {
    struct judge j = {.impl = &fixture_threads, .shows = never};
    big_case(j.impl, 5);
    CHECK_EQ_INT(judge_shrink(&j, &the_case, 0), 1);
    CHECK_EQ_INT(the_case.program.first[8], 40);
    CHECK_EQ_INT(the_case.schedule.count, 20);
}

static bool always(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    (void)j, (void)p, (void)s;
    return true;
}

TEST(one_operation_is_left_where_anything_shows_it) {
    struct judge j = {.impl = &fixture_threads, .shows = always};
    big_case(j.impl, 32);
    CHECK(judge_shrink(&j, &the_case, 0) <= 40);
    CHECK_EQ_INT(the_case.program.tasks, 1);
    CHECK_EQ_INT(the_case.program.first[1], 1);
    CHECK_EQ_INT(the_case.schedule.count, 0);
}

/* Comes back with another schedule every time, often a longer one, as a caller that searches. */
static bool searching(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    uint32_t x = 0, y = 0;
    for (uint32_t i = 0; i < p->first[p->tasks]; i++) {
        x += p->ops[i].op == X_OP;
        y += p->ops[i].op == Y_OP;
    }
    if (x == 0 || y == 0 || (j->tries > 1 && snag__prng_chance(&j->prng, 1, 4)))
        return false;
    for (uint32_t n = snag__prng_below(&j->prng, 4); n > 0; n--)
        add_next(s, client(j->impl, 1), 1, 1 + snag__prng_below(&j->prng, 9), client(j->impl, 2));
    return true;
}

TEST(a_try_that_searches_does_not_make_it_run_for_ever) {
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct judge j = {.impl = &fixture_threads, .shows = searching};
        snag__prng_seed(&j.prng, seed);
        big_case(j.impl, 5);
        CHECK(judge_shrink(&j, &the_case, 0) < 1000);
        CHECK(the_case.program.first[the_case.program.tasks] <= 4);
        CHECK(the_case.schedule.count <= 4);
    }
}

/* Needs noise(n) for every wanted n, and the choices whose ordinals are wanted and above 1000. */
static bool has_wanted(struct judge *j, const struct snag_program *p, struct snag_schedule *s) {
    for (uint32_t w = 0; w < j->wanted_count; w++) {
        bool there = false;
        for (uint32_t i = 0; p != NULL && i < p->first[p->tasks]; i++)
            there |= p->ops[i].op == NOISE && p->ops[i].args[0].i == j->wanted[w];
        for (uint32_t k = 0; k < s->count; k++)
            there |= s->list[k].ordinal == j->wanted[w];
        if (!there)
            return false;
    }
    return true;
}

TEST(random_findings_shrink_to_exactly_what_they_need) {
    uint32_t worst = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct snag__prng r;
        snag__prng_seed(&r, seed);
        struct judge j = {.impl = &fixture_threads, .shows = has_wanted};
        struct snag__shrink_case *c = &the_case;
        snag__schedule_free(&c->schedule);
        memset(c, 0, sizeof *c);
        c->has_program = true;
        c->program.config.values[0] = 1;
        for (int t = 0; t < 8; t++) {
            add_task(&c->program);
            for (int i = 0; i < 5; i++)
                add_op(&c->program, NOISE, 100 + t * 5 + i, 0);
        }
        for (int i = 0; i < 20; i++)
            add_next(&c->schedule, client(j.impl, 1 + (int)snag__prng_below(&r, 8)), 0,
                     (uint32_t)(2000 + i), client(j.impl, 1));
        uint32_t ops = 1 + snag__prng_below(&r, 4), choices = snag__prng_below(&r, 4);
        for (uint32_t i = 0; i < ops; i++)
            j.wanted[j.wanted_count++] = 100 + 10 * i + snag__prng_below(&r, 10);
        /* Choices of the wanted operations' tasks, so that dropping a task is not what costs them.
         */
        for (uint32_t i = 0; i < choices; i++) {
            uint32_t at = 5 * i + snag__prng_below(&r, 5);
            c->schedule.list[at].at = client(j.impl, (int)(j.wanted[0] - 100) / 5 + 1);
            c->schedule.list[at].to = client(j.impl, 9);
            j.wanted[j.wanted_count++] = 2000 + at;
        }
        uint32_t tries = judge_shrink(&j, c, 0);
        worst = tries > worst ? tries : worst;
        CHECK_EQ_INT(c->program.first[c->program.tasks], ops);
        CHECK_EQ_INT(c->schedule.count, choices);
        CHECK_EQ_INT(c->program.tasks, 1);
        CHECK(has_wanted(&j, &c->program, &c->schedule));
    }
    CHECK(worst <= 400);
}

TEST(a_scenario_has_only_choices) {
    struct judge j = {.impl = NULL, .shows = has_wanted, .wanted = {2003, 2017}, .wanted_count = 2};
    struct snag__shrink_case *c = &the_case;
    snag__schedule_free(&c->schedule);
    memset(c, 0, sizeof *c);
    for (uint32_t i = 0; i < 20; i++)
        add_next(&c->schedule, worker(1), 0, 2000 + i, worker(2));
    CHECK(judge_shrink(&j, c, 0) <= 100);
    CHECK_EQ_INT(c->schedule.count, 2);
    CHECK_EQ_INT(c->schedule.list[0].ordinal, 2003);
    CHECK_EQ_INT(c->schedule.list[1].ordinal, 2017);
    snag__schedule_free(&c->schedule);
}

/* Shows it: the first child is preempted before its third event, by the second one; or in two steps
 * or three, no part of which is enough. */
static bool first_by_second(struct judge *j, const struct snag_program *p,
                            struct snag_schedule *s) {
    static const struct {
        uint32_t count, at[3], ordinal[3], to[3];
    } forms[] = {{1, {1}, {3}, {2}},
                 {2, {1, 2}, {2, 3}, {2, 1}},
                 {2, {3, 2}, {4, 3}, {2, 1}},
                 {3, {3, 1, 3}, {3, 3, 4}, {1, 3, 2}}};
    (void)j;
    (void)p;
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        uint32_t same = 0;
        for (uint32_t i = 0; i < s->count && s->count == forms[f].count; i++)
            same += s->list[i].at.path[1] == forms[f].at[i] &&
                    s->list[i].ordinal == forms[f].ordinal[i] &&
                    s->list[i].to.path[1] == forms[f].to[i];
        if (same == forms[f].count)
            return true;
    }
    return false;
}

TEST(several_switches_become_the_one_that_does) {
    struct judge j = {.impl = NULL, .shows = first_by_second};
    static const int forms[][3][3] = {
        {{1, 2, 2}, {2, 3, 1}}, {{3, 4, 2}, {2, 3, 1}}, {{3, 3, 1}, {1, 3, 3}, {3, 4, 2}}};
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        struct snag__shrink_case *c = &the_case;
        snag__schedule_free(&c->schedule);
        memset(c, 0, sizeof *c);
        for (int i = 0; i < 3 && forms[f][i][0] != 0; i++)
            add_next(&c->schedule, worker(forms[f][i][0]), 0, (uint32_t)forms[f][i][1],
                     worker(forms[f][i][2]));
        CHECK(judge_shrink(&j, c, 0) <= 200);
        CHECK_EQ_INT(c->schedule.count, 1);
        CHECK_EQ_INT(c->schedule.list[0].ordinal, 3);
        CHECK_EQ_INT(c->schedule.list[0].at.path[1], 1);
        snag__schedule_free(&c->schedule);
    }
}
