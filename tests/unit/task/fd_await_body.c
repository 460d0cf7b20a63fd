/* fd_await_body.c: code under test for fd_await_test.c: tasks and threads that wait for
 * descriptors. */
#include "snag/task.h"

#include "fd_await_cases.h"

#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct shared {
    int ends[2];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t get(int fd) {
    char byte = 0;
    return read(fd, &byte, 1) == 1 ? byte : -1;
}

/* Another one may have been faster: then it waits for another byte. */
static int64_t await_byte(int fd) {
    char byte;
    for (;;) {
        (void)snag_fd_wait(fd, POLLIN, UINT64_MAX);
        if (recv(fd, &byte, 1, MSG_DONTWAIT) == 1)
            return byte;
    }
}

static int64_t put(int fd) {
    return send(fd, "x", 1, 0);
}

static void awaits_byte(void *argument) {
    (void)await_byte(*(const int *)argument);
}

static int64_t drop(int *fd) {
    struct snag_task *t = snag_task_spawn(awaits_byte, fd);
    snag_task_sleep(MS);
    snag_task_abort(t);
    return snag_task_join(t);
}

static int64_t under_lock(int fd) {
    pthread_mutex_lock(&lock);
    int64_t got = await_byte(fd);
    pthread_mutex_unlock(&lock);
    return got;
}

static int64_t put_locked(int fd) {
    pthread_mutex_lock(&lock);
    int64_t sent = put(fd);
    pthread_mutex_unlock(&lock);
    return sent;
}

static void answers(void *argument) {
    int fd = *(const int *)argument;
    char byte = (char)(await_byte(fd) + 1);
    (void)!send(fd, &byte, 1, 0);
}

static int64_t talk(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return -1;
    struct snag_task *t = snag_task_spawn(answers, &ends[1]);
    (void)put(ends[0]);
    int64_t answer = await_byte(ends[0]);
    snag_task_join(t);
    close(ends[0]);
    close(ends[1]);
    return answer;
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct shared *s = shared;
    (void)local, (void)scope;
    switch (call->op) {
    case GETS:
        result->i = get(s->ends[0]);
        break;
    case AWAITS:
        result->i = await_byte(s->ends[0]);
        break;
    case PUTS:
        result->i = put(s->ends[1]);
        break;
    case UNTIL:
        result->i =
            snag_fd_wait(s->ends[0], POLLIN, snag_task_now() + (uint64_t)call->args[0].i * MS);
        break;
    case DROPS_WAIT:
        result->i = drop(&s->ends[0]);
        break;
    case UNDER_LOCK:
        result->i = under_lock(s->ends[0]);
        break;
    case PUTS_LOCKED:
        result->i = put_locked(s->ends[1]);
        break;
    case LEAVES_OPEN:
        result->i = eventfd(0, 0);
        break;
    case TALKS:
        result->i = talk();
        break;
    default:
        abort();
    }
}

static void *create(const struct snag_config *config) {
    struct shared *s = malloc(sizeof(*s));
    (void)config;
    if (s != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, s->ends) != 0)
        abort();
    return s;
}

static void destroy(void *shared) {
    struct shared *s = shared;
    close(s->ends[0]);
    close(s->ends[1]);
    free(s);
}

struct snag_impl fd_await_impl = {.name = "fd_await",
                                  .spec = &fd_await_spec,
                                  .mode = SNAG_TASKS,
                                  .create = create,
                                  .destroy = destroy,
                                  .run = run};
SNAG_TARGET(fd_await_impl);
