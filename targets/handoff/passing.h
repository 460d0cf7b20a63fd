/* passing.h: messages between generations, each with or without a descriptor, and listening.
 *
 * A message is one packet of a Unix socket pair (SOCK_SEQPACKET); a descriptor travels beside it
 * (SCM_RIGHTS), as a copy: sender and receiver then hold one each, and each closes its own. The
 * rule: a descriptor that was received belongs to whoever called receive().
 */
#ifndef HANDOFF_PASSING_H
#define HANDOFF_PASSING_H

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Calls it again for as long as a signal interrupts it. */
#define RETRY(call)                                                                                \
    __extension__({                                                                                \
        __typeof__(call) retry_result;                                                             \
        do {                                                                                       \
            retry_result = (call);                                                                 \
        } while (retry_result == -1 && errno == EINTR);                                            \
        retry_result;                                                                              \
    })

enum message_kind {
    MESSAGE_NONE = 0, /* the other end was closed */
    MESSAGE_LISTENER, /* to the next generation, with the listening socket */
    MESSAGE_READY,    /* from it: it has started, and waits to be told to go on */
    MESSAGE_YOURS,    /* to it: from now on it is to answer */
    MESSAGE_SESSION   /* to it, with a connection: the total of the session goes with it */
};

struct message {
    enum message_kind kind;
    int32_t total;
};

/* False: the other end was closed. `fd` may be -1, for none. */
static bool pass(int channel, struct message message, int fd) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec data = {.iov_base = &message, .iov_len = sizeof message};
    struct msghdr header = {.msg_iov = &data, .msg_iovlen = 1};
    if (fd >= 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = sizeof control.bytes;
        struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    }
    return RETRY(sendmsg(channel, &header, MSG_NOSIGNAL)) == (ssize_t)sizeof message;
}

/* Waits for the next message. *fd is the descriptor that came with it, or -1. */
static struct message receive(int channel, int *fd) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct message message = {.kind = MESSAGE_NONE};
    struct iovec data = {.iov_base = &message, .iov_len = sizeof message};
    struct msghdr header = {.msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    *fd = -1;
    if (RETRY(recvmsg(channel, &header, 0)) != (ssize_t)sizeof message)
        return (struct message){.kind = MESSAGE_NONE};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    if (rights != NULL && rights->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(rights), sizeof *fd);
    return message;
}

/* Where a server is reached: a name in the abstract namespace, which needs no file. */
struct address {
    struct sockaddr_un name;
    socklen_t bytes;
};

enum { BACKLOG = 64 };

/* A socket that listens there; an address of no more than a family stands for a new name, which is
 * filled in. -1: it cannot be had. */
static int listen_at(struct address *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, (const struct sockaddr *)&address->name, address->bytes) == 0 &&
        listen(fd, BACKLOG) == 0) {
        address->bytes = sizeof address->name;
        getsockname(fd, (struct sockaddr *)&address->name, &address->bytes);
        return fd;
    }
    close(fd);
    return -1;
}

static void close_if_open(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

#endif
