/* mark.c: how far an execution had come, and back to it. See sched.h.
 *
 * What its vthreads did meanwhile stays done: only logs and counts are put back. The rule: a mark
 * holds all that is read of an execution when it is over, and that grows while it goes on.
 */
#include "sched/sched.h"

struct snag__sched_mark snag__sched_here(void) {
    const struct snag__recorder *r = snag__recorder;
    return (struct snag__sched_mark){.request = snag__sched.request,
                                     .events = r->events_count,
                                     .choices = r->choices_count,
                                     .points = snag__sched.points,
                                     .switches = snag__sched.switches,
                                     .preemptions = snag__sched.preemptions,
                                     .vthreads = r->vthreads_count,
                                     .tasks = r->tasks_count,
                                     .limit = snag__sched.limit};
}

void snag__sched_back_to(const struct snag__sched_mark *mark) {
    snag__sched.request = mark->request;
    snag__recorder->events_count = mark->events;
    snag__recorder->choices_count = mark->choices;
    snag__sched.points = mark->points;
    snag__sched.switches = mark->switches;
    snag__sched.preemptions = mark->preemptions;
    snag__recorder->vthreads_count = mark->vthreads;
    snag__recorder->tasks_count = mark->tasks;
    snag__sched.limit = mark->limit;
}
