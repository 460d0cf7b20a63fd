/* atomic.h: atomic operations as scheduling points, the same for both flavours.
 *
 * The memory model is sequential consistency: the order argument is handed to the sanitizer and
 * ignored otherwise. This is the one narrow file behind which a weak-memory mode can be put. The
 * rule: an operation is one event, logged after it happened, with what it read or wrote.
 */
#ifndef SNAG_SHIM_ATOMIC_H
#define SNAG_SHIM_ATOMIC_H

#include "sched/log.h"

/* The operations of each width: X(bits, type). */
#define SNAG__ATOMIC_WIDTHS(X)                                                                     \
    X(8, uint8_t)                                                                                  \
    X(16, uint16_t)                                                                                \
    X(32, uint32_t)                                                                                \
    X(64, uint64_t)                                                                                \
    X(128, __uint128_t)

/* The read-modify-writes but exchange and CAS: X(bits, type, name). */
#define SNAG__ATOMIC_RMWS(X, bits, type)                                                           \
    X(bits, type, exchange)                                                                        \
    X(bits, type, fetch_add)                                                                       \
    X(bits, type, fetch_sub)                                                                       \
    X(bits, type, fetch_and)                                                                       \
    X(bits, type, fetch_or)                                                                        \
    X(bits, type, fetch_xor)                                                                       \
    X(bits, type, fetch_nand)

/* What the log may keep of a value: the largest stands for those that do not fit. */
#define SNAG__ATOMIC_VALUE(value)                                                                  \
    ((__uint128_t)(value) > UINT64_MAX ? UINT64_MAX : (uint64_t)(value))

/* The point of an operation, of a vthread. Nothing is left to do after it, so that whoever switches
 * back to it returns at once to the hook, which has kept no more than it needs. */
void snag__atomic_point(enum snag_event_kind kind, const volatile void *address, uint32_t site);
/* The operation that stood there has happened, and no bit is other than before: its event. */
void snag__atomic_quiet(unsigned bytes, uint32_t value, unsigned flags);

/* Before the operation: stands at the point. False: not under control, and there is none. */
static inline bool snag__atomic_begin(enum snag_event_kind kind, const volatile void *address,
                                      uint32_t site) {
    if (snag__unlikely(snag__self == NULL)) {
        return false;
    }
    snag__atomic_point(kind, address, site);
    return true;
}

/* After it, last: other bits are there than before it (`changed`), or not. `value`: read, or
 * written by a store or a CAS that was done; one that may be a pointer would tie the log to
 * addresses, so wide ones are kept only while small. `flags`: enum snag_event_flags.
 *
 * A quiet one is logged by a call: where its vthread is compared with where it was (spin.h), the
 * hook's frame and its registers are to hold nothing that differs from one turn of a loop to the
 * next, as the length of the log does. */
static inline __attribute__((always_inline)) void snag__atomic_end(bool changed, unsigned bytes,
                                                                   uint64_t value, unsigned flags) {
    enum { SMALL_BELOW = 4096 };
    uint32_t kept = bytes < 8 || value < SMALL_BELOW ? (uint32_t)value : UINT32_MAX;
    if (changed) {
        snag__log_pending(snag__self, flags, bytes, kept);
        snag__sched.changes++;
    } else {
        snag__atomic_quiet(bytes, kept, flags);
    }
}

void snag__atomic_fence(uint32_t site);
/* A compare-and-swap that may fail spuriously, of 1, 2, 4 or 8 bytes: called by code under test, in
 * place of the instruction (snag/under_test.h). */
bool snag__weak_cas(unsigned long bytes, volatile void *at, void *expected, const void *desired,
                    int order, int failure);

/* What the kernel does with the word of a futex, for a call at `site`: no point, and nothing is
 * logged. `op`: FUTEX_OP_SET, _ADD, _OR, _ANDN, _XOR of <linux/futex.h>. Returns what was there. */
uint32_t snag__atomic_word(const volatile uint32_t *at, uint32_t site);
uint32_t snag__atomic_word_op(volatile uint32_t *at, unsigned op, uint32_t value, uint32_t site);

#endif
