/* coroutine.h: the guide for those who bring their own coroutines or event loop: what to annotate.
 *
 * A *task* is whatever goes on for a while and now and then gives its thread back: a coroutine, or
 * a request that is served by one callback after another. Any address stands for it. Told when it
 * runs, snag knows it as it does its own tasks (task.h): it has a lane, the locks taken while it
 * runs are its locks; to be suspended with a blocking lock in hand is a hazard (R1), and whoever
 * waits for that lock for good has found a suspended-owner hang; to ask for it again is a
 * self-deadlock on whichever thread it runs by then. All of it, for coroutines:
 *
 *     void co_create(struct co *co, char *stack, size_t bytes) {
 *         SNAG_TASK_CREATED(co);
 *         SNAG_TASK_STACK(co, stack, bytes);
 *         co_prepare(co, stack, bytes);
 *     }
 *     void co_resume(struct co *co) {
 *         SNAG_TASK_RESUMED(co); // before each switch to it, the first one too
 *         swapcontext(&co->resumer, &co->own);
 *     }
 *     void co_await(struct co *co, const void *event) {
 *         SNAG_TASK_SUSPENDED(co, event); // before each switch back
 *         swapcontext(&co->own, &co->resumer);
 *     }
 *     void co_end(struct co *co) {
 *         SNAG_TASK_ENDED(co); // before the last one
 *         setcontext(&co->resumer);
 *     }
 *
 * and for callbacks, which run on the stack of the loop, and need no SNAG_TASK_STACK:
 *
 *     void on_request(struct request *r) {
 *         SNAG_TASK_RESUMED(r); // the first thing in each of its callbacks
 *         request_send(r);
 *         SNAG_TASK_SUSPENDED(r, &r->answer); // and the last
 *     }
 *     void on_answer(struct request *r) {
 *         SNAG_TASK_RESUMED(r);
 *         request_finish(r);
 *         SNAG_TASK_ENDED(r);
 *     }
 *
 * A library that cannot be changed is told of where it is called. As in annotate.h: the calls may
 * stay in production code, nothing of them is evaluated there, -DSNAG_NO_ANNOTATIONS removes them.
 * The rule: an annotation tells; it never changes what runs when. A task of snag's own that waits
 * is resumed from any callback by snag_wake (async.h), with no annotation.
 */
#ifndef SNAG_COROUTINE_H
#define SNAG_COROUTINE_H

#include <stddef.h>

#include "snag/annotate.h"

#ifdef __cplusplus
extern "C" {
#endif

enum snag__task_says {
    SNAG__TASK_SAYS_CREATED,
    SNAG__TASK_SAYS_STACK,
    SNAG__TASK_SAYS_RESUMED,
    SNAG__TASK_SAYS_SUSPENDED,
    SNAG__TASK_SAYS_ENDED
};

#if defined(__ELF__) && !defined(SNAG_NO_ANNOTATIONS)
void snag__task_says(enum snag__task_says what, const volatile void *task,
                     const volatile void *other, size_t bytes, void *caller) __attribute__((weak));
#define SNAG__TASK_SAYS(what, task, other, bytes)                                                  \
    SNAG__ANNOTATE(snag__task_says, SNAG__TASK_SAYS_##what, task, other, bytes,                    \
                   __builtin_return_address(0))
#else /* the names are used, so that no compiler complains */
#define SNAG__TASK_SAYS(what, task, other, bytes)                                                  \
    ((void)sizeof(task), (void)sizeof(other), (void)sizeof(bytes))
#endif

/* It exists, and has not run yet; by whoever makes it. Reports call it by its place in the tree of
 * threads and tasks ("task t0.1.2"), and by its name, if snag_name gave it one. Where this is left
 * out, it begins when it first runs: but if the same memory was another task, that is needed. */
#define SNAG_TASK_CREATED(task) SNAG__TASK_SAYS(CREATED, task, NULL, 0)
/* It runs on a stack of its own, the `bytes` from `lowest` on: once, before it first runs; not for
 * callbacks. The memory may come from anywhere (malloc, mmap, an array), and must stay until it has
 * ended; after a hang what was allocated is put back, what was mapped stays. Without this,
 * ThreadSanitizer and AddressSanitizer take its frames for those of whoever resumed it; with it,
 * what AddressSanitizer says of swapcontext and longjmp when it meets them is of no concern. */
#define SNAG_TASK_STACK(task, lowest, bytes) SNAG__TASK_SAYS(STACK, task, lowest, bytes)
/* It runs from now on, on this thread, on top of whatever runs there. With a stack, right before
 * the library switches to it (by assembly, swapcontext, longjmp …): no function of code that is
 * compiled for snag is entered or left in between. */
#define SNAG_TASK_RESUMED(task) SNAG__TASK_SAYS(RESUMED, task, NULL, 0)
/* It gives its thread back until it is resumed, on this or another thread; what it ran on top of
 * goes on. `awaited`: any address that stands for what it waits for, or NULL: reports name it.
 * With a stack, right before the library switches away from it, and reports name who called the
 * function that this stands in; else the place itself. */
#define SNAG_TASK_SUSPENDED(task, awaited) SNAG__TASK_SAYS(SUSPENDED, task, awaited, 0)
/* It has come to its end; with a stack, right before the library leaves that for the last time. Or
 * it is given up while it is suspended, by whoever does that. What it still holds is told. */
#define SNAG_TASK_ENDED(task) SNAG__TASK_SAYS(ENDED, task, NULL, 0)

#ifdef __cplusplus
}
#endif

#endif
