/* pages.c: see pages.h. What exists is asked of mincore(2), and what was copied from a file that
 * lies behind it, of /proc/self/pagemap. */
#define _GNU_SOURCE
#include "exec/pages.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/assert.h"

/* The state of a page: in the low bits, for how many executions a hot page has stayed as it is. */
enum { IDLE_MAX = 63, HOT = 64, NOT_ZERO = 128 };

/* Asked about at once. A multiple of eight. */
enum { CHUNK_PAGES = 8192 };

uint64_t snag__page_faults(void) {
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (uint64_t)u.ru_minflt + (uint64_t)u.ru_majflt;
}

size_t snag__page_bytes(void) {
    static size_t bytes;
    if (bytes == 0) {
        bytes = (size_t)sysconf(_SC_PAGESIZE);
    }
    return bytes;
}

bool snag__page_is_mapped(const void *address) {
    unsigned char exists;
    uintptr_t page = (uintptr_t)address & ~(uintptr_t)(snag__page_bytes() - 1);
    return mincore((void *)page, 1, &exists) == 0; /* NOLINT(performance-no-int-to-ptr) */
}

static inline uint64_t word_at(const char *from) {
    uint64_t w;
    __builtin_memcpy(&w, from, sizeof(w));
    return w;
}

/* Two words, which every processor that we run on compares at once; anywhere. */
typedef uint64_t pair_of_words __attribute__((vector_size(16), aligned(1), may_alias));

/* Reading is cheaper than writing, and most executions touch little: so 64 bytes are compared at
 * once. What is written is volatile, so that it stays a loop: under ThreadSanitizer memcpy is seen
 * as an access. */
bool snag__put_back(char *to, const char *from, size_t bytes) {
    enum { BLOCK = 64, WORD = sizeof(pair_of_words) };
    bool differed = false;
    size_t i = 0;
    for (; i + BLOCK <= bytes; i += BLOCK) {
        pair_of_words differs = {0, 0};
        for (size_t j = i; j < i + BLOCK; j += WORD) {
            differs |= *(const pair_of_words *)(to + j) ^ *(const pair_of_words *)(from + j);
        }
        if ((differs[0] | differs[1]) != 0) {
            differed = true;
            for (size_t j = i; j < i + BLOCK; j += WORD) {
                *(volatile pair_of_words *)(to + j) = *(const pair_of_words *)(from + j);
            }
        }
    }
    for (; i < bytes; i++) {
        if (to[i] != from[i]) {
            differed = true;
            *(volatile char *)(to + i) = from[i];
        }
    }
    return differed;
}

static const char *zeros(void) {
    static char *page;
    if (page == NULL) {
        page = calloc(1, snag__page_bytes());
        snag__assert(page != NULL);
    }
    return page;
}

static char *page_of(const struct snag__pages *p, size_t i) {
    return p->at + i * snag__page_bytes();
}

static const char *saved_of(const struct snag__pages *p, size_t i) {
    return (p->state[i] & NOT_ZERO) != 0 ? p->saved + i * snag__page_bytes() : zeros();
}

/* ---- which of them were written ---- */

typedef void found(struct snag__pages *p, size_t i);

static void heat(struct snag__pages *p, size_t i) {
    if ((p->state[i] & HOT) == 0) {
        p->state[i] = (uint8_t)((p->state[i] & NOT_ZERO) | HOT);
        p->hot[p->hot_count++] = (uint32_t)i;
    }
}

/* Those that exist. If nobody can say, all may. */
static void find_existing(struct snag__pages *p, size_t from, size_t n, found *f) {
    static unsigned char exists[CHUNK_PAGES];
    bool known = mincore(page_of(p, from), n * snag__page_bytes(), exists) == 0;
    for (size_t i = 0; i < n; i += 8) {
        if (known && word_at((const char *)exists + i) == 0) {
            continue;
        }
        for (size_t j = i; j < i + 8 && j < n; j++) {
            if (!known || (exists[j] & 1) != 0) {
                f(p, from + j);
            }
        }
    }
}

