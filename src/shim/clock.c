/* clock.c: clocks and sleeps, on virtual time. See clock.h.
 *
 * Sleeping costs nothing: the sleeper is a timed waiter, and time moves when nobody else can run or
 * the strategy says so. Reading a clock moves it a little, so that a loop that waits for a time
 * ends.
 */
#define _GNU_SOURCE
#include "shim/clock.h"

#include <errno.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/assert.h"
#include "oracle/held.h"
#include "sched/fault.h"
#include "shim/result.h"
#include "shim/signal/signal.h"

unsigned __real_sleep(unsigned seconds);
int __real_usleep(useconds_t us);
int __real_nanosleep(const struct timespec *t, struct timespec *left);
int __real_clock_nanosleep(clockid_t clock, int flags, const struct timespec *t,
                           struct timespec *left);
int __real_clock_gettime(clockid_t clock, struct timespec *t);
int __real_gettimeofday(struct timeval *t, void *zone);
time_t __real_time(time_t *t);

unsigned __wrap_sleep(unsigned seconds);
int __wrap_usleep(useconds_t us);
int __wrap_nanosleep(const struct timespec *t, struct timespec *left);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *t,
                           struct timespec *left);
int __wrap_clock_gettime(clockid_t clock, struct timespec *t);
int __wrap_gettimeofday(struct timeval *t, void *zone);
time_t __wrap_time(time_t *t);

enum { READ_COSTS_NS = 1000 };

/* Virtual time 0 on the realtime clocks: an arbitrary fixed date (2020-01-01). Others start at an
 * hour. */
static uint64_t origin_of(clockid_t clock) {
    bool real = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    return (real ? UINT64_C(1577836800) : UINT64_C(3600)) * SNAG__NS_PER_S;
}

static bool is_clock(clockid_t clock) {
    return clock >= 0 && clock <= CLOCK_TAI; /* not those of another process or a device */
}

bool snag__clock_valid(const struct timespec *t) {
    return t->tv_nsec >= 0 && t->tv_nsec < (long)SNAG__NS_PER_S;
}

bool snag__clock_waits(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
}

uint64_t snag__clock_ns(const struct timespec *t) {
    if (t->tv_sec < 0) {
        return 0;
    }
    if ((uint64_t)t->tv_sec >= UINT64_MAX / SNAG__NS_PER_S - 1) {
        return UINT64_MAX - 1;
    }
    return (uint64_t)t->tv_sec * SNAG__NS_PER_S + (uint64_t)t->tv_nsec;
}

struct timespec snag__clock_timespec(uint64_t ns) {
    return (struct timespec){.tv_sec = (time_t)(ns / SNAG__NS_PER_S),
                             .tv_nsec = (long)(ns % SNAG__NS_PER_S)};
}

uint64_t snag__clock_deadline(clockid_t clock, const struct timespec *at) {
    uint64_t absolute = snag__clock_ns(at), origin = origin_of(clock);
    uint64_t deadline = absolute > origin ? absolute - origin : 0;
    return deadline > snag__sched.now ? deadline : snag__sched.now;
}

uint64_t snag__clock_after_ms(int ms) {
    return ms < 0 ? UINT64_MAX : snag__sched.now + (uint64_t)ms * 1000000;
}

bool snag__clock_after(const struct timespec *time, uint64_t *deadline) {
    *deadline = UINT64_MAX;
    if (time != NULL && (!snag__clock_valid(time) || time->tv_sec < 0)) {
        return false;
    }
    uint64_t ns = time != NULL ? snag__clock_ns(time) : UINT64_MAX;
    if (ns < UINT64_MAX - snag__sched.now) {
        *deadline = snag__sched.now + ns;
    }
    return true;
}

uint64_t snag__clock_read(void) {
    snag__time_advance(snag__sched.now + READ_COSTS_NS);
    return snag__sched.now;
}

static uint64_t read_clock(clockid_t clock) {
    return origin_of(clock) + snag__clock_read();
}

