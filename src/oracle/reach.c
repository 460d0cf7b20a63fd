/* reach.c: see reach.h. A mark phase over the live blocks, found by binary search. */
#include "oracle/reach.h"

#include <stdlib.h>

#include "exec/marker.h"
#include "sched/sched.h"
#include "shim/key.h"
#include "shim/tls.h"

struct mark {
    const struct snag__block *block;
    bool reached;
};

static struct mark *marks; /* by address */
static size_t marks_count;
static size_t *pending; /* indices of those whose words are still to be looked at */
static size_t pending_count;

static int by_address(const void *a, const void *b) {
    uintptr_t x = ((const struct mark *)a)->block->address;
    uintptr_t y = ((const struct mark *)b)->block->address;
    return x < y ? -1 : x > y;
}

/* The live block that holds `address`, or begins there though it is empty. NULL: none. */
static struct mark *mark_at(uintptr_t address) {
    size_t low = 0, high = marks_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (marks[middle].block->address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    const struct snag__block *b = marks[low - 1].block;
    return address - b->address < b->bytes + (b->bytes == 0) ? &marks[low - 1] : NULL;
}

/* Every aligned word; not by memcpy, which sanitizers look at. */
static void look_through(const void *from, const void *to) {
    uintptr_t at = ((uintptr_t)from + sizeof at - 1) & ~(uintptr_t)(sizeof at - 1);
    for (; at + sizeof at <= (uintptr_t)to; at += sizeof at) {
        struct mark *m = mark_at(*(const volatile uintptr_t *)at);
        if (m != NULL && !m->reached) {
            m->reached = true;
            pending[pending_count++] = (size_t)(m - marks);
        }
    }
}

static void look_at_roots(void) {
    size_t bytes;
    look_through(snag__data_begin, snag__data_end);
    look_through(snag__bss_begin, snag__bss_end);
    const char *locals = snag__tls_memory(&bytes);
    look_through(locals, locals + bytes);
    for (uint32_t i = 0; i < snag__sched.vthreads; i++) {
        const struct snag__vthread *v = &snag__vthreads[i];
        const struct snag__fiber *f = v->runs;
        if (v->state != SNAG__VTHREAD_LIVE)
            continue;
        const char *values = snag__keys_memory(i, &bytes);
        look_through(values, values + bytes);
        if ((uintptr_t)f->sp - (uintptr_t)f->stack < f->stack_bytes)
            look_through(f->sp, f->stack + f->stack_bytes);
    }
}

bool snag__reach_begin(void) {
    uint32_t next = 0;
    const struct snag__block *b;
    size_t room = snag__heap_live() + (size_t)1;
    marks = calloc(room, sizeof *marks);
    pending = calloc(room, sizeof *pending);
    marks_count = pending_count = 0;
    if (marks == NULL || pending == NULL) {
        snag__reach_end();
        return false;
    }
    while (marks_count + 1 < room && (b = snag__heap_next(&next)) != NULL)
        marks[marks_count++].block = b;
    qsort(marks, marks_count, sizeof *marks, by_address);
    look_at_roots();
    while (pending_count > 0) {
        b = marks[pending[--pending_count]].block;
        look_through((const char *)b->address, (const char *)b->address + b->bytes);
    }
    return true;
}

bool snag__reaches(const struct snag__block *b) {
    const struct mark *m = mark_at(b->address);
    return m != NULL && m->reached;
}

void snag__reach_end(void) {
    free(marks);
    free(pending);
    marks = NULL;
    pending = NULL;
    marks_count = 0;
}
