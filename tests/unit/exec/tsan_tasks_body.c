/* tsan_tasks_body.c: async tasks that share a counter, rightly and wrongly, for tsan_tasks_test.c.
 */
#include "tsan_tasks_body.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "snag/scenario.h"
#include "snag/spec.h"
#include "snag/task.h"

struct shared {
    pthread_mutex_t lock;
    int counter;
};

static bool doomed;

static void *create(const struct snag_config *config) {
    (void)config;
    struct shared *s = calloc(1, sizeof(*s));
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void destroy(void *shared) {
    struct shared *s = shared;
    doomed = true;
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void plain(struct shared *s) {
    s->counter++;
    snag_task_yield();
    s->counter++;
}

static void guarded(struct shared *s) {
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&s->lock);
        s->counter++;
        pthread_mutex_unlock(&s->lock);
        snag_task_yield();
    }
}

static void child(void *argument) {
    int *handed = argument;
    handed[1] = handed[0] + 1;
    snag_task_yield();
    handed[2] = handed[1] + 1;
}

static void hand_down(void) {
    int *handed = malloc(3 * sizeof(*handed));
    handed[0] = 5;
    struct snag_task *t = snag_task_spawn(child, handed);
    snag_task_join(t);
    snag_assert(handed[2] == 7);
    free(handed);
}

static void request(void) {
    int64_t *mine = calloc(2, sizeof(*mine));
    mine[0] = 3;
    mine[1] = snag_io(mine[0]);
    mine[0] = 4;
    snag_assert(mine[1] == snag_io_answer(3));
    free(mine);
}

static void awaits_held(struct shared *s) {
    s->counter++;
    pthread_mutex_lock(&s->lock);
    (void)snag_io(1);
    pthread_mutex_unlock(&s->lock);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)local;
    (void)call;
    (void)result;
    (void)scope;
    switch (body) {
    case PLAIN:
        plain(shared);
        break;
    case GUARDED:
        guarded(shared);
        break;
    case HAND_DOWN:
        hand_down();
        break;
    case REQUEST:
        request();
        break;
    case AWAITS_HELD:
        awaits_held(shared);
        break;
    }
}

/* Reads what others write, at every point: nobody is to see that. */
static const char *invariant(void *shared, enum snag_when when) {
    (void)when;
    const struct shared *s = shared;
    if (doomed) {
        return "asked of what is destroyed";
    }
    return s->counter < 0 ? "the counter is negative" : NULL;
}

static const struct snag_spec spec = {.name = "count", .ops = {{.name = "count"}}};
static const struct snag_impl impl = {.name = "count/tasks",
                                      .spec = &spec,
                                      .mode = SNAG_TASKS,
                                      .create = create,
                                      .destroy = destroy,
                                      .run = run,
                                      .invariant = invariant,
                                      .invariant_when = SNAG_ALWAYS};
SNAG_TARGET(impl);