/* Returns the ns that are left: 0, or more if it was interrupted. */
static uint64_t sleep_until(uint64_t deadline, uint32_t site) {
    snag__signals_here(site);
    bool interrupted = snag__fault(SNAG_FAULT_INTERRUPT, SNAG__FAULT_AHEAD);
    if (deadline > snag__sched.now) {
        snag__held_at_io(site);
    }
    bool in_time = snag__point_wait(SNAG_EV_SLEEP, NULL, site, interrupted, deadline);
    snag__cancel_here(site);
    bool signalled = !in_time && snag__signalled();
    struct snag_event *e = snag__log(SNAG_EV_SLEEP, NULL, site);
    if ((!interrupted && !signalled) || deadline <= snag__sched.now) {
        return 0;
    }
    e->flags = (uint8_t)(SNAG_EVF_FAILED | (signalled ? 0 : SNAG_EVF_FAULT));
    uint64_t left = deadline - snag__sched.now;
    if (signalled) {
        (void)snag__signals_deliver(); /* a sleep is not made again */
    }
    return left;
}

static uint64_t sleep_for(uint64_t ns, uint32_t site) {
    return sleep_until(ns < UINT64_MAX / 2 ? snag__sched.now + ns : UINT64_MAX - 1, site);
}

/* `left`: NULL, or where the caller wants it if that is not 0. */
static int interrupted(uint64_t ns, struct timespec *left) {
    if (ns != 0 && left != NULL) {
        *left = snag__clock_timespec(ns);
    }
    return ns != 0 ? EINTR : 0;
}

unsigned __wrap_sleep(unsigned seconds) {
    if (snag__self == NULL) {
        return __real_sleep(seconds);
    }
    uint64_t left = sleep_for(seconds * SNAG__NS_PER_S, SNAG__SITE());
    return (unsigned)((left + SNAG__NS_PER_S - 1) / SNAG__NS_PER_S);
}

int __wrap_usleep(useconds_t us) {
    if (snag__self == NULL) {
        return __real_usleep(us);
    }
    return sleep_for((uint64_t)us * 1000, SNAG__SITE()) != 0 ? snag__fail(EINTR) : 0;
}

int snag__clock_sleep(const struct timespec *t, struct timespec *left, uint32_t site) {
    if (!snag__clock_valid(t) || t->tv_sec < 0) {
        return EINVAL;
    }
    return interrupted(sleep_for(snag__clock_ns(t), site), left);
}

int __wrap_nanosleep(const struct timespec *t, struct timespec *left) {
    if (snag__self == NULL) {
        return __real_nanosleep(t, left);
    }
    return snag__result(snag__clock_sleep(t, left, SNAG__SITE()));
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *t,
                           struct timespec *left) {
    if (snag__self == NULL) {
        return __real_clock_nanosleep(clock, flags, t, left);
    }
    if (!snag__clock_valid(t) || t->tv_sec < 0 || !is_clock(clock) ||
        clock == CLOCK_THREAD_CPUTIME_ID) { /* it would not pass while it sleeps */
        return EINVAL;
    }
    if ((flags & TIMER_ABSTIME) != 0) {
        return interrupted(sleep_until(snag__clock_deadline(clock, t), SNAG__SITE()), NULL);
    }
    return interrupted(sleep_for(snag__clock_ns(t), SNAG__SITE()), left);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *t) {
    if (snag__self == NULL) {
        return __real_clock_gettime(clock, t);
    }
    if (!is_clock(clock)) {
        return snag__fail(EINVAL);
    }
    *t = snag__clock_timespec(read_clock(clock));
    return 0;
}

int __wrap_gettimeofday(struct timeval *t, void *zone) {
    if (snag__self == NULL) {
        return __real_gettimeofday(t, zone);
    }
    uint64_t ns = read_clock(CLOCK_REALTIME);
    t->tv_sec = (time_t)(ns / SNAG__NS_PER_S);
    t->tv_usec = (suseconds_t)(ns % SNAG__NS_PER_S / 1000);
    return 0;
}

time_t __wrap_time(time_t *t) {
    if (snag__self == NULL) {
        return __real_time(t);
    }
    time_t now = (time_t)(read_clock(CLOCK_REALTIME) / SNAG__NS_PER_S);
    if (t != NULL) {
        *t = now;
    }
    return now;
}
