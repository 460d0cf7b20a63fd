/* conformance_body_futex.c: system calls by number, futexes first. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_uint word, word2, gone_on;

/* A call's result, and its error. */
static void says(long result) {
    out(result);
    out(result >= 0 ? 0 : errno);
}

static long call(void *at, int op, unsigned value, const void *time, void *at2, unsigned value3) {
    return syscall(SYS_futex, at, op, value, time, at2, value3);
}

static const void *number(unsigned value2) {
    return (const void *)(uintptr_t)value2;
}

static long wake(void *at, int most) {
    return call(at, FUTEX_WAKE_PRIVATE, (unsigned)most, NULL, NULL, 0);
}

static void waits_that_fail(void) {
    struct timespec soon = {.tv_nsec = 1000000}, before = {.tv_sec = -1};
    char bytes[8] __attribute__((aligned(8))) = {0};
    atomic_store(&word, 5);
    says(call(&word, FUTEX_WAIT, 4, NULL, NULL, 0));
    says(call(&word, FUTEX_WAIT_PRIVATE, 4, &conf_nonsense, NULL, 0));
    says(call(&word, FUTEX_WAIT, 5, &soon, NULL, 0));
    says(call(&word, FUTEX_WAIT_PRIVATE, 5, &soon, NULL, 0));
    says(call(&word, FUTEX_WAIT, 5, &conf_nonsense, NULL, 0));
    says(call(&word, FUTEX_WAIT, 5, &before, NULL, 0));
    says(call(&word, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 5, &soon, NULL, 0));
    says(call(&word, FUTEX_WAIT_BITSET, 5, &conf_past, NULL, 1));
    says(call(&word, FUTEX_WAIT_BITSET, 5, &conf_nonsense, NULL, 1));
    says(call(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 5, &conf_past, NULL, 1));
    says(call(&word, FUTEX_WAIT_BITSET, 5, &conf_past, NULL, 0));
    says(call(&word, FUTEX_WAIT_BITSET, 4, NULL, NULL, 1));
    says(call(bytes + 1, FUTEX_WAIT, 0, &soon, NULL, 0));
    says(call(NULL, FUTEX_WAIT, 0, &soon, NULL, 0));
    soon = conf_in(CLOCK_REALTIME, 2);
    says(call(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 5, &soon, NULL, 1));
    soon = conf_in(CLOCK_MONOTONIC, 2);
    says(call(&word, FUTEX_WAIT_BITSET_PRIVATE, 5, &soon, NULL, 1));
}

