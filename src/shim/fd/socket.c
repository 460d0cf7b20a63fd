/* socket.c: sockets that are made one at a time, named, and connected. See socket.h.
 *
 * Not here: what is sent through them (message.c). The rule: a race detector is told of no more
 * order than there is between the two ends of a pair or a connection; between others, where the
 * kernel alone knows who is at the other end (datagrams), of that between all of them.
 */
#define _GNU_SOURCE
#include "shim/fd/socket.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exec/rt.h"

int __real_socket(int domain, int type, int protocol);
int __real_bind(int fd, const struct sockaddr *name, socklen_t length);
int __real_listen(int fd, int backlog);
int __real_accept(int fd, struct sockaddr *name, socklen_t *length);
int __real_accept4(int fd, struct sockaddr *name, socklen_t *length, int flags);
int __real_connect(int fd, const struct sockaddr *name, socklen_t length);
int __real_shutdown(int fd, int how);
int __real_getsockname(int fd, struct sockaddr *name, socklen_t *length);
int __real_getpeername(int fd, struct sockaddr *name, socklen_t *length);

int __wrap_socket(int domain, int type, int protocol);
int __wrap_bind(int fd, const struct sockaddr *name, socklen_t length);
int __wrap_listen(int fd, int backlog);
int __wrap_accept(int fd, struct sockaddr *name, socklen_t *length);
int __wrap_accept4(int fd, struct sockaddr *name, socklen_t *length, int flags);
int __wrap_connect(int fd, const struct sockaddr *name, socklen_t length);
int __wrap_shutdown(int fd, int how);
int __wrap_getsockname(int fd, struct sockaddr *name, socklen_t *length);
int __wrap_getpeername(int fd, struct sockaddr *name, socklen_t *length);

enum { TYPE = 0xf }; /* in socket(2)'s second argument; the rest are flags */

static char between_all; /* its address: what those order who are no pair */

/* Connections that nobody has accepted yet, in their order: the kernel's queue of a listener is
 * one, too. */
enum { WAITING_MAX = 1024 };
static struct {
    const struct snag__file *at; /* the listener; NULL: accepted, or it is gone */
    struct snag__file *from;
} waiting[WAITING_MAX];
static uint32_t waiting_first, waiting_end;

void snag__sockets_forget(void) {
    waiting_first = waiting_end = 0;
}

/* Whoever had come to a listener that is gone, in whose place `f` is now, has not come to `f`. */
static void forget_connections(const struct snag__file *f) {
    for (uint32_t i = waiting_first; i < waiting_end; i++) {
        if (waiting[i].at == f) {
            waiting[i].at = NULL;
        }
    }
}

struct snag__file *snag__socket_new(int type) {
    struct snag__file *f = snag__file_new(SNAG__OBJECT_SOCKET, (type & SOCK_NONBLOCK) != 0);
    forget_connections(f);
    f->stream = (type & TYPE) == SOCK_STREAM;
    f->reads = f->writes = &between_all;
    return f;
}

void snag__sockets_join(struct snag__file *a, struct snag__file *b) {
    a->reads = b->writes = a;
    b->reads = a->writes = b;
}

/* `from` has come to `at`; what it writes goes to whoever accepts it. */
static void note_connection(const struct snag__file *at, struct snag__file *from) {
    if (waiting_end == WAITING_MAX) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    from->reads = from;
    from->writes = &from->writes; /* an address of its own */
    waiting[waiting_end].at = at;
    waiting[waiting_end++].from = from;
}

/* `to` is the other end of the first that has come to `at`. */
static void note_accepted(const struct snag__file *at, struct snag__file *to) {
    for (uint32_t i = waiting_first; i < waiting_end; i++) {
        if (waiting[i].at == at) {
            to->reads = &waiting[i].from->writes;
            to->writes = waiting[i].from;
            waiting[i].at = NULL;
            break;
        }
    }
    while (waiting_first < waiting_end && waiting[waiting_first].at == NULL) {
        waiting_first++;
    }
    if (waiting_first == waiting_end) {
        snag__sockets_forget();
    }
}

/* ---- making ---- */

/* What passes straight through is said so, once in a process. */
static void tell_other_family(void) {
    static const char line[] =
        "snag: sockets of other families than AF_UNIX are not modelled: their "
        "calls pass through to the kernel\n";
    static bool told;
    if (!told) {
        (void)!write(STDERR_FILENO, line, sizeof(line) - 1);
        told = true;
    }
}

int __wrap_socket(int domain, int type, int protocol) {
    if (snag__self == NULL || domain != AF_UNIX) {
        if (snag__self != NULL) {
            tell_other_family();
        }
        return __real_socket(domain, type, protocol);
    }
    uint32_t site = SNAG__SITE();
    snag__point(SNAG_EV_SOCKET, NULL, site);
    snag__fds_reserve(1);
    long made = __real_syscall(SYS_socket, domain, type | SOCK_NONBLOCK, protocol);
    return made < 0 ? -1
                    : snag__fd_give_logged((int)made, snag__socket_new(type),
                                           (type & SOCK_CLOEXEC) != 0, SNAG_EV_SOCKET, site);
}

struct accepting {
    struct snag__fd_call call;
    struct sockaddr *name;
    socklen_t *length;
    int flags;
};

