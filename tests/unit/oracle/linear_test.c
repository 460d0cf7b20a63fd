/* linear_test.c: the linearizability checker on hand-written histories, each answer for a reason.
 *
 * The comparison with a naive checker over random histories is linear_random_test.c.
 */
#include "oracle/linear.h"

#include "linear_models.h"
#include "test.h"

enum { BUDGET = 100000, ROWS_MAX = 64 };

static const struct snag_config capacity_2 = {{2}};

struct answers {
    enum snag__linear linear, may_wait;
    uint32_t rightful;
    uint32_t culprit;
};

static struct answers ask(const struct snag_spec *spec, const struct row *rows, uint32_t count,
                          uint32_t budget) {
    struct snag_history_op ops[ROWS_MAX];
    for (uint32_t i = 0; i < count && i < ROWS_MAX; i++)
        ops[i] = op_of_row(&rows[i]);
    struct snag_history h = {count, ops};
    struct snag__linear_checker *c = snag__linear_new(spec, budget);
    struct answers a = {.culprit = UINT32_MAX};
    a.linear = snag__linear_check(c, &capacity_2, &h, &a.culprit);
    a.may_wait = snag__linear_may_wait(c, &capacity_2, &h);
    a.rightful = snag__linear_rightful(c, &capacity_2, &h);
    snag__linear_free(c);
    return a;
}

#define ASK(spec, rows) ask(spec, rows, sizeof(rows) / sizeof *(rows), BUDGET)

TEST(an_empty_history_is_linearizable) {
    struct answers a = ask(&reg_spec, NULL, 0, BUDGET);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_YES);
    CHECK_EQ_INT(a.may_wait, SNAG__LINEAR_YES);
}

TEST(a_read_may_see_an_overlapping_write_or_not) {
    for (int64_t seen = 0; seen <= 2; seen++) {
        const struct row rows[] = {
            {0, REG_WRITE, 1, 0, 1, 4, 0},
            {1, REG_READ, 0, seen, 2, 3, 0},
        };
        CHECK_EQ_INT(ASK(&reg_spec, rows).linear, seen <= 1 ? SNAG__LINEAR_YES : SNAG__LINEAR_NO);
    }
}

TEST(real_time_order_is_kept) {
    const struct row rows[] = {
        {0, REG_WRITE, 1, 0, 1, 2, 0},
        {1, REG_READ, 0, 1, 3, 4, 0},
        {1, REG_READ, 0, 0, 5, 6, 0}, /* stale */
    };
    struct answers a = ASK(&reg_spec, rows);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_NO);
    CHECK_EQ_U64(a.culprit, 2);
}

TEST(the_order_of_returns_need_not_be_the_right_one) {
    /* read 1 returns before the write of 2 that must precede the write of 1. */
    const struct row rows[] = {
        {0, REG_WRITE, 2, 0, 1, 8, 0},
        {1, REG_WRITE, 1, 0, 2, 7, 0},
        {2, REG_READ, 0, 2, 3, 4, 0},
        {2, REG_READ, 0, 1, 5, 6, 0},
    };
    CHECK_EQ_INT(ASK(&reg_spec, rows).linear, SNAG__LINEAR_YES);
}

TEST(readers_may_not_disagree_on_the_order_of_writes) {
    const struct row rows[] = {
        {0, REG_WRITE, 1, 0, 1, 20, 0}, {1, REG_WRITE, 2, 0, 2, 21, 0},
        {2, REG_READ, 0, 1, 3, 6, 0},   {3, REG_READ, 0, 2, 4, 7, 0},
        {2, REG_READ, 0, 2, 8, 10, 0},  {3, REG_READ, 0, 1, 9, 11, 0},
    };
    CHECK_EQ_INT(ASK(&reg_spec, rows).linear, SNAG__LINEAR_NO);
}

