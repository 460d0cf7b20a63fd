/* fixture.h: a spec, a way to build programs and a judge without an execution core, for the
 * shrinker's tests.
 *
 * The judge plays the caller: it checks that every candidate is legal, drops schedule entries that
 * name nobody, and asks the test's predicate whether the rest shows the finding. */
#ifndef SNAG_TEST_SHRINK_FIXTURE_H
#define SNAG_TEST_SHRINK_FIXTURE_H

#include "base/prng.h"
#include "sched/schedule.h"
#include "shrink/shrink.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { NOISE, X_OP, Y_OP, PUT, OPEN, USE, CLOSE, VISIT, WRITE };

static const struct snag_spec fixture_spec = {
    .name = "fixture",
    .ops =
        {[NOISE] = {.name = "noise",
                    .args = {{.name = "n", .type = SNAG_INT, .max = 1000}},
                    .flags = SNAG_OP_NESTS},
         [X_OP] = {.name = "x", .flags = SNAG_OP_NESTS},
         [Y_OP] = {.name = "y", .flags = SNAG_OP_NESTS},
         [PUT] = {.name = "put",
                  .args = {{.name = "key", .type = SNAG_KEY, .min = 1, .max = 8},
                           {.name = "value", .type = SNAG_INT, .min = -100, .max = 100}},
                  .flags = SNAG_OP_NESTS},
         [OPEN] = {.name = "open", .result = SNAG_RESULT_HANDLE, .returns = "file"},
         [USE] = {.name = "use", .args = {{.name = "file", .type = SNAG_HANDLE, .tag = "file"}}},
         [CLOSE] = {.name = "close",
                    .args = {{.name = "file", .type = SNAG_HANDLE, .tag = "file", .takes = true}}},
         [VISIT] = {.name = "visit",
                    .args = {{.name = "key", .type = SNAG_KEY, .min = 1, .max = 8},
                             {.name = "body", .type = SNAG_PROGRAM, .max = 6}}},
         [WRITE] = {.name = "write",
                    .args = {{.name = "data", .type = SNAG_BYTES, .min = 1, .max = 16}}}},
    .config = {{.name = "capacity", .min = 1, .max = 1024}, {.name = "shards", .max = 16}},
};
static const struct snag_impl fixture_threads = {.name = "fixture/threads", .spec = &fixture_spec};
static const struct snag_impl fixture_tasks = {
    .name = "fixture/tasks", .spec = &fixture_spec, .mode = SNAG_TASKS, .cancel = true};

static inline void add_task(struct snag_program *p) {
    p->tasks++;
    p->first[p->tasks] = p->first[p->tasks - 1];
}

/* Appends to the last task; returns the operation for further settings. */
static inline struct snag__op *add_op(struct snag_program *p, uint16_t op, int64_t a, int64_t b) {
    struct snag__op *at = &p->ops[p->first[p->tasks]++];
    memset(at, 0, sizeof *at);
    at->op = op;
    at->args[0].i = a;
    at->args[1].i = b;
    return at;
}

static inline struct snag_actor client(const struct snag_impl *impl, int number) {
    struct snag_actor a = {.depth = 1, .is_task = 1, .path = {(uint8_t)number}};
    if (impl->mode == SNAG_THREADS)
        a = (struct snag_actor){.depth = 2, .path = {0, (uint8_t)number}};
    return a;
}

static inline struct snag_actor worker(int number) {
    return (struct snag_actor){.depth = 2, .path = {0, (uint8_t)number}};
}

static inline void add_next(struct snag_schedule *s, struct snag_actor at, uint16_t op,
                            uint32_t ordinal, struct snag_actor to) {
    struct snag_switch entry = {
        .kind = SNAG_CHOOSE_NEXT, .preempts = 1, .op = op, .ordinal = ordinal, .at = at, .to = to};
    if (!snag__schedule_push(s, &entry))
        abort();
}

struct judge {
    const struct snag_impl *impl;
    bool (*shows)(struct judge *j, const struct snag_program *p, struct snag_schedule *s);
    uint32_t tries, stop_after;
    struct snag__prng prng; /* for judges that search */
    int64_t wanted[16];     /* for the predicate */
    uint32_t wanted_count;
};

/* Does a schedule entry name somebody who exists? */
static inline bool entry_fits(const struct judge *j, const struct snag_program *p,
                              const struct snag_switch *s) {
    for (int t = 0; t < p->tasks; t++) {
        struct snag_actor a = client(j->impl, t + 1);
        if (snag__actor_equal(&a, &s->at))
            return s->op <= p->first[t + 1] - p->first[t];
    }
    for (int w = 1; w <= p->workers; w++) {
        struct snag_actor a = worker(w);
        if (snag__actor_equal(&a, &s->at))
            return true;
    }
    return false;
}

static inline bool judge_try(void *context, const struct snag_program *p,
                             struct snag_schedule *schedule) {
    struct judge *j = context;
    struct snag_error e = {0};
    j->tries++;
    if (p != NULL) {
        if (!EXPECT_EQ_INT(snag__program_check(p, j->impl, &e), SNAG_ERR_OK))
            return false;
        for (uint32_t i = schedule->count; i-- > 0;)
            if (!entry_fits(j, p, &schedule->list[i]))
                snag__schedule_remove(schedule, i);
    }
    return j->shows(j, p, schedule);
}

static inline bool judge_stop(void *context) {
    struct judge *j = context;
    return j->stop_after != 0 && j->tries >= j->stop_after;
}

static inline uint32_t judge_shrink(struct judge *j, struct snag__shrink_case *c,
                                    uint32_t tries_max) {
    struct snag__shrink_options o = {.impl = j->impl,
                                     .tries_max = tries_max,
                                     .stop = judge_stop,
                                     .try = judge_try,
                                     .context = j};
    return snag__shrink(c, &o);
}

/* The task of an operation, by its index. */
static inline int task_of(const struct snag_program *p, uint32_t index) {
    int t = 0;
    while (index >= p->first[t + 1])
        t++;
    return t;
}

#endif
