/* channel_body.c: the code under test for channel_test.c: what channels answer, to whom. */
#include "../exec/cases.h"
#include "snag/channel.h"
#include "snag/scenario.h"

#include <pthread.h>
#include <unistd.h>

/* Messages are small numbers. */
static void *message(intptr_t n) {
    return (void *)n; // NOLINT(performance-no-int-to-ptr)
}

static void drops(void *m) {
    out(100 + (intptr_t)m);
}

static void recv_out(struct snag_channel *c) {
    void *m = message(0);
    out(snag_channel_recv(c, &m));
    out((intptr_t)m);
}

static void try_recv_out(struct snag_channel *c) {
    void *m = message(0);
    out(snag_channel_try_recv(c, &m));
    out((intptr_t)m);
}

static void drop_both(struct snag_channel *c) {
    snag_channel_sender_drop(c);
    snag_channel_receiver_drop(c);
}

/* ---- alone ---- */

void bounded(void);
void bounded(void) {
    struct snag_channel *c = snag_channel_new(2, NULL);
    out(snag_channel_send(c, message(1)));
    out(snag_channel_try_send(c, message(2)));
    out(snag_channel_try_send(c, message(3)));
    try_recv_out(c);
    out(snag_channel_send(c, message(4)));
    recv_out(c);
    recv_out(c);
    try_recv_out(c);
    drop_both(c);
}

void unbounded(void);
void unbounded(void) {
    struct snag_channel *c = snag_channel_new(0, NULL);
    for (intptr_t next = 1, i = 1; i <= 12; i++) {
        (void)snag_channel_send(c, message(i));
        if (i % 3 == 0) {
            void *m;
            (void)snag_channel_recv(c, &m);
            out((intptr_t)m == next++);
        }
    }
    recv_out(c);
    drop_both(c);
}

void closed(void);
void closed(void) {
    struct snag_channel *c = snag_channel_new(2, NULL);
    (void)snag_channel_send(c, message(1));
    (void)snag_channel_send(c, message(2));
    out(snag_channel_close(c));
    out(snag_channel_close(c));
    out(snag_channel_send(c, message(3)));
    out(snag_channel_try_send(c, message(3)));
    recv_out(c);
    try_recv_out(c);
    recv_out(c);
    try_recv_out(c);
    drop_both(c);
}

void senders(void);
void senders(void) {
    struct snag_channel *c = snag_channel_new(2, NULL);
    snag_channel_sender_add(c);
    snag_channel_sender_drop(c);
    out(snag_channel_send(c, message(1)));
    snag_channel_sender_drop(c);
    recv_out(c);
    recv_out(c);
    snag_channel_receiver_drop(c);
}

void receiver(void);
void receiver(void) {
    struct snag_channel *c = snag_channel_new(3, drops);
    (void)snag_channel_send(c, message(1));
    (void)snag_channel_send(c, message(2));
    snag_channel_receiver_drop(c);
    out(snag_channel_send(c, message(3)));
    snag_channel_sender_drop(c);
}

/* ---- with another ---- */

static struct snag_channel *channel;

static void *sends(void *m) {
    out(snag_channel_send(channel, m));
    return NULL;
}

static void *receives(void *unused) {
    (void)unused;
    recv_out(channel);
    return NULL;
}

/* Waiting senders, let in one after the other, then told. */
void full(void);
void full(void) {
    pthread_t t[3];
    channel = snag_channel_new(1, NULL);
    (void)snag_channel_send(channel, message(1));
    for (int i = 0; i < 3; i++) {
        pthread_create(&t[i], NULL, sends, message(2 + i));
        usleep(1000);
    }
    recv_out(channel);
    recv_out(channel);
    usleep(1000);
    (void)snag_channel_close(channel);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    recv_out(channel);
    recv_out(channel);
    drop_both(channel);
}

/* Waiting receivers, served one after the other, then told. */
void empty(void);
void empty(void) {
    pthread_t t[3];
    channel = snag_channel_new(1, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_create(&t[i], NULL, receives, NULL);
        usleep(1000);
    }
    for (int i = 1; i <= 2; i++) {
        (void)snag_channel_try_send(channel, message(i));
        usleep(1000);
    }
    snag_channel_sender_drop(channel);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    snag_channel_receiver_drop(channel);
}

/* ---- oneshot ---- */

static struct snag_oneshot *shot;

static void answer_out(struct snag_oneshot *o) {
    void *m = message(0);
    out(snag_oneshot_recv(o, &m));
    out((intptr_t)m);
}

