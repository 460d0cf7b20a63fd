/* fault.h: how the environment of the code under test may misbehave: the registry of faults.
 *
 * A *fault* is something that POSIX or C allows to happen at a call and that hardly ever does, so
 * that the code that ought to cope with it was never run. It is not a bug: what breaks on it is.
 * The rule: only what is documented for the call; whether it happens is a choice in the log, 0 by
 * default, so that a repro says where it did and a replay needs no option.
 */
#ifndef SNAG_FAULT_H
#define SNAG_FAULT_H

#include "snag/run.h"

/* X(ID, "name", ON or OFF, "what the report says there", "what happens, and who allows it")
 * The name is a word of --faults; ON: without being asked for. Each has a kind of choice of the
 * same ID (choices.def). TIMEOUT stands, besides, for timed waiters as candidates of "who runs
 * next". */
#define SNAG_FAULTS(X)                                                                             \
    X(TIMEOUT, "timeout", ON, "times out",                                                         \
      "a timed wait or a sleep ends though others could still run: no clock promises them a turn") \
    X(SPURIOUS, "spurious", ON, "wakes spuriously",                                                \
      "a wait on a condition variable or a futex, or a park, returns without having been woken")   \
    X(WEAK_CAS, "weak-cas", ON, "fails spuriously",                                                \
      "atomic_compare_exchange_weak fails although the values are equal (C11)")                    \
    X(OOM, "oom", OFF, "is refused",                                                               \
      "malloc, or one of its family, returns NULL: there is no memory left")                       \
    X(NO_THREAD, "eagain", OFF, "is refused",                                                      \
      "pthread_create returns EAGAIN, thrd_create thrd_error: there are too many threads")         \
    X(INTERRUPT, "eintr", OFF, "is interrupted",                                                   \
      "a sleep, or a wait for a semaphore, futex or descriptor, ends early with EINTR, as after "  \
      "a signal that was handled")                                                                 \
    X(BUSY, "trylock", OFF, "fails spuriously",                                                    \
      "mtx_trylock returns thrd_busy although the mutex is free (C17; pthread_mutex_trylock may "  \
      "not)")                                                                                      \
    X(IO_ERROR, "io-error", ON, "fails", "snag_io_read fails: the backend has an error")           \
    X(SHORT_READ, "short-read", ON, "is cut short",                                                \
      "snag_io_read gives a part of what it was asked for; the rest is to be asked for again")

enum snag_fault {
#define SNAG_FAULT_ENUM(id, name, on, says, help) SNAG_FAULT_##id,
    SNAG_FAULTS(SNAG_FAULT_ENUM)
#undef SNAG_FAULT_ENUM
        SNAG_FAULT_KINDS
};

/* The words of --faults as "a|b|": for a list of what an option takes. */
#define SNAG_FAULT_BAR(id, name, on, says, help) name "|"
#define SNAG_FAULT_WORDS SNAG_FAULTS(SNAG_FAULT_BAR)

/* " a b": those that are on. */
#define SNAG_FAULT_NAME_ON(name) " " name
#define SNAG_FAULT_NAME_OFF(name)
#define SNAG_FAULT_IF_ON(id, name, on, says, help) SNAG_FAULT_NAME_##on(name)
#define SNAG_FAULTS_ON SNAG_FAULTS(SNAG_FAULT_IF_ON)

/* Sets of faults are words of 32 bits, bit f for fault f. */
#define SNAG_FAULT_SET(fault) (UINT32_C(1) << (fault))

/* "spurious": its name on the command line and in reports. */
const char *snag_fault_name(enum snag_fault fault);
const char *snag_fault_says(enum snag_fault fault);
const char *snag_fault_help(enum snag_fault fault);
/* The kind of choice that brings it about, and back: SNAG_FAULT_KINDS for a choice that is none. */
enum snag_choice_kind snag_fault_choice(enum snag_fault fault);
enum snag_fault snag_fault_of(enum snag_choice_kind kind);
/* What "default,oom" stands for: a list with commas of names, "default", "all" and "none". */
uint32_t snag_faults_parse(const char *words);

#endif
