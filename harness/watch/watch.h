/* watch.h: is the code under test stuck in that process? and how a process ended.
 *
 * For the supervisor and for checks in unit tests; it starts and ends no process. The rule: silence
 * alone proves nothing. A process is stuck only if no scheduling point was passed while it burned
 * the time as its own processor time, or slept in the kernel; one that merely gets no processor is
 * waited for. Outside of an execution (a specification's model, snag itself) only computing counts,
 * and longer: much of what is done there takes its time.
 */
#ifndef SNAG_WATCH_WATCH_H
#define SNAG_WATCH_WATCH_H

#include "exec/recorder.h"
#include "watch/stuck.h"

enum snag__how {
    SNAG__ENDED,   /* of itself, with one of the four statuses */
    SNAG__CRASHED, /* by a signal or with another status, outside of an execution */
    SNAG__STRAYED, /* killed: computing without end outside of an execution */
    SNAG__DIED,    /* in the middle of an execution, in whatever way */
    SNAG__LOOPS,   /* killed: stuck and computing */
    SNAG__BLOCKS   /* killed: stuck in a system call */
};

struct snag__end {
    enum snag__how how;
    int status, signal;              /* of the process; signal 0: it exited */
    bool interrupted;                /* Ctrl-C came, now or in an earlier process */
    uint64_t executions;             /* begun, as its recorder says; 0 if it never opened one */
    uint64_t silent_ms;              /* LOOPS, BLOCKS, STRAYED: how long */
    char system_call[32];            /* BLOCKS: its name or number; "" if the kernel does not say */
    struct snag__stack stack;        /* LOOPS, BLOCKS, STRAYED */
    char last_line[256];             /* where standard error was kept back */
    struct snag__recorder *recorder; /* its memory, NULL if it never opened it */
};

/* What is known of the silence in progress. */
struct snag__watch {
    pid_t pid;
    uint64_t timeout_ms;
    const struct snag__recorder *recorder;
    uint64_t pulse[4];      /* the counters when they last moved, and whether in an execution */
    bool silent;            /* the fields below are valid */
    uint64_t since_ms;      /* when they were last seen to move, by our clock */
    uint64_t processor_ms;  /* its processor time then */
    uint64_t looks, asleep; /* since then; how many of them found it in a system call */
};

/* How often to look, at least. */
uint64_t snag__watch_pulse_ms(uint64_t timeout_ms);
/* One look: LOOPS, BLOCKS, STRAYED, or ENDED for "nothing wrong so far". `w` begins with the first
 * three members set and the rest zero. */
enum snag__how snag__watch_look(struct snag__watch *w);
/* Of a process just seen to be stuck, and not killed yet: what is to be told of it. */
void snag__watch_describe(const struct snag__watch *w, enum snag__how how, struct snag__end *end);

/* "infinite-loop", "blocking-call", "child-died". */
const char *snag__end_kind(const struct snag__end *end);
/* "was killed by signal 11 (Segmentation fault)", "ended with status 66", "got stuck in step". */
void snag__end_text(const struct snag__end *end, char *text, size_t room);
/* "is stuck in spin, computing without end", … */
void snag__end_print(FILE *out, const struct snag__end *end);
/* The same as a sentence, and the stack: the note of a repro. */
void snag__end_note(FILE *out, const struct snag__end *end);

#endif
