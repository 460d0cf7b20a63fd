/* account.c: see account.h. */
#include "account.h"

static void move(struct account *from, struct account *to, int amount) {
    from->balance -= amount;
    to->balance += amount;
}

void account_move(struct account *from, struct account *to, int amount) {
    pthread_mutex_lock(&from->lock);
    pthread_mutex_lock(&to->lock);
    move(from, to, amount);
    pthread_mutex_unlock(&to->lock);
    pthread_mutex_unlock(&from->lock);
}

void account_move_ordered(struct account *from, struct account *to, int amount) {
    struct account *first = from < to ? from : to, *second = from < to ? to : from;
    pthread_mutex_lock(&first->lock);
    pthread_mutex_lock(&second->lock);
    move(from, to, amount);
    pthread_mutex_unlock(&second->lock);
    pthread_mutex_unlock(&first->lock);
}
