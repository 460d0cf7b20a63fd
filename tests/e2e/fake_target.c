/* fake_target.c: a target executable without an engine, for the tests of the supervisor.
 *
 * It keeps the promises of harness/recover.h and misbehaves on request: FAKE="loop@3 block@5" gets
 * stuck in executions 3 and 5. The rule: nothing in here knows how it is watched.
 */
#define _GNU_SOURCE
#include "base/file.h"
#include "base/options.h"
#include "exec/recorder.h"
#include "finding/ledger.h"
#include "recover.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static struct snag__recorder *r;
static volatile uint64_t sink;
static bool is_rerun;
static volatile sig_atomic_t told_to_stop;

/* ---- misbehaviour: its number is the flight's current_op ------------------------------------- */

__attribute__((noinline)) static void leaf_a(void) {
    for (int i = 0; i < 1000; i++)
        sink += (uint64_t)i;
}
__attribute__((noinline)) static void leaf_b(void) {
    for (int i = 0; i < 1000; i++)
        sink ^= (uint64_t)i;
}
__attribute__((noinline)) static void spin_for_ever(void) {
    for (;;) {
        leaf_a();
        leaf_b();
    }
}
/* Whenever one looks, it is in the same callee. */
__attribute__((noinline)) static void nearly_always_elsewhere(void) {
    for (;;)
        leaf_a();
}
__attribute__((noinline)) static void wait_for_ever(void) {
    int ends[2];
    char c;
    if (pipe(ends) == 0)
        (void)!read(ends[0], &c, 1);
    sink++;
}
__attribute__((noinline)) static void poll_for_ever(void) {
    for (;;)
        sink += (uint64_t)poll(NULL, 0, 5);
}
static void fault(void) {
    raise(SIGSEGV);
}
static void leave(void) {
    _exit(66);
}
static void killed_once(void) {
    if (!is_rerun)
        kill(getpid(), SIGKILL);
}
/* Stopped from outside for longer than the timeout: no fault of its own. */
static void stopped(void) {
    pid_t self = getpid();
    if (fork() == 0) {
        usleep(700000);
        kill(self, SIGCONT);
        _exit(0);
    }
    kill(self, SIGSTOP);
}
/* Long work, but scheduling points are passed. */
static void busy(void) {
    for (int i = 0; i < 70; i++) {
        usleep(10000);
        r->events_count++;
    }
}
/* Long silence, announced. */
static void unwatched(void) {
    r->watching = 0;
    usleep(700000);
    r->watching = 1;
}
static void killed_between(void) {
    if (getenv(SNAG__ENV_RESTARTS) != NULL)
        return;
    r->running = 0;
    kill(getpid(), SIGKILL);
}
static void crashed_between(void) {
    r->running = 0;
    fputs("the harness is wrong here\n", stderr);
    raise(SIGABRT);
}
/* Not the code under test: what snag, or a model, does after it. */
static void strayed(void) {
    r->running = 0;
    spin_for_ever();
}
/* Waits for Ctrl-C, as a long campaign would. */
static void until_told(void) {
    while (!told_to_stop) {
        usleep(1000);
        r->events_count++;
    }
}
static void deaf(void) {
    signal(SIGINT, SIG_IGN);
    for (;;) {
        usleep(1000);
        r->events_count++;
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} ways[] = {{"loop", spin_for_ever},
            {"block", wait_for_ever},
            {"poll", poll_for_ever},
            {"segv", fault},
            {"exit", leave},
            {"killonce", killed_once},
            {"stop", stopped},
            {"busy", busy},
            {"unwatched", unwatched},
            {"between", killed_between},
            {"abort", crashed_between},
            {"wait", until_told},
            {"deaf", deaf},
            {"stray", strayed},
            {"elsewhere", nearly_always_elsewhere}};
enum { WAYS = sizeof ways / sizeof ways[0] };

/* What FAKE says of this execution; 0: nothing. */
static uint16_t way_of(uint64_t execution) {
    const char *plan = getenv("FAKE");
    for (uint16_t i = 0; plan != NULL && i < WAYS; i++) {
        char word[64];
        snprintf(word, sizeof word, "%s@%" PRIu64 " ", ways[i].name, execution);
        char padded[512];
        snprintf(padded, sizeof padded, " %s ", plan);
        const char *at = strstr(padded, word);
        if (at != NULL && at[-1] == ' ')
            return (uint16_t)(i + 1);
    }
    return 0;
}

__attribute__((noinline)) static void execute(uint16_t way) {
    r->executions = r->executions + 1;
    r->current_op = way;
    r->events_count = 1;
    r->watching = 1;
    r->running = 1;
    if (way != 0)
        ways[way - 1].run();
    r->running = 0;
    sink++;
}

/* Children of our parent: this process, and whatever it has not reaped. */
static int siblings(void) {
    char path[64];
    int pid, count = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)getppid(), (int)getppid());
    FILE *file = fopen(path, "r");
    while (file != NULL && fscanf(file, "%d", &pid) == 1)
        count++;
    if (file != NULL)
        fclose(file);
    return count;
}

/* ---- commands -------------------------------------------------------------------------------- */

