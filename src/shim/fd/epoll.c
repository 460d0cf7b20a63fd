/* epoll.c: epoll sets under control. See fd.h.
 *
 * The set is the kernel's, and so is the order in which it tells of what is ready; whether there is
 * anything to tell, poll says of the set itself. The rule: waiting for a set is waiting for a
 * descriptor like any other.
 */
#define _GNU_SOURCE
#include "shim/fd/fd.h"

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exec/rt.h"
#include "shim/clock.h"
#include "shim/signal/signal.h"

int __real_epoll_create(int size);
int __real_epoll_create1(int flags);
int __real_epoll_ctl(int set, int what, int fd, struct epoll_event *event);
int __real_epoll_wait(int set, struct epoll_event *events, int room, int ms);
int __real_epoll_pwait(int set, struct epoll_event *events, int room, int ms, const sigset_t *mask);
int __real_epoll_pwait2(int set, struct epoll_event *events, int room, const struct timespec *time,
                        const sigset_t *mask);

int __wrap_epoll_create(int size);
int __wrap_epoll_create1(int flags);
int __wrap_epoll_ctl(int set, int what, int fd, struct epoll_event *event);
int __wrap_epoll_wait(int set, struct epoll_event *events, int room, int ms);
int __wrap_epoll_pwait(int set, struct epoll_event *events, int room, int ms, const sigset_t *mask);
int __wrap_epoll_pwait2(int set, struct epoll_event *events, int room, const struct timespec *time,
                        const sigset_t *mask);

static int make(int flags, uint32_t site) {
    snag__point(SNAG_EV_EPOLL, NULL, site);
    snag__fds_reserve(1);
    long made = __real_syscall(SYS_epoll_create1, flags);
    if (made < 0) {
        return -1;
    }
    struct snag__file *file = snag__file_new(SNAG__OBJECT_EPOLL, false);
    return snag__fd_give_logged((int)made, file, (flags & EPOLL_CLOEXEC) != 0, SNAG_EV_EPOLL, site);
}

int __wrap_epoll_create(int size) {
    if (snag__self == NULL || size <= 0) {
        return __real_epoll_create(size); /* a mistake is the kernel's to tell */
    }
    return make(0, SNAG__SITE());
}

int __wrap_epoll_create1(int flags) {
    return snag__self != NULL ? make(flags, SNAG__SITE()) : __real_epoll_create1(flags);
}

int __wrap_epoll_ctl(int set, int what, int fd, struct epoll_event *event) {
    struct snag__fd_use use, of;
    if (!snag__fd_ours(set)) {
        return __real_epoll_ctl(set, what, fd, event);
    }
    uint32_t site = SNAG__SITE();
    if (!snag__fd_stand(&use, set, SNAG_EV_FD_SET, site) ||
        (snag__fd_ours(fd) && !snag__fd_find(&of, fd, site))) {
        return -1;
    }
    snag__rt_release(use.file->writes);
    return snag__fd_done(&use, SNAG_EV_FD_SET,
                         (int)__real_syscall(SYS_epoll_ctl, set, what, fd, event));
}

/* ---- waiting ---- */

struct waiting {
    struct snag__fd_call call;
    struct epoll_event *events;
    int room;
};

static ssize_t try_wait(struct snag__fd_call *c) {
    const struct waiting *w = (const struct waiting *)c;
    long ready = __real_syscall(SYS_epoll_pwait, c->use.fd, w->events, w->room, 0, NULL, 0);
    if (ready == 0) {
        errno = EAGAIN;
        return -1;
    }
    for (long i = 0; i < ready; i++) {
        snag__rt_written(&w->events[i], c->use.site);
    }
    snag__rt_acquire(c->use.file->reads);
    return ready;
}

static int wait_until(int set, struct epoll_event *events, int room, uint64_t deadline,
                      uint32_t site) {
    struct waiting w = {.call = {.kind = SNAG_EV_FD_POLL,
                                 .type = SNAG__OBJECT_EPOLL,
                                 .events = POLLIN,
                                 .nonblocking = deadline <= snag__sched.now,
                                 .deadline = deadline,
                                 .attempt = try_wait},
                        .events = events,
                        .room = room};
    int kept = errno;
    int ready = (int)snag__fd_call(&w.call, set, site);
    if (ready < 0 && errno == EAGAIN) { /* its time is over */
        errno = kept;
        return 0;
    }
    return ready;
}

static int wait_under(int set, struct epoll_event *events, int room, uint64_t deadline,
                      const sigset_t *mask, uint32_t site) {
    snag__sigset before;
    int ready =
        snag__signals_under(mask, &before) ? -1 : wait_until(set, events, room, deadline, site);
    snag__signals_back(before);
    return ready;
}

int __wrap_epoll_wait(int set, struct epoll_event *events, int room, int ms) {
    return snag__fd_ours(set)
               ? wait_until(set, events, room, snag__clock_after_ms(ms), SNAG__SITE())
               : __real_epoll_wait(set, events, room, ms);
}

int __wrap_epoll_pwait(int set, struct epoll_event *events, int room, int ms,
                       const sigset_t *mask) {
    return snag__fd_ours(set)
               ? wait_under(set, events, room, snag__clock_after_ms(ms), mask, SNAG__SITE())
               : __real_epoll_pwait(set, events, room, ms, mask);
}

int __wrap_epoll_pwait2(int set, struct epoll_event *events, int room, const struct timespec *time,
                        const sigset_t *mask) {
    if (!snag__fd_ours(set)) {
        return __real_epoll_pwait2(set, events, room, time, mask);
    }
    uint64_t deadline;
    if (!snag__clock_after(time, &deadline)) {
        errno = EINVAL;
        return -1;
    }
    return wait_under(set, events, room, deadline, mask, SNAG__SITE());
}
