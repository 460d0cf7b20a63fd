/* rt_tsan.c: the `tsan` flavour: fibers, edges and heap as the real ThreadSanitizer sees them. See
 * rt.h.
 *
 * Not here: what it reports (rt_tsan_report.c) and the atomics (src/shim/rt_tsan_atomics.c). Every
 * snag__fiber has a fiber of the runtime for life: to make and destroy one costs microseconds and
 * leaks. The rule: whatever one execution did happens before everything of the next, and a runtime
 * fiber goes back to the pool as it came: no frame on its shadow stack, no ignore region open.
 *
 * Locks are an acquire and a release of the mutex's address, not the runtime's mutex annotations:
 * those keep an owner, and a mutex whose owner was abandoned, or that is unlocked by another one,
 * would give no order ever after.
 */
#include "exec/rt_tsan.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "exec/marker.h"
#include "exec/rt.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void __real_free(void *p);
int __real_posix_memalign(void **p, size_t align, size_t n);

enum { SYNC = 0, NO_SYNC = 1 }; /* flags of __tsan_switch_to_fiber */

enum {
    TSAN_FIBERS_MAX =
        3072, /* of the pool (sched/fiber.c), and of as many coroutines as there may be tasks */
    /* The runtime counts a fiber's releases in 14 bits; when all its clocks have run out it forgets
     * everything, wherever the execution stands. A point releases at most twice. */
    POINTS_BETWEEN_FLUSHES = 8000,
    POINTS_OVERHEAD = 4, /* edges of an execution that are no points */
    /* It keeps clocks for 255 fibers at a time, and takes them from one for the next. */
    FIBERS_BETWEEN_FLUSHES = 125,
    VARIATIONS = 5
};

struct tsan_fiber {
    void *handle;
    struct snag__fiber *fiber;
    uint32_t flushes; /* value of the counter when it was last started */
    bool ended;       /* by itself */
};

static struct tsan_fiber fibers[TSAN_FIBERS_MAX];
static uint32_t fibers_count;
static struct tsan_fiber driver;
static struct tsan_fiber *started[TSAN_FIBERS_MAX]; /* in this execution */
static uint32_t started_count;
static char executions_end; /* its address: what every fiber releases to, and the driver acquires */

/* Since the last flush. */
static uint32_t points, fibers_used;
static uint32_t flushes = 1;
bool snag__tsan_freeing;
static uint32_t variation;
static uint32_t ignoring; /* depth of ignore regions of the running fiber */

const bool snag__rt_sees = true;

const char *snag__rt_flavour(void) {
    return "tsan";
}

/* Read by the runtime before main. Options of TSAN_OPTIONS come after and win. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) {
    return "report_bugs=1:detect_deadlocks=0:suppress_equal_stacks=0:suppress_equal_addresses=0:"
           "symbolize=0:halt_on_error=0:exitcode=0:atexit_sleep_ms=0:report_thread_leaks=0:"
           "report_signal_unsafe=0:report_mutex_bugs=0:report_destroy_locked=0:"
           "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
           "handle_sigtrap=0:use_sigaltstack=0:allocator_may_return_null=1";
}

void snag__rt_init(void) {
    driver.handle = __tsan_get_current_fiber();
    snag__sched.driver.sanitizer = &driver;
}

/* ---- executions ---- */

static void flush(void) {
    __tsan_flush_memory();
    points = fibers_used = 0;
    flushes++;
}

/* After a report the runtime would not look at the same address again. */
void snag__see_begin(void) {
    bool reported = snag__tsan_reports_reset();
    if (reported || points >= POINTS_BETWEEN_FLUSHES || fibers_used >= FIBERS_BETWEEN_FLUSHES) {
        flush();
    }
}

void snag__see_end(void) {
    points += snag__sched.points + POINTS_OVERHEAD;
}

void snag__rt_vary(uint32_t n) {
    variation = n;
}

/* ---- fibers ---- */

/* Which of the four accesses it keeps of a word the runtime evicts for a fifth depends on how far
 * the fiber's trace has come: some reads of our own move it on. */
static void move_trace(uint32_t fiber) {
    static uint64_t pad[VARIATIONS];
    uint32_t reads = (variation * UINT32_C(0x9e3779b9) >> (fiber * 5 % 27)) % VARIATIONS;
    for (uint32_t i = 0; i < reads; i++) {
        __tsan_read1_pc(&pad[i], (void *)&move_trace);
    }
}

static struct tsan_fiber *make(struct snag__fiber *f) {
    snag__assert(fibers_count < TSAN_FIBERS_MAX);
    struct tsan_fiber *t = &fibers[fibers_count];
    char name[16];
    snprintf(name, sizeof(name), "%u", fibers_count++);
    t->handle = __tsan_create_fiber(0);
    t->fiber = f;
    __tsan_set_fiber_name(t->handle, name);
    return t;
}

struct snag__fiber *snag__tsan_fiber_named(const char *name) {
    char *end;
    unsigned long i = strtoul(name, &end, 10);
    return end != name && *end == '\0' && i < fibers_count ? fibers[i].fiber : NULL;
}

