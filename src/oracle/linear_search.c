/* linear_search.c: the search for a linearization of one partition.
 *
 * Wing and Gong's search (JPDC 1993), depth first on an explicit stack, pruned by the memo. It does
 * not split the history nor sort it (linear.c). The rule: NO is answered only when every order that
 * the intervals allow was tried or was pruned by an argument that stands in a comment.
 *
 * Items stand in the order of their returns, and candidates are tried in that order: the first item
 * not done is always one, and in a history recorded from code that takes effect shortly before it
 * returns it is nearly always right. So the first descent mostly runs straight through, one call of
 * `step` and one copy of the state an operation. Where operations have others inside, returns are a
 * bad guess, and a better one is tried before: it answers YES, or nothing.
 */
#include "oracle/linear_parts.h"

#include <string.h>

enum found { FOUND_NEXT, FOUND_NONE, FOUND_BUDGET };

/* The node at which the search stands. */
struct node {
    uint64_t *here;    /* its configuration */
    uint64_t hash;     /* of that which find_child found; 0: it was not needed */
    uint32_t depth;    /* operations linearized */
    uint32_t returned; /* of them, how many are completed ones */
    uint32_t first;    /* first completed item not done; s->completed: none */
    uint32_t item;     /* next candidate to look at */
    uint32_t variant;  /* and which of its effects, if it is pending */
    uint32_t steps;    /* left of the budget */
};

static bool is_done(const struct node *n, uint32_t item) {
    return (n->here[item / 64] >> (item % 64)) & 1;
}

