/* conformance_body_heap.c: the heap. What C and POSIX say of it, and no more: the library behind it
 * in mode off is the flavour's. See conformance.h.
 */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static volatile size_t huge = SIZE_MAX / 2, much = SIZE_MAX / 4;
static char destination[8];

static int all_zero(const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return 0;
    return 1;
}

static void refused(void *p) {
    out(p == NULL);
    out(p == NULL ? errno : 0);
    errno = 0;
    free(p);
}

static void plain(void) {
    char *p = malloc(100), *q = malloc(100);
    out(p != NULL && q != NULL && p != q);
    memset(p, 7, 100);
    memset(q, 8, 100);
    out(p[0] == 7 && p[99] == 7);
    errno = 5;
    free(p);
    free(q);
    free(NULL);
    out(errno); /* which free leaves alone */
    errno = 0;
    p = malloc(0);
    out(p != NULL);
    free(p);
    refused(malloc(huge + 1));
}

static void zeroed(void) {
    for (int i = 0; i < 3; i++) {
        char *p = calloc(10, 100);
        out(p != NULL && all_zero(p, 1000));
        memset(p, 9, 1000);
        free(p);
    }
    refused(calloc(much, 8));
    refused(calloc(huge + 1, 1));
}

static void resized(void) {
    char *p = realloc(NULL, 50);
    out(p != NULL);
    memset(p, 3, 50);
    p = realloc(p, 5000);
    out(p != NULL && p[0] == 3 && p[49] == 3);
    p = realloc(p, 10);
    out(p != NULL && p[9] == 3);
    out(realloc(p, huge + 1) == NULL);
    out(p[0]); /* which stays as it was */
    p = reallocarray(p, 10, 10);
    out(p != NULL && p[9] == 3);
    out(reallocarray(p, much, 8) == NULL);
    out(p[9]);
    free(p);
    p = reallocarray(NULL, 3, 3);
    out(p != NULL);
    free(p);
}

static void aligned(void) {
    for (size_t align = 16; align <= 4096; align *= 4) {
        void *p = aligned_alloc(align, 2 * align), *q = memalign(align, 24), *r = NULL;
        out(p != NULL && (uintptr_t)p % align == 0);
        out(q != NULL && (uintptr_t)q % align == 0);
        out(posix_memalign(&r, align, 100));
        out(r != NULL && (uintptr_t)r % align == 0);
        free(p);
        free(q);
        free(r);
    }
    void *untouched = destination;
    out(posix_memalign(&untouched, 24, 8));
    out(posix_memalign(&untouched, 2, 8));
    out(posix_memalign(&untouched, 16, huge + 1));
    out(untouched == destination);
}

static void tell_bytes(const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        out(p[i]);
}

static void copied(void) {
    static const volatile size_t all = 20, most = 17;
    char *p = malloc(all), to[20];
    for (size_t i = 0; i < all; i++)
        p[i] = (char)(i + 1);
    out(memcpy(to, p, all) == to);
    tell_bytes(to, all);
    out(memmove(p + 3, p, most) == p + 3);
    tell_bytes(p, all);
    out(memmove(p, p + 1, most) == p);
    tell_bytes(p, all);
    out(memset(p + 1, -7, most) == p + 1);
    tell_bytes(p, all);
    out(memmove(p, p, all) == p && memcpy(p, to, all - most - 3) == p && memset(p, 0, 0) == p);
    tell_bytes(p, 2);
    free(p);
}

const struct conformance_case conformance_cases_heap[] = {
    {"malloc and free", "malloc free", plain, NULL},
    {"calloc", "calloc free", zeroed, NULL},
    {"realloc", "realloc reallocarray", resized, NULL},
    {"aligned blocks", "aligned_alloc memalign posix_memalign", aligned, NULL},
    {"memory copied", "memcpy memmove memset", copied, NULL},
    {0},
};
