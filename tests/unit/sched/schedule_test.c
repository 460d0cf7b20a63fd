/* schedule_test: schedules as values, and the spelling of actors. */
#include "sched/schedule.h"

#include <string.h>

#include "test.h"

static struct snag_switch entry(uint16_t op, uint32_t ordinal) {
    return (struct snag_switch){
        .op = op, .ordinal = ordinal, .at = {0, 2, {0, 1}}, .to = {0, 2, {0, 2}}};
}

TEST(push_keeps_order_and_grows) {
    struct snag_schedule s = {0};
    for (uint16_t i = 0; i < 1000; i++) {
        struct snag_switch w = entry(i, i * 3u);
        CHECK(snag__schedule_push(&s, &w));
    }
    CHECK_EQ_INT(s.count, 1000);
    for (uint16_t i = 0; i < 1000; i++) {
        CHECK_EQ_INT(s.list[i].op, i);
    }
    snag__schedule_free(&s);
    CHECK(s.list == NULL && s.capacity == 0);
}

TEST(push_of_an_own_entry_survives_the_move) {
    struct snag_schedule s = {0};
    struct snag_switch w = entry(7, 9);
    CHECK(snag__schedule_push(&s, &w));
    while (s.count < s.capacity) {
        CHECK(snag__schedule_push(&s, &s.list[0]));
    }
    CHECK(snag__schedule_push(&s, &s.list[0]));
    CHECK_EQ_INT(s.list[s.count - 1].op, 7);
    snag__schedule_free(&s);
}

TEST(put_takes_the_place_of_an_anchor_or_comes_before_the_next_one) {
    struct snag_schedule s = {0};
    for (uint16_t i = 1; i <= 3; i++) {
        struct snag_switch w = entry(i, 5);
        CHECK(snag__schedule_push(&s, &w));
    }
    struct snag_switch same = entry(2, 5), between = entry(2, 4), access = entry(2, 5);
    struct snag_switch last = entry(9, 1), stranger = entry(1, 1);
    same.number = 77;
    access.sub = 1; /* after the numbered event */
    stranger.at.path[1] = 8;
    CHECK(snag__schedule_put(&s, &same));
    CHECK_EQ_INT(s.count, 3);
    CHECK_EQ_INT(s.list[1].number, 77);
    CHECK(snag__schedule_put(&s, &between) && snag__schedule_put(&s, &access));
    CHECK(snag__schedule_put(&s, &last) && snag__schedule_put(&s, &stranger));
    CHECK_EQ_INT(s.count, 7);
    CHECK_EQ_INT(s.list[1].ordinal, 4);
    CHECK_EQ_INT(s.list[2].number, 77);
    CHECK_EQ_INT(s.list[3].sub, 1);
    CHECK_EQ_INT(s.list[4].op, 3);
    CHECK_EQ_INT(s.list[5].op, 9);
    CHECK_EQ_INT(s.list[6].at.path[1], 8);
    snag__schedule_free(&s);
}

TEST(remove_closes_the_gap) {
    struct snag_schedule s = {0};
    for (uint16_t i = 0; i < 4; i++) {
        struct snag_switch w = entry(i, 1);
        CHECK(snag__schedule_push(&s, &w));
    }
    snag__schedule_remove(&s, 1);
    snag__schedule_remove(&s, 2);
    snag__schedule_remove(&s, 5); /* past the end: nothing */
    CHECK_EQ_INT(s.count, 2);
    CHECK_EQ_INT(s.list[0].op, 0);
    CHECK_EQ_INT(s.list[1].op, 2);
    snag__schedule_free(&s);
}

TEST(copy_is_deep_and_hash_sees_every_field_but_preempts) {
    struct snag_schedule a = {0}, b = {0};
    struct snag_switch w = entry(1, 2);
    CHECK(snag__schedule_push(&a, &w));
    CHECK(snag__schedule_copy(&b, &a));
    CHECK_EQ_U64(snag__schedule_hash(&a), snag__schedule_hash(&b));
    uint64_t h = snag__schedule_hash(&a);
    b.list[0].preempts = 1;
    CHECK_EQ_U64(snag__schedule_hash(&b), h);
    struct snag_switch changed[7];
    for (int i = 0; i < 7; i++) {
        changed[i] = w;
    }
    changed[0].kind = SNAG_CHOOSE_WAKE;
    changed[1].op++;
    changed[2].ordinal++;
    changed[3].at.path[1]++;
    changed[4].to.is_task = 1;
    changed[5].number = 1;
    changed[6].sub = 1;
    for (int i = 0; i < 7; i++) {
        b.list[0] = changed[i];
        CHECK(snag__schedule_hash(&b) != h);
    }
    b.list[0] = w;
    b.list[0].to.path[5] = 99; /* beyond its depth: means nothing */
    CHECK_EQ_U64(snag__schedule_hash(&b), h);
    CHECK(a.list[0].to.path[5] == 0);
    snag__schedule_free(&a);
    snag__schedule_free(&b);
}

TEST(actors_print_and_parse_back) {
    static const char *const good[] = {
        "0", "0.2", "t1", "t1.3", "255.255.255.255.255.255", "t255.255.255.255.255.255", "-"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct snag_actor a;
        char text[SNAG__ACTOR_TEXT];
        CHECK(snag__actor_parse(good[i], &a));
        CHECK_EQ_STR(snag__actor_print(&a, text), good[i]);
    }
}

TEST(what_is_not_an_actor_is_refused) {
    static const char *const bad[] = {"",
                                      "t",
                                      ".",
                                      "0.",
                                      "0..1",
                                      "256",
                                      "0.00",
                                      "+1",
                                      " 0",
                                      "0 ",
                                      "x1",
                                      "tt1",
                                      "-1",
                                      "0.1.2.3.4.5.6",
                                      "01",
                                      "t-",
                                      "0,1",
                                      "--",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct snag_actor a;
        EXPECT(!snag__actor_parse(bad[i], &a));
    }
}

TEST(equal_actors) {
    struct snag_actor a, b;
    CHECK(snag__actor_parse("0.2", &a) && snag__actor_parse("0.2", &b));
    b.path[3] = 9;
    CHECK(snag__actor_equal(&a, &b));
    CHECK(snag__actor_parse("t0.2", &b));
    CHECK(!snag__actor_equal(&a, &b));
    CHECK(snag__actor_parse("0.2.1", &b));
    CHECK(!snag__actor_equal(&a, &b));
}
