/* program_test: what the check refuses, what the hashes see, which specs are turned down.
 *
 * Each case breaks one rule of an otherwise legal program, and expects words of the right
 * complaint.
 */
#include "program/program.h"

#include <string.h>

#include "specs.h"
#include "test.h"

static struct snag_program p;
static struct snag_error e;

static struct snag__op op_of(uint16_t kind, int64_t a0, int64_t a1) {
    struct snag__op op = {.op = kind};
    op.args[0].i = a0;
    op.args[1].i = a1;
    return op;
}

/* open a, open b, visit { put, open c, close c }, read b, merge(a into b), close b | len */
static void legal(void) {
    memset(&p, 0, sizeof p);
    p.config.values[0] = 1;
    struct snag__op *o = p.ops;
    *o++ = op_of(STORE_OPEN, 1, 0);
    *o++ = op_of(STORE_OPEN, 2, 0);
    *o = op_of(STORE_VISIT, 3, 3);
    o++->nested = 3;
    *o++ = op_of(STORE_PUT, 7, -100);
    *o++ = op_of(STORE_OPEN, 0, 0);
    *o++ = op_of(STORE_CLOSE, 5, 0);
    for (int i = 3; i < 6; i++) {
        p.ops[i].depth = 1;
    }
    *o++ = op_of(STORE_READ, 2, 0);
    *o++ = op_of(STORE_MERGE, 1, 2);
    *o++ = op_of(STORE_CLOSE, 2, 0);
    *o++ = op_of(STORE_LEN, 0, 0);
    p.tasks = 2;
    p.first[1] = 9;
    p.first[2] = 10;
}

static bool refused(const struct snag_impl *impl, const char *words) {
    e.line[0] = '\0';
    return snag__program_check(&p, impl, &e) == SNAG_ERR_STALE && strstr(e.line, words) != NULL;
}

#define REFUSED(change, words)                                                                     \
    do {                                                                                           \
        legal();                                                                                   \
        change;                                                                                    \
        if (!EXPECT(refused(&store_impl, words))) {                                                \
            EXPECT_EQ_STR(e.line, words);                                                          \
        }                                                                                          \
    } while (0)

TEST(legal_is_accepted) {
    legal();
    e.line[0] = '\0';
    snag__program_check(&p, &store_impl, &e);
    CHECK_EQ_STR(e.line, "");
    p.first[1] = p.first[2]; /* an empty task is legal */
    CHECK_EQ_INT(snag__program_check(&p, &store_impl, &e), SNAG_ERR_OK);
}

TEST(what_is_cancelled_is_checked) {
    REFUSED(p.ops[9].abort = 1, "may not be aborted"); /* nothing is, by this implementation */
    memset(&p, 0, sizeof p);
    p.tasks = p.workers = 1;
    p.first[1] = 2;
    p.ops[0] = op_of(POOL_SLEEP, 0, 0);
    p.ops[1] = op_of(POOL_TICK, 3, 0);
    uint64_t plain = snag__program_hash(&p);
    p.ops[0].abort = 1;
    p.ops[1].abort = SNAG__ABORT_MAX;
    CHECK_EQ_INT(snag__program_check(&p, &pool_impl, &e), SNAG_ERR_OK);
    CHECK(snag__program_hash(&p) != plain);
    p.ops[1].abort = SNAG__ABORT_MAX + 1;
    CHECK(refused(&pool_impl, "not after 4 turns"));
    p.ops[1] = op_of(POOL_LEASE, 3, 0); /* others depend on what it returns */
    p.ops[1].abort = 1;
    CHECK(refused(&pool_impl, "lease: may not be aborted"));
}

TEST(shapes_are_checked) {
    REFUSED(p.tasks = 0, "0 tasks");
    REFUSED(p.tasks = 17, "17 tasks");
    REFUSED(p.workers = 1, "1 workers");
    REFUSED(p.first[0] = 1, "task after task");
    REFUSED(p.first[1] = 11, "task after task");
    REFUSED(p.first[2] = 257, "task after task");
    REFUSED(p.first[1] = p.first[2] = 0, "task after task");
    REFUSED(p.config.values[0] = 0, "capacity=0 is not in [1, 64]");
    REFUSED(p.config.values[2] = 1, "value 3 does not exist");
    legal();
    CHECK(refused(&pool_impl, "0 workers"));
}

