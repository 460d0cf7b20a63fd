/* rt_asan_undefined.c: what UndefinedBehaviorSanitizer's checks found, as findings.
 *
 * The checks call the functions of its *minimal* runtime, which say what was wrong and nothing
 * else. They are defined here, one for each line of undefined.def, in place of that runtime, which
 * prints. The rule: whether the execution goes on is decided by that list alone.
 */
#include <string.h>

#include "base/assert.h"
#include "exec/body.h"
#include "exec/rt_asan.h"
#include "oracle/raise.h"
#include "sched/sched.h"

enum after { GOES_ON, STOPS };

static void tell(const char *text, enum after after, uint32_t site) {
    struct snag__vthread *v = snag__asan_runs();
    snag__assert(v != NULL || after == GOES_ON);
    if (v == NULL) {
        return; /* a constructor: no execution to find it in */
    }
    struct snag_finding *f =
        snag__raise(snag__body_in_invariant() ? SNAG_BAD_INVARIANT : SNAG_UNDEFINED);
    struct snag_party *p = snag__raise_party(f, 0, site);
    if (p != NULL) {
        p->vthread = v->index;
        p->task = v->task_number;
        memcpy(f->detail, text, strlen(text) + 1);
    }
    snag__raise_done(f);
    if (after == STOPS) {
        (void)snag__body_invariant_over();
        snag__self = v;
        snag__sched_stop(SNAG_END_STOPPED);
    }
}

#define X(name, after, text)                                                                       \
    void __ubsan_handle_##name##_minimal(void);                                                    \
    void __ubsan_handle_##name##_minimal(void) {                                                   \
        tell(text, after, SNAG__SITE());                                                           \
    }
#include "exec/undefined.def"
#undef X
