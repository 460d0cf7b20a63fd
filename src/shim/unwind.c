/* unwind.c: how a thread leaves its start function from wherever it is: pthread_exit, or cancelled.
 *
 * The frames are unwound one by one, as the C library does it: code compiled with -fexceptions has
 * the compiler's own handlers there (the destructors of C++, and pthread_cleanup_push in its other
 * form), which the unwinder calls; where it comes to the frame of a handler that is registered
 * (cleanup.c), it jumps there, and the handler asks for the rest to be unwound. What has no unwind
 * table is passed over. The rule: when the last frame is reached the vthread ends, on top of the
 * stack that it has left.
 */
#include <pthread.h>
#include <setjmp.h>
#include <string.h>
#include <unwind.h>

#include "exec/rt.h"
#include "oracle/raise.h"
#include "shim/cancel.h"
#include "shim/cleanup.h"
#include "shim/thread.h"

/* The unwinder goes deeper than any switch sees. */
enum { UNWINDER_BYTES = 8 << 10 };

/* Not on the stack that is unwound: a catch (...) that throws again still needs it. */
static struct _Unwind_Exception unwinding[SNAG__VTHREADS_MAX];

/* The frame that is looked at has all that it calls below `context`'s. */
static _Unwind_Reason_Code at_frame(int version, _Unwind_Action actions,
                                    _Unwind_Exception_Class exception_class,
                                    struct _Unwind_Exception *exception,
                                    struct _Unwind_Context *context, void *unused) {
    (void)version, (void)exception_class, (void)exception, (void)unused;
    bool last = (actions & _UA_END_OF_STACK) != 0;
    void *handler = snag__cleanup_at(last ? UINTPTR_MAX : _Unwind_GetCFA(context));
    if (handler != NULL) {
        longjmp((struct __jmp_buf_tag *)handler, 1);
    }
    if (last) {
        snag__vthread_end(snag__self->result, false);
    }
    return _URC_NO_REASON;
}

/* Somebody has caught it and lets the thread go on, which the C library does not survive. */
static void caught(_Unwind_Reason_Code why, struct _Unwind_Exception *exception) {
    (void)why, (void)exception;
    static const char text[] = "a thread that was to end caught that with catch (...)";
    struct snag_finding *f = snag__raise(SNAG_ABORT);
    if (f != NULL) {
        memcpy(f->detail, text, sizeof(text));
    }
    (void)snag__raise_party(f, 0, snag__self->pend.site);
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}

_Noreturn void snag__thread_exit(void *result) {
    struct snag__vthread *self = snag__self;
    self->cancel |= SNAG__CANCEL_LEAVING;
    self->result = result;
    snag__fiber_note_depth(self->runs, (char *)__builtin_frame_address(0) - UNWINDER_BYTES);
    snag__rt_unwinds();
    unwinding[self->index] = (struct _Unwind_Exception){.exception_cleanup = caught};
    (void)_Unwind_ForcedUnwind(&unwinding[self->index], at_frame, NULL);
    /* There is no table for one of the frames: those with handlers are all that is left. */
    void *handler = snag__cleanup_at(UINTPTR_MAX);
    if (handler != NULL) {
        longjmp((struct __jmp_buf_tag *)handler, 1);
    }
    snag__vthread_end(result, false);
}