TEST(a_pending_write_may_have_taken_effect_or_not) {
    for (int64_t first = 0; first <= 1; first++) {
        for (int64_t second = 0; second <= 1; second++) {
            const struct row rows[] = {
                {0, REG_WRITE, 1, 0, 1, 0, 0},
                {1, REG_READ, 0, first, 2, 3, 0},
                {1, REG_READ, 0, second, 4, 5, 0},
            };
            bool possible = first <= second; /* it cannot be undone */
            CHECK_EQ_INT(ASK(&reg_spec, rows).linear,
                         possible ? SNAG__LINEAR_YES : SNAG__LINEAR_NO);
        }
    }
}

TEST(a_pending_operation_has_no_effect_before_it_is_invoked) {
    const struct row rows[] = {
        {1, REG_READ, 0, 1, 1, 2, 0},
        {0, REG_WRITE, 1, 0, 3, 0, 0},
    };
    CHECK_EQ_INT(ASK(&reg_spec, rows).linear, SNAG__LINEAR_NO);
}

TEST(every_effect_of_a_pending_operation_is_tried) {
    for (int64_t seen = 0; seen <= 2; seen++) {
        const struct row rows[] = {
            {0, REG_WRITE, 7, 0, 1, 2, 0},
            {0, REG_TOSS, 0, 0, 3, 0, 0},
            {1, REG_READ, 0, seen, 4, 5, 0},
        };
        CHECK_EQ_INT(ASK(&reg_spec, rows).linear, seen <= 1 ? SNAG__LINEAR_YES : SNAG__LINEAR_NO);
    }
}

TEST(a_receive_waits_rightly_on_an_empty_queue) {
    const struct row rows[] = {
        {0, QUEUE_SEND, 5, 0, 1, 2, 0},
        {1, QUEUE_RECV, 0, 5, 3, 4, 0},
        {1, QUEUE_RECV, 0, 0, 5, 0, 0},
    };
    struct answers a = ASK(&queue_spec, rows);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_YES);
    CHECK_EQ_INT(a.may_wait, SNAG__LINEAR_YES);
}

TEST(a_receive_may_not_wait_while_something_lies_there) {
    const struct row rows[] = {
        {0, QUEUE_SEND, 5, 0, 1, 2, 0},
        {1, QUEUE_RECV, 0, 0, 3, 0, 0},
    };
    struct answers a = ASK(&queue_spec, rows);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_YES);
    CHECK_EQ_INT(a.may_wait, SNAG__LINEAR_NO);
}

TEST(sender_and_receiver_may_not_both_wait) {
    const struct row rows[] = {
        {0, QUEUE_SEND, 1, 0, 1, 2, 0},
        {0, QUEUE_SEND, 2, 0, 3, 4, 0},
        {0, QUEUE_SEND, 3, 0, 5, 0, 0},
        {1, QUEUE_RECV, 0, 0, 6, 0, 0},
    };
    CHECK_EQ_INT(ASK(&queue_spec, rows).may_wait, SNAG__LINEAR_NO);
    CHECK_EQ_INT(ask(&queue_spec, rows, 3, BUDGET).may_wait, SNAG__LINEAR_YES);
}

TEST(an_operation_waits_rightly_if_what_runs_inside_it_does) {
    const struct row rows[] = {
        {0, QUEUE_WRAP, 0, 0, 1, 0, 0},
        {0, QUEUE_RECV, 0, 0, 2, 0, 0},
    };
    CHECK_EQ_INT(ASK(&queue_spec, rows).may_wait, SNAG__LINEAR_YES);
    /* On its own it has no reason to. */
    CHECK_EQ_INT(ask(&queue_spec, rows, 1, BUDGET).may_wait, SNAG__LINEAR_NO);
}

TEST(only_operations_declared_to_wait_may) {
    struct snag_spec spec = queue_spec;
    spec.ops[QUEUE_RECV].flags = 0;
    const struct row rows[] = {{1, QUEUE_RECV, 0, 0, 1, 0, 0}};
    CHECK_EQ_INT(ASK(&queue_spec, rows).may_wait, SNAG__LINEAR_YES);
    CHECK_EQ_INT(ASK(&spec, rows).may_wait, SNAG__LINEAR_NO);
}

