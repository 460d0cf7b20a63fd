/* async_drive.h: how async_test.c and async_threads_test.c run programs of async_cases.h.
 *
 * Each defines ASYNC_MODE first: the mode is one for all executions of a process, like every global
 * of the code under test.
 */
#ifndef TESTS_TASK_ASYNC_DRIVE_H
#define TESTS_TASK_ASYNC_DRIVE_H

#include "../exec/drive.h"

#include "async_cases.h"
#include "program/build.h"
#include "sched/object.h"
#include "snag/async.h"
#include "snag/fault.h"

#define PLAIN(id, text) [id] = {.name = text}

const struct snag_spec async_spec = {
    .name = "async",
    .ops = {PLAIN(PARKS, "parks"), PLAIN(WAKES, "wakes"), PLAIN(KEPT, "kept"),
            PLAIN(KEPT_TWICE, "kept_twice"), PLAIN(LOCKED, "locked"), PLAIN(HOLD_IO, "hold_io"),
            PLAIN(TURNS, "turns"), PLAIN(TRIES, "tries"), PLAIN(RELOCK, "relock"),
            PLAIN(FIRST_A, "first_a"), PLAIN(FIRST_B, "first_b"), PLAIN(KEEPS, "keeps"),
            PLAIN(FOREIGN, "foreign"), PLAIN(DESTROYED, "destroyed"),
            PLAIN(HOLDS_PARKS, "holds_parks"), PLAIN(BLOCKING, "blocking"),
            PLAIN(TAKES_BOTH, "takes_both"), PLAIN(UNTOLD, "untold"),
            PLAIN(TELLS_NOBODY, "tells_nobody")},
};

static struct snag__menu menu;
static struct snag__builder builder;
static struct snag_program program;

/* One task for each operation; with mode SNAG_THREADS, plain vthreads. */
static inline void make(unsigned workers, const uint16_t *ops, unsigned count) {
    static const struct snag_config config;
    struct snag_error e = {0};
    async_impl.mode = ASYNC_MODE;
    snag__menu_make(&menu, &async_impl);
    snag__build_begin(&builder, &menu, &program, &config);
    for (unsigned i = 0; i < count; i++) {
        struct snag__op o = {.op = ops[i]};
        EXPECT(snag__build_task(&builder));
        EXPECT(snag__build_op(&builder, &o));
    }
    snag__build_end(&builder, workers);
    if (!EXPECT(snag__program_check(&program, &async_impl, &e) == SNAG_ERR_OK))
        printf("  %s\n", e.line);
}

#define MAKE(workers, ...)                                                                         \
    do {                                                                                           \
        static const uint16_t made_ops[] = {__VA_ARGS__};                                          \
        make(workers, made_ops, sizeof(made_ops) / sizeof(made_ops[0]));                           \
    } while (0)

static inline const struct snag_verdict *run_seed(uint64_t seed) {
    struct snag__request r = drive_request(seed % 2 != 0 ? "random" : "pct", seed);
    r.program = &program;
    return drive(&r);
}

static inline int64_t result_of(unsigned client) {
    const struct snag_history *h = snag__exec_history();
    for (uint32_t i = 0; i < h->count; i++)
        if (h->ops[i].client == client)
            return h->ops[i].call.result.i;
    return -1;
}

/* How many of the seeds end with `key`, and nothing else; all others must end well. */
static inline unsigned found(const char *key, unsigned seeds) {
    unsigned n = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        if (v->end == SNAG_END_DONE && v->findings_count == 0)
            continue;
        if (!EXPECT_EQ_U64(v->findings_count, 1) || !EXPECT_EQ_STR(v->findings[0].key, key))
            break;
        n++;
    }
    return n;
}

static inline const char *word_of(uint32_t object) {
    return snag__object_word(snag__object_get(object));
}

#endif