static void wakeups_of_nobody(void) {
    char bytes[8] __attribute__((aligned(8))) = {0};
    says(wake(&word, 1));
    says(wake(&word, INT_MAX));
    says(wake(&word, -1));
    says(wake(bytes + 1, 1));
    says(wake(NULL, 1));
    says(call(NULL, FUTEX_WAKE, 1, NULL, NULL, 0));
    says(call(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
    says(call(&word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0));
    says(call(&word, FUTEX_REQUEUE, 1, number(1), &word2, 0));
    says(call(&word, FUTEX_REQUEUE, UINT_MAX, number(1), &word2, 0));
    says(call(&word, FUTEX_REQUEUE, 1, number(UINT_MAX), &word2, 0));
    says(call(&word, FUTEX_REQUEUE, 1, number(1), bytes + 1, 0));
    atomic_store(&word, 5);
    says(call(&word, FUTEX_CMP_REQUEUE, 1, number(1), &word2, 4));
    says(call(&word, FUTEX_CMP_REQUEUE, 1, number(1), &word2, 5));
    says(call(&word, 77, 1, NULL, NULL, 0));
}

/* Every operation and comparison, on values about its edges. */
static void operations(void) {
    static const int compared[] = {-1, 0, 1};
    for (int op = FUTEX_OP_SET; op <= FUTEX_OP_XOR + 1; op++) {
        for (int cmp = FUTEX_OP_CMP_EQ; cmp <= FUTEX_OP_CMP_GE + 1; cmp++) {
            for (int i = 0; i < 3; i++) {
                atomic_store(&word2, 0x0ff0U + (unsigned)i);
                unsigned how = ((unsigned)op & 7) << 28 | ((unsigned)cmp & 15) << 24 |
                               (0xf03U & 0xfff) << 12 | ((unsigned)compared[i] & 0xfff);
                says(call(&word, FUTEX_WAKE_OP, 1, number(1), &word2, how));
                out(atomic_load(&word2));
            }
        }
    }
}

static void operations_shifted(void) {
    atomic_store(&word2, 1);
    says(call(&word, FUTEX_WAKE_OP, 1, number(1), &word2,
              (unsigned)(FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT) << 28 | 7U << 12));
    out(atomic_load(&word2));
    says(call(&word, FUTEX_WAKE_OP, 1, number(1), NULL, 0));
    says(call((char *)&word + 2, FUTEX_WAKE_OP, 1, number(1), &word2, 0));
}

/* ---- between threads ---- */

enum { WAITERS = 3 };
static pthread_t waiters[WAITERS];

static void *waits(void *bits) {
    long result = call(&word, FUTEX_WAIT_BITSET_PRIVATE, 7, NULL, NULL, *(unsigned *)bits);
    atomic_fetch_add(&gone_on, *(unsigned *)bits);
    return (void *)(intptr_t)result;
}

/* Queueing them where they are tells how many there are. */
static void begin(int n) {
    static unsigned bits[] = {1, 16, 256};
    atomic_store(&word, 7);
    atomic_store(&gone_on, 0);
    for (int i = 0; i < n; i++)
        pthread_create(&waiters[i], NULL, waits, &bits[i]);
    while (call(&word, FUTEX_REQUEUE_PRIVATE, 0, number(INT_MAX), &word, 0) < n)
        usleep(100);
}

static void finish(int n) {
    for (int i = 0; i < n; i++) {
        void *result;
        pthread_join(waiters[i], &result);
        out((intptr_t)result);
    }
    out(atomic_load(&gone_on));
}

static void woken(void) {
    begin(3);
    out(wake(&word, 2));
    out(wake(&word, 2));
    out(wake(&word, 2));
    finish(3);
    begin(2);
    out(wake(&word, 0)); /* as the kernel has it */
    out(wake(&word, INT_MAX));
    finish(2);
}

static void woken_by_bits(void) {
    begin(3);
    out(call(&word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 2));
    out(call(&word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 16 + 2));
    while (atomic_load(&gone_on) == 0)
        usleep(100);
    out(atomic_load(&gone_on));
    out(call(&word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, FUTEX_BITSET_MATCH_ANY));
    finish(3);
}

static void queued_elsewhere(void) {
    begin(3);
    out(call(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, number(1), &word2, 7));
    out(wake(&word2, INT_MAX));
    out(call(&word, FUTEX_REQUEUE_PRIVATE, 0, number(INT_MAX), &word2, 0));
    out(wake(&word, INT_MAX));
    out(wake(&word2, INT_MAX));
    finish(3);
}

static void woken_at_two(void) {
    begin(3);
    out(call(&word, FUTEX_REQUEUE_PRIVATE, 0, number(1), &word2, 0));
    atomic_store(&word2, 1);
    out(call(&word, FUTEX_WAKE_OP_PRIVATE, 1, number(1), &word2,
             (unsigned)FUTEX_OP_ADD << 28 | (unsigned)FUTEX_OP_CMP_EQ << 24 | 1U << 12 | 1U));
    out(atomic_load(&word2));
    out(wake(&word2, 1));
    out(wake(&word, 1));
    finish(3);
}

/* ---- other calls by number ---- */

static void *own_tid(void *unused) {
    (void)unused;
    return (void *)(intptr_t)syscall(SYS_gettid);
}

static void threads(void) {
    long tid = syscall(SYS_gettid);
    out(tid == gettid());
    out(tid == (intptr_t)conf_elsewhere(own_tid, NULL));
    says(syscall(SYS_tgkill, getpid(), tid, 0));
    says(syscall(SYS_tkill, tid, 0));
    says(syscall(SYS_tkill, -1, 0) < 0 ? 0 : 1);
    says(syscall(SYS_sched_yield));
    out(syscall(SYS_getpid) == getpid());
}

static void times(void) {
    struct timespec t, none = {0}, first;
    says(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &first));
    says(syscall(SYS_nanosleep, &none, NULL));
    says(syscall(SYS_nanosleep, &conf_nonsense, NULL));
    says(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &none, NULL));
    says(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &conf_nonsense, NULL));
    says(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t));
    out(t.tv_sec > first.tv_sec || (t.tv_sec == first.tv_sec && t.tv_nsec >= first.tv_nsec));
    says(syscall(SYS_clock_gettime, 77, &t));
    char some[16] = "";
    says(syscall(SYS_getrandom, some, sizeof some, 0));
}

