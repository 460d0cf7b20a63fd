/* heap_body.c: code under test for heap_test.c: the malloc family, and blocks that came from
 * elsewhere.
 */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls whose results the compiler must not know. */
static void *(*volatile do_malloc)(size_t) = malloc;
static void *(*volatile do_calloc)(size_t, size_t) = calloc;
static void *(*volatile do_realloc)(void *, size_t) = realloc;
static void (*volatile do_free)(void *) = free;
static void *(*volatile do_aligned_alloc)(size_t, size_t) = aligned_alloc;

static int all_are(const unsigned char *p, size_t n, int value) {
    for (size_t i = 0; i < n; i++)
        if (p[i] != value)
            return 0;
    return 1;
}

void foreign(void);
void foreign(void) {
    char *s = strdup("from the C library"), *line = NULL;
    size_t capacity = 0;
    FILE *f = fmemopen(s, strlen(s), "r");
    out(getline(&line, &capacity, f));
    out(strcmp(line, s) == 0);
    fclose(f);
    s = do_realloc(s, 500);
    out(strcmp(s, line) == 0);
    do_free(s);
    do_free(line);
    char *made = NULL;
    out(asprintf(&made, "%d", 42));
    do_free(made);
    do_free(NULL);
}

void sizes(void);
void sizes(void) {
    unsigned char *p[64];
    int wrong = 0;
    size_t size = 0;
    for (int i = 0; i < 64; i++) {
        p[i] = do_malloc(size);
        memset(p[i], i, size);
        wrong += p[i] == NULL || (uintptr_t)p[i] % (size >= 16 ? 16 : 8) != 0;
        size += 1 + size / 3;
        size = size > 300000 ? 300000 : size;
    }
    size = 0;
    for (int i = 0; i < 64; i++) { /* none lies in another */
        wrong += !all_are(p[i], size, i);
        size += 1 + size / 3;
        size = size > 300000 ? 300000 : size;
    }
    for (int i = 0; i < 64; i++)
        do_free(p[(i * 37) % 64]);
    out(wrong);
    p[0] = do_malloc(0);
    p[1] = do_malloc(0);
    out(p[0] != NULL && p[0] != p[1]);
}

void zeroed(void);
void zeroed(void) {
    int wrong = 0;
    for (size_t n = 1; n < 400000; n = n * 2 + 1) {
        for (int again = 0; again < 3; again++) {
            unsigned char *p = do_calloc(n, 3);
            wrong += !all_are(p, n * 3, 0);
            memset(p, 255, n * 3);
            do_free(p);
        }
    }
    out(wrong);
    errno = 0;
    out(do_calloc(SIZE_MAX / 2, 3) == NULL && errno == ENOMEM);
}

void grown(void);
void grown(void) {
    unsigned char *p = do_realloc(NULL, 10);
    int wrong = 0;
    memset(p, 9, 10);
    for (size_t n = 20; n < 200000; n *= 2) {
        p = do_realloc(p, n);
        wrong += !all_are(p, 10, 9);
    }
    p = do_realloc(p, 5);
    wrong += !all_are(p, 5, 9);
    out(wrong);
    out(do_realloc(p, 0) == NULL); /* freed: a leak, otherwise, or a double free */
    p = reallocarray(NULL, 100, 8);
    p = reallocarray(p, 200, 8);
    out(p != NULL);
    errno = 0;
    out(reallocarray(p, SIZE_MAX / 2, 8) == NULL && errno == ENOMEM);
    do_free(p);
}

