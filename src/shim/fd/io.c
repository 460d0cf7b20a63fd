/* io.c: read, write and their vectored forms on descriptors under control. See fd.h.
 *
 * The calls that touch the buffers go through the C library, so that a sanitizer sees what is read
 * and written there. The rule: as POSIX has it, a blocking write returns when all is written, and a
 * read when there is something.
 *
 * To a pipe that nobody reads a write gives EPIPE, as where SIGPIPE is ignored: the signal would
 * end the process.
 */
#define _GNU_SOURCE
#include "shim/fd/fd.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "exec/rt.h"
#include "shim/cancel.h"
#include "shim/fd/pieces.h"
#include "shim/streams.h"

ssize_t __real_read(int fd, void *to, size_t bytes);
ssize_t __real___read_chk(int fd, void *to, size_t bytes, size_t room);
ssize_t __real_write(int fd, const void *from, size_t bytes);
ssize_t __real_readv(int fd, const struct iovec *pieces, int n);
ssize_t __real_writev(int fd, const struct iovec *pieces, int n);
ssize_t __real_sendmsg(int fd, const struct msghdr *m, int flags);

int __real_vdprintf(int fd, const char *format, va_list args);
int __real___vdprintf_chk(int fd, int flag, const char *format, va_list args);
void __real_free(void *block);

ssize_t __wrap_read(int fd, void *to, size_t bytes);
ssize_t __wrap___read_chk(int fd, void *to, size_t bytes, size_t room);
ssize_t __wrap_write(int fd, const void *from, size_t bytes);
ssize_t __wrap_readv(int fd, const struct iovec *pieces, int n);
ssize_t __wrap_writev(int fd, const struct iovec *pieces, int n);
int __wrap_dprintf(int fd, const char *format, ...);
int __wrap_vdprintf(int fd, const char *format, va_list args);
int __wrap___dprintf_chk(int fd, int flag, const char *format, ...);
int __wrap___vdprintf_chk(int fd, int flag, const char *format, va_list args);

struct transfer {
    struct snag__fd_call call;
    const struct iovec *pieces;
    int n;
};

static ssize_t try_read(struct snag__fd_call *c) {
    const struct transfer *t = (const struct transfer *)c;
    snag__rt_call_begin(c->use.site);
    ssize_t got = t->n == 1 ? __real_read(c->use.fd, t->pieces->iov_base, t->pieces->iov_len)
                            : __real_readv(c->use.fd, t->pieces, t->n);
    snag__rt_call_end();
    if (got >= 0) {
        snag__rt_acquire(c->use.file->reads);
    } else if (errno == EAGAIN && c->use.file->shut && !c->nonblocking) {
        return 0; /* as to who waited when it was shut down */
    }
    return got;
}

static bool nobody_reads(const struct snag__fd_use *use) {
    struct pollfd p = {.fd = use->fd};
    return use->file->type == SNAG__OBJECT_PIPE && snag__fd_poll(&p, 1) > 0 &&
           (p.revents & POLLERR) != 0;
}

static ssize_t write_pieces(const struct snag__fd_call *c, struct iovec *pieces, int n) {
    if (c->use.file->type == SNAG__OBJECT_SOCKET) {
        struct msghdr m = {.msg_iov = pieces, .msg_iovlen = (size_t)n};
        return __real_sendmsg(c->use.fd, &m, MSG_NOSIGNAL);
    }
    return n == 1 ? __real_write(c->use.fd, pieces->iov_base, pieces->iov_len)
                  : __real_writev(c->use.fd, pieces, n);
}

static ssize_t try_write(struct snag__fd_call *c) {
    const struct transfer *t = (const struct transfer *)c;
    struct snag__pieces rest;
    if (snag__pieces_bytes(t->pieces, t->n) > 0 && nobody_reads(&c->use)) {
        errno = EPIPE;
        return -1;
    }
    snag__pieces_rest(t->pieces, t->n, c->done, &rest);
    snag__rt_call_begin(c->use.site);
    ssize_t put = write_pieces(c, rest.first, rest.n);
    snag__rt_call_end();
    if (put >= 0) {
        snag__rt_release(c->use.file->writes);
    }
    return put;
}

/* poll does not know of the last page of a pipe, nor how much room a socket still has: a write
 * tries. So does a read of nothing. */
