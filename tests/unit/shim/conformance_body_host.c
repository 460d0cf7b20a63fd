/* conformance_body_host.c: chance, files, streams, the process and the machine, and what the C
 * library keeps for a process. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <unistd.h>

/* ---- chance ---- */

static void numbers(void) {
    long first[4];
    srandom(9);
    for (int i = 0; i < 4; i++)
        first[i] = random();
    srandom(9);
    for (int i = 0; i < 4; i++)
        out(random() == first[i] && first[i] >= 0);
    out(first[0] != first[1]);
}

/* POSIX says what they return. */
static void linear(void) {
    unsigned short seed[3] = {1, 2, 3}, parameters[7] = {5, 6, 7, 8, 9, 10, 11};
    srand48(-3);
    for (int i = 0; i < 3; i++) {
        out((long)(drand48() * 1e15));
        out(lrand48());
        out(mrand48());
    }
    const unsigned short *old = seed48(seed);
    out(old[0] + 65536L * old[1]);
    out(old[2]);
    out(lrand48());
    lcong48(parameters);
    out(mrand48());
    srand48(1); /* other parameters again */
    out(mrand48());
}

static void system_chance(void) {
    unsigned char bytes[64] = {0};
    int any = 0;
    out(getrandom(bytes, sizeof bytes, 0));
    out(getentropy(bytes, 32));
    errno = 0;
    out(getentropy(bytes, 257));
    out(errno);
    arc4random_buf(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        any |= bytes[i];
    out(any != 0);
    out(arc4random_uniform(1));
    out(arc4random_uniform(10) < 10);
    uint32_t first = arc4random(), second = arc4random();
    out(first != second);
}

/* ---- files ---- */

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags);

static char folder[64], path[80];

static void make_path(void) {
    snprintf(folder, sizeof folder, "/tmp/snag-conformance-XXXXXX");
    out(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/file", folder);
}

static void remove_path(void) {
    out(unlink(path));
    out(rmdir(folder));
}

/* Whether it is open; closes it. */
static int works(int fd) {
    return fd >= 0 && fcntl(fd, F_GETFD) >= 0 && close(fd) == 0;
}

static void descriptors(void) {
    struct stat st;
    make_path();
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0640);
    out(fd >= 0 && write(fd, "hello", 5) == 5 && close(fd) == 0);
    out(stat(path, &st) == 0 ? (long)(st.st_mode & 0777) : -1);
    errno = 0;
    out(open64(path, O_RDWR | O_CREAT | O_EXCL, 0640));
    out(errno);
    out(works(open64(path, O_RDONLY)));
    out(works(openat(AT_FDCWD, path, O_RDONLY)));
    out(works(openat64(AT_FDCWD, path, O_WRONLY | O_CREAT, 0600)));
    out(works(__open_2(path, O_RDONLY)));
    out(works(__open64_2(path, O_RDONLY)));
    out(works(__openat_2(AT_FDCWD, path, O_RDONLY)));
    out(works(__openat64_2(AT_FDCWD, path, O_RDONLY)));
    out(works(creat(path, 0600)) && works(creat64(path, 0600)));
    out(stat(path, &st) == 0 ? (long)st.st_size : -1);
    out(works(open("/dev/urandom", O_RDONLY)));
    remove_path();
    errno = 0;
    out(open(path, O_RDONLY));
    out(errno);
}

static void file_streams(void) {
    char text[20] = "";
    make_path();
    FILE *f = fopen(path, "w");
    out(f != NULL && fileno(f) > 2 && fileno_unlocked(f) == fileno(f) && !isatty(fileno(f)));
    out(fputs("one\n", f) >= 0 && fclose(f) == 0);
    f = fopen64(path, "r");
    out(fgets(text, sizeof text, f) != NULL && strcmp(text, "one\n") == 0);
    f = freopen(path, "a", f);
    out(fputs("two\n", f) >= 0);
    f = freopen64(path, "r", f);
    out((long)fread(text, 1, sizeof text, f));
    out(fclose(f));
    f = fdopen(open(path, O_RDONLY), "r");
    out(fgetc(f) == 'o' && fclose(f) == 0);
    errno = 0;
    out(fdopen(-1, "r") == NULL);
    out(errno);
    f = tmpfile();
    out(f != NULL && fputc('x', f) == 'x' && fclose(f) == 0);
    f = tmpfile64();
    out(f != NULL && fclose(f) == 0);
    f = fopen("/dev/urandom", "r");
    out(fread(text, 1, 4, f) == 4 && fclose(f) == 0);
    remove_path();
    errno = 0;
    out(fopen(path, "r") == NULL);
    out(errno);
    DIR *d = opendir("/");
    out(d != NULL && readdir(d) != NULL && closedir(d) == 0);
    out(opendir(path) == NULL);
}

