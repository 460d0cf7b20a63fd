/* view_test.c: what objects and threads are called. */
#include "fixture.h"

#include "report/view.h"

static const char *name_of(uint32_t object) {
    static const char *const names[] = {NULL, "lock", "lock", "lock", "shard[2]", NULL};
    return names[object];
}

TEST(a_name_stands_for_the_number_unless_two_of_a_kind_share_it) {
    static const char *const wanted[] = {"",          "mutex lock (1)", "mutex lock (2)",
                                         "cond lock", "mutex shard[2]", "mutex 5"};
    struct snag__view v;
    char text[SNAG__NAME];
    world_begin(NULL, 0);
    for (uint32_t object = 1; object <= 5; object++)
        event(object == 3 ? SNAG_EV_COND_SIGNAL : SNAG_EV_LOCK, 0, object, 0);
    w.in.name = name_of;
    CHECK(snag__view_open(&v, &w.in));
    for (uint32_t object = 0; object <= 5; object++)
        EXPECT_EQ_STR(snag__view_object(&v, object, text), wanted[object]);
    EXPECT_EQ_STR(snag__view_object(&v, 6, text), "object 6");
    snag__view_close(&v);
    w.in.name = NULL;
    CHECK(snag__view_open(&v, &w.in));
    EXPECT_EQ_STR(snag__view_object(&v, 4, text), "mutex 4");
    snag__view_close(&v);
}

TEST(a_thread_has_its_given_name_beside_its_path) {
    struct snag__view v;
    char text[SNAG__NAME];
    world_begin(NULL, 0);
    add_task();
    add_task();
    w.vthreads[1].name = "flusher";
    w.vthreads[2].name = "";
    CHECK(snag__view_open(&v, &w.in));
    EXPECT_EQ_STR(snag__view_name(&v, 1, text), "thread 0.1 \"flusher\"");
    EXPECT_EQ_STR(snag__view_name(&v, 2, text), "thread 0.2");
    snag__view_close(&v);
}
