/* pass_replace.c: two or three switches in a row become one, near one of them, from one of its two
 * to any of those whom they name.
 *
 * "Run B before A's first event, and A again before B's second one" is "run B before A's second
 * event", and dropping either gives neither. What three switches arrange who is to begin, one may
 * not need. The rule: it tries some hundreds of candidates in a round, whatever the case: a
 * schedule that is longer than a few choices waits for the other passes.
 */
#include "sched/schedule.h"
#include "shrink/pass.h"

enum { ROW_MAX = 3, NAMES_MAX = 2 * ROW_MAX, LATER_MAX = 2, CHOICES_MAX = 12 };

/* Those whom a row of switches names, each once. */
struct names {
    struct snag_actor list[NAMES_MAX];
    uint32_t count;
};

static void name(struct names *all, const struct snag_actor *a) {
    for (uint32_t i = 0; i < all->count; i++)
        if (snag__actor_equal(&all->list[i], a))
            return;
    all->list[all->count++] = *a;
}

/* False: they are not all switches. */
static bool name_all(struct names *all, const struct snag_switch *row, uint32_t n) {
    all->count = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (row[i].kind != SNAG_CHOOSE_NEXT)
            return false;
        name(all, &row[i].at);
        name(all, &row[i].to);
    }
    return true;
}

static bool offer(struct snag__shrinker *s, uint32_t first, uint32_t n,
                  const struct snag_switch *one) {
    struct snag__shrink_case *c = snag__shrink_candidate(s);
    if (c == NULL)
        return false;
    c->schedule.list[first] = *one;
    for (uint32_t i = 1; i < n; i++)
        snag__schedule_remove(&c->schedule, first + 1);
    return snag__shrink_offer(s);
}

/* One at `near`'s place, or a little later. */
static bool replace_near(struct snag__shrinker *s, uint32_t first, uint32_t n,
                         const struct snag_switch *near, const struct names *all) {
    struct snag_switch one = *near;
    for (uint32_t later = 0; later <= LATER_MAX; later++) {
        one.ordinal = near->ordinal + later;
        one.sub = later == 0 ? near->sub : 0;
        for (uint32_t k = 0; k < 2 * all->count; k++) {
            one.at = k < all->count ? near->at : near->to;
            one.to = all->list[k % all->count];
            if (!snag__actor_equal(&one.at, &one.to) && offer(s, first, n, &one))
                return true;
        }
    }
    return false;
}

static bool replace(struct snag__shrinker *s, uint32_t first, uint32_t n) {
    const struct snag_schedule *best = &snag__shrink_best(s)->schedule;
    struct snag_switch row[ROW_MAX];
    struct names all;
    if (first + n > best->count || !name_all(&all, &best->list[first], n))
        return false;
    for (uint32_t i = 0; i < n; i++)
        row[i] = best->list[first + i];
    for (uint32_t i = 0; i < n && !snag__shrink_over(s); i++)
        if (replace_near(s, first, n, &row[i], &all))
            return true;
    return false;
}

bool snag__shrink_replace(struct snag__shrinker *s) {
    bool improved = false;
    if (snag__shrink_best(s)->schedule.count > CHOICES_MAX)
        return false;
    for (uint32_t n = ROW_MAX; n >= 2; n--)
        for (uint32_t i = snag__shrink_best(s)->schedule.count; i-- > 0 && !snag__shrink_over(s);)
            improved |= replace(s, i, n);
    return improved;
}