static int summary(const struct snag__options *o, const char *how) {
    struct snag__ledger_entry *entries;
    size_t count;
    struct snag_error e = {0};
    if (snag__ledger_read(NULL, &entries, &count, &e) != SNAG_ERR_OK)
        return SNAG__EXIT_TROUBLE;
    if (how == NULL || strcmp(how, "none") != 0) {
        printf("executions=%" PRIu64 " findings=%zu restarts=%s summary=%s\n", r->executions, count,
               getenv(SNAG__ENV_RESTARTS) != NULL ? getenv(SNAG__ENV_RESTARTS) : "0",
               how != NULL ? how : "own");
        printf("siblings=%d\n", siblings());
        for (size_t i = 0; i < count; i++)
            printf("finding %s %s\n", entries[i].key, snag__standing_name(entries[i].standing));
    }
    int status = snag__ledger_status(entries, count, o->fail_on);
    free(entries);
    return status;
}

static void on_interrupt(int signal_number) {
    (void)signal_number;
    told_to_stop = 1;
}

static int explore(const struct snag__options *o) {
    const char *at = getenv(SNAG__ENV_RESUME_AT), *how = getenv(SNAG__ENV_SUMMARY);
    const char *plan = getenv("FAKE");
    if (plan != NULL && strstr(plan, "startup") != NULL) {
        fputs("something else\ncannot start: no such fake\n", stderr);
        abort();
    }
    signal(SIGINT, on_interrupt);
    r->executions = at != NULL ? strtoull(at, NULL, 10) : 0;
    if (how == NULL || strcmp(how, "only") != 0)
        while (r->executions < o->schedules && !told_to_stop)
            execute(way_of(r->executions + 1));
    return summary(o, how);
}

static int recover(const struct snag__options *o) {
    struct snag_error e = {0};
    char *flight, *note = NULL, path[600];
    size_t bytes, note_bytes = 0;
    if (snag__file_read(o->flight, 1 << 27, &flight, &bytes, &e) != SNAG_ERR_OK)
        return SNAG__EXIT_TROUBLE;
    const struct snag__recorder *old = (const void *)flight;
    if (!snag__recorder_legible(old, bytes))
        return SNAG__EXIT_TROUBLE;
    if (o->rerun) {
        is_rerun = true;
        execute(old->current_op);
        return SNAG__EXIT_NOTHING;
    }
    if (snag__file_read(o->note, 1 << 16, &note, &note_bytes, &e) != SNAG_ERR_OK)
        return SNAG__EXIT_TROUBLE;
    if (o->against != NULL) {
        printf("{\"status\":\"reproduced\",\"kind\":\"%s\",\"function\":\"%s\"}\n", o->kind,
               o->function != NULL ? o->function : "");
        return o->expect ? SNAG__EXIT_NOTHING : SNAG__EXIT_FINDINGS;
    }
    struct snag__ledger_entry entry = {.kind = snag_finding_parse(o->kind),
                                       .grade = SNAG_GRADE_FINDING,
                                       .flavour = "fast",
                                       .executions = old->executions,
                                       .standing =
                                           o->unreproduced ? SNAG__UNREPRODUCED : SNAG__NEW};
    snprintf(entry.key, sizeof entry.key, "%s op%u %s", o->kind, old->current_op,
             o->function != NULL ? o->function : "");
    snprintf(path, sizeof path, "%s/%s.repro", o->out, o->kind);
    if (snag__file_folders(path, &e) != SNAG_ERR_OK ||
        snag__file_write(path, note, note_bytes, &e) != SNAG_ERR_OK ||
        snag__ledger_append(NULL, &entry, &e) != SNAG_ERR_OK)
        return SNAG__EXIT_TROUBLE;
    fprintf(stderr, "recovered: %s\n", entry.key);
    free(flight);
    free(note);
    return SNAG__EXIT_NOTHING;
}

static int replay(const struct snag__options *o) {
    const char *plan = getenv("FAKE");
    execute(way_of(1));
    printf("{\"status\":\"%s\"}\n", plan != NULL ? plan : "reproduced");
    if (plan != NULL && strcmp(plan, "fixed") == 0)
        return SNAG__EXIT_FINDINGS;
    return o->expect ? SNAG__EXIT_NOTHING : SNAG__EXIT_FINDINGS;
}

int main(int argc, char **argv) {
    static const struct snag__usage usages[] = {
        {"fake", false, "explore", "", "", 0, 0},
        {"fake", false, "recover", "", "", 0, 0},
        {"fake", false, "replay", "FILE", "", 1, 1},
    };
    static int (*const commands[])(const struct snag__options *o) = {explore, recover, replay};
    struct snag__options o;
    struct snag_error e = {0};
    int first;
    if (snag__recorder_open(&e) != SNAG_ERR_OK)
        return SNAG__EXIT_TROUBLE;
    r = snag__recorder;
    for (size_t i = 0; argc > 1 && i < 3; i++) {
        if (strcmp(argv[1], usages[i].command) != 0)
            continue;
        if (snag__options_parse(&usages[i], argc - 1, argv + 1, &o, &first, &e) == SNAG__PARSED)
            return commands[i](&o);
        fprintf(stderr, "%s\n", e.line);
    }
    return SNAG__EXIT_USAGE;
}
