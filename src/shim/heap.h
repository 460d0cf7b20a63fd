/* heap.h: the heap of the code under test: what is live, and whose.
 *
 * The memory itself comes from the flavour (exec/rt.h). The rule: a block is ours only if it is in
 * the table; any other pointer goes to the real functions unharmed.
 */
#ifndef SNAG_SHIM_HEAP_H
#define SNAG_SHIM_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snag/finding.h"

enum { SNAG__BLOCKS_MAX = 1 << 17 }; /* allocations of one execution */

/* What a block has to be given back to. */
enum snag__block_family { SNAG__BLOCK_MALLOC, SNAG__BLOCK_NEW, SNAG__BLOCK_NEW_ARRAY };

struct snag__block {
    uintptr_t address;
    size_t bytes, align;
    uint32_t site, event;
    uint16_t vthread, task;
    bool live;
    uint8_t family; /* enum snag__block_family */
    uint16_t freed_vthread, freed_task;
    uint32_t freed_site;
};

/* As malloc and free, by the running vthread. `align`: a power of two; 0: default. */
void *snag__heap_allocate(size_t n, size_t align, enum snag__block_family family, uint32_t site);
void snag__heap_release(void *p, enum snag__block_family family, uint32_t site);

void snag__heap_begin(uint64_t bytes_max);
/* Frees what is left and puts the heap back. */
void snag__heap_end(void);
/* The number of live blocks; *next walks them in the order of allocation, from 0. */
uint32_t snag__heap_live(void);
const struct snag__block *snag__heap_next(uint32_t *next);
/* The block that holds, or held, `address`: the newest of them. NULL: none of this execution. */
const struct snag__block *snag__heap_find(uintptr_t address);
/* Who freed it (if somebody did) and who allocated it, in that order, as further parties of a
 * finding about it. NULL for either does nothing. */
void snag__heap_parties(struct snag_finding *f, const struct snag__block *b);

#endif
