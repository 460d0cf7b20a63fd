/* trace.h: what an execution did, as those who look for pairs of events read it: its log, and the
 * plain accesses that race beside it.
 *
 * It reads nothing (feedback.h, aim.h). The rule: plain data, valid until the next execution.
 */
#ifndef SNAG_EXEC_TRACE_H
#define SNAG_EXEC_TRACE_H

#include "exec/recorder.h"

/* In order: an access comes before the event whose number is its `value` (sched/plain.h). */
struct snag__trace {
    const struct snag_event *events, *accesses;
    uint32_t events_count, accesses_count;
};

/* What comes after the first `count` of either list. One without any may be nowhere at all. */
static inline const struct snag_event *snag__trace_end(const struct snag_event *list,
                                                       uint32_t count) {
    return count != 0 ? list + count : list;
}

/* Who made an event: a number of its own for each vthread and task. */
enum { SNAG__TRACE_ACTORS = 2 * (SNAG__ACTORS_MAX + 1) };
static inline uint32_t snag__trace_actor_of(uint32_t vthread, uint32_t task) {
    return task != 0 ? SNAG__ACTORS_MAX + 1u + task : vthread;
}
static inline uint32_t snag__trace_actor(const struct snag_event *e) {
    return snag__trace_actor_of(e->vthread, e->task);
}

#endif
