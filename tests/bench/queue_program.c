/* queue_program.c: the program of the throughput benchmark: built by snag-cc, with a main of its
 * own.
 *
 * Two threads and a queue of blocks between them: about 20 scheduling points, 10 allocations and 16
 * KiB of globals, of which little is written. Nothing is wrong with it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2000, ITEMS = 3 };

struct item {
    int number;
    char *text;
};

static struct item *slots[SLOTS]; /* 16 KiB */
static int put, taken;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;

static struct item *make(int number) {
    struct item *item = malloc(sizeof *item);
    item->number = number;
    item->text = malloc(16);
    snprintf(item->text, 16, "item %d", number);
    return item;
}

static void *puts_items(void *unused) {
    for (int i = 0; i < ITEMS; i++) {
        struct item *item = make(i);
        pthread_mutex_lock(&lock);
        slots[put++] = item;
        pthread_cond_signal(&more);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static void *takes_items(void *sum) {
    for (int i = 0; i < ITEMS; i++) {
        pthread_mutex_lock(&lock);
        while (taken == put)
            pthread_cond_wait(&more, &lock);
        struct item *item = slots[taken++];
        pthread_mutex_unlock(&lock);
        *(int *)sum += item->number;
        free(item->text);
        free(item);
    }
    return NULL;
}

int main(void) {
    int *sums = calloc(2, sizeof *sums);
    char *name = strcpy(malloc(8), "queue");
    pthread_t a, b;
    pthread_create(&a, NULL, puts_items, NULL);
    pthread_create(&b, NULL, takes_items, &sums[1]);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    int sum = sums[1];
    char *line = malloc(32), *copy = malloc(32);
    snprintf(line, 32, "%s: %d", name, sum);
    memcpy(copy, line, 32);
    puts(copy);
    free(line);
    free(copy);
    free(name);
    free(sums);
    return sum == 3 ? 0 : 1;
}
