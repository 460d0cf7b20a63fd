/* rt_asan_report.c: what AddressSanitizer sees, as findings. See rt_asan.h.
 *
 * The runtime's own reports are never made: they print, allocate, and come once for each place. Its
 * functions that begin one are taken over (symbols.def), and the execution ends there, because what
 * it would do next is anybody's guess; the process goes on with the next one. Outside an execution
 * the runtime reports as ever, and the process dies of it.
 *
 * The rule: what is said of a block comes from snag's own table, so that it names vthreads and is
 * the same in every run.
 */
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "exec/body.h"
#include "exec/marker.h"
#include "exec/rt.h"
#include "exec/rt_asan.h"
#include "oracle/raise.h"
#include "sched/sched.h"
#include "shim/heap.h"
#include "task/task_internal.h"

/* By the names they have for the linker:
 *     void ReportGenericError(uptr pc, uptr bp, uptr sp, uptr address, bool is_write, uptr bytes,
 *                             u32 experiment, bool fatal);
 *     void ReportDoubleFree(uptr address, BufferedStackTrace *);
 *     void ReportFreeNotMalloced(uptr address, BufferedStackTrace *);
 *     void ReportStringFunctionMemoryRangesOverlap(const char *function, const char *a, uptr
 * a_bytes, const char *b, uptr b_bytes, BufferedStackTrace *); void
 * ReportStringFunctionSizeOverflow(uptr address, uptr bytes, BufferedStackTrace *); all of them in
 * namespace __asan. */
#define GENERIC(prefix) prefix##_ZN6__asan18ReportGenericErrorEmmmmbmjb
#define DOUBLE_FREE(prefix)                                                                        \
    prefix##_ZN6__asan16ReportDoubleFreeEmPN11__sanitizer18BufferedStackTraceE
#define BAD_FREE(prefix)                                                                           \
    prefix##_ZN6__asan21ReportFreeNotMallocedEmPN11__sanitizer18BufferedStackTraceE
#define OVERLAP(prefix)                                                                            \
    prefix##_ZN6__asan39ReportStringFunctionMemoryRangesOverlapEPKcS1_mS1_mPN11__sanitizer18BufferedStackTraceE
#define NEGATIVE(prefix)                                                                           \
    prefix##_ZN6__asan32ReportStringFunctionSizeOverflowEmmPN11__sanitizer18BufferedStackTraceE

void GENERIC(__real_)(uintptr_t pc, uintptr_t bp, uintptr_t sp, uintptr_t address, bool is_write,
                      uintptr_t bytes, uint32_t experiment, bool fatal);
void GENERIC(__wrap_)(uintptr_t pc, uintptr_t bp, uintptr_t sp, uintptr_t address, bool is_write,
                      uintptr_t bytes, uint32_t experiment, bool fatal);
void DOUBLE_FREE(__real_)(uintptr_t address, void *stack);
void DOUBLE_FREE(__wrap_)(uintptr_t address, void *stack);
void BAD_FREE(__real_)(uintptr_t address, void *stack);
void BAD_FREE(__wrap_)(uintptr_t address, void *stack);
void OVERLAP(__real_)(const char *function, const char *a, uintptr_t a_bytes, const char *b,
                      uintptr_t b_bytes, void *stack);
void OVERLAP(__wrap_)(const char *function, const char *a, uintptr_t a_bytes, const char *b,
                      uintptr_t b_bytes, void *stack);
void NEGATIVE(__real_)(uintptr_t address, uintptr_t bytes, void *stack);
void NEGATIVE(__wrap_)(uintptr_t address, uintptr_t bytes, void *stack);

/* ---- where ---- */

/* A walk up the frames of the fiber that runs, which all have frame pointers. */
struct walk {
    uintptr_t pc, frame;
};

/* The next return address; false: there is none. */
static bool walk_out(struct walk *w) {
    const struct snag__fiber *f = snag__asan_runs()->runs;
    if (w->frame - (uintptr_t)f->stack >= f->stack_bytes - 2 * sizeof(uintptr_t) ||
        w->frame % sizeof(uintptr_t) != 0) {
        return false;
    }
    const uintptr_t *words = (const uintptr_t *)w->frame;
    w->pc = words[1];
    bool outwards = words[0] > w->frame;
    w->frame = outwards ? words[0] : 0;
    return true;
}