TEST(operations_are_checked) {
    REFUSED(p.ops[9].op = 8, "task 2, operation 1: the spec has no number 8");
    REFUSED(p.ops[9].op = STORE_GONE, "task 2, operation 1, gone: not offered");
    REFUSED(p.ops[3].depth = 0, "task 1, operation 4, put: has depth 0");
    REFUSED(p.ops[6].depth = 1, "read: has depth 1");
    REFUSED(p.ops[3] = op_of(STORE_MERGE, 1, 2); p.ops[3].depth = 1, "may not stand in a nested");
    REFUSED(p.ops[9].nested = 1, "may not have a nested program");
    REFUSED(p.ops[2].nested = 7, "longer than the task");
    REFUSED(p.ops[2].nested = 2, "does not match its nested program");
    REFUSED(p.first[1] = 4, "longer than the task");
    legal();
    p.ops[3] = op_of(STORE_VISIT, 1, 0); /* nested, with nothing in it: legal */
    p.ops[3].depth = 1;
    CHECK_EQ_INT(snag__program_check(&p, &store_impl, &e), SNAG_ERR_OK);
}

TEST(arguments_are_checked) {
    REFUSED(p.ops[0].args[0].i = 8, "key=8 is not in [0, 7]");
    REFUSED(p.ops[3].args[1].i = -101, "value=-101 is not in [-100, 100]");
    REFUSED(p.ops[3].args[2].bytes_count = 17, "data is not a value of bytes");
    REFUSED(p.ops[3].args[2].i = 1, "data is not a value of bytes");
    REFUSED(p.ops[0].args[0].bytes_count = 1, "key is a number and has bytes");
    REFUSED(p.ops[9].args[0].i = 1, "argument number 1 is not one of its own");
    REFUSED(p.ops[9].args[3].bytes_count = 1, "argument number 4 is not one of its own");
}

TEST(handles_are_checked) {
    REFUSED(p.ops[6].args[0].i = 0, "at=#0 names no live handle of type cursor");
    REFUSED(p.ops[6].args[0].i = 7, "names no live handle");
    REFUSED(p.ops[6].args[0].i = -1, "names no live handle");
    REFUSED(p.ops[6].args[0].i = INT64_MAX, "names no live handle");
    REFUSED(p.ops[6].args[0].i = 4, "names no live handle");
    REFUSED(p.ops[6].args[0].i = 5, "names no live handle");
    REFUSED(p.ops[8].args[0].i = 1, "names no live handle");
    REFUSED(p.ops[7].args[0].i = 2, "from and into are the same handle");
    REFUSED(p.ops[5].args[0].i = 2, "takes a handle made outside its nested program");
    REFUSED(p.ops[8] = op_of(STORE_LEN, 0, 0), "operation 2, open: its handle is never given back");
    REFUSED(p.ops[5].op = STORE_READ,
            "operation 5, open: its handle is never given back (by close)");
    legal(); /* a handle from a nested program may be taken after it */
    p.ops[5].op = STORE_READ;
    p.ops[6] = op_of(STORE_CLOSE, 5, 0);
    CHECK_EQ_INT(snag__program_check(&p, &store_impl, &e), SNAG_ERR_OK);
}

TEST(an_operation_does_not_have_its_own_handle_inside_its_nested_program) {
    memset(&p, 0, sizeof p);
    p.workers = 1;
    p.tasks = 1;
    p.first[1] = 6;
    p.ops[0] = op_of(POOL_LEASE, 0, 0);
    p.ops[1] = op_of(POOL_UPGRADE, 1, 0);
    p.ops[2] = op_of(POOL_WITH, 2, 2);
    p.ops[2].nested = 2;
    p.ops[3] = op_of(POOL_TICK, 0, 0);
    p.ops[4] = op_of(POOL_TICK, 0, 0);
    p.ops[3].depth = p.ops[4].depth = 1;
    p.ops[5] = op_of(POOL_RETURN, 2, 0);
    p.ops[5].args[1].bytes_count = 3;
    e.line[0] = '\0';
    snag__program_check(&p, &pool_impl, &e);
    CHECK_EQ_STR(e.line, "");
    p.ops[4] = op_of(POOL_PEEK, 3, 0);
    p.ops[4].depth = 1;
    CHECK(refused(&pool_impl, "operation 5, peek: argument lease=#3 names no live handle"));
    p.ops[5] = op_of(POOL_PEEK, 3, 0); /* after it, it has */
    p.ops[4] = op_of(POOL_TICK, 0, 0);
    p.ops[4].depth = 1;
    CHECK(refused(&pool_impl, "operation 2, upgrade: its handle is never given back"));
    p.ops[2].nested = 1;
    p.ops[2].args[1].i = 1;
    CHECK(refused(&pool_impl, "do=1 is not in [2, 63]"));
}

TEST(hash_sees_what_matters_and_nothing_else) {
    legal();
    uint64_t h = snag__program_hash(&p);
    p.ops[3].args[0].bytes[5] = 1; /* beyond bytes_count */
    p.ops[10].op = 3;              /* beyond the last task */
    CHECK_EQ_U64(snag__program_hash(&p), h);
#define CHANGES(change)                                                                            \
    legal();                                                                                       \
    change;                                                                                        \
    EXPECT(snag__program_hash(&p) != h)
    CHANGES(p.workers = 1);
    CHANGES(p.first[1]--);
    CHANGES(p.config.values[1]++);
    CHANGES(p.ops[9].op = STORE_PUT);
    CHANGES(p.ops[0].args[0].i++);
    CHANGES(p.ops[3].args[2].bytes_count = 1);
    CHANGES(p.ops[2].nested = 2);
}

