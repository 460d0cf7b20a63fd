/* campaign.c: start, watch, recover, start again. See campaign.h and harness/recover.h. */
#define _GNU_SOURCE
#include "front/campaign.h"

#include "coverage.h"
#include "finding/ledger.h"
#include "front/recovery.h"
#include "recover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

bool snag__ledger_new(char *path, size_t room) {
    const char *directory = getenv("TMPDIR");
    snprintf(path, room, "%s/snag-ledger-XXXXXX", directory != NULL ? directory : "/tmp");
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "snag: %s: cannot be made: %s\n", path, strerror(errno));
        return false;
    }
    (void)close(fd);
    return true;
}

/* Inherited by every process that is started from here on, hence without MFD_CLOEXEC. */
int snag__coverage_new(void) {
    int fd = memfd_create("snag-coverage", 0);
    if (fd >= 0 && ftruncate(fd, sizeof(struct snag__coverage)) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

/* The environment of one process. */
struct environment {
    char resume[64], restarts[64], ledger[600], summary[32], schedules[SNAG__SCHEDULES_BYTES + 32],
        coverage[32], job[32], inputs[600];
    const char *list[9];
};

static const char *const *environment(const struct snag__campaign *c, bool only_summary,
                                      struct environment *v) {
    size_t n = 0;
    snprintf(v->resume, sizeof v->resume, SNAG__ENV_RESUME_AT "=%" PRIu64, c->executions);
    snprintf(v->restarts, sizeof v->restarts, SNAG__ENV_RESTARTS "=%" PRIu64, c->restarts);
    snprintf(v->ledger, sizeof v->ledger, SNAG__ENV_LEDGER "=%s", c->ledger);
    snprintf(v->summary, sizeof v->summary, SNAG__ENV_SUMMARY "=%s",
             only_summary ? "only" : "none");
    v->list[n++] = v->ledger;
    if (c->coverage_fd >= 0) {
        snprintf(v->coverage, sizeof v->coverage, SNAG__ENV_COVERAGE_FD "=%d", c->coverage_fd);
        v->list[n++] = v->coverage;
    }
    if (c->job.count > 1) {
        snprintf(v->job, sizeof v->job, SNAG__ENV_JOB "=%u/%u", c->job.index, c->job.count);
        v->list[n++] = v->job;
    }
    if (c->out_of_all != NULL) {
        snprintf(v->inputs, sizeof v->inputs, SNAG__ENV_INPUTS "=%s", c->out_of_all);
        v->list[n++] = v->inputs;
    }
    if (c->executions > 0)
        v->list[n++] = v->resume;
    if (c->restarts > 0)
        v->list[n++] = v->restarts;
    if (only_summary || c->more_follows)
        v->list[n++] = v->summary;
    if (only_summary && c->schedules[0] != '\0') {
        snprintf(v->schedules, sizeof v->schedules, SNAG__ENV_SCHEDULES "=%s", c->schedules);
        v->list[n++] = v->schedules;
    }
    v->list[n] = NULL;
    return v->list;
}

static enum snag_err run_once(const struct snag__campaign *c, bool only_summary,
                              bool capture_stderr, struct snag__end *end, struct snag_error *e) {
    struct environment v;
    struct snag__line line;
    snag__line_start(&line, c->chosen.executable, c->command, c->options, 0);
    if (c->rest_count > 0)
        snag__line_add(&line, "--");
    for (int i = 0; i < c->rest_count; i++)
        snag__line_add(&line, "%s", c->rest[i]);
    const struct snag__supervised s = {.argv = line.words,
                                       .env = environment(c, only_summary, &v),
                                       .timeout_ms = c->options->timeout_ms,
                                       .shielded = only_summary,
                                       .capture_stderr = capture_stderr};
    enum snag_err err = snag__supervise(&s, end, e);
    snag__line_free(&line);
    return err;
}

bool snag__campaign_found_enough(const struct snag__options *o, const char *ledger) {
    struct snag__ledger_entry *entries;
    struct snag_error unread; /* is told when the campaign ends */
    size_t count;
    bool found = false;
    if (strcmp(o->on_finding, "abort") != 0 ||
        snag__ledger_read(ledger, &entries, &count, &unread) != SNAG_ERR_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        found |= snag__ledger_is_discovery(&entries[i]);
    free(entries);
    return found;
}

/* What a status of 0 must become if others found something that the last process did not count. */
static int with_ledger(const struct snag__campaign *c, int status) {
    struct snag__ledger_entry *entries;
    struct snag_error e = {0};
    size_t count;
    if (status != SNAG__EXIT_NOTHING)
        return status;
    if (snag__ledger_read(c->ledger, &entries, &count, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    status = snag__ledger_status(entries, count, c->options->fail_on);
    free(entries);
    return status;
}

void snag__campaign_ran(struct snag__campaign *c, const char *flavour, uint64_t executions) {
    size_t used = strlen(c->schedules);
    (void)snprintf(c->schedules + used, sizeof c->schedules - used, "%s%s=%" PRIu64,
                   used > 0 ? "," : "", flavour, executions);
}

int snag__campaign_summarise(const struct snag__campaign *c) {
    struct snag__end end;
    struct snag_error e = {0};
    if (run_once(c, true, false, &end, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    int status = end.how == SNAG__ENDED ? end.status : SNAG__EXIT_TROUBLE;
    snag__end_free(&end);
    return with_ledger(c, status);
}

static int crashed_at_once(const struct snag__campaign *c, const struct snag__end *end) {
    char text[128];
    snag__end_text(end, text, sizeof text);
    fprintf(stderr, "snag: %s (%s) %s before its first execution, twice; its last words: %s\n",
            c->chosen.target, c->chosen.flavour, text,
            end->last_line[0] != '\0' ? end->last_line : "(none)");
    return SNAG__EXIT_TROUBLE;
}

/* Not by the code under test, as far as can be told. SIGKILL comes from outside (or for lack of
 * memory): worth another start. */
static bool is_worth_a_restart(const struct snag__campaign *c, const struct snag__end *end) {
    char text[192];
    snag__end_text(end, text, sizeof text);
    fprintf(stderr,
            "snag: %s (%s), after execution %" PRIu64 ": the process %s between two "
            "executions\n",
            c->chosen.target, c->chosen.flavour, end->executions, text);
    if (end->how == SNAG__STRAYED)
        snag__stack_print(stderr, &end->stack);
    return end->how == SNAG__CRASHED && end->signal == SIGKILL;
}

/* Ways to get stuck that were recovered already: another time costs a restart and no more. */
struct seen {
    enum snag__how how[64];
    char function[64][128];
    uint16_t op[64];
    size_t count;
};

static bool was_seen(struct seen *seen, const struct snag__end *end) {
    uint16_t op = end->recorder->current_op;
    if (end->how == SNAG__DIED)
        return false; /* deaths do not say where */
    for (size_t i = 0; i < seen->count; i++)
        if (seen->how[i] == end->how && seen->op[i] == op &&
            strcmp(seen->function[i], end->stack.stuck_in) == 0)
            return true;
    if (seen->count < 64) {
        seen->how[seen->count] = end->how;
        seen->op[seen->count] = op;
        snprintf(seen->function[seen->count++], 128, "%s", end->stack.stuck_in);
    }
    return false;
}

/* What to do after a process that did not end of itself. True: go on with another one. */
static bool after_accident(struct snag__campaign *c, struct seen *seen, const struct snag__end *end,
                           int *status) {
    struct environment v;
    c->executions = end->executions;
    *status = SNAG__EXIT_TROUBLE;
    if (end->how == SNAG__CRASHED || end->how == SNAG__STRAYED) {
        if (!is_worth_a_restart(c, end))
            return false;
    } else {
        snag__end_tell(&c->chosen, end);
        if (!was_seen(seen, end) &&
            !snag__recover(&c->chosen, c->options, end, environment(c, false, &v), status))
            return false;
    }
    *status = SNAG__EXIT_NOTHING;
    c->interrupted = snag__supervisor_asked(); /* or while it was recovered, which is shielded */
    if (c->interrupted || snag__campaign_found_enough(c->options, c->ledger))
        return false;
    if (c->restarts >= c->options->restarts_max) {
        fprintf(stderr, "snag: %s (%s): given up after %" PRIu64 " restarts (--restarts-max)\n",
                c->chosen.target, c->chosen.flavour, c->restarts);
        return false;
    }
    c->restarts++;
    return true;
}

/* Of --seconds, when the first process began at `began`; 0: none is left. */
static uint64_t seconds_left(const struct snag__options *o, time_t began) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t gone = (uint64_t)(now.tv_sec - began);
    return gone < o->seconds ? o->seconds - gone : 0;
}

int snag__campaign_run(struct snag__campaign *c) {
    const struct snag__options *given = c->options;
    struct snag__options mine = *given;
    struct timespec began;
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
    c->options = &mine;
    struct seen *seen = calloc(1, sizeof *seen);
    bool stumbled = false; /* the last process ended before its first execution */
    int status = SNAG__EXIT_TROUBLE;
    for (bool go_on = seen != NULL; go_on;) {
        struct snag__end end;
        struct snag_error e = {0};
        if (run_once(c, false, stumbled, &end, &e) != SNAG_ERR_OK) {
            status = snag__front_fail(&e);
            break;
        }
        c->interrupted = end.interrupted;
        bool progressed = end.executions > c->executions;
        if (end.how == SNAG__ENDED) {
            if (end.executions > c->executions)
                c->executions = end.executions;
            status = with_ledger(c, end.status);
            go_on = false;
        } else if (end.interrupted && end.how == SNAG__CRASHED) {
            status = with_ledger(c, SNAG__EXIT_NOTHING); /* it was told to go, or killed */
            fputs("snag: interrupted; findings so far are on disk\n", stderr);
            go_on = false;
        } else if (!progressed && stumbled) {
            status = crashed_at_once(c, &end);
            go_on = false;
        } else if (!progressed) {
            stumbled = true;
        } else {
            stumbled = false;
            go_on = after_accident(c, seen, &end, &status);
            mine.seconds = seconds_left(given, began.tv_sec);
            if (given->seconds != 0 && mine.seconds == 0)
                go_on = false;
            if (!go_on) {
                int summary = c->more_follows ? with_ledger(c, SNAG__EXIT_NOTHING)
                                              : snag__campaign_summarise(c);
                status = status == SNAG__EXIT_NOTHING ? summary : status;
            }
        }
        snag__end_free(&end);
    }
    free(seen);
    c->options = given;
    return status;
}
