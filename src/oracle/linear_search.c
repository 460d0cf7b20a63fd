/* linear_search.c: the search for a linearization of one partition.
 *
 * Wing and Gong's search (JPDC 1993), depth first on an explicit stack, pruned by the memo. It does
 * not split the history nor sort it (linear.c). The rule: NO is answered only when every order that
 * the intervals allow was tried or was pruned by an argument that stands in a comment.
 *
 * Items stand in the order of their returns, and candidates are tried in that order: the first item
 * not done is always one, and in a history recorded from code that takes effect shortly before it
 * returns it is nearly always right. So the first descent mostly runs straight through, one call of
 * `step` and one copy of the state an operation.
 */
#include "oracle/linear_parts.h"

#include <string.h>

enum found { FOUND_NEXT, FOUND_NONE, FOUND_BUDGET };

/* The node at which the search stands. Its state is states[depth]. */
struct node {
    uint32_t depth;    /* operations linearized */
    uint32_t returned; /* of them, how many are completed ones */
    uint32_t first;    /* first completed item not done; s->completed: none */
    uint32_t item;     /* next candidate to look at */
    uint32_t variant;  /* and which of its effects, if it is pending */
    uint32_t steps;    /* left of the budget */
};

static bool is_done(const struct snag__search *s, uint32_t item) {
    return (s->done[item / 64] >> (item % 64)) & 1;
}

static void flip_done(struct snag__search *s, uint32_t item) {
    s->done[item / 64] ^= UINT64_C(1) << (item % 64);
}

static uint64_t *state_at(const struct snag__search *s, uint32_t depth) {
    return &s->states[(size_t)depth * s->state_words];
}

static const struct snag_call *call_of(const struct snag__search *s, uint32_t item) {
    return &s->history->ops[s->items[item].index].call;
}

/* A pending call as the model is to see it: nothing of its result. */
static struct snag_call pending_call(const struct snag__search *s, uint32_t item,
                                     uint32_t variant) {
    struct snag_call call = *call_of(s, item);
    call.pending = true;
    call.variant = (uint16_t)variant;
    memset(&call.result, 0, sizeof call.result);
    return call;
}

/* Tries candidate n->item on a copy of the state, one depth further down. For a pending one, goes
 * on to its next effect, or item, at once. */
static bool try_candidate(struct snag__search *s, struct node *n, size_t state_bytes) {
    uint64_t *from = state_at(s, n->depth), *to = state_at(s, n->depth + 1);
    memcpy(to, from, state_bytes);
    if (n->item < s->completed)
        return s->spec->step(s->config, to, call_of(s, n->item)) == SNAG_ACCEPT;
    struct snag_call call = pending_call(s, n->item, n->variant);
    enum snag_step step = s->spec->step(s->config, to, &call);
    if (step != SNAG_ACCEPT || n->variant == UINT16_MAX)
        n->variant = UINT32_MAX; /* no further effect */
    else
        n->variant++;
    /* A pending call that changes nothing need not be linearized: whatever follows it can follow
     * without it. */
    return step == SNAG_ACCEPT && memcmp(from, to, state_bytes) != 0;
}

/* Finds the next child of the node, whose state is then at depth + 1 and which is not in the memo.
 * n->item says which. */
static enum found find_child(struct snag__search *s, struct node *n) {
    size_t state_bytes = s->state_words * sizeof *s->states;
    uint32_t done_words = snag__done_words(s->items_count);
    /* An operation may come next only if none that is not done returned before it was invoked. */
    uint32_t limit = n->first < s->completed ? s->items[n->first].returned : UINT32_MAX;
    while (n->item < s->items_count && s->items[n->item].invoked_min <= limit) {
        const struct snag__item *item = &s->items[n->item];
        if (item->invoked > limit || item->waits || n->variant == UINT32_MAX ||
            is_done(s, n->item)) {
            n->item++;
            n->variant = 0;
            continue;
        }
        if (n->steps == 0)
            return FOUND_BUDGET;
        n->steps--;
        if (try_candidate(s, n, state_bytes)) {
            flip_done(s, n->item);
            if (!snag__memo_has(s->memo, s->done, done_words, state_at(s, n->depth + 1)))
                return FOUND_NEXT;
            flip_done(s, n->item);
        }
        if (n->item < s->completed)
            n->item++;
    }
    return FOUND_NONE;
}

static void descend(struct snag__search *s, struct node *n) {
    s->frames[n->depth] = (struct snag__frame){n->item, n->variant, n->first};
    n->depth++;
    if (n->item < s->completed)
        n->returned++;
    while (n->first < s->completed && is_done(s, n->first))
        n->first++;
    n->item = n->first;
    n->variant = 0;
}

/* Leaves a node from which there is no way on. False: it was the root. */
static bool backtrack(struct snag__search *s, struct node *n) {
    if (n->depth == 0)
        return false;
    snag__memo_add(s->memo, s->done, snag__done_words(s->items_count), state_at(s, n->depth));
    n->depth--;
    const struct snag__frame *frame = &s->frames[n->depth];
    flip_done(s, frame->item);
    n->first = frame->first;
    n->variant = frame->variant;
    n->item = frame->item;
    if (frame->item < s->completed) {
        n->returned--;
        n->item++;
    }
    return true;
}

/* Does the model let every waiting item wait in this state? FOUND_NEXT: yes; FOUND_NONE: no. */
static enum found all_blocked(struct snag__search *s, struct node *n) {
    uint64_t *scratch = state_at(s, n->depth + 1);
    for (uint32_t i = s->completed; i < s->items_count; i++) {
        if (!s->items[i].waits)
            continue;
        if (n->steps == 0)
            return FOUND_BUDGET;
        n->steps--;
        memcpy(scratch, state_at(s, n->depth), s->state_words * sizeof *scratch);
        struct snag_call call = pending_call(s, i, 0);
        if (s->spec->step(s->config, scratch, &call) != SNAG_BLOCKED)
            return FOUND_NONE;
    }
    return FOUND_NEXT;
}

enum snag__linear snag__linear_search(struct snag__search *s) {
    uint32_t done_words = snag__done_words(s->items_count);
    struct node n = {.steps = s->budget_steps};
    uint32_t longest = 0; /* 1 + completed operations in the longest prefix that led nowhere */
    bool arrived = true;  /* at this node for the first time */
    memset(s->done, 0, done_words * sizeof *s->done);
    memset(s->states, 0, s->state_words * sizeof *s->states);
    if (s->spec->init != NULL)
        s->spec->init(s->config, s->states);
    snag__memo_reset(s->memo, done_words + s->state_words);
    s->stopped_at = 0;
    for (;;) {
        if (arrived && n.first == s->completed) {
            enum found end = s->all_wait ? all_blocked(s, &n) : FOUND_NEXT;
            if (end == FOUND_NEXT)
                return SNAG__LINEAR_YES;
            if (end == FOUND_BUDGET)
                return SNAG__LINEAR_UNKNOWN;
        }
        enum found found = find_child(s, &n);
        if (found == FOUND_BUDGET)
            return SNAG__LINEAR_UNKNOWN;
        arrived = found == FOUND_NEXT;
        if (arrived) {
            descend(s, &n);
            continue;
        }
        if (n.returned >= longest && n.first < s->completed) {
            s->stopped_at = n.first;
            longest = n.returned + 1;
        }
        if (!backtrack(s, &n))
            return SNAG__LINEAR_NO;
    }
}
