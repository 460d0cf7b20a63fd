/*
 * test: the unit test runner's interface.
 *
 *     #include "test.h"
 *     TEST(push_keeps_order)
 *     {
 *         CHECK(vec_push(&v, 1));
 *         CHECK_EQ_INT(vec_at(&v, 0), 1);
 *     }
 *
 * One file of tests is one executable; main() is in test.c, and runs every TEST in the order
 * written. Options: --filter TEXT (only tests whose name contains it), --list. Not an assertion
 * library for the harness (that is src/base), and it forks nothing. The rule that keeps it right: a
 * failed CHECK records and *returns from the function it stands in*; nothing here ever jumps, so a
 * test may run fibers.
 *
 * CHECK is for functions returning void. Elsewhere (in another function's callback, say) use
 * EXPECT, which records the failure and goes on; its value is whether the condition held.
 */
#ifndef SNAG_TEST_H
#define SNAG_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
    const char *name;
    const char *file;
    void (*run)(void);
    struct test *next; /* owned by the runner: registration order */
};

/* Called before main(), by the constructor that TEST writes. The test must outlive the process. */
void test_register(struct test *test);

/* Each records one failure unless the condition holds, and returns whether it held. `what` is the
 * source text of the check. A null string or memory pointer is legal, and equal only to another. */
bool test_true(bool held, const char *file, int line, const char *what);
bool test_int(int64_t a, int64_t b, const char *file, int line, const char *what);
bool test_u64(uint64_t a, uint64_t b, const char *file, int line, const char *what);
bool test_str(const char *a, const char *b, const char *file, int line, const char *what);
bool test_mem(const void *a, const void *b, size_t bytes, const char *file, int line,
              const char *what);

#define TEST(id)                                                                                   \
    static void test__##id(void);                                                                  \
    __attribute__((constructor)) static void test__register_##id(void) {                           \
        static struct test self = {#id, __FILE__, test__##id, NULL};                               \
        test_register(&self);                                                                      \
    }                                                                                              \
    static void test__##id(void)

#define EXPECT(cond) test_true((cond), __FILE__, __LINE__, #cond)
#define EXPECT_EQ_INT(a, b) test_int((a), (b), __FILE__, __LINE__, #a " == " #b)
#define EXPECT_EQ_U64(a, b) test_u64((a), (b), __FILE__, __LINE__, #a " == " #b)
#define EXPECT_EQ_STR(a, b) test_str((a), (b), __FILE__, __LINE__, #a " == " #b)
#define EXPECT_EQ_MEM(a, b, bytes)                                                                 \
    test_mem((a), (b), (bytes), __FILE__, __LINE__, #a " == " #b " in " #bytes)

#define TEST__OR_RETURN(held)                                                                      \
    do {                                                                                           \
        if (!(held))                                                                               \
            return;                                                                                \
    } while (0)

#define CHECK(cond) TEST__OR_RETURN(EXPECT(cond))
#define CHECK_EQ_INT(a, b) TEST__OR_RETURN(EXPECT_EQ_INT(a, b))
#define CHECK_EQ_U64(a, b) TEST__OR_RETURN(EXPECT_EQ_U64(a, b))
#define CHECK_EQ_STR(a, b) TEST__OR_RETURN(EXPECT_EQ_STR(a, b))
#define CHECK_EQ_MEM(a, b, bytes) TEST__OR_RETURN(EXPECT_EQ_MEM(a, b, bytes))

#endif
