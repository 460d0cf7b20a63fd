/* pipeline: adds up the numbers from 1 to N, on two threads: pipeline N. */
#include <stdio.h>
#include <stdlib.h>

#include "queue.h"

enum { WORKERS = 2 };
static struct queue queue;

static void *add(void *sum) {
    int number;
    while (queue_get(&queue, &number))
        *(long *)sum += number;
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t workers[WORKERS];
    long sums[WORKERS] = {0}, sum = 0;
    int last = argc == 2 ? atoi(argv[1]) : 0;
    if (last < 1) {
        fprintf(stderr, "usage: pipeline N\n");
        return 2;
    }
    queue_init(&queue);
    for (int i = 0; i < WORKERS; i++)
        pthread_create(&workers[i], NULL, add, &sums[i]);
    for (int n = 1; n <= last; n++)
        queue_put(&queue, n);
    queue_close(&queue);
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i], NULL);
        sum += sums[i];
    }
    printf("%ld\n", sum);
    return 0;
}
