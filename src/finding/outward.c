/* outward.c: see outward.h. */
#include "finding/outward.h"

#include <string.h>

#include "base/symbol.h"

static bool is_library(uint32_t site) {
    return site != 0 && snag__symbol_of_site(site)->library;
}

/* The innermost place that is not; as it is, if none is known. */
static void move(struct snag_party *p) {
    uint32_t n = 0;
    while (n < SNAG_CALLERS_MAX && is_library(p->callers[n])) {
        n++;
    }
    if (n == SNAG_CALLERS_MAX || p->callers[n] == 0) {
        return;
    }
    p->at_site = p->callers[n];
    uint32_t left = SNAG_CALLERS_MAX - n - 1;
    memmove(p->callers, p->callers + n + 1, left * sizeof(p->callers[0]));
    memset(p->callers + left, 0, (n + 1) * sizeof(p->callers[0]));
}

void snag__finding_outward(struct snag_finding *f) {
    for (uint32_t i = 0; i < f->parties_count; i++) {
        struct snag_party *p = &f->parties[i];
        uint32_t before = p->at_site;
        if (is_library(before)) {
            move(p);
        }
        for (uint32_t k = 0; k < i; k++) { /* who used what another freed there */
            if (f->parties[k].holds_site == before && f->kind == SNAG_USE_AFTER_FREE) {
                f->parties[k].holds_site = p->at_site;
            }
        }
        if (f->kind == SNAG_RACE) { /* of which only the places are told */
            memset(p->callers, 0, sizeof(p->callers));
        }
    }
}
