/* learn.h: which plain accesses of an execution are not ordered with another one's: who races.
 *
 * It is not the oracle (that is ThreadSanitizer, in the `tsan` flavour): it only says at which call
 * sites it is worth while to run others. The rule: an order is what the event log shows, and where
 * that is not exact, too much of it: code without a race is never taken for one that has.
 */
#ifndef SNAG_SCHED_LEARN_H
#define SNAG_SCHED_LEARN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An execution begins that learns. `with_care`: of memory that many read, rather too much. */
void snag__learn_begin(bool with_care);
/* There was not room for all: it may have a race that is not known. */
bool snag__learn_lost(void);
/* The running vthread has made another one. */
void snag__learn_spawned(uint32_t vthread);
/* All clients of the program have ended, and the running vthread waited for that: it is alone. */
void snag__learn_all_ended(void);
/* The running vthread is about to access memory; tells snag__plain_races. */
void snag__learn_access(const volatile void *at, unsigned bytes, bool write, uint32_t site);
/* The running vthread gives this memory back: whoever accessed it before, and is not ordered with
 * that, might have come too late. */
void snag__learn_freed(uintptr_t from, size_t bytes);
/* This memory becomes something new. */
void snag__learn_forget(uintptr_t from, size_t bytes);

#endif