static ssize_t transfer(int fd, const struct iovec *pieces, int n, bool writes, uint32_t site) {
    size_t bytes = snag__pieces_bytes(pieces, n);
    struct transfer t = {
        .call = {.kind = writes ? SNAG_EV_FD_WRITE : SNAG_EV_FD_READ,
                 .events = writes || bytes == 0 ? 0 : POLLIN,
                 .type = SNAG__OBJECT_DESCRIPTOR,
                 .deadline = UINT64_MAX,
                 .whole = writes && snag__fd_at(fd)->file != NULL && snag__fd_at(fd)->file->stream
                              ? bytes
                              : 0,
                 .attempt = writes ? try_write : try_read},
        .pieces = pieces,
        .n = n};
    return snag__fd_call(&t.call, fd, site);
}

/* What is not ours passes straight through, but for who is to be cancelled there, and for the
 * standard streams of a program. */
static ssize_t read_pieces(int fd, const struct iovec *pieces, int n, uint32_t site) {
    if (snag__likely(snag__fd_ours(fd))) {
        return transfer(fd, pieces, n, false, site);
    }
    snag__cancel_passing(site);
    if (snag__stream_is(fd)) {
        return snag__stream_read(fd, pieces, n);
    }
    return n == 1 ? __real_read(fd, pieces->iov_base, pieces->iov_len)
                  : __real_readv(fd, pieces, n);
}

static ssize_t write_all(int fd, const struct iovec *pieces, int n, uint32_t site) {
    if (snag__likely(snag__fd_ours(fd))) {
        return transfer(fd, pieces, n, true, site);
    }
    snag__cancel_passing(site);
    if (snag__stream_is(fd)) {
        return snag__stream_write(fd, pieces, n);
    }
    return n == 1 ? __real_write(fd, pieces->iov_base, pieces->iov_len)
                  : __real_writev(fd, pieces, n);
}

ssize_t __wrap_read(int fd, void *to, size_t bytes) {
    struct iovec piece = {.iov_base = to, .iov_len = bytes};
    return read_pieces(fd, &piece, 1, SNAG__SITE());
}

ssize_t __wrap___read_chk(int fd, void *to, size_t bytes, size_t room) {
    if (bytes > room) {
        return __real___read_chk(fd, to, bytes, room); /* which says so, and ends the process */
    }
    struct iovec piece = {.iov_base = to, .iov_len = bytes};
    return read_pieces(fd, &piece, 1, SNAG__SITE());
}

ssize_t __wrap_write(int fd, const void *from, size_t bytes) {
    struct iovec piece = {.iov_base = (void *)from, .iov_len = bytes};
    return write_all(fd, &piece, 1, SNAG__SITE());
}

ssize_t __wrap_readv(int fd, const struct iovec *pieces, int n) {
    return read_pieces(fd, pieces, n, SNAG__SITE());
}

ssize_t __wrap_writev(int fd, const struct iovec *pieces, int n) {
    return write_all(fd, pieces, n, SNAG__SITE());
}

/* ---- dprintf ---- */

/* The C library's own would write behind everybody's back. */
static __attribute__((format(printf, 2, 0))) int print(int fd, const char *format, va_list args,
                                                       uint32_t site) {
    char *text;
    int bytes = vasprintf(&text, format, args);
    if (bytes < 0) {
        return -1;
    }
    struct iovec piece = {.iov_base = text, .iov_len = (size_t)bytes};
    ssize_t written = write_all(fd, &piece, 1, site);
    __real_free(text);
    return (int)written;
}

int __wrap_vdprintf(int fd, const char *format, va_list args) {
    return snag__self != NULL ? print(fd, format, args, SNAG__SITE())
                              : __real_vdprintf(fd, format, args);
}

int __wrap___vdprintf_chk(int fd, int flag, const char *format, va_list args) {
    return snag__self != NULL ? print(fd, format, args, SNAG__SITE())
                              : __real___vdprintf_chk(fd, flag, format, args);
}

int __wrap_dprintf(int fd, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int bytes = snag__self != NULL ? print(fd, format, args, SNAG__SITE())
                                   : __real_vdprintf(fd, format, args);
    va_end(args);
    return bytes;
}

int __wrap___dprintf_chk(int fd, int flag, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int bytes = snag__self != NULL ? print(fd, format, args, SNAG__SITE())
                                   : __real___vdprintf_chk(fd, flag, format, args);
    va_end(args);
    return bytes;
}
