/* jobs.c: starts the jobs of a search, shows how they are doing, ends them. See jobs.h.
 *
 * What a job finds is read in its ledger, and how far it has come in the memory where all count
 * what they cover: it tells no findings itself, but what goes wrong.
 */
#define _GNU_SOURCE
#include "front/jobs.h"

#include "base/file.h"
#include "base/short_number.h"
#include "counted.h"
#include "front/child.h"
#include "front/gather.h"
#include "front/supervisor.h"
#include "live.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct one {
    struct snag__found_in found; /* its ledger, and its folder below --out */
    pid_t pid;                   /* 0: it does not run */
    int status;                  /* its exit status, when it has ended */
};

struct jobs {
    struct snag__campaign *whole;
    const struct snag__work *work;
    const struct snag__coverage *coverage;
    uint32_t count, started;
    struct one all[SNAG__JOBS_MAX];
    struct snag__gathered told; /* of whose findings a line was printed */
    bool ending;                /* they were told to end */
    bool interrupted;           /* by the user */
    bool cannot;                /* one could not be started; it was said why */
    uint64_t shown_ns, shown;   /* the last line about progress, and schedules then */
};

/* ---- one of them ---- */

/* In its process. */
static int run_job(const struct jobs *j, uint32_t index) {
    struct snag__campaign mine = *j->whole;
    struct snag__options o = *mine.options;
    o.out = j->all[index].found.out;
    o.json = true; /* what it finds is told here */
    o.given |= UINT64_C(1) << SNAG__OPTION_out | UINT64_C(1) << SNAG__OPTION_json;
    mine.options = &o;
    mine.ledger = j->all[index].found.ledger;
    mine.job = (struct snag__job){index, j->count};
    mine.out_of_all = j->whole->options->out;
    mine.more_follows = true;
    return j->work->run(&mine, j->work->what);
}

/* A folder below --out that is nobody's yet: others may work beside us, or have left theirs. */
static bool make_folder(const char *out, uint32_t index, char *folder, size_t room) {
    struct snag_error e;
    int n = snprintf(folder, room, "%s/job-%" PRIu32 "-XXXXXX", out, index);
    if (n < 0 || (size_t)n >= room) {
        fprintf(stderr, "snag: the path below --out=%s is too long\n", out);
    } else if (snag__file_folders(folder, &e) != SNAG_ERR_OK) {
        (void)snag__front_fail(&e);
    } else if (mkdtemp(folder) == NULL) {
        fprintf(stderr, "snag: %s: cannot be written: %s\n", out, strerror(errno));
    } else {
        return true;
    }
    folder[0] = '\0';
    return false;
}

/* Where the next one puts what it finds. */
static bool prepare(const struct jobs *j, struct snag__found_in *found) {
    found->job = (struct snag__job){0, 1};
    if (j->work->schedules == 0)
        found->job = (struct snag__job){j->started, j->count};
    return make_folder(j->whole->options->out, j->started, found->out, sizeof found->out) &&
           snag__ledger_new(found->ledger, sizeof found->ledger);
}

static bool start(struct jobs *j) {
    uint32_t index = j->started;
    struct one *one = &j->all[index];
    j->cannot = !prepare(j, &one->found);
    if (j->cannot)
        return false;
    (void)fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(SNAG__EXIT_TROUBLE); /* it died before prctl */
        snag__supervisor_begin_forked();
        int status = run_job(j, index);
        (void)fflush(NULL);
        _exit(status);
    }
    j->cannot = pid < 0;
    if (j->cannot) {
        fprintf(stderr, "snag: no new process: %s\n", strerror(errno));
        return false;
    }
    j->started++;
    (void)setpgid(pid, pid); /* in both, so that it holds whoever runs first */
    one->pid = pid;
    return true;
}

static void stop(struct jobs *j) {
    j->ending = true;
    for (uint32_t i = 0; i < j->started; i++)
        if (j->all[i].pid != 0)
            (void)kill(j->all[i].pid, SIGINT);
}

/* ---- all of them ---- */

