/* pass_moves.c: the same number of choices, but earlier, with smaller numbers, and to simpler
 * targets. */
#include "shrink/pass.h"

static struct snag_switch *entry_at(struct snag__shrink_case *c, const void *where) {
    return &c->schedule.list[*(const uint32_t *)where];
}

static void set_ordinal(struct snag__shrink_case *c, const void *where, int64_t value) {
    entry_at(c, where)->ordinal = (uint32_t)value;
}

static void set_sub(struct snag__shrink_case *c, const void *where, int64_t value) {
    entry_at(c, where)->sub = (uint16_t)value;
}

static void set_number(struct snag__shrink_case *c, const void *where, int64_t value) {
    entry_at(c, where)->number = (uint16_t)value;
}

/* To the first event of an earlier operation of the same actor. */
static bool earlier_op(struct snag__shrinker *s, uint32_t i) {
    uint16_t ops = snag__shrink_best(s)->schedule.list[i].op;
    for (uint16_t op = 1; op < ops; op++) {
        struct snag__shrink_case *c = snag__shrink_candidate(s);
        if (c == NULL)
            return false;
        c->schedule.list[i].op = op;
        c->schedule.list[i].ordinal = 1;
        c->schedule.list[i].sub = 0;
        if (snag__shrink_offer(s))
            return true;
    }
    return false;
}

/* To an actor with a smaller last number. */
static bool simpler_target(struct snag__shrinker *s, uint32_t i) {
    const struct snag_actor to = snag__shrink_best(s)->schedule.list[i].to;
    if (to.depth == 0 || to.depth > SNAG_PATH_MAX)
        return false;
    for (uint8_t last = 1; last < to.path[to.depth - 1]; last++) {
        struct snag__shrink_case *c = snag__shrink_candidate(s);
        if (c == NULL)
            return false;
        c->schedule.list[i].to.path[to.depth - 1] = last;
        if (snag__shrink_offer(s))
            return true;
    }
    return false;
}

static bool move(struct snag__shrinker *s, uint32_t i) {
    const struct snag_switch *entry = &snag__shrink_best(s)->schedule.list[i];
    if (snag_choice_takes(entry->kind) == SNAG_TAKES_NUMBER)
        return snag__shrink_towards(s, set_number, &i, entry->number, 0);
    bool improved = entry->kind == SNAG_CHOOSE_NEXT && earlier_op(s, i);
    if (i >= snag__shrink_best(s)->schedule.count)
        return improved;
    entry = &snag__shrink_best(s)->schedule.list[i];
    /* A numbered event, if one will do, is less in the way of a change to the code. */
    if (entry->kind == SNAG_CHOOSE_NEXT && entry->sub > 0)
        improved |= snag__shrink_towards(s, set_sub, &i, entry->sub, 0);
    if (i >= snag__shrink_best(s)->schedule.count)
        return improved;
    entry = &snag__shrink_best(s)->schedule.list[i];
    if (entry->kind == SNAG_CHOOSE_NEXT && entry->ordinal > 1)
        improved |= snag__shrink_towards(s, set_ordinal, &i, entry->ordinal, 1);
    return (i < snag__shrink_best(s)->schedule.count && simpler_target(s, i)) || improved;
}

bool snag__shrink_moves(struct snag__shrinker *s) {
    bool improved = false;
    for (uint32_t i = 0; i < snag__shrink_best(s)->schedule.count && !snag__shrink_over(s); i++)
        improved |= move(s, i);
    return improved;
}
