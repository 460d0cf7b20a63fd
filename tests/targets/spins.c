/* spins.c: an answer that an async task waits for: another task gives it. With -DSPINS_DOES it
 * looks again and again, and lets other threads run in between, not other tasks; with
 * -DSPINS_YIELDS it awaits its next turn: the silent twin.
 */
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

#include "snag/spec.h"
#include "snag/task.h"

struct question {
    atomic_bool answered;
};

static void let_others_run(void) {
#if defined(SPINS_YIELDS)
    snag_task_yield();
#else
    sched_yield();
#endif
}

static void await_answer(struct question *q) {
    while (!atomic_load(&q->answered))
        let_others_run();
}

static void answer(void *question) {
    struct question *q = question;
    atomic_store(&q->answered, true);
}

static void ask(void) {
    struct question q = {false};
    struct snag_task *t = snag_task_spawn(answer, &q);
    await_answer(&q);
    snag_task_join(t);
}

/* ---- how it is plugged in ----------------------------------------------------------------------
 */

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    (void)config, (void)state;
    return call->pending && call->variant > 0 ? SNAG_REJECT : SNAG_ACCEPT;
}

static const struct snag_spec spec = {
    .name = "questions",
    .ops = {{.name = "ask", .result = SNAG_RESULT_NONE}},
    .state_bytes = 1,
    .step = step,
};

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)shared, (void)local, (void)call, (void)result, (void)scope;
    ask();
}

static const struct snag_impl questions = {
    .name = "questions", .spec = &spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(questions);
