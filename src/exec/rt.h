/* rt.h: what differs between flavours: the sanitizer's view of fibers and locks, and the heap.
 *
 * `fast` (rt_fast*.c), `tsan` (rt_tsan*.c) and `asan` (rt_asan*.c) each implement all of it; the
 * rest of snag is the same object code in all of them. The rule: these functions never schedule and
 * never log.
 */
#ifndef SNAG_EXEC_RT_H
#define SNAG_EXEC_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/fiber.h"
#include "snag/finding.h"

const char *snag__rt_flavour(void); /* "fast", "tsan", "asan" */
void snag__rt_init(void);           /* once, before the first execution, on the driver */

/* What the hot path tells, several times at each point, is told only where somebody sees it:
 * snag__rt_NAME calls the flavour's snag__see_NAME, or, in `fast`, nothing at all. */
extern const bool snag__rt_sees __attribute__((visibility("hidden")));
#define SNAG__SEEN(name, parameters, arguments)                                                    \
    void snag__see_##name parameters;                                                              \
    static inline void snag__rt_##name parameters {                                                \
        if (snag__rt_sees) {                                                                       \
            snag__see_##name arguments;                                                            \
        }                                                                                          \
    }

/* An execution begins and ends, on the driver. Between the two lie all other calls. */
SNAG__SEEN(begin, (void), ())
SNAG__SEEN(end, (void), ())

/* Of the executions from now on: which of their accesses a race detector forgets varies with `n`,
 * if it forgets any. What it sees besides, and all logs, are the same. */
void snag__rt_vary(uint32_t n);

/* The execution is over: none of its fibers runs again. On the driver, before anything is looked at
 * or put back that they may have written. */
SNAG__SEEN(over, (void), ())

/* Fibers. `start` by the parent before the fiber first runs: everything the parent did happens
 * before it. `end` by the fiber itself, as its last act; before it `drop`, if it never returns from
 * the functions it is in. `abandon` by another, for one that will never run again and did not
 * return from all of its functions, before its stack is given away. `switch` just before the stacks
 * are switched; no happens-before. `switch_ordered`: between a worker and its tasks, or a thread
 * and its coroutines: ordered. */
SNAG__SEEN(fiber_start, (struct snag__fiber * f), (f))
void snag__rt_fiber_drop(struct snag__fiber *f);
SNAG__SEEN(fiber_end, (struct snag__fiber * f), (f))
void snag__rt_fiber_abandon(struct snag__fiber *f);
SNAG__SEEN(switch, (struct snag__fiber * to), (to))
void snag__rt_switch_ordered(struct snag__fiber *to);

/* The running fiber is going to leave functions that it does not return from, and goes on. */
void snag__rt_unwinds(void);

/* Happens-before through an address: everything before a release, before what follows an acquire.
 */
void snag__rt_release(const void *address);
void snag__rt_acquire(const void *address);
/* After a fiber ended: what it did happens before what the caller does from now on. */
SNAG__SEEN(joined, (struct snag__fiber * f), (f))

/* Locks of the code under test. `locked` after it is ours, `unlocked` before it is not. */
SNAG__SEEN(locked, (const void *mutex, bool recursive), (mutex, recursive))
SNAG__SEEN(unlocked, (const void *mutex), (mutex))

/* An interposed call, made at `site`, reads `object`, or begins or ends its life: an access of the
 * code under test like any other. Before `locked`, and before `unlocked`. */
SNAG__SEEN(read, (const void *object, uint32_t site), (object, site))
void snag__rt_written(const void *object, uint32_t site);

/* What the C library and the heap do between the two is done by the code under test, at `site`.
 * Nothing in between may schedule. */
void snag__rt_call_begin(uint32_t site);
void snag__rt_call_end(void);

/* Accesses of the running fiber are not looked at between the two; it must not block there. */
void snag__rt_ignore_begin(void);
void snag__rt_ignore_end(void);

/* The heap of the code under test. `alloc`: `align` a power of two, 0: default. NULL: refused. */
void *snag__rt_alloc(size_t bytes, size_t align, bool zero);
void snag__rt_free(void *block, size_t bytes, size_t align);
/* Does it lie where only snag__rt_alloc's blocks lie? False too where the flavour cannot tell. */
bool snag__rt_heap_owns(const void *p);
/* Between executions, if anything was allocated: the next one gets the same addresses (`fast`).
 * Blocks still live were given to snag__rt_free before. */
void snag__rt_heap_reset(void);

/* Races, and uses after free, seen since the last call, in the order seen; copies at most `room`.
 * Kind, event and parties are set: of a RACE, who came first and who ran when it was seen; of a
 * USE_AFTER_FREE, who used (and where it was freed), who freed, and who allocated where known. */
uint32_t snag__rt_races(struct snag_finding *out, uint32_t room);

#endif