void aligned(void);
void aligned(void) {
    void *p[12];
    int wrong = 0, n = 0;
    for (size_t align = 8; align <= 16384; align *= 2) {
        p[n] = NULL;
        wrong += posix_memalign(&p[n], align, align / 2 + 1) != 0;
        wrong += (uintptr_t)p[n] % align != 0;
        memset(p[n], n, align / 2 + 1);
        n++;
    }
    for (int i = 0; i < n; i++)
        wrong += *(unsigned char *)p[i] != i;
    for (int i = 0; i < n; i++)
        do_free(p[i]);
    for (size_t align = 32; align <= 65536; align *= 2) { /* reused or not, aligned */
        void *a = aligned_alloc(align, 3 * align), *b = memalign(align, 10);
        wrong += (uintptr_t)a % align != 0 || (uintptr_t)b % align != 0 || a == b;
        do_free(a);
        do_free(b);
    }
    out(wrong);
    errno = 5;
    out(posix_memalign(&p[0], 24, 8));
    out(posix_memalign(&p[0], 4, 8));
    out(errno);
    errno = 0;
    out(do_aligned_alloc(24, 48) == NULL && errno == EINVAL);
}

void too_much(void);
void too_much(void) {
    out(1);
    for (;;)
        memset(do_malloc(1 << 20), 1, 100);
}

void one_too_large(void);
void one_too_large(void) {
    out(do_malloc((size_t)case_in) == NULL);
}

/* Freed memory holds nothing that looks like a pointer. */
struct node {
    struct node *next;
};

void use_after_free(void);
void use_after_free(void) {
    struct node *volatile a = do_malloc(sizeof(*a)), *volatile b = do_malloc(sizeof(*b));
    a->next = b;
    b->next = NULL;
    do_free(a);
    a->next->next = NULL;
}

/* A mutex in memory that was a held one before: it is another mutex. */
void reused_memory(void);
void reused_memory(void) {
    pthread_mutex_t *volatile m = do_malloc(sizeof(*m));
    pthread_mutex_init(m, NULL);
    pthread_mutex_lock(m);
    do_free(m);
    pthread_mutex_t *volatile n = do_malloc(sizeof(*n));
    out(m == n);
    *n = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    out(pthread_mutex_trylock(n));
}

static int64_t sum(const unsigned char *p, size_t n) {
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += p[i];
    return sum;
}

/* What stands in a new block does not depend on who had its memory before. */
void large(void);
void large(void) {
    static const size_t sizes[] = {200 << 10, 300 << 10, (1 << 20) + 5};
    for (int i = 0; i < 3; i++) {
        size_t n = sizes[i];
        for (int again = 0; again < 2; again++) {
            unsigned char *p = do_malloc(n);
            out(sum(p, n));
            memset(p, 7, n);
            do_free(p);
        }
        unsigned char *p = do_calloc(1, n);
        out(sum(p + 128, n - 128) + all_are(p, 128, 0));
        memset(p, 7, n);
        do_free(p);
    }
}

SNAG_SCENARIO(heap) {
    case_body();
}

/* Blocks that come and go, of sizes up to a bound that `case_in` draws: where they lie, and whether
 * each was aligned as asked and still held at its end what was written there. */
void scattered(void);
void scattered(void) {
    enum { LIVE = 200, CALLS = 3000 };
    static struct {
        unsigned char *at;
        size_t bytes;
    } live[LIVE];
    uint64_t state = (uint64_t)case_in, digest = 0;
    size_t bound = (size_t)16 << (state % 11);
    bool sound = true;
    for (int i = 0; i < CALLS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t place = (state >> 33) % LIVE, bytes = (state >> 40) % bound + 1;
        size_t align = (state >> 60) == 0 ? (size_t)8 << ((state >> 57) % 8) : 1;
        unsigned char *p = live[place].at;
        if (p != NULL) {
            sound = sound && p[0] == place && p[live[place].bytes - 1] == place;
            do_free(p);
            live[place].at = NULL;
            continue;
        }
        p = align > 1 ? do_aligned_alloc(align, bytes) : do_malloc(bytes);
        size_t least = bytes < 16 ? 8 : 16;
        sound = sound && (uintptr_t)p % (align > least ? align : least) == 0;
        memset(p, (int)place, bytes);
        live[place].at = p;
        live[place].bytes = bytes;
        digest = (digest ^ (uintptr_t)p) * UINT64_C(0x9e3779b97f4a7c15);
    }
    for (int i = 0; i < LIVE; i++)
        do_free(live[i].at);
    out((int64_t)digest);
    out(sound);
}
