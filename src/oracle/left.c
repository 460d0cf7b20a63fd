/* left.c: locks that an operation left held. See left.h. */
#include "oracle/left.h"

#include "exec/parts.h"
#include "sched/hold.h"
#include "sched/sched.h"

enum { LEFT_MAX = 64 };

static struct {
    uint32_t object, event;
    uint16_t op;
} left[LEFT_MAX];
static uint32_t left_count;

void snag__left_reset(void) {
    left_count = 0;
}

void snag__left_note(const struct snag__hold *h, uint16_t op) {
    if (snag__left_by(h) != 0) {
        return; /* the inner one of two did it */
    }
    if (left_count == LEFT_MAX) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__part_use(SNAG__PART_LEFT);
    left[left_count].object = h->object;
    left[left_count].event = h->event;
    left[left_count++].op = op;
}

uint16_t snag__left_by(const struct snag__hold *h) {
    for (uint32_t i = 0; i < left_count; i++) {
        if (left[i].object == h->object && left[i].event == h->event) {
            return left[i].op;
        }
    }
    return 0;
}