/* Those that are not their file's any more. False: nobody can say. */
static bool find_copied(struct snag__pages *p, int pagemap, size_t from, size_t n, found *f) {
    static const uint64_t of_file = UINT64_C(1) << 61, there = UINT64_C(3) << 62;
    static uint64_t entries[CHUNK_PAGES];
    size_t first = (uintptr_t)page_of(p, from) / snag__page_bytes();
    ssize_t bytes = (ssize_t)(n * sizeof(entries[0]));
    if (pread(pagemap, entries, (size_t)bytes, (off_t)(first * sizeof(entries[0]))) != bytes) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if ((entries[i] & there) != 0 && (entries[i] & of_file) == 0) {
            f(p, from + i);
        }
    }
    return true;
}

/* False: nobody can say. */
static bool find(struct snag__pages *p, found *f) {
    int pagemap = p->anonymous ? -1 : open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    bool known = p->anonymous || pagemap >= 0;
    for (size_t i = 0; known && i < p->count; i += CHUNK_PAGES) {
        size_t n = p->count - i < CHUNK_PAGES ? p->count - i : CHUNK_PAGES;
        if (p->anonymous) {
            find_existing(p, i, n, f);
        } else {
            known = find_copied(p, pagemap, i, n, f);
        }
    }
    if (pagemap >= 0) {
        (void)close(pagemap);
    }
    return known;
}

/* ---- saving and restoring ---- */

static void *map(size_t bytes) {
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at != MAP_FAILED ? at : NULL;
}

static void save_page(struct snag__pages *p, size_t i) {
    size_t bytes = snag__page_bytes();
    if (snag__put_back(p->saved + i * bytes, page_of(p, i), bytes)) {
        p->state[i] |= NOT_ZERO;
    }
}

static void save_hot(struct snag__pages *p, size_t i) {
    save_page(p, i);
    heat(p, i);
}

/* Of a file they are saved all: only then is it known which of them are still its own. */
bool snag__pages_save(struct snag__pages *p, char *at, size_t bytes, bool anonymous) {
    *p =
        (struct snag__pages){.at = at, .count = bytes / snag__page_bytes(), .anonymous = anonymous};
    p->saved = map(bytes);
    p->state = map(p->count * sizeof(p->state[0]));
    p->hot = map(p->count * sizeof(p->hot[0]));
    if (p->saved == NULL || p->state == NULL || p->hot == NULL) {
        return false;
    }
    if (anonymous) {
        (void)madvise(at, bytes, MADV_NOHUGEPAGE); /* one write is to make one page */
        return find(p, save_hot);
    }
    for (size_t i = 0; i < p->count; i++) {
        save_page(p, i);
    }
    return find(p, heat);
}

/* From the n-th hot page on, as many as follow each other and have been left alone for long. */
static size_t give_back(struct snag__pages *p, size_t n) {
    size_t first = p->hot[n], length = 0;
    while (n + length < p->hot_count && p->hot[n + length] == first + length &&
           p->state[first + length] == (HOT | IDLE_MAX)) {
        p->state[first + length] = 0;
        length++;
    }
    (void)madvise(page_of(p, first), length * snag__page_bytes(), MADV_DONTNEED);
    return length;
}

void snag__pages_restore(struct snag__pages *p, bool faulted) {
    if (faulted && !find(p, heat)) {
        for (size_t i = 0; i < p->count; i++) {
            heat(p, i);
        }
    }
    size_t idle = 0, kept = 0;
    for (size_t n = 0; n < p->hot_count; n++) {
        size_t i = p->hot[n];
        uint8_t *state = &p->state[i];
        if (snag__put_back(page_of(p, i), saved_of(p, i), snag__page_bytes())) {
            *state &= (uint8_t)~IDLE_MAX;
        } else if ((*state & IDLE_MAX) < IDLE_MAX) {
            ++*state;
        }
        idle += *state == (HOT | IDLE_MAX) && p->anonymous;
    }
    for (size_t n = 0; snag__unlikely(idle > 0) && n < p->hot_count;) {
        if (p->state[p->hot[n]] == (HOT | IDLE_MAX)) {
            n += give_back(p, n);
        } else {
            p->hot[kept++] = p->hot[n++];
        }
    }
    p->hot_count = idle > 0 ? kept : p->hot_count;
}
