/* select_body.c: the code under test for select_test.c: the first of several things to come. */
#include "snag/select.h"

#include "select_cases.h"

#include "snag/task.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { CAPACITY = 2 };
#define MS UINT64_C(1000000)

struct shared {
    struct snag_channel *a, *b;
    struct snag_async_notify notify;
    struct snag_async_semaphore permits;
    atomic_int inside;
};

static int64_t numbers[] = {1, 2, 10, 20};

static void *create(const struct snag_config *config) {
    struct shared *s = malloc(sizeof(*s));
    (void)config;
    s->a = snag_channel_new(CAPACITY, NULL);
    s->b = snag_channel_new(CAPACITY, NULL);
    snag_async_notify_init(&s->notify);
    snag_async_semaphore_init(&s->permits, 1);
    atomic_init(&s->inside, 0);
    return s;
}

static void destroy(void *shared) {
    struct shared *s = shared;
    snag_channel_sender_drop(s->a);
    snag_channel_receiver_drop(s->a);
    snag_channel_sender_drop(s->b);
    snag_channel_receiver_drop(s->b);
    snag_async_notify_destroy(&s->notify);
    snag_async_semaphore_destroy(&s->permits);
    free(s);
}

static void sends(struct snag_channel *c, int64_t *what) {
    for (int i = 0; i < 2; i++)
        (void)snag_channel_send(c, &what[i]);
    (void)snag_channel_close(c);
}

static int64_t consumes(struct shared *s) {
    struct snag_source from[] = {snag_source_channel(s->a), snag_source_channel(s->b)};
    uint32_t open = 2;
    int64_t sum = 0;
    while (open > 0) {
        uint32_t which = snag_select(from, open, SNAG_SELECT_FAIR);
        if (from[which].status == SNAG_CHANNEL_OK)
            sum += *(const int64_t *)from[which].message;
        else
            from[which] = from[--open];
    }
    return sum;
}

static int64_t both(const struct shared *s, enum snag_select_order order) {
    struct snag_source from[] = {snag_source_channel(s->a), snag_source_channel(s->b)};
    (void)snag_channel_try_send(s->a, &numbers[0]);
    (void)snag_channel_try_send(s->b, &numbers[1]);
    uint32_t which = snag_select(from, 2, order);
    out(*(const int64_t *)from[which].message);
    return which;
}

static int64_t times(const struct shared *s) {
    uint64_t now = snag_task_now();
    struct snag_source from[] = {snag_source_channel(s->a), snag_source_time(now + 9 * MS),
                                 snag_source_time(now + 3 * MS)};
    uint32_t which = snag_select(from, 3, SNAG_SELECT_FAIR);
    out((int64_t)((snag_task_now() - now) / MS));
    return which;
}

static int64_t past(const struct shared *s) {
    struct snag_source from[] = {snag_source_channel(s->a), snag_source_time(0)};
    (void)snag_channel_try_send(s->a, &numbers[0]);
    return snag_select(from, 2, SNAG_SELECT_FAIR);
}

static int64_t notified(struct shared *s) {
    struct snag_source from[] = {snag_source_notify(&s->notify), snag_source_channel(s->a)};
    return snag_select(from, 2, SNAG_SELECT_FAIR);
}

static void kept(struct shared *s) {
    struct snag_source from[] = {snag_source_channel(s->a), snag_source_notify(&s->notify)};
    void *message;
    snag_async_notify_one(&s->notify);
    (void)snag_channel_try_send(s->a, &numbers[0]);
    if (snag_select(from, 2, SNAG_SELECT_FAIR) == 0)
        snag_async_notify_wait(&s->notify);
    else
        out(snag_channel_recv(s->a, &message));
}

static bool got;

static void selects_once(void *shared) {
    const struct shared *s = shared;
    struct snag_source from[] = {snag_source_channel(s->b), snag_source_channel(s->a)};
    if (snag_select(from, 2, SNAG_SELECT_FAIR) == 1)
        got = true;
}

