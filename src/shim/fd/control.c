/* control.c: fcntl, ioctl and setsockopt on descriptors under control: whether they block, and
 * for how long. See fd.h.
 *
 * The rule: for the kernel they never do; what the code under test sets and reads is its own. All
 * other requests are the kernel's.
 */
#define _GNU_SOURCE
#include "shim/fd/fd.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "shim/files.h"
#include "shim/streams.h"

int __real_fcntl(int fd, int request, ...);
int __real_fcntl64(int fd, int request, ...);
int __real_ioctl(int fd, unsigned long request, ...);
int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t bytes);

int __wrap_fcntl(int fd, int request, ...);
int __wrap_fcntl64(int fd, int request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t bytes);

static int get_flags(const struct snag__fd_use *use) {
    int flags = __real_fcntl(use->fd, F_GETFL);
    return flags < 0 ? -1 : (flags & ~O_NONBLOCK) | (use->file->nonblocking ? O_NONBLOCK : 0);
}

static int set_flags(int fd, int flags, uint32_t site) {
    struct snag__fd_use use;
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_SET, site)) {
        return -1;
    }
    if (use.file->type == SNAG__OBJECT_DESCRIPTOR) {
        return snag__fd_done(&use, SNAG_EV_FD_SET, __real_fcntl(fd, F_SETFL, flags));
    }
    int result = __real_fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (result == 0) {
        use.file->nonblocking = (flags & O_NONBLOCK) != 0;
    }
    return snag__fd_done(&use, SNAG_EV_FD_SET, result);
}

static int control(int fd, int request, void *argument, uint32_t site) {
    struct snag__fd_use use;
    int number = (int)(intptr_t)argument;
    switch (request) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return snag__fd_dup(fd, number, request == F_DUPFD_CLOEXEC, site);
    case F_SETFL:
        return set_flags(fd, number, site);
    case F_GETFL:
        if (!snag__fd_find(&use, fd, site)) {
            return -1;
        }
        return use.file->type == SNAG__OBJECT_DESCRIPTOR ? __real_fcntl(fd, F_GETFL)
                                                         : get_flags(&use);
    default:
        return snag__fd_find(&use, fd, site) ? __real_fcntl(fd, request, argument) : -1;
    }
}

/* Of a program's standard stream: the number is the harness's, which nothing changes. True: *result
 * is what the call returns. */
static bool control_stream(int fd, int request, int *result) {
    if (!snag__stream_is(fd)) {
        return false;
    }
    bool copies = request == F_DUPFD || request == F_DUPFD_CLOEXEC;
    *result = copies ? snag__files_nowhere() : 0;
    return copies || request == F_SETFL || request == F_SETFD;
}

/* The third argument, if there is one, is a word. */
int __wrap_fcntl(int fd, int request, ...) {
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    int result;
    if (control_stream(fd, request, &result)) {
        return result;
    }
    return snag__fd_ours(fd) ? control(fd, request, argument, SNAG__SITE())
                             : __real_fcntl(fd, request, argument);
}

int __wrap_fcntl64(int fd, int request, ...) {
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    int result;
    if (control_stream(fd, request, &result)) {
        return result;
    }
    return snag__fd_ours(fd) ? control(fd, request, argument, SNAG__SITE())
                             : __real_fcntl64(fd, request, argument);
}

static int set_option(int fd, int level, int option, const void *value, socklen_t bytes,
                      uint32_t site) {
    struct snag__fd_use use;
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_SET, site)) {
        return -1;
    }
    int result = __real_setsockopt(fd, level, option, value, bytes);
    bool time = level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO);
    if (result == 0 && time) {
        const struct timeval *t = value;
        use.file->patience[option == SO_SNDTIMEO] =
            (uint64_t)t->tv_sec * 1000000000 + (uint64_t)t->tv_usec * 1000;
    }
    return snag__fd_done(&use, SNAG_EV_FD_SET, result);
}

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t bytes) {
    return snag__fd_ours(fd) ? set_option(fd, level, option, value, bytes, SNAG__SITE())
                             : __real_setsockopt(fd, level, option, value, bytes);
}

int __wrap_ioctl(int fd, unsigned long request, ...) {
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    if (!snag__fd_ours(fd) || request != FIONBIO) {
        return __real_ioctl(fd, request, argument);
    }
    struct snag__fd_use use;
    if (!snag__fd_stand(&use, fd, SNAG_EV_FD_SET, SNAG__SITE())) {
        return -1;
    }
    if (use.file->type == SNAG__OBJECT_DESCRIPTOR) {
        return snag__fd_done(&use, SNAG_EV_FD_SET, __real_ioctl(fd, request, argument));
    }
    use.file->nonblocking = *(const int *)argument != 0;
    return snag__fd_done(&use, SNAG_EV_FD_SET, 0);
}
