/* streams.c: see streams.h.
 *
 * The C library writes to whatever its variables `stdout` and `stderr` name, also from printf and
 * puts. One that was closed is made anew. They are streams of bytes: the C library has no others of
 * this sort, and a wide character written to one is refused, as after any byte.
 */
#define _GNU_SOURCE
#include "shim/streams.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <unistd.h>

#include "base/assert.h"
#include "exec/recorder.h"
#include "sched/sched.h"
#include "shim/result.h"

enum { STREAMS = 3, BUFFER_BYTES = 4096, KEPT_BYTES = 64 << 10 };

static FILE *ours[STREAMS], *process[STREAMS];
static char buffers[STREAMS][BUFFER_BYTES];
static bool in_place; /* the variables name ours */

static char kept[KEPT_BYTES];
static size_t kept_bytes;
static bool keeps, cut;

static const char *input;
static size_t input_bytes, input_at;

/* ---- bytes ---- */

/* By hand: a memcpy would be seen by ThreadSanitizer as an access of the running fiber. */
static void copy(char *to, const char *from, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        ((volatile char *)to)[i] = from[i];
    }
}

static void keep(const char *from, size_t bytes) {
    size_t fits = sizeof kept - kept_bytes < bytes ? sizeof kept - kept_bytes : bytes;
    if (keeps) {
        copy(kept + kept_bytes, from, fits);
        kept_bytes += fits;
        cut |= fits < bytes;
    }
}

static size_t take(char *to, size_t bytes) {
    size_t n = input_bytes - input_at < bytes ? input_bytes - input_at : bytes;
    copy(to, input + input_at, n);
    input_at += n;
    return n;
}

/* ---- streams ---- */

static ssize_t cookie_read(void *cookie, char *to, size_t bytes) {
    (void)cookie;
    return (ssize_t)take(to, bytes);
}

static ssize_t cookie_write(void *cookie, const char *from, size_t bytes) {
    (void)cookie;
    keep(from, bytes);
    return (ssize_t)bytes;
}

static int cookie_close(void *cookie) {
    *(FILE **)cookie = NULL;
    return 0;
}

static void set_buffer(int i) {
    (void)setvbuf(ours[i], buffers[i], i == STDIN_FILENO ? _IOFBF : _IOLBF, BUFFER_BYTES);
}

static void make(int i) {
    cookie_io_functions_t io = {.close = cookie_close};
    if (i == STDIN_FILENO) {
        io.read = cookie_read;
    } else {
        io.write = cookie_write;
    }
    ours[i] = fopencookie(&ours[i], i == STDIN_FILENO ? "r" : "w", io);
    snag__assert(ours[i] != NULL);
    set_buffer(i);
}

void snag__streams_put(bool put_ours) {
    FILE **variables[STREAMS] = {&stdin, &stdout, &stderr};
    if (put_ours == in_place) {
        return;
    }
    in_place = put_ours;
    for (int i = 0; i < STREAMS; i++) {
        if (put_ours) {
            process[i] = *variables[i];
            if (ours[i] == NULL) {
                make(i);
            }
        }
        *variables[i] = put_ours ? ours[i] : process[i];
    }
}

/* As it was made. */
static void renew(int i) {
    if (ours[i] == NULL) {
        return; /* made when it is put in place */
    }
    (void)fflush(ours[i]);
    __fpurge(ours[i]);
    clearerr(ours[i]);
    set_buffer(i);
}

/* ---- executions ---- */

void snag__streams_input(const char *text, size_t bytes) {
    input = text;
    input_bytes = bytes;
}

void snag__streams_begin(bool keep_it) {
    keeps = keep_it;
    kept_bytes = input_at = 0;
    cut = false;
    snag__streams_put(true);
}

void snag__streams_end(void) {
    if (in_place) {
        for (int i = 0; i < STREAMS; i++) {
            renew(i);
        }
        snag__streams_put(false);
    }
}

const char *snag__streams_text(size_t *bytes, bool *was_cut) {
    *bytes = kept_bytes;
    *was_cut = cut;
    return kept;
}

/* ---- descriptors ---- */

bool snag__stream_is(int fd) {
    return snag__unlikely((unsigned)fd < STREAMS) && snag__self != NULL && snag__runs_program();
}

ssize_t snag__stream_write(int fd, const struct iovec *pieces, int n) {
    size_t bytes = 0;
    if (fd == STDIN_FILENO) {
        return snag__fail(EBADF);
    }
    for (int i = 0; i < n; i++) {
        keep(pieces[i].iov_base, pieces[i].iov_len);
        bytes += pieces[i].iov_len;
    }
    return (ssize_t)bytes;
}

ssize_t snag__stream_read(int fd, const struct iovec *pieces, int n) {
    size_t bytes = 0;
    if (fd != STDIN_FILENO) {
        return snag__fail(EBADF);
    }
    for (int i = 0; i < n; i++) {
        bytes += take(pieces[i].iov_base, pieces[i].iov_len);
    }
    return (ssize_t)bytes;
}

int __real_fileno(FILE *stream);
int __real_fileno_unlocked(FILE *stream);
int __real_isatty(int fd);
int __wrap_fileno(FILE *stream);
int __wrap_fileno_unlocked(FILE *stream);
int __wrap_isatty(int fd);

/* The number of one of ours; -1: it is another. */
static int number_of(const FILE *stream) {
    for (int i = 0; i < STREAMS; i++) {
        if (stream == ours[i]) {
            return i;
        }
    }
    return -1;
}

bool snag__stream_is_standard(const FILE *stream) {
    return stream != NULL && number_of(stream) >= 0;
}

FILE *snag__stream_replaced(const FILE *stream, FILE *now) {
    FILE **variables[STREAMS] = {&stdin, &stdout, &stderr};
    if (now != NULL) {
        *variables[number_of(stream)] = now;
    }
    return now;
}

int __wrap_fileno(FILE *stream) {
    int fd = number_of(stream);
    return fd >= 0 ? fd : __real_fileno(stream);
}

int __wrap_fileno_unlocked(FILE *stream) {
    int fd = number_of(stream);
    return fd >= 0 ? fd : __real_fileno_unlocked(stream);
}

int __wrap_isatty(int fd) {
    if (!snag__stream_is(fd)) {
        return __real_isatty(fd);
    }
    errno = ENOTTY;
    return 0;
}
