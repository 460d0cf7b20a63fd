/* new.c: operator new and delete, in all their forms, on the heap under control.
 *
 * A program that brings its own keeps them, all of them: what those allocate with is seen. The
 * rule: a block is given back to the family that it came from (heap.c); a refused allocation goes
 * to the program's new handler, and is std::bad_alloc where there is none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exec/marker.h"
#include "sched/sched.h"
#include "shim/heap.h"

/* std::get_new_handler and std::__throw_bad_alloc. */
typedef void (*handler)(void);
handler get_handler(void) __asm__("_ZSt15get_new_handlerv");
_Noreturn void throw_bad_alloc(void) __asm__("_ZSt17__throw_bad_allocv");

void *__real__Znwm(size_t n);
void *__real__Znam(size_t n);
void __real__ZdlPv(void *p);
void __real__ZdaPv(void *p);

static bool is_theirs(uintptr_t at) {
    return snag__in_code_under_test(at);
}

/* On this OS thread, here and now, are these the program's own business? */
static inline bool is_ours(void) {
    return snag__self != NULL && !is_theirs((uintptr_t)__real__Znwm) &&
           !is_theirs((uintptr_t)__real__Znam) && !is_theirs((uintptr_t)__real__ZdlPv) &&
           !is_theirs((uintptr_t)__real__ZdaPv);
}

static void *refused(size_t n, size_t align, enum snag__block_family family, uint32_t site) {
    void *p = NULL;
    while (p == NULL) {
        handler h = get_handler();
        if (h == NULL) {
            throw_bad_alloc();
        }
        h();
        p = snag__heap_allocate(n, align, family, site);
    }
    return p;
}

static inline void *new (size_t n, size_t align, enum snag__block_family family, uint32_t site) {
    void *p = snag__heap_allocate(n, align, family, site);
    return p != NULL ? p : refused(n, align, family, site);
}

static inline void delete (void *p, enum snag__block_family family, uint32_t site) {
    if (p != NULL) {
        snag__heap_release(p, family, site);
    }
}

/* Each form: its symbol, its family, its further parameters and how they are passed on.
 * std::nothrow is passed by reference, an alignment as a number. */
#define NEW(symbol, family, align, parameters, arguments)                                          \
    void *__real_##symbol parameters;                                                              \
    void *__wrap_##symbol parameters;                                                              \
    void *__wrap_##symbol parameters {                                                             \
        return is_ours() ? new (n, align, family, SNAG__SITE()) : __real_##symbol arguments;       \
    }
#define NOTHROW(symbol, family, align, parameters, arguments)                                      \
    void *__real_##symbol parameters;                                                              \
    void *__wrap_##symbol parameters;                                                              \
    void *__wrap_##symbol parameters {                                                             \
        return is_ours() ? snag__heap_allocate(n, align, family, SNAG__SITE())                     \
                         : __real_##symbol arguments;                                              \
    }
#define DELETE(symbol, family, parameters, arguments)                                              \
    void __real_##symbol parameters;                                                               \
    void __wrap_##symbol parameters;                                                               \
    void __wrap_##symbol parameters {                                                              \
        if (is_ours()) {                                                                           \
            delete (p, family, SNAG__SITE());                                                      \
        } else {                                                                                   \
            __real_##symbol arguments;                                                             \
        }                                                                                          \
    }

#define ONE SNAG__BLOCK_NEW
#define ARRAY SNAG__BLOCK_NEW_ARRAY

NEW(_Znwm, ONE, 0, (size_t n), (n))
NEW(_Znam, ARRAY, 0, (size_t n), (n))
NEW(_ZnwmSt11align_val_t, ONE, align, (size_t n, size_t align), (n, align))
NEW(_ZnamSt11align_val_t, ARRAY, align, (size_t n, size_t align), (n, align))
NOTHROW(_ZnwmRKSt9nothrow_t, ONE, 0, (size_t n, const void *t), (n, t))
NOTHROW(_ZnamRKSt9nothrow_t, ARRAY, 0, (size_t n, const void *t), (n, t))
NOTHROW(_ZnwmSt11align_val_tRKSt9nothrow_t, ONE, align, (size_t n, size_t align, const void *t),
        (n, align, t))
NOTHROW(_ZnamSt11align_val_tRKSt9nothrow_t, ARRAY, align, (size_t n, size_t align, const void *t),
        (n, align, t))
DELETE(_ZdlPv, ONE, (void *p), (p))
DELETE(_ZdaPv, ARRAY, (void *p), (p))
DELETE(_ZdlPvm, ONE, (void *p, size_t n), (p, n))
DELETE(_ZdaPvm, ARRAY, (void *p, size_t n), (p, n))
DELETE(_ZdlPvRKSt9nothrow_t, ONE, (void *p, const void *t), (p, t))
DELETE(_ZdaPvRKSt9nothrow_t, ARRAY, (void *p, const void *t), (p, t))
DELETE(_ZdlPvSt11align_val_t, ONE, (void *p, size_t align), (p, align))
DELETE(_ZdaPvSt11align_val_t, ARRAY, (void *p, size_t align), (p, align))
DELETE(_ZdlPvmSt11align_val_t, ONE, (void *p, size_t n, size_t align), (p, n, align))
DELETE(_ZdaPvmSt11align_val_t, ARRAY, (void *p, size_t n, size_t align), (p, n, align))
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t, ONE, (void *p, size_t align, const void *t),
       (p, align, t))
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t, ARRAY, (void *p, size_t align, const void *t),
       (p, align, t))
