/* wire.h: the bytes of a fuzz input, version 1: reading and writing of its primitives.
 *
 * It knows no field. The rule: reading never fails: past the end everything is zero; writing past
 * the end writes nothing and is noticed at the end.
 *
 * The layout, after input.h's header (magic, version, reserved, spec hash):
 *     strategy u8 · seed u64 · batch - 1 u8
 *     manager targets only:
 *         tasks - 1 u8 · workers u8 · configuration values, each a varint of (value - min)
 *         each task: operations, then 0
 *         operation: u8, 1 + its place among the spec's operations sorted by name; its arguments:
 *             INT, KEY: varint of (value - min) · BYTES: length - min u8, bytes ·
 *             HANDLE: u8 producer · PROGRAM: nothing;
 *             then, if it can run a nested program and is not nested: its operations, then 0
 *     schedule, to the end of the input; each entry:
 *         u8 kind + 1, bit 7: preempts, bit 6: a sub-ordinal follows (0 ends the schedule) ·
 *         varint op · varint ordinal · with bit 6: varint sub ·
 *         actor at · NEXT, WAKE, TASK: actor to; others: varint number
 *     actor: u8 depth, bit 7: task · depth path bytes
 */
#ifndef SNAG_PROGRAM_WIRE_H
#define SNAG_PROGRAM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SNAG__WIRE_MAGIC_0 = 's', SNAG__WIRE_MAGIC_1 = 'n', SNAG__WIRE_HEADER = 12 };
/* Bits of a schedule entry's first byte; below them its kind + 1. */
enum { SNAG__WIRE_PREEMPTS = 0x80, SNAG__WIRE_SUB = 0x40, SNAG__WIRE_KIND = 0x3f };

struct snag__reader {
    const uint8_t *at, *end;
};

static inline uint8_t snag__get_u8(struct snag__reader *r) {
    return r->at < r->end ? *r->at++ : 0;
}

static inline uint64_t snag__get_u64(struct snag__reader *r) {
    uint64_t v = 0;
    for (unsigned i = 0; i < 64; i += 8) {
        v |= (uint64_t)snag__get_u8(r) << i;
    }
    return v;
}

/* LEB128; what does not fit into 64 bits is lost. */
static inline uint64_t snag__get_varint(struct snag__reader *r) {
    uint64_t v = 0;
    uint8_t byte;
    unsigned shift = 0;
    do {
        byte = snag__get_u8(r);
        v |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) && shift < 64);
    return v;
}

struct snag__writer {
    uint8_t *at, *end;
    bool overflow;
};

static inline void snag__put_u8(struct snag__writer *w, uint8_t v) {
    if (w->at < w->end) {
        *w->at++ = v;
    } else {
        w->overflow = true;
    }
}

static inline void snag__put_u64(struct snag__writer *w, uint64_t v) {
    for (unsigned i = 0; i < 64; i += 8) {
        snag__put_u8(w, (uint8_t)(v >> i));
    }
}

static inline void snag__put_varint(struct snag__writer *w, uint64_t v) {
    while (v > 0x7f) {
        snag__put_u8(w, (uint8_t)(v | 0x80));
        v >>= 7;
    }
    snag__put_u8(w, (uint8_t)v);
}

struct snag__menu;

/* by_name[place] = operation: the spec's operations sorted by name. */
void snag__wire_order(const struct snag__menu *m, uint8_t *by_name);

#endif
