/* annotate.h: what code under test may say of itself: names, and locks, waits and queues made by
 * hand.
 *
 * For the code under test, C11 or C++, not for a spec. It needs nothing of snag but this header:
 * the calls may stay in production code, where each costs a comparison with zero, evaluates none of
 * its arguments and links against nothing; with -DSNAG_NO_ANNOTATIONS they are gone altogether. The
 * rule: an annotation tells; it never changes what runs when, nor what happens before what, so that
 * a lock made by hand is itself under test: its own spinning, parking and memory orders.
 *
 *     void spin_lock(struct spin *s) {
 *         SNAG_LOCK_WAIT(s);
 *         while (atomic_exchange_explicit(&s->word, 1, memory_order_acquire))
 *             sched_yield();
 *         SNAG_LOCK_ACQUIRED(s);
 *     }
 *     void spin_unlock(struct spin *s) {
 *         SNAG_LOCK_RELEASED(s);
 *         atomic_store_explicit(&s->word, 0, memory_order_release);
 *     }
 */
#ifndef SNAG_ANNOTATE_H
#define SNAG_ANNOTATE_H

#ifdef __cplusplus
extern "C" {
#endif

enum snag__annotation {
    SNAG__LOCK_CREATED,
    SNAG__LOCK_DESTROYED,
    SNAG__LOCK_WAIT,
    SNAG__LOCK_WAIT_SHARED,
    SNAG__LOCK_GAVE_UP,
    SNAG__LOCK_ACQUIRED,
    SNAG__LOCK_ACQUIRED_SHARED,
    SNAG__LOCK_RELEASED,
    SNAG__GUARD_BEGIN,
    SNAG__GUARD_ENDS,
    SNAG__WAIT_BEGIN,
    SNAG__WAIT_END,
    SNAG__HAPPENS_BEFORE,
    SNAG__HAPPENS_AFTER
};

#if defined(__ELF__) && !defined(SNAG_NO_ANNOTATIONS)
/* Weak: only an executable that snag built has them. */
void snag__annotate_name(const volatile void *object, const char *format, ...)
    __attribute__((weak, format(printf, 2, 3)));
void snag__annotate(enum snag__annotation what, const volatile void *object, void *caller)
    __attribute__((weak));
void snag__annotate_queue(const volatile void *queue, unsigned long length, void *caller)
    __attribute__((weak));
#define SNAG__ANNOTATE(function, ...) (function ? function(__VA_ARGS__) : (void)0)
#else
#define SNAG__ANNOTATE(function, ...) ((void)0)
#endif

#define SNAG__DECLARE(what, object)                                                                \
    SNAG__ANNOTATE(snag__annotate, what, object, __builtin_return_address(0))

/* Calls a lock, condition variable, atomic … by a name: snag_name(&s->lock, "shard[%d]", i).
 * Reports then say `mutex shard[2]` instead of `mutex 5`. Before or after it is initialised; until
 * it is called otherwise, or its memory is allocated anew. 27 bytes are kept, and 4,096 names. A
 * thread is named by pthread_setname_np. */
#define snag_name(...) SNAG__ANNOTATE(snag__annotate_name, __VA_ARGS__)

/* ---- a lock made by hand --------------------------------------------------------------------
 *
 * For the functions of the lock; reports and keys name who called them. `lock` is any address that
 * stands for it. Declared, it is a lock like those of pthread: deadlocks
 * and self-deadlocks through it are found as such, at the wait that closes the cycle; so are an
 * operation that returns holding it, a task that suspends with it, an owner that ends with it; and,
 * what only a lock made by hand can do, that two hold it at once. */

/* The memory is a lock from now on, free. Needed only where one is reused without being freed. */
#define SNAG_LOCK_CREATED(lock) SNAG__DECLARE(SNAG__LOCK_CREATED, lock)
/* Nobody may use it from now on. */
#define SNAG_LOCK_DESTROYED(lock) SNAG__DECLARE(SNAG__LOCK_DESTROYED, lock)
/* The caller does not go on before it has the lock: to be called before it begins to spin or park.
 * Not where it gives up after a time. _SHARED: to read; it waits for an owner, not for readers. */
#define SNAG_LOCK_WAIT(lock) SNAG__DECLARE(SNAG__LOCK_WAIT, lock)
#define SNAG_LOCK_WAIT_SHARED(lock) SNAG__DECLARE(SNAG__LOCK_WAIT_SHARED, lock)
/* It waits no longer, and does not have it: was cancelled, say. */
#define SNAG_LOCK_GAVE_UP(lock) SNAG__DECLARE(SNAG__LOCK_GAVE_UP, lock)
/* It has it: after the lock was taken, with or without a wait. Taken without, it counts as one that
 * was only tried, by which nobody can come to wait for ever. A lock that lets its owner in again
 * declares that, too, and as often the release. */
#define SNAG_LOCK_ACQUIRED(lock) SNAG__DECLARE(SNAG__LOCK_ACQUIRED, lock)
#define SNAG_LOCK_ACQUIRED_SHARED(lock) SNAG__DECLARE(SNAG__LOCK_ACQUIRED_SHARED, lock)
/* It gives it up, of either kind: before the lock is free for others. */
#define SNAG_LOCK_RELEASED(lock) SNAG__DECLARE(SNAG__LOCK_RELEASED, lock)

/* ---- a guard that is handed out -------------------------------------------------------------
 *
 * For functions that return with a lock of any kind taken, of pthread too, so that the caller has
 * something else in hand: a reference into a map, which pins its shard; a snapshot, which holds a
 * read lock; a permit. The caller is told by reports that it is the guard with which it must not
 * await (guard-held), nor ask again. */

/* The lock that the caller holds is such a guard, until it is given up. Of a semaphore, which has
 * no owner, a permit: the caller has it from now on, until SNAG_GUARD_END. */
#define SNAG_GUARD(lock) SNAG__DECLARE(SNAG__GUARD_BEGIN, lock)
/* A permit is about to be given back, by whoever had it. */
#define SNAG_GUARD_END(permit) SNAG__DECLARE(SNAG__GUARD_ENDS, permit)

/* ---- any other wait made by hand ------------------------------------------------------------ */

/* Between the two the caller does nothing but wait for `event`, an address that stands for what
 * another one is to do. Where nobody does anything else any more, that is a hang, and says for
 * what; without, it is a livelock. */
#define SNAG_WAIT_BEGIN(event) SNAG__DECLARE(SNAG__WAIT_BEGIN, event)
#define SNAG_WAIT_END(event) SNAG__DECLARE(SNAG__WAIT_END, event)

/* ---- a queue made by hand, that has no bound ------------------------------------------------- */

/* Something was put into `queue`, any address that stands for it, and now `length` wait in it: for
 * the function that puts, which reports and keys name who called. More than --queue-max of them are
 * a finding: nothing slows down whoever puts. Not needed where a full queue makes him wait, or
 * refuses. */
#define SNAG_QUEUE_LENGTH(queue, length)                                                           \
    SNAG__ANNOTATE(snag__annotate_queue, queue, (unsigned long)(length),                           \
                   __builtin_return_address(0))

/* ---- order that a race detector cannot see -------------------------------------------------- */

/* What came before HAPPENS_BEFORE happens before what follows a later HAPPENS_AFTER on the same
 * address. For code whose order is not made of C11 atomics and pthread calls (fences, assembler, a
 * device). Where it is, leave them out: they would hide a missing release. */
#define SNAG_HAPPENS_BEFORE(object) SNAG__DECLARE(SNAG__HAPPENS_BEFORE, object)
#define SNAG_HAPPENS_AFTER(object) SNAG__DECLARE(SNAG__HAPPENS_AFTER, object)

#ifdef __cplusplus
}
#endif

#endif
