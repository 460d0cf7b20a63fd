/* coverage.h: libFuzzer's counters of the code under test, a byte per basic block, between two
 * symbols of the linker.
 *
 * The compiler's work, raised by the code under test in every block; clang 14 instruments that as
 * well. The rule: they are no state of the code under test, whoever looks at that passes them over.
 */
#ifndef SNAG_BASE_COVERAGE_H
#define SNAG_BASE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

/* Both are NULL where nothing was compiled with coverage. */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));

static inline bool snag__is_counter(const volatile void *at) {
    return (uintptr_t)at >= (uintptr_t)__start___sancov_cntrs &&
           (uintptr_t)at < (uintptr_t)__stop___sancov_cntrs;
}

/* Whatever was counted counts as counted once: so a loop finds the same values at its next turn. */
static inline void snag__counters_calm(void) {
    for (uint8_t *c = __start___sancov_cntrs; c < __stop___sancov_cntrs; c++) {
        *c = *c != 0;
    }
}

#endif
