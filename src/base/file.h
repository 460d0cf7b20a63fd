/* file.h: whole files, read at once, and written so that a crash leaves the old or the new one.
 *
 * It is not for streams or logs. The rule: a file that snag__file_write reported as written is on
 * disk under its name, whole.
 */
#ifndef SNAG_BASE_FILE_H
#define SNAG_BASE_FILE_H

#include <stddef.h>

#include "snag/error.h"

/* Reads a regular file of at most `bytes_max` bytes. *data is malloc'ed, a NUL follows its last
 * byte. On error *data is NULL. */
enum snag_err snag__file_read(const char *path, size_t bytes_max, char **data, size_t *bytes,
                              struct snag_error *e);

/* Writes aside in the same directory, syncs, renames over `path`, syncs the directory. On error
 * `path` is as it was (unless the line says that only the directory could not be synced) and
 * nothing is left beside it. */
enum snag_err snag__file_write(const char *path, const void *data, size_t bytes,
                               struct snag_error *e);

/* Makes the folders that `path` lies in, all of them; the part after the last slash is not one. */
enum snag_err snag__file_folders(const char *path, struct snag_error *e);

#endif
