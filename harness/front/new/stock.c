/* stock.c: see stock.h. Put your own code in its place, as it is: snag changes nothing in it.
 *
 * The rule: `count` is read and written with `lock` held.
 */
#include "stock.h"

#include <pthread.h>
#include <stdlib.h>

struct stock {
    pthread_mutex_t lock;
    int capacity;
    int count;
};

struct stock *stock_new(int capacity) {
    struct stock *s = malloc(sizeof *s);
    if (s == NULL)
        return NULL;
    pthread_mutex_init(&s->lock, NULL);
    s->capacity = capacity;
    s->count = 0;
    return s;
}

void stock_free(struct stock *s) {
    pthread_mutex_destroy(&s->lock);
    free(s);
}

int stock_put(struct stock *s, int n) {
    pthread_mutex_lock(&s->lock);
    int room = s->capacity - s->count >= n;
    if (room)
        s->count += n;
    pthread_mutex_unlock(&s->lock);
    return room;
}

int stock_take(struct stock *s, int n) {
    pthread_mutex_lock(&s->lock);
    int enough = s->count >= n;
    if (enough)
        s->count -= n;
    pthread_mutex_unlock(&s->lock);
    return enough;
}

int stock_count(struct stock *s) {
    pthread_mutex_lock(&s->lock);
    int count = s->count;
    pthread_mutex_unlock(&s->lock);
    return count;
}

const char *stock_broken(const struct stock *s) {
    if (s->count < 0)
        return "fewer items than none";
    return s->count > s->capacity ? "more items than there is room for" : NULL;
}
