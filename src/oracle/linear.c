/* linear.c: splits a history into its partitions, lays each out for the search, joins the answers.
 *
 * It is not the search (linear_search.c). The rule: a partition's answer is asked of a fresh
 * initial state, which is right because calls of different partitions commute; if any call belongs
 * to none, the whole history is one partition.
 *
 * This runs once per execution, up to a million times a second: memory is kept from one history to
 * the next, and the work is proportional to the history, never to a capacity.
 */
#include "oracle/linear.h"

#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "oracle/linear_parts.h"
#include "program/program.h"

/* Finds a partition's dense number by its key. Live if `generation` is the checker's. */
struct part_slot {
    int64_t key;
    uint32_t generation, part;
};

struct snag__linear_checker {
    const struct snag_spec *spec;
    uint32_t budget_steps;
    uint32_t state_words;
    uint32_t capacity; /* operations for which there is room below */
    uint32_t generation;
    uint32_t parts_count;
    struct part_slot *slots;  /* 2 * capacity, a power of two */
    uint32_t *part_of;        /* of each operation */
    uint32_t *part_end;       /* capacity + 1: items of part p end before items[part_end[p]] */
    struct snag__item *items; /* grouped by part */
    uint32_t *order;
    struct snag__frame *frames;
    uint64_t *configurations;
    struct snag__memo memo;
};

enum { CAPACITY_FIRST = 64 };

static void free_room(struct snag__linear_checker *c) {
    free(c->slots);
    free(c->part_of);
    free(c->part_end);
    free(c->items);
    free(c->order);
    free(c->frames);
    free(c->configurations);
    c->capacity = 0;
}

/* Makes room for a history of `count` operations: once per new maximum. */
static bool make_room(struct snag__linear_checker *c, uint32_t count) {
    if (count <= c->capacity)
        return true;
    size_t capacity = CAPACITY_FIRST;
    while (capacity < count)
        capacity *= 2;
    free_room(c);
    c->slots = calloc(capacity * 2, sizeof *c->slots);
    c->part_of = malloc(capacity * sizeof *c->part_of);
    c->part_end = malloc((capacity + 1) * sizeof *c->part_end);
    c->items = malloc(capacity * sizeof *c->items);
    c->order = malloc(capacity * sizeof *c->order);
    c->frames = malloc((capacity + 1) * sizeof *c->frames);
    c->configurations =
        malloc((capacity + 2) * (snag__done_words((uint32_t)capacity) + c->state_words) *
               sizeof *c->configurations);
    c->generation = 0;
    if (c->slots == NULL || c->part_of == NULL || c->part_end == NULL || c->items == NULL ||
        c->order == NULL || c->frames == NULL || c->configurations == NULL) {
        free_room(c);
        c->slots = NULL;
        c->part_of = c->part_end = NULL;
        c->items = NULL;
        c->order = NULL;
        c->frames = NULL;
        c->configurations = NULL;
        return false;
    }
    c->capacity = (uint32_t)capacity;
    return true;
}

struct snag__linear_checker *snag__linear_new(const struct snag_spec *spec, uint32_t budget_steps) {
    struct snag__linear_checker *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->spec = spec;
    c->budget_steps = budget_steps;
    c->state_words = (uint32_t)((spec->state_bytes + 7) / 8);
    return c;
}

void snag__linear_free(struct snag__linear_checker *c) {
    if (c == NULL)
        return;
    free_room(c);
    snag__memo_free(&c->memo);
    free(c);
}

/* ---- partitions ------------------------------------------------------------------------------ */

static uint32_t part_number(struct snag__linear_checker *c, int64_t key) {
    size_t mask = (size_t)c->capacity * 2 - 1;
    for (size_t i = snag__mix64((uint64_t)key);; i++) {
        struct part_slot *slot = &c->slots[i & mask];
        if (slot->generation != c->generation)
            *slot = (struct part_slot){key, c->generation, c->parts_count++};
        if (slot->key == key)
            return slot->part;
    }
}

/* Fills parts_count and, if they are several, part_of. */
static void number_parts(struct snag__linear_checker *c, const struct snag_config *config,
                         const struct snag_history *h) {
    if (++c->generation == 0) {
        memset(c->slots, 0, (size_t)c->capacity * 2 * sizeof *c->slots);
        c->generation = 1;
    }
    c->parts_count = 0;
    for (uint32_t i = 0; c->spec->partition != NULL && i < h->count; i++) {
        int64_t key = c->spec->partition(config, &h->ops[i].call);
        if (key < 0) {
            c->parts_count = 0;
            break;
        }
        c->part_of[i] = part_number(c, key);
    }
    if (c->parts_count == 0)
        c->parts_count = 1;
}

