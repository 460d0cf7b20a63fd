/* program.c: an executable that holds a user's program, with a main of its own.
 *
 * Linked instead of cli/entry.c; the linker makes the C library call __wrap_main (-Wl,--wrap=main).
 * With SNAG_RUNNER=1 in the environment, which the front command sets, the executable is what every
 * target's is, and the program is a scenario: its main is the body. Without it, it is the program,
 * and nothing of snag's takes part. The rule: the program never learns which of the two it is.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "exec/aslr.h"
#include "program/runner.h"
#include "sched/sched.h"
#include "shim/environment.h"
#include "shim/process.h"
#include "shim/streams.h"
#include "snag/scenario.h"

int __real_main(int argc, char **argv, char **envp);
int __wrap_main(int argc, char **argv, char **envp);

static void body(void) {
    int argc;
    char **argv = snag__environment_arguments(&argc);
    int status = __real_main(argc, argv, environ);
    snag__process_returned(status, (uint32_t)((uintptr_t)__real_main + 1 - snag__sched.image));
}

static const struct snag_scenario program = {.name = "main", .body = body};
const struct snag_scenario *const snag__target_scenario = &program;

static bool is_runner(void) {
    const char *runner = getenv(SNAG__ENV_RUNNER);
    return runner != NULL && strcmp(runner, "1") == 0;
}

enum { BEFORE_THE_CXX_LIBRARY = 50 };

/* What keeps one of the streams (std::cout does) keeps the one that is there in executions. */
__attribute__((constructor(BEFORE_THE_CXX_LIBRARY))) static void before_all(void) {
    if (is_runner())
        snag__streams_put(true);
}

int __wrap_main(int argc, char **argv, char **envp) {
    if (!is_runner())
        return __real_main(argc, argv, envp);
    snag__streams_put(false);
    snag__aslr_off(argv); /* executes itself anew: the variable is still needed */
    (void)unsetenv(SNAG__ENV_RUNNER);
    return snag__runner_main(argc, argv);
}
