/* tsan_memory_body.c: memory that is shared rightly and wrongly, for tsan_memory_test.c. */
#include "tsan_memory_body.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snag/scenario.h"

enum { MANY_THREADS = 300 };

struct block {
    pthread_mutex_t lock;
    long words[20];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct block *passed;
static long counter = 3;
static char text[64] = "initial";
static bool done;

static void run_two(void *(*f)(void *), void *(*g)(void *)) {
    pthread_t t, u;
    pthread_create(&t, NULL, f, NULL);
    pthread_create(&u, NULL, g, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

/* ---- healthy ---- */

static void *hand_over(void *unused) {
    struct block *mine = calloc(1, sizeof(*mine));
    mine->words[0] = 1;
    struct block *grown = realloc(mine, 2 * sizeof(*mine));
    pthread_mutex_lock(&lock);
    struct block *taken = passed;
    passed = grown != NULL ? grown : mine;
    counter++;
    memset(text, 'x', sizeof(text));
    pthread_mutex_unlock(&lock);
    if (taken != NULL) {
        taken->words[0] = 2;
        free(taken);
    }
    return unused;
}

static _Thread_local long own = 5;
static long *pointed;

static void *own_locals(void *unused) {
    long local[8] = {1, 2, 3};
    own++;
    local[3] = own;
    pthread_mutex_lock(&lock);
    pointed = local;
    pointed[0]++;
    pthread_mutex_unlock(&lock);
    snag_assert(own == 6 && local[0] == 2);
    return unused;
}

__attribute__((noinline)) static void leave_at(int depth, void *result) {
    if (depth == 0) {
        pthread_exit(result);
    }
    leave_at(depth - 1, result);
}

static void *exit_deep(void *unused) {
    pthread_mutex_lock(&lock);
    counter++;
    pthread_mutex_unlock(&lock);
    leave_at(50, unused);
    return NULL;
}

static pthread_mutex_t kept = PTHREAD_MUTEX_INITIALIZER;

static void *exit_holding(void *unused) {
    pthread_mutex_lock(&kept);
    leave_at(50, unused);
    return NULL;
}

static void *wait_done(void *unused) {
    pthread_mutex_lock(&lock);
    while (!done) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    counter++;
    return unused;
}

static void *set_done(void *unused) {
    counter++;
    pthread_mutex_lock(&lock);
    done = true;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *count_up(void *unused) {
    counter++;
    return unused;
}

static void *count_locked(void *unused) {
    pthread_mutex_lock(&lock);
    counter++;
    pthread_mutex_unlock(&lock);
    return unused;
}

static void many_at_once(void *(*f)(void *)) {
    pthread_t t[MANY_THREADS];
    for (int i = 0; i < MANY_THREADS; i++) {
        pthread_create(&t[i], NULL, f, (void *)(intptr_t)i);
    }
    for (int i = 0; i < MANY_THREADS; i++) {
        pthread_join(t[i], NULL);
    }
}

static void hang(int me) {
    if (turn == me) {
        counter++;
        memset(text, me, sizeof(text));
        passed = malloc(sizeof(*passed));
        passed->words[0] = me;
    }
    pthread_mutex_lock(&lock);
    for (;;) {
        pthread_cond_wait(&changed, &lock);
    }
}

static void *hang_first(void *unused) {
    hang(0);
    return unused;
}

static void *hang_second(void *unused) {
    hang(1);
    return unused;
}

/* ---- not ---- */

static void use_after_free(void) {
    struct block *b = malloc(sizeof(*b));
    b->words[3] = 1;
    free(b);
    counter = b->words[3];
}

static void lock_freed(void) {
    struct block *b = malloc(sizeof(*b));
    pthread_mutex_init(&b->lock, NULL);
    free(b);
    pthread_mutex_lock(&b->lock);
    pthread_mutex_unlock(&b->lock);
}

static void *write_block(void *unused) {
    passed->words[1] = 1;
    return unused;
}

static void *free_block(void *unused) {
    free(passed);
    return unused;
}

static void *grow_block(void *unused) {
    struct block *volatile grown = realloc(passed, 2 * sizeof(*passed));
    free(grown);
    return unused;
}

static _Atomic(struct block *) shown;

static void *show_block(void *unused) {
    atomic_store_explicit(&shown, calloc(1, sizeof(struct block)), memory_order_relaxed);
    return unused;
}

static void *see_block(void *unused) {
    struct block *seen = atomic_load_explicit(&shown, memory_order_relaxed);
    if (seen != NULL && seen->words[1] != 0) {
        passed = seen;
    }
    return unused;
}

static struct block source, copy;

static void *write_source(void *unused) {
    source.words[7] = 1;
    return unused;
}

static void *copy_source(void *unused) {
    copy = source;
    return unused;
}

static volatile int flag;

static void *raise_flag(void *unused) {
    flag = 1;
    return unused;
}

static void *see_flag(void *unused) {
    (void)flag;
    return unused;
}

static atomic_long mixed;

static void *write_plain(void *unused) {
    *(long *)&mixed = 1;
    return unused;
}

static void *read_atomic(void *unused) {
    (void)atomic_load_explicit(&mixed, memory_order_relaxed);
    return unused;
}

static void *destroy_lock(void *unused) {
    pthread_mutex_destroy(&lock);
    return unused;
}

static void *use_lock(void *unused) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *count_seldom(void *number) {
    if ((intptr_t)number % 200 == 50) {
        counter++;
    }
    return number;
}

static int *volatile nowhere;

__attribute__((noinline)) static int overflow(int n) {
    volatile char fill[512];
    fill[n % 512] = 1;
    return n < 1000000 ? overflow(n + 1) + fill[0] : 0;
}

static void run_healthy(void) {
    switch (body) {
    case HAND_OVER:
        snag_assert(counter == 3 && strcmp(text, "initial") == 0 && passed == NULL);
        run_two(hand_over, hand_over);
        break;
    case OWN_LOCALS:
        run_two(own_locals, own_locals);
        break;
    case EXIT_DEEP:
        run_two(exit_deep, exit_holding);
        break;
    case WAIT:
        run_two(wait_done, set_done);
        break;
    case MANY:
        many_at_once(count_locked);
        break;
    default:
        run_two(hang_first, hang_second);
        break;
    }
}

static void run_faulty(void) {
    passed = malloc(sizeof(*passed));
    switch (body) {
    case USE_AFTER_FREE:
        use_after_free();
        break;
    case LOCK_FREED:
        lock_freed();
        break;
    case FREE_RACES:
        run_two(write_block, free_block);
        break;
    case REALLOC_RACES:
        run_two(write_block, grow_block);
        break;
    case ALLOC_RACES:
        run_two(show_block, see_block);
        break;
    case COPY_RACES:
        run_two(write_source, copy_source);
        break;
    case FLAG_RACES:
        run_two(raise_flag, see_flag);
        break;
    case ATOMIC_RACES:
        run_two(write_plain, read_atomic);
        break;
    case DESTROY_RACES:
        run_two(use_lock, destroy_lock);
        break;
    case MANY_RACE:
        many_at_once(count_up);
        break;
    case FEW_OF_MANY:
        many_at_once(count_seldom);
        break;
    case NULL_READ:
        counter = *nowhere;
        break;
    default:
        counter = overflow(0);
        break;
    }
}

SNAG_SCENARIO(tsan_memory) {
    if (body < USE_AFTER_FREE) {
        run_healthy();
    } else {
        run_faulty();
    }
}
