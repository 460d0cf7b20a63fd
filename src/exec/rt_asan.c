/* rt_asan.c: the `asan` flavour: fibers and heap as AddressSanitizer sees them. See rt.h.
 *
 * Not here: what it reports (rt_asan_report.c), what UBSan's checks report
 * (rt_asan_undefined.c), and the atomics and accesses of the code under test
 * (src/shim/rt_own_plain.c, rt_own_atomics.c). Of order between fibers the runtime knows nothing
 * (rt_own.c). The rule: the runtime is told of a switch as a whole, just before
 * the stacks are switched: nothing instrumented runs in between. And whatever of a fiber's frames
 * is still marked when it was left for good is unmarked before its stack is used again.
 *
 * Locals whose address is taken lie on a *fake* stack, so that a use after their function returned
 * is seen; each fiber keeps one for life.
 */
#include "exec/rt_asan.h"

#include <sanitizer/allocator_interface.h>
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "exec/rt.h"
#include "sched/sched.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void __real_free(void *p);
int __real_posix_memalign(void **p, size_t align, size_t n);

enum { ASAN_FIBERS_MAX = 3072 /* as in rt_tsan.c */, FRESH = 0xa5 };

struct asan_fiber {
    struct snag__fiber *fiber;
    void *fake_stack;   /* while it does not run; NULL: none yet */
    const void *bottom; /* the driver's, which is no snag__fiber */
    size_t bytes;
    bool over; /* it never runs again, and may have left frames behind */
};

static struct asan_fiber fibers[ASAN_FIBERS_MAX];
static uint32_t fibers_count;
static struct asan_fiber driver;
static struct asan_fiber *running = &driver;
static struct snag__vthread *ignored; /* who runs, with interposition off */

const bool snag__rt_sees = true;

const char *snag__rt_flavour(void) {
    return "asan";
}

/* Read by the runtime before main. Options of ASAN_OPTIONS come after and win. The quarantine is
 * what memory grows by; leaks are judged from snag's own list of blocks; where a block was
 * allocated stands there too. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0:detect_stack_use_after_return=1:max_uar_stack_size_log=16:"
           "quarantine_size_mb=16:malloc_context_size=1:max_malloc_fill_size=0:"
           "allocator_may_return_null=1:detect_odr_violation=0:check_initialization_order=0:"
           "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
           "handle_sigtrap=0:use_sigaltstack=0:allow_user_segv_handler=1";
}

/* ---- the runtime's own thread-local ---- */

/* The runtime's `void *__asan::AsanTSDGet()`: what it knows of the calling OS thread. It asks
 * pthread_getspecific, which under control answers for the vthread (src/shim/key.c). */
void *__real__ZN6__asan10AsanTSDGetEv(void);
void *__wrap__ZN6__asan10AsanTSDGetEv(void);

static void *controlled; /* of the one OS thread that vthreads run on */

void *__wrap__ZN6__asan10AsanTSDGetEv(void) {
    return snag__self != NULL ? controlled : __real__ZN6__asan10AsanTSDGetEv();
}

/* ---- fibers ---- */

/* From the running one. It gets its fake stack back when it runs again; if that is never, the
 * runtime throws it away. */
static void switch_to(struct asan_fiber *to) {
    struct asan_fiber *from = running;
    const struct snag__fiber *f = to->fiber; /* its stack may have grown since */
    __sanitizer_start_switch_fiber(from->over ? NULL : &from->fake_stack,
                                   f != NULL ? f->stack : to->bottom,
                                   f != NULL ? f->stack_bytes : to->bytes);
    __sanitizer_finish_switch_fiber(to->fake_stack, NULL, NULL);
    if (snag__unlikely(from->over)) {
        from->fake_stack = NULL;
    }
    running = to;
}

