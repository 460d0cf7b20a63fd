/* crew.h: threads of a hard program: begun one after the other, and all awaited.
 *
 * For the programs in this folder, whose bodies need no more than that. It is no part of snag. The
 * rule: nothing in it is shared but what pthread_create() shares, so that a program's bug is its
 * own.
 */
#ifndef CREW_H
#define CREW_H

#include <pthread.h>

#ifndef N
#define N 1 /* of a program that comes in one size */
#endif

enum { CREW_MAX = N + 8 };
static pthread_t crew[CREW_MAX];
static int crew_size;

static void begin(void *(*work)(void *), void *argument) {
    (void)pthread_create(&crew[crew_size++], NULL, work, argument);
}

static void await_all(void) {
    for (int i = 0; i < crew_size; i++) {
        (void)pthread_join(crew[i], NULL);
    }
}

#endif
