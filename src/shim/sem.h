/* sem.h: semaphores: what the named ones (sem_named.c) and the others (sem.c) know of each other.
 */
#ifndef SNAG_SHIM_SEM_H
#define SNAG_SHIM_SEM_H

#include <semaphore.h>
#include <stdbool.h>

#include "sched/object.h"

/* The memory is a semaphore from now on, made at `site`. */
struct snag__object *snag__sem_make(sem_t *s, unsigned value, uint32_t site);
/* Does sem_open give it out? */
bool snag__sem_is_named(const sem_t *s);
/* There are no names: an execution begins. */
void snag__sem_names_begin(void);

#endif
