/* make.c: descriptors come and go: pipe, socketpair, eventfd, dup, close. See fd.h.
 *
 * Not here: sockets that are made one at a time (socket.c), and epoll (epoll.c). The rule:
 * two numbers that are made by one call are the two lowest, the first the lower, as the kernel
 * gives them; and a number is in the log when it is made.
 */
#define _GNU_SOURCE
#include "shim/fd/fd.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exec/rt.h"
#include "shim/cancel.h"
#include "shim/fd/socket.h"
#include "shim/files.h"
#include "shim/streams.h"

int __real_pipe(int fds[2]);
int __real_pipe2(int fds[2], int flags);
int __real_socketpair(int domain, int type, int protocol, int fds[2]);
int __real_eventfd(unsigned value, int flags);
int __real_dup(int fd);
int __real_dup2(int fd, int to);
int __real_dup3(int fd, int to, int flags);
int __real_close(int fd);

int __wrap_pipe(int fds[2]);
int __wrap_pipe2(int fds[2], int flags);
int __wrap_socketpair(int domain, int type, int protocol, int fds[2]);
int __wrap_eventfd(unsigned value, int flags);
int __wrap_dup(int fd);
int __wrap_dup2(int fd, int to);
int __wrap_dup3(int fd, int to, int flags);
int __wrap_close(int fd);

/* The two ends of something, for the two descriptors `made`. */
static int give_pair(const int made[2], struct snag__file *const files[2], int fds[2], bool cloexec,
                     enum snag_event_kind kind, uint32_t site) {
    int first = snag__fd_give_logged(made[0], files[0], cloexec, kind, site);
    if (first < 0) {
        (void)__real_syscall(SYS_close, made[1]);
        return -1;
    }
    int second = snag__fd_give_logged(made[1], files[1], cloexec, kind, site);
    if (second < 0) {
        snag__fd_drop(first, site);
        errno = EMFILE;
        return -1;
    }
    snag__rt_written(&fds[0], site);
    snag__rt_written(&fds[1], site);
    fds[0] = first;
    fds[1] = second;
    return 0;
}

static int make_pipe(int fds[2], int flags, uint32_t site) {
    int made[2];
    snag__point(SNAG_EV_PIPE, NULL, site);
    snag__fds_reserve(2);
    if (__real_syscall(SYS_pipe2, made, flags | O_NONBLOCK) != 0) {
        return -1;
    }
    bool nonblocking = (flags & O_NONBLOCK) != 0;
    struct snag__file *in = snag__file_new(SNAG__OBJECT_PIPE, nonblocking);
    in->refs++; /* so that the other one is not the same */
    struct snag__file *out = snag__file_new(SNAG__OBJECT_PIPE, nonblocking);
    in->refs--;
    out->object = in->object;
    out->reads = out->writes = in;
    out->deaf = true;
    struct snag__file *const files[2] = {in, out};
    return give_pair(made, files, fds, (flags & O_CLOEXEC) != 0, SNAG_EV_PIPE, site);
}

int __wrap_pipe(int fds[2]) {
    return snag__self != NULL ? make_pipe(fds, 0, SNAG__SITE()) : __real_pipe(fds);
}

int __wrap_pipe2(int fds[2], int flags) {
    return snag__self != NULL ? make_pipe(fds, flags, SNAG__SITE()) : __real_pipe2(fds, flags);
}

static int make_pair(int type, int protocol, int fds[2], uint32_t site) {
    int made[2];
    snag__point(SNAG_EV_SOCKET, NULL, site);
    snag__fds_reserve(2);
    if (__real_syscall(SYS_socketpair, AF_UNIX, type | SOCK_NONBLOCK, protocol, made) != 0) {
        return -1;
    }
    struct snag__file *a = snag__socket_new(type);
    a->refs++;
    struct snag__file *b = snag__socket_new(type);
    a->refs--;
    snag__sockets_join(a, b);
    struct snag__file *const files[2] = {a, b};
    return give_pair(made, files, fds, (type & SOCK_CLOEXEC) != 0, SNAG_EV_SOCKET, site);
}

int __wrap_socketpair(int domain, int type, int protocol, int fds[2]) {
    return snag__self != NULL && domain == AF_UNIX ? make_pair(type, protocol, fds, SNAG__SITE())
                                                   : __real_socketpair(domain, type, protocol, fds);
}

int __wrap_eventfd(unsigned value, int flags) {
    if (snag__self == NULL) {
        return __real_eventfd(value, flags);
    }
    uint32_t site = SNAG__SITE();
    snag__point(SNAG_EV_EVENTFD, NULL, site);
    snag__fds_reserve(1);
    long made = __real_syscall(SYS_eventfd2, value, flags | EFD_NONBLOCK);
    if (made < 0) {
        return -1;
    }
    struct snag__file *file = snag__file_new(SNAG__OBJECT_EVENTFD, (flags & EFD_NONBLOCK) != 0);
    return snag__fd_give_logged((int)made, file, (flags & EFD_CLOEXEC) != 0, SNAG_EV_EVENTFD, site);
}

