/* globals.c: saves and restores the globals of the code under test. See globals.h.
 *
 * A word is compared before it is written: reading is cheaper, and most executions touch little.
 */
#include "exec/globals.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

extern char snag__data_begin[], snag__data_end[], snag__bss_begin[], snag__bss_end[];

struct range {
    char *at;
    size_t bytes;
    char *saved;
};

static struct range ranges[2];

static enum snag_err save(struct range *r, char *begin, char *end, struct snag_error *e) {
    if (end < begin) {
        return snag_fail(e, SNAG_ERR_SYSTEM,
                         "the code under test is not linked between the marker objects; use "
                         "snag_add_target()");
    }
    r->at = begin;
    r->bytes = (size_t)(end - begin);
    free(r->saved);
    r->saved = malloc(r->bytes + 1);
    if (r->saved == NULL) {
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory to save %zu bytes of globals", r->bytes);
    }
    for (size_t i = 0; i < r->bytes; i++) { /* not memcpy: AddressSanitizer's red zones lie there */
        r->saved[i] = ((volatile char *)begin)[i];
    }
    return SNAG_ERR_OK;
}

enum snag_err snag__globals_save(struct snag_error *e) {
    enum snag_err err = save(&ranges[0], snag__data_begin, snag__data_end, e);
    return err != SNAG_ERR_OK ? err : save(&ranges[1], snag__bss_begin, snag__bss_end, e);
}

/* Volatile, so that it stays a loop: under ThreadSanitizer memcpy and memcmp are seen as accesses.
 */
static void put_back(char *to, const char *from, size_t bytes) {
    size_t i = 0;
    for (; i + 8 <= bytes; i += 8) {
        uint64_t have, want;
        __builtin_memcpy(&have, to + i, 8);
        __builtin_memcpy(&want, from + i, 8);
        if (have != want) {
            *(volatile uint64_t *)(void *)(to + i) = want;
        }
    }
    for (; i < bytes; i++) {
        *(volatile char *)(to + i) = from[i];
    }
}

void snag__globals_restore(void) {
    for (int k = 0; k < 2; k++) {
        put_back(ranges[k].at, ranges[k].saved, ranges[k].bytes);
    }
}
