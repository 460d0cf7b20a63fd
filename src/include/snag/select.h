/* select.h: awaiting the first of several things: messages, notifications, the end of a task,
 * times, or your own.
 *
 * From tasks and plain vthreads alike (see async.h), and explored with the rest. A *source* is one
 * thing that can be awaited. The rule: exactly one of them comes true, and of the others nothing is
 * used up: no message is lost, also where two come at the same time, or the task is aborted.
 */
#ifndef SNAG_SELECT_H
#define SNAG_SELECT_H

#include "snag/async.h"
#include "snag/channel.h"
#include "snag/task.h"

enum { SNAG_SOURCES_MAX = 16 };

/* Made by the functions below, or filled in by whoever has waiters of his own. */
struct snag_source {
    pthread_mutex_t *lock;         /* guards the rest of `of`; NULL: a time, or a task */
    struct snag__waiters *waiters; /* those who wait for it */
    void *of;                      /* what it is of; stands for it in reports, as `what` */
    enum snag_parked what;
    uint64_t until; /* a time: snag_task_now */
    uint64_t seen;  /* of a watch: which value */
    struct snag_task *task;
    /* Has it come? Under the lock. */
    bool (*ready)(const struct snag_source *source);
    /* Uses it up; it has come. Returns the status. Under the lock. NULL: it is there still. */
    int (*take)(void *of, void **message);
    /* Of the one that snag_select returned: */
    int status; /* of a channel: an enum snag_channel_status */
    void *message;
};

/* As snag_channel_recv: `status` and `message` are what it returns. */
struct snag_source snag_source_channel(struct snag_channel *c);
/* As snag_async_notify_wait. */
struct snag_source snag_source_notify(struct snag_async_notify *n);
/* As snag_async_semaphore_acquire: the permit is the caller's. */
struct snag_source snag_source_semaphore(struct snag_async_semaphore *s);
/* What has come is there still: snag_oneshot_try_recv has an answer at once. */
struct snag_source snag_source_oneshot(struct snag_oneshot *o);
/* The same: snag_broadcast_try_recv has. */
struct snag_source snag_source_subscriber(struct snag_subscriber *s);
/* A later value than the one seen: snag_watch_changed has it at once. */
struct snag_source snag_source_watch(struct snag_watch *w, uint64_t seen);
/* It has ended: snag_task_join returns at once. */
struct snag_source snag_source_task(struct snag_task *t);
/* That time. */
struct snag_source snag_source_time(uint64_t until);

enum snag_select_order {
    SNAG_SELECT_FAIR,  /* where several have come, the search chooses which */
    SNAG_SELECT_BIASED /* the one that stands first */
};

/* Awaits the first of `n` (1 … SNAG_SOURCES_MAX) of them; returns which. A channel that is closed
 * has come: leave it out next time. */
uint32_t snag_select(struct snag_source *sources, uint32_t n, enum snag_select_order order);

#endif
