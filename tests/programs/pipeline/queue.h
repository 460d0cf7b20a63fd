/* queue.h: numbers from one thread to others, until there are no more. */
#ifndef QUEUE_H
#define QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { QUEUE_ROOM = 4 };

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int numbers[QUEUE_ROOM];
    int count;
    atomic_bool closed;
};

void queue_init(struct queue *q);
void queue_put(struct queue *q, int number);
void queue_close(struct queue *q);
/* False: it was closed, and is empty. */
bool queue_get(struct queue *q, int *number);

#endif
