/* live.h: the one line on standard error that is written over and over while something takes long.
 *
 * It does not decide what the line says. The rule: whoever prints something else on standard error
 * takes the line off first; what is not a terminal gets whole lines, and few of them.
 */
#ifndef SNAG_HARNESS_LIVE_H
#define SNAG_HARNESS_LIVE_H

#include <stdint.h>

/* CLOCK_MONOTONIC. */
uint64_t snag__live_now_ns(void);
/* The least time between two lines: some tenths of a second on a terminal, else five seconds. */
uint64_t snag__live_every_ns(void);
/* Cut to the width of the terminal. */
void snag__live_show(const char *text);
void snag__live_clear(void);

#endif
