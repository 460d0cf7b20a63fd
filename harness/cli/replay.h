/* replay.h: a replay within a process that has its session. */
#ifndef SNAG_HARNESS_CLI_REPLAY_H
#define SNAG_HARNESS_CLI_REPLAY_H

#include "session.h"

/* Replays the repro at `path` and shows what happens, on standard output. `judged`: compares it
 * with what the file expects. Returns the exit status of the process. */
int snag__replay(struct snag__session *s, const char *path, bool judged);

#endif
