/* futex.c: futexes, under control. See futex.h and futex(2).
 *
 * A wait is two events, as for a condition variable (cond.c): the first finds that the word is as
 * expected and starts waiting, the second ("return") has been woken, or not. Which waiters a wakeup
 * is for, where there are more, is a choice, for nobody promises an order; so is a wait that ends
 * unwoken. A futex orders nothing: whoever relies on it for more than sleeping has a race.
 *
 * Those that hand over ownership (FUTEX_LOCK_PI and its kin) are refused.
 */
#define _GNU_SOURCE
#include "shim/futex.h"

#include <errno.h>
#include <linux/futex.h>

#include "base/assert.h"
#include "oracle/raise.h"
#include "sched/fault.h"
#include "sched/log.h"
#include "shim/atomic.h"
#include "shim/clock.h"
#include "shim/refuse.h"
#include "shim/result.h"
#include "shim/signal/signal.h"

/* The kernel would not look there. The first page is nobody's; elsewhere a bad address crashes. */
static int bad_address(const uint32_t *word, bool looks) {
    enum { PAGE = 4096 };
    if ((uintptr_t)word % sizeof(*word) != 0) {
        return EINVAL;
    }
    return looks && (uintptr_t)word < PAGE ? EFAULT : 0;
}

static struct snag__object *object_of(const uint32_t *word) {
    struct snag__object *o = snag__object_futex(word);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return o;
}

/* An access to the word as the code's own atomics are, at the point where the caller stands. */
static void log_word(enum snag_event_kind kind, const uint32_t *word, uint32_t value,
                     uint32_t site) {
    const struct snag__object *o = snag__object_at(word, SNAG__OBJECT_ATOMIC);
    if (snag__unlikely(o == NULL)) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__log_numbered(kind, o->number, site, 0, sizeof(value), value);
}

static bool word_is(const uint32_t *word, uint32_t expected, uint32_t site) {
    uint32_t value = snag__atomic_word(word, site);
    log_word(SNAG_EV_LOAD, word, value, site);
    return value == expected;
}

/* Nothing came of it, and nothing has changed. */
static long log_refused(enum snag_event_kind kind, const struct snag__object *o, uint32_t site) {
    struct snag_event *e = snag__log(kind, o, site);
    e->value = EAGAIN;
    e->flags = SNAG_EVF_FAILED;
    snag__quiet(o, site);
    return snag__fail(EAGAIN);
}

/* ---- waiting ---- */

