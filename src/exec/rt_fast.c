/* rt_fast.c: the `fast` flavour: no sanitizer; a jemalloc arena for the code under test. See rt.h.
 *
 * Not here: the __tsan_* hooks that instrumented code calls (src/shim/rt_fast_hooks.c). The arena
 * is used without a thread cache and reset after each execution, so that the next one gets the same
 * addresses; large blocks are asked for page-aligned, or jemalloc gives them a random offset.
 */
#include <jemalloc/jemalloc.h>

#include "base/assert.h"
#include "exec/rt.h"

enum { LARGE_BYTES = 16384, PAGE_BYTES = 4096 };

static unsigned arena;
static int flags;
static size_t reset_mib[3];

const char *snag__rt_flavour(void) {
    return "fast";
}

void snag__rt_init(void) {
    size_t bytes = sizeof(arena);
    size_t length = sizeof(reset_mib) / sizeof(reset_mib[0]);
    snag__assert(mallctl("arenas.create", &arena, &bytes, NULL, 0) == 0);
    snag__assert(mallctlnametomib("arena.0.reset", reset_mib, &length) == 0);
    reset_mib[1] = arena;
    flags = (int)(MALLOCX_ARENA(arena) | MALLOCX_TCACHE_NONE);
}

static int flags_for(size_t bytes, size_t align) {
    if (bytes >= LARGE_BYTES && align < PAGE_BYTES) {
        align = PAGE_BYTES;
    }
    return align > 1 ? flags | (int)MALLOCX_ALIGN(align) : flags;
}

void *snag__rt_alloc(size_t bytes, size_t align, bool zero) {
    int f = flags_for(bytes, align) | (zero ? MALLOCX_ZERO : 0);
    return mallocx(bytes != 0 ? bytes : 1, f);
}

void snag__rt_free(void *block, size_t bytes, size_t align) {
    sdallocx(block, bytes != 0 ? bytes : 1, flags_for(bytes, align));
}

void snag__rt_heap_reset(void) {
    snag__assert(mallctlbymib(reset_mib, 3, NULL, NULL, NULL, 0) == 0);
}

/* What only a sanitizer wants to know. */

void snag__rt_begin(void) {}

void snag__rt_end(void) {}

void snag__rt_fiber_start(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_fiber_end(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_fiber_abandon(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_switch(struct snag__fiber *to) {
    (void)to;
}

void snag__rt_switch_ordered(struct snag__fiber *to) {
    (void)to;
}

void snag__rt_release(const void *address) {
    (void)address;
}

void snag__rt_acquire(const void *address) {
    (void)address;
}

void snag__rt_joined(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_locked(const void *mutex, bool recursive) {
    (void)mutex;
    (void)recursive;
}

void snag__rt_unlocked(const void *mutex) {
    (void)mutex;
}

void snag__rt_read(const void *object, uint32_t site) {
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

uint32_t snag__rt_races(struct snag_finding *out, uint32_t room) {
    (void)out;
    (void)room;
    return 0;
}