/* ---- laying a partition out ------------------------------------------------------------------ */

/* Is the call inside which another of the same client is pending? Then it waits only because that
 * one does (a visit whose callback waits). */
static bool has_pending_inside(const struct snag_history *h, uint32_t i) {
    for (uint32_t j = i + 1; j < h->count; j++) {
        if (h->ops[j].client == h->ops[i].client && h->ops[j].returned == 0 &&
            h->ops[j].dropped == 0)
            return true;
    }
    return false;
}

/* What has others of the same client inside has mostly done its own before the first of them (a
 * visit that reads, then calls back), and what has none has done it shortly before it returns. */
static uint32_t likely_at(const struct snag_history *h, uint32_t i, uint32_t returned) {
    for (uint32_t j = i + 1; j < h->count && h->ops[j].invoked < returned; j++) {
        if (h->ops[j].client == h->ops[i].client)
            return h->ops[j].invoked;
    }
    return returned;
}

static struct snag__item item_of(const struct snag_history *h, uint32_t i, bool all_wait) {
    const struct snag_history_op *op = &h->ops[i];
    bool pending = op->returned == 0;
    uint32_t returned = pending ? UINT32_MAX : op->returned;
    return (struct snag__item){
        .invoked = op->invoked,
        .returned = returned,
        .likely = pending ? returned : likely_at(h, i, returned),
        .index = i & (UINT32_MAX >> 1),
        .waits = pending && op->dropped == 0 && all_wait && !has_pending_inside(h, i),
    };
}

/* Groups the operations by partition, each group in the order of invocation. */
static void group_items(struct snag__linear_checker *c, const struct snag_history *h,
                        bool all_wait) {
    uint32_t *end = c->part_end;
    if (c->parts_count == 1) {
        for (uint32_t i = 0; i < h->count; i++)
            c->items[i] = item_of(h, i, all_wait);
        end[0] = h->count;
        return;
    }
    memset(end, 0, ((size_t)c->parts_count + 1) * sizeof *end);
    for (uint32_t i = 0; i < h->count; i++)
        end[c->part_of[i] + 1]++;
    for (uint32_t p = 0; p < c->parts_count; p++)
        end[p + 1] += end[p];
    /* end[p] is now where part p begins; filling it moves that to its end. */
    for (uint32_t i = 0; i < h->count; i++)
        c->items[end[c->part_of[i]]++] = item_of(h, i, all_wait);
}

/* Sorts by the time of return and fills in invoked_min, and what the search knows of all together.
 * A history comes nearly sorted, so insertion is the fast way: its work is the number of
 * overlapping pairs. */
static void sort_items(struct snag__search *s, struct snag__item *items) {
    uint32_t count = s->items_count, completed = 0;
    bool guess = false;
    for (uint32_t i = 0; i < count; i++) {
        struct snag__item item = items[i];
        uint32_t j = i;
        for (; j > 0 && items[j - 1].returned > item.returned; j--)
            items[j] = items[j - 1];
        items[j] = item;
        completed += item.returned != UINT32_MAX;
        guess |= item.likely != item.returned;
    }
    s->completed = completed;
    s->guess = guess;
    uint32_t invoked_min = UINT32_MAX;
    for (uint32_t i = count; i-- > 0;) {
        if (items[i].invoked < invoked_min)
            invoked_min = items[i].invoked;
        items[i].invoked_min = invoked_min;
    }
}

/* ---- the public face --------------------------------------------------------------------------
 */

/* Lays the history out. False: there is nothing to check; or no room for it (`answer`). */
static bool begin(struct snag__linear_checker *c, const struct snag_config *config,
                  const struct snag_history *h, bool all_wait, enum snag__linear *answer) {
    *answer = SNAG__LINEAR_YES;
    if (h->count == 0 || c->spec->state_bytes == 0)
        return false;
    *answer = SNAG__LINEAR_UNKNOWN;
    if (h->count > INT32_MAX || !make_room(c, h->count))
        return false;
    number_parts(c, config, h);
    group_items(c, h, all_wait);
    *answer = SNAG__LINEAR_YES;
    return true;
}

