/* plain.h: plain memory accesses: how they are counted, and which of them are scheduling points.
 *
 * It is not the functions that instrumented code calls (src/shim/rt_*_plain.c), nor who races
 * (learn.h). Accesses are told apart by *call site*, which is the same from one execution to the
 * next: a site is a point if two accesses of which one was made there were once seen unordered
 * (--points shared), so that code whose accesses are all ordered, by whatever means, has none. The
 * rule: which sites those are changes only while an execution learns; what is not looked for costs
 * the code under test one comparison an access.
 */
#ifndef SNAG_SCHED_PLAIN_H
#define SNAG_SCHED_PLAIN_H

#include "base/assert.h"
#include "exec/exec.h"

/* Accesses until somebody looks at them: see tired.h. */
struct snag__patience {
    uint32_t unseen; /* that are only counted; 0: while all are watched */
    uint32_t left;   /* after these, which are watched, the vthread is tired */
};

struct snag__plain {
    struct snag__patience patience; /* of the vthread that runs, since its last numbered event */
    struct snag__patience full;
    bool watched; /* snag__plain_access is to be called at each */
    /* Nobody wanted to see one in the last execution, and no site is known to race: nor will anyone
     * in the next, if nobody asks. Then all is as it is to be. */
    bool unwatched;
    bool learns;
    bool counts;
    bool show;
    /* Told of each access that is a point, when it happens; NULL: nobody is. */
    void (*touch)(uintptr_t at, uint32_t bytes, bool writes);
    bool uncounted; /* one of them had no number, and was no point */
    bool notes;     /* those at sites that race: snag__plain_accesses */
    bool anywhere;  /* one may be a point though its site is not known to race */
    bool all;       /* points: all that are not on one's own stack */
    bool shared;    /* points: those at sites that race */
};
extern struct snag__plain snag__plain __attribute__((visibility("hidden")));

/* Of `what` at an access: how many bytes, whether it writes them, and whether it is known to be to
 * a local though it is not on the stack (access.h). */
enum { SNAG__ACCESS_BYTES = 0x7f, SNAG__ACCESS_WRITE = 0x80, SNAG__ACCESS_MOVED = 0x100 };

/* A numbered event: the vthread that runs, or is going to, has all its patience again. */
static inline void snag__plain_rested(void) {
    snag__plain.patience = snag__plain.full;
}
/* Counts an access. True: it is to be seen. */
static inline bool snag__plain_count(void) {
    return __builtin_sub_overflow(snag__plain.patience.unseen, 1U, &snag__plain.patience.unseen);
}
void snag__plain_seen(const volatile void *at, unsigned what, uint32_t site);

/* Once per process. */
enum snag_err snag__plain_init(struct snag_error *e);
/* An execution begins. */
void snag__plain_begin_anew(const struct snag__request *request);
static inline void snag__plain_begin(const struct snag__request *r) {
    uintptr_t asked = (uintptr_t)r->schedule | (uintptr_t)r->repeat | (uintptr_t)r->touch;
    bool unwatched = asked == 0 && !r->learn && r->points != SNAG__POINTS_ALL;
    if (snag__unlikely(!(unwatched && snag__plain.unwatched))) {
        snag__plain_begin_anew(r);
    }
    snag__plain_rested();
}
/* Before an access at `site`, if watched. Returns when it may happen. */
void snag__plain_access(const volatile void *at, unsigned what, uint32_t site);

/* The plain accesses of the last execution at sites that were known to race by then, in order, if
 * it was a search, or counted: with the memory that they are to as `object` (strategy.h), and as
 * `value` the length of the event log then. The first SNAG__ACCESSES_MAX; they are in no log. */
enum { SNAG__ACCESSES_MAX = 4096 };
const struct snag_event *snag__plain_accesses(uint32_t *count);

/* ---- sites ---- */

/* None is known to race any more. */
void snag__plain_forget(void);
/* An access at `site` was seen unordered with another's. */
void snag__plain_races(uint32_t site);
/* Those known; returns how many. More than SNAG__SITES_MAX are not. */
enum { SNAG__SITES_MAX = 4096 };
uint32_t snag__plain_known(const uint32_t **sites);
/* How many points the last execution, which counted them, would have had at them. */
uint32_t snag__plain_expected(void);

#endif
