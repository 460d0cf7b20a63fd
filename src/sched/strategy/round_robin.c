/* round_robin.c: everybody in turn, for as many points each.
 *
 * How many is drawn for each execution, most often one or few; with it, in which direction the turn
 * goes round, where in its turn the first one begins, and up to two moments at which somebody
 * misses the rest of his: as delay-bounded scheduling (delay.c), but from a scheduler that always
 * switches. It finds what takes fine alternation, where walks and priorities are unlikely to lead
 * for long, and what shows when all advance at the same speed.
 *
 * Who yields, spins or sleeps ends his turn. Choices other than "who runs next" are uniform.
 */
#include "sched/strategy/candidates.h"
#include "sched/strategy/moments.h"

enum { DOUBLINGS = 6, MISSED_MAX = 2 };

struct round_robin_state {
    struct snag__prng prng;
    struct snag__moments missed;
    uint32_t turn; /* points */
    uint32_t left; /* of the current one's */
    bool backwards;
};

static void begin(void *self, uint64_t seed, const struct snag_strategy_hint *hint,
                  const struct snag_goal *goal) {
    struct round_robin_state *s = self;
    (void)goal;
    snag__prng_seed(&s->prng, seed);
    s->turn = 1 + snag__prng_below(&s->prng, 1U << snag__prng_below(&s->prng, DOUBLINGS));
    s->left = snag__prng_below(&s->prng, s->turn);
    s->backwards = snag__prng_below(&s->prng, 2) == 0;
    uint32_t missed = snag__prng_below(&s->prng, MISSED_MAX + 1);
    snag__moments_draw(&s->missed, &s->prng, missed, hint);
}

static uint32_t after(const struct round_robin_state *s, const struct snag_choice *c) {
    return s->backwards ? snag__candidate_before(c, c->current)
                        : snag__candidate_after(c, c->current);
}

/* The same, of a word of candidates. */
static inline uint32_t after_in_word(const struct round_robin_state *s,
                                     const struct snag_choice *c) {
    uint64_t set = c->set[0], self = UINT64_C(1) << c->current, below = self - 1;
    uint64_t ahead = set & (s->backwards ? below : ~(self | below));
    ahead = ahead != 0 ? ahead : set;
    return s->backwards ? 63 - (uint32_t)__builtin_clzll(ahead) : (uint32_t)__builtin_ctzll(ahead);
}

/* Does the turn go on? If not, the next one begins. */
static inline bool goes_on(struct round_robin_state *s, const struct snag_choice *c) {
    if (s->left == 0 || !c->current_enabled) {
        s->left = s->turn - 1;
        return false;
    }
    s->left--;
    return true;
}

static __attribute__((noinline)) uint32_t choose_otherwise(struct round_robin_state *s,
                                                           const struct snag_choice *c) {
    if (c->kind != SNAG_CHOOSE_NEXT) {
        return snag__any_candidate(&s->prng, c);
    }
    if (snag__moments_passed(&s->missed, c->step) != 0) {
        s->left = 0;
    }
    return goes_on(s, c) ? c->current : after(s, c);
}

static uint32_t choose(void *self, const struct snag_choice *choice) {
    struct round_robin_state *s = self;
    if (!snag__is_usual(choice) || choice->step >= s->missed.next) {
        return choose_otherwise(s, choice);
    }
    return goes_on(s, choice) ? choice->current : after_in_word(s, choice);
}

extern const struct snag_strategy snag__strategy_round_robin;
const struct snag_strategy snag__strategy_round_robin = {
    .state_bytes = sizeof(struct round_robin_state),
    .name = "round-robin",
    .help = "everybody in turn, for a number of points that is drawn per execution",
    .begin = begin,
    .choose = choose,
};
