/* host.c: what a program asks of the machine and the process it runs in: the same everywhere.
 *
 * Numbers of processes and processors, processor time. The rule: an answer that would differ from
 * one run to the next, or from one machine to the next, is fixed, or virtual.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "sched/sched.h"
#include "shim/clock.h"
#include "shim/result.h"
#include "shim/thread.h"

pid_t __real_getpid(void);
pid_t __real_getppid(void);
long __real_sysconf(int name);
int __real_get_nprocs(void);
int __real_get_nprocs_conf(void);
int __real_sched_getcpu(void);
int __real_sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set);
clock_t __real_clock(void);
clock_t __real_times(struct tms *t);
int __real_getrusage(int who, struct rusage *usage);

pid_t __wrap_getpid(void);
pid_t __wrap_getppid(void);
long __wrap_sysconf(int name);
int __wrap_get_nprocs(void);
int __wrap_get_nprocs_conf(void);
int __wrap_sched_getcpu(void);
int __wrap_sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set);
clock_t __wrap_clock(void);
clock_t __wrap_times(struct tms *t);
int __wrap_getrusage(int who, struct rusage *usage);
unsigned long long snag__cycles(void);

enum { PROCESSORS = 2, NS_PER_US = 1000, NS_PER_TICK = 10000000 };

pid_t __wrap_getpid(void) {
    return snag__self != NULL ? snag__process_number() : __real_getpid();
}

pid_t __wrap_getppid(void) {
    return snag__self != NULL ? snag__process_number() - 1 : __real_getppid();
}

/* ---- processors ---- */

long __wrap_sysconf(int name) {
    bool processors = name == _SC_NPROCESSORS_ONLN || name == _SC_NPROCESSORS_CONF;
    return snag__self != NULL && processors ? PROCESSORS : __real_sysconf(name);
}

int __wrap_get_nprocs(void) {
    return snag__self != NULL ? PROCESSORS : __real_get_nprocs();
}

int __wrap_get_nprocs_conf(void) {
    return snag__self != NULL ? PROCESSORS : __real_get_nprocs_conf();
}

int __wrap_sched_getcpu(void) {
    return snag__self != NULL ? 0 : __real_sched_getcpu();
}

int __wrap_sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set) {
    if (snag__self == NULL) {
        return __real_sched_getaffinity(pid, bytes, set);
    }
    if (bytes < sizeof(unsigned long)) {
        return snag__fail(EINVAL);
    }
    memset(set, 0, bytes);
    for (int i = 0; i < PROCESSORS; i++) {
        CPU_SET_S(i, bytes, set);
    }
    return 0;
}

/* ---- processor time: as if one thread had run all the virtual time ---- */

clock_t __wrap_clock(void) {
    return snag__self != NULL ? (clock_t)(snag__clock_read() / NS_PER_US) : __real_clock();
}

clock_t __wrap_times(struct tms *t) {
    if (snag__self == NULL) {
        return __real_times(t);
    }
    clock_t ticks = (clock_t)(snag__clock_read() / NS_PER_TICK);
    if (t != NULL) {
        *t = (struct tms){.tms_utime = ticks};
    }
    return ticks;
}

int __wrap_getrusage(int who, struct rusage *usage) {
    if (snag__self == NULL) {
        return __real_getrusage(who, usage);
    }
    uint64_t us = snag__clock_read() / NS_PER_US;
    memset(usage, 0, sizeof *usage);
    usage->ru_utime.tv_sec = (time_t)(us / 1000000);
    usage->ru_utime.tv_usec = (long)(us % 1000000);
    return 0;
}

/* The counter of cycles (<snag/under_test.h>): one for each virtual nanosecond. */
unsigned long long snag__cycles(void) {
    return snag__self != NULL ? snag__clock_read() : __builtin_readcyclecounter();
}
