/* bank-transfer: money goes between two accounts, each under a lock of its own.
 *
 * Wrong: transfer() locks the account that gives, then the one that gets. Two transfers in opposite
 * directions each hold what the other one wants.
 * Expected: deadlock. */
#include <pthread.h>
#include <stdio.h>

struct account {
    int number;
    long balance;
    pthread_mutex_t lock;
};
static struct account checking = {1, 100, PTHREAD_MUTEX_INITIALIZER};
static struct account savings = {2, 100, PTHREAD_MUTEX_INITIALIZER};

static void transfer(struct account *from, struct account *to, long amount) {
    pthread_mutex_lock(&from->lock);
    pthread_mutex_lock(&to->lock);
    from->balance -= amount;
    to->balance += amount;
    pthread_mutex_unlock(&to->lock);
    pthread_mutex_unlock(&from->lock);
}

static void *save(void *unused) {
    (void)unused;
    transfer(&checking, &savings, 30);
    return NULL;
}

static void *spend(void *unused) {
    (void)unused;
    transfer(&savings, &checking, 10);
    return NULL;
}

int main(void) {
    pthread_t saver, spender;
    pthread_create(&saver, NULL, save, NULL);
    pthread_create(&spender, NULL, spend, NULL);
    pthread_join(saver, NULL);
    pthread_join(spender, NULL);
    printf("checking %ld, savings %ld\n", checking.balance, savings.balance);
    return 0;
}