static inline void *handle_of(const struct snag__fiber *f) {
    return ((const struct tsan_fiber *)f->sanitizer)->handle;
}

void snag__see_fiber_start(struct snag__fiber *f) {
    if (f->sanitizer == NULL) {
        f->sanitizer = make(f);
    }
    struct tsan_fiber *t = f->sanitizer;
    t->ended = false;
    started[started_count++] = t;
    if (t->flushes != flushes) {
        t->flushes = flushes;
        fibers_used++;
    }
    /* There and back: the way there synchronises, so that the new one has seen what its parent did.
     */
    void *here = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(t->handle, SYNC);
    if (snag__unlikely(variation != 0)) {
        move_trace((uint32_t)(t - fibers));
    }
    __tsan_switch_to_fiber(here, NO_SYNC);
}

/* Of the running fiber: it left the functions under test without returning from them. (Fewer than
 * none are on it where a coroutine library was told of in the wrong place.) */
static void pop_shadow_stack(void) {
    while ((intptr_t)__tsan_testonly_shadow_stack_current_size() > 0) {
        __tsan_func_exit();
    }
}

void snag__rt_fiber_drop(struct snag__fiber *f) {
    (void)f;
}

void snag__rt_unwinds(void) {}

void snag__see_fiber_end(struct snag__fiber *f) {
    pop_shadow_stack();
    ((struct tsan_fiber *)f->sanitizer)->ended = true;
    __tsan_release(f);
    __tsan_release(&executions_end);
}

/* Its last act was its own, or was done for it when the execution ended. */
void snag__rt_fiber_abandon(struct snag__fiber *f) {
    (void)f;
}

void snag__see_over(void) {
    for (uint32_t i = 0; i < started_count; i++) {
        if (!started[i]->ended) {
            __tsan_switch_to_fiber(started[i]->handle, NO_SYNC);
            pop_shadow_stack();
            __tsan_release(&executions_end);
        }
    }
    started_count = 0;
    __tsan_switch_to_fiber(driver.handle, NO_SYNC);
    __tsan_acquire(&executions_end);
}

/* Whoever was stopped within an ignore region never runs again. */
static void switch_to_driver(void) {
    while (ignoring > 0) {
        snag__rt_ignore_end();
    }
    __tsan_switch_to_fiber(driver.handle, NO_SYNC);
}

void snag__see_switch(struct snag__fiber *to) {
    if (snag__unlikely(to == &snag__sched.driver)) {
        switch_to_driver();
    } else {
        __tsan_switch_to_fiber(handle_of(to), NO_SYNC);
    }
}

void snag__rt_switch_ordered(struct snag__fiber *to) {
    __tsan_switch_to_fiber(handle_of(to), SYNC);
}

/* ---- happens-before ---- */

void snag__rt_release(const void *address) {
    __tsan_release((void *)address);
}

void snag__rt_acquire(const void *address) {
    __tsan_acquire((void *)address);
}

void snag__see_joined(struct snag__fiber *f) {
    __tsan_acquire(f);
}

void snag__see_locked(const void *mutex, bool recursive) {
    (void)recursive;
    __tsan_acquire((void *)mutex);
}

void snag__see_unlocked(const void *mutex) {
    __tsan_release((void *)mutex);
}

/* ---- accesses of interposed calls ---- */

static void *pc_of(uint32_t site) {
    return (void *)(snag__sched.image + site);
}

void snag__see_read(const void *object, uint32_t site) {
    __tsan_read1_pc((void *)object, pc_of(site));
}

void snag__rt_written(const void *object, uint32_t site) {
    __tsan_write1_pc((void *)object, pc_of(site));
}

/* What an archive allocates and frees is ordered by atomics that nobody sees, maybe: no more is
 * told of that than of its accesses. */
static bool untold;

void snag__rt_call_begin(uint32_t site) {
    snag__tsan_enter(site);
    untold = snag__in_archive(snag__sched.image + site);
    if (untold) {
        __tsan_ignore_thread_begin();
    }
}

void snag__rt_call_end(void) {
    if (untold) {
        __tsan_ignore_thread_end();
    }
    snag__tsan_leave();
}

void snag__rt_ignore_begin(void) {
    ignoring++;
    __tsan_ignore_thread_begin();
    AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
}

void snag__rt_ignore_end(void) {
    ignoring--;
    AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
    __tsan_ignore_thread_end();
}

/* ---- heap ---- */

void *snag__rt_alloc(size_t bytes, size_t align, bool zero) {
    if (align <= _Alignof(max_align_t)) {
        return zero ? __real_calloc(1, bytes) : __real_malloc(bytes);
    }
    void *block;
    return __real_posix_memalign(&block, align, bytes) == 0 ? block : NULL;
}

void snag__rt_free(void *block, size_t bytes, size_t align) {
    (void)bytes;
    (void)align;
    snag__tsan_freeing = true;
    __real_free(block);
    snag__tsan_freeing = false;
}

/* The runtime's allocator hands out what addresses it likes; nothing in the logs is an address. */
bool snag__rt_heap_owns(const void *p) {
    (void)p;
    return false; /* it shares the runtime's heap with everybody */
}

void snag__rt_heap_reset(void) {}
