/* use.c: what every call on a descriptor does: finds it, stands before it, waits, says what came
 * of it. See fd.h.
 *
 * The rule: what a call is about is looked up when it is reached and again when it happens, for in
 * between others may have closed it.
 */
#include "shim/fd/fd.h"

#include <poll.h>

#include "sched/fault.h"
#include "shim/lock.h"
#include "shim/signal/signal.h"

/* A number that was closed at `closed_site` is used. */
static bool refuse(uint32_t object, uint32_t site, uint32_t closed_site) {
    snag__lock_misuse("use of a closed %", snag__object_get(object), site, closed_site);
    errno = EBADF;
    return false;
}

bool snag__fd_find(struct snag__fd_use *use, int fd, uint32_t site) {
    const struct snag__fd *f = snag__fd_at(fd);
    if (f->file == NULL) {
        return refuse(f->object, site, f->closed_site);
    }
    *use = (struct snag__fd_use){.fd = fd,
                                 .serial = f->serial,
                                 .site = site,
                                 .file = f->file,
                                 .object = snag__object_get(f->object)};
    return true;
}

bool snag__fd_still(const struct snag__fd_use *use) {
    const struct snag__fd *f = snag__fd_at(use->fd);
    if (snag__likely(f->file == use->file && f->serial == use->serial)) {
        return true;
    }
    return refuse(use->object->number, use->site, f->closed_site);
}

bool snag__fd_stand(struct snag__fd_use *use, int fd, enum snag_event_kind kind, uint32_t site) {
    if (!snag__fd_find(use, fd, site)) {
        return false;
    }
    snag__point(kind, use->object, site);
    return snag__fd_still(use);
}

/* Who finds the end of a stream may find it again: nothing is different for anybody. */
static bool changes(const struct snag__fd_use *use, enum snag_event_kind kind, ssize_t result) {
    return result > 0 || (result == 0 && !(kind == SNAG_EV_FD_READ && use->file->stream));
}

void snag__fd_log(const struct snag__fd_use *use, enum snag_event_kind kind, ssize_t result,
                  unsigned flags) {
    int kept = errno;
    struct snag_event *e = snag__log(kind, use->object, use->site);
    e->value = (uint32_t)(result < 0 ? kept : result);
    e->flags = (uint8_t)(flags | (result < 0 ? SNAG_EVF_FAILED : 0U));
    if (changes(use, kind, result)) {
        snag__sched.changes++;
    } else {
        snag__quiet(use->object, use->site);
    }
    errno = kept;
}

int snag__fd_done(const struct snag__fd_use *use, enum snag_event_kind kind, int result) {
    snag__fd_log(use, kind, result, 0);
    if (result >= 0) {
        snag__fd_changed();
    }
    return result;
}

/* ---- calls that may wait ---- */

