/* handmade.c: accounts, each behind a spin lock made by hand that says what it does: see
 * tests/e2e/annotate_test.sh.
 *
 * Silent, unless built with one of HANDMADE_ORDER (takes two in the order of its arguments),
 * HANDMADE_KEEPS (forgets to give one up), HANDMADE_SUSPENDS (awaits with one in hand).
 */
#include "snag/annotate.h"
#include "snag/spec.h"
#include "snag/task.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MOVE, READ };
enum { ACCOUNTS = 3 };

struct account {
    atomic_int lock;
    int amount;
};

static void acquire(struct account *a) {
    SNAG_LOCK_WAIT(&a->lock);
    while (atomic_exchange_explicit(&a->lock, 1, memory_order_acquire) != 0)
        sched_yield();
    SNAG_LOCK_ACQUIRED(&a->lock);
}

static void release(struct account *a) {
    SNAG_LOCK_RELEASED(&a->lock);
    atomic_store_explicit(&a->lock, 0, memory_order_release);
}

static void move_one(struct account *from, struct account *to) {
#ifdef HANDMADE_ORDER
    struct account *first = from, *second = to;
#else
    struct account *first = from < to ? from : to, *second = from < to ? to : from;
#endif
    if (from == to)
        return;
    acquire(first);
    acquire(second);
    from->amount--;
    to->amount++;
    release(second);
    release(first);
}

static int read_one(struct account *a) {
    acquire(a);
    int amount = a->amount;
#ifdef HANDMADE_SUSPENDS
    amount += (int)snag_io(1);
#endif
#ifdef HANDMADE_KEEPS
    if (amount < 0)
        return 0;
#endif
    release(a);
    return amount;
}

static void *create(const struct snag_config *config) {
    struct account *a = calloc(ACCOUNTS, sizeof *a);
    (void)config;
    for (int i = 0; a != NULL && i < ACCOUNTS; i++)
        snag_name(&a[i].lock, "account[%d]", i);
    return a;
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct account *a = shared;
    (void)local, (void)scope;
    if (call->op == MOVE)
        move_one(&a[call->args[0].i], &a[call->args[1].i]);
    else
        result->i = read_one(&a[call->args[0].i]);
}

/* clang-format off */
#define ACCOUNT(word) {.name = word, .type = SNAG_KEY, .max = ACCOUNTS - 1}
/* clang-format on */
static const struct snag_spec spec = {.name = "accounts",
                                      .ops = {[MOVE] = {.name = "move",
                                                        .args = {ACCOUNT("from"), ACCOUNT("to")},
                                                        .result = SNAG_RESULT_NONE},
                                              [READ] = {.name = "read", .args = {ACCOUNT("of")}}}};
static const struct snag_impl handmade = {.name = "handmade",
                                          .spec = &spec,
#ifdef HANDMADE_SUSPENDS
                                          .mode = SNAG_TASKS,
#endif
                                          .create = create,
                                          .destroy = free,
                                          .run = run};
SNAG_TARGET(handmade);
