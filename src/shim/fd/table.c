/* table.c: which numbers are open, and which files they refer to. See fd.h.
 *
 * The kernel's calls are made here directly, past the C library: what moves and closes numbers for
 * the harness is no call of the code under test, and no sanitizer need know of it; but for numbers
 * that came in a message, of which it has taken note. The rule: a number is the lowest free one at
 * every moment, as POSIX says, and a file lives as long as a number refers to it or a message
 * carries it.
 */
#define _GNU_SOURCE
#include "shim/fd/fd.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim/fd/socket.h"

int __real_close(int fd);

enum { WORDS = SNAG__FDS_MAX / 64 };

struct snag__fd snag__fds[SNAG__FDS_MAX];
bool snag__fds_used;

static struct snag__file files[SNAG__FILES_MAX];
static uint32_t files_used;   /* of the table, ever in this execution */
static uint64_t taken[WORDS]; /* a bit for each number that is open, or none of ours */
static uint32_t highest;      /* number (index) ever given out in this execution, + 1 */

void snag__fds_end(void) {
    for (uint32_t i = 0; i < highest; i++) {
        if (snag__fds[i].file != NULL) {
            (void)__real_syscall(SYS_close, SNAG__FD_FIRST + (int)i);
        }
        snag__fds[i] = (struct snag__fd){.file = NULL};
    }
    memset(taken, 0, sizeof(taken));
    snag__fd_names_forget();
    snag__sockets_forget();
    files_used = highest = 0;
    snag__fds_used = false;
}

const struct snag__fd *snag__fd_next(uint32_t *next) {
    while (*next < highest) {
        const struct snag__fd *f = &snag__fds[(*next)++];
        if (f->file != NULL) {
            return f;
        }
    }
    return NULL;
}

bool snag__fds_fit(uint32_t n) {
    uint32_t numbers = 0, places = SNAG__FILES_MAX - files_used;
    for (uint32_t w = 0; w < WORDS; w++) {
        numbers += (uint32_t)__builtin_popcountll(~taken[w]);
    }
    for (uint32_t i = 0; i < files_used && places < n; i++) {
        places += files[i].refs == 0 && files[i].sent == 0;
    }
    return numbers >= n && places >= n && snag__objects_fit(n);
}

void snag__fds_reserve(uint32_t n) {
    if (snag__unlikely(!snag__fds_fit(n))) {
        snag__sched_limit(snag__objects_fit(n) ? SNAG_LIMIT_DESCRIPTORS : SNAG_LIMIT_OBJECTS);
    }
}

/* ---- files ---- */

static struct snag__file *free_file(void) {
    for (uint32_t i = 0; i < files_used; i++) {
        if (files[i].refs == 0 && files[i].sent == 0) {
            return &files[i];
        }
    }
    if (files_used == SNAG__FILES_MAX) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    return &files[files_used++];
}

struct snag__file *snag__file_new(enum snag__object_kind type, bool nonblocking) {
    struct snag__file *f = free_file();
    struct snag__object *o = snag__object_new(f, type);
    if (o == NULL) {
        snag__sched_limit(SNAG_LIMIT_OBJECTS);
    }
    snag__fds_used = true;
    *f = (struct snag__file){.object = o->number,
                             .type = (uint8_t)type,
                             .nonblocking = nonblocking,
                             .stream = type == SNAG__OBJECT_PIPE,
                             .reads = f,
                             .writes = f};
    return f;
}

struct snag__file *snag__file_sent(uint64_t identity) {
    for (uint32_t i = 0; i < files_used; i++) {
        if (files[i].sent > 0 && files[i].identity == identity) {
            return &files[i];
        }
    }
    return NULL;
}

/* ---- numbers ---- */

/* The lowest free index from `from` on; SNAG__FDS_MAX: there is none. */
static uint32_t lowest_free(uint32_t from) {
    for (uint32_t w = from / 64; w < WORDS; w++) {
        uint64_t used = taken[w];
        if (w == from / 64) {
            used |= (UINT64_C(1) << (from % 64)) - 1;
        }
        if (~used != 0) {
            return w * 64 + (uint32_t)__builtin_ctzll(~used);
        }
    }
    return SNAG__FDS_MAX;
}

/* Index of the number to which the kernel moved `fd`, `from` or above; SNAG__FDS_MAX with errno.
 * Where it finds one that is in use and not ours, that is left alone. */
static uint32_t move(int fd, uint32_t from, bool cloexec) {
    uint32_t at = lowest_free(from);
    long moved = -1;
    if (at < SNAG__FDS_MAX) {
        moved = __real_syscall(SYS_fcntl, fd, cloexec ? F_DUPFD_CLOEXEC : F_DUPFD,
                               SNAG__FD_FIRST + (int)at);
    }
    (void)__real_close(fd); /* so that it forgets them again: the next ones are the same */
    if (moved < 0 || moved >= SNAG__FD_FIRST + SNAG__FDS_MAX) {
        if (moved >= 0) {
            (void)__real_syscall(SYS_close, moved);
        }
        errno = EMFILE;
        return SNAG__FDS_MAX;
    }
    for (uint32_t to = (uint32_t)moved - SNAG__FD_FIRST; at <= to; at++) {
        taken[at / 64] |= UINT64_C(1) << (at % 64);
    }
    return (uint32_t)moved - SNAG__FD_FIRST;
}

static void refer(struct snag__fd *f, struct snag__file *file, uint32_t site) {
    file->refs++;
    f->file = file;
    f->serial++;
    f->object = file->object;
    f->site = site;
    f->event = snag__recorder->events_count;
    f->vthread = snag__self->index;
    f->task = snag__self->task_number;
}

int snag__fd_give(int fd, struct snag__file *file, int from, bool cloexec, uint32_t site) {
    uint32_t first = from > SNAG__FD_FIRST ? (uint32_t)(from - SNAG__FD_FIRST) : 0;
    uint32_t at = move(fd, first, cloexec);
    if (at == SNAG__FDS_MAX) {
        return -1;
    }
    highest = at >= highest ? at + 1 : highest;
    refer(&snag__fds[at], file, site);
    return SNAG__FD_FIRST + (int)at;
}

int snag__fd_give_logged(int fd, struct snag__file *file, bool cloexec, enum snag_event_kind kind,
                         uint32_t site) {
    int number = snag__fd_give(fd, file, 0, cloexec, site);
    if (number >= 0) {
        snag__log(kind, snag__object_get(file->object), site)->value = (uint32_t)number;
    }
    return number;
}

void snag__fd_replace(int fd, struct snag__file *file, uint32_t site) {
    struct snag__fd *f = snag__fd_at(fd);
    if (f->file != NULL) {
        snag__fd_closing(fd, site);
        f->file->refs--;
    }
    uint32_t at = (uint32_t)(fd - SNAG__FD_FIRST);
    taken[at / 64] |= UINT64_C(1) << (at % 64);
    highest = at >= highest ? at + 1 : highest;
    refer(f, file, site);
}

void snag__fd_drop(int fd, uint32_t site) {
    uint32_t at = (uint32_t)(fd - SNAG__FD_FIRST);
    struct snag__fd *f = &snag__fds[at];
    snag__fd_closing(fd, site);
    (void)__real_syscall(SYS_close, fd);
    f->file->refs--;
    f->file = NULL;
    f->closed_site = site;
    taken[at / 64] &= ~(UINT64_C(1) << (at % 64));
}