static void *answers(void *m) {
    if (m != message(0))
        out(snag_oneshot_send(shot, m));
    else
        snag_oneshot_sender_drop(shot);
    return NULL;
}

/* case_in: the answer; 0: there is none. */
void answered(void);
void answered(void) {
    pthread_t t;
    shot = snag_oneshot_new(NULL);
    pthread_create(&t, NULL, answers, message(case_in));
    answer_out(shot);
    pthread_join(t, NULL);
}

void asked_at_once(void);
void asked_at_once(void) {
    void *m = message(0);
    struct snag_oneshot *o = snag_oneshot_new(NULL);
    out(snag_oneshot_try_recv(o, &m));
    (void)snag_oneshot_send(o, message(7));
    out(snag_oneshot_try_recv(o, &m));
    out((intptr_t)m);
    o = snag_oneshot_new(NULL);
    snag_oneshot_sender_drop(o);
    out(snag_oneshot_try_recv(o, &m));
}

void unasked(void);
void unasked(void) {
    struct snag_oneshot *o = snag_oneshot_new(drops);
    snag_oneshot_receiver_drop(o);
    out(snag_oneshot_send(o, message(7)));
    o = snag_oneshot_new(drops);
    out(snag_oneshot_send(o, message(8)));
    snag_oneshot_receiver_drop(o);
}

/* ---- broadcast ---- */

static struct snag_broadcast *all;

static void hear_out(struct snag_subscriber *s) {
    void *m = message(0);
    uint64_t lost = 0;
    out(snag_broadcast_recv(s, &m, &lost));
    out((intptr_t)m + 10 * (int64_t)lost);
}

static void *hears(void *subscriber) {
    hear_out(subscriber);
    hear_out(subscriber);
    snag_broadcast_unsubscribe(subscriber);
    return NULL;
}

void lags(void);
void lags(void) {
    void *m = message(0);
    uint64_t lost = 0;
    struct snag_broadcast *b = snag_broadcast_new(2);
    struct snag_subscriber *early = snag_broadcast_subscribe(b);
    out(snag_broadcast_try_recv(early, &m, &lost));
    for (int i = 1; i <= 5; i++)
        (void)snag_broadcast_send(b, message(i));
    struct snag_subscriber *late = snag_broadcast_subscribe(b);
    for (int i = 0; i < 3; i++)
        hear_out(early);
    out(snag_broadcast_try_recv(late, &m, &lost));
    (void)snag_broadcast_send(b, message(6));
    out(snag_broadcast_close(b));
    out(snag_broadcast_close(b));
    out(snag_broadcast_send(b, message(7)));
    hear_out(late);
    hear_out(late);
    snag_broadcast_unsubscribe(late);
    snag_broadcast_drop(b);
    hear_out(early);
    hear_out(early);
    snag_broadcast_unsubscribe(early);
}

/* Two subscribers who wait, a message, and the end. */
void heard(void);
void heard(void) {
    pthread_t t[2];
    all = snag_broadcast_new(1);
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, hears, snag_broadcast_subscribe(all));
    (void)snag_broadcast_send(all, message(5));
    snag_broadcast_drop(all);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
}

/* ---- watch ---- */

static struct snag_watch *watch;

void watched(void);
void watched(void) {
    uint64_t seen;
    void *m;
    struct snag_watch *w = snag_watch_new(message(1));
    out((intptr_t)snag_watch_get(w, &seen));
    (void)snag_watch_send(w, message(2));
    (void)snag_watch_send(w, message(3));
    out(snag_watch_changed(w, &seen, &m));
    out((intptr_t)m);
    out(snag_watch_close(w));
    out(snag_watch_close(w));
    out(snag_watch_send(w, message(4)));
    out(snag_watch_changed(w, &seen, &m));
    out((intptr_t)m);
    snag_watch_free(w);
}

/* Sees values that only grow, and at last the last one. */
static void *watches(void *unused) {
    uint64_t seen;
    void *last = snag_watch_get(watch, &seen), *m;
    while (snag_watch_changed(watch, &seen, &m) == SNAG_CHANNEL_OK) {
        snag_assert((intptr_t)m > (intptr_t)last);
        last = m;
    }
    snag_assert((intptr_t)last == 3);
    return unused;
}

void watched_by_two(void);
void watched_by_two(void) {
    pthread_t t[2];
    watch = snag_watch_new(message(0));
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, watches, NULL);
    for (int i = 1; i <= 3; i++)
        (void)snag_watch_send(watch, message(i));
    (void)snag_watch_close(watch);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    snag_watch_free(watch);
}

SNAG_SCENARIO(channels) {
    case_body();
}
