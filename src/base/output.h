/* output.h: standard output, when a command ends. */
#ifndef SNAG_BASE_OUTPUT_H
#define SNAG_BASE_OUTPUT_H

/* Writes out what is buffered. Returns `status`, or SNAG__EXIT_TROUBLE, after a line on standard
 * error, if anything of the output was lost. */
int snag__output_end(int status);

#endif
