/* phrase_test.c: calls in words, as the lanes have them; and a rwlock's hang from end to end. */
#include "fixture.h"

#include "report/view.h"

#include <errno.h>

struct said {
    enum snag_event_kind kind;
    uint8_t flags;
    uint32_t value;
    const char *words;
};

static const struct said locks[] = {
    {SNAG_EV_LOCK, 0, EOWNERDEAD, "lock mutex 1: its owner had ended"},
    {SNAG_EV_LOCK, SNAG_EVF_FAILED, ENOTRECOVERABLE, "lock mutex 1: not recoverable"},
    {SNAG_EV_TRYLOCK, SNAG_EVF_FAILED, EBUSY, "trylock mutex 1: busy"},
    {SNAG_EV_MUTEX_CONSISTENT, 0, 0, "make mutex 1 consistent"},
    {SNAG_EV_RDLOCK, 0, 0, "read lock rwlock 1"},
    {SNAG_EV_TRYRDLOCK, SNAG_EVF_FAILED, EBUSY, "try to read lock rwlock 1: busy"},
    {SNAG_EV_TIMEDRDLOCK, SNAG_EVF_TIMEOUT | SNAG_EVF_FAILED, ETIMEDOUT,
     "timed read lock rwlock 1: timed out"},
    {SNAG_EV_WRLOCK, 0, 0, "write lock rwlock 1"},
    {SNAG_EV_TRYWRLOCK, 0, 0, "try to write lock rwlock 1"},
    {SNAG_EV_RWUNLOCK, 0, 0, "unlock rwlock 1"},
    {SNAG_EV_RWLOCK_QUEUE, 0, 0, "queues behind a writer of rwlock 1"},
    {SNAG_EV_SPIN_LOCK, 0, 0, "lock spin lock 1"},
    {SNAG_EV_SPIN_TRYLOCK, SNAG_EVF_FAILED, EBUSY, "try to lock spin lock 1: busy"},
    {SNAG_EV_SPIN_UNLOCK, 0, 0, "unlock spin lock 1"},
    {SNAG_EV_SEM_WAIT, 0, 0, "wait for semaphore 1"},
    {SNAG_EV_SEM_TRYWAIT, SNAG_EVF_FAILED, EAGAIN, "try semaphore 1: busy"},
    {SNAG_EV_SEM_POST, 0, 0, "post semaphore 1"},
    {SNAG_EV_SEM_GETVALUE, 0, 3, "value of semaphore 1 = 3"},
    {SNAG_EV_BARRIER_WAIT, 0, 0, "arrive at barrier 1"},
    {SNAG_EV_BARRIER_LEAVE, 0, 0, "leave barrier 1"},
    {SNAG_EV_ONCE, 0, 1, "once by once control 1"},
    {SNAG_EV_KEY_CREATE, 0, 0, "create key 1"},
    {SNAG_EV_PARK, 0, 0, "await event 1"},
    {SNAG_EV_PARK, SNAG_EVF_FAULT, 0, "await event 1: wakes spuriously"},
    {SNAG_EV_PARK_MUTEX, 0, 0, "await async mutex 1"},
    {SNAG_EV_PARK_CHANNEL, 0, 1, "await channel 1"},
    {SNAG_EV_PARK_SEMAPHORE, 0, 0, "await semaphore 1"},
    {SNAG_EV_ASYNC_ACQUIRE, 0, 0, "acquire async mutex 1"},
    {SNAG_EV_ASYNC_RELEASE, 0, 0, "release async mutex 1"},
    {SNAG_EV_TASK_ABORT, 0, 0, "abort thread 1"},
    {SNAG_EV_TASK_END, 0, 1, "is dropped"},
    {SNAG_EV_TASK_END, 0, 0, "ends"},
    {SNAG_EV_JOB_START, 0, 0, "begins thread 1"},
    {SNAG_EV_JOB_END, 0, 0, "is done with thread 1"},
    {SNAG_EV_PIPE, 0, 128, "open pipe 1: descriptor 128"},
    {SNAG_EV_SOCKET, 0, 130, "open socket 1: descriptor 130"},
    {SNAG_EV_EVENTFD, 0, 131, "open eventfd 1: descriptor 131"},
    {SNAG_EV_EPOLL, 0, 132, "open epoll set 1: descriptor 132"},
    {SNAG_EV_FD_DUP, SNAG_EVF_FAILED, EMFILE, "dup descriptor 1: failed"},
    {SNAG_EV_FD_RECEIVED, 0, 133, "is passed descriptor 1: descriptor 133"},
    {SNAG_EV_FD_BIND, SNAG_EVF_FAILED, EADDRINUSE, "bind descriptor 1: EADDRINUSE"},
    {SNAG_EV_FD_LISTEN, 0, 0, "listen on descriptor 1"},
    {SNAG_EV_FD_READ, 0, 5, "read descriptor 1: 5 bytes"},
    {SNAG_EV_FD_READ, 0, 1, "read descriptor 1: 1 byte"},
    {SNAG_EV_FD_READ, 0, 0, "read descriptor 1: the end"},
    {SNAG_EV_FD_READ, SNAG_EVF_FAILED, EAGAIN, "read descriptor 1: would block"},
    {SNAG_EV_FD_READ, SNAG_EVF_FAILED | SNAG_EVF_FAULT, EINTR, "read descriptor 1: is interrupted"},
    {SNAG_EV_FD_WRITE, 0, 8, "write descriptor 1: 8 bytes"},
    {SNAG_EV_FD_WRITE, SNAG_EVF_FAILED, EPIPE, "write descriptor 1: EPIPE"},
    {SNAG_EV_FD_ACCEPT, 0, 134, "accept from descriptor 1"},
    {SNAG_EV_FD_CONNECT, SNAG_EVF_FAILED, ECONNREFUSED, "connect descriptor 1: ECONNREFUSED"},
    {SNAG_EV_FD_POLL, SNAG_EVF_TIMEOUT | SNAG_EVF_FAILED, EAGAIN, "poll descriptor 1: timed out"},
    {SNAG_EV_FD_POLL, SNAG_EVF_TIMEOUT, 0, "poll descriptor 1: timed out"},
    {SNAG_EV_FD_POLL, 0, 0, "poll descriptor 1: nothing is ready"},
    {SNAG_EV_FD_POLL, 0, 1, "poll descriptor 1: ready"},
    {SNAG_EV_FD_POLL, 0, 3, "poll descriptor 1: ready, as are 2 more"},
    {SNAG_EV_FD_AWAIT, 0, 0, "await descriptor 1"},
    {SNAG_EV_FD_CLOSE, 0, 128, "close descriptor 1: descriptor 128"},
    {SNAG_EV_IO_READ, 0, 8, "I/O read 8 bytes"},
    {SNAG_EV_IO_READ, SNAG_EVF_FAULT, 4, "I/O read 4 bytes: is cut short"},
    {SNAG_EV_IO_READ, SNAG_EVF_FAULT | SNAG_EVF_FAILED, 0, "I/O read: fails"},
    {SNAG_EV_CO_RESUMED, 0, 0, "starts on task 1"},
    {SNAG_EV_CO_RESUMED, 0, 1, "resumes on task 1"},
    {SNAG_EV_CO_SUSPENDED, 0, 0, "await event 1"},
    {SNAG_EV_CO_ENDED, 0, 0, "ends"},
    {SNAG_EV_CO_ENDED, 0, 1, "give up thread 1"},
};