TEST(without_a_model_only_waiting_is_judged) {
    struct snag_spec spec = queue_spec;
    spec.state_bytes = 0;
    const struct row rows[] = {
        {1, QUEUE_RECV, 0, 9, 1, 2, 0},
        {1, QUEUE_RECV, 0, 0, 3, 0, 0},
    };
    struct answers a = ASK(&spec, rows);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_YES);
    CHECK_EQ_INT(a.may_wait, SNAG__LINEAR_NO);
}

/* ---- partitions and the budget ----------------------------------------------------------------
 */

static int64_t part_by_key(const struct snag_config *config, const struct snag_call *call) {
    (void)config;
    return call->args[1].i;
}

TEST(partitions_are_checked_apart) {
    struct snag_spec spec = reg_spec;
    spec.partition = part_by_key;
    const struct row rows[] = {
        {0, REG_WRITE, 1, 0, 1, 2, 10},
        {0, REG_READ, 0, 0, 3, 4, 11}, /* another register: still 0 */
        {0, REG_READ, 0, 1, 5, 6, 10},
        {0, REG_READ, 0, 4, 7, 8, 12}, /* nobody wrote that */
    };
    CHECK_EQ_INT(ask(&spec, rows, 3, BUDGET).linear, SNAG__LINEAR_YES);
    struct answers a = ASK(&spec, rows);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_NO);
    CHECK_EQ_U64(a.culprit, 3);
}

TEST(one_call_without_a_partition_joins_them_all) {
    struct snag_spec spec = reg_spec;
    spec.partition = part_by_key;
    const struct row rows[] = {
        {0, REG_WRITE, 1, 0, 1, 2, 10},
        {0, REG_READ, 0, 1, 3, 4, 11}, /* right only if 10 and 11 are one register */
        {0, REG_READ, 0, 1, 5, 6, -1},
    };
    CHECK_EQ_INT(ask(&spec, rows, 2, BUDGET).linear, SNAG__LINEAR_NO);
    CHECK_EQ_INT(ASK(&spec, rows).linear, SNAG__LINEAR_YES);
}

TEST(many_partitions_are_kept_apart) {
    struct snag_spec spec = reg_spec;
    spec.partition = part_by_key;
    struct row rows[ROWS_MAX];
    for (uint32_t i = 0; i < ROWS_MAX; i++) { /* all writes, then all reads */
        uint32_t key = i % (ROWS_MAX / 2);
        bool write = i == key;
        rows[i] =
            (struct row){0,         write ? REG_WRITE : REG_READ, key, write ? 0 : key, 2 * i + 1,
                         2 * i + 2, (int64_t)1000 * key};
    }
    CHECK_EQ_INT(ASK(&spec, rows).linear, SNAG__LINEAR_YES);
}

TEST(a_partition_that_waits_does_not_excuse_another) {
    struct snag_spec spec = queue_spec;
    spec.partition = part_by_key;
    const struct row rows[] = {
        {0, QUEUE_SEND, 1, 0, 1, 2, 10},
        {0, QUEUE_RECV, 0, 0, 3, 0, 11},
        {1, QUEUE_RECV, 0, 0, 4, 0, 10},
    };
    CHECK_EQ_INT(ask(&spec, rows, 2, BUDGET).may_wait, SNAG__LINEAR_YES);
    CHECK_EQ_U64(ask(&spec, rows, 2, BUDGET).rightful, 1);
    CHECK_EQ_INT(ASK(&spec, rows).may_wait, SNAG__LINEAR_NO);
    CHECK_EQ_U64(ASK(&spec, rows).rightful, 1); /* client 0 has no part in what is wrong */
}

TEST(who_may_wait_is_excused_though_another_may_not) {
    struct snag_spec spec = queue_spec;
    spec.partition = part_by_key;
    const struct row rows[] = {
        {0, QUEUE_RECV, 0, 0, 1, 0, 10},
        {1, QUEUE_TRY_RECV, 0, 0, 2, 0, 10}, /* which never may */
        {2, QUEUE_RECV, 0, 0, 3, 0, 11},
    };
    CHECK_EQ_U64(ASK(&spec, rows).rightful, 1 | 4);
    spec.partition = NULL;
    CHECK_EQ_U64(ASK(&spec, rows).rightful, 1 | 4);
}

