/* async_lock.h: what an async lock tells the wait-for graph: who wants it, has it, gives it up.
 *
 * For the primitives under task/primitives, which are code under test; the lock itself, and how it
 * is waited for (snag_park), is theirs. The rule: nothing here is a scheduling point, and nothing
 * changes what runs when. `caller` is the return address by which reports name the place.
 */
#ifndef SNAG_TASK_ASYNC_LOCK_H
#define SNAG_TASK_ASYNC_LOCK_H

/* What the lock is, and how it is held; a rwlock is one lock, whichever of the two is said. */
enum snag__async_how { SNAG__ASYNC_MUTEX, SNAG__ASYNC_READ, SNAG__ASYNC_WRITE };

/* The memory is such a lock from now on, free. */
void snag__async_created(const volatile void *lock, enum snag__async_how how, void *caller);
/* Somebody uses it: a misuse, if it was destroyed. */
void snag__async_used(const volatile void *lock, enum snag__async_how how, void *caller);
/* The same, of one who goes on only with it, and holds no lock of the primitive's own yet. */
void snag__async_asked(const volatile void *lock, enum snag__async_how how, void *caller);
void snag__async_destroyed(const volatile void *lock, enum snag__async_how how, void *caller);
/* The caller does not go on before it has it. Does not return if that can never be, for it holds it
 * itself; a reader who wants to read once more may yet get it, if whoever is in between is dropped.
 */
void snag__async_wanted(const volatile void *lock, enum snag__async_how how, void *caller);
/* It has it. */
void snag__async_acquired(const volatile void *lock, enum snag__async_how how, void *caller);
/* It gives it up; a misuse, if it does not have it. */
void snag__async_released(const volatile void *lock, enum snag__async_how how, void *caller);

#endif
