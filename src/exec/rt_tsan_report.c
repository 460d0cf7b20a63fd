/* rt_tsan_report.c: what ThreadSanitizer reports, as findings. See rt_tsan.h.
 *
 * Nothing is printed: the runtime asks whether a report is suppressed before it writes it, and is
 * told that it is. Of its kinds of report, races and uses after free are kept; what it thinks of
 * mutexes, threads and signals is the business of snag's own oracles. The rule: no function here
 * allocates or calls back into the runtime's locks, which are held while it reports.
 */
#include <stddef.h>
#include <string.h>

#include "exec/marker.h"
#include "exec/rt.h"
#include "exec/rt_tsan.h"
#include "sched/vthread.h"
#include "shim/heap.h"
#include "shim/tls.h"
#include "snag/run.h"
#include "task/task_internal.h"

int __tsan_get_report_data(void *report, const char **description, int *count, int *stacks,
                           int *mops, int *locs, int *mutexes, int *threads, int *tids,
                           void **sleep_trace, unsigned long trace_size);
int __tsan_get_report_mop(void *report, unsigned long index, int *tid, void **address, int *size,
                          int *write, int *atomic, void **trace, unsigned long trace_size);
int __tsan_get_report_thread(void *report, unsigned long index, int *tid, unsigned long *os_id,
                             int *running, const char **name, int *parent, void **trace,
                             unsigned long trace_size);

/* The runtime's weak hook `bool __tsan::OnReport(const ReportDesc *, bool suppressed)`, by the name
 * it has for the linker. True: not to be printed. */
bool snag__tsan_on_report(void *report,
                          bool suppressed) __asm__("_ZN6__tsan8OnReportEPKNS_10ReportDescEb");

enum { TRACE_MAX = 64 };

/* ---- no symbols ---- */

/* The runtime's `SymbolizedStack *__tsan::SymbolizeCode(uptr pc)` and `ReportLocation
 * *__tsan::SymbolizeData(uptr address)` look for the module, and read /proc/self/maps for an
 * address that is in none (as fibers' stacks are), which is most of the cost of a report. Of a
 * stack only the pcs are wanted here. */
struct frame;
struct frame *snag__tsan_frame(uintptr_t pc) __asm__("_ZN11__sanitizer15SymbolizedStack3NewEm")
    __attribute__((weak));
struct frame *__real__ZN6__tsan13SymbolizeCodeEm(uintptr_t pc);
struct frame *__wrap__ZN6__tsan13SymbolizeCodeEm(uintptr_t pc);
void *__wrap__ZN6__tsan13SymbolizeDataEm(uintptr_t address);

struct frame *__wrap__ZN6__tsan13SymbolizeCodeEm(uintptr_t pc) {
    return snag__tsan_frame != NULL ? snag__tsan_frame(pc) : __real__ZN6__tsan13SymbolizeCodeEm(pc);
}

void *__wrap__ZN6__tsan13SymbolizeDataEm(uintptr_t address) {
    (void)address;
    return NULL;
}

static struct snag_finding found[SNAG_FINDINGS_PER_RUN];
static uint32_t found_count;
static bool reported;
uint32_t snag__tsan_strays;

bool snag__tsan_reports_reset(void) {
    bool any = reported;
    reported = false;
    found_count = 0;
    return any;
}

uint32_t snag__rt_races(struct snag_finding *out, uint32_t room) {
    uint32_t n = found_count < room ? found_count : room;
    memcpy(out, found, n * sizeof(found[0]));
    found_count = 0;
    return n;
}

/* ---- where ---- */

extern const char __executable_start[], _end[]; /* made by the linker */

static bool between(const void *p, const void *begin, const void *end) {
    return (uintptr_t)p >= (uintptr_t)begin && (uintptr_t)p < (uintptr_t)end;
}

/* The innermost frame that belongs to the code under test, and those that called it: above it stand
 * interceptors of the C library and functions of snag that act for it. */
static void set_sites(struct snag_party *p, void *const *trace) {
    uint32_t callers = 0;
    for (uint32_t i = 0; i < TRACE_MAX && trace[i] != NULL && callers < SNAG_CALLERS_MAX; i++) {
        if (!snag__in_code_under_test((uintptr_t)trace[i])) {
            continue;
        }
        uint32_t site = (uint32_t)((uintptr_t)trace[i] - snag__sched.image);
        if (p->at_site == 0) {
            p->at_site = site;
        } else {
            p->callers[callers++] = site;
        }
    }
    if (p->at_site == 0 && between(trace[0], __executable_start, _end)) {
        p->at_site = (uint32_t)((uintptr_t)trace[0] - snag__sched.image);
    }
}

/* Memory of snag itself, which is on one OS thread and needs no order: seen only where its code
 * calls an interceptor (memcpy and the like). */
static bool is_own(const void *address) {
    return between(address, __executable_start, _end) && !snag__in_globals((uintptr_t)address) &&
           !snag__tls_contains(address);
}

/* ---- who ---- */

