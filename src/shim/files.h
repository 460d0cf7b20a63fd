/* files.h: files that the code under test opens by name: the system's own, closed after it.
 *
 * What is written to them is not put back. The rule: no execution leaves a file open for the next,
 * and the devices that give random bytes give the same ones each time.
 */
#ifndef SNAG_SHIM_FILES_H
#define SNAG_SHIM_FILES_H

#include <stdbool.h>

extern bool snag__files_used; /* in this execution */

/* After an execution that opened some. */
void snag__files_end(void);
/* A descriptor that keeps nothing, and has nothing to read; closed as the others are. */
int snag__files_nowhere(void);
/* `fd`, which is none of ours (fd.h), is being closed. */
void snag__files_closing(int fd);

#endif
