/* fd_await.c: awaiting that a descriptor is ready. See snag/task.h.
 *
 * What is ready, and when it is looked at again, is src/shim/fd/wait.c's; here is how a task is
 * suspended for it. The rule: whoever is suspended is linked there as long as it is, and on its own
 * stack.
 */
#include "snag/task.h"

#include <poll.h>

#include "exec/rt.h"
#include "shim/fd/poll.h"
#include "task/task_internal.h"

/* Suspends it until the descriptor may be ready. False: it is late. */
static bool suspend(struct snag__task *t, struct pollfd *p, const struct snag__fd_use *use,
                    uint64_t until) {
    struct snag__fd_wait w = {.task = t, .fds = p, .n = 1};
    snag__fd_link(&w);
    t->sleeps = until != UINT64_MAX;
    bool in_time = snag__task_suspend(t, use->object->number, until, use->site);
    snag__fd_unlink(&w);
    return in_time;
}

static short await_ready(struct snag__task *t, int fd, short events, uint64_t until,
                         uint32_t site) {
    struct pollfd p = {.fd = fd, .events = events};
    struct snag__fd_use use;
    bool in_time = true;
    while (snag__fd_find(&use, fd, site)) {
        snag__point(SNAG_EV_FD_AWAIT, use.object, site);
        bool ready = snag__fd_still(&use) && snag__fd_poll(&p, 1) > 0;
        snag__log(SNAG_EV_FD_AWAIT, use.object, site)->flags = in_time ? 0 : SNAG_EVF_TIMEOUT;
        if (ready) {
            snag__rt_acquire(use.file->reads);
            return p.revents;
        }
        if (!in_time) {
            return 0;
        }
        if (!snag__task_doomed(t)) {
            in_time = suspend(t, &p, &use, until);
        }
        if (snag__task_doomed(t)) {
            snag__task_drop(t);
        }
    }
    return POLLNVAL;
}

short snag_fd_wait(int fd, short events, uint64_t until) {
    uint32_t site = SNAG__SITE();
    snag__assert(snag__self != NULL);
    if (!snag__fd_ours(fd)) {
        return events;
    }
    if (snag__self->task != NULL) {
        return await_ready(snag__self->task, fd, events, until, site);
    }
    struct pollfd p = {.fd = fd, .events = events};
    while (snag__fd_await(&p, 1, until, site) < 0) { /* interrupted */
    }
    return p.revents;
}
