/* c11.c: the threads of C11 (threads.h): the same vthreads, mutexes, condition variables and keys
 * under other names.
 *
 * In glibc these calls do not go through the public pthread symbols, so each is wrapped; a mtx_t is
 * a pthread_mutex_t there, a cnd_t a pthread_cond_t, and a thrd_t a pthread_t. The rule: what is
 * done is that of the pthread call; here is only how it is said.
 */
#include <errno.h>
#include <pthread.h>
#include <threads.h>

#include "base/assert.h"
#include "sched/sched.h"
#include "shim/cleanup.h"
#include "shim/clock.h"
#include "shim/cond.h"
#include "shim/key.h"
#include "shim/mutex.h"
#include "shim/once.h"
#include "shim/thread.h"

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "a mtx_t is a pthread_mutex_t");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "a cnd_t is a pthread_cond_t");

int __real_thrd_create(thrd_t *t, thrd_start_t start, void *argument);
int __real_thrd_join(thrd_t t, int *result);
int __real_thrd_detach(thrd_t t);
_Noreturn void __real_thrd_exit(int result);
thrd_t __real_thrd_current(void);
int __real_thrd_equal(thrd_t a, thrd_t b);
int __real_thrd_sleep(const struct timespec *t, struct timespec *left);
void __real_thrd_yield(void);
int __real_mtx_init(mtx_t *m, int type);
void __real_mtx_destroy(mtx_t *m);
int __real_mtx_lock(mtx_t *m);
int __real_mtx_trylock(mtx_t *m);
int __real_mtx_timedlock(mtx_t *restrict m, const struct timespec *restrict at);
int __real_mtx_unlock(mtx_t *m);
int __real_cnd_init(cnd_t *c);
void __real_cnd_destroy(cnd_t *c);
int __real_cnd_wait(cnd_t *c, mtx_t *m);
int __real_cnd_timedwait(cnd_t *restrict c, mtx_t *restrict m, const struct timespec *restrict at);
int __real_cnd_signal(cnd_t *c);
int __real_cnd_broadcast(cnd_t *c);
void __real_call_once(once_flag *flag, void (*routine)(void));
int __real_tss_create(tss_t *key, tss_dtor_t destructor);
void __real_tss_delete(tss_t key);
void *__real_tss_get(tss_t key);
int __real_tss_set(tss_t key, void *value);

int __wrap_thrd_create(thrd_t *t, thrd_start_t start, void *argument);
int __wrap_thrd_join(thrd_t t, int *result);
int __wrap_thrd_detach(thrd_t t);
_Noreturn void __wrap_thrd_exit(int result);
thrd_t __wrap_thrd_current(void);
int __wrap_thrd_equal(thrd_t a, thrd_t b);
int __wrap_thrd_sleep(const struct timespec *t, struct timespec *left);
void __wrap_thrd_yield(void);
int __wrap_mtx_init(mtx_t *m, int type);
void __wrap_mtx_destroy(mtx_t *m);
int __wrap_mtx_lock(mtx_t *m);
int __wrap_mtx_trylock(mtx_t *m);
int __wrap_mtx_timedlock(mtx_t *restrict m, const struct timespec *restrict at);
int __wrap_mtx_unlock(mtx_t *m);
int __wrap_cnd_init(cnd_t *c);
void __wrap_cnd_destroy(cnd_t *c);
int __wrap_cnd_wait(cnd_t *c, mtx_t *m);
int __wrap_cnd_timedwait(cnd_t *restrict c, mtx_t *restrict m, const struct timespec *restrict at);
int __wrap_cnd_signal(cnd_t *c);
int __wrap_cnd_broadcast(cnd_t *c);
void __wrap_call_once(once_flag *flag, void (*routine)(void));
int __wrap_tss_create(tss_t *key, tss_dtor_t destructor);
void __wrap_tss_delete(tss_t key);
void *__wrap_tss_get(tss_t key);
int __wrap_tss_set(tss_t key, void *value);

