/* pages.h: a large range of globals, of which only the pages that were written are put back.
 *
 * Small ranges are compared whole (globals.c). A page costs nothing until somebody writes to it, by
 * whatever means, the kernel included: it is found by its having come into being, looked for only
 * where the process has had a page fault since the last time. From then on it is *hot*: compared
 * after every execution; and one of zeros that stays as it is for long is given back.
 *
 * The rule: a page that is not hot is as it was saved. (Not seen: one written for the first time
 * and moved to swap within the same execution.)
 */
#ifndef SNAG_EXEC_PAGES_H
#define SNAG_EXEC_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct snag__pages {
    char *at;
    size_t count;   /* whole pages */
    bool anonymous; /* no file is behind them: a page that does not exist is zero */
    char *saved;    /* of as many bytes: what pages were that were not zero */
    uint8_t *state; /* of each page */
    uint32_t *hot;  /* by number */
    size_t hot_count;
};

/* Saves [at, at + bytes), whole pages, as it is now. False: they cannot be told apart here, or
 * there is no memory. */
bool snag__pages_save(struct snag__pages *p, char *at, size_t bytes, bool anonymous);
/* Puts back what was written since. `faulted`: there may be pages that are not hot yet. */
void snag__pages_restore(struct snag__pages *p, bool faulted);

/* Page faults of this process so far. */
uint64_t snag__page_faults(void);
size_t snag__page_bytes(void);
/* Is there memory at that address at all? */
bool snag__page_is_mapped(const void *address);

/* Makes `to` equal to `from`; only what differs is written, so that pages that are equal stay as
 * they are. Not seen by sanitizers. False: they were equal. */
bool snag__put_back(char *to, const char *from, size_t bytes);

#endif
