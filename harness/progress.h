/* progress.h: the line that says how a long campaign is doing, on standard error.
 *
 * On a terminal it is one line, written over and over; elsewhere a plain line every five seconds.
 * The rule: the clock is not asked at each execution, but some dozen times a second, and nothing
 * that is shown feeds back into the search.
 */
#ifndef SNAG_HARNESS_PROGRESS_H
#define SNAG_HARNESS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct snag__campaign;

struct snag__progress {
    const struct snag__campaign *campaign; /* NULL: silent */
    const char *inputs;                    /* folder */
    bool terminal;
    bool shown;     /* a line stands on the terminal */
    uint64_t check; /* at that many executions the clock is looked at */
    uint64_t step;  /* executions between two looks */
    uint64_t looked_ns, line_ns;
    uint64_t line_executions; /* at the last line */
};

/* `inputs` NULL, or --json: silent. */
void snag__progress_begin(struct snag__progress *p, const struct snag__campaign *c,
                          const char *inputs);
/* After some executions: shows the line if it is time. */
void snag__progress_tick(struct snag__progress *p);
/* Takes the line off the terminal: something else is about to be printed. */
void snag__progress_clear(struct snag__progress *p);

#endif
