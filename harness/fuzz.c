/* fuzz.c: one input of a fuzzing engine: decoded, run as a batch of schedules, judged.
 *
 * It chooses no input (the engine does, with fuzz_mutate.c) and owns no main. The rule: what is run
 * to confirm and shrink a finding is not coverage of the input that showed it.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/prng.h"
#include "cli/commands.h"
#include "exec/feedback.h"
#include "inputs.h"
#include "sched/plain.h"
#include "sched/schedule.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct snag__fuzz snag__fuzz;
static struct snag__input input;

/* libFuzzer reads these after each input and clears them before the next. */
static uint8_t pairs[SNAG__FEEDBACK_BYTES]
    __attribute__((section("__libfuzzer_extra_counters"), used));

/* The counters of code coverage, if the code under test was compiled with them. */
extern uint8_t __start___sancov_cntrs[] __attribute__((weak));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak));
static uint8_t *kept_counters;

static void keep_coverage(void) {
    size_t bytes = (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs);
    if (kept_counters == NULL)
        kept_counters = malloc(bytes + 1);
    if (kept_counters != NULL)
        memcpy(kept_counters, __start___sancov_cntrs, bytes);
}

static void put_back_coverage(void) {
    size_t bytes = (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs);
    if (kept_counters != NULL)
        memcpy(__start___sancov_cntrs, kept_counters, bytes);
}

static void hide_coverage(void) {
    memset(__start___sancov_cntrs, 0, (size_t)(__stop___sancov_cntrs - __start___sancov_cntrs));
}

/* ---- begin and end ---- */

static _Noreturn void end(struct snag__fuzz *f, int engine_status) {
    f->opened = false;
    int status = snag__campaign_end(&f->campaign);
    bool wrote = f->inputs != NULL && !f->campaign.only_summary;
    if (wrote && !snag__inputs_check(f->inputs, f->session.impl, f->began))
        status = SNAG__EXIT_TROUBLE;
    (void)fflush(NULL);
    _exit(engine_status != 0 ? SNAG__EXIT_TROUBLE : status);
}

/* libFuzzer's driver does not return: it calls exit. _exit, because what else was registered
 * (sanitizers, libFuzzer) would replace the status. */
static void on_process_exit(int status, void *unused) {
    (void)unused;
    struct snag__fuzz *f = &snag__fuzz;
    if (f->opened && (f->ours || f->campaign.first_finding != 0))
        end(f, f->ours ? status : 0);
}

int snag__fuzz_open(const struct snag__options *o, bool ours, const char *inputs) {
    struct snag__fuzz *f = &snag__fuzz;
    struct sigaction on_interrupt;
    if (f->opened)
        return 0;
    int status = snag__session_open(&f->session, o);
    (void)sigaction(SIGINT, NULL, &on_interrupt);
    if (status == 0)
        status = snag__campaign_open(&f->campaign, &f->session);
    if (status != 0)
        return status;
    if (!ours) /* a stranger ends the process at Ctrl-C by its own means */
        (void)sigaction(SIGINT, &on_interrupt, NULL);
    if (on_exit(on_process_exit, NULL) != 0) {
        fprintf(stderr, "snag: out of memory\n");
        return SNAG__EXIT_TROUBLE;
    }
    f->campaign.all_strategies = f->session.portfolio;
    if (ours)
        snag__progress_begin(&f->progress, &f->campaign, inputs, 0);
    f->ours = ours;
    f->shows_code = strcmp(o->feedback, "all") == 0 || strcmp(o->feedback, "code") == 0;
    f->shows_interleavings =
        strcmp(o->feedback, "all") == 0 || strcmp(o->feedback, "interleaving") == 0;
    f->inputs = inputs;
    f->began = time(NULL) - 1; /* a file's time may lag behind */
    f->opened = true;
    return 0;
}

void snag__fuzz_drop(void) {
    snag__fuzz.opened = false;
}

/* Options that an engine which is not ours gets: none can be given on its command line. */
static const struct snag__options *strangers_options(void) {
    static struct snag__options o;
    const char *on_finding = getenv(SNAG__ENV_ON_FINDING);
    snag__options_defaults(&o);
    o.on_finding = on_finding != NULL ? on_finding : "abort";
    if (strcmp(o.on_finding, "abort") != 0 && strcmp(o.on_finding, "continue") != 0) {
        fprintf(stderr, "snag: " SNAG__ENV_ON_FINDING "=%s: continue or abort\n", on_finding);
        exit(SNAG__EXIT_USAGE);
    }
    return &o;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    if (!snag__fuzz.opened) {
        int status = snag__fuzz_open(strangers_options(), false, NULL);
        if (status != 0)
            exit(status);
    }
    return 0;
}

/* ---- one input ---- */

/* Faults that are off do not happen, though an input was found with them on; and --workers has the
 * last word. */
