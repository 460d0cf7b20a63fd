/* mutex_ceiling.c: the priority ceiling of a mutex, under control.
 *
 * It makes nobody wait: all threads have the same priority, so that a ceiling changes nothing. The
 * rule: a ceiling is kept where glibc keeps it, as who reads the mutex itself expects.
 */
#include "shim/mutex.h"

#include <errno.h>
#include <sched.h>

int __real_pthread_mutex_getprioceiling(const pthread_mutex_t *m, int *ceiling);
int __real_pthread_mutex_setprioceiling(pthread_mutex_t *m, int ceiling, int *old);
int __wrap_pthread_mutex_getprioceiling(const pthread_mutex_t *m, int *ceiling);
int __wrap_pthread_mutex_setprioceiling(pthread_mutex_t *m, int ceiling, int *old);

int __wrap_pthread_mutex_getprioceiling(const pthread_mutex_t *m, int *ceiling) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_getprioceiling(m, ceiling);
    }
    if ((m->__data.__kind & SNAG__KIND_PROTECT) == 0) {
        return EINVAL;
    }
    *ceiling = m->__data.__lock >> SNAG__CEILING_SHIFT;
    return 0;
}

int __wrap_pthread_mutex_setprioceiling(pthread_mutex_t *m, int ceiling, int *old) {
    if (snag__self == NULL) {
        return __real_pthread_mutex_setprioceiling(m, ceiling, old);
    }
    if ((m->__data.__kind & SNAG__KIND_PROTECT) == 0 ||
        ceiling < sched_get_priority_min(SCHED_FIFO) ||
        ceiling > sched_get_priority_max(SCHED_FIFO)) {
        return EINVAL;
    }
    int result = snag__mutex_lock(m, SNAG_EV_LOCK, UINT64_MAX, SNAG__SITE());
    if (result != 0) {
        return result;
    }
    if (old != NULL) {
        *old = m->__data.__lock >> SNAG__CEILING_SHIFT;
    }
    m->__data.__lock = ceiling << SNAG__CEILING_SHIFT;
    return snag__mutex_unlock(m, SNAG__SITE());
}
