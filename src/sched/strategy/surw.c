/* surw.c: the selectively uniform random walk: of some events, all orders are equally likely.
 *
 * Zhao, Wolff, Mathur, Roychoudhury: Selectively Uniform Concurrency Testing, ASPLOS 2025 (SURW,
 * its Algorithm 2). Events are selected. Which vthread executes the next of them is drawn in
 * proportion to how many of them each has left, those of all whom it has yet to spawn included;
 * whoever else stands before a selected one is held back until that vthread has executed its own.
 * Between them, any who is not held back runs.
 *
 * Selected are those about one object, or a few, that several vthreads use (selection.h): drawn
 * anew every few executions from what the last one showed.
 *
 * We deviate, where the numbers are concerned, as in urw.c; those of plain accesses are the most
 * that an execution has had. Releases are not selected: nobody can come before them. If all are
 * held back, the vthread that was drawn has no selected event left, or waits for another's: then
 * one of those who stand before one is drawn. Who yields, spins or sleeps waits until it is the
 * only one, or half the time, one of those held back. At a plain access that is not selected the
 * current one goes on every other time. Choices other than "who runs next" are uniform.
 */
#include <string.h>

#include "sched/strategy/selection.h"
#include "sched/strategy/shares.h"

enum { KEPT_FOR = 4 /* executions, until others are selected */ };

struct surw_state {
    struct snag__prng prng;
    uint32_t execution;
    uint32_t intended; /* who executes the next selected event; SNAG__NO_CANDIDATE: whoever comes */
    uint32_t kept;     /* executions since they were selected */
    bool ran;          /* the log that comes next is of an execution of its own */
    struct snag__shares shares; /* of selected events */
    uint32_t left;              /* of them, of all who are there */
    struct {
        uint32_t first, rest; /* of a vthread, alone: as in shares.h */
        uint32_t met, execution;
    } of[SNAG__VTHREADS_MAX];
    bool any_behind;                  /* somebody was, in this execution */
    uint64_t behind[SNAG__SET_WORDS]; /* who gave way, and did not get on: behind all others */
    struct snag__selection selection;
};

static inline bool is_selected(struct surw_state *s, uint64_t v) {
    const struct snag_pending *p = snag__pending(v);
    return snag__is_selected(&s->selection, p->site, p->kind);
}

/* ---- learning ---- */

static inline void count(void *to, const struct snag_event *e, bool rest) {
    struct surw_state *s = to;
    if (snag__is_selected(&s->selection, e->site, e->kind)) {
        *(rest ? &s->of[e->vthread].rest : &s->of[e->vthread].first) += 1;
    }
}

static void share_out(struct surw_state *s) {
    for (uint32_t v = 0; v < s->shares.known; v++) {
        s->shares.of[v].first = s->of[v].first;
        s->shares.of[v].rest = s->of[v].rest;
    }
    snag__shares_sum(&s->shares);
}

static void count_all(struct surw_state *s, const struct snag_log *log) {
    for (uint32_t v = 0; v < s->shares.known; v++) {
        s->of[v].first = s->of[v].rest = 0;
    }
    snag__shares_read(&s->shares, log, s, count);
    for (uint32_t i = 0; i < s->selection.noted_count; i++) {
        const struct snag__noted *n = &s->selection.noted[i];
        bool selected = snag__is_selected(&s->selection, n->site, SNAG_EV_WRITE);
        s->of[n->vthread].first += selected ? n->most : 0;
    }
    share_out(s);
}

/* Some have had more than was known. */
static void count_more(struct surw_state *s) {
    bool more = false;
    for (uint32_t v = 0; v < s->shares.known; v++) {
        uint32_t met = s->of[v].execution == s->execution ? s->of[v].met : 0;
        if (met > s->of[v].first + s->of[v].rest) {
            s->of[v].first = met - s->of[v].rest;
            more = true;
        }
    }
    if (more) {
        share_out(s);
    }
}