void snag__fuzz_decode(const struct snag__fuzz *f, struct snag__input *in, const uint8_t *data,
                       size_t size) {
    snag__input_decode(in, f->session.impl, data, size);
    uint32_t aimed = in->strategy & SNAG__INPUT_AIMED, strategy = in->strategy ^ aimed;
    in->strategy = (uint8_t)(aimed | strategy % f->session.strategies);
    if (f->session.impl != NULL)
        snag__session_fix_workers(&f->session, &in->program);
    for (uint32_t i = in->schedule.count; i-- > 0;) {
        enum snag_fault fault = snag_fault_of(in->schedule.list[i].kind);
        if (fault != SNAG_FAULT_KINDS && (f->session.faults & SNAG_FAULT_SET(fault)) == 0)
            snag__schedule_remove(&in->schedule, i);
    }
}

const struct snag_program *snag__fuzz_program(const struct snag__fuzz *f,
                                              const struct snag__input *in) {
    return f->session.impl != NULL ? &in->program : NULL;
}

static uint32_t strategy_of(const struct snag__input *in) {
    return in->strategy & ~(unsigned)SNAG__INPUT_AIMED;
}

/* Number `k` > 0 of a batch; number 0 has been run. */
static void search(struct snag__fuzz *f, const struct snag__input *in, uint64_t id, uint32_t k,
                   struct snag_verdict *v) {
    const struct snag_program *p = snag__fuzz_program(f, in);
    bool learns = k == SNAG__FUZZ_LEARNS;
    if (f->aimed.ready)
        snag__session_follow(&f->session, p, id, &f->aimed.next, learns, v);
    else
        snag__session_search(&f->session, strategy_of(in), p, id,
                             snag__mix64(in->seed ^ snag__mix64(k)), learns, v);
}

void snag__fuzz_run(struct snag__fuzz *f, const struct snag__input *in, uint64_t id, uint32_t k,
                    struct snag_verdict *v) {
    if (k == 0) {
        snag__plain_forget();
        snag__session_renew(&f->session);
        snag__session_first(&f->session, snag__fuzz_program(f, in), id, &in->schedule,
                            UINT64_C(1) << strategy_of(in), v);
        snag__aimed_begin(&f->aimed, in->seed);
    } else {
        search(f, in, id, k, v);
    }
    /* Where the default schedule leads to, all have been. */
    if ((in->strategy & SNAG__INPUT_AIMED) != 0 && (k > 0 || in->schedule.count > 0))
        snag__aimed_saw(&f->aimed);
}

/* Who made number `k`, for the table of what each yielded. */
static uint32_t by(const struct snag__fuzz *f, const struct snag__input *in, uint32_t k) {
    return k == 0 || f->aimed.ready ? SNAG__BY_NOBODY : SNAG__BY_FIRST + strategy_of(in);
}

static void show_interleaving(const struct snag__fuzz *f, uint64_t name) {
    if (f->shows_interleavings) {
        struct snag__trace trace = snag__exec_trace();
        (void)snag__feedback_read(&trace, name, pairs);
    }
}

static void saw(struct snag__fuzz *f, const struct snag__input *in, uint64_t id,
                struct snag_verdict *v) {
    const struct snag_program *p = snag__fuzz_program(f, in);
    uint64_t name = v->digest ^ id;
    if (snag__likely(v->findings_count == 0)) {
        snag__feedback_expect(name);
        snag__campaign_saw(&f->campaign, p, id, v);
        show_interleaving(f, name);
        return;
    }
    show_interleaving(f, name); /* what shows findings may be run again, and others in its place */
    keep_coverage();
    snag__campaign_saw(&f->campaign, p, id, v);
    put_back_coverage();
}

/* The campaign is over: by us with its summary, by a stranger with the crash it waits for. */
static _Noreturn void over(struct snag__fuzz *f) {
    if (f->ours)
        end(f, 0);
    const struct snag__found *last = &f->campaign.found[f->campaign.found_count - 1];
    fprintf(stderr, "snag: found: %s\nsnag: repro: %s\n", last->entry.key, last->entry.repro);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct snag__fuzz *f = &snag__fuzz;
    if (!f->opened) /* an engine that does not call it */
        (void)LLVMFuzzerInitialize(NULL, NULL);
    snag__fuzz_decode(f, &input, data, size);
    const struct snag_program *p = snag__fuzz_program(f, &input);
    uint64_t id = p != NULL ? snag__program_hash(p) : 0;
    snag__campaign_program(&f->campaign, p, id);
    pairs[0] = 1; /* an engine gives up when its first inputs cover nothing */
    for (uint32_t k = 0; k < input.batch; k++) {
        struct snag_verdict v;
        snag__campaign_begins(&f->campaign, by(f, &input, k));
        snag__fuzz_run(f, &input, id, k, &v);
        saw(f, &input, id, &v);
        if (snag__campaign_over(&f->campaign))
            over(f);
    }
    if (!f->shows_code)
        hide_coverage();
    snag__progress_tick(&f->progress);
    return 0;
}
