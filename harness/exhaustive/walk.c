/* walk.c: one execution after the other. See walk.h. */
#include "exhaustive/walk.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "exhaustive/bar.h"
#include "exhaustive/checkpoint.h"
#include "live.h"
#include "sched/learn.h"
#include "sched/plain.h"

/* Steps, and the choices in between, of the longest execution. */
enum { NODES_MAX = 1 << 17, WHOLE_FIRST = 20000 };

static void gap(struct snag__walk *w, enum snag__walk_gap why) {
    w->said.gaps |= UINT32_C(1) << why;
}

/* Confirming and shrinking forget which sites race. */
static void recall(const struct snag__walk *w) {
    snag__plain_forget();
    for (uint32_t i = 0; i < w->sites_count; i++)
        snag__plain_races(w->sites[i]);
}

bool snag__walk_step(struct snag__walk *w, struct snag_verdict *v, bool *learned) {
    struct snag__tree *t = &w->tree;
    const uint32_t *sites;
    snag__campaign_begins(w->campaign, SNAG__BY_NOBODY);
    snag__session_exhaust(w->campaign->session, &w->strategy, w->program, w->id, v);
    snag__exhaustive_end(&w->strategy, v->end);
    uint32_t count = snag__plain_known(&sites);
    *learned = count != w->sites_count;
    memcpy(w->sites, sites, count * sizeof(sites[0]));
    w->sites_count = count;
    if (count == SNAG__SITES_MAX || snag__learn_lost() || snag__plain.uncounted)
        gap(w, SNAG__WALK_GAP_SITES);
    if (w->strategy.crowded)
        gap(w, SNAG__WALK_GAP_VTHREADS);
    if (t->full)
        gap(w, SNAG__WALK_GAP_DEPTH);
    if (t->diverged && !*learned)
        gap(w, SNAG__WALK_GAP_DIVERGED);
    if (t->moved && !*learned)
        gap(w, SNAG__WALK_GAP_MOVED);
    return !t->cut;
}

void snag__walk_saw(struct snag__walk *w, struct snag_verdict *v) {
    if (v->limit != SNAG_NO_LIMIT && v->limit != SNAG_LIMIT_LOCK_ORDER) {
        w->said.limited++;
        gap(w, SNAG__WALK_GAP_LIMIT);
    }
    if (v->history_unknown != 0)
        gap(w, SNAG__WALK_GAP_UNDECIDED);
    bool showed = v->findings_count > 0;
    snag__campaign_saw(w->campaign, w->program, w->id, v);
    if (showed)
        recall(w);
}

/* ---- a bound ---- */

static void begin_bound(struct snag__walk *w, uint32_t bound) {
    struct snag__summary_walk *s = &w->said;
    bool unbounded = w->preemptions_max == SNAG__TREE_UNBOUNDED || w->whole_until != 0;
    w->bound = bound;
    s->bounds[bound] =
        (struct snag__walk_bound){.preemptions = unbounded ? SNAG__WALK_UNBOUNDED : bound};
    s->bounds_count = bound + 1;
    s->explored = 0;
    w->tree.preemptions_max = s->bounds[bound].preemptions;
    w->bound_began_ns = snag__live_now_ns();
    snag__tree_reset(&w->tree);
}

/* All is as at the beginning, but for what races. */
static void start_again(struct snag__walk *w) {
    bool bounded = w->preemptions_max != SNAG__TREE_UNBOUNDED;
    bool reduces = w->tree.reduction == SNAG__REDUCTION_SOURCE;
    w->whole_until = bounded && reduces ? w->campaign->executions + WHOLE_FIRST : 0;
    w->said.limited = 0;
    w->said.faults_cut = false;
    w->said.gaps = 0;
    begin_bound(w, 0);
}

static bool is_over(struct snag__walk *w) {
    if (w->campaign->executions - w->said.probes >= w->executions_max) {
        gap(w, SNAG__WALK_GAP_STOPPED);
        return true;
    }
    if (!snag__campaign_over(w->campaign))
        return false;
    gap(w, w->campaign->first_finding != 0 && !snag__campaign_interrupted ? SNAG__WALK_GAP_FOUND
                                                                          : SNAG__WALK_GAP_STOPPED);
    return true;
}

