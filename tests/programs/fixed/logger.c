/* logger, mended: main waits until the last line is written. Expected: nothing. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINES = 2 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static pthread_cond_t drained = PTHREAD_COND_INITIALIZER;
static int queued;
static atomic_int written;

static void *logger(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        while (queued == 0)
            pthread_cond_wait(&more, &lock);
        pthread_mutex_unlock(&lock);
        atomic_fetch_add(&written, 1);
        pthread_mutex_lock(&lock);
        if (--queued == 0)
            pthread_cond_signal(&drained);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void log_line(void) {
    pthread_mutex_lock(&lock);
    queued++;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
}

static void flush(void) {
    pthread_mutex_lock(&lock);
    while (queued > 0)
        pthread_cond_wait(&drained, &lock);
    pthread_mutex_unlock(&lock);
}

int main(void) {
    pthread_t writer;
    pthread_create(&writer, NULL, logger, NULL);
    pthread_detach(writer);
    for (int i = 0; i < LINES; i++)
        log_line();
    flush();
    int count = atomic_load(&written);
    printf("%d of %d lines\n", count, LINES);
    return count == LINES ? EXIT_SUCCESS : EXIT_FAILURE;
}
