/* stacks_test.c: by which calls locks were taken and asked for, in executions that are shown, and
 * only there.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include "base/symbol.h"

void again(void);
void upgrades(void);
void by_hand(void);
void crossing(void);

/* "f < g < h": the function of a place, and of those that led there. */
static const char *words(uint32_t site, const uint32_t callers[SNAG_CALLERS_MAX]) {
    static char text[2][512];
    static int turn;
    char *to = text[turn ^= 1];
    int n = snprintf(to, sizeof text[0], "%s", snag__symbol_of_site(site)->function);
    for (int i = 0; i < SNAG_CALLERS_MAX && callers[i] != 0; i++)
        n += snprintf(to + n, sizeof text[0] - (size_t)n, " < %s",
                      snag__symbol_of_site(callers[i])->function);
    return to;
}

static const struct snag_verdict *shown(void (*body)(void), bool show) {
    struct snag__request r = {.show = show};
    case_body = body;
    return drive(&r);
}

static bool stacks(void (*body)(void), const char *taken, const char *asked) {
    const struct snag_verdict *v = shown(body, true);
    const struct snag_party *p = &v->findings[0].parties[0];
    return EXPECT_EQ_STR(worst(v), "self-deadlock") &&
           EXPECT_EQ_STR(words(p->holds_site, p->taken_callers), taken) &&
           EXPECT_EQ_STR(words(p->at_site, p->callers), asked);
}

TEST(both_acquisitions_of_one_lock) {
    CHECK(stacks(again, "enter < again < stacks", "enter < calls_back < enter < again < stacks"));
    CHECK(stacks(upgrades, "reads < upgrades < stacks", "writes < reads < upgrades < stacks"));
    CHECK(stacks(by_hand, "deep < by_hand_outer < by_hand < stacks",
                 "deep < by_hand_outer < by_hand < stacks"));
}

/* Two different calls, at the same depth. */
TEST(which_call_of_the_two_it_was) {
    CHECK(stacks(by_hand, "deep < by_hand_outer < by_hand < stacks",
                 "deep < by_hand_outer < by_hand < stacks"));
    const struct snag_party *p = &verdict.findings[0].parties[0];
    CHECK(snag__symbol_of_site(p->taken_callers[0])->line <
          snag__symbol_of_site(p->callers[0])->line);
}

static const struct snag_verdict *deadlock(bool show) {
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct snag__request r = drive_request("random", seed);
        r.show = show;
        case_body = crossing;
        if (has(drive(&r), SNAG_DEADLOCK))
            break;
    }
    return &verdict;
}

TEST(every_party_of_a_deadlock) {
    const struct snag_finding *f = &deadlock(true)->findings[0];
    CHECK_EQ_STR(worst(&verdict), "deadlock");
    for (int i = 0; i < 2; i++) {
        const struct snag_party *p = &f->parties[i];
        bool first = strcmp(snag__symbol_of_site(p->at_site)->function, "takes_b") == 0;
        CHECK_EQ_STR(words(p->at_site, p->callers),
                     first ? "takes_b < a_then_b" : "takes_a < b_then_a");
        CHECK_EQ_STR(words(p->holds_site, p->taken_callers),
                     first ? "a_then_b" : "locks_b < b_then_a");
    }
}

TEST(a_search_does_not_look) {
    const struct snag_verdict *v = deadlock(false);
    CHECK_EQ_STR(worst(v), "deadlock");
    CHECK_EQ_U64(v->findings[0].parties[0].callers[0], 0);
    CHECK_EQ_U64(v->findings[0].parties[1].taken_callers[0], 0);
    v = shown(again, false);
    CHECK_EQ_STR(worst(v), "self-deadlock");
    CHECK_EQ_U64(v->findings[0].parties[0].callers[0], 0);
}

/* Whether it is shown or not. */
TEST(neither_the_key_nor_the_log_depend_on_it) {
    char key[SNAG_KEY_BYTES];
    uint64_t digest = deadlock(false)->digest;
    memcpy(key, verdict.findings[0].key, sizeof key);
    CHECK_EQ_U64(deadlock(true)->digest, digest);
    CHECK_EQ_STR(verdict.findings[0].key, key);
}