/* ---- further numbers ---- */

int snag__fd_dup(int fd, int from, bool cloexec, uint32_t site) {
    struct snag__fd_use use;
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_DUP, site)) {
        return -1;
    }
    if (from < 0 || from >= SNAG__FD_FIRST + SNAG__FDS_MAX) {
        errno = EINVAL;
        return -1;
    }
    snag__fds_reserve(1);
    long made = __real_syscall(SYS_dup, fd);
    int number = made < 0 ? -1 : snag__fd_give((int)made, use.file, from, cloexec, site);
    return snag__fd_done(&use, SNAG_EV_FD_DUP, number);
}

/* A program's standard streams are no files, and their numbers are the harness's: another number
 * for one leads nowhere. */
int __wrap_dup(int fd) {
    if (snag__stream_is(fd)) {
        return snag__files_nowhere();
    }
    return snag__fd_ours(fd) ? snag__fd_dup(fd, 0, false, SNAG__SITE()) : __real_dup(fd);
}

static bool may_be_ours(int fd) {
    return fd >= SNAG__FD_FIRST && fd < SNAG__FD_FIRST + SNAG__FDS_MAX;
}

/* The file that `fd` refers to, of ours or made elsewhere. NULL: EBADF. */
static struct snag__file *file_of(int fd, uint32_t site) {
    struct snag__fd_use use;
    if (snag__fd_ours(fd)) {
        return snag__fd_stand(&use, fd, SNAG_EV_FD_DUP, site) ? use.file : NULL;
    }
    snag__point(SNAG_EV_FD_DUP, NULL, site);
    return fcntl(fd, F_GETFD) >= 0 ? snag__file_new(SNAG__OBJECT_DESCRIPTOR, false) : NULL;
}

/* Onto a number that is not one of those given out here, standard output say, none of ours is put:
 * it is the harness's. */
static int dup_onto(int fd, int to, int flags, uint32_t site) {
    struct snag__file *file = file_of(fd, site);
    if (file == NULL || fd == to) {
        return file == NULL ? -1 : to;
    }
    if (!may_be_ours(to)) {
        errno = EBADF;
        return -1;
    }
    if (__real_syscall(SYS_dup3, fd, to, flags) < 0) {
        return -1;
    }
    if (snag__fd_at(to)->file != NULL) {
        snag__file_closed(snag__fd_at(to)->file);
    }
    snag__fd_replace(to, file, site);
    snag__log(SNAG_EV_FD_DUP, snag__object_get(file->object), site)->value = (uint32_t)to;
    snag__fd_changed();
    return to;
}

/* Neither is one of ours. What is put onto a standard stream does not take its place; whatever is
 * written there is still kept as that is. */
static int dup_others(int fd, int to, int flags) {
    int from = snag__stream_is(fd) ? snag__files_nowhere() : fd;
    if (snag__stream_is(to)) {
        return fcntl(from, F_GETFD) >= 0 ? to : -1;
    }
    return flags == 0 ? __real_dup2(from, to) : __real_dup3(from, to, flags);
}

int __wrap_dup2(int fd, int to) {
    if (snag__self == NULL || (!snag__fd_ours(fd) && !may_be_ours(to))) {
        return dup_others(fd, to, 0);
    }
    return dup_onto(fd, to, 0, SNAG__SITE());
}

int __wrap_dup3(int fd, int to, int flags) {
    if (snag__self == NULL || (!snag__fd_ours(fd) && !may_be_ours(to))) {
        return fd == to ? __real_dup3(fd, to, flags) : dup_others(fd, to, flags);
    }
    if (fd == to || (flags & ~O_CLOEXEC) != 0) {
        errno = EINVAL;
        return -1;
    }
    return dup_onto(fd, to, flags, SNAG__SITE());
}

/* ---- the end ---- */

int __wrap_close(int fd) {
    if (!snag__fd_ours(fd)) { /* a program's standard streams stay, for who comes after */
        if (snag__stream_is(fd)) {
            return 0;
        }
        snag__files_closing(fd);
        return __real_close(fd);
    }
    uint32_t site = SNAG__SITE();
    struct snag__fd_use use;
    snag__cancel_here(site);
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_CLOSE, site)) {
        return -1;
    }
    snag__file_closed(use.file);
    snag__fd_drop(fd, site);
    snag__log(SNAG_EV_FD_CLOSE, use.object, site)->value = (uint32_t)fd;
    if (use.file->refs == 0 && use.file->sent == 0) {
        snag__fd_changed();
    }
    return 0;
}