/* The next place in the code under test, this one included; 0: there is none. What acts for it, a
 * hook, or a function of the C library that the runtime has taken over, is passed by. */
static uint32_t walk_to_site(struct walk *w) {
    while (!snag__in_code_under_test(w->pc)) {
        if (!walk_out(w)) {
            return 0;
        }
    }
    return (uint32_t)(w->pc - snag__sched.image);
}

/* Frames of what acts for it need not lead back to it: a call knows where it was made. */
static uint32_t site_of(uintptr_t pc, uintptr_t frame) {
    struct walk w = {pc, frame};
    uint32_t call = snag__asan_call_over();
    return call != 0 ? call : walk_to_site(&w);
}

static void add_callers(struct snag_party *p, struct walk w) {
    uintptr_t first = snag__sched.image + walk_to_site(&w);
    bool more = walk_out(&w);
    if (w.pc == first) { /* the frame was that of whom it called */
        more = walk_out(&w);
    }
    for (uint32_t i = 0; i < SNAG_CALLERS_MAX && more; i++) {
        p->callers[i] = walk_to_site(&w);
        more = p->callers[i] != 0 && walk_out(&w);
    }
}

/* ---- what ---- */

/* Of the first bad byte: what the runtime has marked it as (asan_internal.h of the runtime). */
static const struct {
    uint8_t mark;
    const char *text;
} marks[] = {
    {0xfa, "heap-buffer-overflow"},
    {0xfd, "heap-use-after-free"},
    {0xf1, "stack-buffer-underflow"},
    {0xf2, "stack-buffer-overflow"},
    {0xf3, "stack-buffer-overflow"},
    {0xf5, "stack-use-after-return"},
    {0xf8, "stack-use-after-scope"},
    {0xf9, "global-buffer-overflow"},
    {0xf6, "initialization-order"},
    {0xf7, "use-after-poison"},
    {0xfc, "container-overflow"},
    {0xca, "dynamic-stack-buffer-overflow"},
    {0xcb, "dynamic-stack-buffer-overflow"},
};

static uint8_t mark_at(uintptr_t address) {
    size_t scale, offset;
    __asan_get_shadow_mapping(&scale, &offset);
    const uint8_t *shadow = (const uint8_t *)((address >> scale) + offset);
    /* A granule that is good in part: what follows says why the rest is not. */
    return *shadow > 0 && *shadow < 0x80 ? shadow[1] : *shadow;
}

static const char *text_of(uint8_t mark) {
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (marks[i].mark == mark) {
            return marks[i].text;
        }
    }
    return "bad-access";
}

/* Is it on a stack of ours? Of one that is borrowed, it may be a block. */
static bool is_on_stack(uintptr_t address) {
    uintptr_t function;
    const struct snag__fiber *f = snag__asan_fiber_at(address, &function);
    return f != NULL && (function != 0 || !f->borrowed);
}

/* The block that the address lies in, or beside. The runtime, asked about a stack, looks there for
 * a frame, and ends the process where it finds none. */
static const struct snag__block *block_near(uintptr_t address) {
    if (is_on_stack(address)) {
        return NULL;
    }
    void *begin = NULL;
    size_t bytes = 0;
    const char *where = __asan_locate_address((void *)address, NULL, 0, &begin, &bytes);
    return strcmp(where, "heap") == 0 ? snag__heap_find((uintptr_t)begin) : NULL;
}

/* ---- who ---- */

static void set_detail(struct snag_finding *f, const char *text) {
    if (f != NULL) {
        snprintf(f->detail, sizeof(f->detail), "%s", text);
    }
}

/* Whose frame it is or was, if that is known. */
static void add_frame(struct snag_finding *f, uintptr_t address) {
    uintptr_t function;
    const struct snag__fiber *fiber = snag__asan_fiber_at(address, &function);
    if (fiber == NULL || function == 0) {
        return;
    }
    uint32_t site = (uint32_t)(function + 1 - snag__sched.image);
    struct snag_party *p = snag__raise_party(f, 0, site);
    if (p == NULL) {
        return;
    }
    f->parties[0].holds_site = site;
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (snag__vthreads[i].fiber == fiber) {
            p->vthread = (uint16_t)i;
            p->task = 0;
        }
    }
    for (uint32_t i = 0; i < snag__task_count(); i++) {
        if (snag__task_at(i)->fiber == fiber) {
            p->task = (uint16_t)(i + 1);
        }
    }
}