static int64_t dropped(struct shared *s) {
    void *message;
    struct snag_task *t = snag_task_spawn(selects_once, s);
    snag_task_yield();
    (void)snag_channel_send(s->a, &numbers[0]);
    snag_task_abort(t);
    out(snag_task_join(t));
    return got + (snag_channel_try_recv(s->a, &message) == SNAG_CHANNEL_OK);
}

static void answers(void *answer) {
    (void)snag_io(1);
    if (case_outs > 0)
        snag_oneshot_sender_drop(answer);
    else
        (void)snag_oneshot_send(answer, &numbers[0]);
}

/* 0: it was answered; 1: it is late; 2: nothing was there though it had come. */
static int64_t answered(void) {
    struct snag_oneshot *o = snag_oneshot_new(NULL);
    struct snag_task *t = snag_task_spawn(answers, o);
    struct snag_source from[] = {snag_source_oneshot(o),
                                 snag_source_time(snag_task_now() + 2 * MS)};
    void *message;
    uint32_t which = snag_select(from, 2, SNAG_SELECT_FAIR);
    if (which == 1)
        snag_oneshot_receiver_drop(o);
    else if (snag_oneshot_try_recv(o, &message) == SNAG_CHANNEL_EMPTY)
        which = 2;
    (void)snag_task_join(t);
    out(which);
    return which;
}

static int64_t permits(struct shared *s) {
    struct snag_source from[] = {snag_source_semaphore(&s->permits), snag_source_channel(s->a)};
    int64_t got_permits = 0;
    for (int i = 0; i < 2; i++) {
        if (snag_select(from, 2, SNAG_SELECT_FAIR) != 0)
            continue;
        if (atomic_fetch_add(&s->inside, 1) != 0)
            abort();
        snag_task_yield();
        atomic_fetch_sub(&s->inside, 1);
        snag_async_semaphore_release(&s->permits);
        got_permits++;
    }
    return got_permits;
}

static void broadcasts(void *broadcast) {
    for (int i = 0; i < 3; i++)
        (void)snag_broadcast_send(broadcast, &numbers[i]);
    (void)snag_broadcast_close(broadcast);
}

static int64_t listens(const struct shared *s) {
    struct snag_broadcast *b = snag_broadcast_new(4);
    struct snag_subscriber *me = snag_broadcast_subscribe(b);
    struct snag_task *t = snag_task_spawn(broadcasts, b);
    struct snag_source from[] = {snag_source_subscriber(me), snag_source_channel(s->b)};
    enum snag_channel_status status = SNAG_CHANNEL_OK;
    int64_t heard = 0;
    while (status == SNAG_CHANNEL_OK) {
        void *message;
        uint64_t lost;
        (void)snag_select(from, 2, SNAG_SELECT_FAIR);
        status = snag_broadcast_try_recv(me, &message, &lost);
        heard += status == SNAG_CHANNEL_OK;
    }
    (void)snag_task_join(t);
    snag_broadcast_unsubscribe(me);
    snag_broadcast_drop(b);
    return heard;
}

static void sets(void *watch) {
    for (int i = 0; i < 3; i++)
        (void)snag_watch_send(watch, &numbers[i]);
    (void)snag_watch_close(watch);
}

static int64_t watches(const struct shared *s) {
    struct snag_watch *w = snag_watch_new(NULL);
    uint64_t seen;
    void *value = snag_watch_get(w, &seen);
    struct snag_task *t = snag_task_spawn(sets, w);
    enum snag_channel_status status = SNAG_CHANNEL_OK;
    while (status == SNAG_CHANNEL_OK) {
        struct snag_source from[] = {snag_source_watch(w, seen), snag_source_channel(s->b)};
        (void)snag_select(from, 2, SNAG_SELECT_FAIR);
        status = snag_watch_changed(w, &seen, &value);
    }
    (void)snag_task_join(t);
    snag_watch_free(w);
    return *(const int64_t *)value;
}

