/* wait.c: who waits for descriptors, and whether they may go on. See fd.h.
 *
 * Only the kernel knows what is ready, so it is asked: when somebody comes to wait, and for each
 * who waits whenever a call may have changed it for him. The rule: nothing becomes ready but by a
 * call of the code under test, for both ends of everything are here; so a hang is seen, and no time
 * is waited.
 */
#define _GNU_SOURCE
#include "shim/fd/fd.h"

#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "exec/parts.h"
#include "oracle/held.h"
#include "oracle/raise.h"
#include "sched/wait.h"
#include "shim/lock.h"
#include "task/task_internal.h"

static struct snag__fd_wait *waits;

void snag__fd_waits_begin(void) {
    waits = NULL;
}

void snag__fd_link(struct snag__fd_wait *w) {
    snag__part_use(SNAG__PART_FD_WAITS);
    w->next = waits;
    w->link = &waits;
    if (waits != NULL) {
        waits->link = &w->next;
    }
    waits = w;
}

void snag__fd_unlink(struct snag__fd_wait *w) {
    *w->link = w->next;
    if (w->next != NULL) {
        w->next->link = w->link;
    }
}

int snag__fd_poll(struct pollfd *fds, uint32_t n) {
    struct timespec now = {.tv_sec = 0};
    int kept = errno;
    long ready = __real_syscall(SYS_ppoll, fds, n, &now, NULL, 0);
    errno = kept;
    return ready > 0 ? (int)ready : 0;
}

bool snag__fd_wait(struct snag__fd_wait *w, enum snag_event_kind kind, struct snag__object *o,
                   uint32_t site, bool ready, uint64_t deadline) {
    if (!ready && deadline > snag__sched.now) {
        snag__held_at_io(site);
    }
    w->vthread = snag__self;
    snag__fd_link(w);
    bool in_time = snag__point_wait(kind, o, site, ready, deadline);
    snag__fd_unlink(w);
    return in_time;
}

/* It can go on, or not any more. Who timed out, or runs alone, is linked to nothing. */
static void look_for(struct snag__fd_wait *w) {
    w->count = w->unsure ? 0 : snag__fd_poll(w->fds, w->n);
    bool ready = w->gone || w->unsure || w->count > 0;
    if (w->vthread != NULL) {
        if (w->vthread->waits_for != 0) {
            snag__waiter_set(w->vthread, ready);
        }
    } else if (ready && w->task->state == SNAG__TASK_SUSPENDED) {
        snag__task_ready(w->task);
    }
}

void snag__fd_changed(void) {
    for (struct snag__fd_wait *w = waits; snag__unlikely(w != NULL); w = w->next) {
        look_for(w);
    }
}

/* What else there is to wait for is looked at whatever happens. */
static bool is_plain(const struct snag__file *f, short events) {
    return f != NULL && (events & ~(POLLIN | POLLOUT)) == 0 &&
           (f->type == SNAG__OBJECT_PIPE || f->type == SNAG__OBJECT_SOCKET ||
            f->type == SNAG__OBJECT_EVENTFD);
}

static bool concerns(const struct snag__file *file, short event, const struct pollfd *p,
                     bool unsure) {
    const struct snag__file *f = snag__fd_ours(p->fd) ? snag__fd_at(p->fd)->file : NULL;
    if (f == file || !is_plain(f, p->events)) {
        return p->fd >= 0;
    }
    bool is_other_end = event == POLLIN ? f->reads == file->writes : f->writes == file->reads;
    return is_other_end && (unsure || (p->events & event) != 0);
}

void snag__fd_moved(const struct snag__file *file, short event) {
    for (struct snag__fd_wait *w = waits; snag__unlikely(w != NULL); w = w->next) {
        uint32_t i = 0;
        while (i < w->n && !concerns(file, event, &w->fds[i], w->unsure)) {
            i++;
        }
        if (i < w->n) {
            look_for(w);
        }
    }
}

static uint32_t site_of(const struct snag__fd_wait *w) {
    return w->vthread != NULL ? w->vthread->pend.site : w->task->suspend_site;
}

static bool waits_for(const struct snag__fd_wait *w, int fd) {
    for (uint32_t i = 0; i < w->n; i++) {
        if (w->fds[i].fd == fd) {
            return true;
        }
    }
    return false;
}

void snag__fd_closing(int fd, uint32_t site) {
    for (struct snag__fd_wait *w = waits; w != NULL; w = w->next) {
        if (!w->gone && waits_for(w, fd)) {
            w->gone = true;
            snag__lock_misuse("close of a number while its % is waited for",
                              snag__object_get(snag__fd_at(fd)->object), site, site_of(w));
        }
    }
}
