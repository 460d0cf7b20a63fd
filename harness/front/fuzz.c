/* fuzz.c: `snag fuzz TARGET`: the fuzzer, in `fast`, in `tsan` and in `asan` by turns, in one
 * process or in several.
 *
 * All of them work on the same inputs below --out, so that what `fast` finds quickly is looked at
 * for races and memory errors soon after; of several jobs each has inputs of its own, which are put
 * together in the end. The rule: turns are the same length, none of them sums up, and a last
 * process, which runs nothing, says what all of them found.
 */
#include "front/campaign.h"
#include "front/front.h"
#include "front/jobs.h"
#include "live.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { TURN_S = 20, TURNS_EACH_MIN = 2, MS_PER_S = 1000 };

/* The first begins; whichever is not built has no turn. */
static const char *const in_turn[] = {"fast", "tsan", "asan"};
enum { FLAVOURS = sizeof in_turn / sizeof in_turn[0] };
_Static_assert(FLAVOURS <= SNAG__TURNS_MAX, "each counts for itself");

/* One campaign per flavour. */
struct turns {
    struct snag__campaign of[FLAVOURS];
    size_t count;
};

static uint64_t now_ms(void) {
    return snag__live_now_ns() / 1000000;
}

/* Short enough that each flavour has two turns. */
static uint64_t turn_length(uint64_t seconds, size_t flavours) {
    uint64_t turn = seconds / (TURNS_EACH_MIN * flavours);
    return seconds == 0 || turn > TURN_S ? TURN_S : turn > 0 ? turn : 1;
}

/* Says at the end what all flavours did, if they did anything. `status`: the worst so far. */
static int sum_up_turns(struct turns *t, const struct snag__options *o, int status) {
    uint64_t all = 0;
    for (size_t i = 0; i < t->count; i++) {
        snag__campaign_ran(&t->of[0], t->of[i].chosen.flavour, t->of[i].executions);
        all += t->of[i].executions;
    }
    t->of[0].options = o;
    if (all == 0 && status >= SNAG__EXIT_USAGE)
        return status;
    int summary = snag__campaign_summarise(&t->of[0]);
    return summary > status ? summary : status;
}

static int take_turns(struct turns *t, const struct snag__options *o) {
    struct snag__options mine = *o;
    uint64_t turn = turn_length(o->seconds, t->count), end = now_ms() + o->seconds * MS_PER_S;
    bool ended[FLAVOURS] = {false};
    size_t going = t->count;
    int status = SNAG__EXIT_NOTHING;
    mine.given |= UINT64_C(1) << SNAG__OPTION_seconds;
    for (size_t i = 0; going > 0; i++) {
        if (ended[i % t->count])
            continue;
        struct snag__campaign *now = &t->of[i % t->count];
        uint64_t began = now_ms();
        uint64_t left = o->seconds == 0 ? UINT64_MAX : end > began ? (end - began) / MS_PER_S : 0;
        bool last = left <= turn;
        mine.seconds = !last ? turn : left > 0 ? left : 1;
        mine.seed = o->seed + i / t->count; /* the same seed again would try the same things */
        mine.given |= UINT64_C(1) << SNAG__OPTION_seed;
        now->options = &mine;
        now->more_follows = true;
        int mine_ended = snag__campaign_run(now);
        status = mine_ended > status ? mine_ended : status;
        if (last || status >= SNAG__EXIT_USAGE || now->interrupted ||
            snag__campaign_found_enough(o, now->ledger))
            break;
        /* Before its time: it had enough (-runs), or was given up. */
        ended[i % t->count] = now_ms() - began < turn * MS_PER_S;
        going -= ended[i % t->count];
    }
    return status;
}

/* By one process after another. */
static int run_alone(struct turns *t, const struct snag__options *o) {
    return t->count > 1 ? sum_up_turns(t, o, take_turns(t, o)) : snag__campaign_run(&t->of[0]);
}

/* ---- several jobs ---- */

/* A job takes its turns when it comes to them. */
static int run_turns(struct snag__campaign *mine, const void *what) {
    const struct turns *all = what;
    struct turns t = {.count = all->count};
    for (size_t i = 0; i < t.count; i++) {
        t.of[i] = *mine;
        t.of[i].chosen = all->of[i].chosen;
    }
    return t.count > 1 ? take_turns(&t, mine->options) : snag__campaign_run(&t.of[0]);
}

static int run_jobs(const struct turns *t, uint32_t jobs) {
    struct snag__campaign whole = t->of[0];
    const char *flavours[FLAVOURS];
    for (size_t i = 0; i < t->count; i++)
        flavours[i] = t->of[i].chosen.flavour;
    const struct snag__work work = {
        .run = run_turns, .what = t, .flavours = flavours, .flavours_count = t->count};
    return snag__jobs_run(&whole, jobs, &work);
}

/* ---- the command ---- */

/* A word of libFuzzer's that would make all jobs the same, or each of them several. */
static bool is_ours_with_jobs(const char *word) {
    static const char *const ours[] = {"-seed=", "-jobs=", "-workers=", "-fork=", "-merge="};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (strncmp(word, ours[i], strlen(ours[i])) == 0)
            return true;
    return false;
}

/* Options of libFuzzer begin with a dash; a folder of inputs is ours to name. */
static bool are_options(int count, char **words, uint32_t jobs) {
    for (int i = 0; i < count; i++) {
        if (words[i][0] != '-') {
            fprintf(stderr, "snag fuzz: '%s' is one argument too many; see snag fuzz --help\n",
                    words[i]);
            return false;
        }
        if (jobs > 1 && is_ours_with_jobs(words[i])) {
            fprintf(
                stderr,
                "snag fuzz: '%s' and --jobs do not go together: each job has a seed of its own, "
                "from --seed, and is one process\n",
                words[i]);
            return false;
        }
    }
    return true;
}

/* The other flavours that are built follow the first, if nobody asked for one. */
static void add_others(struct turns *t, const struct snag__options *o) {
    const struct snag__chosen *first = &t->of[0].chosen;
    if (o->flavour != NULL || strcmp(first->flavour, in_turn[0]) != 0)
        return;
    for (size_t i = 1; i < FLAVOURS; i++) {
        const char *executable = snag__choose_other(first, in_turn[i]);
        if (executable == NULL)
            continue;
        t->of[t->count] = t->of[0];
        t->of[t->count].chosen =
            (struct snag__chosen){first->target, in_turn[i], executable, first->program};
        t->count++;
    }
}

int snag__front_fuzz(const struct snag__options *o, int argc, char **positional) {
    struct turns t = {
        .of = {{.command = "fuzz", .options = o, .rest = positional + 1, .rest_count = argc - 1}},
        .count = 1};
    uint32_t jobs = snag__jobs_wanted(o);
    char ledger[512];
    struct snag_error e;
    if (snag__choose(o, positional[0], &t.of[0].chosen, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    if (!t.of[0].chosen.program && !are_options(argc - 1, positional + 1, jobs))
        return SNAG__EXIT_USAGE;
    if (!snag__ledger_new(ledger, sizeof ledger))
        return SNAG__EXIT_TROUBLE;
    t.of[0].ledger = ledger;
    t.of[0].coverage_fd = snag__coverage_new();
    add_others(&t, o);
    int status = jobs > 1 ? run_jobs(&t, jobs) : run_alone(&t, o);
    (void)close(t.of[0].coverage_fd);
    (void)unlink(ledger);
    return status;
}
