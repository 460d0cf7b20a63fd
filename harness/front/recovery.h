/* recovery.h: from a process that got stuck or died to a repro: drives `recover`
 * (harness/recover.h).
 *
 * It does not decide what comes after. The rule: nothing is called a finding that a second run, in
 * a fresh process, did not show too.
 */
#ifndef SNAG_FRONT_RECOVERY_H
#define SNAG_FRONT_RECOVERY_H

#include "front/front.h"
#include "front/supervisor.h"

/* A command line for the chosen executable: path, command, the options it knows, `rest`. */
enum { SNAG__WORDS_MAX = SNAG__OPTIONS + 264 };
struct snag__line {
    char *words[SNAG__WORDS_MAX + 1]; /* owned; ended by NULL */
    int count;
};
void snag__line_start(struct snag__line *l, const char *executable, const char *command,
                      const struct snag__options *o, uint64_t more);
void snag__line_add(struct snag__line *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void snag__line_free(struct snag__line *l);
/* Supervises it to its end, and frees it. As snag__supervise. */
enum snag_err snag__line_run(struct snag__line *l, const struct snag__options *o,
                             struct snag__end *end, struct snag_error *e);

/* Tells on standard error what has happened. */
void snag__end_tell(const struct snag__chosen *c, const struct snag__end *end);

/* Runs the flight of `end` (how is DIED, LOOPS or BLOCKS) once more in a fresh process, and has it
 * turned into a repro in `env` (as in struct snag__child). False: *status is what to exit with; the
 * flight is then a file in o->out, which is named, or why it is none was told. */
bool snag__recover(const struct snag__chosen *c, const struct snag__options *o,
                   const struct snag__end *end, const char *const *env, int *status);

/* Ends the replay of `repro` that ended so. Returns the exit status. */
int snag__recover_replay(const struct snag__chosen *c, const struct snag__options *o,
                         const struct snag__end *end, const char *repro);

#endif
