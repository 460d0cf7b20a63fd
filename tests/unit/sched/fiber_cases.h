/* fiber_cases.h: the tests of the fiber switch, for whichever of the two was compiled in.
 *
 * Included by one fiber_*_test.c each, after sched/fiber.h. No scheduler: two or three fibers and
 * the thread's own stack.
 */
#ifndef TESTS_SCHED_FIBER_CASES_H
#define TESTS_SCHED_FIBER_CASES_H

#include "test.h"

enum { STACK_BYTES = 65536, ROUNDS = 20000, MARK = 0x5a };

static struct snag__fiber driver, *ping, *pong;
static uint64_t trail;
static double sum;

static bool have_pool(void) {
    static bool have;
    have = have || snag__fiber_pool_init(STACK_BYTES);
    return have;
}

/* More values than there are registers to keep, so that some live in each callee-saved one. */
static void walk(struct snag__fiber *self, struct snag__fiber *other, uint64_t seed) {
    uint64_t a = seed, b = seed * 3, c = seed * 5, d = seed * 7, e = seed * 11, f = seed * 13;
    double half = (double)seed / 2;
    for (int i = 0; i < ROUNDS; i++) {
        trail = trail * 31 + a + b + c + d + e + f;
        sum += half;
        snag__fiber_switch(self, other);
        a += b;
        b ^= c;
        c += d;
        d ^= e;
        e += f;
        f ^= a;
    }
    snag__fiber_switch(self, &driver);
}

static void ping_main(void) {
    walk(ping, pong, 1);
}

static void pong_main(void) {
    walk(pong, ping, 2);
}

/* The same steps without any switch. */
static uint64_t expected_trail(void) {
    uint64_t at[2][6], all = 0;
    for (uint64_t who = 0; who < 2; who++) {
        static const uint64_t by[6] = {1, 3, 5, 7, 11, 13};
        for (int k = 0; k < 6; k++)
            at[who][k] = (who + 1) * by[k];
    }
    for (int i = 0; i < 2 * ROUNDS; i++) {
        uint64_t *r = at[i % 2];
        if (i >= 2) {
            r[0] += r[1];
            r[1] ^= r[2];
            r[2] += r[3];
            r[3] ^= r[4];
            r[4] += r[5];
            r[5] ^= r[0];
        }
        all = all * 31 + r[0] + r[1] + r[2] + r[3] + r[4] + r[5];
    }
    return all;
}

TEST(two_fibers_in_turn_keep_what_is_theirs) {
    CHECK(have_pool());
    for (int again = 0; again < 3; again++) {
        ping = snag__fiber_take();
        pong = snag__fiber_take();
        CHECK(ping != NULL && pong != NULL && ping != pong);
        snag__fiber_prepare(ping, ping_main);
        snag__fiber_prepare(pong, pong_main);
        trail = 0;
        sum = 0;
        snag__fiber_switch(&driver, ping);
        CHECK_EQ_U64(trail, expected_trail());
        CHECK(sum == 1.5 * ROUNDS);
        snag__fiber_give(ping);
        snag__fiber_give(pong);
    }
}

static struct snag__fiber *one;
static const char *stood_at;
static bool was_clear;

static bool is_clear(const char *from, const char *to) {
    for (; from < to; from++) {
        if (*from != 0)
            return false;
    }
    return true;
}

/* Leaves a mark on its stack and is abandoned in the middle of it. */
static void leaves_a_mark(void) {
    volatile char bytes[8192];
    was_clear = is_clear(one->stack, one->stack + STACK_BYTES / 2);
    for (size_t i = 0; i < sizeof(bytes);
         i++) /* no call: its first one would use a stack deep down */
        bytes[i] = MARK;
    stood_at = (const char *)bytes;
    snag__fiber_note_depth(one, (char *)bytes);
    snag__fiber_switch(one, &driver);
    __builtin_trap();
}

TEST(an_abandoned_stack_is_the_next_ones_and_clear) {
    CHECK(have_pool());
    const char *stack = NULL, *first_stood_at = NULL;
    for (int again = 0; again < 100; again++) {
        one = snag__fiber_take();
        CHECK(one != NULL);
        CHECK(stack == NULL || stack == one->stack);
        stack = one->stack;
        snag__fiber_prepare(one, leaves_a_mark);
        snag__fiber_switch(&driver, one);
        CHECK(was_clear);
        CHECK(first_stood_at == NULL || first_stood_at == stood_at);
        first_stood_at = stood_at;
        CHECK(stood_at > stack && stood_at < stack + STACK_BYTES);
        CHECK_EQ_INT(stood_at[100], MARK);
        snag__fiber_give(one);
        CHECK(is_clear(stack, stack + STACK_BYTES));
    }
}

TEST(a_guard_lies_below_each_stack) {
    CHECK(have_pool());
    one = snag__fiber_take();
    CHECK(one != NULL);
    uintptr_t low = (uintptr_t)one->stack;
    CHECK(snag__fiber_guards(one, low - 1));
    CHECK(!snag__fiber_guards(one, low));
    CHECK(snag__fiber_contains(one->stack));
    CHECK(!snag__fiber_contains(&low));
    snag__fiber_give(one);
}

#endif
