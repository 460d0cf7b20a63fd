/* reorder.c: N threads set first one variable and then another; one checks that nobody sees the
 * second one missing.
 *
 * As `reorder_N_bad` in SCTBench (Thomson, Donaldson, Betts: Concurrency Testing Using Schedule
 * Bounding, PPoPP 2014), but that N counts the setters alone.
 *
 * Wrong: the pair is not set at once. The check has to come between the first of all stores to
 * `first` and the first of all to `second`: the more setters, the shorter that moment is.
 */
#include "crew.h"

#include "snag/scenario.h"

static volatile int first, second;
#ifdef FIXED
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#define ENTER() pthread_mutex_lock(&lock)
#define LEAVE() pthread_mutex_unlock(&lock)
#else
#define ENTER() (void)0
#define LEAVE() (void)0
#endif

static void *set(void *unused) {
    ENTER();
    first = 1;
    second = -1;
    LEAVE();
    return unused;
}

static void *check(void *unused) {
    ENTER();
    bool is_set = first == 1;
    snag_assert(!is_set || second == -1);
    LEAVE();
    return unused;
}

SNAG_SCENARIO(reorder) {
    for (int i = 0; i < N; i++) {
        begin(set, NULL);
    }
    begin(check, NULL);
    await_all();
}
