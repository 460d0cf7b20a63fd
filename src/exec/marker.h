/*
 * marker: the symbols that bound the globals, and the functions, of the code under test.
 *
 * Only declares them; the link order that makes them true is snag_add_target()'s, and saving and
 * restoring is the snapshot's. The rule that keeps it right: the range to restore is [X_begin,
 * X_end), which contains the opening marker (constant, so restoring it is harmless) and not the
 * closing one.
 */
#ifndef SNAG_EXEC_MARKER_H
#define SNAG_EXEC_MARKER_H

/* Also the alignment: neither end of a range shares a cache line with what is outside it. */
#define SNAG__MARKER_BYTES 64

extern char snag__data_begin[SNAG__MARKER_BYTES];
extern char snag__data_end[SNAG__MARKER_BYTES];
extern char snag__bss_begin[SNAG__MARKER_BYTES];
extern char snag__bss_end[SNAG__MARKER_BYTES];

/* Never called: their addresses bound the code. */
void snag__text_begin(void);
void snag__text_end(void);

#endif
