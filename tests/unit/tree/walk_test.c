/* walk_test.c: the scheduler under the tree, against plain depth-first search: all that threads can
 * see, and all ways in which it can end, are seen with every reduction and under every bound.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"
#include "walk_bodies.h"

#include "base/hash.h"
#include "sched/learn.h"
#include "sched/plain.h"
#include "sched/strategy/exhaustive.h"
#include "snag/fault.h"

enum { OUTCOMES_MAX = 1 << 12, EXECUTIONS_MAX = 1000000 };

struct seen {
    uint64_t outcomes[OUTCOMES_MAX];
    uint32_t count, executions;
};

static struct snag__tree tree;
static struct snag__exhaustive strategy = {.tree = &tree};
static struct seen all, some;

static void note(struct seen *s, const struct snag_verdict *v) {
    uint64_t h = snag__hash(case_out, sizeof case_out, (uint64_t)v->end);
    for (uint32_t i = 0; i < v->findings_count; i++)
        h = snag__hash(&v->findings[i].kind, sizeof v->findings[i].kind, h);
    for (uint32_t i = 0; i < s->count; i++)
        if (s->outcomes[i] == h)
            return;
    s->outcomes[s->count++ % OUTCOMES_MAX] = h;
}

/* Again from the start whenever another access is seen to race. False: it has no end. */
static bool walk(struct seen *s, void (*body)(void), enum snag__reduction reduction,
                 uint32_t preemptions) {
    static const struct snag_strategy_hint hint = {.points = 40, .vthreads = 4, .depth = 3};
    struct snag__request r = {.strategy = &snag__strategy_exhaustive,
                              .strategy_state = &strategy,
                              .hint = &hint,
                              .points = SNAG__POINTS_SHARED,
                              .faults = SNAG_FAULT_SET(SNAG_FAULT_TIMEOUT),
                              .every = true,
                              .learn = true,
                              .touch = snag__exhaustive_touch};
    const uint32_t *sites;
    case_body = body;
    tree.reduction = reduction;
    tree.preemptions_max = preemptions;
    tree.faults_max = 1;
    s->executions = s->count = 0;
    snag__tree_reset(&tree);
    for (bool more = true; more;) {
        uint32_t known = snag__plain_known(&sites);
        const struct snag_verdict *v = drive(&r);
        snag__exhaustive_end(&strategy, v->end);
        if (++s->executions == EXECUTIONS_MAX || tree.full || snag__learn_lost())
            return false;
        if (snag__plain_known(&sites) != known) {
            s->count = s->executions = 0;
            snag__tree_reset(&tree);
            continue;
        }
        if (!EXPECT(!tree.diverged && v->limit == SNAG_NO_LIMIT))
            return false;
        if (!tree.cut)
            note(s, v);
        more = snag__tree_advance(&tree);
    }
    return true;
}

static bool same(const char *what, uint32_t bound) {
    bool ok = all.count == some.count;
    for (uint32_t i = 0; i < some.count && ok; i++) {
        bool found = false;
        for (uint32_t k = 0; k < all.count; k++)
            found |= all.outcomes[k] == some.outcomes[i];
        ok = found;
    }
    if (!ok || some.executions > all.executions)
        printf("# %s, bound %u: %u outcomes in %u executions, plain %u in %u\n", what, bound,
               some.count, some.executions, all.count, all.executions);
    return ok && some.executions <= all.executions;
}

static void compare(void (*body)(void), uint32_t outcomes) {
    static bool open;
    open = open || snag__tree_open(&tree, 1 << 14);
    snag__plain_forget();
    CHECK(walk(&all, body, SNAG__REDUCTION_NONE, SNAG__TREE_UNBOUNDED));
    CHECK(walk(&all, body, SNAG__REDUCTION_NONE, SNAG__TREE_UNBOUNDED)); /* all is known now */
    CHECK(walk(&some, body, SNAG__REDUCTION_SLEEP, SNAG__TREE_UNBOUNDED));
    CHECK(same("sleep", UINT32_MAX));
    CHECK(walk(&some, body, SNAG__REDUCTION_SOURCE, SNAG__TREE_UNBOUNDED));
    CHECK(same("source", UINT32_MAX));
    CHECK_EQ_INT(all.count, outcomes);
    printf("# %u of %u executions\n", some.executions, all.executions);
    for (uint32_t bound = 0; bound < 3; bound++) {
        CHECK(walk(&all, body, SNAG__REDUCTION_NONE, bound));
        CHECK(walk(&some, body, SNAG__REDUCTION_SOURCE, bound));
        CHECK(same("bounded", bound));
    }
}

#define CASE(name, outcomes)                                                                       \
    TEST(name) {                                                                                   \
        compare(name, outcomes);                                                                   \
    }

CASE(increments, 16)
CASE(try_and_locks, 4)
CASE(two_locks, 3)
CASE(handshake, 4)
CASE(waiters, 4)
CASE(timed, 4)
CASE(semaphores, 4)
CASE(readers, 4)
CASE(atomics, 16)
CASE(spinning, 2)
CASE(heap_locks, 2)
CASE(families, 22)
CASE(leaves_early, 5)
CASE(freed, 3)
CASE(barrier, 6)
