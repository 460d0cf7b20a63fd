/* runtime.c: what the C++ runtime keeps per thread, kept per vthread.
 *
 * The exceptions that a thread is handling, the destructors of its thread-locals, and the callable
 * that std::call_once hands to pthread_once. libstdc++ keeps them in thread-locals of the OS
 * thread, on which all vthreads run. What happens once is in once.c. The rule: libstdc++ stays
 * uninstrumented, and what it asks for here is answered for the running vthread.
 */
#include "shim/cxx/cxx.h"

#include <stddef.h>

#include "exec/rt.h"
#include "sched/sched.h"
#include "shim/tls.h"

/* ---- exceptions ---- */

void *__real___cxa_get_globals(void);
void *__real___cxa_get_globals_fast(void);

void *__wrap___cxa_get_globals(void);
void *__wrap___cxa_get_globals_fast(void);

/* Of the stack that it runs on: a task takes its own along. */
void *__wrap___cxa_get_globals(void) {
    return snag__self != NULL ? &snag__self->runs->exceptions : __real___cxa_get_globals();
}

void *__wrap___cxa_get_globals_fast(void) {
    return snag__self != NULL ? &snag__self->runs->exceptions : __real___cxa_get_globals_fast();
}

/* ---- destructors of thread-locals ---- */

struct snag__thread_exit {
    struct snag__thread_exit *next;
    void (*destroy)(void *);
    void *object;
};

int __real___cxa_thread_atexit(void (*destroy)(void *), void *object, void *dso);
int __wrap___cxa_thread_atexit(void (*destroy)(void *), void *object, void *dso);

int __wrap___cxa_thread_atexit(void (*destroy)(void *), void *object, void *dso) {
    if (snag__self == NULL) {
        return __real___cxa_thread_atexit(destroy, object, dso);
    }
    struct snag__thread_exit *e = snag__tls_room(sizeof(*e));
    *e = (struct snag__thread_exit){snag__self->at_exit, destroy, object};
    snag__self->at_exit = e;
    return 0;
}

/* One of them may make another. */
void snag__cxx_thread_ends(void) {
    struct snag__vthread *self = snag__self;
    while (self->at_exit != NULL) {
        const struct snag__thread_exit *e = self->at_exit;
        self->at_exit = e->next;
        e->destroy(e->object);
    }
}

/* ---- std::call_once ---- */

/* It stores in std::__once_call and __once_callable, which are emulated where the code under test
 * is concerned: these are their control objects. */
extern struct snag__tls_control snag__once_call __asm__("__emutls_v._ZSt11__once_call");
extern struct snag__tls_control snag__once_callable __asm__("__emutls_v._ZSt15__once_callable");
struct snag__tls_control snag__once_call = {sizeof(void *), _Alignof(void *), NULL, NULL};
struct snag__tls_control snag__once_callable = {sizeof(void *), _Alignof(void *), NULL, NULL};

void __real___once_proxy(void);
void __wrap___once_proxy(void);

/* What pthread_once then calls. A library that was not compiled by us has the others. */
void __wrap___once_proxy(void) {
    void (**call)(void) = __emutls_get_address(&snag__once_call);
    if (*call != NULL) {
        (*call)();
    } else {
        __real___once_proxy();
    }
}
