/* returns.c: software breakpoints at return addresses. See returns.h.
 *
 * Single steps would do without writing into the process, but take 100 us each on a virtual
 * machine. The rule: when it is let go, every byte is as it was, and no signal was lost.
 */
#define _GNU_SOURCE
#include "watch/returns.h"

#include <elf.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#if defined __x86_64__

enum { TRAPS_MAX = 64, QUIET_MS = 100, TRAP_BYTE = 0xcc };

struct trap {
    uint64_t at;
    long was; /* the word there */
    bool set;
};

struct traps {
    pid_t pid;
    uint32_t count;
    struct trap list[TRAPS_MAX];
    int pending; /* a signal that is to be handed on */
};

static uint64_t now_ms(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Until it has stopped; false: not within QUIET_MS, or it is gone. */
static bool wait_stop(pid_t pid, int *status) {
    const struct timespec pause = {0, 1000000L};
    uint64_t deadline_ms = now_ms() + QUIET_MS;
    for (;;) {
        pid_t got = waitpid(pid, status, __WALL | WNOHANG);
        if (got == pid)
            return WIFSTOPPED(*status);
        if (got < 0 || now_ms() > deadline_ms)
            return false;
        (void)nanosleep(&pause, NULL);
    }
}

static void put(const struct traps *t, const struct trap *trap, long word) {
    (void)ptrace(PTRACE_POKETEXT, t->pid, (void *)trap->at, (void *)word);
}

static void remove_trap(struct traps *t, struct trap *trap) {
    if (trap->set)
        put(t, trap, trap->was);
    trap->set = false;
}

/* Recursion gives the same address more than once: one trap, or the byte that was there is lost. */
static void set_trap(struct traps *t, uint64_t at) {
    for (uint32_t i = 0; i < t->count; i++)
        if (t->list[i].at == at)
            return;
    if (t->count == TRAPS_MAX)
        return;
    struct trap *trap = &t->list[t->count];
    trap->at = at;
    trap->was = ptrace(PTRACE_PEEKTEXT, t->pid, (void *)at, NULL);
    trap->set = true;
    t->count++;
    put(t, trap, (long)(((uint64_t)trap->was & ~UINT64_C(0xff)) | TRAP_BYTE));
}

/* It has stopped with SIGTRAP. True: in one of ours, which is gone now; *sp is where it stood. */
static bool take_trap(struct traps *t, uint64_t *sp) {
    struct user_regs_struct regs;
    if (ptrace(PTRACE_GETREGS, t->pid, NULL, &regs) != 0)
        return false;
    for (uint32_t i = 0; i < t->count; i++) {
        if (!t->list[i].set || t->list[i].at != regs.rip - 1)
            continue;
        remove_trap(t, &t->list[i]);
        regs.rip--;
        *sp = regs.rsp;
        return ptrace(PTRACE_SETREGS, t->pid, NULL, &regs) == 0;
    }
    return false;
}

/* Stopped at first, and at the end if true. */
static bool run_into_traps(struct traps *t, uint64_t *highest) {
    int status;
    for (uint32_t stops = 0; stops < 2 * TRAPS_MAX; stops++) {
        uint64_t sp = 0;
        if (ptrace(PTRACE_CONT, t->pid, NULL, (void *)(intptr_t)t->pending) != 0)
            return false;
        t->pending = 0;
        if (!wait_stop(t->pid, &status)) /* it comes back from nothing any more */
            return ptrace(PTRACE_INTERRUPT, t->pid, NULL, NULL) == 0 && wait_stop(t->pid, &status);
        if (status >> 16 != 0) /* an event of ptrace itself */
            continue;
        if (WSTOPSIG(status) != SIGTRAP || !take_trap(t, &sp))
            t->pending = WSTOPSIG(status);
        else if (sp > *highest)
            *highest = sp;
    }
    return true;
}

uint64_t snag__returns(pid_t pid, const uint64_t *pc, const uint64_t *sp, uint32_t count) {
    struct traps t = {.pid = pid};
    uint64_t highest = 0;
    int status;
    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0)
        return 0;
    if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0 || !wait_stop(pid, &status))
        return 0;
    for (uint32_t i = 1; i < count; i++) /* frame i is where frame i - 1 returns to */
        if (sp[i] != 0)
            set_trap(&t, pc[i]);
    if (!run_into_traps(&t, &highest))
        return 0;
    /* If it has this moment run into one that is not told yet, it dies of that once let go: its
     * stack was taken before, and nobody wants it to live. */
    for (uint32_t i = 0; i < t.count; i++)
        remove_trap(&t, &t.list[i]);
    (void)ptrace(PTRACE_DETACH, pid, NULL, (void *)(intptr_t)t.pending);
    return highest;
}

#else

uint64_t snag__returns(pid_t pid, const uint64_t *pc, const uint64_t *sp, uint32_t count) {
    (void)pid, (void)pc, (void)sp, (void)count;
    return 0;
}

#endif
