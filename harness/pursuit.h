/* pursuit.h: from a hazard to its harm: the search is handed what to bring about.
 *
 * It judges nothing and keeps nothing: whatever its executions show is the campaign's to handle,
 * which asks for them one by one. The rule: what is tried is a pure function of the program, the
 * hazard and the options.
 */
#ifndef SNAG_HARNESS_PURSUIT_H
#define SNAG_HARNESS_PURSUIT_H

#include "session.h"

/* Programs in which one hazard is pursued; --pursue says in how many schedules of each. */
enum { SNAG__PURSUED_PROGRAMS = 8 };

struct snag__hazard {
    enum snag_finding_kind kind;
    char key[SNAG_KEY_BYTES];
    struct snag_goal goal; /* its harm */
};

struct snag__pursuit {
    const struct snag_goal *goal;
    const struct snag_program *program; /* NULL: the scenario; else `changed`, or the caller's */
    struct snag_program changed;
    uint64_t id; /* its hash */
    uint64_t seed;
};

/* The hazards of the execution that has just ended that can be pursued, copied to `out`, which has
 * room for all. Returns their number. */
uint32_t snag__pursuit_find(const struct snag_verdict *v, struct snag__hazard *out);

/* `program` showed `h`; both are borrowed for the whole of it. `number`: of those before. */
void snag__pursuit_begin(struct snag__pursuit *p, const struct snag__session *s,
                         const struct snag_program *program, uint64_t id,
                         const struct snag__hazard *h, uint32_t number);
/* Schedule number `i` of it. */
void snag__pursuit_run(struct snag__pursuit *p, struct snag__session *s, uint32_t i,
                       struct snag_verdict *v);

#endif