static uint32_t words(const struct snag__search *s) {
    return s->done_words + s->state_words;
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

/* Tries an effect of candidate n->item, a pending one, and goes on to its next. */
static __attribute__((noinline)) bool try_pending(const struct snag__search *s, struct node *n,
                                                  uint64_t *child) {
    uint64_t *from = n->here + s->done_words, *to = child + s->done_words;
    struct snag_call call = pending_call(s, n->item, n->variant);
    enum snag_step step = s->spec->step(s->config, to, &call);
    if (step != SNAG_ACCEPT || n->variant == UINT16_MAX)
        n->variant = UINT32_MAX; /* no further effect */
    else
        n->variant++;
    /* A pending call that changes nothing need not be linearized: whatever follows it can follow
     * without it. */
    return step == SNAG_ACCEPT && !snag__words_equal(from, to, s->state_words);
}

/* Tries candidate n->item on a copy of the configuration, one depth further down. */
static bool try_candidate(const struct snag__search *s, struct node *n, uint64_t *child) {
    snag__words_copy(child, n->here, words(s));
    child[n->item / 64] |= UINT64_C(1) << (n->item % 64);
    return n->item < s->completed
               ? s->spec->step(s->config, child + s->done_words, call_of(s, n->item)) == SNAG_ACCEPT
               : try_pending(s, n, child);
}

/* Is it known that nothing comes of the child? */
static bool leads_nowhere(const struct snag__search *s, struct node *n, const uint64_t *child) {
    n->hash = 0;
    if (s->memo->entries == 0)
        return false;
    n->hash = snag__words_hash(child, words(s));
    return snag__memo_holds(s->memo, child, n->hash);
}

/* Finds the next child of the node, which stands then one depth further down and is not in the
 * memo. n->item says which. */
static enum found find_child(const struct snag__search *s, struct node *n) {
    uint64_t *child = n->here + words(s);
    /* An operation may come next only if none that is not done returned before it was invoked. */
    uint32_t limit = n->first < s->completed ? s->items[n->first].returned : UINT32_MAX;
    while (n->item < s->items_count && s->items[n->item].invoked_min <= limit) {
        const struct snag__item *item = &s->items[n->item];
        if (item->invoked > limit || item->waits || n->variant == UINT32_MAX ||
            is_done(n, n->item)) {
            n->item++;
            n->variant = 0;
            continue;
        }
        if (n->steps == 0)
            return FOUND_BUDGET;
        n->steps--;
        if (try_candidate(s, n, child) && !leads_nowhere(s, n, child))
            return FOUND_NEXT;
        if (n->item < s->completed)
            n->item++;
    }
    return FOUND_NONE;
}

static void descend(const struct snag__search *s, struct node *n) {
    s->frames[n->depth] = (struct snag__frame){n->item, n->variant, n->first, n->hash};
    n->depth++;
    n->here += words(s);
    if (n->item < s->completed)
        n->returned++;
    while (n->first < s->completed && is_done(n, n->first))
        n->first++;
    n->item = n->first;
    n->variant = 0;
}

/* From the root, takes what stands first as long as the model lets it: what find_child and descend
 * would do, the memo being empty. */
static void go_straight(const struct snag__search *s, struct node *n) {
    while (n->item < s->completed && n->steps > 0) {
        n->steps--;
        if (!try_candidate(s, n, n->here + words(s))) {
            n->item++;
            return;
        }
        s->frames[n->depth++] = (struct snag__frame){.item = n->item, .first = n->item};
        n->here += words(s);
        n->item++;
        n->first = n->returned = n->item;
    }
}

/* Leaves a node from which there is no way on. False: it was the root. */
static bool backtrack(const struct snag__search *s, struct node *n) {
    if (n->depth == 0)
        return false;
    n->depth--;
    const struct snag__frame *frame = &s->frames[n->depth];
    snag__memo_add(s->memo, n->here,
                   frame->hash != 0 ? frame->hash : snag__words_hash(n->here, words(s)));
    n->here -= words(s);
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
static enum found all_blocked(const struct snag__search *s, struct node *n) {
    const uint64_t *state = n->here + s->done_words;
    uint64_t *scratch = n->here + words(s);
    for (uint32_t i = s->completed; i < s->items_count; i++) {
        if (!s->items[i].waits)
            continue;
        if (n->steps == 0)
            return FOUND_BUDGET;
        n->steps--;
        snag__words_copy(scratch, state, s->state_words);
        struct snag_call call = pending_call(s, i, 0);
        if (s->spec->step(s->config, scratch, &call) != SNAG_BLOCKED)
            return FOUND_NONE;
    }
    return FOUND_NEXT;
}

static void begin_root(const struct snag__search *s) {
    for (uint32_t i = 0; i < words(s); i++)
        s->configurations[i] = 0;
    if (s->spec->init != NULL)
        s->spec->init(s->config, s->configurations + s->done_words);
}

/* Does the model accept the completed ones by the likely times of their effects? Each of those lies
 * between invocation and return, so that this is an order that the intervals allow. */
static __attribute__((noinline)) bool guess_is_right(const struct snag__search *s) {
    for (uint32_t i = 0; i < s->completed; i++) {
        uint32_t j = i;
        for (; j > 0 && s->items[s->order[j - 1]].likely > s->items[i].likely; j--)
            s->order[j] = s->order[j - 1];
        s->order[j] = i;
    }
    begin_root(s);
    uint64_t *state = s->configurations + s->done_words;
    uint32_t i = 0;
    while (i < s->completed &&
           s->spec->step(s->config, state, call_of(s, s->order[i])) == SNAG_ACCEPT)
        i++;
    return i == s->completed;
}

enum snag__linear snag__linear_search(struct snag__search *s) {
    struct node n = {.here = s->configurations, .steps = s->budget_steps};
    uint32_t longest = 0; /* 1 + completed operations in the longest prefix that led nowhere */
    bool arrived = true;  /* at this node for the first time */
    s->stopped_at = 0;
    if (s->guess && !s->all_wait && s->completed <= s->budget_steps && guess_is_right(s))
        return SNAG__LINEAR_YES;
    begin_root(s);
    snag__memo_reset(s->memo, words(s));
    go_straight(s, &n);
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
