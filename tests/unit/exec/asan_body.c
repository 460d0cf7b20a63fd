/* asan_body.c: memory that is used as it should be, and as it should not, for asan_test.c.
 *
 * The code around each mistake is what makes it depend on the schedule, where it does.
 */
#define _GNU_SOURCE
#include "cases.h"
#include "snag/scenario.h"

#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct node {
    pthread_mutex_t lock;
    atomic_int count;
    struct node *next;
    char text[24];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct node *shared;
static int limit = 4, before[3] = {1, 2, 3}, numbers[4] = {1, 2, 3, 4}, behind[3] = {1, 2, 3};
static long sum;
static char sink[64];

/* What the compiler must not know. */
static void (*volatile do_free)(void *) = free;
static size_t (*volatile do_strlen)(const char *) = strlen;

static void run_two(void *(*f)(void *), void *(*g)(void *)) {
    pthread_t t, u;
    pthread_create(&t, NULL, f, NULL);
    pthread_create(&u, NULL, g, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
}

static struct node *new_node(void) {
    struct node *n = calloc(1, sizeof(*n));
    pthread_mutex_init(&n->lock, NULL);
    atomic_init(&n->count, 1);
    strcpy(n->text, "a node");
    return n;
}

/* ---- blocks that are gone ---- */

static void *put_away(void *unused) {
    pthread_mutex_lock(&lock);
    struct node *n = shared;
    if (case_in)
        shared = NULL;
    pthread_mutex_unlock(&lock);
    do_free(case_in ? NULL : n);
    return unused;
}

static void reads(struct node *n) {
    sum += (long)n->next;
}

static void locks(struct node *n) {
    pthread_mutex_lock(&n->lock);
    pthread_mutex_unlock(&n->lock);
}

static void counts(struct node *n) {
    atomic_fetch_add(&n->count, 1);
}

static void copies(struct node *n) {
    memcpy(sink, n->text, sizeof(n->text));
}

static void measures(struct node *n) {
    sum += (long)do_strlen(n->text);
}

static void (*use)(struct node *);

static void *look(void *unused) {
    pthread_mutex_lock(&lock);
    struct node *n = shared;
    pthread_mutex_unlock(&lock);
    if (n != NULL)
        use(n);
    return unused;
}

static void share(void (*how)(struct node *)) {
    use = how;
    struct node *n = shared = new_node();
    run_two(look, put_away);
    if (case_in)
        free(n);
}

#define SHARES(name)                                                                               \
    void share_##name(void);                                                                       \
    void share_##name(void) {                                                                      \
        share(name);                                                                               \
    }
SHARES(reads)
SHARES(locks)
SHARES(counts)
SHARES(copies)
SHARES(measures)

/* A block of the C library's, freed by two. */
void library_block(void);
void library_block(void) {
    char *s = strdup("not of the table");
    do_free(s);
    if (!case_in)
        do_free(s);
}

static void free_inside(char *p) {
    do_free(p + 8);
}

void inside_library_block(void);
void inside_library_block(void) {
    char *s = strdup("not of the table");
    if (case_in)
        do_free(s);
    else
        free_inside(s);
}

/* ---- frames that are gone ---- */

struct waiter {
    int woken;
    struct waiter *next;
};
static struct waiter *waiters;

static void wait_a_while(void) {
    struct waiter w = {.woken = 0};
    pthread_mutex_lock(&lock);
    waiters = &w;
    while (case_in && !w.woken)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock); /* if it did not wait, it forgets to take itself off */
}

static void *waits(void *unused) {
    wait_a_while();
    return unused;
}

static void wake(struct waiter *w) {
    w->woken = 1;
}

static void *wakes(void *unused) {
    int done = 0;
    for (int i = 0; !done && i < (case_in ? 50 : 1); i++) {
        pthread_mutex_lock(&lock);
        done = waiters != NULL;
        if (done)
            wake(waiters);
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
        sched_yield();
    }
    return unused;
}

void frame_gone(void);
void frame_gone(void) {
    run_two(waits, wakes);
}

static void stores(int *at) {
    *at = 5;
}

void scope_gone(void);
void scope_gone(void) {
    int *volatile kept = &limit;
    if (limit > 2) {
        int inner[4] = {1, 2, 3, limit};
        kept = case_in ? kept : &inner[1];
        sum += inner[3];
    }
    stores(kept);
}

/* ---- beside ---- */

static void *shrink(void *unused) {
    pthread_mutex_lock(&lock);
    char *smaller = realloc(shared, case_in ? sizeof(struct node) : 8);
    shared = (void *)smaller;
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *fill(void *unused) {
    pthread_mutex_lock(&lock);
    memset(shared, 0, 16);
    pthread_mutex_unlock(&lock);
    return unused;
}

void block_shrinks(void);
void block_shrinks(void) {
    shared = malloc(sizeof(*shared));
    run_two(shrink, fill);
    free(shared);
}

static int element(const int *from, int at) {
    return from[at];
}

void global_beside(void);
void global_beside(void) {
    sum += element(numbers, case_in ? 3 : limit) + before[0] + behind[0];
}

void local_beside(void);
void local_beside(void) {
    int own[4] = {limit, 2, 3, 4};
    sum += element(own, case_in ? 3 : limit);
}

static void move_up(char *s) {
    memcpy(s + (case_in ? 8 : 1), s, (size_t)limit * 2);
}

void copy_overlaps(void);
void copy_overlaps(void) {
    move_up(sink);
}

/* ---- what C gives no meaning to ---- */

void sum_overflows(void);
void sum_overflows(void) {
    int n = case_in ? 1 : INT_MAX;
    n += limit;
    sum = n;
    out(1); /* it goes on */
}

void index_beyond(void);
void index_beyond(void) {
    int own[4] = {limit, 2, 3, 4}, at = case_in ? 3 : limit;
    sum = own[at];
    out(1); /* it does not */
}

/* ---- healthy, and hard on stacks ---- */

static jmp_buf back;

static void deep(int depth, volatile char *outer) {
    volatile char own[40];
    own[0] = outer[0];
    if (depth == 0) {
        if (case_in == 1)
            pthread_exit(NULL);
        if (case_in == 2)
            longjmp(back, 1);
        pthread_mutex_lock(&lock);
        pthread_mutex_lock(&other);
        pthread_mutex_unlock(&other);
        pthread_mutex_unlock(&lock);
        return;
    }
    deep(depth - 1, own);
    sum += own[0];
}

static void *goes_deep(void *unused) {
    volatile char first[16] = {1};
    if (case_in != 2 || setjmp(back) == 0)
        deep(20, first);
    return unused;
}

static void *locks_other_way(void *unused) {
    volatile char own[100] = {1};
    if (case_in == 3) {
        pthread_mutex_lock(&other);
        own[99] = 2;
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
        pthread_mutex_unlock(&other);
    }
    return unused;
}

/* 1: ends far down; 2: jumps back; 3: may never end. */
void leaves_frames(void);
void leaves_frames(void) {
    run_two(goes_deep, locks_other_way);
}

SNAG_SCENARIO(asan) {
    case_body();
}
