/* rights.c: descriptors that messages carry (SCM_RIGHTS).
 *
 * What arrives is a number of the kernel's for a file that was sent, maybe long ago, and of which
 * nobody here may have a number any more. The rule: a file under way is known again by what the
 * kernel says of its identity, which is used for nothing else; it gets the lowest free number, as
 * any other. What was not made under control passes straight through under its new number, too.
 */
#define _GNU_SOURCE
#include "shim/fd/rights.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

enum { FDINFO = 512 };

/* Where many files share one inode, what the kernel shows of each (an eventfd's id). */
static uint64_t hash_fdinfo(int fd) {
    char path[48], text[FDINFO];
    (void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    int info = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = info >= 0 ? read(info, text, sizeof(text) - 1) : 0;
    if (info >= 0) {
        (void)close(info);
    }
    text[n > 0 ? n : 0] = '\0';
    const char *id = strstr(text, "eventfd-id:");
    return id != NULL ? strtoull(id + strlen("eventfd-id:"), NULL, 10) + 1 : 0;
}

/* Equal for two numbers of one file, and different else; never 0. */
static uint64_t identify(int fd) {
    struct stat s;
    uint64_t words[4] = {0};
    if (fstat(fd, &s) == 0) {
        words[0] = (uint64_t)s.st_dev;
        words[1] = (uint64_t)s.st_ino;
        words[2] = (uint64_t)fcntl(fd, F_GETFL) & O_ACCMODE; /* which end of a pipe */
        words[3] = S_ISFIFO(s.st_mode) || S_ISSOCK(s.st_mode) ? 0 : hash_fdinfo(fd);
    }
    return snag__hash(words, sizeof(words), 0) | 1;
}

/* Calls `each` for every number in it, and keeps what it returns there. False: it said stop. */
static bool walk(const struct msghdr *m, bool (*each)(int *fd, void *context), void *context) {
    struct msghdr *from = (struct msghdr *)m;
    for (struct cmsghdr *c = m->msg_controllen != 0 ? CMSG_FIRSTHDR(from) : NULL; c != NULL;
         c = CMSG_NXTHDR(from, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
            int was = fd;
            if (!each(&fd, context)) {
                return false;
            }
            if (fd != was) {
                memcpy(CMSG_DATA(c) + i * sizeof(int), &fd, sizeof(int));
            }
        }
    }
    return true;
}

static bool find(int *fd, void *context) {
    struct snag__fd_use use;
    if (!snag__fd_ours(*fd)) {
        return true;
    }
    if (!snag__fd_find(&use, *fd, *(const uint32_t *)context)) {
        return false;
    }
    if (use.file->identity == 0) {
        use.file->identity = identify(*fd);
    }
    return true;
}

bool snag__rights_find(const struct msghdr *m, uint32_t site) {
    return walk(m, find, &site);
}

static bool sent(int *fd, void *context) {
    (void)context;
    if (snag__fd_ours(*fd)) {
        snag__fd_at(*fd)->file->sent++;
    }
    return true;
}

void snag__rights_sent(const struct msghdr *m) {
    (void)walk(m, sent, NULL);
}

struct arrival {
    uint32_t site;
    int flags;
};

static bool received(int *fd, void *context) {
    const struct arrival *a = context;
    if (!snag__fds_fit(1)) {
        (void)close(*fd);
    }
    snag__fds_reserve(1);
    struct snag__file *file = snag__file_sent(identify(*fd));
    if (file == NULL) {
        file = snag__file_new(SNAG__OBJECT_DESCRIPTOR, false);
    } else if ((a->flags & MSG_PEEK) == 0) {
        file->sent--;
    }
    *fd = snag__fd_give(*fd, file, 0, (a->flags & MSG_CMSG_CLOEXEC) != 0, a->site);
    if (*fd >= 0) {
        snag__log(SNAG_EV_FD_RECEIVED, snag__object_get(file->object), a->site)->value =
            (uint32_t)*fd;
    }
    return true;
}

void snag__rights_received(struct msghdr *m, int flags, uint32_t site) {
    struct arrival a = {.site = site, .flags = flags};
    (void)walk(m, received, &a);
}