static void files(void) {
    int ends[2], sockets[2], other;
    char text[8] = "";
    struct pollfd p;
    says(syscall(SYS_pipe2, ends, 0));
    says(syscall(SYS_write, ends[1], "abc", 3));
    says(syscall(SYS_read, ends[0], text, sizeof text));
    out(text[0]);
    says(syscall(SYS_fcntl, ends[0], F_GETFD));
    p = (struct pollfd){.fd = ends[1], .events = POLLOUT};
    struct timespec none = {0};
    says(syscall(SYS_ppoll, &p, 1, &none, NULL, 0));
    other = (int)syscall(SYS_dup, ends[0]);
    out(other > 0);
    says(syscall(SYS_close, other));
    says(syscall(SYS_close, ends[0]));
    says(syscall(SYS_close, ends[1]));
    says(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, sockets));
    says(syscall(SYS_sendto, sockets[0], "de", 2, 0, NULL, 0));
    says(syscall(SYS_recvfrom, sockets[1], text, sizeof text, 0, NULL, NULL));
    says(syscall(SYS_shutdown, sockets[0], SHUT_WR));
    says(syscall(SYS_close, sockets[0]));
    says(syscall(SYS_close, sockets[1]));
}

static void sets(void) {
    uint64_t count = 3;
    struct epoll_event e = {.events = EPOLLIN};
    int set = (int)syscall(SYS_epoll_create1, 0), event = (int)syscall(SYS_eventfd2, 0, 0);
    out(set >= 0 && event >= 0);
    says(syscall(SYS_epoll_ctl, set, EPOLL_CTL_ADD, event, &e));
    says(syscall(SYS_epoll_pwait, set, &e, 1, 0, NULL, 8));
    says(syscall(SYS_write, event, &count, sizeof count));
    says(syscall(SYS_epoll_pwait, set, &e, 1, -1, NULL, 8));
    says(syscall(SYS_close, event));
    says(syscall(SYS_close, set));
}

const struct conformance_case conformance_cases_futex[] = {
    {"futex: waits that fail", "syscall", waits_that_fail, NULL},
    {"futex: wakeups of nobody", "syscall", wakeups_of_nobody, NULL},
    {"futex: operations", "syscall", operations, NULL},
    {"futex: operations, shifted", "syscall", operations_shifted, NULL},
    {"futex: woken", "syscall", woken, NULL},
    {"futex: woken by bits", "syscall", woken_by_bits, NULL},
    {"futex: queued elsewhere", "syscall", queued_elsewhere, NULL},
    {"futex: woken at two", "syscall", woken_at_two, NULL},
    {"threads by number", "syscall gettid", threads, NULL},
    {"times by number", "syscall", times, NULL},
    {"files by number", "syscall", files, NULL},
    {"sets by number", "syscall", sets, NULL},
    {0},
};
