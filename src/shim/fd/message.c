/* message.c: send, recv and their kin on sockets under control. See socket.h.
 *
 * As read and write (io.c) they go through the C library, whose sanitizer looks at the buffers.
 * Not here: the descriptors that a message carries (rights.c). The rule: flags mean what they
 * say; none of them makes the process wait, nor does a closed other end send it a signal.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <string.h>

#include "exec/rt.h"
#include "shim/fd/pieces.h"
#include "shim/fd/rights.h"
#include "shim/fd/socket.h"

ssize_t __real_send(int fd, const void *from, size_t bytes, int flags);
ssize_t __real_sendto(int fd, const void *from, size_t bytes, int flags,
                      const struct sockaddr *name, socklen_t length);
ssize_t __real_sendmsg(int fd, const struct msghdr *m, int flags);
ssize_t __real_recv(int fd, void *to, size_t bytes, int flags);
ssize_t __real___recv_chk(int fd, void *to, size_t bytes, size_t room, int flags);
ssize_t __real_recvfrom(int fd, void *to, size_t bytes, int flags, struct sockaddr *name,
                        socklen_t *length);
ssize_t __real___recvfrom_chk(int fd, void *to, size_t bytes, size_t room, int flags,
                              struct sockaddr *name, socklen_t *length);
ssize_t __real_recvmsg(int fd, struct msghdr *m, int flags);

ssize_t __wrap_send(int fd, const void *from, size_t bytes, int flags);
ssize_t __wrap_sendto(int fd, const void *from, size_t bytes, int flags,
                      const struct sockaddr *name, socklen_t length);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *m, int flags);
ssize_t __wrap_recv(int fd, void *to, size_t bytes, int flags);
ssize_t __wrap___recv_chk(int fd, void *to, size_t bytes, size_t room, int flags);
ssize_t __wrap_recvfrom(int fd, void *to, size_t bytes, int flags, struct sockaddr *name,
                        socklen_t *length);
ssize_t __wrap___recvfrom_chk(int fd, void *to, size_t bytes, size_t room, int flags,
                              struct sockaddr *name, socklen_t *length);
ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags);

struct message {
    struct snag__fd_call call;
    struct msghdr *m; /* as the code under test has it */
    int flags;
    struct snag__fd_name to; /* sending: where to, if m->msg_name is not NULL */
};

static bool is_stream(int fd) {
    const struct snag__file *file = snag__fd_at(fd)->file;
    return file != NULL && file->stream;
}

/* ---- sending ---- */

static ssize_t try_send(struct snag__fd_call *c) {
    struct message *s = (struct message *)c;
    struct msghdr m = *s->m;
    struct snag__pieces rest;
    snag__pieces_rest(m.msg_iov, (int)m.msg_iovlen, c->done, &rest);
    m.msg_iov = rest.first;
    m.msg_iovlen = (size_t)rest.n;
    if (m.msg_name != NULL) {
        m.msg_name = &s->to.to;
        m.msg_namelen = s->to.length;
    }
    if (c->done > 0) {
        m.msg_controllen = 0;
    }
    if (!snag__rights_find(&m, c->use.site)) {
        return -1;
    }
    snag__rt_call_begin(c->use.site);
    ssize_t put = __real_sendmsg(c->use.fd, &m, s->flags | MSG_NOSIGNAL);
    snag__rt_call_end();
    if (put >= 0) {
        snag__rights_sent(&m);
        snag__rt_release(c->use.file->writes);
    }
    return put;
}

static ssize_t send_at(int fd, struct msghdr *m, int flags, uint32_t site) {
    struct message s = {.call = {.kind = SNAG_EV_FD_WRITE,
                                 .nonblocking = (flags & MSG_DONTWAIT) != 0,
                                 .deadline = UINT64_MAX,
                                 .attempt = try_send},
                        .m = m,
                        .flags = flags};
    if (is_stream(fd)) {
        s.call.whole = snag__pieces_bytes(m->msg_iov, (int)m->msg_iovlen);
    }
    if (m->msg_name != NULL && !snag__fd_name_in(m->msg_name, m->msg_namelen, false, &s.to)) {
        return -1;
    }
    return snag__fd_call(&s.call, fd, site);
}

static ssize_t sendto_at(int fd, const void *from, size_t bytes, int flags,
                         const struct sockaddr *name, socklen_t length, uint32_t site) {
    struct iovec piece = {.iov_base = (void *)from, .iov_len = bytes};
    struct msghdr m = {
        .msg_name = (void *)name, .msg_namelen = length, .msg_iov = &piece, .msg_iovlen = 1};
    return send_at(fd, &m, flags, site);
}

ssize_t __wrap_send(int fd, const void *from, size_t bytes, int flags) {
    return snag__fd_ours(fd) ? sendto_at(fd, from, bytes, flags, NULL, 0, SNAG__SITE())
                             : __real_send(fd, from, bytes, flags);
}