TEST(every_call_is_said_in_words) {
    for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++) {
        struct snag__view v;
        char text[SNAG__WORDS];
        world_begin(&kv_threads, 0);
        add_task();
        run(1, 0);
        struct snag_event *e = event(locks[i].kind, 0, 1, 0);
        e->flags = locks[i].flags;
        e->value = locks[i].value;
        CHECK(snag__view_open(&v, &w.in));
        EXPECT_EQ_STR(snag__phrase(&v, e, text), locks[i].words);
        snag__view_close(&v);
    }
}

/* Two readers of one rwlock, one of whom asks again behind a writer. */
TEST(a_reader_behind_a_writer) {
    snag__symbol_preset(70, "table_get", "rwlock.c", 20);
    snag__symbol_preset(71, "table_len", "rwlock.c", 31);
    snag__symbol_preset(72, "table_put", "rwlock.c", 44);
    world_begin(&kv_threads, 0);
    add_task();
    add_op(MOVE, 1, 2);
    add_task();
    add_op(PUT, 3, 7);
    run(1, 0);
    event(SNAG_EV_START, 0, 0, 0);
    op_begins(1);
    event(SNAG_EV_RDLOCK, 1, 1, 70);
    preempted(1, 2);
    run(2, 0);
    event(SNAG_EV_START, 0, 0, 0);
    op_begins(1);
    run(1, 0);
    event(SNAG_EV_RWLOCK_QUEUE, 1, 1, 71);
    w.verdict.switches++;
    w.verdict.end = SNAG_END_STUCK;
    struct snag_finding *f =
        finding(SNAG_DEADLOCK, "deadlock: table_len holding table_get's read lock / table_put: a "
                               "reader asks once more, and queues behind a writer");
    memcpy(f->rule, "R5", sizeof("R5"));
    static const char text[] = "a reader asks once more, and queues behind a writer";
    memcpy(f->detail, text, sizeof(text));
    struct snag_party *p = party(f, 1, 0);
    p->holds = 1;
    p->holds_site = 70;
    p->reads = true;
    p->object = 1;
    p->at_site = 71;
    p = party(f, 2, 0);
    p->object = 1;
    p->at_site = 72;
    check_lanes("lanes_rwlock.txt", 80, false);
}