/* A finding ends the search, and it has one: the others are told. */
static bool ends_all(const struct jobs *j, const struct one *one) {
    return snag__campaign_found_enough(j->whole->options, one->found.ledger);
}

/* Its exit status. It is a supervisor: who killed it is not the code under test. */
static int status_of(uint32_t index, int status) {
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    fprintf(stderr, "snag: job %" PRIu32 " was killed by signal %d (%s)\n", index + 1,
            WTERMSIG(status), strsignal(WTERMSIG(status)));
    return SNAG__EXIT_TROUBLE;
}

/* Takes note of those that have ended; how many have not. */
static uint32_t reap(struct jobs *j) {
    uint32_t running = 0;
    for (uint32_t i = 0; i < j->started; i++) {
        struct one *one = &j->all[i];
        int status;
        if (one->pid != 0 && waitpid(one->pid, &status, WNOHANG) == one->pid) {
            one->pid = 0;
            one->status = status_of(i, status);
            if (ends_all(j, one) && !j->ending)
                stop(j);
        }
        running += one->pid != 0;
    }
    return running;
}

/* "fast, tsan" */
static void show_flavours(const struct jobs *j, char *text, size_t room) {
    size_t used = 0;
    for (size_t i = 0; i < j->work->flavours_count && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", i > 0 ? ", " : "",
                                 j->work->flavours[i]);
}

/* "fast: 2 found, 12.3M of 100M schedules (1.02M/s) by 2 jobs" */
static void show(struct jobs *j, uint64_t now) {
    char line[256], flavours[128] = "", ran[SNAG__SHORT_NUMBER_BYTES],
                    all[SNAG__SHORT_NUMBER_BYTES], of[SNAG__SHORT_NUMBER_BYTES + 4] = "",
                    rate[SNAG__SHORT_NUMBER_BYTES];
    uint64_t n = snag__counted_begun(j->coverage, NULL),
             per_s = (uint64_t)((double)(n - j->shown) * 1e9 / (double)(now - j->shown_ns));
    j->shown_ns = now;
    j->shown = n;
    show_flavours(j, flavours, sizeof flavours);
    if (j->work->schedules != 0)
        snprintf(of, sizeof of, " of %s", snag__short_number(j->work->schedules, all));
    snprintf(line, sizeof line, "%s: %zu found, %s%s schedules (%s/s) by %" PRIu32 " jobs",
             flavours, snag__gathered_new(&j->told), snag__short_number(n, ran), of,
             snag__short_number(per_s, rate), j->count);
    snag__live_show(line);
}

/* What the jobs have found that nobody has told yet. */
static void announce(struct jobs *j) {
    size_t before = j->told.count;
    struct snag_error e;
    for (uint32_t i = 0; i < j->started; i++)
        (void)snag__gather(&j->told, &j->all[i].found, &e); /* what is wrong is told at the end */
    for (size_t i = before; i < j->told.count; i++) {
        snag__live_clear();
        snag__ledger_tell(&j->told.list[i].entry);
    }
}

static void look(struct jobs *j) {
    if (j->whole->options->json)
        return;
    announce(j);
    uint64_t now = snag__live_now_ns();
    if (now - j->shown_ns >= snag__live_every_ns())
        show(j, now);
}

/* Told twice, a job ends at once, whatever it is writing: that is for the user to ask. */
static void wait_for(struct jobs *j, uint64_t ms) {
    if (!snag__supervisor_wait(ms))
        return;
    if (!j->ending || j->interrupted)
        stop(j);
    j->interrupted = true;
}

/* The first one, until it is known to be able to search: what is wrong with the command line is
 * then said once. False: it ended before. */
static bool first_begins(struct jobs *j) {
    enum { FIRST_LOOK_MS = 1 };
    if (!start(j))
        return false;
    while (!j->coverage->used[0] && reap(j) > 0)
        wait_for(j, FIRST_LOOK_MS);
    return j->coverage->used[0];
}

