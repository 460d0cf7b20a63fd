/* shares.c: what each vthread has to do, learned from logs. See shares.h. */
#include "sched/strategy/shares.h"

#include <string.h>

void snag__shares_forget(struct snag__shares *s) {
    memset(s->of, 0, s->known * sizeof s->of[0]);
    s->known = 0;
}

void snag__shares_sum(struct snag__shares *s) {
    for (uint32_t v = s->known; v-- > 1;) {
        const struct snag__share *child = &s->of[v];
        struct snag__share *parent = &s->of[child->parent];
        *(child->late ? &parent->rest : &parent->first) += child->first + child->rest;
    }
}