void snag__rt_init(void) {
    /* There and back, to learn how large the driver's stack is. */
    void *fake_stack;
    char elsewhere[1];
    __sanitizer_start_switch_fiber(&fake_stack, elsewhere, sizeof(elsewhere));
    __sanitizer_finish_switch_fiber(NULL, &driver.bottom, &driver.bytes);
    __sanitizer_start_switch_fiber(NULL, driver.bottom, driver.bytes);
    __sanitizer_finish_switch_fiber(fake_stack, NULL, NULL);
    snag__sched.driver.sanitizer = &driver;
    controlled = __real__ZN6__asan10AsanTSDGetEv();
}

/* The runtime's `void __asan::FakeStack::GC(uptr above)`: takes back the frames of functions whose
 * real frames lie below `above`, on the running stack. Without it, the whole fake stack is given
 * back to the system, and made anew: the same, and slower by far. */
__attribute__((weak)) void _ZN6__asan9FakeStack2GCEm(void *fake_stack, uintptr_t above);

/* Of the functions that were left in the middle. */
static void forget_frames(struct asan_fiber *a, uintptr_t above) {
    struct asan_fiber *here = running;
    if (a->fake_stack == NULL) {
        return;
    }
    switch_to(a);
    if (_ZN6__asan9FakeStack2GCEm != NULL) {
        _ZN6__asan9FakeStack2GCEm(a->fake_stack, above);
    } else {
        a->over = true;
    }
    switch_to(here);
}

void snag__see_fiber_start(struct snag__fiber *f) {
    if (f->borrowed && f->sanitizer != NULL) {
        forget_frames(f->sanitizer, UINTPTR_MAX); /* of another coroutine, on another stack */
    }
    if (f->sanitizer == NULL) {
        snag__assert(fibers_count < ASAN_FIBERS_MAX);
        struct asan_fiber *made = &fibers[fibers_count++];
        *made = (struct asan_fiber){.fiber = f};
        f->sanitizer = made;
    }
    ((struct asan_fiber *)f->sanitizer)->over = false;
    (void)snag__asan_call_over(); /* an execution may have ended in one */
}

/* The runtime's `void __asan::FakeStack::ForEachFakeFrame(void (*)(uptr begin, uptr end, void *),
 * void *)`: those whose functions have not returned. */
__attribute__((weak)) void _ZN6__asan9FakeStack16ForEachFakeFrameEPFvmmPvES1_(
    void *fake_stack, void (*each)(uintptr_t, uintptr_t, void *), void *argument);

/* As the runtime marks it when its function returns. Not by memset, which the runtime has taken
 * over, and which nobody may call on the marks. A frame's size is a multiple of 64 bytes. */
static void mark_gone(uintptr_t begin, uintptr_t end, void *unused) {
    size_t scale, offset;
    (void)unused;
    __asan_get_shadow_mapping(&scale, &offset);
    volatile uint64_t *marks = (volatile uint64_t *)((begin >> scale) + offset);
    for (; begin < end; begin += sizeof(*marks) << scale) {
        *marks++ = UINT64_C(0xf5f5f5f5f5f5f5f5);
    }
}

void snag__rt_fiber_drop(struct snag__fiber *f) {
    void *fake = __asan_get_current_fake_stack();
    (void)f;
    if (fake != NULL && _ZN6__asan9FakeStack16ForEachFakeFrameEPFvmmPvES1_ != NULL) {
        _ZN6__asan9FakeStack16ForEachFakeFrameEPFvmmPvES1_(fake, mark_gone, NULL);
    }
}

/* The runtime knows of longjmp, and of the unwinding of an exception, but not of this. */
void snag__rt_unwinds(void) {
    __asan_handle_no_return();
}

/* The memory of a borrowed stack goes back to the code under test, which may use it again. */
void snag__see_fiber_end(struct snag__fiber *f) {
    if (f->borrowed) {
        __asan_unpoison_memory_region(f->stack, f->stack_bytes);
    }
}

/* It was left in the middle of its functions. */
void snag__rt_fiber_abandon(struct snag__fiber *f) {
    if (!f->borrowed) {
        forget_frames(f->sanitizer, (uintptr_t)f->stack + f->stack_bytes);
    }
    const char *low = f->borrowed ? f->stack : f->low;
    __asan_unpoison_memory_region(low, (size_t)(f->stack + f->stack_bytes - low));
}

