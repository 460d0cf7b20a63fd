/* rt_fast.c: the `fast` flavour: no sanitizer, a heap of its own. See rt.h.
 *
 * Not here: that heap (rt_fast_heap.c), what it shares with `asan` (rt_own.c), and the __tsan_*
 * hooks that instrumented code calls (src/shim/rt_own_plain.c, rt_own_atomics.c).
 */
#include "exec/rt_fast.h"

#include "exec/rt.h"

const bool snag__rt_sees = false;

const char *snag__rt_flavour(void) {
    return "fast";
}

void snag__rt_init(void) {
    snag__rt_fast_heap_init();
}

/* What only a sanitizer wants to know. */

void snag__see_fiber_start(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_fiber_drop(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_unwinds(void) {}

void snag__see_fiber_end(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_fiber_abandon(struct snag__fiber *f) {
    (void)f;
}

void snag__see_switch(struct snag__fiber *to) {
    (void)to;
}

void snag__rt_switch_ordered(struct snag__fiber *to) {
    (void)to;
}

void snag__see_read(const void *object, uint32_t site) {
    (void)object;
    (void)site;
}

void snag__rt_written(const void *object, uint32_t site) {
    (void)object;
    (void)site;
}

void snag__rt_call_begin(uint32_t site) {
    (void)site;
}

void snag__rt_call_end(void) {}

void snag__rt_ignore_begin(void) {}

void snag__rt_ignore_end(void) {}