static void run_all(struct jobs *j) {
    enum { LOOK_MS = 200 };
    if (!first_begins(j))
        return;
    while (j->started < j->count && !j->interrupted && start(j))
        ;
    while (reap(j) > 0) {
        wait_for(j, LOOK_MS);
        look(j);
    }
    if (!j->whole->options->json)
        announce(j);
    snag__live_clear();
}

/* The worst of their own trouble. */
static int trouble(const struct jobs *j) {
    int worst = j->cannot ? SNAG__EXIT_TROUBLE : SNAG__EXIT_NOTHING;
    for (uint32_t i = 0; i < j->started; i++)
        if (j->all[i].status >= SNAG__EXIT_USAGE && j->all[i].status > worst)
            worst = j->all[i].status;
    return worst;
}

static struct snag__gathered gathered(const struct snag__work *w) {
    return (struct snag__gathered){.flavours = w->flavours, .flavours_count = w->flavours_count};
}

/* What they found is what the whole found. 0, or an exit status. */
static int gather(const struct jobs *j) {
    const struct snag__campaign *c = j->whole;
    struct snag__gathered all = gathered(j->work);
    struct snag_error e;
    int status = SNAG__EXIT_NOTHING;
    for (uint32_t i = 0; i < j->started; i++)
        if (snag__gather(&all, &j->all[i].found, &e) != SNAG_ERR_OK)
            status = snag__front_fail(&e);
    if (snag__gathered_keep(&all, c->options->out, c->ledger, &e) != SNAG_ERR_OK)
        status = snag__front_fail(&e);
    for (uint32_t i = 0; i < j->started; i++)
        if (snag__gather_inputs(&j->all[i].found, c->options->out, c->chosen.target, &e) !=
            SNAG_ERR_OK)
            status = snag__front_fail(&e);
    for (uint32_t i = 0; i <= j->started && i < j->count && status == SNAG__EXIT_NOTHING; i++)
        if (j->all[i].found.out[0] != '\0')
            snag__gathered_clear(&j->all[i].found);
    snag__gathered_free(&all);
    return status;
}

static int sum_up(const struct jobs *j) {
    struct snag__campaign *c = j->whole;
    int gathered = gather(j), worst = trouble(j);
    worst = gathered > worst ? gathered : worst;
    c->executions = snag__counted_begun(j->coverage, NULL);
    if (c->executions == 0)
        return worst;
    for (size_t i = 0; i < j->work->flavours_count && j->work->flavours_count > 1; i++)
        snag__campaign_ran(c, j->work->flavours[i],
                           snag__counted_begun(j->coverage, j->work->flavours[i]));
    c->job = (struct snag__job){0, j->count};
    int status = snag__campaign_summarise(c);
    return worst > status ? worst : status;
}

uint32_t snag__jobs_wanted(const struct snag__options *o) {
    size_t jobs = snag__processes(o->searchers);
    return jobs < SNAG__JOBS_MAX ? (uint32_t)jobs : SNAG__JOBS_MAX;
}

int snag__jobs_run(struct snag__campaign *whole, uint32_t count, const struct snag__work *work) {
    struct jobs *j = calloc(1, sizeof *j);
    void *at = whole->coverage_fd < 0
                   ? MAP_FAILED
                   : mmap(NULL, sizeof *j->coverage, PROT_READ, MAP_SHARED, whole->coverage_fd, 0);
    if (j == NULL || at == MAP_FAILED) {
        fputs("snag: no memory in which several jobs could count; leave --jobs out\n", stderr);
        free(j);
        return SNAG__EXIT_TROUBLE;
    }
    *j = (struct jobs){.whole = whole, .work = work, .coverage = at, .count = count};
    j->told = gathered(work);
    j->shown_ns = snag__live_now_ns();
    run_all(j);
    int status = sum_up(j);
    for (uint32_t i = 0; i < count; i++)
        if (j->all[i].found.ledger[0] != '\0')
            (void)unlink(j->all[i].found.ledger);
    snag__gathered_free(&j->told);
    (void)munmap(at, sizeof *j->coverage);
    free(j);
    return status;
}
