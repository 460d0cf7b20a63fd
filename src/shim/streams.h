/* streams.h: standard input, output and error of a program with a main of its own.
 *
 * During an execution `stdin`, `stdout` and `stderr` are streams of snag's, and so are the
 * descriptors 0, 1 and 2: what is written is kept if the execution is shown and thrown away if not,
 * what is read is always the same. No system call is made. Targets and tests keep those of their
 * process. The rule: nothing that one execution left in a buffer is seen by the next.
 */
#ifndef SNAG_SHIM_STREAMS_H
#define SNAG_SHIM_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/uio.h>

/* From now on the variables name snag's streams, or again those of the process. As early as can be
 * (before the constructors of a program that keeps what they name), and at any time from then on.
 */
void snag__streams_put(bool ours);

/* What is read from now on. Borrowed. */
void snag__streams_input(const char *text, size_t bytes);

void snag__streams_begin(bool keep);
void snag__streams_end(void);

/* What the last execution wrote, if it was kept; *cut: there was more. */
const char *snag__streams_text(size_t *bytes, bool *cut);

/* Is it one of the three? */
bool snag__stream_is_standard(const FILE *stream);
/* In this execution `now` stands in its place; NULL: it stays. Returns `now`. */
FILE *snag__stream_replaced(const FILE *stream, FILE *now);

/* Is `fd`, of no file of ours (fd.h), one of a program's standard streams? */
bool snag__stream_is(int fd);
ssize_t snag__stream_write(int fd, const struct iovec *pieces, int n);
ssize_t snag__stream_read(int fd, const struct iovec *pieces, int n);

#endif
