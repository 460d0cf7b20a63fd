/* recover.h: what the supervisor (snag) and a supervised process (a target executable) promise each
 * other: environment variables, the `recover` command, and who says what at the end.
 *
 * It is not the layout of the flight recorder (exec/recorder.h). The rule: everything below also
 * works when nobody supervises: then none of the variables is set.
 *
 * 1. Watching. SNAG_RECORDER_FD names the flight recorder (see snag__recorder_open). While
 *    `running` and `watching` are both 1, one of `runs`, `events_count`, `choices_count`
 * moves at least every --timeout-ms of processor time; otherwise the process is stuck and is
 * killed. So it is with `running` 0, after ten times as long and no less than 10 s, which is no
 * finding but trouble. Whoever ends the process on purpose during a campaign (abort on a finding,
 * Ctrl-C, _exit) first sets `running` to 0: a process that ends, in whatever way, with `running` 1
 * died of the code under test. `executions` counts executions begun: at the start it is
 * SNAG_RESUME_AT, and it is raised before `running` is set.
 *
 * 2. Campaigns (explore, fuzz) in several processes:
 *    SNAG_RESUME_AT=N      N executions have been begun by those before; the last of them got
 *                          stuck or died and is not to be run again. `explore` goes on with
 *                          execution N + 1 of the same pure sequence; N counts in its figures.
 *    SNAG_RESTARTS=N       how often the campaign was started anew; `fuzz` mixes it into its seed.
 *    SNAG_LEDGER=FILE      findings so far (src/finding/ledger.h): read at the start, so that a key
 *                          in it is neither shrunk nor written again; appended to at each new
 *                          distinct finding, after its repro is on disk; the summary is made from
 *                          it, so that it covers the whole campaign.
 *    SNAG_COVERAGE_FD=N    names memory in which all processes of the campaign count what they
 *                          cover (harness/coverage.h), so that the summary covers all of it.
 *    SNAG_JOB=K/N          this is number K (from 0) of N processes that search at the same time.
 *                          `explore` runs the batches that are its own (src/base/job.h), `fuzz`
 *                          mixes K into its seed. Each has a ledger of its own, and its own part of
 *                          what is covered; its findings, others tell. With "only": the summary is
 *                          of all N.
 *    SNAG_INPUTS=DIR       `fuzz` begins with the inputs that are kept below DIR, too, which is the
 *                          --out of all jobs.
 *    SNAG_COMMAND=WORD     how the user called snag, for the commands that the summary tells.
 *    SNAG_SUMMARY=none     say nothing on standard output at the end: another process follows.
 *    SNAG_SUMMARY=only     run nothing; print the summary of SNAG_RESUME_AT and SNAG_LEDGER.
 *    SNAG_SCHEDULES=LIST   with "only", for a campaign of several flavours: how many schedules each
 *                          ran, as "fast=58200,tsan=940"; it counts more than SNAG_RESUME_AT.
 *
 *    The exit status is snag__ledger_status of the ledger. SIGINT: finish the execution that is in
 *    progress, save, summarise, exit as always.
 *
 * 3. `recover`: turns the flight of a process that got stuck or died into a repro. It is never
 *    supervised itself, except with --rerun.
 *
 *    EXE recover --flight=FILE --rerun [bounds]
 *        Runs the recorded program under the recorded schedule (snag__recorder_schedule, then the
 *        default policy) once, with `watching` 1, and exits with 0. The supervisor looks whether
 *        it ends as the first time.
 *    EXE recover --flight=FILE --kind=KIND [--function=NAME] [--note=FILE] [--unreproduced]
 *                [--out=DIR] [--corpus=DIR] [--json] …
 *        Makes the finding: KIND is infinite-loop, blocking-call or child-died; its key is KIND,
 *        the operation that was running (current_op of the current actor) and NAME, the function of
 *        the code under test in which it was stuck. The text in the note file (the stuck stack, how
 *        it died) becomes the repro's note. Unless its key is in the ledger already, it is shrunk
 *        where that can be done, written to DIR, appended to the ledger (standing "unreproduced"
 *        with that flag), and told in one line on standard error, but by a job. Exit status 0, or
 *        3 if that failed; the repro's text is then on standard error.
 *    EXE recover --flight=FILE --kind=KIND [--function=NAME] [--note=FILE] --against=REPRO
 *                [--expect] [--json]
 *        Ends a replay of REPRO that got stuck or died: prints what `replay` prints, with this
 *        finding, and exits as `replay` does.
 *
 *    The flight file is the memory of struct snag__recorder, whole (sparse, in memory or on disk):
 * map it, ask snag__recorder_legible.
 *
 * 4. `replay --json --expect FILE` (for `snag regress`) prints one object with at least
 *      "status": "reproduced" (the expected key) | "silent" (nothing, as expected) |
 *                "fixed" (nothing, a key was expected) | "different" (another key, or a finding
 *                where silence was expected) | "stale" (the file no longer fits) | "error"
 *      "line":   one sentence, where the status wants one
 *    and exits with 0 (reproduced, silent), 1 (fixed, different, stale) or 3.
 */
#ifndef SNAG_HARNESS_RECOVER_H
#define SNAG_HARNESS_RECOVER_H

#define SNAG__ENV_RECORDER_FD "SNAG_RECORDER_FD"
#define SNAG__ENV_RESUME_AT "SNAG_RESUME_AT"
#define SNAG__ENV_RESTARTS "SNAG_RESTARTS"
#define SNAG__ENV_LEDGER "SNAG_LEDGER"
#define SNAG__ENV_COVERAGE_FD "SNAG_COVERAGE_FD"
#define SNAG__ENV_JOB "SNAG_JOB"
#define SNAG__ENV_INPUTS "SNAG_INPUTS"
#define SNAG__ENV_COMMAND "SNAG_COMMAND"
#define SNAG__ENV_SUMMARY "SNAG_SUMMARY"
#define SNAG__ENV_SCHEDULES "SNAG_SCHEDULES"

#endif
