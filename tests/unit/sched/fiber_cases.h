/* fiber_cases.h: the tests of the fiber switch, for whichever of the two was compiled in.
 *
 * Included by one fiber_*_test.c each, after sched/fiber.h. No scheduler: two or three fibers and
 * the thread's own stack.
 */
#ifndef TESTS_SCHED_FIBER_CASES_H
#define TESTS_SCHED_FIBER_CASES_H

#include <string.h>
#include <unwind.h>

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

/* What the steps below do to the values; `n` is how many there are. */
static void step(uint64_t v[], int n) {
    for (int k = 0; k < n; k++)
        v[k] = k % 2 == 0 ? v[k] + v[(k + 1) % n] : v[k] ^ v[(k + 1) % n];
}

/* More values than there are registers to keep, of both kinds, so that one lives in each. */
static void walk(struct snag__fiber *self, struct snag__fiber *other, uint64_t seed) {
    uint64_t a = seed, b = seed * 3, c = seed * 5, d = seed * 7, e = seed * 11, f = seed * 13,
             g = seed * 17, h = seed * 19;
    double p = (double)seed, q = p * 3, r = p * 5, s = p * 7, t = p * 9, u = p * 11, v = p * 13,
           w = p * 15;
    for (int i = 0; i < ROUNDS; i++) {
        trail = trail * 31 + (a ^ b ^ c ^ d ^ e ^ f ^ g ^ h);
        sum += ((p + q) + (r + s)) + ((t + u) + (v + w));
        snag__fiber_switch(self, other);
        a += b;
        b ^= c;
        c += d;
        d ^= e;
        e += f;
        f ^= g;
        g += h;
        h ^= a;
        p += 1;
        q += 2;
        r += 3;
        s += 4;
        t += 5;
        u += 6;
        v += 7;
        w += 8;
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
static uint64_t expected_trail(double *expected_sum) {
    uint64_t at[2][8], all = 0;
    *expected_sum = 0;
    for (uint64_t who = 0; who < 2; who++) {
        static const uint64_t by[8] = {1, 3, 5, 7, 11, 13, 17, 19};
        for (int k = 0; k < 8; k++)
            at[who][k] = (who + 1) * by[k];
    }
    for (int i = 0; i < 2 * ROUNDS; i++) {
        uint64_t *r = at[i % 2];
        if (i >= 2)
            step(r, 8);
        all = all * 31 + (r[0] ^ r[1] ^ r[2] ^ r[3] ^ r[4] ^ r[5] ^ r[6] ^ r[7]);
        int round = i / 2;
        *expected_sum += (i % 2 + 1) * 64 + round * 36; /* the sums of 1, 3 … 15 and 1, 2 … 8 */
    }
    return all;
}

/* What is given back is taken again, with the stack that all have. */
TEST(a_stack_grows_for_one_user) {
    CHECK(have_pool());
    struct snag__fiber *f = snag__fiber_take();
    char *top = f->stack + f->stack_bytes;
    CHECK(!snag__fiber_grow(f, SNAG__STACK_BYTES_MAX + 1));
    CHECK(snag__fiber_grow(f, STACK_BYTES / 2) && f->stack_bytes == STACK_BYTES);
    CHECK(snag__fiber_grow(f, 1000001) && f->stack_bytes >= 1000001);
    CHECK(f->stack + f->stack_bytes == top && snag__fiber_contains(f->stack));
    memset(f->stack, MARK, f->stack_bytes);
    snag__fiber_note_depth(f, f->stack);
    snag__fibers_give();
    struct snag__fiber *again = snag__fiber_take();
    CHECK(again == f && f->stack_bytes == STACK_BYTES && f->stack + STACK_BYTES == top);
    CHECK(snag__fiber_guards(f, (uintptr_t)f->stack - 1));
    CHECK(snag__fiber_grow(f, SNAG__STACK_BYTES_MAX));
    for (const char *p = f->stack; p < top; p++)
        if (*p != 0)
            CHECK(*p == 0);
    snag__fibers_give();
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
        double expected_sum;
        CHECK_EQ_U64(trail, expected_trail(&expected_sum));
        CHECK(sum == expected_sum);
        snag__fibers_give();
    }
}

static struct snag__fiber *one;

/* ---- a switch that is the last thing a function does ---- */

enum { LASTS = 5 };
static int went_on, lasted;
static bool aligned;

static int goes_on(void) {
    volatile char wide[32] __attribute__((aligned(16))) = {0};
    aligned = aligned && (uintptr_t)wide % 16 == 0;
    return ++went_on;
}

static __attribute__((noinline)) int switches_last(void) {
    return snag__fiber_switch_then(one, &driver, goes_on);
}

static void last_main(void) {
    uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;
    for (int i = 1; i <= LASTS; i++) {
        lasted += switches_last() == i;
        a += b;
        b += c;
        c += d;
        d += e;
        e += f;
        f += a;
    }
    trail = a ^ b ^ c ^ d ^ e ^ f;
    snag__fiber_switch(one, &driver);
}

TEST(a_function_switches_last_and_another_goes_on_for_it) {
    CHECK(have_pool());
    one = snag__fiber_take();
    snag__fiber_prepare(one, last_main);
    aligned = true;
    for (int i = 0; i < LASTS; i++) {
        snag__fiber_switch(&driver, one);
        CHECK(went_on == i && lasted == i);
    }
    snag__fiber_switch(&driver, one);
    CHECK(went_on == LASTS && lasted == LASTS && aligned);
    uint64_t v[] = {1, 2, 3, 4, 5, 6};
    for (int i = 0; i < LASTS; i++)
        for (int k = 0; k < 6; k++)
            v[k] += v[(k + 1) % 6];
    CHECK_EQ_U64(trail, v[0] ^ v[1] ^ v[2] ^ v[3] ^ v[4] ^ v[5]);
    snag__fibers_give();
}

/* ---- stacks ---- */

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
        snag__fibers_give();
        CHECK(is_clear(stack, stack + STACK_BYTES));
    }
}

static uint32_t frames_walked;

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *context, void *argument) {
    (void)context;
    (void)argument;
    return ++frames_walked < 100 ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

static void walks_its_stack(void) {
    (void)_Unwind_Backtrace(count_frame, NULL);
    snag__fiber_switch(one, &driver);
    __builtin_trap();
}

TEST(a_walk_of_its_stack_ends_where_a_fiber_began) {
    CHECK(have_pool());
    one = snag__fiber_take();
    CHECK(one != NULL);
    snag__fiber_prepare(one, walks_its_stack);
    frames_walked = 0;
    snag__fiber_switch(&driver, one);
    CHECK(frames_walked >= 1 && frames_walked <= 4);
    snag__fibers_give();
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
    snag__fibers_give();
}

#endif
