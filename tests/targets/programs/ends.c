/* ends.c: the ways in which a program can end. ends HOW; see the table below. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int handlers; /* that have run */
static void *volatile lost;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *waits(void *unused) {
    (void)unused;
    for (;;)
        sleep(1);
    return NULL;
}

static void start_one_that_stays(void) {
    pthread_t t;
    pthread_create(&t, NULL, waits, NULL);
}

/* Registered in the order third, second, first. */
static void first(void) {
    assert(handlers++ == 0);
}
static void second(int status, void *argument) {
    assert(handlers++ == 1 && status == atoi(argument));
}
static void third(void) {
    assert(handlers++ == 2);
}

static void register_all(char *status) {
    assert(handlers == 0);
    atexit(third);
    on_exit(second, status);
    atexit(first);
}

static void *exits(void *status) {
    exit(atoi(status));
}

static void *ends_late(void *unused) {
    (void)unused;
    sleep(1);
    return NULL;
}

static void uses_lock(void) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}

static void *holds(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    return NULL;
}

static void wrong_handler(void) {
    assert(!"ran at _exit");
}

static void fails_at_exit(void) {
    assert(!"exit handler ran");
}

static void end(const char *how, char *status) {
    pthread_t t;
    if (strcmp(how, "exit") == 0) {
        register_all(status);
        start_one_that_stays();
        exit(atoi(status));
    } else if (strcmp(how, "exit-by-thread") == 0) {
        register_all(status);
        pthread_create(&t, NULL, exits, status);
        pthread_join(t, NULL);
    } else if (strcmp(how, "_exit") == 0) {
        atexit(wrong_handler);
        _exit(atoi(status));
    } else if (strcmp(how, "quick") == 0) {
        atexit(wrong_handler);
        at_quick_exit(first);
        quick_exit(atoi(status));
    } else if (strcmp(how, "last-thread") == 0) {
        register_all("0");
        pthread_create(&t, NULL, ends_late, NULL);
        pthread_detach(t);
        pthread_exit(NULL);
    } else if (strcmp(how, "handler-fails") == 0) {
        atexit(fails_at_exit);
        pthread_create(&t, NULL, ends_late, NULL);
        pthread_exit(NULL);
    } else if (strcmp(how, "handler-hangs") == 0) {
        atexit(uses_lock);
        pthread_create(&t, NULL, holds, NULL);
        pthread_join(t, NULL);
        exit(0);
    } else if (strcmp(how, "abort") == 0) {
        abort();
    } else if (strcmp(how, "assert") == 0) {
        assert(how == NULL);
    } else if (strcmp(how, "leak") == 0) {
        lost = malloc(20);
        lost = NULL;
    }
}

int main(int argc, char **argv) {
    if (argc < 3)
        return 2;
    if (strcmp(argv[1], "return") == 0) {
        register_all(argv[2]);
        start_one_that_stays();
    }
    end(argv[1], argv[2]);
    return atoi(argv[2]);
}
