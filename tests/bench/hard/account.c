/* account.c: two accounts, and two transfers between them.
 *
 * Wrong: a transfer reads a balance under the lock, and writes what is left of it under the lock,
 * but lets go in between: what others changed meanwhile is lost, and the sum is no longer the same.
 */
#include "crew.h"

#include "snag/scenario.h"

enum { EACH = 100 };
static struct account {
    pthread_mutex_t lock;
    int balance;
} accounts[2] = {{PTHREAD_MUTEX_INITIALIZER, EACH}, {PTHREAD_MUTEX_INITIALIZER, EACH}};

static void change(struct account *a, int by) {
    pthread_mutex_lock(&a->lock);
    int balance = a->balance;
#ifndef FIXED
    pthread_mutex_unlock(&a->lock);
    pthread_mutex_lock(&a->lock);
#endif
    a->balance = balance + by;
    pthread_mutex_unlock(&a->lock);
}

static void *pay(void *unused) {
    change(&accounts[0], -30);
    change(&accounts[1], 30);
    return unused;
}

static void *pay_back(void *unused) {
    change(&accounts[1], -10);
    change(&accounts[0], 10);
    return unused;
}

static const char *no_money_lost(enum snag_when when) {
    (void)when;
    return accounts[0].balance + accounts[1].balance == 2 * EACH ? NULL : "money lost";
}

SNAG_SCENARIO(account, .invariant = no_money_lost, .invariant_when = SNAG_AT_QUIESCENCE) {
    begin(pay, NULL);
    begin(pay_back, NULL);
    await_all();
}
