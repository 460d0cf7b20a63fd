/* file.c: see file.h.
 *
 * Nothing here interprets what it reads. The rule: every system call is checked, close included: on
 * a full or a network disk it is close that says the data is lost.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ASIDE_TRIES = 100, PATH_BYTES = 4096 };

/* Reads to the end, `size` being only a first guess: the file may grow meanwhile. */
static enum snag_err read_all(int fd, const char *path, size_t size, size_t bytes_max, char **data,
                              size_t *bytes, struct snag_error *e) {
    size_t room = size + 2, used = 0;
    char *text = malloc(room);
    while (text != NULL) {
        ssize_t n = read(fd, text + used, room - 1 - used);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            int error = errno;
            free(text);
            return snag_fail(e, SNAG_ERR_IO, "%s: cannot be read: %s", path, strerror(error));
        }
        if (n == 0) {
            text[used] = '\0';
            *data = text;
            *bytes = used;
            return SNAG_ERR_OK;
        }
        used += (size_t)n;
        if (used > bytes_max) {
            free(text);
            return snag_fail(e, SNAG_ERR_FORMAT, "%s: larger than %zu bytes, so not such a file",
                             path, bytes_max);
        }
        if (used == room - 1) {
            char *more = realloc(text, room *= 2);
            if (more == NULL) {
                free(text);
            }
            text = more;
        }
    }
    return snag_fail(e, SNAG_ERR_SYSTEM, "%s: no memory to read it", path);
}

enum snag_err snag__file_read(const char *path, size_t bytes_max, char **data, size_t *bytes,
                              struct snag_error *e) {
    *data = NULL;
    *bytes = 0;
    /* O_NONBLOCK: opening a FIFO would otherwise wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return snag_fail(e, SNAG_ERR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    }
    struct stat st;
    enum snag_err err;
    if (fstat(fd, &st) != 0) {
        err = snag_fail(e, SNAG_ERR_IO, "%s: cannot be read: %s", path, strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        err = snag_fail(e, SNAG_ERR_IO, "%s: is not a regular file", path);
    } else if ((size_t)st.st_size > bytes_max) {
        err = snag_fail(e, SNAG_ERR_FORMAT, "%s: larger than %zu bytes, so not such a file", path,
                        bytes_max);
    } else {
        err = read_all(fd, path, (size_t)st.st_size, bytes_max, data, bytes, e);
    }
    close(fd);
    return err;
}

static int open_aside(const char *path, char *aside, size_t room) {
    for (int i = 0; i < ASIDE_TRIES; i++) {
        int n = snprintf(aside, room, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        if (n < 0 || (size_t)n >= room) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) {
            return fd;
        }
    }
    return -1;
}

static int write_all(int fd, const char *data, size_t bytes) {
    while (bytes > 0) {
        ssize_t n = write(fd, data, bytes);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        data += n;
        bytes -= (size_t)n;
    }
    return fsync(fd);
}

static int sync_directory_of(const char *path) {
    char dir[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    if (n == 0) {
        strcpy(dir, ".");
    } else {
        memcpy(dir, path, n); /* shorter than the name beside it, which fitted */
        dir[n] = '\0';
    }
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    int failed = fsync(fd);
    if (failed != 0 && errno == EINVAL) {
        failed = 0; /* a file system that cannot sync a directory: nothing more to be had */
    }
    close(fd);
    return failed;
}

enum snag_err snag__file_write(const char *path, const void *data, size_t bytes,
                               struct snag_error *e) {
    char aside[PATH_BYTES];
    int fd = open_aside(path, aside, sizeof aside);
    if (fd < 0) {
        return snag_fail(e, SNAG_ERR_IO, "%s: cannot be created: %s", path, strerror(errno));
    }
    int failed = write_all(fd, data, bytes);
    int error = errno;
    if (close(fd) != 0 && failed == 0) {
        failed = -1;
        error = errno;
    }
    if (failed == 0 && rename(aside, path) != 0) {
        failed = -1;
        error = errno;
    }
    if (failed != 0) {
        unlink(aside);
        return snag_fail(e, SNAG_ERR_IO, "%s: cannot be written: %s", path, strerror(error));
    }
    if (sync_directory_of(path) != 0) {
        return snag_fail(e, SNAG_ERR_IO, "%s: written, but its directory cannot be synced: %s",
                         path, strerror(errno));
    }
    return SNAG_ERR_OK;
}

enum snag_err snag__file_folders(const char *path, struct snag_error *e) {
    char *folder = strdup(path);
    if (folder == NULL)
        return snag_fail(e, SNAG_ERR_SYSTEM, "%s: no memory for its path", path);
    enum snag_err err = SNAG_ERR_OK;
    for (char *at = strchr(folder + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
            err = snag_fail(e, SNAG_ERR_IO, "%s: cannot be made: %s", folder, strerror(errno));
            break;
        }
        *at = '/';
    }
    free(folder);
    return err;
}
