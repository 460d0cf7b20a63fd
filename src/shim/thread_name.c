/* thread_name.c: pthread_setname_np and pthread_getname_np: the name is the vthread's.
 *
 * Names are for reports. The rule: as on Linux, a name has 15 bytes at most, and there is always
 * one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "sched/sched.h"
#include "shim/thread.h"

int __real_pthread_setname_np(pthread_t t, const char *name);
int __real_pthread_getname_np(pthread_t t, char *name, size_t room);

int __wrap_pthread_setname_np(pthread_t t, const char *name);
int __wrap_pthread_getname_np(pthread_t t, char *name, size_t room);

/* What a thread is called that nobody gave a name: that of the program, if it had one. */
static const char nameless[] = "main";

int __wrap_pthread_setname_np(pthread_t t, const char *name) {
    if (snag__self == NULL) {
        return __real_pthread_setname_np(t, name);
    }
    struct snag__vthread *v = snag__thread_of(t);
    if (v == NULL) {
        return ESRCH;
    }
    size_t length = strlen(name);
    if (length >= SNAG__THREAD_NAME) {
        return ERANGE;
    }
    memcpy(v->name, name, length + 1);
    return 0;
}

int __wrap_pthread_getname_np(pthread_t t, char *name, size_t room) {
    if (snag__self == NULL) {
        return __real_pthread_getname_np(t, name, room);
    }
    const struct snag__vthread *v = snag__thread_of(t);
    if (v == NULL) {
        return ESRCH;
    }
    if (room < SNAG__THREAD_NAME) {
        return ERANGE;
    }
    strcpy(name, v->name[0] != '\0' ? v->name : nameless);
    return 0;
}
