/* unmodelled_body.c: code under test that calls what snag does not model, and what it does. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

int unmodelled_body(int go);
extern int (*unmodelled_table[])(void);

/* A function of ours whose name begins like one of theirs is not theirs. */
int pthread_like(void);
int pthread_like(void) {
    return 1;
}

int (*unmodelled_table[])(void) = {pthread_like, (int (*)(void))(void *)lockf};

int unmodelled_body(int go) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_attr_t attributes;
    int got = 0;
    pthread_attr_init(&attributes);
    pthread_mutex_lock(&lock);
    if (go != 0)
        got = flock(0, LOCK_EX);
    if (go > 1)
        got += flock(1, LOCK_EX) + unmodelled_table[0]() + (int)fork();
    pthread_mutex_unlock(&lock);
    return got;
}
