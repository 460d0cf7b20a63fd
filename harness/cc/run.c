/* run.c: see run.h. */
#include "cc/run.h"

#include <errno.h>
#include <fts.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *folder;

static void remove_folder(void) {
    char *roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *f; tree != NULL && (f = fts_read(tree)) != NULL;)
        if (f->fts_info == FTS_DP)
            (void)rmdir(f->fts_path);
        else if (f->fts_info != FTS_D)
            (void)unlink(f->fts_path);
    if (tree != NULL)
        (void)fts_close(tree);
}

static volatile sig_atomic_t stop;

/* What it started ends first, and then the folder is removed. */
static void interrupted(int number) {
    stop = number;
}

const char *snag__aside(const char *name) {
    if (folder == NULL) {
        const char *where = getenv("TMPDIR");
        char *made = (char *)snag__word("%s/snag-cc.XXXXXX",
                                        where != NULL && where[0] != '\0' ? where : "/tmp");
        if (mkdtemp(made) == NULL)
            snag__cc_fail("%s: cannot be made: %s", made, strerror(errno));
        folder = made;
        (void)atexit(remove_folder);
        struct sigaction action = {.sa_handler = interrupted};
        (void)sigaction(SIGINT, &action, NULL);
        (void)sigaction(SIGTERM, &action, NULL);
        (void)sigaction(SIGHUP, &action, NULL);
    }
    return snag__word("%s/%s", folder, name);
}

void snag__run_instead(const struct snag__words *words) {
    (void)execvp(words->list[0], (char *const *)words->list);
    snag__cc_fail("%s: cannot be run: %s", words->list[0], strerror(errno));
}

void snag__run_start(const struct snag__words *words) {
    pid_t child;
    int error =
        posix_spawnp(&child, words->list[0], NULL, NULL, (char *const *)words->list, environ);
    if (error != 0)
        snag__cc_fail("%s: cannot be run: %s", words->list[0], strerror(error));
}

int snag__run_wait(void) {
    int first = 0, status;
    for (;;) {
        if (wait(&status) < 0) {
            if (errno == EINTR)
                continue;
            return stop != 0 ? EXIT_FAILURE : first;
        }
        int own = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
        first = first != 0 ? first : own;
    }
}

void snag__run(const struct snag__words *words) {
    snag__run_start(words);
    int status = snag__run_wait();
    if (status != 0)
        exit(status);
}
