/* syscall.c: system calls made by number, through syscall(2): each goes to the function that stands
 * for it, if one does.
 *
 * What a call does is not here, but for a few that have no function of their own. The rule: no call
 * waits for others, or wakes them, behind the scheduler's back; what may is refused, and what
 * nobody knows is named (syscalls.def).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/assert.h"
#include "sched/sched.h"
#include "shim/chance.h"
#include "shim/clock.h"
#include "shim/futex.h"
#include "shim/refuse.h"
#include "shim/result.h"
#include "shim/thread.h"

long __real_syscall(long number, ...);
pid_t __real_gettid(void);

long __wrap_syscall(long number, ...);
pid_t __wrap_gettid(void);

enum { ARGUMENTS = 6 };
typedef const long arguments[ARGUMENTS];

/* ---- threads by number ---- */

/* No thread of the system has one so high (PID_MAX_LIMIT), so that none is ever hit. */
enum { FIRST_TID = 1 << 22 };

pid_t snag__process_number(void) {
    return FIRST_TID + 1;
}

static pid_t tid_of(const struct snag__vthread *v) {
    return FIRST_TID + 1 + v->index;
}

pid_t __wrap_gettid(void) {
    return snag__self != NULL ? tid_of(snag__self) : __real_gettid();
}

static long kill_thread(long tid, long sig) {
    uint32_t index = (uint32_t)(tid - FIRST_TID - 1);
    if (index >= snag__sched.vthreads || snag__vthreads[index].state != SNAG__VTHREAD_LIVE) {
        return snag__fail(ESRCH);
    }
    int error = pthread_kill(snag__thread_name(&snag__vthreads[index]), (int)sig);
    return snag__result(error);
}

/* ---- those with a function ---- */

/* They are called by their own names: the linker wraps these, here too. */
#define INT(i) ((int)a[i])
#define U32(i) ((unsigned)a[i])
#define SIZE(i) ((size_t)a[i])
#define AT(i) ((void *)a[i])

static bool call_on_files(long number, arguments a, long *result) {
#define CALL(name, ...)                                                                            \
    case SYS_##name:                                                                               \
        *result = name(__VA_ARGS__);                                                               \
        return true;
    switch (number) {
        CALL(read, INT(0), AT(1), SIZE(2))
        CALL(write, INT(0), AT(1), SIZE(2))
        CALL(readv, INT(0), AT(1), INT(2))
        CALL(writev, INT(0), AT(1), INT(2))
        CALL(close, INT(0))
        CALL(pipe2, AT(0), INT(1))
        CALL(dup, INT(0))
        CALL(dup3, INT(0), INT(1), INT(2))
        CALL(fcntl, INT(0), INT(1), AT(2))
        CALL(ioctl, INT(0), (unsigned long)a[1], AT(2))
        CALL(ppoll, AT(0), (nfds_t)a[1], AT(2), AT(3))
        CALL(epoll_create1, INT(0))
        CALL(epoll_ctl, INT(0), INT(1), INT(2), AT(3))
        CALL(epoll_pwait, INT(0), AT(1), INT(2), INT(3), AT(4))
        CALL(epoll_pwait2, INT(0), AT(1), INT(2), AT(3), AT(4))
    case SYS_eventfd2:
        *result = eventfd(U32(0), INT(1));
        return true;
#if defined(SYS_poll) /* older machines have these, too */
        CALL(pipe, AT(0))
        CALL(dup2, INT(0), INT(1))
        CALL(poll, AT(0), (nfds_t)a[1], INT(2))
        CALL(select, INT(0), AT(1), AT(2), AT(3), AT(4))
        CALL(epoll_create, INT(0))
        CALL(epoll_wait, INT(0), AT(1), INT(2), INT(3))
    case SYS_eventfd:
        *result = eventfd(U32(0), 0);
        return true;
#endif
    default:
        return false;
    }
}

static bool call_on_sockets(long number, arguments a, long *result) {
    switch (number) {
        CALL(socket, INT(0), INT(1), INT(2))
        CALL(socketpair, INT(0), INT(1), INT(2), AT(3))
        CALL(bind, INT(0), AT(1), U32(2))
        CALL(listen, INT(0), INT(1))
        CALL(accept, INT(0), AT(1), AT(2))
        CALL(accept4, INT(0), AT(1), AT(2), INT(3))
        CALL(connect, INT(0), AT(1), U32(2))
        CALL(shutdown, INT(0), INT(1))
        CALL(getsockname, INT(0), AT(1), AT(2))
        CALL(getpeername, INT(0), AT(1), AT(2))
        CALL(sendto, INT(0), AT(1), SIZE(2), INT(3), AT(4), U32(5))
        CALL(sendmsg, INT(0), AT(1), INT(2))
        CALL(recvfrom, INT(0), AT(1), SIZE(2), INT(3), AT(4), AT(5))
        CALL(recvmsg, INT(0), AT(1), INT(2))
        CALL(setsockopt, INT(0), INT(1), INT(2), AT(3), U32(4))
    default:
        return false;
    }
}

