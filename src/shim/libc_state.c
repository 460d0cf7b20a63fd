/* libc_state.c: getopt, the locale, the working directory, the file mode mask. See
 * libc_state.h. */
#define _GNU_SOURCE
#include "shim/libc_state.h"

#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "sched/sched.h"

char *__real_setlocale(int category, const char *locale);
int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
int __real_chdir(const char *path);
int __real_fchdir(int fd);
mode_t __real_umask(mode_t mask);
int __real_getopt(int argc, char *const *argv, const char *options);
int __real_getopt_long(int argc, char *const *argv, const char *options, const struct option *names,
                       int *index);
int __real_getopt_long_only(int argc, char *const *argv, const char *options,
                            const struct option *names, int *index);

char *__wrap_setlocale(int category, const char *locale);
int __wrap_chdir(const char *path);
int __wrap_fchdir(int fd);
mode_t __wrap_umask(mode_t mask);
int __wrap_getopt(int argc, char *const *argv, const char *options);
int __wrap_getopt_long(int argc, char *const *argv, const char *options, const struct option *names,
                       int *index);
int __wrap_getopt_long_only(int argc, char *const *argv, const char *options,
                            const struct option *names, int *index);

bool snag__libc_state_used;
static bool locale_set, mask_set, options_begun;
static mode_t mask_was;
static int directory = -1; /* the one it was; -1: it still is */

void snag__libc_state_begin(void) {
    options_begun = false;
    optind = 1;
    opterr = 1;
    optopt = '?';
    optarg = NULL;
}

void snag__libc_state_end(void) {
    if (snag__unlikely(locale_set)) {
        (void)__real_setlocale(LC_ALL, "C");
        locale_set = false;
    }
    if (snag__unlikely(directory >= 0)) {
        (void)!__real_fchdir(directory);
        (void)__real_close(directory);
        directory = -1;
    }
    if (snag__unlikely(mask_set)) {
        (void)__real_umask(mask_was);
        mask_set = false;
    }
    snag__libc_state_used = false;
}

char *__wrap_setlocale(int category, const char *locale) {
    if (snag__self != NULL && locale != NULL) {
        snag__libc_state_used = locale_set = true;
    }
    return __real_setlocale(category, locale);
}

static void keep_directory(void) {
    if (snag__self != NULL && directory < 0) {
        snag__libc_state_used = true;
        directory = __real_open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
}

int __wrap_chdir(const char *path) {
    keep_directory();
    return __real_chdir(path);
}

int __wrap_fchdir(int fd) {
    keep_directory();
    return __real_fchdir(fd);
}

mode_t __wrap_umask(mode_t mask) {
    mode_t was = __real_umask(mask);
    if (snag__self != NULL && !mask_set) {
        mask_was = was;
        snag__libc_state_used = mask_set = true;
    }
    return was;
}

/* glibc remembers where in a word it was, and in which order it looks. Of no words there is nothing
 * to tell: it begins anew, and the place that is looked at next is as it was. */
static void begin_options(const char *options) {
    static char *const none[] = {(char *)"", NULL};
    if (snag__self != NULL && !options_begun) {
        int next = optind;
        optind = 0;
        (void)__real_getopt(1, none, options);
        optind = next;
        options_begun = true;
    }
}

int __wrap_getopt(int argc, char *const *argv, const char *options) {
    begin_options(options);
    return __real_getopt(argc, argv, options);
}

int __wrap_getopt_long(int argc, char *const *argv, const char *options, const struct option *names,
                       int *index) {
    begin_options(options);
    return __real_getopt_long(argc, argv, options, names, index);
}

int __wrap_getopt_long_only(int argc, char *const *argv, const char *options,
                            const struct option *names, int *index) {
    begin_options(options);
    return __real_getopt_long_only(argc, argv, options, names, index);
}
