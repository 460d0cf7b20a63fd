/* fd_control.c: fcntl and ioctl on descriptors under control: whether they block. See fd.h.
 *
 * The rule: for the kernel they never do; what the code under test sets and reads is its own. All
 * other requests are the kernel's.
 */
#define _GNU_SOURCE
#include "shim/fd.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>

int __real_fcntl(int fd, int request, ...);
int __real_fcntl64(int fd, int request, ...);
int __real_ioctl(int fd, unsigned long request, ...);

int __wrap_fcntl(int fd, int request, ...);
int __wrap_fcntl64(int fd, int request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

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

/* The third argument, if there is one, is a word. */
int __wrap_fcntl(int fd, int request, ...) {
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    return snag__fd_ours(fd) ? control(fd, request, argument, SNAG__SITE())
                             : __real_fcntl(fd, request, argument);
}

int __wrap_fcntl64(int fd, int request, ...) {
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    return snag__fd_ours(fd) ? control(fd, request, argument, SNAG__SITE())
                             : __real_fcntl64(fd, request, argument);
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
