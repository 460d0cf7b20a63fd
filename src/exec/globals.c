/* globals.c: saves and restores the globals of the code under test. See globals.h.
 *
 * What is small is compared whole: most executions touch little of it. Of a large range, so are its
 * ends; of the whole pages between, those that were written (pages.h).
 */
#include "exec/globals.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "exec/marker.h"
#include "exec/pages.h"

/* Comparing less takes no longer than asking whether a page was written. */
enum { LARGE_BYTES = 64 << 10 };

struct range {
    char *at;
    size_t bytes;
    char *saved;
};

enum { SECTIONS = 2 };
static struct range ranges[2 * SECTIONS];
static struct snag__pages pages[SECTIONS];
static size_t ranges_count, pages_count;
static uint64_t faults; /* when all was as saved */

static enum snag_err save_range(char *begin, char *end, struct snag_error *e) {
    if (begin == end) {
        return SNAG_ERR_OK;
    }
    struct range *r = &ranges[ranges_count];
    *r = (struct range){.at = begin, .bytes = (size_t)(end - begin)};
    r->saved = calloc(1, r->bytes + 1);
    if (r->saved == NULL) {
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory to save %zu bytes of globals", r->bytes);
    }
    /* Not memcpy: AddressSanitizer's red zones lie there. */
    (void)snag__put_back(r->saved, r->at, r->bytes);
    ranges_count++;
    return SNAG_ERR_OK;
}

static enum snag_err save(char *begin, char *end, bool anonymous, struct snag_error *e) {
    if (end < begin) {
        return snag_fail(e, SNAG_ERR_SYSTEM,
                         "the code under test is not linked between the marker objects; use "
                         "snag_add_target()");
    }
    size_t page = snag__page_bytes();
    char *first = begin + (page - (uintptr_t)begin % page) % page;
    char *last = end - (uintptr_t)end % page;
    if (end - begin < LARGE_BYTES || last <= first ||
        !snag__pages_save(&pages[pages_count], first, (size_t)(last - first), anonymous)) {
        return save_range(begin, end, e);
    }
    pages_count++;
    enum snag_err err = save_range(begin, first, e);
    return err != SNAG_ERR_OK ? err : save_range(last, end, e);
}

enum snag_err snag__globals_save(struct snag_error *e) {
    ranges_count = pages_count = 0;
    /* The opening markers themselves nobody writes. */
    char *data = snag__data_begin + SNAG__MARKER_BYTES, *bss = snag__bss_begin + SNAG__MARKER_BYTES;
    enum snag_err err = save(data, snag__data_end, false, e);
    return err != SNAG_ERR_OK ? err : save(bss, snag__bss_end, true, e);
}

static __attribute__((noinline)) void restore_pages(void) {
    bool faulted = snag__page_faults() != faults;
    for (size_t i = 0; i < pages_count; i++) {
        snag__pages_restore(&pages[i], faulted);
    }
    if (faulted) { /* also by looking for them */
        faults = snag__page_faults();
    }
}

void snag__globals_restore(void) {
    for (size_t i = 0; i < ranges_count; i++) {
        (void)snag__put_back(ranges[i].at, ranges[i].saved, ranges[i].bytes);
    }
    if (pages_count != 0) {
        restore_pages();
    }
}