/* What C11 says where POSIX gives an error number. */
static int said(int error) {
    switch (error) {
    case 0:
        return thrd_success;
    case ENOMEM:
        return thrd_nomem;
    case ETIMEDOUT:
        return thrd_timedout;
    case EBUSY:
        return thrd_busy;
    default:
        return thrd_error;
    }
}

/* ---- threads ---- */

static void *start_c11(void *argument) {
    return (void *)(intptr_t)snag__self->start_c11(argument);
}

int __wrap_thrd_create(thrd_t *t, thrd_start_t start, void *argument) {
    if (snag__self == NULL) {
        return __real_thrd_create(t, start, argument);
    }
    struct snag__vthread *v = snag__thread_create(start_c11, argument, false, SNAG__SITE());
    if (v == NULL) {
        return thrd_error;
    }
    v->start_c11 = start;
    *t = snag__thread_name(v);
    return thrd_success;
}

int __wrap_thrd_join(thrd_t t, int *result) {
    if (snag__self == NULL) {
        return __real_thrd_join(t, result);
    }
    void *value;
    int error = snag__thread_join(t, &value, SNAG_EV_JOIN, UINT64_MAX, SNAG__SITE());
    if (error == 0 && result != NULL) {
        *result = (int)(intptr_t)value;
    }
    return said(error);
}

int __wrap_thrd_detach(thrd_t t) {
    if (snag__self == NULL) {
        return __real_thrd_detach(t);
    }
    return said(snag__thread_detach(t, SNAG__SITE()));
}

_Noreturn void __wrap_thrd_exit(int result) {
    if (snag__self == NULL) {
        __real_thrd_exit(result);
    }
    snag__cleanups_above(SNAG__CALLERS_STACK());
    snag__thread_exit((void *)(intptr_t)result);
}

thrd_t __wrap_thrd_current(void) {
    if (snag__self == NULL) {
        return __real_thrd_current();
    }
    return snag__thread_name(snag__self);
}

int __wrap_thrd_equal(thrd_t a, thrd_t b) {
    if (snag__self == NULL) {
        return __real_thrd_equal(a, b);
    }
    return a == b;
}

int __wrap_thrd_sleep(const struct timespec *t, struct timespec *left) {
    if (snag__self == NULL) {
        return __real_thrd_sleep(t, left);
    }
    switch (snag__clock_sleep(t, left, SNAG__SITE())) {
    case 0:
        return 0;
    case EINTR:
        return -1;
    default:
        return -2;
    }
}

void __wrap_thrd_yield(void) {
    if (snag__self == NULL) {
        __real_thrd_yield();
        return;
    }
    snag__thread_yield(SNAG__SITE());
}

/* ---- mutexes ---- */

static pthread_mutex_t *mutex_of(mtx_t *m) {
    return (pthread_mutex_t *)m;
}

int __wrap_mtx_init(mtx_t *m, int type) {
    if (snag__self == NULL) {
        return __real_mtx_init(m, type);
    }
    bool recursive = type == (mtx_plain | mtx_recursive) || type == (mtx_timed | mtx_recursive);
    snag__mutex_init(mutex_of(m), recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL, false,
                     SNAG__SITE());
    return thrd_success;
}

void __wrap_mtx_destroy(mtx_t *m) {
    if (snag__self == NULL) {
        __real_mtx_destroy(m);
        return;
    }
    (void)snag__mutex_destroy(mutex_of(m), SNAG__SITE());
}

int __wrap_mtx_lock(mtx_t *m) {
    if (snag__self == NULL) {
        return __real_mtx_lock(m);
    }
    return said(snag__mutex_lock(mutex_of(m), SNAG_EV_LOCK, UINT64_MAX, SNAG__SITE()));
}

int __wrap_mtx_trylock(mtx_t *m) {
    if (snag__self == NULL) {
        return __real_mtx_trylock(m);
    }
    return said(snag__mutex_trylock(mutex_of(m), true, SNAG__SITE()));
}

