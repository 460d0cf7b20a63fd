/* hold.h: who holds which lock: one record per holder, for locks with one owner and with several.
 *
 * It is not about what a lock does (src/shim) nor about who waits (wait.h). A holder is a vthread
 * and the task that ran on it: the vthread decides what POSIX returns, the task decides what is a
 * finding. The only owner of a lock has its record inside the object, so that the common lock costs
 * nothing more; those who hold an object for reading have theirs in a table.
 *
 * The rule: a record is linked both to its object and to the vthread that took it, as long as it is
 * held and no longer. A record is named by an id: that of an owner is its object's number.
 */
#ifndef SNAG_SCHED_HOLD_H
#define SNAG_SCHED_HOLD_H

#include <stdbool.h>
#include <stdint.h>

enum { SNAG__NOBODY = 0xffff, SNAG__READS_MAX = 1 << 13 };

struct snag__object;
struct snag__vthread;

struct snag__hold {
    uint16_t vthread;     /* SNAG__NOBODY: not held */
    uint16_t task;        /* index + 1; 0: none */
    uint32_t count;       /* recursion depth */
    uint32_t site;        /* where it was taken */
    uint32_t event : 31;  /* of the event log, when it was taken; 0: never */
    uint32_t guard : 1;   /* its owner knows it as a guard that was handed out (SNAG_GUARD) */
    uint32_t next_held;   /* id of the next hold of the same vthread; 0: last */
    uint32_t next_reader; /* for reading: id of the next reader of the same object; 0: last */
    uint32_t object;      /* number */
};

/* `id` is that of a hold. */
struct snag__hold *snag__hold_get(uint32_t id);

/* The running vthread (and task) is the owner of `o` from now on; nobody held it. */
void snag__hold_take(struct snag__object *o, uint32_t site);
/* Its owner holds it no longer, whatever the depth. */
void snag__hold_drop(struct snag__object *o);
/* The same two in place, by `self`, who runs: where it is its only hold, when there are `events` in
 * the log; and where it is its newest. Who calls them counts that as a change. */
void snag__hold_take_only(struct snag__vthread *self, struct snag__object *o, uint32_t site,
                          uint32_t events);
void snag__hold_drop_newest(struct snag__vthread *self, struct snag__object *o);

/* The running vthread (and task) holds `o` for reading, once or once more; nobody owns it. False:
 * too many. */
bool snag__hold_read(struct snag__object *o, uint32_t site);
/* One level less; at the last, held no longer. */
void snag__hold_unread(struct snag__object *o, struct snag__hold *h);

/* Everybody who holds `o`: its owner, or its readers, the last to come first. NULL: no more. */
struct snag__hold *snag__hold_first(const struct snag__object *o);
struct snag__hold *snag__hold_next(const struct snag__hold *h);

/* By the task that runs, on whichever worker it took it; without tasks, by the vthread. Also by one
 * that a declared task runs on top of, and which cannot go on before it. */
bool snag__hold_by_actor(const struct snag__hold *h);
/* The running actor's hold of `o`, of either kind; NULL: none. */
struct snag__hold *snag__hold_mine(const struct snag__object *o);
/* For reading: not the owner. */
bool snag__hold_reads(const struct snag__hold *h);

/* Forgets all: between executions. */
void snag__holds_reset(void);

#endif
