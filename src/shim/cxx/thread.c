/* thread.c: what of std::thread, std::condition_variable and std::future is compiled into
 * libstdc++.
 *
 * Its calls of pthread_* and syscall would be named by places in libstdc++, which tell nobody
 * anything: so these do the same, from the place that the program called them at. All else of
 * <thread>, <mutex> and the rest is compiled with the program, and seen as its own. The rule:
 * nothing here behaves otherwise than libstdc++ does.
 */
#include <pthread.h>
#include <stdbool.h>

#include "base/symbol.h"
#include "exec/callers.h"
#include "exec/rt.h"
#include "sched/sched.h"
#include "shim/cond.h"
#include "shim/thread.h"

struct make_ready;

/* std::unique_lock<std::mutex>, as it begins. */
struct unique_lock {
    pthread_mutex_t *mutex;
};

/* ---- where ---- */

enum { FLAGS = 64, CALLERS_MAX = 16, LOOKING_BYTES = 64 << 10 };

/* Is `site` in a function of a header that was not inlined? Asked on a fiber, once for each. */
static bool is_library(uint32_t site) {
    static struct {
        uint32_t site;
        bool library;
    } known[FLAGS];
    uint32_t i = site % FLAGS;
    if (known[i].site != site) {
        struct snag__vthread *self = snag__self;
        snag__fiber_note_depth(self->runs, (char *)__builtin_frame_address(0) - LOOKING_BYTES);
        snag__rt_ignore_begin();
        snag__self = NULL;
        known[i].library = snag__symbol_of_site(site)->library;
        known[i].site = site;
        snag__self = self;
        snag__rt_ignore_end();
    }
    return known[i].library;
}

/* The program's own place that led to `site`. */
static uint32_t outward(uint32_t site) {
    uint32_t sites[CALLERS_MAX];
    if (snag__self == NULL || !is_library(site)) {
        return site;
    }
    uint32_t n = snag__callers(sites, CALLERS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        if (!is_library(sites[i])) {
            return sites[i];
        }
    }
    return site;
}

#define PLACE() outward(SNAG__SITE())

/* ---- what is called ---- */

#define WAIT(x) x##_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE
#define NOTIFY_ONE(x) x##_ZNSt18condition_variable10notify_oneEv
#define NOTIFY_ALL(x) x##_ZNSt18condition_variable10notify_allEv
#define DESTROY(x) x##_ZNSt18condition_variableD1Ev
#define JOIN(x) x##_ZNSt6thread4joinEv
#define DETACH(x) x##_ZNSt6thread6detachEv
#define START(x)                                                                                   \
    x##_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE

#define UNTIL(x)                                                                                   \
    x##_ZNSt28__atomic_futex_unsigned_base19_M_futex_wait_untilEPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE
#define UNTIL_STEADY(x)                                                                            \
    x##_ZNSt28__atomic_futex_unsigned_base26_M_futex_wait_until_steadyEPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE
#define READY_AT_EXIT(x) x##_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv
#define WAKE(x) x##_ZNSt28__atomic_futex_unsigned_base19_M_futex_notify_allEPj

void WAIT(__real_)(pthread_cond_t *c, struct unique_lock *l);
void NOTIFY_ONE(__real_)(pthread_cond_t *c);
void NOTIFY_ALL(__real_)(pthread_cond_t *c);
void DESTROY(__real_)(pthread_cond_t *c);
void JOIN(__real_)(pthread_t *t);
void DETACH(__real_)(pthread_t *t);
void START(__real_)(pthread_t *t, void *state, void (*unused)(void));
bool UNTIL(__real_)(void *self, unsigned *word, unsigned value, bool timed, long s, long ns);
bool UNTIL_STEADY(__real_)(void *self, unsigned *word, unsigned value, bool timed, long s, long ns);
void WAKE(__real_)(unsigned *word);
void READY_AT_EXIT(__real_)(struct make_ready *m);

void WAIT(__wrap_)(pthread_cond_t *c, struct unique_lock *l);
void NOTIFY_ONE(__wrap_)(pthread_cond_t *c);
void NOTIFY_ALL(__wrap_)(pthread_cond_t *c);
void DESTROY(__wrap_)(pthread_cond_t *c);
void JOIN(__wrap_)(pthread_t *t);
void DETACH(__wrap_)(pthread_t *t);
void START(__wrap_)(pthread_t *t, void *state, void (*unused)(void));
bool UNTIL(__wrap_)(void *self, unsigned *word, unsigned value, bool timed, long s, long ns);
bool UNTIL_STEADY(__wrap_)(void *self, unsigned *word, unsigned value, bool timed, long s, long ns);
void WAKE(__wrap_)(unsigned *word);
void READY_AT_EXIT(__wrap_)(struct make_ready *m);

void WAIT(__wrap_)(pthread_cond_t *c, struct unique_lock *l) {
    if (snag__self == NULL) {
        WAIT(__real_)(c, l);
    } else {
        (void)snag__cond_wait(c, l->mutex, SNAG_EV_COND_WAIT, UINT64_MAX, PLACE());
    }
}

void NOTIFY_ONE(__wrap_)(pthread_cond_t *c) {
    if (snag__self == NULL) {
        NOTIFY_ONE(__real_)(c);
    } else {
        snag__cond_signal(c, PLACE());
    }
}

void NOTIFY_ALL(__wrap_)(pthread_cond_t *c) {
    if (snag__self == NULL) {
        NOTIFY_ALL(__real_)(c);
    } else {
        snag__cond_broadcast(c, PLACE());
    }
}

void DESTROY(__wrap_)(pthread_cond_t *c) {
    if (snag__self == NULL) {
        DESTROY(__real_)(c);
    } else {
        snag__cond_destroy(c, PLACE());
    }
}

/* These may throw, and leave it to libstdc++ to do so. It makes no call for a thread that is none.
 */

void JOIN(__wrap_)(pthread_t *t) {
    snag__call_from(*t != 0 ? PLACE() : 0);
    JOIN(__real_)(t);
}

void DETACH(__wrap_)(pthread_t *t) {
    snag__call_from(*t != 0 ? PLACE() : 0);
    DETACH(__real_)(t);
}

void START(__wrap_)(pthread_t *t, void *state, void (*unused)(void)) {
    snag__call_from(PLACE());
    START(__real_)(t, state, unused);
}

/* How std::future waits, on the real clock and on the steady one, and how it is woken. */

bool UNTIL(__wrap_)(void *self, unsigned *word, unsigned value, bool timed, long s, long ns) {
    snag__call_from(PLACE());
    return UNTIL(__real_)(self, word, value, timed, s, ns);
}

bool UNTIL_STEADY(__wrap_)(void *self, unsigned *word, unsigned value, bool timed, long s,
                           long ns) {
    snag__call_from(PLACE());
    return UNTIL_STEADY(__real_)(self, word, value, timed, s, ns);
}

void WAKE(__wrap_)(unsigned *word) {
    snag__call_from(PLACE());
    WAKE(__real_)(word);
}

/* A promise that is made ready when its thread exits. It stores so in libstdc++, where
 * ThreadSanitizer does not look: what has happened by now is published by now. */

struct state { /* std::__future_base::_State_baseV2, as it begins */
    void *functions, *result;
    unsigned status;
};
struct make_ready { /* _Make_ready, as it begins */
    void *next, *call;
    const struct state *state;
};

void READY_AT_EXIT(__wrap_)(struct make_ready *m) {
    if (snag__self != NULL && m->state != NULL) {
        snag__rt_release(&m->state->status);
    }
    READY_AT_EXIT(__real_)(m);
}
