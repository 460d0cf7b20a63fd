/* digest_fast_body.c: a little of everything that is in the synchronisation log, for digest.h.
 *
 * Blocks are freed and allocated again with locks and atomics inside: allocators differ in which
 * addresses they hand out again.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snag/scenario.h"

struct block {
    pthread_mutex_t lock;
    atomic_int count;
    long words[12];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int arrived;
static int shared_pipe[2];

static void use_blocks(void) {
    for (int i = 1; i <= 3; i++) {
        struct block *b = malloc(sizeof(*b) * (size_t)i);
        pthread_mutex_init(&b->lock, NULL);
        atomic_init(&b->count, i);
        pthread_mutex_lock(&b->lock);
        int expected = i;
        atomic_compare_exchange_strong(&b->count, &expected, i + 1);
        atomic_fetch_add_explicit(&b->count, 1, memory_order_acq_rel);
        pthread_mutex_unlock(&b->lock);
        pthread_mutex_destroy(&b->lock);
        struct block *grown = realloc(b, sizeof(*b) * 5);
        free(grown != NULL ? grown : b);
    }
}

/* Whether the second block lies where the first one was is up to the allocator. */
static void use_again(void) {
    struct block *b = calloc(1, 260);
    atomic_fetch_add(&b->count, 1);
    free(b);
    b = calloc(1, 300);
    atomic_fetch_add(&b->count, 1);
    free(b);
}

/* Every way in which C spells an atomic operation, at every width. */
#define SPELLINGS(name, type)                                                                      \
    static _Atomic(type) shared_##name = 5;                                                        \
    static type plain_##name = 5;                                                                  \
    static void spell_##name(void) {                                                               \
        type expected = 3;                                                                         \
        shared_##name++;                                                                           \
        shared_##name += 2;                                                                        \
        shared_##name = (type)(shared_##name | 8);                                                 \
        atomic_store_explicit(&shared_##name, 3, memory_order_release);                            \
        (void)atomic_compare_exchange_weak(&shared_##name, &expected, 4);                          \
        (void)atomic_exchange(&shared_##name, 6);                                                  \
        (void)atomic_fetch_xor(&shared_##name, atomic_load(&shared_##name));                       \
        (void)__atomic_fetch_nand(&plain_##name, 6, __ATOMIC_ACQ_REL);                             \
        (void)__atomic_add_fetch(&plain_##name, 1, __ATOMIC_SEQ_CST);                              \
        __atomic_store_n(&plain_##name, __atomic_load_n(&plain_##name, __ATOMIC_ACQUIRE),          \
                         __ATOMIC_RELAXED);                                                        \
        (void)__sync_fetch_and_sub(&plain_##name, 1);                                              \
        (void)__sync_bool_compare_and_swap(&plain_##name, 1, 2);                                   \
        (void)__sync_val_compare_and_swap(&plain_##name, 2, 1);                                    \
        (void)__sync_lock_test_and_set(&plain_##name, 9);                                          \
        __sync_lock_release(&plain_##name);                                                        \
    }
SPELLINGS(char, unsigned char)
SPELLINGS(short, unsigned short)
SPELLINGS(int, unsigned)
SPELLINGS(long, unsigned long)

static void spell_all(void) {
    spell_char();
    spell_short();
    spell_int();
    spell_long();
    atomic_thread_fence(memory_order_seq_cst);
    __sync_synchronize();
}

/* Who reads, of three who may; and numbers, which are given out again. */
static void use_descriptors(void) {
    int ends[2];
    char bytes[4];
    (void)!write(shared_pipe[1], "ab", 2);
    (void)!read(shared_pipe[0], bytes, 1);
    (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    struct pollfd p = {.fd = shared_pipe[0], .events = POLLIN};
    (void)poll(&p, 1, 1);
    (void)!send(ends[0], bytes, 1, 0);
    (void)!recv(ends[1], bytes, sizeof(bytes), 0);
    close(ends[0]);
    (void)!read(ends[1], bytes, 1);
    close(ends[1]);
}

static void *work(void *unused) {
    use_descriptors();
    spell_all();
    use_blocks();
    use_again();
    pthread_mutex_lock(&lock);
    if (++arrived == 2) {
        pthread_cond_broadcast(&changed);
    }
    while (arrived < 2) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    usleep(10);
    use_blocks();
    return unused;
}

SNAG_SCENARIO(digest) {
    pthread_t t, u;
    (void)!pipe(shared_pipe);
    pthread_create(&t, NULL, work, NULL);
    pthread_create(&u, NULL, work, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}
