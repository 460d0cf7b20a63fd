/* fd.h: descriptors under control: numbers, the files that they refer to, and calls on them.
 *
 * The objects are the kernel's own (pipes, sockets, eventfds), made on behalf of the code under
 * test; what is here is what it may not see of that. A *file* is what POSIX calls an open file
 * description, and several numbers may refer to one. The rule: no call on one of them ever blocks
 * the process. Each file is non-blocking for the kernel; whether it is for the code under test
 * stands here, and a call that would block is a wait of the vthread (wait.c).
 *
 * What was not made by these calls (stdout, a file that was opened) has no entry here: its calls
 * pass straight through. Numbers are given out from SNAG__FD_FIRST on, the lowest that is free, so
 * that they are the same in every execution, whatever else the process has open. Nothing of the
 * kernel's (an inode, a name that it chose) enters a decision or a log.
 */
#ifndef SNAG_SHIM_FD_H
#define SNAG_SHIM_FD_H

#include <errno.h>
#include <sys/types.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "sched/sched.h"

enum { SNAG__FD_FIRST = 128, SNAG__FDS_MAX = 512, SNAG__FILES_MAX = 1024 };

struct snag__file {
    uint32_t object; /* the number of its waitable; both ends of a pipe have one */
    uint16_t refs;   /* numbers that refer to it; 0: free, unless it is under way */
    uint16_t sent;   /* messages under way that carry it (SCM_RIGHTS) */
    uint8_t
        type; /* enum snag__object_kind; DESCRIPTOR: made elsewhere and passed here in a message */
    bool nonblocking;           /* as the code under test asked for */
    bool shut;                  /* it has shut it down for reading */
    bool stream;                /* bytes, of which a part may be read or written */
    bool deaf;                  /* nothing is ever read from it: the end of a pipe that writes */
    bool listens;               /* connections are accepted from it, and nothing else is read */
    const void *reads, *writes; /* what reading acquires and writing releases: addresses */
    uint64_t patience[2];       /* virtual ns that reading and writing wait; 0: without end */
    uint64_t identity;          /* by which a message's file is known again; 0: not asked for */
};

/* A number. */
struct snag__fd {
    struct snag__file *file; /* NULL: closed */
    uint32_t serial;         /* how often it was opened; 0: never, it is none of ours */
    uint32_t object;         /* of the file that it refers to, or did last */
    uint32_t site, event;    /* where it was made, and by whom */
    uint16_t vthread, task;
    uint32_t closed_site;
};

extern struct snag__fd snag__fds[SNAG__FDS_MAX];
extern bool snag__fds_used; /* there were some in this execution */

/* After an execution that used some: those that are left open are closed, and all is forgotten. */
void snag__fds_end(void);
/* Those that are open; *next walks them in the order of numbers, from 0. NULL: no more. */
const struct snag__fd *snag__fd_next(uint32_t *next);

/* The system call itself, which is no call of the code under test. */
long __real_syscall(long number, ...);

/* Is the caller under control, and the number ours, open or closed? */
static inline bool snag__fd_ours(int fd) {
    unsigned i = (unsigned)fd - SNAG__FD_FIRST;
    return snag__unlikely(i < SNAG__FDS_MAX) && snag__self != NULL && snag__fds[i].serial != 0;
}

static inline struct snag__fd *snag__fd_at(int fd) {
    return &snag__fds[fd - SNAG__FD_FIRST];
}

/* ---- making (table.c) ---- */

/* Is there room for `n` more files, each with a number? */
bool snag__fds_fit(uint32_t n);
/* Before the kernel makes them: without room the execution ends, and nobody would close them. */
void snag__fds_reserve(uint32_t n);
/* A new file of that type, at a waitable of its own; its first number comes by snag__fd_give. */
struct snag__file *snag__file_new(enum snag__object_kind type, bool nonblocking);
/* The one under way in a message that has that identity (rights.c). NULL: none of ours. */
struct snag__file *snag__file_sent(uint64_t identity);
/* Moves the kernel's `fd` to the lowest free number of at least `from`, for `file`; `cloexec`: as
 * fcntl has it. -1 with errno: there is none; `fd` is closed in any case. */
int snag__fd_give(int fd, struct snag__file *file, int from, bool cloexec, uint32_t site);
/* The same from the lowest number on, which goes into the log, as an event of `kind`. */
int snag__fd_give_logged(int fd, struct snag__file *file, bool cloexec, enum snag_event_kind kind,
                         uint32_t site);
