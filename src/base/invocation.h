/* invocation.h: how a program with a main of its own is called: its path, arguments, variables of
 * the environment, standard input, and what is judged of it.
 *
 * Plain data without pointers, so that it lies in the flight recorder and in a repro alike. The
 * rule: everything that a replay needs to call it in the same way again is in here.
 */
#ifndef SNAG_BASE_INVOCATION_H
#define SNAG_BASE_INVOCATION_H

#include <stdbool.h>
#include <stdint.h>

enum { SNAG__INVOCATION_PATH_BYTES = 1024, SNAG__INVOCATION_BYTES = 16 << 10 };

/* What is a finding only where it is asked for: a set, of the words of --judge. */
enum snag__judged { SNAG__JUDGE_EXIT = 1, SNAG__JUDGE_LEAKS = 2 };

/* All zero: no program. */
struct snag__invocation {
    char path[SNAG__INVOCATION_PATH_BYTES];  /* argv[0]; "": not a program */
    char input[SNAG__INVOCATION_PATH_BYTES]; /* the file on standard input; "": it is empty */
    uint32_t judged;                         /* enum snag__judged */
    uint32_t arguments, variables;           /* how many words of `text`, in that order */
    uint32_t used;
    char text[SNAG__INVOCATION_BYTES]; /* words, each ended by '\0' */
};

/* One more; all arguments come before the first variable. False: it does not fit. */
bool snag__invocation_argument(struct snag__invocation *v, const char *word);
/* "NAME=VALUE". False also if it is not that. */
bool snag__invocation_variable(struct snag__invocation *v, const char *word);

/* The words one after the other, from snag__invocation_first; NULL after the last. Whatever the
 * counts say, none is looked for outside of `text`. */
const char *snag__invocation_first(const struct snag__invocation *v);
const char *snag__invocation_next(const struct snag__invocation *v, const char *word);

#endif