int __wrap_mtx_timedlock(mtx_t *restrict m, const struct timespec *restrict at) {
    if (snag__self == NULL) {
        return __real_mtx_timedlock(m, at);
    }
    return said(snag__mutex_lock_until(mutex_of(m), CLOCK_REALTIME, at, SNAG__SITE()));
}

int __wrap_mtx_unlock(mtx_t *m) {
    if (snag__self == NULL) {
        return __real_mtx_unlock(m);
    }
    return said(snag__mutex_unlock(mutex_of(m), SNAG__SITE()));
}

/* ---- condition variables ---- */

static pthread_cond_t *cond_of(cnd_t *c) {
    return (pthread_cond_t *)c;
}

int __wrap_cnd_init(cnd_t *c) {
    if (snag__self == NULL) {
        return __real_cnd_init(c);
    }
    snag__cond_init(cond_of(c), CLOCK_REALTIME, SNAG__SITE());
    return thrd_success;
}

void __wrap_cnd_destroy(cnd_t *c) {
    if (snag__self == NULL) {
        __real_cnd_destroy(c);
        return;
    }
    snag__cond_destroy(cond_of(c), SNAG__SITE());
}

int __wrap_cnd_wait(cnd_t *c, mtx_t *m) {
    if (snag__self == NULL) {
        return __real_cnd_wait(c, m);
    }
    return said(
        snag__cond_wait(cond_of(c), mutex_of(m), SNAG_EV_COND_WAIT, UINT64_MAX, SNAG__SITE()));
}

int __wrap_cnd_timedwait(cnd_t *restrict c, mtx_t *restrict m, const struct timespec *restrict at) {
    if (snag__self == NULL) {
        return __real_cnd_timedwait(c, m, at);
    }
    if (!snag__clock_valid(at)) {
        return thrd_error;
    }
    return said(snag__cond_wait(cond_of(c), mutex_of(m), SNAG_EV_COND_TIMEDWAIT,
                                snag__clock_deadline(CLOCK_REALTIME, at), SNAG__SITE()));
}

int __wrap_cnd_signal(cnd_t *c) {
    if (snag__self == NULL) {
        return __real_cnd_signal(c);
    }
    snag__cond_signal(cond_of(c), SNAG__SITE());
    return thrd_success;
}

int __wrap_cnd_broadcast(cnd_t *c) {
    if (snag__self == NULL) {
        return __real_cnd_broadcast(c);
    }
    snag__cond_broadcast(cond_of(c), SNAG__SITE());
    return thrd_success;
}

/* ---- once, and thread-specific storage ---- */

void __wrap_call_once(once_flag *flag, void (*routine)(void)) {
    if (snag__self == NULL) {
        __real_call_once(flag, routine);
        return;
    }
    snag__once((int *)flag, routine, SNAG__SITE());
}

int __wrap_tss_create(tss_t *key, tss_dtor_t destructor) {
    if (snag__self != NULL) {
        return said(snag__key_create(key, destructor, SNAG__SITE()));
    }
    int result = __real_tss_create(key, destructor);
    if (result == thrd_success) {
        snag__key_made_outside(*key, destructor);
    }
    return result;
}

void __wrap_tss_delete(tss_t key) {
    if (snag__self != NULL) {
        (void)snag__key_delete(key, SNAG__SITE());
        return;
    }
    snag__key_deleted_outside(key);
    __real_tss_delete(key);
}

void *__wrap_tss_get(tss_t key) {
    if (snag__self == NULL) {
        return __real_tss_get(key);
    }
    return snag__key_get(key, SNAG__SITE());
}

int __wrap_tss_set(tss_t key, void *value) {
    if (snag__self == NULL) {
        return __real_tss_set(key, value);
    }
    return said(snag__key_set(key, value, SNAG__SITE()));
}