static struct snag__search part_search(struct snag__linear_checker *c,
                                       const struct snag_config *config,
                                       const struct snag_history *h, uint32_t part, bool all_wait) {
    uint32_t first = part > 0 ? c->part_end[part - 1] : 0;
    struct snag__search s = {
        .spec = c->spec,
        .config = config,
        .history = h,
        .items = c->items + first,
        .items_count = c->part_end[part] - first,
        .budget_steps = c->budget_steps,
        .all_wait = all_wait,
        .memo = &c->memo,
        .order = c->order,
        .frames = c->frames,
        .configurations = c->configurations,
        .state_words = c->state_words,
    };
    s.done_words = snag__done_words(s.items_count);
    sort_items(&s, c->items + first);
    return s;
}

/* NO as soon as one partition says so; else UNKNOWN if one ran out of budget. */
static enum snag__linear check(struct snag__linear_checker *c, const struct snag_config *config,
                               const struct snag_history *h, bool all_wait, uint32_t *culprit) {
    enum snag__linear answer;
    if (culprit != NULL)
        *culprit = 0;
    if (!begin(c, config, h, all_wait, &answer))
        return answer;
    for (uint32_t p = 0; p < c->parts_count; p++) {
        struct snag__search s = part_search(c, config, h, p, all_wait);
        enum snag__linear part_answer = snag__linear_search(&s);
        if (part_answer == SNAG__LINEAR_NO) {
            if (culprit != NULL)
                *culprit = s.items[s.stopped_at].index;
            return SNAG__LINEAR_NO;
        }
        if (part_answer == SNAG__LINEAR_UNKNOWN)
            answer = SNAG__LINEAR_UNKNOWN;
    }
    return answer;
}

enum snag__linear snag__linear_check(struct snag__linear_checker *c,
                                     const struct snag_config *config, const struct snag_history *h,
                                     uint32_t *culprit) {
    return check(c, config, h, false, culprit);
}

/* Without a model nobody says that waiting is right. */
static bool op_may_wait(const struct snag__linear_checker *c, const struct snag_history_op *op) {
    return (c->spec->ops[op->call.op].flags & SNAG_OP_MAY_WAIT) != 0 && c->spec->state_bytes != 0;
}

enum snag__linear snag__linear_may_wait(struct snag__linear_checker *c,
                                        const struct snag_config *config,
                                        const struct snag_history *h) {
    for (uint32_t i = 0; i < h->count; i++) {
        bool waits = h->ops[i].returned == 0 && h->ops[i].dropped == 0;
        if (waits && !has_pending_inside(h, i) && !op_may_wait(c, &h->ops[i]))
            return SNAG__LINEAR_NO;
    }
    return check(c, config, h, true, NULL);
}

/* Those who wait in a partition. */
struct waiters {
    struct snag__item *items[SNAG__PROGRAM_OPS_MAX];
    uint32_t count;
};

static uint32_t client_bit(const struct snag__search *s, const struct snag__item *item) {
    return UINT32_C(1) << s->history->ops[item->index].client;
}

/* May all those rightly wait who are to, whatever the others did? */
static bool may_wait(struct snag__linear_checker *c, struct snag__search *s,
                     const struct waiters *w) {
    for (uint32_t i = 0; i < w->count; i++)
        if (w->items[i]->waits && !op_may_wait(c, &s->history->ops[w->items[i]->index]))
            return false;
    return snag__linear_search(s) == SNAG__LINEAR_YES;
}

/* Clients who may not wait all together, as few as that can be
 * said of: who can be left out, as one who has perhaps done what it is about, is. */
static uint32_t wrongful(struct snag__linear_checker *c, struct snag__search *s,
                         const struct waiters *w) {
    uint32_t clients = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        w->items[i]->waits = false;
        if (may_wait(c, s, w)) {
            w->items[i]->waits = true;
            clients |= client_bit(s, w->items[i]);
        }
    }
    return clients;
}

uint32_t snag__linear_rightful(struct snag__linear_checker *c, const struct snag_config *config,
                               const struct snag_history *h) {
    uint32_t rightful = 0;
    enum snag__linear answer;
    if (h->count > SNAG__PROGRAM_OPS_MAX || !begin(c, config, h, true, &answer))
        return 0;
    for (uint32_t p = 0; p < c->parts_count; p++) {
        struct snag__search s = part_search(c, config, h, p, true);
        struct waiters w = {.count = 0};
        uint32_t clients = 0;
        for (uint32_t i = s.completed; i < s.items_count; i++) {
            if (s.items[i].waits) {
                w.items[w.count++] = c->items + (s.items - c->items) + i;
                clients |= client_bit(&s, &s.items[i]);
            }
        }
        if (w.count != 0)
            rightful |= may_wait(c, &s, &w) ? clients : clients & ~wrongful(c, &s, &w);
    }
    return rightful;
}
