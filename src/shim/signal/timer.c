/* timer.c: alarm, setitimer and timer_create, on virtual time: what signals when its time has come.
 * See signal.h.
 *
 * Each timer is a thread of snag's own that idles until then (a daemon: nothing waits for it, and
 * nothing is said about it), so that a schedule lets it go off, before others or after, as it lets
 * any timed wait end. The rule: it is set by whoever calls, and goes off on its own thread only.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "exec/parts.h"
#include "sched/wait.h"
#include "shim/clock.h"
#include "shim/refuse.h"
#include "shim/result.h"
#include "shim/signal/signal.h"
#include "shim/thread.h"

unsigned __real_alarm(unsigned seconds);
useconds_t __real_ualarm(useconds_t us, useconds_t interval);
int __real_setitimer(__itimer_which_t which, const struct itimerval *time, struct itimerval *old);
int __real_getitimer(__itimer_which_t which, struct itimerval *time);
int __real_timer_create(clockid_t clock, struct sigevent *event, timer_t *timer);
int __real_timer_settime(timer_t timer, int flags, const struct itimerspec *time,
                         struct itimerspec *old);
int __real_timer_gettime(timer_t timer, struct itimerspec *time);
int __real_timer_getoverrun(timer_t timer);
int __real_timer_delete(timer_t timer);

unsigned __wrap_alarm(unsigned seconds);
useconds_t __wrap_ualarm(useconds_t us, useconds_t interval);
int __wrap_setitimer(__itimer_which_t which, const struct itimerval *time, struct itimerval *old);
int __wrap_getitimer(__itimer_which_t which, struct itimerval *time);
int __wrap_timer_create(clockid_t clock, struct sigevent *event, timer_t *timer);
int __wrap_timer_settime(timer_t timer, int flags, const struct itimerspec *time,
                         struct itimerspec *old);
int __wrap_timer_gettime(timer_t timer, struct itimerspec *time);
int __wrap_timer_getoverrun(timer_t timer);
int __wrap_timer_delete(timer_t timer);

enum { TIMERS_MAX = 32, ALARM = 0 /* the one of alarm and setitimer */ };

struct timer {
    bool made;
    clockid_t clock;
    uint64_t deadline, interval;  /* virtual ns; UINT64_MAX: it is not set; 0: it goes off once */
    struct snag__vthread *daemon; /* NULL: it was never set */
    uint32_t site;                /* where it was set last */
    int notify;                   /* SIGEV_NONE, _SIGNAL or _THREAD */
    struct snag__signal signal;
    void (*function)(union sigval);
};

static struct timer timers[TIMERS_MAX];
static unsigned used; /* timers[used..] have not been used in this execution */

void snag__timers_begin(void) {
    used = 0;
}

/* ---- the daemon ---- */

static void *call_function(void *argument) {
    const struct timer *t = argument;
    t->function(t->signal.value);
    return NULL;
}

/* As far away as there is a time, at most. */
static uint64_t later(uint64_t from, uint64_t ns) {
    return ns < UINT64_MAX - 1 - from ? from + ns : UINT64_MAX - 1;
}

static void go_off(struct timer *t) {
    t->deadline = t->interval != 0 ? later(t->deadline, t->interval) : UINT64_MAX;
    if (t->notify == SIGEV_SIGNAL) {
        snag__log(SNAG_EV_SIGNAL, NULL, t->site)->value = t->signal.number;
        (void)snag__signal_send(NULL, &t->signal, t->site);
    } else if (t->notify == SIGEV_THREAD) {
        struct snag__vthread *v = snag__vthread_spawn(snag__self, call_function, t, t->site);
        if (v == NULL) {
            snag__sched_limit(SNAG_LIMIT_VTHREADS);
        }
        v->detached = true;
        v->sig_mask = 0;
    }
}

static void *idle(void *argument) {
    struct timer *t = argument;
    for (;;) {
        (void)snag__point_wait(SNAG_EV_IDLE, NULL, 0, false, t->deadline);
        snag__log(SNAG_EV_IDLE, NULL, 0);
        if (t->deadline <= snag__sched.now) { /* and not: it was set anew */
            go_off(t);
        }
    }
    return NULL;
}

static struct snag__vthread *start(struct timer *t, uint32_t site) {
    struct snag__vthread *v = snag__vthread_spawn(snag__self, idle, t, site);
    if (v == NULL) {
        snag__sched_limit(SNAG_LIMIT_VTHREADS);
    }
    v->detached = true;
    v->sig_mask = ~UINT64_C(0);
    strcpy(v->name, "timer");
    snag__sched.live--;
    snag__sched.daemons++;
    return v;
}

