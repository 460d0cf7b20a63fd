/* bank-transfer, mended: the account with the lower number is locked first, whichever way the money
 * goes. Expected: nothing. */
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
    struct account *first = from->number < to->number ? from : to;
    struct account *second = first == from ? to : from;
    pthread_mutex_lock(&first->lock);
    pthread_mutex_lock(&second->lock);
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
