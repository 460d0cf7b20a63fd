/* begin.c: the scheduler as it is when an execution begins. See sched.h.
 *
 * It runs nothing (sched.c), and what the code under test left is put back elsewhere (src/exec).
 * The rule: nothing is left of the execution before, nor of what was asked about it.
 */
#include "sched/sched.h"

#include <stddef.h>
#include <sys/single_threaded.h>

#include "base/clear.h"
#include "sched/crowd.h"
#include "sched/fault.h"
#include "sched/pick.h"
#include "sched/plain.h"

/* What is zero when an execution begins: see sched.h. */
static inline void clear_counts(struct snag__sched *s) {
    enum {
        BEGIN = offsetof(struct snag__sched, candidates),
        BYTES = offsetof(struct snag__sched, divergence.why) - BEGIN
    };
    _Static_assert(BYTES % 16 == 0, "as snag__clear_few wants it");
    snag__clear_few((char *)s + BEGIN, BYTES);
}

__attribute__((always_inline)) void snag__sched_begin(const struct snag__request *request,
                                                      const struct snag__bounds *bounds) {
    struct snag__sched *s = &snag__sched;
    __libc_single_threaded = 0; /* whatever the C library believes: there are vthreads */
    clear_counts(s);
    s->words = 1;
    s->set[0] = 0;
    s->every = request->every && request->repeat == NULL;
    s->timed_waiters = s->every; /* so that time plays a part everywhere, where there is time */
    s->atomics_pass = request->points == SNAG__POINTS_SYNC &&
                      (request->strategy != NULL || request->repeat != NULL);
    s->steps_max = s->points_limit = bounds->steps_max;
    s->vthreads_max = bounds->vthreads_max;
    s->queue_max = bounds->queue_max;
    if (request->program != NULL) {
        s->queue_max += request->program->first[request->program->tasks];
    }
    s->special = request->repeat != NULL;
    s->no_timeouts = request->no_timeouts;
    snag__faults_begin(request);
    s->request = request;
    snag__choose_begin(request);
    snag__pick_settle();
    snag__objects_reset();
    snag__crowds_reset();
    snag__plain_begin(request);
    snag__recorder->events_count = 0;
    snag__recorder->choices_count = 0;
    snag__recorder->tasks_count = 0;
}

void snag__sched_watch(void (*watch)(void)) {
    snag__sched.watch = watch;
    snag__sched.special = true;
    snag__pick_settle();
}
