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

char *__wrap_setlocale(int category, const char *locale);
int __wrap_chdir(const char *path);
int __wrap_fchdir(int fd);
mode_t __wrap_umask(mode_t mask);

static bool locale_set, mask_set;
static mode_t mask_was;
static int directory = -1; /* the one it was; -1: it still is */

void snag__libc_state_begin(void) {
    optind = 0; /* to glibc: begin anew, whatever was left */
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
}

char *__wrap_setlocale(int category, const char *locale) {
    locale_set |= snag__self != NULL && locale != NULL;
    return __real_setlocale(category, locale);
}

static void keep_directory(void) {
    if (snag__self != NULL && directory < 0) {
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
        mask_set = true;
    }
    return was;
}
