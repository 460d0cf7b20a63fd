/* tree_test.c: the walk against plain depth-first search, on programs of a small machine.
 *
 * Random ones, many: whatever the reduction leaves out must have been seen. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "machine.h"

enum { NODES = 4096, TRACES_MAX = 1 << 18, EXECUTIONS_MAX = 300000 };

struct walk {
    uint64_t traces[TRACES_MAX];
    uint32_t traces_count; /* of all that were not cut, sorted */
    uint32_t executions, cut, distinct;
    uint32_t preemptions; /* the most */
    bool gave_up, bound_cut;
};

static struct walk plain, other;
static struct snag__tree tree;
static struct machine machine;

static int order(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Sorted, each once. */
static void settle(struct walk *w) {
    qsort(w->traces, w->traces_count, sizeof(w->traces[0]), order);
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->traces_count; i++) {
        if (n == 0 || w->traces[n - 1] != w->traces[i]) {
            w->traces[n++] = w->traces[i];
        }
    }
    w->distinct = n;
}

static void walk(struct walk *w, const struct program *p, enum snag__reduction reduction,
                 uint32_t preemptions) {
    w->traces_count = w->executions = w->cut = w->preemptions = 0;
    w->gave_up = false;
    tree.reduction = reduction;
    tree.preemptions_max = preemptions;
    snag__tree_reset(&tree);
    do {
        if (w->executions == EXECUTIONS_MAX || w->traces_count == TRACES_MAX) {
            w->gave_up = true;
            return;
        }
        w->executions++;
        if (!run(&machine, p, &tree)) {
            w->cut++;
            continue;
        }
        w->preemptions =
            machine.preemptions > w->preemptions ? machine.preemptions : w->preemptions;
        w->traces[w->traces_count++] = trace_of(&machine);
    } while (snag__tree_advance(&tree));
    w->bound_cut = tree.bound_cut;
    settle(w);
}

static bool same_traces(const char *what, uint64_t seed) {
    bool same = plain.distinct == other.distinct &&
                memcmp(plain.traces, other.traces, plain.distinct * sizeof(plain.traces[0])) == 0;
    if (!same || tree.full || tree.diverged) {
        fprintf(stderr, "program %llu, %s: %u traces of %u, %u executions (plain: %u)\n",
                (unsigned long long)seed, what, other.distinct, plain.distinct, other.executions,
                plain.executions);
    }
    return EXPECT(same && !tree.full && !tree.diverged);
}

/* ---- random programs ---- */

static void add(struct program *p, uint32_t t, uint32_t *n, unsigned op, uint32_t place) {
    if (*n < OPS_MAX - 1) {
        p->code[t][(*n)++] = (struct ins){(uint8_t)op, (uint8_t)place};
    }
}

static void generate(struct program *p, struct snag__prng *r, bool waits) {
    static const uint8_t kinds[] = {SIGNAL, POST, TAKE, DRAW, NAP, NAP, FAIL};
    memset(p, 0, sizeof(*p));
    p->threads = 2 + snag__prng_below(r, 2);
    p->from_start = waits && snag__prng_chance(r, 1, 4) ? p->threads - 1 : p->threads;
    uint32_t spread = 1 + snag__prng_below(r, 3);
    for (uint32_t t = 0; t < p->threads; t++) {
        uint32_t n = 0, left = 1 + snag__prng_below(r, p->threads == 2 ? 5 : 3);
        if (t == 0 && p->from_start < p->threads) {
            add(p, t, &n, SPAWN, 0);
        }
        for (uint32_t locked = 0; left > 0; left--) {
            uint32_t place = snag__prng_below(r, spread),
                     kind = snag__prng_below(r, waits ? 16 : 4);
            if (kind < 2) {
                add(p, t, &n, READ, place);
            } else if (kind < 4) {
                add(p, t, &n, WRITE, place);
            } else if (kind < 8) {
                add(p, t, &n, (locked >> place & 1) != 0 ? UNLOCK : LOCK, place);
                locked ^= 1U << place;
            } else if (kind == 8) {
                add(p, t, &n, (locked >> place & 1) != 0 ? WAIT : SIGNAL, place);
            } else {
                add(p, t, &n, kinds[kind - 9], place);
            }
        }
    }
}

static bool open_tree(void) {
    tree.faults_max = 1;
    return tree.nodes != NULL || snag__tree_open(&tree, NODES);
}

/* Each trace once, and none left out. */
static void compare_unbounded(uint64_t seeds, bool waits) {
    CHECK(open_tree());
    uint64_t cut = 0, all = 0, of = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        struct snag__prng r;
        struct program p;
        snag__prng_seed(&r, seed);
        generate(&p, &r, waits);
        walk(&plain, &p, SNAG__REDUCTION_NONE, SNAG__TREE_UNBOUNDED);
        if (plain.gave_up) {
            continue;
        }
        walk(&other, &p, SNAG__REDUCTION_SLEEP, SNAG__TREE_UNBOUNDED);
        CHECK(same_traces("sleep", seed));
        CHECK_EQ_INT(other.distinct, other.traces_count);
        walk(&other, &p, SNAG__REDUCTION_SOURCE, SNAG__TREE_UNBOUNDED);
        CHECK(same_traces("source", seed));
        CHECK_EQ_INT(other.distinct, other.traces_count);
        CHECK(other.executions <= plain.executions);
        cut += other.cut;
        all += other.executions;
        of += plain.executions;
    }
    printf("# %llu executions for %llu, %llu of them cut\n", (unsigned long long)all,
           (unsigned long long)of, (unsigned long long)cut);
}

TEST(reads_and_writes_in_every_order_once) {
    compare_unbounded(2000, false);
}

TEST(locks_conditions_semaphores_numbers_and_births_in_every_order_once) {
    compare_unbounded(3000, true);
}

TEST(every_trace_with_so_many_preemptions) {
    CHECK(open_tree());
    uint64_t all = 0, of = 0;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct snag__prng r;
        struct program p;
        snag__prng_seed(&r, seed ^ UINT64_C(0xb0));
        generate(&p, &r, seed % 2 == 0);
        for (uint32_t bound = 0; bound < 4; bound++) {
            walk(&plain, &p, SNAG__REDUCTION_NONE, bound);
            if (plain.gave_up) {
                break;
            }
            bool cut = plain.bound_cut;
            CHECK(plain.preemptions <= bound);
            walk(&other, &p, SNAG__REDUCTION_SOURCE, bound);
            CHECK(same_traces("bounded", seed));
            CHECK(other.preemptions <= bound && other.executions <= plain.executions);
            all += other.executions;
            of += plain.executions;
            if (!cut) {
                break;
            }
        }
    }
    printf("# %llu executions for %llu\n", (unsigned long long)all, (unsigned long long)of);
}