/* Others are selected when this execution is over. */
static bool is_last(const struct surw_state *s) {
    return s->selection.sites_count == 0 || s->kept + 1 >= KEPT_FOR;
}

static void saw(void *self, const struct snag_log *log) {
    struct surw_state *s = self;
    s->shares.known = log->vthreads > s->shares.known ? log->vthreads : s->shares.known;
    if (s->selection.sites_count == 0 || (s->ran && is_last(s))) {
        snag__selection_draw(&s->selection, &s->prng, log, s->execution);
        count_all(s, log);
        s->kept = 0;
    } else if (s->ran) {
        count_more(s);
        s->kept++;
    }
    s->ran = false;
}

/* What it selects first is by chance, too, but the same for the same program, wherever it comes. */
static void renew(void *self) {
    struct surw_state *s = self;
    snag__prng_seed(&s->prng, 0);
    memset(s->of, 0, s->shares.known * sizeof s->of[0]);
    snag__shares_forget(&s->shares);
    snag__selection_forget(&s->selection);
    s->kept = 0;
    s->ran = false;
}

/* ---- choosing ---- */

static inline void intend(struct surw_state *s) {
    if (s->left == 0) {
        s->intended = SNAG__NO_CANDIDATE;
        return;
    }
    uint32_t drawn = snag__prng_below(&s->prng, s->left), passed = 0, intended = 0;
    for (uint32_t v = 0; v < s->shares.born; v++) { /* no processor foresees where it would stop */
        passed += s->shares.of[v].left;
        intended += passed <= drawn;
    }
    s->intended = intended;
}

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct surw_state *s = self;
    (void)hint;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    s->execution++;
    s->ran = true;
    snag__shares_begin(&s->shares);
    s->left = s->shares.of[0].left;
    s->intended = 0; /* there is nobody else */
    if (s->any_behind) {
        memset(s->behind, 0, sizeof s->behind);
        s->any_behind = false;
    }
}

/* What was drawn for a parent was drawn for all whom it had yet to spawn, too. */
static void born(struct surw_state *s, uint32_t v) {
    uint32_t parent = s->shares.of[v].parent;
    s->left -= s->shares.of[parent].left;
    snag__share_born(&s->shares, v);
    uint32_t childs = s->shares.of[v].left, parents = s->shares.of[parent].left;
    s->left += childs + parents;
    if (s->intended == parent && snag__prng_below(&s->prng, childs + parents) < childs) {
        s->intended = v;
    }
}

static __attribute__((noinline)) void births(struct surw_state *s, const struct snag_choice *c) {
    while (snag__is_there(c, c->words, s->shares.born)) {
        born(s, s->shares.born++);
    }
}

/* The current one has come to another event. */
static inline void arrive(struct surw_state *s, const struct snag_choice *c, uint32_t words) {
    uint32_t v = c->current;
    const struct snag_pending *p = snag__pending(v);
    if (snag__unlikely(snag__is_there(c, words, s->shares.born))) {
        births(s, c);
    }
    if (snag__unlikely(snag__gives_way(c, &s->prng))) {
        s->behind[v / 64] |= UINT64_C(1) << (v % 64);
        s->any_behind = true;
    } else if (snag__unlikely(s->any_behind)) {
        s->behind[v / 64] &= ~(UINT64_C(1) << (v % 64));
    }
    if (c->sub != 0 && is_last(s)) {
        snag__selection_note(&s->selection, s->execution, v, p);
    }
    if (p->kind == SNAG_EV_END && !snag__is_candidate(c, v)) {
        s->left -= s->shares.of[v].left;
        s->shares.of[v].left = s->shares.of[v].later = 0;
        if (s->intended == v) {
            intend(s);
        }
    }
}

static uint32_t weight(const struct surw_state *s, uint64_t v) {
    uint32_t share = snag__share(&s->shares, (uint32_t)v);
    return share != 0 ? share : 1;
}

