/* spawn.c: what makes other processes, or makes this one another: refused.
 *
 * A child would be a copy of the harness in the middle of an execution, and whatever it does can
 * neither be scheduled nor put back. The rule: an execution that asks for one ends there, neither
 * good nor bad; a program that runs as it is gets what it asks for.
 */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sched/sched.h"
#include "shim/refuse.h"

/* X(result, name, parameters, arguments) */
#define REFUSED(X)                                                                                 \
    X(pid_t, fork, (void), ())                                                                     \
    X(pid_t, _Fork, (void), ())                                                                    \
    X(int, daemon, (int stay, int keep), (stay, keep))                                             \
    X(int, system, (const char *line), (line))                                                     \
    X(FILE *, popen, (const char *line, const char *mode), (line, mode))                           \
    X(int, posix_spawn,                                                                            \
      (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,                   \
       const posix_spawnattr_t *attr, char *const argv[], char *const envp[]),                     \
      (pid, path, actions, attr, argv, envp))                                                      \
    X(int, posix_spawnp,                                                                           \
      (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,                   \
       const posix_spawnattr_t *attr, char *const argv[], char *const envp[]),                     \
      (pid, path, actions, attr, argv, envp))                                                      \
    X(int, execv, (const char *path, char *const argv[]), (path, argv))                            \
    X(int, execvp, (const char *path, char *const argv[]), (path, argv))                           \
    X(int, execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp)) \
    X(int, execvpe, (const char *path, char *const argv[], char *const envp[]),                    \
      (path, argv, envp))                                                                          \
    X(int, fexecve, (int fd, char *const argv[], char *const envp[]), (fd, argv, envp))

#define WRAPPER(type, name, parameters, arguments)                                                 \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters {                                                                \
        static bool told;                                                                          \
        if (snag__self != NULL) {                                                                  \
            snag__refuse(#name, &told);                                                            \
        }                                                                                          \
        return __real_##name arguments;                                                            \
    }
REFUSED(WRAPPER)

/* The frame that calls the real one must not return: a program as it is gets a fork instead, which
 * POSIX allows. */
pid_t __wrap_vfork(void);
pid_t __wrap_vfork(void) {
    static bool told;
    if (snag__self != NULL) {
        snag__refuse("vfork", &told);
    }
    return __real_fork();
}

/* ---- with as many arguments as you like ---- */

enum { WORDS_MAX = 4096 };

static char **gather(char **words, const char *first, va_list *args) {
    size_t n = 0;
    for (const char *word = first; word != NULL && n < WORDS_MAX - 1;
         word = va_arg(*args, const char *)) {
        words[n++] = (char *)word;
    }
    words[n] = NULL;
    return words;
}

#define WITH_WORDS(name, call)                                                                     \
    int __wrap_##name(const char *path, const char *word, ...);                                    \
    int __wrap_##name(const char *path, const char *word, ...) {                                   \
        static bool told;                                                                          \
        if (snag__self != NULL) {                                                                  \
            snag__refuse(#name, &told);                                                            \
        }                                                                                          \
        char *words[WORDS_MAX];                                                                    \
        va_list args;                                                                              \
        va_start(args, word);                                                                      \
        (void)gather(words, word, &args);                                                          \
        int result = call;                                                                         \
        va_end(args);                                                                              \
        return result;                                                                             \
    }
WITH_WORDS(execl, __real_execv(path, words))
WITH_WORDS(execlp, __real_execvp(path, words))
WITH_WORDS(execle, __real_execve(path, words, va_arg(args, char *const *)))

/* What follows the flags is given on as it lies there. */
int __real_clone(int (*run)(void *), void *stack, int flags, void *argument, ...);
int __wrap_clone(int (*run)(void *), void *stack, int flags, void *argument, ...);
int __wrap_clone(int (*run)(void *), void *stack, int flags, void *argument, ...) {
    static bool told;
    if (snag__self != NULL) {
        snag__refuse("clone", &told);
    }
    va_list args;
    va_start(args, argument);
    void *parent = va_arg(args, void *), *tls = va_arg(args, void *), *child = va_arg(args, void *);
    va_end(args);
    return __real_clone(run, stack, flags, argument, parent, tls, child);
}