/* ---- setting ---- */

static uint64_t left(const struct timer *t) {
    return t->deadline == UINT64_MAX            ? 0
           : t->deadline <= snag__sched.now + 1 ? 1 /* it has not gone off: there is some */
                                                : t->deadline - snag__sched.now;
}

static void set(struct timer *t, uint64_t deadline, uint64_t interval, uint32_t site) {
    t->deadline = deadline;
    t->interval = interval;
    t->site = site;
    if (t->daemon == NULL && deadline != UINT64_MAX) {
        t->daemon = start(t, site);
    } else if (t->daemon != NULL) {
        snag__wait_end(t->daemon, SNAG__WAIT_CANCEL); /* it looks again */
    }
    snag__log(SNAG_EV_TIMER_SET, NULL, site);
}

static uint64_t after(uint64_t ns) {
    return ns != 0 ? later(snag__sched.now, ns) : UINT64_MAX;
}

static struct timer *alarm_timer(void) {
    if (used == 0) {
        snag__part_use(SNAG__PART_SIGNALS);
        used = 1;
        timers[ALARM] = (struct timer){.made = true,
                                       .deadline = UINT64_MAX,
                                       .notify = SIGEV_SIGNAL,
                                       .signal = {.number = SIGALRM, .code = SI_KERNEL}};
    }
    return &timers[ALARM];
}

/* Returns the ns that were left. */
static uint64_t set_alarm(uint64_t ns, uint64_t interval, uint64_t *old_interval, uint32_t site) {
    struct timer *t = alarm_timer();
    snag__point(SNAG_EV_TIMER_SET, NULL, site);
    uint64_t before = left(t);
    *old_interval = t->interval;
    set(t, after(ns), interval, site);
    return before;
}

unsigned __wrap_alarm(unsigned seconds) {
    if (snag__self == NULL) {
        return __real_alarm(seconds);
    }
    uint64_t unused;
    uint64_t ns = set_alarm(seconds * SNAG__NS_PER_S, 0, &unused, SNAG__SITE());
    /* As Linux rounds it: never to nothing. */
    return (unsigned)(ns / SNAG__NS_PER_S + (ns % SNAG__NS_PER_S >= SNAG__NS_PER_S / 2 ||
                                             (ns != 0 && ns < SNAG__NS_PER_S)));
}

useconds_t __wrap_ualarm(useconds_t us, useconds_t interval) {
    if (snag__self == NULL) {
        return __real_ualarm(us, interval);
    }
    uint64_t unused;
    return (useconds_t)(set_alarm(us * UINT64_C(1000), interval * UINT64_C(1000), &unused,
                                  SNAG__SITE()) /
                        1000);
}

static struct timeval to_timeval(uint64_t ns) {
    return (struct timeval){.tv_sec = (time_t)(ns / SNAG__NS_PER_S),
                            .tv_usec = (suseconds_t)(ns % SNAG__NS_PER_S / 1000)};
}

static bool from_timeval(const struct timeval *t, uint64_t *ns) {
    *ns = snag__clock_ns(&(struct timespec){t->tv_sec, t->tv_usec * 1000});
    return t->tv_sec >= 0 && t->tv_usec >= 0 && t->tv_usec < 1000000;
}

/* Processor time does not pass here. */
static void only_real(__itimer_which_t which) {
    static bool told;
    if (which == ITIMER_VIRTUAL || which == ITIMER_PROF) {
        snag__refuse("a timer of processor time (setitimer)", &told);
    }
}

int __wrap_setitimer(__itimer_which_t which, const struct itimerval *time, struct itimerval *old) {
    if (snag__self == NULL) {
        return __real_setitimer(which, time, old);
    }
    uint64_t ns = 0, interval = 0, old_interval;
    only_real(which);
    if (which != ITIMER_REAL || !from_timeval(&time->it_value, &ns) ||
        !from_timeval(&time->it_interval, &interval)) {
        return snag__fail(EINVAL);
    }
    uint64_t before = set_alarm(ns, interval, &old_interval, SNAG__SITE());
    if (old != NULL) {
        old->it_value = to_timeval(before);
        old->it_interval = to_timeval(old_interval);
    }
    return 0;
}

int __wrap_getitimer(__itimer_which_t which, struct itimerval *time) {
    if (snag__self == NULL) {
        return __real_getitimer(which, time);
    }
    only_real(which);
    if (which != ITIMER_REAL) {
        return snag__fail(EINVAL);
    }
    const struct timer *t = alarm_timer();
    time->it_value = to_timeval(left(t));
    time->it_interval = to_timeval(t->interval);
    return 0;
}