TEST(of_those_who_may_not_wait_together_as_few_are_blamed_as_can_be) {
    const struct row rows[] = {
        {0, QUEUE_SEND, 1, 0, 1, 2, 0},
        {0, QUEUE_RECV, 0, 0, 3, 0, 0},
        {1, QUEUE_RECV, 0, 0, 4, 0, 0}, /* either may wait if the other has got it */
        {2, QUEUE_TRY_RECV, 0, 0, 5, 6, 0},
    };
    CHECK_EQ_U64(ask(&queue_spec, rows, 2, BUDGET).rightful, 0);
    CHECK_EQ_U64(ask(&queue_spec, rows, 3, BUDGET).rightful, 0);
    struct snag_spec spec = queue_spec;
    spec.ops[QUEUE_TRY_RECV].flags = SNAG_OP_MAY_WAIT;
    CHECK_EQ_INT(ask(&spec, rows, 3, BUDGET).may_wait, SNAG__LINEAR_NO);
}

/* Twelve overlapping writes, then a read of a value nobody wrote: every subset has to be seen. */
static void hard_history(struct row *rows) {
    for (uint16_t i = 0; i < 12; i++)
        rows[i] = (struct row){i, REG_WRITE, i + 1, 0, i + 1u, 100u + i, 0};
    rows[12] = (struct row){0, REG_READ, 0, 99, 200, 201, 0};
}

TEST(the_budget_gives_the_third_answer) {
    struct row rows[13];
    hard_history(rows);
    CHECK_EQ_INT(ask(&reg_spec, rows, 13, 1000).linear, SNAG__LINEAR_UNKNOWN);
    CHECK_EQ_INT(ask(&reg_spec, rows, 13, 0).linear, SNAG__LINEAR_UNKNOWN);
    /* With the memo it is about 12 * 2^12 configurations, without it 12 factorial orders. */
    struct answers a = ask(&reg_spec, rows, 13, 600000);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_NO);
    CHECK_EQ_U64(a.culprit, 12);
    CHECK_EQ_INT(ask(&reg_spec, rows, 12, 12).linear, SNAG__LINEAR_YES);
}

TEST(a_no_counts_though_another_partition_ran_out) {
    struct snag_spec spec = reg_spec;
    spec.partition = part_by_key;
    struct row rows[14];
    hard_history(rows);
    rows[13] = (struct row){1, REG_READ, 0, 5, 202, 203, 1};
    struct answers a = ask(&spec, rows, 14, 1000);
    CHECK_EQ_INT(a.linear, SNAG__LINEAR_NO);
    CHECK_EQ_U64(a.culprit, 13);
}

TEST(long_histories_and_a_reused_checker) {
    enum { LONG = 1000 };
    static struct snag_history_op ops[LONG];
    for (uint32_t i = 0; i < LONG; i++) {
        struct row row = {0, i % 2 ? REG_READ : REG_WRITE, i + 1, i, 2 * i + 1, 2 * i + 4, 0};
        ops[i] = op_of_row(&row);
    }
    struct snag__linear_checker *c = snag__linear_new(&reg_spec, BUDGET);
    uint32_t culprit = 0;
    for (uint32_t count = 1; count <= LONG; count += 111) {
        struct snag_history h = {count, ops};
        CHECK_EQ_INT(snag__linear_check(c, &capacity_2, &h, NULL), SNAG__LINEAR_YES);
    }
    ops[555].call.result.i = 12345;
    struct snag_history h = {LONG, ops};
    CHECK_EQ_INT(snag__linear_check(c, &capacity_2, &h, &culprit), SNAG__LINEAR_NO);
    CHECK_EQ_U64(culprit, 555);
    snag__linear_free(c);
}