/* It is given up, or shut down: what was done before is ordered before who finds its end. */
static inline void snag__file_closed(const struct snag__file *file) {
    snag__rt_release(file->writes);
}
/* The same number for another file: what it was is closed. */
void snag__fd_replace(int fd, struct snag__file *file, uint32_t site);
/* It is closed, for the kernel too. */
void snag__fd_drop(int fd, uint32_t site);
/* Another number for its file, as fcntl's F_DUPFD gives it (make.c). */
int snag__fd_dup(int fd, int from, bool cloexec, uint32_t site);

/* ---- one call on a number (use.c) ---- */

/* Which number, and what it is: as it was when the call was reached. */
struct snag__fd_use {
    int fd;
    uint32_t serial;
    uint32_t site;
    struct snag__file *file;
    struct snag__object *object;
};

/* False, with EBADF: it is closed, which is told. */
bool snag__fd_find(struct snag__fd_use *use, int fd, uint32_t site);
/* The same after others may have run. */
bool snag__fd_still(const struct snag__fd_use *use);
/* For a call that never waits: finds it and stands before the event. */
bool snag__fd_stand(struct snag__fd_use *use, int fd, enum snag_event_kind kind, uint32_t site);
/* Logs what a call returned: `result`, and with -1 errno, which it keeps. */
void snag__fd_log(const struct snag__fd_use *use, enum snag_event_kind kind, ssize_t result,
                  unsigned flags);
/* The same of one that changed something if it succeeded: who waits looks again. Returns it. */
int snag__fd_done(const struct snag__fd_use *use, enum snag_event_kind kind, int result);

/* A call that may have to wait. */
struct snag__fd_call {
    struct snag__fd_use use;
    enum snag_event_kind kind;
    short events;      /* of poll: what it needs; 0: poll cannot tell, so it tries */
    uint8_t type;      /* of the files on which poll can tell; DESCRIPTOR: of any */
    bool nonblocking;  /* it fails rather than wait, whatever the file says */
    uint64_t deadline; /* virtual ns; UINT64_MAX: none */
    size_t whole;      /* bytes that it returns after, if it waits at all; 0: after any */
    size_t done;       /* so far */
    /* Tries it, for what is left. As the system call returns, never blocking. */
    ssize_t (*attempt)(struct snag__fd_call *call);
};

/* Makes it; everything but `use` and `done` is set. Returns as the system call would. */
ssize_t snag__fd_call(struct snag__fd_call *call, int fd, uint32_t site);

/* ---- waiting (wait.c) ---- */

struct pollfd;

/* Somebody who waits for one of `fds`, on his own stack. */
struct snag__fd_wait {
    struct snag__fd_wait *next, **link;
    struct snag__vthread *vthread; /* one of these two */
    struct snag__task *task;
    struct pollfd *fds;
    uint32_t n;
    int count;   /* of those that were ready, when it was last looked */
    bool unsure; /* poll cannot tell: whatever changes lets it try again */
    bool gone;   /* one of them was closed */
};

/* Nobody waits: an execution begins. Without descriptors, too, somebody may have waited. */
void snag__fd_waits_begin(void);
/* Is one of them ready now? Fills in revents; the count of those that are. */
int snag__fd_poll(struct pollfd *fds, uint32_t n);
/* The running vthread stands before the event until one is ready. `ready`: one is. False: it timed
 * out. In any case w->count and what poll says of each are as they are now, if they were when it
 * was called, and w->unsure is not set. */
bool snag__fd_wait(struct snag__fd_wait *w, enum snag_event_kind kind, struct snag__object *o,
                   uint32_t site, bool ready, uint64_t deadline);
/* What is waited for may have changed, whatever it is. */
void snag__fd_changed(void);
/* Something was written to the file (POLLIN: the other end may have become ready for that), or read
 * from it (POLLOUT): what is waited for there may have changed, and at the file itself. */
void snag__fd_moved(const struct snag__file *file, short event);
/* `fd` is being closed at `site`: who waits for it is told, and goes on. */
void snag__fd_closing(int fd, uint32_t site);
/* For a task (task/fd_await.c), which is linked while it is suspended. */
void snag__fd_link(struct snag__fd_wait *w);
void snag__fd_unlink(struct snag__fd_wait *w);

#endif
