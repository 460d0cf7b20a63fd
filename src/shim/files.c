/* files.c: open and fopen and their kin. See files.h. */
#define _GNU_SOURCE
#include "shim/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "sched/sched.h"
#include "shim/chance.h"
#include "shim/fd/fd.h"
#include "shim/refuse.h"
#include "shim/streams.h"

int __real_open(const char *path, int flags, ...);
int __real_open64(const char *path, int flags, ...);
int __real_openat(int at, const char *path, int flags, ...);
int __real_openat64(int at, const char *path, int flags, ...);
int __real_creat(const char *path, mode_t mode);
int __real_creat64(const char *path, mode_t mode);
FILE *__real_fopen(const char *path, const char *mode);
FILE *__real_fopen64(const char *path, const char *mode);
FILE *__real_freopen(const char *path, const char *mode, FILE *stream);
FILE *__real_freopen64(const char *path, const char *mode, FILE *stream);
FILE *__real_fdopen(int fd, const char *mode);
FILE *__real_tmpfile(void);
FILE *__real_tmpfile64(void);
int __real_fclose(FILE *stream);
DIR *__real_opendir(const char *path);
int __real_closedir(DIR *directory);
int __real_close(int fd);

int __wrap_open(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_openat(int at, const char *path, int flags, ...);
int __wrap_openat64(int at, const char *path, int flags, ...);
int __wrap___open_2(const char *path, int flags);
int __wrap___open64_2(const char *path, int flags);
int __wrap___openat_2(int at, const char *path, int flags);
int __wrap___openat64_2(int at, const char *path, int flags);
int __wrap_creat(const char *path, mode_t mode);
int __wrap_creat64(const char *path, mode_t mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
FILE *__wrap_freopen(const char *path, const char *mode, FILE *stream);
FILE *__wrap_freopen64(const char *path, const char *mode, FILE *stream);
FILE *__wrap_fdopen(int fd, const char *mode);
FILE *__wrap_tmpfile(void);
FILE *__wrap_tmpfile64(void);
int __wrap_fclose(FILE *stream);
DIR *__wrap_opendir(const char *path);
int __wrap_closedir(DIR *directory);

enum { OPEN_MAX_KEPT = 1024, CHANCE_BYTES = 64 << 10 };

/* Those that are open. What is beyond the room stays open. */
static FILE *streams[OPEN_MAX_KEPT];
static DIR *directories[OPEN_MAX_KEPT];
static uint64_t descriptors[OPEN_MAX_KEPT / 64];
bool snag__files_used;

/* ---- what is open ---- */

static FILE *opened_stream(FILE *stream) {
    for (int i = 0; stream != NULL && snag__self != NULL && i < OPEN_MAX_KEPT; i++) {
        if (streams[i] == NULL) {
            streams[i] = stream;
            snag__files_used = true;
            break;
        }
    }
    return stream;
}

static void closing_stream(const FILE *stream) {
    for (int i = 0; snag__files_used && i < OPEN_MAX_KEPT; i++) {
        streams[i] = streams[i] == stream ? NULL : streams[i];
    }
}

static int opened(int fd) {
    if (fd >= 0 && fd < OPEN_MAX_KEPT && snag__self != NULL) {
        descriptors[fd / 64] |= UINT64_C(1) << (fd % 64);
        snag__files_used = true;
    }
    return fd;
}

void snag__files_closing(int fd) {
    if (fd >= 0 && fd < OPEN_MAX_KEPT) {
        descriptors[fd / 64] &= ~(UINT64_C(1) << (fd % 64));
    }
}

void snag__files_end(void) {
    snag__files_used = false;
    for (int i = 0; i < OPEN_MAX_KEPT; i++) {
        if (streams[i] != NULL) {
            (void)__real_fclose(streams[i]);
        }
        if (directories[i] != NULL) {
            (void)__real_closedir(directories[i]);
        }
        if ((descriptors[i / 64] >> (i % 64) & 1) != 0) {
            (void)__real_close(i);
        }
        streams[i] = NULL;
        directories[i] = NULL;
    }
    memset(descriptors, 0, sizeof descriptors);
}

/* ---- devices that give random bytes ---- */

static bool is_chance(const char *path) {
    return snag__self != NULL &&
           (strcmp(path, "/dev/urandom") == 0 || strcmp(path, "/dev/random") == 0);
}

static ssize_t cookie_chance(void *cookie, char *to, size_t bytes) {
    (void)cookie;
    snag__chance_bytes(to, bytes);
    return (ssize_t)bytes;
}

static FILE *open_chance_stream(void) {
    FILE *stream = fopencookie(NULL, "r", (cookie_io_functions_t){.read = cookie_chance});
    return opened_stream(stream);
}

/* A file in memory, of as many bytes as anybody takes out of the device. */
static int open_chance(void) {
    static char bytes[CHANCE_BYTES];
    int fd = memfd_create("chance", MFD_CLOEXEC);
    snag__chance_bytes(bytes, sizeof bytes);
    if (fd >= 0 && pwrite(fd, bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        (void)__real_close(fd);
        return -1;
    }
    return opened(fd);
}

int snag__files_nowhere(void) {
    return opened(__real_open("/dev/null", O_RDWR));
}

/* ---- the calls ---- */

static mode_t mode_in(int flags, va_list *args) {
    bool given = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return given ? va_arg(*args, mode_t) : 0;
}

#define OPENS(name, real)                                                                          \
    int __wrap_##name(const char *path, int flags, ...) {                                          \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_in(flags, &args);                                                       \
        va_end(args);                                                                              \
        return is_chance(path) ? open_chance() : opened(__real_##real(path, flags, mode));         \
    }                                                                                              \
    int __wrap___##name##_2(const char *path, int flags) {                                         \
        return is_chance(path) ? open_chance() : opened(__real_##real(path, flags));               \
    }
OPENS(open, open)
OPENS(open64, open64)

#define OPENS_AT(name)                                                                             \
    int __wrap_##name(int at, const char *path, int flags, ...) {                                  \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_in(flags, &args);                                                       \
        va_end(args);                                                                              \
        return is_chance(path) ? open_chance() : opened(__real_##name(at, path, flags, mode));     \
    }                                                                                              \
    int __wrap___##name##_2(int at, const char *path, int flags) {                                 \
        return is_chance(path) ? open_chance() : opened(__real_##name(at, path, flags));           \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

#define CREATES(name)                                                                              \
    int __wrap_##name(const char *path, mode_t mode) {                                             \
        return opened(__real_##name(path, mode));                                                  \
    }
CREATES(creat)
CREATES(creat64)

#define OPENS_STREAM(name)                                                                         \
    FILE *__wrap_##name(const char *path, const char *mode) {                                      \
        return is_chance(path) ? open_chance_stream() : opened_stream(__real_##name(path, mode));  \
    }
OPENS_STREAM(fopen)
OPENS_STREAM(fopen64)

/* A standard stream of a program's has no file to be replaced: it is another one from now on. */
#define REOPENS_STREAM(name, opens)                                                                \
    FILE *__wrap_##name(const char *path, const char *mode, FILE *stream) {                        \
        if (snag__self != NULL && snag__stream_is_standard(stream)) {                              \
            return path == NULL ? stream                                                           \
                                : snag__stream_replaced(stream, __wrap_##opens(path, mode));       \
        }                                                                                          \
        closing_stream(stream);                                                                    \
        return opened_stream(__real_##name(path, mode, stream));                                   \
    }
REOPENS_STREAM(freopen, fopen)
REOPENS_STREAM(freopen64, fopen64)

/* A standard stream of a program's: what is read and written goes where it does by number. */
static ssize_t cookie_read(void *cookie, char *to, size_t bytes) {
    struct iovec piece = {to, bytes};
    return snag__stream_read((int)(intptr_t)cookie, &piece, 1);
}

static ssize_t cookie_write(void *cookie, const char *from, size_t bytes) {
    struct iovec piece = {(void *)(uintptr_t)from, bytes};
    return snag__stream_write((int)(intptr_t)cookie, &piece, 1);
}

static FILE *open_standard(int fd, const char *mode) {
    cookie_io_functions_t io = {.read = cookie_read, .write = cookie_write};
    return opened_stream(fopencookie((void *)(intptr_t)fd, mode, io)); /* NOLINT: a number */
}

/* From now on the number is the stream's, which closes it. */
FILE *__wrap_fdopen(int fd, const char *mode) {
    static bool told;
    /* The C library would wait in the kernel, where nobody sees it. */
    if (snag__fd_ours(fd) && snag__fd_at(fd)->file != NULL) {
        snag__refuse("fdopen of a pipe, a socket or the like", &told);
    }
    if (snag__stream_is(fd)) {
        return open_standard(fd, mode);
    }
    FILE *stream = __real_fdopen(fd, mode);
    if (stream == NULL || snag__self == NULL || fd <= STDERR_FILENO) {
        return stream;
    }
    snag__files_closing(fd);
    return opened_stream(stream);
}

#define OPENS_TEMPORARY(name)                                                                      \
    FILE *__wrap_##name(void) {                                                                    \
        return opened_stream(__real_##name());                                                     \
    }
OPENS_TEMPORARY(tmpfile)
OPENS_TEMPORARY(tmpfile64)

int __wrap_fclose(FILE *stream) {
    if (snag__self != NULL) {
        closing_stream(stream);
    }
    return __real_fclose(stream);
}

DIR *__wrap_opendir(const char *path) {
    DIR *directory = __real_opendir(path);
    for (int i = 0; directory != NULL && snag__self != NULL && i < OPEN_MAX_KEPT; i++) {
        if (directories[i] == NULL) {
            directories[i] = directory;
            snag__files_used = true;
            break;
        }
    }
    return directory;
}

int __wrap_closedir(DIR *directory) {
    for (int i = 0; snag__self != NULL && snag__files_used && i < OPEN_MAX_KEPT; i++) {
        directories[i] = directories[i] == directory ? NULL : directories[i];
    }
    return __real_closedir(directory);
}