static bool would_block(ssize_t result) {
    return result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* What is never ready for poll fails at once, as a read from the end of a pipe that writes does:
 * that is no wait. */
static bool is_a_mistake(const struct snag__fd_call *c) {
    const struct snag__file *f = c->use.file;
    bool of_its_type =
        c->type == SNAG__OBJECT_DESCRIPTOR ? f->type != SNAG__OBJECT_EPOLL : f->type == c->type;
    return !of_its_type || f->deaf || f->listens != (c->kind == SNAG_EV_FD_ACCEPT);
}

/* Stands before it until it may succeed. `failed`: it has just been tried, and would have blocked.
 * False, with errno: it is over. */
static bool stand(struct snag__fd_call *c, bool failed, unsigned *flags) {
    struct pollfd p = {.fd = c->use.fd, .events = c->events};
    struct snag__fd_wait w = {.fds = &p, .n = 1, .unsure = failed || c->events == 0};
    bool ready = !failed && (c->events == 0 || snag__fd_poll(&p, 1) > 0);
    *flags = ready ? 0 : SNAG_EVF_WAITED;
    if (!ready && snag__fault(SNAG_FAULT_INTERRUPT, SNAG__FAULT_AHEAD)) {
        snag__point(c->kind, c->use.object, c->use.site);
        errno = EINTR;
        *flags |= SNAG_EVF_FAULT;
        return false;
    }
    bool in_time = snag__fd_wait(&w, c->kind, c->use.object, c->use.site, ready, c->deadline);
    snag__cancel_here(c->use.site);
    if (!in_time && snag__signalled()) {
        errno = EINTR;
        return false;
    }
    if (!in_time) {
        errno = EAGAIN;
        *flags |= SNAG_EVF_TIMEOUT;
        return false;
    }
    return snag__fd_still(&c->use);
}

static void tell_others(const struct snag__fd_call *c) {
    if (c->kind == SNAG_EV_FD_READ || c->kind == SNAG_EV_FD_WRITE) {
        snag__fd_moved(c->use.file, c->kind == SNAG_EV_FD_WRITE ? POLLIN : POLLOUT);
    } else {
        snag__fd_changed();
    }
}

/* One try, as an event. */
static ssize_t try_once(struct snag__fd_call *c, unsigned flags) {
    ssize_t result = c->attempt(c);
    if (would_block(result) && !c->nonblocking) {
        return result; /* no event: it still stands before it */
    }
    snag__fd_log(&c->use, c->kind, result, flags);
    if (changes(&c->use, c->kind, result)) {
        tell_others(c);
    }
    return result;
}

/* Its wait was ended by a signal, whose handlers run now. True: it is made again, as if nothing had
 * been: not where some of it is done, nor where it has a time of its own. */
static bool handled(const struct snag__fd_call *c) {
    int kept = errno;
    bool restarts = snag__signals_deliver();
    errno = kept;
    return restarts && c->done == 0 && c->deadline == UINT64_MAX && c->kind != SNAG_EV_FD_POLL;
}

/* Those that wait: until it is all done, or it fails. */
static ssize_t call_waiting(struct snag__fd_call *c) {
    bool failed = false;
    for (;;) {
        unsigned flags;
        ssize_t result = -1;
        if (stand(c, failed, &flags)) {
            result = try_once(c, flags);
            if (would_block(result)) {
                failed = true;
                continue;
            }
        } else {
            bool signalled = errno == EINTR && (flags & SNAG_EVF_FAULT) == 0;
            snag__fd_log(&c->use, c->kind, -1, flags);
            if (signalled && handled(c)) {
                continue;
            }
        }
        if (result <= 0) {
            return c->done > 0 ? (ssize_t)c->done : result;
        }
        failed = false;
        c->done += (size_t)result;
        if (c->done >= c->whole) {
            return (ssize_t)c->done;
        }
    }
}

/* A call without a time of its own has that of its socket (SO_RCVTIMEO, SO_SNDTIMEO). */
static void set_deadline(struct snag__fd_call *c) {
    bool writes = c->kind == SNAG_EV_FD_WRITE || c->kind == SNAG_EV_FD_CONNECT;
    uint64_t patience = c->use.file->patience[writes];
    if (patience != 0 && c->deadline == UINT64_MAX) {
        c->deadline = snag__sched.now + patience;
    }
}

ssize_t snag__fd_call(struct snag__fd_call *c, int fd, uint32_t site) {
    c->done = 0;
    snag__signals_here(site);
    if (!snag__fd_find(&c->use, fd, site)) {
        return -1;
    }
    if (c->use.file->type == SNAG__OBJECT_DESCRIPTOR) {
        c->nonblocking = true; /* the kernel waits, as it does for what passes straight through */
    }
    c->nonblocking |= c->use.file->nonblocking;
    if (!c->nonblocking) {
        c->events = is_a_mistake(c) ? 0 : c->events;
        set_deadline(c);
        return call_waiting(c);
    }
    snag__point(c->kind, c->use.object, site);
    snag__cancel_here(site);
    return snag__fd_still(&c->use) ? try_once(c, 0) : -1;
}
