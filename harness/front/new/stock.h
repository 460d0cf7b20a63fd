/* stock.h: the module under test: a stock of items, shared by any number of threads.
 *
 * Put your own header in its place. Nothing here knows of snag.
 */
#ifndef STOCK_H
#define STOCK_H

struct stock;

/* Holds at most `capacity` items, and none at first. NULL: out of memory. */
struct stock *stock_new(int capacity);
void stock_free(struct stock *s);

/* Adds `n` items: all, and returns 1; or none, for there is no room, and returns 0. */
int stock_put(struct stock *s, int n);
/* Takes `n` items: all, and returns 1; or none, for there are fewer, and returns 0. */
int stock_take(struct stock *s, int n);
/* How many there are. */
int stock_count(struct stock *s);

/* NULL if all is well, else what is wrong. Does not lock: for when nobody is at it. */
const char *stock_broken(const struct stock *s);

#endif