static void sends_one(void *shared) {
    const struct shared *s = shared;
    (void)snag_channel_try_send(s->a, &numbers[0]);
    snag_task_yield();
}

static int64_t ends(struct shared *s) {
    struct snag_task *t = snag_task_spawn(sends_one, s);
    struct snag_source from[] = {snag_source_channel(s->a), snag_source_task(t)};
    uint32_t which = snag_select(from, 2, SNAG_SELECT_FAIR);
    if (which == 1)
        out(snag_task_join_until(t, 0));
    (void)snag_task_join(t);
    return which;
}

static int64_t ended(struct shared *s) {
    struct snag_task *t = snag_task_spawn(sends_one, s);
    (void)snag_task_join(t);
    struct snag_source from[] = {snag_source_task(t), snag_source_channel(s->b)};
    if (snag_select(from, 2, SNAG_SELECT_FAIR) != 0)
        abort();
    return snag_task_join_until(t, 0);
}

static struct snag_task *other;

static void selects_end(void *unused) {
    struct snag_source from[] = {snag_source_task(other)};
    (void)unused;
    (void)snag_select(from, 1, SNAG_SELECT_FAIR);
}

/* What stood in the queue of the one that ends is gone from it. */
static void dropped_end(struct shared *s) {
    other = snag_task_spawn(sends_one, s);
    struct snag_task *t = snag_task_spawn(selects_end, NULL);
    snag_task_yield();
    snag_task_abort(t);
    (void)snag_task_join(t);
    (void)snag_task_join(other);
}

static void consumes_for_ever(void *shared) {
    (void)consumes(shared);
}

static void hangs_on(struct shared *s) {
    struct snag_source from[] = {snag_source_task(snag_task_spawn(consumes_for_ever, s))};
    (void)snag_select(from, 1, SNAG_SELECT_FAIR);
}

static void run_others(struct shared *s, uint16_t op, struct snag_result *result) {
    switch (op) {
    case ANSWERED:
        result->i = answered();
        break;
    case PERMITS:
        result->i = permits(s);
        break;
    case LISTENS:
        result->i = listens(s);
        break;
    case WATCHES:
        result->i = watches(s);
        break;
    case ENDS:
        result->i = ends(s);
        break;
    case ENDED:
        result->i = ended(s);
        break;
    case DROPPED_END:
        dropped_end(s);
        break;
    case HANGS_ON:
        hangs_on(s);
        break;
    case HANGS:
        (void)consumes(s);
        break;
    default:
        abort();
    }
}

static void run(void *shared, void *unused, const struct snag_call *call,
                struct snag_result *result, struct snag_scope *scope) {
    struct shared *s = shared;
    (void)unused;
    (void)scope;
    switch (call->op) {
    case SENDS_A:
        sends(s->a, &numbers[0]);
        break;
    case SENDS_B:
        sends(s->b, &numbers[2]);
        break;
    case CONSUMES:
        result->i = consumes(s);
        break;
    case BOTH_FAIR:
    case BOTH_BIASED:
        result->i = both(s, call->op == BOTH_FAIR ? SNAG_SELECT_FAIR : SNAG_SELECT_BIASED);
        break;
    case TIMES:
        result->i = times(s);
        break;
    case PAST:
        result->i = past(s);
        break;
    case NOTIFIED:
        result->i = notified(s);
        break;
    case NOTIFIES:
        snag_async_notify_one(&s->notify);
        break;
    case KEPT:
        kept(s);
        break;
    case DROPPED:
        result->i = dropped(s);
        break;
    default:
        run_others(s, call->op, result);
    }
}

struct snag_impl select_impl = {.name = "select",
                                .spec = &select_spec,
                                .mode = SNAG_TASKS,
                                .create = create,
                                .destroy = destroy,
                                .run = run};
SNAG_TARGET(select_impl);
