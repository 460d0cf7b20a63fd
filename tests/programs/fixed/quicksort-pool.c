/* quicksort-pool, mended: the count of open parts changes under the lock. Expected: nothing. */
#include <pthread.h>
#include <stdio.h>

enum { NUMBERS = 4, WORKERS = 2 };
struct part {
    int from, to; /* from inclusive, to exclusive */
};
static int numbers[NUMBERS] = {3, 1, 4, 2};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct part parts[2 * NUMBERS];
static int waiting;    /* parts that nobody has taken yet */
static int unfinished; /* those, and the ones that somebody works on */

static void add_part(int from, int to) {
    pthread_mutex_lock(&lock);
    parts[waiting++] = (struct part){from, to};
    unfinished++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void finish_part(void) {
    pthread_mutex_lock(&lock);
    if (--unfinished == 0)
        pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void sort(struct part p) {
    if (p.to - p.from < 2)
        return;
    int middle = p.from, pivot = numbers[p.to - 1];
    for (int i = p.from; i < p.to; i++) {
        if (numbers[i] <= pivot) {
            int n = numbers[i];
            numbers[i] = numbers[middle];
            numbers[middle++] = n;
        }
    }
    add_part(p.from, middle - 1);
    add_part(middle, p.to);
}

static void *work(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        while (waiting == 0 && unfinished > 0)
            pthread_cond_wait(&changed, &lock);
        if (waiting == 0)
            break;
        struct part p = parts[--waiting];
        pthread_mutex_unlock(&lock);
        sort(p);
        finish_part();
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    pthread_t workers[WORKERS];
    add_part(0, NUMBERS);
    for (int i = 0; i < WORKERS; i++)
        pthread_create(&workers[i], NULL, work, NULL);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    printf("%d %d %d %d\n", numbers[0], numbers[1], numbers[2], numbers[3]);
    return 0;
}