/* One of those of a set: the shares are their weights. */
static uint32_t one_by_weight(struct surw_state *s, const uint64_t *set, uint32_t words) {
    uint32_t sum = 0, picked = 0;
    SNAG__EACH_OF(set, words, v) {
        sum += weight(s, v);
    }
    uint32_t left = snag__prng_below(&s->prng, sum);
    SNAG__EACH_OF(set, words, v) {
        picked = (uint32_t)v;
        if (left < weight(s, v)) {
            break;
        }
        left -= weight(s, v);
    }
    return picked;
}

/* Of one word of the candidates, who is neither held back nor behind; `others` counts those. */
static inline uint64_t free_in(struct surw_state *s, const struct snag_choice *c, uint32_t w,
                               uint32_t *others) {
    uint64_t set = c->set[w], free = set;
    if (snag__unlikely(s->any_behind)) {
        set &= ~s->behind[w];
        *others += (uint32_t)__builtin_popcountll(free ^ set);
        free = set;
    }
    for (; set != 0; set &= set - 1) {
        uint32_t v = w * 64 + (uint32_t)__builtin_ctzll(set);
        if (v != s->intended && is_selected(s, v)) {
            free ^= set & -set;
            *others += 1;
        }
    }
    return free;
}

/* None is free: whoever is not behind is held back. */
static __attribute__((noinline)) uint32_t one_of_the_others(struct surw_state *s,
                                                            const struct snag_choice *c) {
    uint64_t behind[SNAG__SET_WORDS], held[SNAG__SET_WORDS];
    uint32_t count = 0;
    for (uint32_t w = 0; w < c->words; w++) {
        behind[w] = c->set[w] & s->behind[w];
        held[w] = c->set[w] & ~s->behind[w];
        count += (uint32_t)__builtin_popcountll(behind[w]);
    }
    bool holds = count != c->n;
    if (holds && count != 0) {
        holds = snag__prng_below(&s->prng, 2) == 0;
    }
    return holds ? one_by_weight(s, held, c->words)
                 : snag__number_in(behind, c->words, snag__prng_below(&s->prng, count));
}

/* The next of the selected events is executed. */
static inline void spend(struct surw_state *s, uint32_t v) {
    s->of[v].met = s->of[v].execution == s->execution ? s->of[v].met + 1 : 1;
    s->of[v].execution = s->execution;
    s->left -= s->shares.of[v].left > 0;
    snag__share_spend(&s->shares, v, 1);
    intend(s);
}

static inline __attribute__((always_inline)) uint32_t
choose_next(struct surw_state *s, const struct snag_choice *c, uint32_t words) {
    uint64_t free[SNAG__SET_WORDS];
    uint32_t picked, others = 0;
    arrive(s, c, words);
    if (c->sub != 0 && snag__prng_below(&s->prng, 2) == 0 && !is_selected(s, c->current)) {
        return c->current;
    }
    for (uint32_t w = 0; w < words; w++) {
        free[w] = free_in(s, c, w, &others);
    }
    if (others == c->n) {
        picked = one_of_the_others(s, c);
    } else {
        uint32_t number = snag__prng_below_few(&s->prng, c->n - others);
        picked = snag__number_in(free, words, number);
        if (picked != s->intended) {
            return picked; /* or it would be held back */
        }
    }
    if (is_selected(s, picked)) {
        spend(s, picked);
    }
    return picked;
}

static __attribute__((noinline)) uint32_t choose_otherwise(struct surw_state *s,
                                                           const struct snag_choice *choice) {
    if (choice->kind == SNAG_CHOOSE_NEXT) {
        return choose_next(s, choice, choice->words);
    }
    return snag__any_candidate(&s->prng, choice);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    return snag__is_usual(choice) ? choose_next(self, choice, 1) : choose_otherwise(self, choice);
}

extern const struct snag_strategy snag__strategy_surw;
const struct snag_strategy snag__strategy_surw = {
    .state_bytes = sizeof(struct surw_state),
    .name = "surw",
    .help = "selectively uniform walk (Zhao et al. 2025): evenly over the orders of some events",
    .renew = renew,
    .begin = begin,
    .choose = choose,
    .saw = saw,
};
