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

#include "base/object_kind.h"
#include "sched/hold.h"

enum { SNAG__OBJECTS_MAX = 1 << 15 };

struct snag__object {
    uintptr_t address;
    uint32_t number; /* its index in the table, from 1 */
    union {
        struct {
            uint8_t kind;  /* enum snag__object_kind */
            uint8_t type;  /* of a mutex or rwlock: as in its attribute */
            uint8_t state; /* what its kind keeps; 0 when new */
            bool destroyed : 1;
            bool gone : 1; /* it is not found by its address any more: the memory became another */
        };
        uint32_t what; /* all four at once; `kind` is the lowest byte */
    };
    uint16_t waiters_first, waiters_last; /* vthreads, SNAG__NOBODY: none; longest waiting first */
    uint16_t index;                       /* of the vthread or task it stands for */
    struct snag__hold owner; /* of a lock: its only holder; `site` stays when it is given up */
    /* Of a semaphore or barrier: its count; of a channel: who received from it last (receiver.h);
     * of an async lock: see needless.c; of other locks, and conditions: where it was initialised.
     */
    uint32_t value;
    uint32_t readers; /* of a rwlock: id of the hold of its newest reader; 0: none */
    uint16_t name;    /* id (name.h); 0: none */
    uint8_t crowd;    /* of its waiters, if they are many (crowd.h); 0: none */
};

/* Is there room for `n` more? */
bool snag__objects_fit(uint32_t n);
/* The object at `address`, made on first use; `kind` must agree, or it becomes a new object (memory
 * was reused). NULL: too many. */
struct snag__object *snag__object_at(const volatile void *address, enum snag__object_kind kind);
/* The object at `address`, of whatever kind, if it is found there at once; else NULL. */
struct snag__object *snag__object_known(const volatile void *address);
/* A new object at `address`, whatever was there: for an initialiser. */
struct snag__object *snag__object_new(const volatile void *address, enum snag__object_kind kind);
/* A new object for what is at `address`, which nobody will ask for by that. NULL: too many. */
struct snag__object *snag__object_unlisted(const volatile void *address,
                                           enum snag__object_kind kind);
/* What the code under test declares to be at `address`, beside the object that its calls show there
 * (an atomic, say). `anew`: as by an initialiser. NULL: too many. */
struct snag__object *snag__object_declared(const volatile void *address,
                                           enum snag__object_kind kind, bool anew);
/* The futex at `address`, beside the atomic or whatever else is there. NULL: too many. */
struct snag__object *snag__object_futex(const volatile void *address);
/* The same, if there is one, of whatever kind; NULL: none. */
struct snag__object *snag__object_peek(const volatile void *address);
struct snag__object *snag__object_peek_declared(const volatile void *address);
/* In words, for the text of a finding: "mutex". */
const char *snag__object_word(const struct snag__object *o);
/* What is at `address` now, of whatever kind, is called so from now on (name.h). */
void snag__object_name(const volatile void *address, uint16_t name);
/* By number, from 1. */
struct snag__object *snag__object_get(uint32_t number);
/* Those at addresses [from, from + bytes) are forgotten, their numbers and names: the memory
 * becomes something new. */
void snag__objects_forget(uintptr_t from, size_t bytes);
/* Forgets all: between executions. */
void snag__objects_reset(void);

#endif