static bool call_on_memory(long number, arguments a, long *result) {
    switch (number) {
        CALL(munmap, AT(0), SIZE(1))
    case SYS_mmap:
        *result = (long)mmap(AT(0), SIZE(1), INT(2), INT(3), INT(4), a[5]);
        return true;
    case SYS_mremap:
        *result = (long)mremap(AT(0), SIZE(1), SIZE(2), INT(3), AT(4));
        return true;
    default:
        return false;
    }
}

static long sleep_by_clock(arguments a) {
    int error = clock_nanosleep((clockid_t)a[0], INT(1), AT(2), AT(3));
    return snag__result(error);
}

static bool call_on_time(long number, arguments a, uint32_t site, long *result) {
    int error;
    switch (number) {
        CALL(clock_gettime, (clockid_t)a[0], AT(1))
        CALL(gettimeofday, AT(0), AT(1))
#if defined(SYS_time)
        CALL(time, AT(0))
#endif
    case SYS_nanosleep:
        error = snag__clock_sleep(AT(0), AT(1), site);
        *result = snag__result(error);
        return true;
    case SYS_clock_nanosleep:
        *result = sleep_by_clock(a);
        return true;
    default:
        return false;
    }
}

static long call_futex(arguments a, uint32_t site) {
    const struct snag__futex_call c = {.word = AT(0),
                                       .op = INT(1),
                                       .value = (uint32_t)a[2],
                                       .value2 = (uintptr_t)a[3],
                                       .word2 = AT(4),
                                       .value3 = (uint32_t)a[5],
                                       .site = site};
    return snag__futex(&c);
}

static void tell_processor(unsigned *cpu, unsigned *node) {
    if (cpu != NULL) {
        *cpu = (unsigned)sched_getcpu();
    }
    if (node != NULL) {
        *node = 0;
    }
}

static bool call_on_threads(long number, arguments a, uint32_t site, long *result) {
    *result = 0;
    switch (number) {
    case SYS_futex:
        *result = call_futex(a, site);
        return true;
    case SYS_getpid:
        *result = snag__process_number();
        return true;
    case SYS_gettid:
        *result = tid_of(snag__self);
        return true;
    case SYS_sched_yield:
        snag__thread_yield(site);
        return true;
    case SYS_tkill:
        *result = kill_thread(a[0], a[1]);
        return true;
    case SYS_tgkill:
        *result = kill_thread(a[1], a[2]);
        return true;
    case SYS_getppid:
        *result = getppid();
        return true;
    case SYS_getcpu:
        tell_processor(AT(0), AT(1));
        return true;
    case SYS_kill:
        *result = kill((pid_t)a[0], INT(1));
        return true;
    case SYS_sched_getaffinity: /* says how many bytes it has written */
        *result = sched_getaffinity((pid_t)a[0], SIZE(1), AT(2)) == 0 ? (long)sizeof(long) : -1;
        return true;
    case SYS_getrandom:
        snag__chance_bytes(AT(0), SIZE(1));
        *result = a[1];
        return true;
    case SYS_exit:
        snag__thread_exit(NULL);
    case SYS_exit_group:
        _exit(INT(0));
    default:
        return false;
    }
}

/* ---- the others ---- */

static void name(long number) {
    char what[40];
    (void)snprintf(what, sizeof what, "syscall(%ld)", number);
    snag__tell_once(what, "not known: it passes through, and what it does is not put back");
}

static void let_pass(long number) {
    switch (number) {
#define SNAG_PASSES(name) case SYS_##name:
#define SNAG_REFUSED(name)
#include "shim/syscalls.def"
#undef SNAG_PASSES
#undef SNAG_REFUSED
        return;
#define SNAG_PASSES(name)
#define SNAG_REFUSED(name)                                                                         \
    case SYS_##name: {                                                                             \
        static bool told;                                                                          \
        snag__refuse("syscall(SYS_" #name ")", &told);                                             \
    }
#include "shim/syscalls.def"
#undef SNAG_PASSES
#undef SNAG_REFUSED
    default:
        name(number);
    }
}

/* Six are read, however many there are: what lies there is of no matter to a call that has fewer.
 */
__attribute__((no_sanitize("address", "undefined"))) long __wrap_syscall(long number, ...) {
    long a[ARGUMENTS], result;
    va_list list;
    va_start(list, number);
    for (int i = 0; i < ARGUMENTS; i++) {
        a[i] = va_arg(list, long);
    }
    va_end(list);
    if (snag__self != NULL) {
        uint32_t site = snag__call_site(SNAG__SITE());
        if (call_on_threads(number, a, site, &result) || call_on_files(number, a, &result) ||
            call_on_time(number, a, site, &result) || call_on_sockets(number, a, &result) ||
            call_on_memory(number, a, &result)) {
            return result;
        }
        let_pass(number);
    }
    return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
