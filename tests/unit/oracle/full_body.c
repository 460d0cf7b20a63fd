/* full_body.c: code under test for full_test.c: channels that are full, or never are. */
#include "../exec/cases.h"
#include "snag/annotate.h"
#include "snag/channel.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <stdlib.h>

enum { MOST = 6 };

static struct snag_channel *channels[MOST];
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Looks into its own channel, then sends into the next of the circle until that is full. */
static void *sends_round(void *own) {
    struct snag_channel **self = own;
    int64_t next = (self - channels + 1) % case_in;
    void *m;
    (void)snag_channel_try_recv(*self, &m);
    for (;;)
        (void)snag_channel_send(channels[next], NULL);
    return NULL;
}

/* Is nobody's receiver. */
static void *queues_up(void *into) {
    for (;;)
        (void)snag_channel_send(into, NULL);
    return NULL;
}

/* Received once, and does something else now. */
static void *forgets(void *own) {
    void *m;
    (void)snag_channel_try_recv(own, &m);
    pthread_mutex_lock(&lock);
    for (;;)
        pthread_cond_wait(&never, &lock);
    return NULL;
}

static void join_all(pthread_t *t, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}

void circle(void);
void circle(void) {
    pthread_t t[MOST + 1];
    for (int64_t i = 0; i < case_in; i++)
        channels[i] = snag_channel_new(1, NULL);
    for (int64_t i = 0; i < case_in; i++)
        pthread_create(&t[i], NULL, sends_round, &channels[i]);
    pthread_create(&t[case_in], NULL, queues_up, channels[0]);
    join_all(t, case_in + 1);
}

void no_circle(void);
void no_circle(void) {
    pthread_t t[2];
    channels[0] = snag_channel_new(1, NULL);
    pthread_create(&t[0], NULL, forgets, channels[0]);
    pthread_create(&t[1], NULL, queues_up, channels[0]);
    join_all(t, 2);
}

/* case_in times: sends two messages, receives one. */
void grows(void);
void grows(void) {
    struct snag_channel *c = snag_channel_new(0, NULL);
    void *m;
    for (int64_t i = 0; i < case_in; i++) {
        (void)snag_channel_send(c, NULL);
        (void)snag_channel_try_send(c, NULL);
        (void)snag_channel_recv(c, &m);
    }
    snag_channel_sender_drop(c);
    snag_channel_receiver_drop(c);
}

struct item {
    struct item *next;
};

static struct {
    struct item *first;
    unsigned length;
} queue;

static void put(struct item *item) {
    item->next = queue.first;
    queue.first = item;
    queue.length++;
    SNAG_QUEUE_LENGTH(&queue, queue.length);
}

void own_queue(void);
void own_queue(void) {
    static struct item items[1000];
    snag_name(&queue, "of mine");
    for (int64_t i = 0; i < case_in; i++)
        put(&items[i]);
}

SNAG_SCENARIO(full) {
    case_body();
}
