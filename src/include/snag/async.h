/* async.h: what async code waits with: wakers; async mutex, rwlock, semaphore, notify, barrier,
 * once cell.
 *
 * Beside task.h, which has the tasks themselves; channels stand in channel.h. Everything here works
 * from a task, which it suspends, and from a plain vthread, which it blocks, so that one piece of
 * code serves both, and both can meet on one object. What is built on wakers is itself code under
 * test, made of pthread mutexes that are held for a few instructions: it is explored with the rest.
 *
 * The rule: a function marked *awaits* may suspend the calling task, so no blocking lock may be
 * held there.
 */
#ifndef SNAG_ASYNC_H
#define SNAG_ASYNC_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- wakers ---------------------------------------------------------------------------------- */

/* Who is to be woken: a task, or a vthread. Plain data, valid until the execution ends. */
struct snag_waker {
    uint32_t who;
};

/* What somebody waits for, as reports call it. */
enum snag_parked {
    SNAG_PARKED_EVENT,     /* "event 3": anything */
    SNAG_PARKED_MUTEX,     /* "async mutex 3" */
    SNAG_PARKED_CHANNEL,   /* "channel 3" */
    SNAG_PARKED_SEMAPHORE, /* "semaphore 3" */
    SNAG_PARKED_RWLOCK,    /* "async rwlock 3" */
    SNAG_PARKED_ROOM       /* "room in channel 3" */
};

/* The caller's own. */
struct snag_waker snag_waker_self(void);

/* Awaits a wakeup. One that came since the last park is used up, and it returns at once. It says
 * nothing of why it was woken, may be late, and may return without any: look again, in a loop,
 * whether what is waited for has come. `object`: any address that stands for that. `caller`: the
 * return address by which reports name the place; in the function that the code under test calls,
 * that is
 * __builtin_return_address(0). A task that is aborted (task.h) ends in it. Awaits. */
void snag_park(enum snag_parked what, const volatile void *object, void *caller);

enum snag_park_end {
    SNAG_PARK_WOKEN,  /* as snag_park returns */
    SNAG_PARK_LATE,   /* the time is past, and no wakeup has come */
    SNAG_PARK_ABORTED /* the task was aborted, and no wakeup has come */
};

/* The same, at most until `until` (snag_task_now; UINT64_MAX: no end). A task that is aborted is
 * told, so that what it waits for is given up under the lock that guards it: if it has come in the
 * meantime, go on as if woken, and the next await ends the task; else take back what wakers know,
 * and call snag_task_exit. Awaits. */
enum snag_park_end snag_park_until(enum snag_parked what, const volatile void *object, void *caller,
                                   uint64_t until);

/* Wakes it, or keeps the wakeup for its next park; a second one before that changes nothing. What
 * came before happens before what follows that park. Never suspends; whoever has ended is not
 * woken. */
void snag_wake(struct snag_waker waker);

/* ---- async mutex ----------------------------------------------------------------------------- */

struct snag__waiter; /* one who waits, on his own stack */

struct snag__waiters {
    struct snag__waiter *first, *last; /* the longest waiting first */
};

/* A mutex whose owner may await while he holds it (a connection that serves one request at a time).
 * Those who wait get it in the order in which they came. Not re-entrant. For data that nobody needs
 * across an await a pthread mutex is the better one. */
struct snag_async_mutex {
    pthread_mutex_t lock; /* guards the rest; never held across an await */
    bool held;
    struct snag__waiters waiters;
};

#define SNAG_ASYNC_MUTEX_INITIALIZER                                                               \
    { .lock = PTHREAD_MUTEX_INITIALIZER }

void snag_async_mutex_init(struct snag_async_mutex *m);
/* Nobody holds it or waits for it. */
void snag_async_mutex_destroy(struct snag_async_mutex *m);
/* Awaits. */
void snag_async_mutex_lock(struct snag_async_mutex *m);
/* False: somebody holds it. */
bool snag_async_mutex_try_lock(struct snag_async_mutex *m);
/* By its owner. The longest waiting one owns it from now on. */
void snag_async_mutex_unlock(struct snag_async_mutex *m);

/* ---- rwlock ---------------------------------------------------------------------------------- */

