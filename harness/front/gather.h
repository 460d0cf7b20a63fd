/* gather.h: what several jobs found, as if one had: each finding once, with one repro, and their
 * inputs beside each other.
 *
 * It runs nothing. The rule: of those who found the same, the one counts in whose schedule of all
 * it came first, in the flavour whose turn came first; so the outcome does not depend on who was
 * faster.
 */
#ifndef SNAG_FRONT_GATHER_H
#define SNAG_FRONT_GATHER_H

#include "base/job.h"
#include "finding/ledger.h"

/* Where one job puts what it finds. */
struct snag__found_in {
    char ledger[512]; /* file; "": none */
    char out[512];    /* its folder, below that of all, and nobody else's; "": none */
    /* Which one it is, if it numbers its schedules for itself; else the only one. */
    struct snag__job job;
};

struct snag__gathered {
    struct snag__gathered_one {
        struct snag__ledger_entry entry;
        const struct snag__found_in *by;
    } * list; /* owned */
    size_t count, room;
    /* In the order of their turns: each counts its own schedules. Owned by whoever gathers. */
    const char *const *flavours;
    size_t flavours_count;
};

/* Adds what is in that ledger by now. `in` must outlive `g`. */
enum snag_err snag__gather(struct snag__gathered *g, const struct snag__found_in *in,
                           struct snag_error *e);
/* How many of them are new findings. */
size_t snag__gathered_new(const struct snag__gathered *g);
/* Their repros into `out`, and they into `ledger`, in the order of their schedules. */
enum snag_err snag__gathered_keep(struct snag__gathered *g, const char *out, const char *ledger,
                                  struct snag_error *e);
/* Moves the inputs of `target` that it made to their place below `out`. What lies there stays, and
 * then its own, too, unless that is the same. */
enum snag_err snag__gather_inputs(const struct snag__found_in *in, const char *out,
                                  const char *target, struct snag_error *e);
/* Removes the repros that were not kept, and the folder, but for what else is in it. */
void snag__gathered_clear(const struct snag__found_in *in);
void snag__gathered_free(struct snag__gathered *g);

#endif
