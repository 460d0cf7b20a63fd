/* chance.h: what looks random to the code under test, the same in every execution. */
#ifndef SNAG_SHIM_CHANCE_H
#define SNAG_SHIM_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* As if nobody had ever set a seed. */
void snag__chance_begin(void);
/* Another one after each number that was drawn, and each seed that was set. */
uint64_t snag__chance_state(void);
/* Bytes that look random. */
void snag__chance_bytes(void *to, size_t bytes);

#endif
