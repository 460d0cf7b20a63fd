/* copy_hooks.h: memcpy, memmove and memset of the code under test, its struct copies included, as
 * templates: accesses like others, and maybe scheduling points between the pieces of one.
 *
 * Older compilers call the C library's functions for them, newer ones __tsan_memcpy and so on.
 * Included once by each flavour's file (rt_own_copy.c, rt_tsan_copy.c), which says before how a
 * piece is copied: AROUND(site, statement), and for whom a whole is, too: APART(pc). The library's
 * functions are wrapped for everybody in the executable: what is not called from between the
 * markers passes straight through.
 *
 * The rule: what is one call here is several copies to the processor, so others may come in
 * between; how a call is taken to pieces depends on its length alone, so that the numbers of its
 * accesses are the same in every flavour.
 */
#include "exec/marker.h"
#include "shim/access.h"

enum { PIECES_MAX = 16, PIECE_BYTES_MIN = 8 };

void *__real_memcpy(void *to, const void *from, size_t n);
void *__real_memmove(void *to, const void *from, size_t n);
void *__real_memset(void *to, int value, size_t n);

static inline size_t piece_of(size_t n) {
    size_t bytes = (n + PIECES_MAX - 1) / PIECES_MAX;
    return (bytes + PIECE_BYTES_MIN - 1) / PIECE_BYTES_MIN * PIECE_BYTES_MIN;
}

static inline size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Not in place, for all of the executable comes by, and hardly anybody needs a frame for this.
 *
 * Forwards, or backwards where it would run into itself. */
static __attribute__((noinline)) void *copy_pieces(void *to, const void *from, size_t n,
                                                   uint32_t site) {
    size_t piece = piece_of(n);
    bool backwards = (uintptr_t)to - (uintptr_t)from < n;
    for (size_t done = 0; done < n; done += piece) {
        size_t bytes = smaller(piece, n - done);
        size_t at = backwards ? n - done - bytes : done;
        char *there = (char *)to + at;
        const char *here = (const char *)from + at;
        snag__plain_access(here, snag__access_bytes(bytes), site);
        snag__plain_access(there, snag__access_bytes(bytes) | SNAG__ACCESS_WRITE, site);
        AROUND(site, __real_memmove(there, here, bytes));
    }
    return to;
}

static __attribute__((noinline)) void *set_pieces(void *to, int value, size_t n, uint32_t site) {
    size_t piece = piece_of(n);
    for (size_t done = 0; done < n; done += piece) {
        size_t bytes = smaller(piece, n - done);
        snag__plain_access((char *)to + done, snag__access_bytes(bytes) | SNAG__ACCESS_WRITE, site);
        AROUND(site, __real_memset((char *)to + done, value, bytes));
    }
    return to;
}

/* A call of the code under test: counted. True: it is to be taken to pieces. */
static inline bool is_watched(const void *to, size_t n) {
    if (n > 0 && snag__seen_by_others(to)) {
        snag__sched.changes++;
    }
    return snag__unlikely(snag__plain.watched) && snag__self != NULL;
}

/* Every call into the runtime that is not of a piece is a tail call, so that it sees the caller's
 * own return address. */
#define CALLER() ((uintptr_t)__builtin_return_address(0))
#define COPY(name, real, others)                                                                   \
    void *name(void *to, const void *from, size_t n);                                              \
    void *name(void *to, const void *from, size_t n) {                                             \
        if ((others) && is_watched(to, n)) {                                                       \
            return copy_pieces(to, from, n, SNAG__SITE());                                         \
        }                                                                                          \
        if (APART(CALLER())) {                                                                     \
            AROUND(SNAG__SITE(), real(to, from, n));                                               \
            return to;                                                                             \
        }                                                                                          \
        __attribute__((musttail)) return real(to, from, n);                                        \
    }
#define SET(name, others)                                                                          \
    void *name(void *to, int value, size_t n);                                                     \
    void *name(void *to, int value, size_t n) {                                                    \
        if ((others) && is_watched(to, n)) {                                                       \
            return set_pieces(to, value, n, SNAG__SITE());                                         \
        }                                                                                          \
        if (APART(CALLER())) {                                                                     \
            AROUND(SNAG__SITE(), __real_memset(to, value, n));                                     \
            return to;                                                                             \
        }                                                                                          \
        __attribute__((musttail)) return __real_memset(to, value, n);                              \
    }
COPY(__wrap_memcpy, __real_memcpy, snag__in_code_under_test(CALLER()))
COPY(__wrap_memmove, __real_memmove, snag__in_code_under_test(CALLER()))
SET(__wrap_memset, snag__in_code_under_test(CALLER()))
COPY(HOOK_NAME(__tsan_memcpy), __real_memcpy, true)
COPY(HOOK_NAME(__tsan_memmove), __real_memmove, true)
SET(HOOK_NAME(__tsan_memset), true)
