/* maps.c: mmap, munmap and mremap. See maps.h.
 *
 * Kept as ranges of addresses, whatever they are of: neighbours are one, and a part that is
 * unmapped leaves what is beside it. What a shared library maps is its own, and not here.
 */
#define _GNU_SOURCE
#include "shim/maps.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>

#include "exec/pages.h"
#include "sched/sched.h"

void *__real_mmap(void *at, size_t bytes, int prot, int flags, int fd, off_t offset);
void *__real_mmap64(void *at, size_t bytes, int prot, int flags, int fd, off64_t offset);
int __real_munmap(void *at, size_t bytes);
void *__real_mremap(void *old, size_t old_bytes, size_t bytes, int flags, ...);

void *__wrap_mmap(void *at, size_t bytes, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap64(void *at, size_t bytes, int prot, int flags, int fd, off64_t offset);
int __wrap_munmap(void *at, size_t bytes);
void *__wrap_mremap(void *old, size_t old_bytes, size_t bytes, int flags, ...);

enum { RANGES_MAX = 4096 };

/* No two overlap. What is beyond the room stays mapped. */
static struct range { uintptr_t from, to; } ranges[RANGES_MAX];
static unsigned count;
bool snag__maps_used;

/* ---- what is mapped ---- */

static void add(uintptr_t from, uintptr_t to) {
    if (from >= to) {
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        if (ranges[i].to == from) {
            ranges[i].to = to;
            return;
        }
        if (ranges[i].from == to) {
            ranges[i].from = from;
            return;
        }
    }
    if (count < RANGES_MAX) {
        ranges[count++] = (struct range){from, to};
    }
}

/* True: some of it was one of these. */
static bool forget(uintptr_t from, uintptr_t to) {
    bool found = false;
    for (unsigned i = 0; i < count;) {
        struct range was = ranges[i];
        if (was.to <= from || to <= was.from) {
            i++;
            continue;
        }
        found = true;
        ranges[i] = ranges[--count];
        add(was.from, from);
        add(to, was.to);
    }
    return found;
}

static uintptr_t end_of(const void *at, size_t bytes) {
    size_t page = snag__page_bytes();
    return (uintptr_t)at + ((bytes + page - 1) & ~(page - 1));
}

static void *mapped(void *at, size_t bytes) {
    if (at != MAP_FAILED) {
        (void)forget((uintptr_t)at, end_of(at, bytes));
        add((uintptr_t)at, end_of(at, bytes));
        snag__maps_used = true;
    }
    return at;
}

void snag__maps_end(void) {
    snag__maps_used = false;
    for (unsigned i = 0; i < count; i++) {
        (void)__real_munmap((void *)ranges[i].from, ranges[i].to - ranges[i].from);
    }
    count = 0;
}

/* ---- the calls ---- */

/* What is put over something that is there already stays, or goes, with that: memory that the code
 * under test did not map (the heap) may not become a hole. */
#define MAPS(name, offset_type)                                                                    \
    void *__wrap_##name(void *at, size_t bytes, int prot, int flags, int fd, offset_type offset) { \
        if (snag__self == NULL) {                                                                  \
            return __real_##name(at, bytes, prot, flags, fd, offset);                              \
        }                                                                                          \
        int careful =                                                                              \
            (flags & MAP_FIXED) != 0 ? (flags & ~MAP_FIXED) | MAP_FIXED_NOREPLACE : flags;         \
        void *got = __real_##name(at, bytes, prot, careful, fd, offset);                           \
        if (got == MAP_FAILED && errno == EEXIST && careful != flags) {                            \
            return __real_##name(at, bytes, prot, flags, fd, offset);                              \
        }                                                                                          \
        return mapped(got, bytes);                                                                 \
    }
MAPS(mmap, off_t)
MAPS(mmap64, off64_t)

int __wrap_munmap(void *at, size_t bytes) {
    int result = __real_munmap(at, bytes);
    if (result == 0 && snag__self != NULL && snag__maps_used) {
        (void)forget((uintptr_t)at, end_of(at, bytes));
    }
    return result;
}

/* What was not ours is not when it has moved. Of no bytes, it is a second mapping of the same. */
static void moved(const void *old, size_t old_bytes, void *at, size_t bytes, int flags) {
    bool stays = old_bytes == 0 || (flags & MREMAP_DONTUNMAP) != 0;
    if (stays || forget((uintptr_t)old, end_of(old, old_bytes))) {
        (void)mapped(at, bytes);
    }
}

void *__wrap_mremap(void *old, size_t old_bytes, size_t bytes, int flags, ...) {
    va_list args;
    va_start(args, flags);
    void *to = (flags & MREMAP_FIXED) != 0 ? va_arg(args, void *) : NULL;
    va_end(args);
    void *at = __real_mremap(old, old_bytes, bytes, flags, to);
    if (at != MAP_FAILED && snag__self != NULL) {
        moved(old, old_bytes, at, bytes, flags);
    }
    return at;
}
