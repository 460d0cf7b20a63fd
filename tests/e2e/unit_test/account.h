/* account.h: two accounts and transfers between them. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <pthread.h>

struct account {
    pthread_mutex_t lock;
    int balance;
};

/* Locks the source, then the destination. */
void account_move(struct account *from, struct account *to, int amount);
/* Locks the one at the lower address first. */
void account_move_ordered(struct account *from, struct account *to, int amount);

#endif