static struct snag_spec spec;
static struct snag_impl impl;

static void fresh_spec(void) {
    spec = store_spec;
    impl = store_impl;
    impl.spec = &spec;
}

TEST(spec_hash_sees_meaning_not_order) {
    fresh_spec();
    uint64_t h = snag__spec_hash(&spec);
    /* Pinned: corpora and repros hold it. */
    CHECK_EQ_U64(h, UINT64_C(0xa8d99fa0148b2bb6));
    struct snag_op_decl op = spec.ops[0];
    spec.ops[0] = spec.ops[5];
    spec.ops[5] = op;
    spec.ops[1].weight = 77;
    CHECK_EQ_U64(snag__spec_hash(&spec), h);
#define MEANS(change)                                                                              \
    fresh_spec();                                                                                  \
    change;                                                                                        \
    EXPECT(snag__spec_hash(&spec) != h)
    MEANS(spec.name = "shop");
    MEANS(spec.ops[0].name = "set");
    MEANS(spec.ops[0].args[0].name = "k");
    MEANS(spec.ops[0].args[0].max = 8);
    MEANS(spec.ops[0].args[0].type = SNAG_INT);
    MEANS(spec.ops[3].args[0].tag = "guard");
    MEANS(spec.ops[3].args[0].takes = true);
    MEANS(spec.ops[2].returns = "guard");
    MEANS(spec.ops[3].result = SNAG_RESULT_INT);
    MEANS(spec.config[0].max = 65);
    MEANS(spec.config[1].name = "buckets");
    MEANS(spec.ops[7].name = NULL);
}

static bool turned_down(const char *words) {
    e.line[0] = '\0';
    return snag__spec_check(&impl, &e) == SNAG_ERR_USAGE && strstr(e.line, words) != NULL;
}

#define TURNED_DOWN(change, words)                                                                 \
    fresh_spec();                                                                                  \
    change;                                                                                        \
    if (!EXPECT(turned_down(words))) {                                                             \
        EXPECT_EQ_STR(e.line, words);                                                              \
    }

TEST(bad_specs_are_turned_down_with_a_reason) {
    fresh_spec();
    CHECK_EQ_INT(snag__spec_check(&impl, &e), SNAG_ERR_OK);
    CHECK_EQ_INT(snag__spec_check(&pool_impl, &e), SNAG_ERR_OK);
    TURNED_DOWN(impl.name = "../x", "not \"../x\"");
    TURNED_DOWN(impl.name = "store/", "not \"store/\"");
    TURNED_DOWN(impl.run = NULL, "has no `run`");
    TURNED_DOWN(impl.cancel = true, "`cancel` aborts tasks, and there are none");
    TURNED_DOWN(spec.name = "a b", "its spec needs a name");
    TURNED_DOWN(spec.ops[1].name = NULL, "operation 2 has no name, but ");
    TURNED_DOWN(spec.ops[1].name = "put", "two operations are named put");
    TURNED_DOWN(spec.ops[1].name = "", "operation 2 needs a name");
    TURNED_DOWN(spec.ops[0].args[1].name = "key", "two arguments are named key");
    TURNED_DOWN(spec.ops[0].args[1].name = "1", "argument 2 needs a name");
    TURNED_DOWN(spec.ops[0].args[1].type = SNAG_NONE, "argument value has no type");
    TURNED_DOWN(spec.ops[0].args[1].min = 101, "[101, 100] of value");
    TURNED_DOWN(spec.ops[0].args[2].max = 17, "[0, 17] of data");
    TURNED_DOWN(spec.ops[6].args[1].max = 64, "[0, 64] of body");
    TURNED_DOWN(spec.ops[6].args[0] = spec.ops[6].args[1];
                spec.ops[6].args[0].name = "x", "more than one nested program");
    TURNED_DOWN(spec.ops[3].args[0].tag = NULL, "handle at needs a tag");
    TURNED_DOWN(spec.ops[2].returns = NULL, "`returns`");
    TURNED_DOWN(spec.config[1].name = "capacity", "two configuration values");
    TURNED_DOWN(spec.config[1].max = -1, "needs a name and a domain");
    TURNED_DOWN(spec.state_bytes = 8, "`step`");
    TURNED_DOWN(impl.without = ~0u, "no operation that could be the first");
    TURNED_DOWN(impl.without = ~(1u << STORE_READ), "no operation that could be the first");
}