/* ---- timer_create ---- */

/* An id is a number, from 1. NULL: none of that id. */
static struct timer *timer_of(timer_t id) {
    uintptr_t i = (uintptr_t)id;
    return i > ALARM && i < used && timers[i].made ? &timers[i] : NULL;
}

static bool is_event(const struct sigevent *e) {
    return e == NULL || e->sigev_notify == SIGEV_NONE || e->sigev_notify == SIGEV_THREAD ||
           (e->sigev_notify == SIGEV_SIGNAL && snag__signal_valid(e->sigev_signo));
}

static int create(clockid_t clock, const struct sigevent *event, timer_t *timer) {
    static bool told;
    if (event != NULL && event->sigev_notify == SIGEV_THREAD_ID) {
        snag__refuse("a timer for one thread (SIGEV_THREAD_ID)", &told);
    }
    if (!snag__clock_waits(clock) || !is_event(event)) {
        return snag__fail(EINVAL);
    }
    (void)alarm_timer();
    unsigned i = 1;
    while (i < used && timers[i].made) {
        i++;
    }
    if (i == TIMERS_MAX) {
        return snag__fail(EAGAIN);
    }
    struct snag__vthread *daemon = i < used ? timers[i].daemon : NULL;
    used += i == used;
    *timer = (timer_t)(uintptr_t)i; /* NOLINT(performance-no-int-to-ptr) */
    timers[i] = (struct timer){
        .made = true,
        .clock = clock,
        .deadline = UINT64_MAX,
        .daemon = daemon,
        .notify = SIGEV_SIGNAL,
        .signal = {.number = SIGALRM, .code = SI_TIMER, .value = {.sival_ptr = *timer}}};
    if (event != NULL) {
        timers[i].notify = event->sigev_notify;
        timers[i].signal.number = (uint8_t)event->sigev_signo;
        timers[i].signal.value = event->sigev_value;
        timers[i].function = event->sigev_notify_function;
    }
    return 0;
}

int __wrap_timer_create(clockid_t clock, struct sigevent *event, timer_t *timer) {
    return snag__self == NULL ? __real_timer_create(clock, event, timer)
                              : create(clock, event, timer);
}

static void tell(const struct timer *t, struct itimerspec *time) {
    time->it_value = snag__clock_timespec(left(t));
    time->it_interval = snag__clock_timespec(t->interval);
}

int __wrap_timer_settime(timer_t timer, int flags, const struct itimerspec *time,
                         struct itimerspec *old) {
    if (snag__self == NULL) {
        return __real_timer_settime(timer, flags, time, old);
    }
    struct timer *t = timer_of(timer);
    uint32_t site = SNAG__SITE();
    if (t == NULL || !snag__clock_valid(&time->it_value) || time->it_value.tv_sec < 0) {
        return snag__fail(EINVAL);
    }
    snag__point(SNAG_EV_TIMER_SET, NULL, site);
    if (old != NULL) {
        tell(t, old);
    }
    uint64_t ns = snag__clock_ns(&time->it_value);
    uint64_t deadline = (flags & TIMER_ABSTIME) != 0 && ns != 0
                            ? snag__clock_deadline(t->clock, &time->it_value)
                            : after(ns);
    set(t, deadline, snag__clock_ns(&time->it_interval), site);
    return 0;
}

int __wrap_timer_gettime(timer_t timer, struct itimerspec *time) {
    if (snag__self == NULL) {
        return __real_timer_gettime(timer, time);
    }
    const struct timer *t = timer_of(timer);
    if (t == NULL) {
        return snag__fail(EINVAL);
    }
    tell(t, time);
    return 0;
}

/* None is ever late. */
int __wrap_timer_getoverrun(timer_t timer) {
    if (snag__self == NULL) {
        return __real_timer_getoverrun(timer);
    }
    return timer_of(timer) != NULL ? 0 : snag__fail(EINVAL);
}

int __wrap_timer_delete(timer_t timer) {
    if (snag__self == NULL) {
        return __real_timer_delete(timer);
    }
    struct timer *t = timer_of(timer);
    uint32_t site = SNAG__SITE();
    if (t == NULL) {
        return snag__fail(EINVAL);
    }
    snag__point(SNAG_EV_TIMER_SET, NULL, site);
    set(t, UINT64_MAX, 0, site);
    t->made = false;
    return 0;
}
