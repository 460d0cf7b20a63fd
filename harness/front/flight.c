/* flight.c: see flight.h. The rule: the file has the layout of the memory, so that `recover` maps
 * it as such; what was never written stays a hole. */
#define _GNU_SOURCE
#include "front/flight.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLIGHTS_MAX = 10000 };

enum snag_err snag__make_directory(const char *path, struct snag_error *e) {
    char part[1024];
    struct stat st;
    if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part)
        return snag_fail(e, SNAG_ERR_IO, "%.60s...: too long a name for a directory", path);
    for (char *c = part + 1;; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        char was = *c;
        *c = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return snag_fail(e, SNAG_ERR_IO, "%s: cannot be made: %s", part, strerror(errno));
        *c = was;
        if (was == '\0')
            break;
    }
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return snag_fail(e, SNAG_ERR_IO, "%s: is not a directory", path);
    if (access(path, W_OK | X_OK) != 0)
        return snag_fail(e, SNAG_ERR_IO, "%s: cannot be written to: %s", path, strerror(errno));
    return SNAG_ERR_OK;
}

static bool write_at(int fd, const void *data, size_t bytes, size_t at) {
    for (const char *from = data; bytes > 0;) {
        ssize_t n = pwrite(fd, from, bytes, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        from += n;
        at += (size_t)n;
        bytes -= (size_t)n;
    }
    return true;
}

static bool write_all(int fd, const struct snag__recorder *r) {
    size_t events = r->events_count, choices = r->choices_count;
    if (events > SNAG__EVENTS_MAX)
        events = SNAG__EVENTS_MAX;
    if (choices > SNAG__CHOICES_MAX)
        choices = SNAG__CHOICES_MAX;
    return ftruncate(fd, sizeof *r) == 0 &&
           write_at(fd, r, offsetof(struct snag__recorder, events), 0) &&
           write_at(fd, r->events, events * sizeof r->events[0],
                    offsetof(struct snag__recorder, events)) &&
           write_at(fd, r->choices, choices * sizeof r->choices[0],
                    offsetof(struct snag__recorder, choices));
}

enum snag_err snag__flight_save(const struct snag__recorder *r, const char *directory, char *path,
                                size_t room, struct snag_error *e) {
    enum snag_err err = snag__make_directory(directory, e);
    int fd = -1;
    for (int i = 1; err == SNAG_ERR_OK && fd < 0; i++) {
        if ((size_t)snprintf(path, room, "%s/flight-%03d.snag", directory, i) >= room)
            return snag_fail(e, SNAG_ERR_IO, "%.60s...: too long a name for a directory",
                             directory);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && (errno != EEXIST || i == FLIGHTS_MAX))
            err = snag_fail(e, SNAG_ERR_IO, "%s: cannot be made: %s", path, strerror(errno));
    }
    if (err != SNAG_ERR_OK)
        return err;
    if (!write_all(fd, r))
        err = snag_fail(e, SNAG_ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
    if (close(fd) != 0 && err == SNAG_ERR_OK)
        err = snag_fail(e, SNAG_ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
    if (err != SNAG_ERR_OK)
        (void)unlink(path);
    return err;
}

enum snag_err snag__hold(int *fd, char path[SNAG__HELD_PATH_BYTES], struct snag_error *e) {
    *fd = memfd_create("snag-evidence", 0);
    if (*fd < 0)
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory to hold the evidence: %s", strerror(errno));
    snprintf(path, SNAG__HELD_PATH_BYTES, "/proc/self/fd/%d", *fd);
    return SNAG_ERR_OK;
}

enum snag_err snag__flight_hold(const struct snag__recorder *r, int *fd,
                                char path[SNAG__HELD_PATH_BYTES], struct snag_error *e) {
    enum snag_err err = snag__hold(fd, path, e);
    if (err == SNAG_ERR_OK && !write_all(*fd, r))
        err = snag_fail(e, SNAG_ERR_SYSTEM, "no memory to hold the flight recorder: %s",
                        strerror(errno));
    return err;
}
