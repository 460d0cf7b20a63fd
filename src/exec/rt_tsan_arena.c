/* rt_tsan_arena.c: what ThreadSanitizer allocates for a report is given back when the report is
 * made.
 *
 * The runtime never frees it (a kilobyte a report), which is nothing to a program that reports a
 * dozen races and the end of one that sees the same race thousands of times a second. So its
 * allocator is replaced while it reports: blocks come from an arena, which the next report begins
 * anew. The rule: this holds on the reporting thread, between the beginning and the end of
 * ReportRace, and nothing it allocates there may be wanted afterwards; symbols, which it would
 * keep, are not looked up (rt_tsan_report.c).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARENA_BYTES = 256 << 10, ALIGN = 16 };

static char arena[ARENA_BYTES] __attribute__((aligned(ALIGN)));
static size_t used;
static _Thread_local bool reporting __attribute__((tls_model("initial-exec")));

/* By the names they have for the linker:
 *     void __tsan::ReportRace(ThreadState *, RawShadow *, Shadow current, Shadow old, AccessType);
 *     void *__sanitizer::InternalAlloc(uptr bytes, InternalAllocatorCache *, uptr alignment);
 *     void __sanitizer::InternalFree(void *block, InternalAllocatorCache *);
 * A runtime that names them otherwise goes on as it was: hence weak. */
#define REPORT(prefix)                                                                             \
    prefix##_ZN6__tsan10ReportRaceEPNS_11ThreadStateEPNS_9RawShadowENS_6ShadowES4_m
#define ALLOC(prefix)                                                                              \
    prefix##_ZN11__sanitizer13InternalAllocEmPNS_30SizeClassAllocator32LocalCacheINS_20SizeClassAllocator32INS_4AP32EEEEEm
#define FREE(prefix)                                                                               \
    prefix##_ZN11__sanitizer12InternalFreeEPvPNS_30SizeClassAllocator32LocalCacheINS_20SizeClassAllocator32INS_4AP32EEEEE

__attribute__((weak)) void REPORT(__real_)(void *thread, void *shadow, uint32_t now, uint32_t old,
                                           uintptr_t type);
__attribute__((weak)) void *ALLOC(__real_)(uintptr_t bytes, void *cache, uintptr_t align);
__attribute__((weak)) void FREE(__real_)(void *block, void *cache);
void REPORT(__wrap_)(void *thread, void *shadow, uint32_t now, uint32_t old, uintptr_t type);
void *ALLOC(__wrap_)(uintptr_t bytes, void *cache, uintptr_t align);
void FREE(__wrap_)(void *block, void *cache);

void REPORT(__wrap_)(void *thread, void *shadow, uint32_t now, uint32_t old, uintptr_t type) {
    used = 0;
    reporting = true;
    REPORT(__real_)(thread, shadow, now, old, type);
    reporting = false;
}

void *ALLOC(__wrap_)(uintptr_t bytes, void *cache, uintptr_t align) {
    size_t rounded = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!reporting || align > ALIGN || rounded < bytes || rounded > ARENA_BYTES - used) {
        return ALLOC(__real_)(bytes, cache, align);
    }
    used += rounded;
    return arena + used - rounded;
}

void FREE(__wrap_)(void *block, void *cache) {
    if ((uintptr_t)block - (uintptr_t)arena >= ARENA_BYTES) {
        FREE(__real_)(block, cache);
    }
}
