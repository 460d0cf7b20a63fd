/* conformance_body_socket.c: sockets: pairs, names, connections, messages. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

ssize_t __recv_chk(int fd, void *to, size_t bytes, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *to, size_t bytes, size_t room, int flags,
                       struct sockaddr *name, socklen_t *length);

static void says(long result) {
    out(result);
    out(result >= 0 ? 0 : errno);
}

static int pair[2];

/* ---- pairs ---- */

static void streams(void) {
    char to[16] = "";
    says(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair));
    says(send(pair[0], "hello", 5, 0));
    says(recv(pair[1], to, 2, MSG_PEEK));
    says(recv(pair[1], to, 16, 0));
    out(to[0]);
    says(recv(pair[1], to, 16, 0));
    says(write(pair[1], "back", 4));
    says(__recv_chk(pair[0], to, 16, sizeof(to), MSG_DONTWAIT));
    says(shutdown(pair[0], SHUT_WR));
    says(read(pair[1], to, 1));
    says(send(pair[0], "x", 1, MSG_NOSIGNAL));
    says(close(pair[1]));
    says(send(pair[0], "x", 1, MSG_NOSIGNAL));
    says(recv(pair[0], to, 1, 0));
    close(pair[0]);
    says(socketpair(AF_UNIX, 77, 0, pair));
}

static void *sends_in_parts(void *unused) {
    send(pair[0], "one", 3, 0);
    send(pair[0], "two", 3, 0);
    return unused;
}

static void *shuts(void *unused) {
    shutdown(pair[0], SHUT_RDWR);
    return unused;
}