/* UINT64_MAX: without end. False: that is no time. */
static bool deadline_of(const struct snag__futex_call *c, uint64_t *deadline) {
    if ((c->op & FUTEX_CMD_MASK) == FUTEX_WAIT || c->time == NULL) {
        return snag__clock_after(c->time, deadline);
    }
    if (!snag__clock_valid(c->time) || c->time->tv_sec < 0) {
        return false;
    }
    clockid_t clock = (c->op & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    *deadline = snag__clock_deadline(clock, c->time);
    return true;
}

/* It waits, and has come back. Which of several reasons it is that nobody woke it is chosen. */
static long sleep_on(struct snag__object *o, uint64_t deadline, uint32_t bits, uint32_t site) {
    bool expires = deadline != UINT64_MAX && snag__fault(SNAG_FAULT_TIMEOUT, SNAG__FAULT_HERE);
    bool interrupted = !expires && snag__fault(SNAG_FAULT_INTERRUPT, SNAG__FAULT_HERE);
    bool spurious = !expires && !interrupted && snag__fault(SNAG_FAULT_SPURIOUS, SNAG__FAULT_HERE);
    bool in_time = !expires, signalled = false;
    if (expires || interrupted || spurious) { /* no wakeup finds it */
        snag__point(SNAG_EV_FUTEX_RETURN, o, site);
    } else {
        snag__self->waits_bits = bits;
        in_time = snag__point_wait(SNAG_EV_FUTEX_RETURN, o, site, false, deadline);
        signalled = !in_time && snag__signalled();
        in_time |= signalled;
        interrupted |= signalled;
    }
    if (expires) {
        snag__time_advance(deadline);
    }
    /* It may have been moved to another. */
    struct snag_event *e =
        snag__log(SNAG_EV_FUTEX_RETURN, snag__object_get(snag__self->pend.object), site);
    e->flags = (uint8_t)(SNAG_EVF_WAITED | (in_time ? 0 : SNAG_EVF_TIMEOUT) |
                         (interrupted ? SNAG_EVF_FAILED : 0) |
                         (spurious || (interrupted && !signalled) ? SNAG_EVF_FAULT : 0));
    if (signalled) {
        (void)snag__signals_deliver();
    }
    return !in_time ? snag__fail(ETIMEDOUT) : interrupted ? snag__fail(EINTR) : 0;
}

static long wait_for(const struct snag__futex_call *c, uint32_t bits) {
    uint64_t deadline;
    if (bits == 0 || !deadline_of(c, &deadline)) {
        return snag__fail(EINVAL);
    }
    int bad = bad_address(c->word, true);
    if (bad != 0) {
        return snag__fail(bad);
    }
    struct snag__object *o = object_of(c->word);
    snag__point(SNAG_EV_FUTEX_WAIT, o, c->site);
    if (!word_is(c->word, c->value, c->site)) {
        return log_refused(SNAG_EV_FUTEX_WAIT, o, c->site);
    }
    snag__log(SNAG_EV_FUTEX_WAIT, o, c->site);
    snag__sched.changes++; /* a wakeup says how many it found */
    return sleep_on(o, deadline, bits, c->site);
}

/* ---- waking ---- */

/* Those who wait at `o` for a wakeup that has one of `bits`; NULL: none. More than `room`: one of
 * them is chosen. */
static struct snag__vthread *next_of(const struct snag__object *o, uint32_t bits, uint32_t room) {
    uint64_t set[SNAG__SET_WORDS] = {0};
    uint32_t n = 0;
    uint16_t first = SNAG__NOBODY;
    for (uint16_t w = o->waiters_first; w != SNAG__NOBODY; w = snag__vthreads[w].wait_next) {
        if ((snag__vthreads[w].waits_bits & bits) != 0) {
            first = first == SNAG__NOBODY ? w : first;
            set[w / 64] |= UINT64_C(1) << (w % 64);
            n++;
        }
    }
    if (n == 0) {
        return NULL;
    }
    return &snag__vthreads[n > room ? snag__waiter_choose(set, n, first) : first];
}

/* As the kernel does, where it is asked for less than one it wakes one. */
static uint32_t wake(const struct snag__object *o, int most, uint32_t bits) {
    uint32_t limit = most > 1 ? (uint32_t)most : 1, woken = 0;
    struct snag__vthread *v;
    while (woken < limit && (v = next_of(o, bits, limit - woken)) != NULL) {
        snag__waiter_free(v);
        woken++;
    }
    return woken;
}

static void log_count(enum snag_event_kind kind, const struct snag__object *o, uint32_t site,
                      uint32_t count) {
    snag__log(kind, o, site)->value = count;
    if (count != 0) {
        snag__sched.changes++;
    } else {
        snag__quiet(o, site);
    }
}

static long wake_some(const struct snag__futex_call *c, uint32_t bits) {
    int bad = bits == 0 ? EINVAL : bad_address(c->word, (c->op & FUTEX_PRIVATE_FLAG) == 0);
    if (bad != 0) {
        return snag__fail(bad);
    }
    struct snag__object *o = object_of(c->word);
    snag__point(SNAG_EV_FUTEX_WAKE, o, c->site);
    uint32_t woken = wake(o, (int)c->value, bits);
    log_count(SNAG_EV_FUTEX_WAKE, o, c->site, woken);
    return woken;
}

/* Those who are left wait for another word. */
static uint32_t requeue(struct snag__object *from, struct snag__object *to, uint32_t most) {
    uint64_t set[SNAG__SET_WORDS];
    uint32_t waiting = snag__waiters(from, set), moved = 0;
    uint32_t limit = waiting < most ? waiting : most;
    struct snag__vthread *v;
    while (moved < limit && (v = next_of(from, FUTEX_BITSET_MATCH_ANY,
                                         from == to ? limit : limit - moved)) != NULL) {
        snag__waiter_requeue(v, to);
        moved++;
    }
    return moved;
}

static long requeue_some(const struct snag__futex_call *c, bool compares) {
    int most = (int)c->value, moves = (int)(unsigned)c->value2;
    int bad = most < 0 || moves < 0 ? EINVAL : bad_address(c->word, compares);
    if (bad == 0) {
        bad = bad_address(c->word2, (c->op & FUTEX_PRIVATE_FLAG) == 0);
    }
    if (bad != 0) {
        return snag__fail(bad);
    }
    struct snag__object *from = object_of(c->word), *to = object_of(c->word2);
    snag__point(SNAG_EV_FUTEX_REQUEUE, from, c->site);
    if (compares && !word_is(c->word, c->value3, c->site)) {
        return log_refused(SNAG_EV_FUTEX_REQUEUE, from, c->site);
    }
    uint32_t woken = most > 0 ? wake(from, most, FUTEX_BITSET_MATCH_ANY) : 0;
    log_count(SNAG_EV_FUTEX_WAKE, from, c->site, woken);
    uint32_t moved = requeue(from, to, (uint32_t)moves);
    log_count(SNAG_EV_FUTEX_REQUEUE, to, c->site, moved);
    return woken + moved;
}

/* ---- FUTEX_WAKE_OP ---- */

/* Twelve bits, with their sign. */
static int32_t signed12(uint32_t bits) {
    return (int32_t)(bits << 20) >> 20;
}

/* Was `old` so that the second word's waiters are woken, too? 0 or 1; -1: no such comparison. */
static int compare(uint32_t encoded, uint32_t old) {
    int32_t a = (int32_t)old, b = signed12(encoded & 0xfff);
    switch (encoded >> 24 & 15) {
    case FUTEX_OP_CMP_EQ:
        return a == b;
    case FUTEX_OP_CMP_NE:
        return a != b;
    case FUTEX_OP_CMP_LT:
        return a < b;
    case FUTEX_OP_CMP_GE:
        return a >= b;
    case FUTEX_OP_CMP_LE:
        return a <= b;
    case FUTEX_OP_CMP_GT:
        return a > b;
    default:
        return -1;
    }
}

static long wake_op(const struct snag__futex_call *c) {
    uint32_t op = c->value3 >> 28 & 7, by = (uint32_t)signed12(c->value3 >> 12 & 0xfff);
    int bad = bad_address(c->word, (c->op & FUTEX_PRIVATE_FLAG) == 0);
    bad = bad != 0 ? bad : bad_address(c->word2, true);
    if (bad != 0) {
        return snag__fail(bad);
    }
    struct snag__object *o = object_of(c->word), *o2 = object_of(c->word2);
    snag__point(SNAG_EV_FUTEX_WAKE, o, c->site);
    if (op > FUTEX_OP_XOR) {
        return snag__fail(ENOSYS);
    }
    uint32_t old = snag__atomic_word_op(
        c->word2, op, c->value3 >> 31 != 0 ? UINT32_C(1) << (by & 31) : by, c->site);
    log_word(SNAG_EV_RMW, c->word2, old, c->site);
    snag__sched.changes += *c->word2 != old;
    int also = compare(c->value3, old);
    if (also < 0) {
        return snag__fail(ENOSYS);
    }
    uint32_t woken = wake(o, (int)c->value, FUTEX_BITSET_MATCH_ANY);
    log_count(SNAG_EV_FUTEX_WAKE, o, c->site, woken);
    if (also != 0) {
        uint32_t more = wake(o2, (int)(unsigned)c->value2, FUTEX_BITSET_MATCH_ANY);
        log_count(SNAG_EV_FUTEX_WAKE, o2, c->site, more);
        woken += more;
    }
    return woken;
}

/* ---- all of them ---- */

long snag__futex(const struct snag__futex_call *c) {
    static bool told;
    int op = c->op & FUTEX_CMD_MASK;
    if ((c->op & FUTEX_CLOCK_REALTIME) != 0 && op != FUTEX_WAIT_BITSET &&
        op != FUTEX_WAIT_REQUEUE_PI && op != FUTEX_LOCK_PI2) {
        return snag__fail(ENOSYS);
    }
    switch (op) {
    case FUTEX_WAIT:
        return wait_for(c, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAIT_BITSET:
        return wait_for(c, c->value3);
    case FUTEX_WAKE:
        return wake_some(c, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAKE_BITSET:
        return wake_some(c, c->value3);
    case FUTEX_REQUEUE:
        return requeue_some(c, false);
    case FUTEX_CMP_REQUEUE:
        return requeue_some(c, true);
    case FUTEX_WAKE_OP:
        return wake_op(c);
    case FUTEX_LOCK_PI:
    case FUTEX_LOCK_PI2:
    case FUTEX_UNLOCK_PI:
    case FUTEX_TRYLOCK_PI:
    case FUTEX_WAIT_REQUEUE_PI:
    case FUTEX_CMP_REQUEUE_PI:
        snag__refuse("a futex with priority inheritance (FUTEX_LOCK_PI and its kin)", &told);
    default:
        return snag__fail(ENOSYS);
    }
}