static void mappings(void) {
    const size_t page = 4096;
    const int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    char *at = mmap(NULL, 4 * page, prot, flags, -1, 0);
    out(at != MAP_FAILED && at[0] == 0 && at[4 * page - 1] == 0);
    at[0] = 7;
    out(mmap64(at + page, page, prot, flags | MAP_FIXED, -1, 0) == at + page);
    out(mmap(at, page, prot, flags | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
    out(errno);
    out(munmap(at + page, 3 * page));
    char *more = mremap(at, page, 8 * page, MREMAP_MAYMOVE);
    out(more != MAP_FAILED && more[0] == 7 && more[8 * page - 1] == 0);
    char *place = mmap(NULL, 2 * page, PROT_NONE, flags, -1, 0);
    out(mremap(more, 8 * page, 2 * page, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
    out(place[0]);
    out(munmap(place, 2 * page));
    errno = 0;
    out(mmap(NULL, 0, prot, flags, -1, 0) == MAP_FAILED);
    out(errno);
    errno = 0;
    out(munmap(place + 1, page));
    out(errno);
    out(mremap(place, page, page, 0) == MAP_FAILED);
}

int __dprintf_chk(int fd, int flag, const char *format, ...);
int __vdprintf_chk(int fd, int flag, const char *format, va_list args);

static int print(int fd, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vdprintf(fd, format, args) + __vdprintf_chk(fd, 1, format, again);
    va_end(args);
    va_end(again);
    return n;
}

static void *tries(void *stream) {
    return (void *)(intptr_t)ftrylockfile(stream);
}

static void stream_locks(void) {
    flockfile(stderr);
    out(ftrylockfile(stderr));
    out(conf_elsewhere(tries, stderr) != NULL);
    funlockfile(stderr);
    out(conf_elsewhere(tries, stderr) != NULL);
    funlockfile(stderr);
    flockfile(stderr);
    funlockfile(stderr);
}

static void printing(void) {
    int fds[2];
    char text[40] = "";
    out(fileno(stdout));
    errno = 0;
    out(isatty(-1));
    out(errno);
    out(pipe(fds));
    out(dprintf(fds[1], "%d-%s.", 5, "x"));
    out(__dprintf_chk(fds[1], 1, "%d", 6));
    out(print(fds[1], "<%d>", 7));
    out(read(fds[0], text, sizeof text));
    out(strcmp(text, "5-x.6<7><7>"));
    out(close(fds[0]) + close(fds[1]));
    errno = 0;
    out(dprintf(-1, "x"));
    out(errno);
}

/* ---- the process and the machine ---- */

static void host(void) {
    cpu_set_t set;
    struct tms t;
    struct rusage usage;
    pid_t self = getpid();
    out(self > 0 && getpid() == self && getppid() > 0 && getppid() != self);
    out(sysconf(_SC_NPROCESSORS_ONLN) > 0 && sysconf(_SC_NPROCESSORS_CONF) > 0);
    out(get_nprocs() > 0 && get_nprocs_conf() > 0);
    out(sysconf(_SC_PAGESIZE));
    out(sched_getcpu() >= 0);
    out(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0);
    errno = 0;
    out(sched_getaffinity(0, 1, &set));
    out(errno);
    clock_t before = clock();
    out(before >= 0 && clock() >= before);
    out(times(&t) != (clock_t)-1 && t.tms_utime >= 0 && t.tms_cutime == 0);
    out(getrusage(RUSAGE_SELF, &usage));
    out(usage.ru_utime.tv_sec >= 0 && usage.ru_utime.tv_usec < 1000000);
}

static void kept_by_the_library(void) {
    char here[200];
    char *words[] = {(char *)"", (char *)"-ab", (char *)"--long", (char *)"-long", NULL};
    const struct option names[] = {{"long", no_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
    optind = 0; /* the library's own has read others before */
    out(getopt(2, words, "+ab"));
    out(getopt(2, words, "+ab"));
    out(getopt_long(3, words, "+ab", names, NULL));
    out(getopt_long_only(4, words, "+ab", names, NULL));
    out(optind);
    mode_t mask = umask(0123);
    out(umask(mask));
    out(strcmp(setlocale(LC_ALL, NULL), "C"));
    out(setlocale(LC_ALL, "no such locale") == NULL);
    out(strcmp(setlocale(LC_NUMERIC, "C"), "C"));
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    out(chdir("/"));
    out(getcwd(here, sizeof here) != NULL && strcmp(here, "/") == 0);
    out(fchdir(fd));
    out(getcwd(here, sizeof here) != NULL && strcmp(here, "/") != 0);
    errno = 0;
    out(chdir("/no such directory"));
    out(errno);
    out(close(fd));
}

static void nothing(void) {}
static void nothing_with(int status, void *argument) {
    (void)status, (void)argument;
}
static void nothing_of(void *argument) {
    (void)argument;
}
int __cxa_atexit(void (*f)(void *argument), void *argument, void *object);

static void handlers(void) {
    out(atexit(nothing));
    out(on_exit(nothing_with, NULL));
    out(at_quick_exit(nothing));
    out(__cxa_atexit(nothing_of, NULL, NULL));
}

const struct conformance_case conformance_cases_host[] = {
    {"numbers", "random srandom", numbers, NULL},
    {"linear", "drand48 lrand48 mrand48 srand48 seed48 lcong48", linear, NULL},
    {"system_chance", "getrandom getentropy arc4random*", system_chance, NULL},
    {"descriptors", "open open64 openat openat64 __open*_2 creat creat64", descriptors, NULL},
    {"file_streams",
     "fopen fopen64 freopen freopen64 fdopen tmpfile tmpfile64 fclose opendir closedir "
     "fileno_unlocked",
     file_streams, NULL},
    {"mappings", "mmap mmap64 munmap mremap", mappings, NULL},
    {"stream_locks", "flockfile ftrylockfile funlockfile", stream_locks, NULL},
    {"printing", "fileno isatty dprintf vdprintf __dprintf_chk __vdprintf_chk", printing, NULL},
    {"host",
     "getpid getppid sysconf get_nprocs* sched_getcpu sched_getaffinity clock times getrusage",
     host, NULL},
    {"kept_by_the_library", "setlocale chdir fchdir umask getopt getopt_long getopt_long_only",
     kept_by_the_library, NULL},
    {"handlers", "atexit on_exit at_quick_exit __cxa_atexit", handlers, NULL},
    {0},
};
