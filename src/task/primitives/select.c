/* select.c: awaiting the first of several sources. See snag/select.h.
 *
 * One waiter stands in the queue of each source. Whoever takes one off hands over to it only if
 * nobody else has to another one (waiters.h). The rule: what a source has is used up only by who
 * has won the select; after it none of its waiters is in any queue.
 */
#include "snag/select.h"

#include "snag/task.h"
#include "task/primitives/waiters.h"
#include "task/select.h"

struct select {
    struct snag__select decided; /* by one of `waiters`, or by `aborted` */
    struct snag_source *sources;
    struct snag__waiter waiters[SNAG_SOURCES_MAX];
    struct snag__waiter aborted; /* nobody's */
};

/* Does source `i` decide it, or has another one? Else it is waited for. */
static bool look(struct select *s, uint32_t i) {
    struct snag_source *of = &s->sources[i];
    struct snag__waiter *w = &s->waiters[i];
    if (of->task != NULL)
        return snag__task_awaits_end(of->task, w) && snag__select_claim(&s->decided, w);
    if (of->lock == NULL)
        return of->until <= snag_task_now() && snag__select_claim(&s->decided, w);
    pthread_mutex_lock(of->lock);
    bool ready = of->ready(of);
    if (!ready) {
        snag__waiters_append(of->waiters, w);
    } else if (snag__select_claim(&s->decided, w)) {
        if (of->take != NULL)
            w->status = of->take(of->of, &w->value);
    }
    pthread_mutex_unlock(of->lock);
    return ready;
}

static void leave(struct snag_source *of, const struct snag__waiter *w) {
    if (of->task != NULL)
        snag__task_forgets_end(of->task, w);
    if (of->lock == NULL)
        return;
    pthread_mutex_lock(of->lock);
    if (w->queued)
        snag__waiters_remove(of->waiters, w);
    pthread_mutex_unlock(of->lock);
}

static bool is_time(const struct snag_source *source) {
    return source->lock == NULL && source->task == NULL;
}

/* The first of the earliest times; `n`: none. */
static uint32_t earliest(const struct snag_source *sources, uint32_t n) {
    uint32_t first = n;
    for (uint32_t i = 0; i < n; i++)
        if (is_time(&sources[i]) && (first == n || sources[i].until < sources[first].until))
            first = i;
    return first;
}

/* What reports say it waits for. */
static const struct snag_source *named(const struct snag_source *sources, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (!is_time(&sources[i]))
            return &sources[i];
    return &sources[0];
}

static void wait(struct select *s, uint32_t n, void *caller) {
    const struct snag_source *name = named(s->sources, n);
    uint32_t timer = earliest(s->sources, n);
    uint64_t until = timer < n ? s->sources[timer].until : UINT64_MAX;
    while (snag__select_winner(&s->decided) == NULL) {
        switch (snag_park_until(name->what, name->of, caller, until)) {
        case SNAG_PARK_WOKEN:
            break;
        case SNAG_PARK_LATE:
            (void)snag__select_claim(&s->decided, &s->waiters[timer]);
            break;
        case SNAG_PARK_ABORTED:
            (void)snag__select_claim(&s->decided, &s->aborted);
        }
    }
}

uint32_t snag_select(struct snag_source *sources, uint32_t n, enum snag_select_order order) {
    void *caller = __builtin_return_address(0);
    snag__select_count(n, caller);
    struct select s = {.sources = sources};
    uint32_t first = order == SNAG_SELECT_FAIR ? snag__select_first(n, caller) : 0;
    uint32_t looked = 0;
    bool decided = false;
    for (uint32_t i = 0; i < n; i++)
        s.waiters[i] = (struct snag__waiter){.waker = snag_waker_self(), .of = &s.decided};
    while (looked < n && !decided)
        decided = look(&s, (first + looked++) % n);
    if (!decided)
        wait(&s, n, caller);
    for (uint32_t i = 0; i < looked; i++)
        leave(&sources[(first + i) % n], &s.waiters[(first + i) % n]);
    const struct snag__waiter *winner = snag__select_winner(&s.decided);
    if (winner == &s.aborted)
        snag_task_exit();
    uint32_t won = (uint32_t)(winner - s.waiters);
    sources[won].status = winner->status;
    sources[won].message = winner->value;
    return won;
}

struct snag_source snag_source_task(struct snag_task *t) {
    return (struct snag_source){.task = t, .of = t, .what = SNAG_PARKED_EVENT};
}

struct snag_source snag_source_time(uint64_t until) {
    return (struct snag_source){.what = SNAG_PARKED_EVENT, .until = until};
}
