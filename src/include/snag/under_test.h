/* under_test.h: read by the compiler before each file of code under test (-include), by no author.
 *
 * A weak compare-and-swap may fail spuriously, but the compiler's instrumentation calls the same
 * function for weak and strong ones, and learns from its answer only what value was there. So the
 * builtins by which <stdatomic.h>, <atomic> and code of its own reach a weak one are shadowed here
 * by a call that can fail. The rule: the code means the same as without this file, whatever its
 * warnings.
 *
 * Not for assembly, and not for 16 bytes: those never fail spuriously. ThreadSanitizer does not see
 * the access to *expected.
 */
#ifndef SNAG_UNDER_TEST_H
#define SNAG_UNDER_TEST_H

#if !defined(__cplusplus) && !defined(__ASSEMBLER__)

_Bool snag__weak_cas(unsigned long bytes, volatile void *at, void *expected, const void *desired,
                     int order, int failure);

#define SNAG__WEAK_CAS(at, expected, desired, order, failure)                                      \
    __extension__({                                                                                \
        __typeof__(*(expected)) *snag__expected = (expected);                                      \
        __typeof__(*(expected)) snag__desired = (desired);                                         \
        snag__weak_cas(sizeof(snag__desired), (volatile void *)(at), snag__expected,               \
                       &snag__desired, order, failure);                                            \
    })

#define SNAG__WEAK_SIZE(bytes) ((bytes) == 1 || (bytes) == 2 || (bytes) == 4 || (bytes) == 8)

/* An atomic of three bytes is four bytes wide: hence both sizes. */
#define SNAG__WEAK_FITS(at, expected)                                                              \
    (SNAG__WEAK_SIZE(sizeof(*(at))) && sizeof(*(at)) == sizeof(*(expected)))

#define __c11_atomic_compare_exchange_weak(at, expected, desired, order, failure)                  \
    __builtin_choose_expr(                                                                         \
        SNAG__WEAK_FITS(at, expected), SNAG__WEAK_CAS(at, expected, desired, order, failure),      \
        __c11_atomic_compare_exchange_weak(at, expected, desired, order, failure))

#define __atomic_compare_exchange_n(at, expected, desired, weak, order, failure)                   \
    __builtin_choose_expr(                                                                         \
        SNAG__WEAK_FITS(at, expected),                                                             \
        (weak) ? SNAG__WEAK_CAS(at, expected, desired, order, failure)                             \
               : __atomic_compare_exchange_n(at, expected, desired, 0, order, failure),            \
        __atomic_compare_exchange_n(at, expected, desired, weak, order, failure))

#define __atomic_compare_exchange(at, expected, desired, weak, order, failure)                     \
    __builtin_choose_expr(                                                                         \
        SNAG__WEAK_FITS(at, expected),                                                             \
        (weak) ? SNAG__WEAK_CAS(at, expected, *(desired), order, failure)                          \
               : __atomic_compare_exchange(at, expected, desired, 0, order, failure),              \
        __atomic_compare_exchange(at, expected, desired, weak, order, failure))

#elif defined(__cplusplus)

/* The functions of std::string are compiled with who uses them, and so instrumented: those that
 * libstdc++ has ready are not. */
#if __has_include(<bits/c++config.h>)
#include <bits/c++config.h>
#undef _GLIBCXX_EXTERN_TEMPLATE
#define _GLIBCXX_EXTERN_TEMPLATE (-1)
#endif

extern "C" bool snag__weak_cas(unsigned long bytes, volatile void *at, void *expected,
                               const void *desired, int order, int failure);

/* The macros below are not expanded in here. */
template <class A, class E>
inline __attribute__((always_inline)) bool snag__weak_cas_of(A *at, E *expected, E *desired,
                                                             int order, int failure) {
    return (sizeof(E) == 1 || sizeof(E) == 2 || sizeof(E) == 4 || sizeof(E) == 8) &&
                   sizeof(A) == sizeof(E)
               ? snag__weak_cas(sizeof(E), (volatile void *)at, (void *)expected, (void *)desired,
                                order, failure)
               : __atomic_compare_exchange(at, expected, desired, true, order, failure);
}

template <class A, class E, class D>
inline __attribute__((always_inline)) bool snag__weak_cas_value(A *at, E *expected, D desired,
                                                                int order, int failure) {
    E wanted = (E)desired;
    return snag__weak_cas_of(at, expected, &wanted, order, failure);
}

#define __atomic_compare_exchange_n(at, expected, desired, weak, order, failure)                   \
    ((weak) ? ::snag__weak_cas_value(at, expected, desired, order, failure)                        \
            : __atomic_compare_exchange_n(at, expected, desired, 0, order, failure))

#define __atomic_compare_exchange(at, expected, desired, weak, order, failure)                     \
    ((weak) ? ::snag__weak_cas_of(at, expected, desired, order, failure)                           \
            : __atomic_compare_exchange(at, expected, desired, 0, order, failure))

#endif

#if !defined(__ASSEMBLER__)
/* The counter of cycles is virtual time. */
#if defined(__cplusplus)
extern "C"
#endif
    unsigned long long
    snag__cycles(void);
#define __builtin_readcyclecounter() snag__cycles()
#if defined(__x86_64__)
#define __rdtsc() snag__cycles()
#define __builtin_ia32_rdtsc() snag__cycles()
#define __builtin_ia32_rdtscp(processor) (*(processor) = 0, snag__cycles())
#endif
#endif

#endif
