/* callers.c: see callers.h. */
#include "exec/callers.h"

#include <stddef.h>
#include <unwind.h>

#include "exec/marker.h"
#include "exec/rt.h"
#include "sched/sched.h"

/* What unwinding may use of a stack. */
enum { UNWIND_BYTES = 16384 };

struct walk {
    uint32_t *sites;
    uint32_t count, room;
};

static _Unwind_Reason_Code pass(struct _Unwind_Context *context, void *argument) {
    struct walk *w = argument;
    uintptr_t pc = _Unwind_GetIP(context);
    if (snag__in_code_under_test(pc)) {
        w->sites[w->count++] = (uint32_t)(pc - snag__sched.image);
    }
    return w->count < w->room ? _URC_NO_REASON : _URC_END_OF_STACK;
}

uint32_t snag__callers(uint32_t *sites, uint32_t room) {
    struct snag__vthread *self = snag__self;
    struct snag__fiber *f = self->runs;
    struct walk w = {.sites = sites, .room = room};
    char *here = __builtin_frame_address(0);
    size_t left = (uintptr_t)here - (uintptr_t)f->stack;
    /* Nobody knows what the first frame of a foreign stack looks like, nor how much is left of it,
     * be it one that was told of or not. */
    if (room == 0 || f->borrowed || left >= f->stack_bytes || left < UNWIND_BYTES) {
        return 0;
    }
    snag__fiber_note_depth(f, here - UNWIND_BYTES);
    snag__rt_ignore_begin();
    snag__self = NULL; /* the unwinder's own locks are not under test */
    (void)_Unwind_Backtrace(pass, &w);
    snag__self = self;
    snag__rt_ignore_end();
    return w.count;
}
