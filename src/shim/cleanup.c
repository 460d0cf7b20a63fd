/* cleanup.c: pthread_cleanup_push and _pop, and how a thread that exits runs what was pushed.
 *
 * In C both are macros: a push is a setjmp whose buffer is registered, and an exit jumps to the
 * newest one, which calls its handler and asks for the next. glibc keeps their list per OS thread;
 * here it is the vthread's. Not here: cancellation, and code compiled with -fexceptions, whose
 * handlers the compiler calls while it unwinds.
 */
#include <pthread.h>
#include <setjmp.h>

#include "sched/sched.h"
#include "shim/thread.h"

void __real___pthread_register_cancel(__pthread_unwind_buf_t *b);
void __real___pthread_unregister_cancel(__pthread_unwind_buf_t *b);
_Noreturn void __real___pthread_unwind_next(__pthread_unwind_buf_t *b);

void __wrap___pthread_register_cancel(__pthread_unwind_buf_t *b);
void __wrap___pthread_unregister_cancel(__pthread_unwind_buf_t *b);
_Noreturn void __wrap___pthread_unwind_next(__pthread_unwind_buf_t *b);

void __wrap___pthread_register_cancel(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_register_cancel(b);
        return;
    }
    b->__pad[0] = snag__self->cleanup;
    snag__self->cleanup = b;
}

void __wrap___pthread_unregister_cancel(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_unregister_cancel(b);
        return;
    }
    snag__self->cleanup = b->__pad[0];
}

/* The handler of `b` has run. */
_Noreturn void __wrap___pthread_unwind_next(__pthread_unwind_buf_t *b) {
    if (snag__self == NULL) {
        __real___pthread_unwind_next(b);
    }
    snag__self->cleanup = b->__pad[0];
    snag__thread_exit(snag__self->result);
}

/* The buffer begins as a jmp_buf does. */
_Noreturn void snag__thread_exit(void *result) {
    struct snag__vthread *self = snag__self;
    if (self->cleanup == NULL) {
        snag__vthread_end(result, false);
    }
    self->result = result;
    longjmp((struct __jmp_buf_tag *)self->cleanup, 1);
}
