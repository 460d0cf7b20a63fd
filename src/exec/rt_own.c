/* rt_own.c: what only a race detector wants to know: nothing, in the flavours without one. See
 * rt.h.
 *
 * Not what AddressSanitizer wants to know of it (rt_asan.c). The rule: linked into `fast` and
 * `asan` alike, so that they differ in nothing else.
 */
#include "exec/rt.h"

void snag__see_begin(void) {}

void snag__see_over(void) {}

void snag__see_end(void) {}

void snag__rt_vary(uint32_t n) {
    (void)n;
}

void snag__rt_release(const void *address) {
    (void)address;
}

void snag__rt_acquire(const void *address) {
    (void)address;
}

void snag__see_joined(struct snag__fiber *f) {
    (void)f;
}

void snag__see_locked(const void *mutex, bool recursive) {
    (void)mutex;
    (void)recursive;
}

void snag__see_unlocked(const void *mutex) {
    (void)mutex;
}

uint32_t snag__rt_races(struct snag_finding *out, uint32_t room) {
    (void)out;
    (void)room;
    return 0;
}