static void count(struct snag__walk *w, bool cut, const struct snag_verdict *v) {
    struct snag__walk_bound *b = &w->said.bounds[w->bound];
    b->schedules += !cut;
    b->repeats += cut;
    b->exactly += !cut && v->preemptions == b->preemptions;
}

/* What makes going on pointless. */
static bool is_lost(const struct snag__walk *w) {
    const uint32_t fatal = UINT32_C(1) << SNAG__WALK_GAP_VTHREADS | UINT32_C(1)
                                                                        << SNAG__WALK_GAP_DIVERGED;
    return (w->said.gaps & fatal) != 0;
}

/* Does the code under test find its memory where it was when the checkpoint was written? */
static bool is_elsewhere(struct snag__walk *w, bool first) {
    if (!first || !w->tree.moved)
        return false;
    fprintf(stderr,
            "snag explore: --checkpoint: %s: cannot go on from there: the code under test does not "
            "find its memory at the same addresses\n",
            w->checkpoint);
    w->status = SNAG__EXIT_USAGE;
    return true;
}

/* The rest of the bound in which the walk is; `resumed`: by another process than began it. False:
 * the campaign is over. */
static bool walk_bound(struct snag__walk *w, bool resumed) {
    struct snag_verdict v;
    for (bool more = true; more;) {
        if (is_over(w))
            return false;
        if (w->whole_until != 0 && w->campaign->executions >= w->whole_until) {
            w->whole_until = 0;
            begin_bound(w, 0);
        }
        bool learned;
        bool cut = !snag__walk_step(w, &v, &learned);
        if (is_elsewhere(w, resumed))
            return false;
        resumed = false;
        if (!learned) {
            count(w, cut, &v);
            more = snag__tree_advance(&w->tree);
        }
        w->said.faults_cut |= w->tree.faults_cut;
        if (!cut)
            snag__walk_saw(w, &v);
        if (is_lost(w))
            return false;
        if (learned) {
            w->said.restarts++;
            start_again(w);
            more = true;
        }
        snag__bar_tick(w);
        if (!snag__checkpoint_tick(w, false)) {
            w->status = SNAG__EXIT_TROUBLE;
            return false;
        }
    }
    return true;
}

static bool walk_bounds(struct snag__walk *w, bool resumed) {
    for (;; resumed = false) {
        if (!walk_bound(w, resumed))
            return false;
        w->said.explored = 1;
        w->said.whole = !w->tree.bound_cut;
        w->said.ended = w->said.whole || w->bound == w->preemptions_max;
        if (w->said.ended)
            return true;
        begin_bound(w, w->bound + 1);
    }
}

int snag__walk_run(struct snag__walk *w) {
    snag__plain_forget();
    if (!snag__tree_open(&w->tree, NODES_MAX)) {
        fprintf(stderr, "snag: no memory for the tree of schedules\n");
        return SNAG__EXIT_TROUBLE;
    }
    w->strategy.tree = &w->tree;
    bool resumed = false;
    int status = snag__checkpoint_open(w, &resumed);
    if (status != 0)
        return status;
    if (w->campaign->before > 0) { /* a process before this one was lost */
        gap(w, SNAG__WALK_GAP_DIED);
        return 0;
    }
    if (!resumed) {
        if (!snag__walk_probe(w)) {
            (void)is_over(w);
            return 0;
        }
        start_again(w);
    }
    recall(w);
    if (!w->said.ended && !walk_bounds(w, resumed) && w->tree.count > 0)
        w->said.explored = snag__tree_explored(&w->tree);
    if (w->status == 0 && !snag__checkpoint_tick(w, true))
        w->status = SNAG__EXIT_TROUBLE;
    return w->status;
}

void snag__walk_close(struct snag__walk *w) {
    snag__tree_close(&w->tree);
}
