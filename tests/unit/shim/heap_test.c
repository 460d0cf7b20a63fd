/* heap_test.c: the malloc family under control.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include <errno.h>

static bool gives(void (*body)(void), const int64_t *wanted, int count) {
    const struct snag_verdict *v = drive_case(body);
    bool good = EXPECT_EQ_INT(v->end, SNAG_END_DONE) && EXPECT_EQ_STR(worst(v), "") &&
                EXPECT_EQ_INT(case_outs, count);
    for (int i = 0; good && i < count; i++)
        good = EXPECT_EQ_INT(case_out[i], wanted[i]);
    return good;
}

/* Three times: blocks of an execution that ended are no concern of the next. */
#define GIVES(body, ...)                                                                           \
    do {                                                                                           \
        void body(void);                                                                           \
        static const int64_t wanted[] = {__VA_ARGS__};                                             \
        for (int again = 0; again < 3; again++)                                                    \
            CHECK(gives(body, wanted, (int)(sizeof(wanted) / sizeof(wanted[0]))));                 \
    } while (0)

TEST(blocks_from_elsewhere_pass_unharmed) {
    GIVES(foreign, 18, 1, 1, 2);
}

TEST(blocks_of_every_size_lie_apart) {
    GIVES(sizes, 0, 1);
}

TEST(calloc_zeroes_what_was_used_before) {
    GIVES(zeroed, 0, 1);
}

TEST(realloc_keeps_what_was_there) {
    GIVES(grown, 0, 1, 1, 1);
}

#define KIB (INT64_C(1024) * 0xa5) /* bytes of 0xa5, summed */
TEST(new_blocks_do_not_show_what_was_there) {
    GIVES(large, 200 * KIB, 200 * KIB, 1, 16 * KIB, 16 * KIB, 1, 16 * KIB, 16 * KIB, 1);
}

TEST(alignments) {
    GIVES(aligned, 0, EINVAL, EINVAL, 5, 1);
}

void too_much(void);
void one_too_large(void);
TEST(the_bound_of_the_heap_is_told) {
    for (int i = 0; i < 20; i++) {
        const struct snag_verdict *v = drive_case(too_much);
        CHECK_EQ_INT(v->end, SNAG_END_LIMIT);
        CHECK_EQ_INT(v->limit, SNAG_LIMIT_HEAP);
        CHECK_EQ_INT(case_outs, 1);
    }
    case_in = PTRDIFF_MAX - 100;
    CHECK_EQ_INT(drive_case(one_too_large)->end, SNAG_END_LIMIT);
    case_in = -100; /* larger than any object: refused, as it would be anywhere */
    GIVES(one_too_large, 1);
    GIVES(sizes, 0, 1);
}

void use_after_free(void);
TEST(a_pointer_out_of_freed_memory_leads_nowhere) {
    const struct snag_verdict *v = drive_case(use_after_free);
    CHECK_EQ_STR(v->findings[0].key, "crash: use_after_free: SIGSEGV (bad address)");
}

TEST(memory_used_again_is_another_object) {
    GIVES(reused_memory, 1, 0);
}

/* Small ones in pages of their own, until those are full; large ones, and more, elsewhere. */
void scattered(void);
TEST(blocks_of_all_sizes_hold_what_was_written) {
    for (int i = 0; i < 400; i++) {
        case_in = i;
        CHECK_EQ_STR(worst(drive_case(scattered)), "");
        int64_t places = case_out[0];
        CHECK_EQ_INT(case_out[1], 1);
        CHECK_EQ_STR(worst(drive_case(scattered)), "");
        CHECK_EQ_INT(case_out[0], places);
    }
}