void snag__see_switch(struct snag__fiber *to) {
    if (snag__unlikely(to == &snag__sched.driver)) {
        ignored = NULL;
    }
    switch_to(to->sanitizer);
}

void snag__rt_switch_ordered(struct snag__fiber *to) {
    switch_to(to->sanitizer);
}

/* The runtime's `uptr __asan::FakeStack::AddrIsInFakeStack(uptr address, uptr *begin, uptr *end)`:
 * the frame around the address, or 0. Unlike __asan_addr_is_in_fake_stack it knows frames that are
 * gone. */
__attribute__((weak)) uintptr_t _ZN6__asan9FakeStack17AddrIsInFakeStackEmPmS1_(void *fake_stack,
                                                                               uintptr_t address,
                                                                               uintptr_t *begin,
                                                                               uintptr_t *end);

/* A frame begins with a mark, a description and the function's address. 0: not there. */
static uintptr_t function_in(void *fake_stack, uintptr_t address) {
    uintptr_t begin, end, frame = 0;
    if (fake_stack != NULL && _ZN6__asan9FakeStack17AddrIsInFakeStackEmPmS1_ != NULL) {
        frame = _ZN6__asan9FakeStack17AddrIsInFakeStackEmPmS1_(fake_stack, address, &begin, &end);
    }
    return frame != 0 ? ((const uintptr_t *)frame)[2] : 0;
}

const struct snag__fiber *snag__asan_fiber_at(uintptr_t address, uintptr_t *function) {
    *function = 0;
    for (uint32_t i = 0; i < fibers_count; i++) {
        struct asan_fiber *a = &fibers[i];
        void *fake = a == running ? __asan_get_current_fake_stack() : a->fake_stack;
        *function = function_in(fake, address);
        if (*function != 0 || address - (uintptr_t)a->fiber->stack < a->fiber->stack_bytes) {
            return a->fiber;
        }
    }
    return NULL;
}

/* ---- interposition off ---- */

void snag__rt_ignore_begin(void) {
    ignored = snag__self;
}

void snag__rt_ignore_end(void) {
    ignored = NULL;
}

struct snag__vthread *snag__asan_runs(void) {
    return snag__self != NULL ? snag__self : ignored;
}

/* ---- accesses of interposed calls ---- */

void snag__see_read(const void *object, uint32_t site) {
    snag__asan_access(object, false, site);
}

void snag__rt_written(const void *object, uint32_t site) {
    snag__asan_access(object, true, site);
}

static uint32_t call_site; /* where the call in progress was made; 0: there is none */

void snag__rt_call_begin(uint32_t site) {
    call_site = site;
}

void snag__rt_call_end(void) {
    call_site = 0;
}

uint32_t snag__asan_call_over(void) {
    uint32_t site = call_site;
    call_site = 0;
    return site;
}

/* ---- heap ---- */

/* New blocks hold what they hold in `fast`, so that a code that reads them does the same. */
void *snag__rt_alloc(size_t bytes, size_t align, bool zero) {
    void *block = NULL;
    if (zero && align <= _Alignof(max_align_t)) {
        return __real_calloc(1, bytes);
    }
    if (align <= _Alignof(max_align_t)) {
        block = __real_malloc(bytes);
    } else if (__real_posix_memalign(&block, align, bytes) != 0) {
        return NULL;
    }
    if (block != NULL) {
        memset(block, zero ? 0 : FRESH, bytes);
    }
    return block;
}

void snag__rt_free(void *block, size_t bytes, size_t align) {
    (void)bytes;
    (void)align;
    __real_free(block);
}

/* Inside the heap, and no block of it, nor one that was: then it is none of a library's either. */
bool snag__rt_heap_owns(const void *p) {
    void *block, *trace[1];
    size_t bytes;
    int thread;
    const char *where = __asan_locate_address((void *)p, NULL, 0, &block, &bytes);
    return strcmp(where, "heap") == 0 && !__sanitizer_get_ownership(p) &&
           __asan_get_free_stack((void *)p, trace, 1, &thread) == 0;
}

void snag__rt_heap_reset(void) {}