/* MSG_WAITALL waits for all, or for the end. */
static void waits_for_all(void) {
    char to[8];
    pthread_t t;
    says(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    pthread_create(&t, NULL, sends_in_parts, NULL);
    says(recv(pair[1], to, 6, MSG_WAITALL));
    out(memcmp(to, "onetwo", 6));
    pthread_join(t, NULL);
    write(pair[0], "x", 1);
    pthread_create(&t, NULL, shuts, NULL);
    says(recv(pair[1], to, 6, MSG_WAITALL));
    pthread_join(t, NULL);
    close(pair[0]);
    close(pair[1]);
}

enum { PART = 100000 };

/* As much as a socket takes without a reader, which is more than poll calls room. */
static void fills(void) {
    static char from[PART], to[2 * PART];
    says(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    says(write(pair[0], from, PART));
    says(write(pair[0], from, PART / 4));
    says(recv(pair[1], to, PART + PART / 4, MSG_WAITALL));
    close(pair[0]);
    close(pair[1]);
}

static void datagrams(void) {
    char to[8];
    says(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
    struct iovec from[] = {{"ab", 2}, {"c", 1}}, into = {to, 2};
    struct msghdr m = {.msg_iov = from, .msg_iovlen = 2};
    says(sendmsg(pair[0], &m, 0));
    says(send(pair[0], "", 0, 0));
    m = (struct msghdr){.msg_iov = &into, .msg_iovlen = 1};
    says(recvmsg(pair[1], &m, 0));
    out(m.msg_flags);
    says(recv(pair[1], to, 8, 0));
    says(recv(pair[1], to, 8, MSG_DONTWAIT));
    says(shutdown(pair[1], SHUT_RD));
    says(recv(pair[1], to, 8, 0));
    close(pair[0]);
    close(pair[1]);
}

/* ---- names and connections ---- */

static socklen_t name_it(struct sockaddr_un *name, const char *text) {
    *name = (struct sockaddr_un){.sun_family = AF_UNIX};
    /* The C library's are those of the whole system, where several of this test run. */
    int n = snprintf(name->sun_path + 1, sizeof(name->sun_path) - 1, "%s-%07d", text, getpid());
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
}

static int listener;

static int listen_at(const char *text, int backlog) {
    struct sockaddr_un name;
    socklen_t length = name_it(&name, text);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    says(bind(fd, (struct sockaddr *)&name, length));
    says(listen(fd, backlog));
    return fd;
}

static int connect_to(const char *text, int flags) {
    struct sockaddr_un name;
    socklen_t length = name_it(&name, text);
    int fd = socket(AF_UNIX, SOCK_STREAM | flags, 0);
    long result = connect(fd, (struct sockaddr *)&name, length);
    out(result);
    out(result == 0 ? 0 : errno);
    return fd;
}

static void *client(void *unused) {
    char to[4] = "";
    int fd = connect_to("conformance-talk", 0);
    (void)unused;
    write(fd, "ping", 4);
    ssize_t got = recv(fd, to, 4, MSG_WAITALL);
    close(fd);
    return (void *)(intptr_t)got; /* told by who joins: here it might come before or after */
}

static void connections(void) {
    struct sockaddr_un name = {0};
    socklen_t length = sizeof(name);
    char to[8];
    void *got;
    pthread_t t;
    connect_to("conformance-talk", 0); /* nobody is there yet; and it is left open */
    listener = listen_at("conformance-talk", 4);
    int taken = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t n = name_it(&name, "conformance-talk");
    says(bind(taken, (struct sockaddr *)&name, n));
    says(listen(taken, 1));
    close(taken);
    says(read(listener, to, 1));
    says(recv(listener, to, 1, 0));
    says(getsockname(listener, (struct sockaddr *)&name, &length));
    out((int64_t)length);
    out(memcmp(name.sun_path + 1, "conformance-talk", 16));
    pthread_create(&t, NULL, client, NULL);
    int fd = accept(listener, NULL, NULL);
    says(read(fd, to, 8));
    says(write(fd, "pong", 4));
    says(read(fd, to, 8));
    pthread_join(t, &got);
    out((intptr_t)got);
    says(accept(fd, NULL, NULL));
    length = sizeof(name);
    says(getpeername(fd, (struct sockaddr *)&name, &length));
    out((int64_t)length);
    close(fd);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    says(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
    says(accept4(listener, NULL, NULL, 0x10000000));
    close(listener);
    fd = connect_to("conformance-talk", 0);
    says(write(fd, "x", 1) < 0 ? -1 : 0);
    close(fd);
}

static void *accepts_one(void *unused) {
    close(accept(listener, NULL, NULL));
    return unused;
}

/* A connection waits for room at the other end. */
static void backlog(void) {
    pthread_t t;
    listener = listen_at("conformance-full", 0);
    int first = connect_to("conformance-full", 0);
    int second = connect_to("conformance-full", SOCK_NONBLOCK);
    pthread_create(&t, NULL, accepts_one, NULL);
    int third = connect_to("conformance-full", 0);
    pthread_join(t, NULL);
    close(first);
    close(second);
    close(third);
    close(listener);
}

static void *shuts_listener(void *unused) {
    shutdown(listener, SHUT_RDWR);
    return unused;
}

static void accept_is_shut_down(void) {
    pthread_t t;
    listener = listen_at("conformance-shut", 4);
    pthread_create(&t, NULL, shuts_listener, NULL);
    says(accept(listener, NULL, NULL));
    pthread_join(t, NULL);
    close(listener);
}

static void names(void) {
    struct sockaddr_un name;
    char to[8];
    int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0);
    sa_family_t only = AF_UNIX;
    memset(&name, 0, sizeof(name));
    name.sun_family = only;
    says(bind(a, (struct sockaddr *)&name, sizeof(only))); /* the kernel chooses */
    socklen_t length = sizeof(name);
    says(getsockname(a, (struct sockaddr *)&name, &length));
    out((int64_t)length);
    says(sendto(b, "to a", 4, 0, (struct sockaddr *)&name, length));
    says(sendto(a, "to a", 4, 0, (struct sockaddr *)&name, length));
    length = sizeof(name);
    says(recvfrom(a, to, 8, 0, (struct sockaddr *)&name, &length));
    out((int64_t)length); /* b has no name */
    length = sizeof(name);
    says(__recvfrom_chk(a, to, 8, sizeof(to), 0, (struct sockaddr *)&name, &length));
    out((int64_t)length);
    name_it(&name, "conformance-nobody");
    says(sendto(b, "x", 1, 0, (struct sockaddr *)&name, sizeof(name)));
    says(bind(a, (struct sockaddr *)&name, sizeof(name)));
    says(bind(b, (struct sockaddr *)&name, 1));
    close(a);
    close(b);
}

/* A name in the file system is there, and stays. */
static void files(void) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0);
    int c = socket(AF_UNIX, SOCK_STREAM, 0);
    char folder[] = "/tmp/snag-conformance-XXXXXX"; /* under snag getpid() is the same for all */
    out(mkdtemp(folder) != NULL);
    snprintf(name.sun_path, sizeof(name.sun_path), "%s/name", folder);
    says(bind(a, (struct sockaddr *)&name, sizeof(name)));
    says(bind(b, (struct sockaddr *)&name, sizeof(name)));
    says(access(name.sun_path, F_OK));
    says(connect(b, (struct sockaddr *)&name, sizeof(name)));
    says(listen(a, 1));
    says(connect(b, (struct sockaddr *)&name, sizeof(name)));
    close(a);
    says(connect(c, (struct sockaddr *)&name, sizeof(name)));
    says(unlink(name.sun_path));
    says(connect(c, (struct sockaddr *)&name, sizeof(name)));
    says(rmdir(folder));
    close(b);
    close(c);
}

/* Calls that wait no longer than their socket does. */
static void patience(void) {
    static char from[1000000];
    struct timeval time = {.tv_usec = 20000}, nonsense = {.tv_usec = -1}, none = {0};
    char to[4];
    says(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    says(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &nonsense, sizeof(nonsense)));
    says(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
    says(setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)));
    says(recv(pair[0], to, 4, 0));
    says(write(pair[1], "ab", 2));
    says(recv(pair[0], to, 4, MSG_WAITALL));
    out(write(pair[0], from, sizeof(from)) < (long)sizeof(from));
    says(write(pair[0], from, sizeof(from)));
    says(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &none, sizeof(none)));
    close(pair[1]);
    says(recv(pair[0], to, 4, 0));
    close(pair[0]);
}