ssize_t __wrap_sendto(int fd, const void *from, size_t bytes, int flags,
                      const struct sockaddr *name, socklen_t length) {
    return snag__fd_ours(fd) ? sendto_at(fd, from, bytes, flags, name, length, SNAG__SITE())
                             : __real_sendto(fd, from, bytes, flags, name, length);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *m, int flags) {
    struct msghdr copy = *m;
    return snag__fd_ours(fd) ? send_at(fd, &copy, flags, SNAG__SITE())
                             : __real_sendmsg(fd, m, flags);
}

/* ---- receiving ---- */

/* What the kernel said of one try, in the caller's own terms. */
static void tell(struct message *r, struct msghdr *got, const struct sockaddr_un *from) {
    struct msghdr *m = r->m;
    snag__fd_name_out(from, got->msg_namelen, m->msg_name,
                      m->msg_name != NULL ? &m->msg_namelen : NULL);
    if (r->call.done == 0) {
        snag__rights_received(got, r->flags, r->call.use.site);
        m->msg_controllen = got->msg_controllen;
        m->msg_flags = got->msg_flags & ~(MSG_CMSG_CLOEXEC);
    }
}

static ssize_t try_receive(struct snag__fd_call *c) {
    struct message *r = (struct message *)c;
    struct sockaddr_un from;
    struct msghdr m = *r->m;
    struct snag__pieces rest;
    snag__pieces_rest(m.msg_iov, (int)m.msg_iovlen, c->done, &rest);
    m.msg_iov = rest.first;
    m.msg_iovlen = (size_t)rest.n;
    m.msg_name = &from;
    m.msg_namelen = sizeof(from);
    if (c->done > 0) {
        m.msg_controllen = 0;
    }
    snag__rt_call_begin(c->use.site);
    ssize_t got = __real_recvmsg(c->use.fd, &m, r->flags | MSG_CMSG_CLOEXEC);
    snag__rt_call_end();
    if (got >= 0) {
        snag__rt_acquire(c->use.file->reads);
        tell(r, &m, &from);
    } else if (errno == EAGAIN && c->use.file->shut && !c->nonblocking) {
        return 0; /* as to who waited when it was shut down */
    }
    return got;
}

static ssize_t receive_at(int fd, struct msghdr *m, int flags, uint32_t site) {
    size_t bytes = snag__pieces_bytes(m->msg_iov, (int)m->msg_iovlen);
    bool all = (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0 && is_stream(fd);
    struct message r = {.call = {.kind = SNAG_EV_FD_READ,
                                 .type = SNAG__OBJECT_SOCKET,
                                 .events = (flags & (MSG_OOB | MSG_ERRQUEUE)) != 0 ? 0 : POLLIN,
                                 .nonblocking = (flags & MSG_DONTWAIT) != 0,
                                 .deadline = UINT64_MAX,
                                 .whole = all ? bytes : 0,
                                 .attempt = try_receive},
                        .m = m,
                        .flags = flags};
    return snag__fd_call(&r.call, fd, site);
}

static ssize_t recvfrom_at(int fd, void *to, size_t bytes, int flags, struct sockaddr *name,
                           socklen_t *length, uint32_t site) {
    struct iovec piece = {.iov_base = to, .iov_len = bytes};
    struct msghdr m = {.msg_name = length != NULL ? name : NULL,
                       .msg_namelen = name != NULL && length != NULL ? *length : 0,
                       .msg_iov = &piece,
                       .msg_iovlen = 1};
    ssize_t got = receive_at(fd, &m, flags, site);
    if (got >= 0 && name != NULL && length != NULL) {
        *length = m.msg_namelen;
    }
    return got;
}

ssize_t __wrap_recv(int fd, void *to, size_t bytes, int flags) {
    return snag__fd_ours(fd) ? recvfrom_at(fd, to, bytes, flags, NULL, NULL, SNAG__SITE())
                             : __real_recv(fd, to, bytes, flags);
}

ssize_t __wrap___recv_chk(int fd, void *to, size_t bytes, size_t room, int flags) {
    return snag__fd_ours(fd) && bytes <= room
               ? recvfrom_at(fd, to, bytes, flags, NULL, NULL, SNAG__SITE())
               : __real___recv_chk(fd, to, bytes, room, flags);
}

ssize_t __wrap_recvfrom(int fd, void *to, size_t bytes, int flags, struct sockaddr *name,
                        socklen_t *length) {
    return snag__fd_ours(fd) ? recvfrom_at(fd, to, bytes, flags, name, length, SNAG__SITE())
                             : __real_recvfrom(fd, to, bytes, flags, name, length);
}

ssize_t __wrap___recvfrom_chk(int fd, void *to, size_t bytes, size_t room, int flags,
                              struct sockaddr *name, socklen_t *length) {
    return snag__fd_ours(fd) && bytes <= room
               ? recvfrom_at(fd, to, bytes, flags, name, length, SNAG__SITE())
               : __real___recvfrom_chk(fd, to, bytes, room, flags, name, length);
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags) {
    return snag__fd_ours(fd) ? receive_at(fd, m, flags, SNAG__SITE())
                             : __real_recvmsg(fd, m, flags);
}
