/* ops_drive.h: how the tests of this folder run programs of one operation for each task.
 *
 * Each defines OPS_IMPL, the implementation under test, first, and OPS_MODE if it is not
 * SNAG_TASKS: the mode is one for all executions of a process, like every global of the code under
 * test.
 */
#ifndef TESTS_TASK_OPS_DRIVE_H
#define TESTS_TASK_OPS_DRIVE_H

#include "../exec/drive.h"

#include "program/build.h"
#include "sched/object.h"

#ifndef OPS_MODE
#define OPS_MODE SNAG_TASKS
#endif

#define PLAIN(id, text) [id] = {.name = text}
#define WITH(id, text, low, high)                                                                  \
    [id] = {.name = text, .args = {{.name = "n", .type = SNAG_INT, .min = low, .max = high}}}

static struct snag__menu menu;
static struct snag__builder builder;
static struct snag_program program;

/* One task for each operation; `n` is the argument of those that have one (NULL: 1). */
static inline void make(unsigned workers, const uint16_t *ops, unsigned count, const int64_t *n) {
    static const struct snag_config config;
    struct snag_error e = {0};
    OPS_IMPL.mode = OPS_MODE;
    snag__menu_make(&menu, &OPS_IMPL);
    snag__build_begin(&builder, &menu, &program, &config);
    for (unsigned i = 0; i < count; i++) {
        struct snag__op o = {.op = ops[i], .args = {{.i = n != NULL ? n[i] : 1}}};
        EXPECT(snag__build_task(&builder));
        EXPECT(snag__build_op(&builder, &o));
    }
    snag__build_end(&builder, workers);
    if (!EXPECT(snag__program_check(&program, &OPS_IMPL, &e) == SNAG_ERR_OK))
        printf("  %s\n", e.line);
}

#define MAKE(workers, ...)                                                                         \
    do {                                                                                           \
        static const uint16_t made_ops[] = {__VA_ARGS__};                                          \
        make(workers, made_ops, sizeof(made_ops) / sizeof(made_ops[0]), NULL);                     \
    } while (0)

static inline const struct snag_verdict *run_seed(uint64_t seed) {
    struct snag__request r = drive_request(seed % 2 != 0 ? "random" : "pct", seed);
    r.program = &program;
    return drive(&r);
}

static inline const struct snag_verdict *run_default(void) {
    struct snag__request r = {.program = &program};
    return drive(&r);
}

/* With faults of these kinds (SNAG_FAULT_SETs). */
static inline const struct snag_verdict *run_faults(uint64_t seed, uint32_t faults) {
    struct snag__request r = drive_request("random", seed);
    r.program = &program;
    r.faults = faults;
    return drive(&r);
}

static inline int64_t result_of(unsigned client) {
    const struct snag_history *h = snag__exec_history();
    for (uint32_t i = 0; i < h->count; i++)
        if (h->ops[i].client == client)
            return h->ops[i].call.result.i;
    return -1;
}

/* How many of the seeds end with `key`, and nothing else; all others must end well. What the order
 * of locks says does not count. */
static inline unsigned found(const char *key, unsigned seeds) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        if (v->end == SNAG_END_DONE && only_orders(v))
            continue;
        if (!EXPECT_EQ_U64(v->findings_count, 1) || !EXPECT_EQ_STR(v->findings[0].key, key))
            break;
        n++;
    }
    return n;
}

/* What reports call it. */
static inline const char *word_of(uint32_t object) {
    return snag__object_word(snag__object_get(object));
}

#endif
