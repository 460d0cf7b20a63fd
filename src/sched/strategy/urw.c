/* urw.c: the uniform random walk: each next vthread with a probability in proportion to what it has
 * left to do, so that all interleavings are equally likely, not all turns.
 *
 * Zhao, Wolff, Mathur, Roychoudhury: Selectively Uniform Concurrency Testing, ASPLOS 2025 (URW, its
 * Algorithm 1). A vthread counts as many events as it has left, and those of all whom it has yet to
 * spawn. Where nobody blocks, and the numbers of events do not depend on the schedule, that is the
 * uniform distribution; a plain random walk leaves to chance 2^-k that one of two does all its k
 * events first.
 *
 * We deviate as follows. The numbers are learned online: of synchronisation and atomic events a
 * running mean over the executions that are shown to it; of plain accesses that are points, which
 * logs do not have, the most that one of the last few had. Before the first it is a random walk.
 * Who has more to do than is known counts one. Who yields, spins or sleeps counts one, too, until
 * it gets on. Points at which nobody else could run are taken to be of the vthread that comes to
 * the next choice. Choices other than "who runs next" are uniform.
 */
#include "sched/strategy/shares.h"

enum {
    LOGS_DENSE = 32, /* after these, one in LOGS_STRIDE is read */
    LOGS_STRIDE = 8,
    WINDOW = 32,      /* logs that are read: the last few */
    MEAN_BITS = 3,    /* the mean takes a 2^MEAN_BITS-th of what differs */
    FRACTION_BITS = 4 /* of the mean */
};

/* Of a vthread, alone. */
struct known {
    uint32_t first, rest;                 /* in the log that is read, as in shares.h */
    uint32_t mean_first, mean_rest;       /* in 2^-FRACTION_BITS */
    uint32_t accesses, most, most_before; /* in that log; in the last logs, and those before */
};

struct urw_state {
    struct snag__prng prng;
    uint32_t execution;
    uint32_t logs; /* that it was shown */
    uint32_t read; /* of them */
    struct snag__shares shares;
    struct known known[SNAG__VTHREADS_MAX];
    uint32_t
        behind[SNAG__VTHREADS_MAX]; /* the execution in which it gave way, and did not get on */
};

static void renew(void *self) {
    struct urw_state *s = self;
    for (uint32_t v = 0; v < s->shares.known; v++) {
        s->known[v] = (struct known){0};
    }
    snag__shares_forget(&s->shares);
    s->logs = s->read = 0;
}

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct urw_state *s = self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    s->execution++;
    snag__shares_begin(&s->shares);
}

/* ---- learning ---- */

static void count(void *to, const struct snag_event *e, bool rest) {
    struct known *k = &((struct urw_state *)to)->known[e->vthread];
    *(rest ? &k->rest : &k->first) += 1;
}

static void count_accesses(struct urw_state *s, const struct snag_log *log) {
    for (uint32_t i = 0; i < log->choices_count; i++) {
        const struct snag_choice_entry *e = &log->choices[i];
        s->known[e->vthread].accesses += e->kind == SNAG_CHOOSE_NEXT && e->sub != 0;
    }
}

/* An execution that ran on to its bound moves it by no more than what it was. */
static void approach(uint32_t *mean, uint32_t n, bool at_first) {
    uint32_t seen = n << FRACTION_BITS;
    if (at_first) {
        *mean = seen;
    } else if (seen > *mean) {
        uint32_t more = (seen - *mean) >> MEAN_BITS, most = *mean + (1 << FRACTION_BITS);
        *mean += more < most ? more : most;
    } else {
        *mean -= (*mean - seen) >> MEAN_BITS;
    }
}

static uint32_t rounded(uint32_t mean) {
    return (mean + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS;
}

/* From one log to the next: `of` is what it is known to do alone. */
static void learn(struct known *k, struct snag__share *of, uint32_t read) {
    bool at_first = k->mean_first == 0 && k->mean_rest == 0;
    approach(&k->mean_first, k->first, at_first);
    approach(&k->mean_rest, k->rest, at_first);
    if (read % WINDOW == 0) {
        k->most_before = k->most;
        k->most = 0;
    }
    k->most = k->accesses > k->most ? k->accesses : k->most;
    of->first = rounded(k->mean_first) + (k->most > k->most_before ? k->most : k->most_before);
    of->rest = rounded(k->mean_rest);
    k->first = k->rest = k->accesses = 0;
}

static void saw(void *self, const struct snag_log *log) {
    struct urw_state *s = self;
    uint32_t logs = s->logs++;
    if (logs >= LOGS_DENSE && logs % LOGS_STRIDE != 0) {
        return;
    }
    snag__shares_read(&s->shares, log, s, count);
    count_accesses(s, log);
    for (uint32_t v = 0; v < s->shares.known; v++) {
        learn(&s->known[v], &s->shares.of[v], s->read);
    }
    s->read++;
    snag__shares_sum(&s->shares);
}

/* ---- choosing ---- */

static uint32_t weight(const struct urw_state *s, uint32_t v) {
    uint32_t share = s->behind[v] == s->execution ? 1 : snag__share(&s->shares, v);
    return share != 0 ? share : 1;
}

static inline __attribute__((always_inline)) uint32_t
choose_next(struct urw_state *s, const struct snag_choice *c, uint32_t words) {
    uint32_t sum = 0, picked = 0;
    while (snag__is_there(c, words, s->shares.born)) {
        snag__share_born(&s->shares, s->shares.born++);
    }
    snag__share_spend(&s->shares, c->current, c->step - s->shares.last_step - 1);
    s->shares.last_step = c->step;
    s->behind[c->current] = snag__gives_way(c, &s->prng) ? s->execution : 0;
    SNAG__EACH_OF(c->set, words, v) {
        sum += weight(s, v);
    }
    uint32_t left = snag__prng_below(&s->prng, sum);
    SNAG__EACH_OF(c->set, words, v) {
        picked = v;
        if (left < weight(s, v)) {
            break;
        }
        left -= weight(s, v);
    }
    snag__share_spend(&s->shares, picked, 1);
    return picked;
}

static __attribute__((noinline)) uint32_t choose_otherwise(struct urw_state *s,
                                                           const struct snag_choice *choice) {
    if (choice->kind == SNAG_CHOOSE_NEXT) {
        return choose_next(s, choice, choice->words);
    }
    return snag__any_candidate(&s->prng, choice);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    return snag__is_usual(choice) ? choose_next(self, choice, 1) : choose_otherwise(self, choice);
}

extern const struct snag_strategy snag__strategy_urw;
const struct snag_strategy snag__strategy_urw = {
    .state_bytes = sizeof(struct urw_state),
    .name = "urw",
    .help = "uniform random walk (Zhao et al. 2025): in proportion to what each has left to do",
    .renew = renew,
    .begin = begin,
    .choose = choose,
    .saw = saw,
};