/* Several readers, or one writer, who may await while they have it. Fair: those who wait get it in
 * the order in which they came, readers with the readers next behind them; so a reader queues
 * behind a writer who waits, and must not have the lock already: that writer waits for it. */
struct snag_async_rwlock {
    pthread_mutex_t lock; /* guards the rest; never held across an await */
    uint32_t readers;
    bool writer; /* one has it */
    struct snag__waiters waiters;
};

#define SNAG_ASYNC_RWLOCK_INITIALIZER                                                              \
    { .lock = PTHREAD_MUTEX_INITIALIZER }

void snag_async_rwlock_init(struct snag_async_rwlock *l);
/* Nobody has it or waits for it. */
void snag_async_rwlock_destroy(struct snag_async_rwlock *l);
/* Awaits. */
void snag_async_rwlock_read(struct snag_async_rwlock *l);
void snag_async_rwlock_write(struct snag_async_rwlock *l);
/* False: it would have to wait. */
bool snag_async_rwlock_try_read(struct snag_async_rwlock *l);
bool snag_async_rwlock_try_write(struct snag_async_rwlock *l);
/* By one who has it, in either way. */
void snag_async_rwlock_unlock(struct snag_async_rwlock *l);

/* ---- semaphore ------------------------------------------------------------------------------- */

/* So many permits; whoever wants one while there is none waits, and is served in turn. */
struct snag_async_semaphore {
    pthread_mutex_t lock; /* guards the rest */
    uint32_t permits;
    struct snag__waiters waiters;
};

void snag_async_semaphore_init(struct snag_async_semaphore *s, uint32_t permits);
void snag_async_semaphore_destroy(struct snag_async_semaphore *s);
/* Awaits a permit. */
void snag_async_semaphore_acquire(struct snag_async_semaphore *s);
/* False: there is none now. */
bool snag_async_semaphore_try_acquire(struct snag_async_semaphore *s);
/* Gives one back, or adds one. */
void snag_async_semaphore_release(struct snag_async_semaphore *s);

/* ---- notify ---------------------------------------------------------------------------------- */

/* Tells tasks that something has happened. One notification is kept for who comes later. */
struct snag_async_notify {
    pthread_mutex_t lock; /* guards the rest */
    bool kept;
    struct snag__waiters waiters;
};

void snag_async_notify_init(struct snag_async_notify *n);
void snag_async_notify_destroy(struct snag_async_notify *n);
/* Awaits a notification; one that is kept is used up at once. */
void snag_async_notify_wait(struct snag_async_notify *n);
/* Tells the longest waiting one; keeps it, if nobody waits. */
void snag_async_notify_one(struct snag_async_notify *n);
/* Tells all who wait now, and keeps nothing; returns how many. */
uint32_t snag_async_notify_all(struct snag_async_notify *n);

/* ---- barrier --------------------------------------------------------------------------------- */

/* Those who come wait until they are `size`; then all go on, and it begins anew. */
struct snag_async_barrier {
    pthread_mutex_t lock; /* guards the rest */
    uint32_t size, arrived;
    struct snag__waiters waiters;
};

/* `size` > 0. */
void snag_async_barrier_init(struct snag_async_barrier *b, uint32_t size);
void snag_async_barrier_destroy(struct snag_async_barrier *b);
/* Awaits the others. True for one of them: the last to come. Who is aborted in it has come. */
bool snag_async_barrier_wait(struct snag_async_barrier *b);

/* ---- once cell ------------------------------------------------------------------------------- */

/* A value that is made once, by the first who asks for it; making it may await. */
struct snag_async_once {
    pthread_mutex_t lock; /* guards the rest */
    int state;            /* 0 when new */
    void *value;
    struct snag__waiters waiters;
};

void snag_async_once_init(struct snag_async_once *o);
void snag_async_once_destroy(struct snag_async_once *o);
/* The value; awaits it while another one makes it. Where `make` returned NULL, or its task was
 * aborted in it, the next one who waits or asks makes it; NULL is returned to who called `make`. */
void *snag_async_once_get(struct snag_async_once *o, void *(*make)(void *argument), void *argument);

#endif
