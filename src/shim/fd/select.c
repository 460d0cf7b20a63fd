/* select.c: select and pselect, for sets with descriptors under control among them: as poll.
 *
 * A call that names none of them passes straight through. The rule: what is ready is as the kernel
 * has it for select, from what it says for poll.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <string.h>
#include <sys/select.h>

#include "shim/clock.h"
#include "shim/fd/poll.h"
#include "shim/signal/signal.h"

int __real_select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *time);
int __real_pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *time,
                   const sigset_t *mask);

int __wrap_select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *time);
int __wrap_pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *time,
                   const sigset_t *mask);

enum {
    READABLE = POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR,
    WRITABLE = POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR,
    EXCEPTIONAL = POLLPRI
};

struct sets {
    fd_set *set[3]; /* NULL: not asked for */
};

static const short asked[3] = {POLLIN, POLLOUT, POLLPRI};
static const short told[3] = {READABLE, WRITABLE, EXCEPTIONAL};

static short events_of(const struct sets *s, int fd) {
    short events = 0;
    for (int i = 0; i < 3; i++) {
        if (s->set[i] != NULL && FD_ISSET(fd, s->set[i])) {
            events = (short)(events | asked[i]);
        }
    }
    return events;
}

/* Is there one of ours among them; or none at all, so that it sleeps? */
static bool is_ours(int n, const struct sets *s) {
    bool none = true;
    for (int fd = 0; snag__self != NULL && fd < n && fd < FD_SETSIZE; fd++) {
        bool in = events_of(s, fd) != 0;
        if (in && snag__fd_ours(fd)) {
            return true;
        }
        none &= !in;
    }
    return snag__self != NULL && none && n >= 0 && n <= FD_SETSIZE;
}

/* Leaves in the sets what is ready; the count of bits in them. */
static int tell(const struct sets *s, int n, const struct pollfd *fds, uint32_t count) {
    int bits = 0;
    fd_set before[3];
    for (int i = 0; i < 3; i++) {
        if (s->set[i] == NULL) {
            continue;
        }
        before[i] = *s->set[i];
        for (int fd = 0; fd < n; fd++) {
            FD_CLR(fd, s->set[i]);
        }
        for (uint32_t k = 0; k < count; k++) {
            if (FD_ISSET(fds[k].fd, &before[i]) && (fds[k].revents & told[i]) != 0) {
                FD_SET(fds[k].fd, s->set[i]);
                bits++;
            }
        }
    }
    return bits;
}

static int select_until(int n, const struct sets *s, uint64_t deadline, uint32_t site) {
    struct pollfd fds[FD_SETSIZE];
    uint32_t count = 0;
    for (int fd = 0; fd < n; fd++) {
        short events = events_of(s, fd);
        if (events != 0) {
            fds[count++] = (struct pollfd){.fd = fd, .events = events};
        }
    }
    if (snag__fd_await(fds, count, deadline, site) < 0) {
        return -1;
    }
    for (uint32_t k = 0; k < count; k++) {
        if ((fds[k].revents & POLLNVAL) != 0) {
            errno = EBADF;
            return -1;
        }
    }
    return tell(s, n, fds, count);
}

/* As Linux does it, what is left of the time is the caller's to read. */
static void leave(struct timeval *time, uint64_t deadline) {
    uint64_t left = deadline > snag__sched.now ? (deadline - snag__sched.now) / 1000 : 0;
    time->tv_sec = (time_t)(left / 1000000);
    time->tv_usec = (suseconds_t)(left % 1000000);
}

int __wrap_select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *time) {
    struct sets s = {{in, out, except}};
    if (!is_ours(n, &s)) {
        return __real_select(n, in, out, except, time);
    }
    uint64_t deadline = UINT64_MAX;
    struct timespec exact = {.tv_sec = 0};
    if (time != NULL) { /* microseconds beyond a second are carried */
        exact.tv_sec = time->tv_sec + time->tv_usec / 1000000;
        exact.tv_nsec = time->tv_usec % 1000000 * 1000;
    }
    if (!snag__clock_after(time != NULL ? &exact : NULL, &deadline)) {
        errno = EINVAL;
        return -1;
    }
    int ready = select_until(n, &s, deadline, SNAG__SITE());
    if (time != NULL) {
        leave(time, deadline);
    }
    return ready;
}

int __wrap_pselect(int n, fd_set *in, fd_set *out, fd_set *except, const struct timespec *time,
                   const sigset_t *mask) {
    struct sets s = {{in, out, except}};
    if (!is_ours(n, &s)) {
        return __real_pselect(n, in, out, except, time, mask);
    }
    uint64_t deadline;
    snag__sigset before;
    if (!snag__clock_after(time, &deadline)) {
        errno = EINVAL;
        return -1;
    }
    int ready =
        snag__signals_under(mask, &before) ? -1 : select_until(n, &s, deadline, SNAG__SITE());
    snag__signals_back(before);
    return ready;
}
