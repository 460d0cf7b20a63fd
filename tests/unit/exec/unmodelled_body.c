/* unmodelled_body.c: code under test that calls what snag does not model, and what it does. */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

int unmodelled_body(int go);
extern int (*unmodelled_table[])(void);

/* A function of ours whose name begins like one of theirs is not theirs. */
int pthread_like(void);
int pthread_like(void) {
    return 1;
}

int (*unmodelled_table[])(void) = {pthread_like, pause};

int unmodelled_body(int go) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_attr_t attributes;
    sigset_t set;
    int got = 0;
    pthread_attr_init(&attributes);
    pthread_mutex_lock(&lock);
    sigemptyset(&set);
    if (go != 0)
        got = sigwait(&set, &got);
    if (go > 1)
        got += sigwait(&set, &got) + unmodelled_table[0]() + pthread_kill(pthread_self(), 0);
    pthread_mutex_unlock(&lock);
    return got;
}
