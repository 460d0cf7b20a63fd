/* cond.h: condition variables, for pthread and C11 threads: the calls, made at `site`. */
#ifndef SNAG_SHIM_COND_H
#define SNAG_SHIM_COND_H

#include <pthread.h>

#include "snag/run.h"

/* `deadline`: virtual ns; UINT64_MAX: none. Error numbers as of pthread_cond_timedwait. */
int snag__cond_wait(pthread_cond_t *c, pthread_mutex_t *m, enum snag_event_kind kind,
                    uint64_t deadline, uint32_t site);
void snag__cond_signal(pthread_cond_t *c, uint32_t site);
void snag__cond_broadcast(pthread_cond_t *c, uint32_t site);
void snag__cond_init(pthread_cond_t *c, clockid_t clock, uint32_t site);
void snag__cond_destroy(pthread_cond_t *c, uint32_t site);

#endif
