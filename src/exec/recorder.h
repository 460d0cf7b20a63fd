/* recorder.h: the flight recorder: the part of an execution that must outlive the process.
 *
 * One shared mapping, written by the process that runs the code under test and read by its
 * supervisor (harness/front/supervisor.c) after a death or a silence. The event and choice logs of
 * src/exec live in it, so recording costs nothing extra. It holds no pointers. The rule: the writer
 * fills a record before it raises the count that covers it; the reader trusts counts only up to the
 * capacities, and only when `magic`, `version` and `bytes` are as here.
 */
#ifndef SNAG_EXEC_RECORDER_H
#define SNAG_EXEC_RECORDER_H

#include "base/invocation.h"
#include "program/program.h"
#include "snag/error.h"
#include "snag/run.h"
#include "snag/strategy.h"

enum {
    SNAG__RECORDER_MAGIC = 0x676e7366, /* "fsng" */
    SNAG__RECORDER_VERSION = 4,
    SNAG__EVENTS_MAX = 1 << 20,
    SNAG__CHOICES_MAX = 1 << 20,
    SNAG__ACTORS_MAX = 1024, /* vthreads, and tasks, of one execution */
    SNAG__TEXT_MAX = 256,
    SNAG__TOLD_MAX = 128
};

/* What was said of calls that are not modelled, by the hash of its words: a process that takes the
 * place of a dead one does not say it again. */
struct snag__told {
    uint64_t hashes[SNAG__TOLD_MAX];
    uint32_t count;
};

struct snag__recorder {
    uint32_t magic, version;
    uint64_t bytes; /* sizeof(struct snag__recorder) */
    /* Heartbeat: any of these moves whenever a scheduling point is passed. The supervisor samples
     * them against its own monotonic clock. */
    volatile uint64_t runs; /* executions begun so far, whatever for */
    volatile uint64_t
        executions; /* of the campaign's sequence, begun so far: raised by its driver */
    volatile uint32_t events_count, choices_count;
    volatile uint32_t running;  /* 1: inside an execution of the code under test */
    volatile uint32_t watching; /* 1: silence within an execution is suspicious */
    struct snag__told told;
    /* The execution in progress. */
    char target[SNAG__TEXT_MAX], flavour[32];
    struct snag__invocation invocation; /* of a program with a main of its own */
    uint64_t program_id;                /* of the request that `program` was copied from */
    uint32_t has_program;
    struct snag_program program; /* valid if has_program */
    /* Who runs, laid out as in an event. */
    uint16_t current;      /* vthread, index */
    uint16_t current_task; /* its task, index + 1; 0: none */
    uint8_t current_kind;  /* of the event that it stood before when it was switched to */
    uint8_t current_flags;
    uint16_t current_op; /* preorder number of the operation it is in; 0: outside */
    uint32_t vthreads_count, tasks_count;
    struct snag_actor vthreads[SNAG__ACTORS_MAX], tasks[SNAG__ACTORS_MAX];
    struct snag_event events[SNAG__EVENTS_MAX];
    struct snag_choice_entry choices[SNAG__CHOICES_MAX];
};

/* The process's recorder: maps the file descriptor named by the environment variable
 * SNAG_RECORDER_FD (made by the supervisor with memfd_create and inherited), else anonymous memory.
 * The descriptor is then closed and the variable unset, so that nothing the process starts writes
 * into it: a process that executes itself anew does so before this call. Never NULL after a
 * successful call; a second call changes nothing. */
enum snag_err snag__recorder_open(struct snag_error *e);
/* Hidden, here and elsewhere: reached without a detour by the table of a shared object's symbols.
 */
extern struct snag__recorder *snag__recorder __attribute__((visibility("hidden")));

/* Is the code under test a program, called with arguments of its own? */
static inline bool snag__runs_program(void) {
    return snag__recorder->invocation.path[0] != '\0';
}

/* Is this memory of `bytes` bytes a recorder of this snag? Only such a one may be handed to the
 * reader below; counts in it may still be anything. */
bool snag__recorder_legible(const struct snag__recorder *r, uint64_t bytes);

/* A switch right before an event of its log, to the vthread of that index. False: nobody. */
bool snag__recorder_switch(const struct snag__recorder *r, const struct snag_event *before,
                           uint16_t to, struct snag_switch *out);
/* The sparse schedule that a recorded execution was following: from its logs, in this or another
 * process. An entry that names nobody ends it (the memory was damaged from there on). `out` is
 * replaced. False: no memory. */
bool snag__recorder_schedule(const struct snag__recorder *r, struct snag_schedule *out);

#endif