static ssize_t try_accept(struct snag__fd_call *c) {
    const struct accepting *a = (const struct accepting *)c;
    const struct snag__file *from = c->use.file;
    struct sockaddr_un real;
    socklen_t real_length = sizeof(real);
    snag__fds_reserve(1);
    long made = __real_syscall(SYS_accept4, c->use.fd, &real, &real_length,
                               a->flags | SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (made < 0) {
        if (errno == EAGAIN && from->shut && !c->nonblocking) {
            errno = EINVAL; /* as to who waited when it was shut down */
        }
        return -1;
    }
    struct snag__file *file = snag__socket_new(SOCK_STREAM | a->flags);
    note_accepted(from, file);
    snag__rt_acquire(file->reads != &between_all ? (const void *)from : &between_all);
    snag__fd_name_out(&real, real_length, a->name, a->length);
    return snag__fd_give_logged((int)made, file, (a->flags & SOCK_CLOEXEC) != 0, SNAG_EV_SOCKET,
                                c->use.site);
}

static int accept_at(int fd, struct sockaddr *name, socklen_t *length, int flags, uint32_t site) {
    if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != 0) {
        errno = EINVAL;
        return -1;
    }
    struct accepting a = {.call = {.kind = SNAG_EV_FD_ACCEPT,
                                   .type = SNAG__OBJECT_SOCKET,
                                   .events = POLLIN,
                                   .deadline = UINT64_MAX,
                                   .attempt = try_accept},
                          .name = name,
                          .length = length,
                          .flags = flags};
    return (int)snag__fd_call(&a.call, fd, site);
}

int __wrap_accept(int fd, struct sockaddr *name, socklen_t *length) {
    return snag__fd_ours(fd) ? accept_at(fd, name, length, 0, SNAG__SITE())
                             : __real_accept(fd, name, length);
}

int __wrap_accept4(int fd, struct sockaddr *name, socklen_t *length, int flags) {
    return snag__fd_ours(fd) ? accept_at(fd, name, length, flags, SNAG__SITE())
                             : __real_accept4(fd, name, length, flags);
}

/* ---- names ---- */

int __wrap_bind(int fd, const struct sockaddr *name, socklen_t length) {
    if (!snag__fd_ours(fd)) {
        return __real_bind(fd, name, length);
    }
    struct snag__fd_use use;
    struct snag__fd_name in;
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_BIND, SNAG__SITE()) ||
        !snag__fd_name_in(name, length, true, &in)) {
        return -1;
    }
    int result = (int)__real_syscall(SYS_bind, fd, &in.to, in.length);
    if (result == 0 && in.bound != NULL) {
        *in.bound = use.file;
    }
    return snag__fd_done(&use, SNAG_EV_FD_BIND, result);
}

int __wrap_getsockname(int fd, struct sockaddr *name, socklen_t *length) {
    if (!snag__fd_ours(fd)) {
        return __real_getsockname(fd, name, length);
    }
    struct snag__fd_use use;
    struct sockaddr_un real;
    socklen_t real_length = sizeof(real);
    if (!snag__fd_find(&use, fd, SNAG__SITE()) ||
        __real_syscall(SYS_getsockname, fd, &real, &real_length) != 0) {
        return -1;
    }
    snag__fd_name_out(&real, real_length, name, length);
    return 0;
}

int __wrap_getpeername(int fd, struct sockaddr *name, socklen_t *length) {
    if (!snag__fd_ours(fd)) {
        return __real_getpeername(fd, name, length);
    }
    struct snag__fd_use use;
    struct sockaddr_un real;
    socklen_t real_length = sizeof(real);
    if (!snag__fd_find(&use, fd, SNAG__SITE()) ||
        __real_syscall(SYS_getpeername, fd, &real, &real_length) != 0) {
        return -1;
    }
    snag__fd_name_out(&real, real_length, name, length);
    return 0;
}

/* ---- connections ---- */

int __wrap_listen(int fd, int backlog) {
    if (!snag__fd_ours(fd)) {
        return __real_listen(fd, backlog);
    }
    struct snag__fd_use use;
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_LISTEN, SNAG__SITE())) {
        return -1;
    }
    int result = (int)__real_syscall(SYS_listen, fd, backlog);
    use.file->listens |= result == 0;
    return snag__fd_done(&use, SNAG_EV_FD_LISTEN, result);
}

struct connecting {
    struct snag__fd_call call;
    struct snag__fd_name to;
};

static ssize_t try_connect(struct snag__fd_call *c) {
    const struct connecting *to = (const struct connecting *)c;
    long result = __real_syscall(SYS_connect, c->use.fd, &to->to.to, to->to.length);
    struct snag__file *file = c->use.file;
    const struct snag__file *at = to->to.bound != NULL ? *to->to.bound : NULL;
    if (result == 0 && file->stream && at != NULL) {
        note_connection(at, file);
        snag__rt_release(at);
    } else if (result == 0) {
        snag__rt_release(&between_all);
    }
    return result;
}

/* poll says nothing of whether there is room for one more at the other end: it tries. */
int __wrap_connect(int fd, const struct sockaddr *name, socklen_t length) {
    if (!snag__fd_ours(fd)) {
        return __real_connect(fd, name, length);
    }
    struct connecting to = {
        .call = {.kind = SNAG_EV_FD_CONNECT, .deadline = UINT64_MAX, .attempt = try_connect}};
    return snag__fd_name_in(name, length, false, &to.to)
               ? (int)snag__fd_call(&to.call, fd, SNAG__SITE())
               : -1;
}

int __wrap_shutdown(int fd, int how) {
    if (!snag__fd_ours(fd)) {
        return __real_shutdown(fd, how);
    }
    struct snag__fd_use use;
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_SHUTDOWN, SNAG__SITE())) {
        return -1;
    }
    int result = (int)__real_syscall(SYS_shutdown, fd, how);
    if (result == 0) {
        snag__file_closed(use.file);
        use.file->shut |= how != SHUT_WR;
    }
    return snag__fd_done(&use, SNAG_EV_FD_SHUTDOWN, result);
}