/* Raised by a function of the C library, whose caller is at `site`, or by the invariant there. */
static _Noreturn void report_call(enum snag_finding_kind kind, const char *text, uint32_t site) {
    bool invariant = snag__body_invariant_over();
    snag__self = snag__asan_runs();
    struct snag_finding *f = snag__raise(invariant ? SNAG_BAD_INVARIANT : kind);
    (void)snag__raise_party(f, 0, site);
    set_detail(f, text);
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

static _Noreturn void report(uintptr_t address, uintptr_t bytes, bool is_write, uint32_t site,
                             struct walk walk) {
    uint8_t mark = mark_at(address);
    const char *text = text_of(mark);
    if (snag__body_in_invariant()) {
        report_call(SNAG_BAD_INVARIANT, text, site);
    }
    snag__self = snag__asan_runs();
    bool freed = strcmp(text, "heap-use-after-free") == 0;
    const struct snag__block *b = block_near(address);
    struct snag_finding *f = snag__raise(freed ? SNAG_USE_AFTER_FREE : SNAG_MEMORY);
    struct snag_party *p = snag__raise_party(f, 0, site);
    if (p != NULL) {
        p->is_write = is_write;
        p->bytes = (uint32_t)bytes;
        add_callers(p, walk);
        p->holds_site = b == NULL ? 0 : freed ? b->freed_site : b->site;
    }
    if (!freed) {
        set_detail(f, text);
    }
    if (b != NULL) {
        snag__heap_parties(f, b);
    } else {
        add_frame(f, address);
    }
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

void snag__asan_access(const void *address, bool is_write, uint32_t site) {
    if (snag__unlikely(__asan_address_is_poisoned(address))) {
        struct walk walk = {0, (uintptr_t)__builtin_frame_address(0)};
        report((uintptr_t)address, 0, is_write, site, walk);
    }
}

/* ---- the runtime's reports ---- */

#define CALLER() site_of(0, (uintptr_t)__builtin_frame_address(0))

void GENERIC(__wrap_)(uintptr_t pc, uintptr_t bp, uintptr_t sp, uintptr_t address, bool is_write,
                      uintptr_t bytes, uint32_t experiment, bool fatal) {
    if (snag__asan_runs() == NULL) {
        GENERIC(__real_)(pc, bp, sp, address, is_write, bytes, experiment, fatal);
        return;
    }
    void *first = __asan_region_is_poisoned((void *)address, bytes > 0 ? bytes : 1);
    report(first != NULL ? (uintptr_t)first : address, bytes, is_write, site_of(pc, bp),
           (struct walk){pc, bp});
}

void DOUBLE_FREE(__wrap_)(uintptr_t address, void *stack) {
    if (snag__asan_runs() == NULL) {
        DOUBLE_FREE(__real_)(address, stack);
        return;
    }
    report_call(SNAG_DOUBLE_FREE, snag__body_in_invariant() ? "double free" : "", CALLER());
}

void BAD_FREE(__wrap_)(uintptr_t address, void *stack) {
    if (snag__asan_runs() == NULL) {
        BAD_FREE(__real_)(address, stack);
        return;
    }
    report_call(SNAG_MISUSE, "free of what is no allocated block", CALLER());
}

void OVERLAP(__wrap_)(const char *function, const char *a, uintptr_t a_bytes, const char *b,
                      uintptr_t b_bytes, void *stack) {
    if (snag__asan_runs() == NULL) {
        OVERLAP(__real_)(function, a, a_bytes, b, b_bytes, stack);
        return;
    }
    char text[64];
    snprintf(text, sizeof(text), "%s of memory that overlaps", function);
    report_call(SNAG_MEMORY, text, CALLER());
}

void NEGATIVE(__wrap_)(uintptr_t address, uintptr_t bytes, void *stack) {
    if (snag__asan_runs() == NULL) {
        NEGATIVE(__real_)(address, bytes, stack);
        return;
    }
    report_call(SNAG_MEMORY, "a negative size", CALLER());
}
