/* fuzz.c: `snag fuzz TARGET`: the fuzzer, in `fast` and in `tsan` by turns.
 *
 * Both flavours work on the same inputs below --out, so that what `fast` finds quickly is looked at
 * for races soon after. The rule: turns are the same length, none of them sums up, and a last
 * process, which runs nothing, says what all of them found.
 */
#include "front/campaign.h"
#include "front/front.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TURN_S = 20, TURNS_MIN = 4, FLAVOURS = 2, MS_PER_S = 1000 };

static uint64_t now_ms(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * MS_PER_S + (uint64_t)t.tv_nsec / 1000000;
}

/* Short enough that each flavour has two turns. */
static uint64_t turn_length(uint64_t seconds) {
    uint64_t turn = seconds / TURNS_MIN;
    return seconds == 0 || turn > TURN_S ? TURN_S : turn > 0 ? turn : 1;
}

/* Says at the end what both flavours did, if they did anything. `status`: the worst so far. */
static int sum_up(struct snag__campaign c[FLAVOURS], const struct snag__options *o, int status) {
    char schedules[96];
    (void)snprintf(schedules, sizeof schedules, "%s=%" PRIu64 ",%s=%" PRIu64, c[0].chosen.flavour,
                   c[0].executions, c[1].chosen.flavour, c[1].executions);
    c[0].options = o;
    c[0].schedules = schedules;
    if (c[0].executions == 0 && c[1].executions == 0 && status >= SNAG__EXIT_USAGE)
        return status;
    int summary = snag__campaign_summarise(&c[0]);
    return summary > status ? summary : status;
}

static int take_turns(struct snag__campaign c[FLAVOURS], const struct snag__options *o) {
    struct snag__options mine = *o;
    uint64_t turn = turn_length(o->seconds), end = now_ms() + o->seconds * MS_PER_S;
    bool ended[FLAVOURS] = {false};
    int status = SNAG__EXIT_NOTHING;
    mine.given |= UINT64_C(1) << SNAG__OPTION_seconds;
    for (unsigned i = 0; !(ended[0] && ended[1]); i++) {
        if (ended[i % FLAVOURS])
            continue;
        struct snag__campaign *now = &c[i % FLAVOURS];
        uint64_t began = now_ms();
        uint64_t left = o->seconds == 0 ? UINT64_MAX : end > began ? (end - began) / MS_PER_S : 0;
        bool last = left <= turn;
        mine.seconds = !last ? turn : left > 0 ? left : 1;
        mine.seed = o->seed + i / FLAVOURS; /* the same seed again would try the same things */
        mine.given |= UINT64_C(1) << SNAG__OPTION_seed;
        now->options = &mine;
        now->more_follows = true;
        int mine_ended = snag__campaign_run(now);
        status = mine_ended > status ? mine_ended : status;
        if (last || status >= SNAG__EXIT_USAGE || now->interrupted)
            break;
        /* Before its time: it had enough (-runs), or was given up. */
        ended[i % FLAVOURS] = now_ms() - began < turn * MS_PER_S;
    }
    return sum_up(c, o, status);
}

/* Options of libFuzzer begin with a dash; a folder of inputs is ours to name. */
static bool are_options(int count, char **words) {
    for (int i = 0; i < count; i++) {
        if (words[i][0] != '-') {
            fprintf(stderr, "snag fuzz: '%s' is one argument too many; see snag fuzz --help\n",
                    words[i]);
            return false;
        }
    }
    return true;
}

int snag__front_fuzz(const struct snag__options *o, int argc, char **positional) {
    struct snag__campaign c[FLAVOURS] = {{.command = "fuzz"}, {.command = "fuzz"}};
    char ledger[512];
    struct snag_error e;
    int status;
    if (!are_options(argc - 1, positional + 1))
        return SNAG__EXIT_USAGE;
    if (snag__choose(o, positional[0], &c[0].chosen, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    if (!snag__ledger_new(ledger, sizeof ledger))
        return SNAG__EXIT_TROUBLE;
    int coverage_fd = snag__coverage_new();
    for (int i = 0; i < FLAVOURS; i++) {
        c[i].options = o;
        c[i].coverage_fd = coverage_fd;
        c[i].ledger = ledger;
        c[i].rest = positional + 1;
        c[i].rest_count = argc - 1;
    }
    const char *with_races = snag__choose_other(&c[0].chosen, "tsan");
    if (o->flavour == NULL && strcmp(c[0].chosen.flavour, "fast") == 0 && with_races != NULL) {
        c[1].chosen = (struct snag__chosen){c[0].chosen.target, "tsan", with_races};
        status = take_turns(c, o);
    } else {
        status = snag__campaign_run(&c[0]);
    }
    (void)close(coverage_fd);
    (void)unlink(ledger);
    return status;
}