TEST(an_owner_that_has_ended) {
    snag__symbol_preset(80, "worker", "exit.c", 12);
    snag__symbol_preset(81, "table_put", "exit.c", 30);
    world_begin(&kv_threads, 0);
    add_task();
    add_op(PUT, 3, 7);
    add_task();
    add_op(PUT, 3, 8);
    run(1, 0);
    event(SNAG_EV_START, 0, 0, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 1, 80);
    event(SNAG_EV_END, 0, 0, 0);
    run(2, 0);
    event(SNAG_EV_START, 0, 0, 0);
    op_begins(1);
    w.verdict.end = SNAG_END_STUCK;
    struct snag_finding *f = finding(SNAG_HANG, "hang: ended holding worker's lock");
    struct snag_party *p = party(f, 1, 0);
    p->holds = 1;
    p->holds_site = 80;
    p->ended = true;
    p = party(f, 2, 0);
    p->object = 1;
    p->at_site = 81;
    check_lanes("lanes_ended_owner.txt", 80, false);
}

TEST(a_lock_that_an_operation_left_held) {
    snag__symbol_preset(90, "table_put", "kept.c", 11);
    snag__symbol_preset(91, "table_get", "kept.c", 21);
    snag__symbol_preset(92, "table_visit", "kept.c", 31);
    world_begin(&kv_threads, 0);
    add_task();
    add_op(PUT, 3, 7);
    add_op(VISIT, 3, 0);
    add_task();
    add_op(GET, 3, 0);
    run(1, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 1, 90);
    op_returns(1, -1);
    struct snag_finding *misuse =
        finding(SNAG_MISUSE, "misuse: table_put: an operation returned holding a lock");
    (void)snprintf(misuse->detail, sizeof misuse->detail, "an operation returned holding a lock");
    struct snag_party *p = party(misuse, 1, 0);
    p->object = 1;
    p->at_site = 90;
    misuse->event = w.in.events_count;
    run(2, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 2, 91);
    run(1, 0);
    op_begins(2);
    w.verdict.end = SNAG_END_STUCK;
    struct snag_finding *f = finding(SNAG_HANG, "hang: returned holding table_put's lock");
    p = party(f, 1, 0);
    p->holds = 1;
    p->holds_site = 90;
    p->left_by = 1;
    p->object = 2;
    p->at_site = 92;
    p = party(f, 2, 0);
    p->object = 1;
    p->at_site = 91;
    check_lanes("lanes_left.txt", 80, false);
}

/* A misuse stands after the call, or is a row itself where the call left no event. */
TEST(a_misuse_stands_where_the_call_is) {
    snag__symbol_preset(93, "stop", "shut.c", 8);
    snag__symbol_preset(94, "work", "shut.c", 17);
    snag__symbol_preset(95, "work", "shut.c", 18);
    world_begin(&kv_threads, 0);
    add_task();
    add_op(PUT, 3, 7);
    add_task();
    add_op(GET, 3, 0);
    run(1, 0);
    op_begins(1);
    event(SNAG_EV_MUTEX_DESTROY, 1, 1, 93);
    run(2, 0);
    op_begins(1);
    for (uint32_t site = 94; site <= 95; site++) {
        struct snag_finding *f =
            finding(SNAG_MISUSE, "misuse: work after stop: use of a destroyed mutex");
        (void)snprintf(f->detail, sizeof f->detail, "use of a destroyed mutex");
        struct snag_party *p = party(f, 2, 0);
        p->object = 1;
        p->at_site = site;
        p->holds_site = 93;
        f->event = w.in.events_count;
        if (site == 94)
            event(SNAG_EV_LOCK, 1, 1, site);
    }
    op_returns(1, 7);
    check_lanes("lanes_misuse.txt", 80, false);
}

/* Nobody owns a semaphore; who took it is said of those who wait for each other. */
TEST(who_took_a_semaphore_that_another_waits_for) {
    snag__symbol_preset(97, "dine", "table.c", 15);
    snag__symbol_preset(98, "dine", "table.c", 16);
    world_begin(&kv_threads, 0);
    for (int t = 0; t < 2; t++) {
        add_task();
        add_op(PUT, 3, 7);
    }
    for (uint16_t t = 1; t <= 2; t++) {
        run(t, 0);
        op_begins(1);
        event(SNAG_EV_SEM_WAIT, 1, t, 97);
    }
    event(SNAG_EV_SEM_WAIT, 1, 3, 97);
    event(SNAG_EV_SEM_POST, 1, 3, 98);
    w.verdict.end = SNAG_END_STUCK;
    struct snag_finding *f = finding(SNAG_HANG, "hang: dine");
    for (uint16_t t = 1; t <= 2; t++) {
        struct snag_party *p = party(f, t, 0);
        p->object = t == 1 ? 2 : 3;
        p->at_site = 98;
    }
    check_lanes("lanes_semaphores.txt", 80, false);
}
