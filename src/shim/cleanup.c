/* cleanup.c: pthread_cleanup_push and _pop, as plain C has them. See cleanup.h.
 *
 * Both are macros: a push is a setjmp whose buffer, a local variable, is registered; who unwinds
 * the thread (unwind.c) jumps to the newest one, which calls its handler and asks for the next.
 * glibc keeps their list per OS thread; here it is the vthread's. Code compiled with -fexceptions
 * registers nothing: the compiler calls its handlers while it is unwound. The rule: a buffer is
 * read only as long as the function that pushed it has not returned.
 */
#include "shim/cleanup.h"

#include <pthread.h>

#include "base/assert.h"
#include "oracle/raise.h"
#include "shim/cancel.h"
#include "shim/thread.h"

void __real___pthread_register_cancel(__pthread_unwind_buf_t *b);
void __real___pthread_unregister_cancel(__pthread_unwind_buf_t *b);
void __real___pthread_register_cancel_defer(__pthread_unwind_buf_t *b);
void __real___pthread_unregister_cancel_restore(__pthread_unwind_buf_t *b);
_Noreturn void __real___pthread_unwind_next(__pthread_unwind_buf_t *b);

void __wrap___pthread_register_cancel(__pthread_unwind_buf_t *b);
void __wrap___pthread_unregister_cancel(__pthread_unwind_buf_t *b);
void __wrap___pthread_register_cancel_defer(__pthread_unwind_buf_t *b);
void __wrap___pthread_unregister_cancel_restore(__pthread_unwind_buf_t *b);
_Noreturn void __wrap___pthread_unwind_next(__pthread_unwind_buf_t *b);

/* What is kept in the buffer's own words: the next older one, the stack pointer of the function
 * that pushed it, where that was, and whether its thread was cancelled asynchronously before. */
enum { OLDER, STACK, SITE, TYPE };

/* Who pushed the newest has returned: of those before it nothing is known. */
static void tell_never_popped(void) {
    snag__raise_misuse("a cleanup handler is pushed and never popped", snag__self->object,
                       snag__self->cleanup_site, 0);
    snag__self->cleanup = NULL;
}

void snag__cleanups_above(uintptr_t stack) {
    if (snag__unlikely(snag__self->cleanup != NULL && (uintptr_t)snag__self->cleanup < stack)) {
        tell_never_popped();
    }
}

static void set_newest(__pthread_unwind_buf_t *b) {
    snag__self->cleanup = b;
    snag__self->cleanup_stack = b != NULL ? (uintptr_t)b->__pad[STACK] : 0;
    snag__self->cleanup_site = b != NULL ? (uint32_t)(uintptr_t)b->__pad[SITE] : 0;
}

static void push(__pthread_unwind_buf_t *b, uintptr_t stack, uint32_t site) {
    snag__cleanups_above(stack);
    b->__pad[OLDER] = snag__self->cleanup;
    b->__pad[STACK] = (void *)stack;
    b->__pad[SITE] = (void *)(uintptr_t)site;
    set_newest(b);
}

void __wrap___pthread_register_cancel(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_register_cancel(b);
        return;
    }
    push(b, SNAG__CALLERS_STACK(), SNAG__SITE());
}

void __wrap___pthread_unregister_cancel(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_unregister_cancel(b);
        return;
    }
    set_newest(b->__pad[OLDER]);
}

/* pthread_cleanup_push_defer_np: what is asynchronous is deferred from here on. */
void __wrap___pthread_register_cancel_defer(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_register_cancel_defer(b);
        return;
    }
    push(b, SNAG__CALLERS_STACK(), SNAG__SITE());
    b->__pad[TYPE] = (void *)(uintptr_t)(snag__self->cancel & SNAG__CANCEL_ASYNC);
    snag__self->cancel &= (uint8_t)~SNAG__CANCEL_ASYNC;
}

void __wrap___pthread_unregister_cancel_restore(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_unregister_cancel_restore(b);
        return;
    }
    set_newest(b->__pad[OLDER]);
    snag__self->cancel |= (uint8_t)(uintptr_t)b->__pad[TYPE];
    if ((snag__self->cancel & SNAG__CANCEL_ASYNC) != 0) {
        snag__cancel_here(SNAG__SITE());
    }
}

/* The handler of `b` has run. */
_Noreturn void __wrap___pthread_unwind_next(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_unwind_next(b);
    }
    set_newest(b->__pad[OLDER]);
    snag__thread_exit(snag__self->result);
}

/* The buffer begins as a jmp_buf does. One of a function that has returned may have been
 * overwritten since. */
void *snag__cleanup_at(uintptr_t stack) {
    struct snag__vthread *self = snag__self;
    const __pthread_unwind_buf_t *b = self->cleanup;
    if (b == NULL || stack < self->cleanup_stack) {
        return NULL;
    }
    if (b->__pad[STACK] != (void *)self->cleanup_stack ||
        b->__pad[SITE] != (void *)(uintptr_t)self->cleanup_site) {
        tell_never_popped();
    }
    return self->cleanup;
}
