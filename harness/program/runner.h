/* runner.h: the word by which the front command and an executable that holds a user's program agree
 * on what it is to be. */
#ifndef SNAG_HARNESS_PROGRAM_RUNNER_H
#define SNAG_HARNESS_PROGRAM_RUNNER_H

/* "1": it is the runner, else the program itself. */
#define SNAG__ENV_RUNNER "SNAG_RUNNER"

#endif