/* ---- passing descriptors ---- */

union control {
    char bytes[CMSG_SPACE(3 * sizeof(int))];
    struct cmsghdr align;
};

static void pass(int through, const int *fds, size_t n) {
    union control control = {{0}};
    struct iovec piece = {"!", 1};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = CMSG_SPACE(n * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(c), fds, n * sizeof(int));
    says(sendmsg(through, &m, 0));
}

static size_t take(int through, int *fds) {
    union control control;
    char byte = 0;
    struct iovec piece = {&byte, 1};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = sizeof(control)};
    says(recvmsg(through, &m, 0));
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    size_t n = c != NULL ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
    if (c != NULL)
        memcpy(fds, CMSG_DATA(c), n * sizeof(int));
    return n;
}

/* What nobody has a number of any more lives on in the message. */
static void passing(void) {
    int p[2], got[3];
    uint64_t n = 5;
    char to[4];
    says(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    says(pipe2(p, O_NONBLOCK));
    int sent[] = {p[0], eventfd(2, 0), open("/dev/null", O_RDONLY)};
    pass(pair[0], sent, 3);
    for (int i = 0; i < 3; i++)
        close(sent[i]);
    says(write(p[1], "x", 1));
    out((int64_t)take(pair[1], got));
    says(read(got[0], to, 4));
    says(read(got[0], to, 4)); /* as non-blocking as it was */
    says(write(got[1], &n, sizeof(n)));
    says(read(got[1], &n, sizeof(n)));
    out((int64_t)n);
    says(read(got[2], to, 4));
    for (int i = 0; i < 3; i++)
        close(got[i]);
    says(poll(&(struct pollfd){p[1], POLLOUT, 0}, 1, 0));
    close(p[1]);
    close(pair[0]);
    close(pair[1]);
}

const struct conformance_case conformance_cases_socket[] = {
    {"stream", "socketpair send recv __recv_chk shutdown", streams, NULL},
    {"waiting for all", "recv", waits_for_all, NULL},
    {"a socket that fills", "write", fills, NULL},
    {"datagram", "sendmsg recvmsg", datagrams, NULL},
    {"connection", "socket bind listen accept accept4 connect getsockname getpeername", connections,
     NULL},
    {"full backlog", "connect", backlog, NULL},
    {"accept and shutdown", "accept shutdown", accept_is_shut_down, NULL},
    {"names", "bind sendto recvfrom __recvfrom_chk", names, NULL},
    {"patience", "setsockopt", patience, NULL},
    {"names of files", "bind connect", files, NULL},
    {"passing descriptors", "sendmsg recvmsg", passing, NULL},
    {0},
};
