/* poll.c: poll and ppoll, for sets with descriptors under control among them. See fd.h.
 *
 * A set that has none of them passes straight through; of others in it, only what is ready when it
 * is looked at counts: nobody here can make them so. The rule: the time is virtual, and what is
 * ready is what the kernel says at the end.
 */
#define _GNU_SOURCE
#include "shim/fd/poll.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "exec/rt.h"
#include "sched/fault.h"
#include "shim/clock.h"
#include "shim/signal/signal.h"

int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __real___poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t room);
int __real_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask);
int __real___ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *time,
                       const sigset_t *mask, size_t room);

int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap___poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t room);
int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask);
int __wrap___ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *time,
                       const sigset_t *mask, size_t room);

/* The first of ours that is open; a misuse for each that is closed. NULL: there is none. */
static struct snag__object *object_of(const struct pollfd *fds, uint32_t n, uint32_t site) {
    struct snag__object *first = NULL;
    for (uint32_t i = 0; i < n; i++) {
        struct snag__fd_use use;
        if (snag__fd_ours(fds[i].fd) && snag__fd_find(&use, fds[i].fd, site) && first == NULL) {
            first = use.object;
        }
    }
    return first;
}

/* What those did who made them ready comes before. The first that is ready; `o`: none. */
static const struct snag__object *acquire(const struct pollfd *fds, uint32_t n,
                                          const struct snag__object *o) {
    bool found = false;
    for (uint32_t i = 0; i < n; i++) {
        if (fds[i].revents != 0 && snag__fd_ours(fds[i].fd) &&
            snag__fd_at(fds[i].fd)->file != NULL) {
            const struct snag__file *file = snag__fd_at(fds[i].fd)->file;
            snag__rt_acquire(file->reads);
            o = found ? o : snag__object_get(file->object);
            found = true;
        }
    }
    return o;
}

static void log_poll(const struct snag__object *o, uint32_t site, int ready, unsigned flags) {
    struct snag_event *e = snag__log(SNAG_EV_FD_POLL, o, site);
    e->value = (uint32_t)ready;
    e->flags = (uint8_t)flags;
    snag__quiet(o, site);
}

int snag__fd_await(struct pollfd *fds, uint32_t n, uint64_t deadline, uint32_t site) {
    snag__signals_here(site);
    struct snag__object *o = object_of(fds, n, site);
    for (;;) {
        struct snag__fd_wait w = {.fds = fds, .n = n, .count = snag__fd_poll(fds, n)};
        bool ready = w.count > 0;
        bool now = deadline <= snag__sched.now;
        bool in_time = true;
        if (!ready && !now && snag__fault(SNAG_FAULT_INTERRUPT, SNAG__FAULT_AHEAD)) {
            snag__point(SNAG_EV_FD_POLL, o, site);
            log_poll(o, site, EINTR, SNAG_EVF_FAILED | SNAG_EVF_FAULT);
            errno = EINTR;
            return -1;
        }
        if (now) {
            snag__point(SNAG_EV_FD_POLL, o, site);
            w.count = snag__fd_poll(fds, n);
        } else {
            in_time = snag__fd_wait(&w, SNAG_EV_FD_POLL, o, site, ready, deadline);
        }
        snag__cancel_here(site);
        if (!in_time && snag__signalled()) {
            log_poll(o, site, EINTR, SNAG_EVF_FAILED | SNAG_EVF_WAITED);
            (void)snag__signals_deliver();
            errno = EINTR;
            return -1;
        }
        if (w.count > 0 || now || !in_time) {
            log_poll(acquire(fds, n, o), site, w.count,
                     (ready || now ? 0U : SNAG_EVF_WAITED) | (in_time ? 0U : SNAG_EVF_TIMEOUT));
            return w.count;
        }
    }
}

/* Is the set one that the caller may wait for here, and not in the kernel? */
static bool is_ours(const struct pollfd *fds, nfds_t n) {
    bool waits_for_none = true;
    for (nfds_t i = 0; i < n; i++) {
        if (snag__fd_ours(fds[i].fd)) {
            return true;
        }
        waits_for_none &= fds[i].fd < 0;
    }
    return snag__self != NULL && waits_for_none; /* it sleeps */
}

static int poll_until(struct pollfd *fds, nfds_t n, uint64_t deadline, uint32_t site) {
    struct pollfd copy[SNAG__FDS_MAX];
    if (n > SNAG__FDS_MAX) {
        errno = EINVAL;
        return -1;
    }
    for (nfds_t i = 0; i < n; i++) {
        snag__rt_read(&fds[i].fd, site);
        copy[i] = fds[i];
    }
    int ready = snag__fd_await(copy, (uint32_t)n, deadline, site);
    for (nfds_t i = 0; i < n && ready >= 0; i++) {
        snag__rt_written(&fds[i].revents, site);
        fds[i].revents = copy[i].revents;
    }
    return ready;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int ms) {
    return is_ours(fds, n) ? poll_until(fds, n, snag__clock_after_ms(ms), SNAG__SITE())
                           : __real_poll(fds, n, ms);
}

int __wrap___poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t room) {
    return is_ours(fds, n) && room / sizeof(*fds) >= n
               ? poll_until(fds, n, snag__clock_after_ms(ms), SNAG__SITE())
               : __real___poll_chk(fds, n, ms, room);
}

static int ppoll_at(struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask,
                    uint32_t site) {
    uint64_t deadline;
    snag__sigset before;
    if (!snag__clock_after(time, &deadline)) {
        errno = EINVAL;
        return -1;
    }
    int ready = snag__signals_under(mask, &before) ? -1 : poll_until(fds, n, deadline, site);
    snag__signals_back(before);
    return ready;
}

int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask) {
    return is_ours(fds, n) ? ppoll_at(fds, n, time, mask, SNAG__SITE())
                           : __real_ppoll(fds, n, time, mask);
}

int __wrap___ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *time,
                       const sigset_t *mask, size_t room) {
    return is_ours(fds, n) && room / sizeof(*fds) >= n
               ? ppoll_at(fds, n, time, mask, SNAG__SITE())
               : __real___ppoll_chk(fds, n, time, mask, room);
}
