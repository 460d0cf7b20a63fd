/* select.h: where a fair select begins to look: for the primitives. See snag/select.h. */
#ifndef SNAG_TASK_SELECT_H
#define SNAG_TASK_SELECT_H

#include <stdint.h>

/* One of [0, n): a choice of the search. A scheduling point. */
uint32_t snag__select_first(uint32_t n, void *caller);

#endif
