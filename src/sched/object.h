/* object.h: what the code under test synchronises on, numbered by first use, with its waitable.
 *
 * It is not about how a mutex behaves (src/shim) nor about who runs (sched.h). Everything that can
 * be waited for is one *waitable*: an object, the vthreads whose pending event is on it, and who
 * could wake them. The rule: objects are found by address but named by number, and all of them
 * vanish when an execution ends, in constant time.
 */
#ifndef SNAG_SCHED_OBJECT_H
#define SNAG_SCHED_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum snag__object_kind {
    SNAG__OBJECT_NONE,
    SNAG__OBJECT_MUTEX,
    SNAG__OBJECT_COND,
    SNAG__OBJECT_ATOMIC,
    SNAG__OBJECT_THREAD, /* a vthread: joiners wait on it */
    SNAG__OBJECT_TASK,   /* an async task: joiners and its own resumption wait on it */
    SNAG__OBJECT_BLOCK   /* a heap block */
};

enum { SNAG__OBJECTS_MAX = 1 << 15, SNAG__NOBODY = 0xffff };

/* Who holds a lock: the vthread decides what POSIX returns, the task decides what is a finding. */
struct snag__owner {
    uint16_t vthread; /* SNAG__NOBODY: free */
    uint16_t task;    /* index + 1; 0: none */
    uint32_t count;   /* recursion depth */
    uint32_t site;    /* where it was taken */
    uint32_t event;   /* of the event log, when it was taken */
};

struct snag__object {
    uintptr_t address;
    uint32_t number; /* its index in the table, from 1 */
    uint8_t kind;    /* enum snag__object_kind */
    uint8_t type;    /* of a mutex: PTHREAD_MUTEX_… */
    bool destroyed;
    uint16_t waiters_first, waiters_last; /* vthreads, SNAG__NOBODY: none; longest waiting first */
    uint16_t index;                       /* of the vthread or task it stands for */
    struct snag__owner owner;             /* of a mutex */
    uint32_t held_next;                   /* next lock of the same vthread; 0: last */
};

/* The object at `address`, made on first use; `kind` must agree, or it becomes a new object (memory
 * was reused). NULL: too many. */
struct snag__object *snag__object_at(const volatile void *address, enum snag__object_kind kind);
/* A new object at `address`, whatever was there: for an initialiser. */
struct snag__object *snag__object_new(const volatile void *address, enum snag__object_kind kind);
/* By number, from 1. */
struct snag__object *snag__object_get(uint32_t number);
/* Those at addresses [from, from + bytes) are forgotten, as names: the memory becomes something
 * new. */
void snag__objects_forget(uintptr_t from, size_t bytes);
/* Forgets all: between executions. */
void snag__objects_reset(void);

#endif