/* The worker on which the task last was: a fiber of a task does not say. */
static uint16_t last_vthread_of(uint16_t task) {
    for (uint32_t i = snag__recorder->events_count; i-- > 0;) {
        const struct snag_event *e = &snag__recorder->events[i];
        if (e->task == task) {
            return e->vthread;
        }
    }
    return 0;
}

static void set_actor(struct snag_party *p, const struct snag__fiber *f) {
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        if (snag__vthreads[i].fiber == f) {
            p->vthread = (uint16_t)i;
            p->task = &snag__vthreads[i] == snag__self ? snag__self->task_number : 0;
            return;
        }
    }
    for (uint32_t i = 0; i < snag__task_count(); i++) {
        if (snag__task_at(i)->fiber == f) {
            p->task = (uint16_t)(i + 1);
            p->vthread = last_vthread_of(p->task);
            return;
        }
    }
}

/* The fiber with that number in the runtime. NULL: not one of ours. */
static struct snag__fiber *fiber_of(void *report, int threads, int tid) {
    for (int i = 0; i < threads; i++) {
        int id, running, parent;
        unsigned long os_id;
        const char *name = NULL;
        void *trace[1];
        if (__tsan_get_report_thread(report, (unsigned long)i, &id, &os_id, &running, &name,
                                     &parent, trace, 1) != 0 &&
            id == tid && name != NULL) {
            return snag__tsan_fiber_named(name);
        }
    }
    return NULL;
}

/* ---- what ---- */

struct access {
    struct snag_party party;
    void *address;
};

static struct access read_access(void *report, unsigned long index, int threads) {
    struct access a = {.address = NULL};
    void *trace[TRACE_MAX] = {NULL};
    int tid, size, write, atomic;
    __tsan_get_report_mop(report, index, &tid, &a.address, &size, &write, &atomic, trace,
                          TRACE_MAX);
    set_sites(&a.party, trace);
    a.party.is_write = write != 0;
    a.party.is_atomic = atomic != 0;
    const struct snag__fiber *f = fiber_of(report, threads, tid);
    if (f != NULL) {
        set_actor(&a.party, f);
    }
    return a;
}

static bool was_kept(enum snag_finding_kind kind, const struct snag_party *first,
                     const struct snag_party *second) {
    for (uint32_t i = 0; i < found_count; i++) {
        const struct snag_finding *f = &found[i];
        if (f->kind == kind && f->parties[0].at_site == first->at_site &&
            f->parties[1].at_site == second->at_site) {
            return true;
        }
    }
    return false;
}

/* NULL: the same is there already, or there are as many as a verdict holds. */
static struct snag_finding *keep(enum snag_finding_kind kind, const struct snag_party *first,
                                 const struct snag_party *second) {
    if (found_count == SNAG_FINDINGS_PER_RUN || was_kept(kind, first, second)) {
        return NULL;
    }
    struct snag_finding *f = &found[found_count++];
    f->kind = kind;
    f->event = snag__recorder->events_count;
    f->detail[0] = '\0';
    f->parties_count = 2;
    f->parties[0] = *first;
    f->parties[1] = *second;
    return f;
}

static void keep_use_after_free(const struct access *use, const struct access *freeing) {
    struct snag_party user = use->party, freer = freeing->party;
    user.holds_site = freer.at_site;
    struct snag_finding *f = keep(SNAG_USE_AFTER_FREE, &user, &freer);
    const struct snag__block *b = f != NULL ? snag__heap_find((uintptr_t)use->address) : NULL;
    if (b != NULL) {
        f->parties[f->parties_count++] = (struct snag_party){.vthread = b->vthread,
                                                             .task = b->task,
                                                             .at_site = b->site,
                                                             .bytes = (uint32_t)b->bytes};
    }
}

bool snag__tsan_on_report(void *report, bool suppressed) {
    (void)suppressed;
    const char *what = "";
    int count, stacks, mops = 0, locs, mutexes, threads = 0, tids;
    void *trace[1];
    __tsan_get_report_data(report, &what, &count, &stacks, &mops, &locs, &mutexes, &threads, &tids,
                           trace, 1);
    bool freed = strncmp(what, "heap-use-after-free", 19) == 0;
    bool race = strncmp(what, "data-race", 9) == 0 || strcmp(what, "external-race") == 0;
    if (!(freed || race) || mops < 2) {
        return true;
    }
    reported = true;
    struct access now = read_access(report, 0, threads);
    struct access earlier = read_access(report, 1, threads);
    if (is_own(now.address) || is_own(earlier.address)) {
        return true;
    }
    if (snag__self == NULL) {
        snag__tsan_strays++;
        return true;
    }
    /* Which of the two came first is chance: an access that nothing orders before the free is a use
     * after it in another schedule. */
    if (snag__tsan_freeing) {
        keep_use_after_free(&earlier, &now);
    } else if (freed) {
        keep_use_after_free(&now, &earlier);
    } else {
        (void)keep(SNAG_RACE, &earlier.party, &now.party);
    }
    return true;
}
