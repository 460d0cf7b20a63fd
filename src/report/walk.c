/* walk.c: from the event log to rows.
 *
 * It decides what a reader needs to see and why control changed hands; the sheet decides how that
 * looks. The rule: events are taken in their order; what is added (where somebody got stuck for
 * good, where a finding was seen) stands at the point where it happened.
 */
#include "report/walk.h"

#include "base/event_class.h"
#include "report/fold.h"
#include "sched/schedule.h"

#include <string.h>

struct walk {
    const struct snag__view *v;
    struct snag__sheet *s;
    const struct snag_finding *stuck; /* whose parties stand somewhere at the end; NULL: none */
    bool stuck_shown[SNAG_PARTIES_MAX];
    int shown;                            /* who had the last row */
    const char *why;                      /* why they had to go; NULL: they did not yet */
    int on_worker[SNAG__WORKERS_MAX + 1]; /* who was last shown on worker w */
};

bool snag__is_stuck(enum snag_finding_kind kind) {
    return kind == SNAG_DEADLOCK || kind == SNAG_SELF_DEADLOCK || kind == SNAG_SUSPENDED_OWNER ||
           kind == SNAG_LOST_WAKEUP || kind == SNAG_HANG || kind == SNAG_LIVELOCK ||
           kind == SNAG_STARVATION || kind == SNAG_INFINITE_LOOP || kind == SNAG_BLOCKING_CALL;
}

static int who_of(const struct snag_event *e) {
    return snag__who(e->vthread, e->task);
}

static int who_of_party(const struct snag_party *p) {
    return snag__who(p->vthread, p->task);
}

/* ---- what is shown --------------------------------------------------------------------------- */

static bool is_party(const struct snag__view *v, int who) {
    const struct snag_verdict *verdict = v->in->verdict;
    for (uint32_t f = 0; f < verdict->findings_count; f++)
        for (uint32_t i = 0; i < verdict->findings[f].parties_count; i++)
            if (who_of_party(&verdict->findings[f].parties[i]) == who)
                return true;
    return false;
}

/* Is the event about an object, or a place, that a finding names? */
static bool concerns_party(const struct snag__view *v, const struct snag_event *e) {
    const struct snag_verdict *verdict = v->in->verdict;
    for (uint32_t f = 0; f < verdict->findings_count; f++) {
        for (uint32_t i = 0; i < verdict->findings[f].parties_count; i++) {
            const struct snag_party *p = &verdict->findings[f].parties[i];
            if ((e->object != 0 && (e->object == p->object || e->object == p->holds)) ||
                (e->site != 0 && e->site == p->at_site))
                return true;
        }
    }
    return false;
}

static bool kind_is_shown(const struct snag__view *v, const struct snag_event *e) {
    switch (e->kind) {
    case SNAG_EV_START:
    case SNAG_EV_END:
    case SNAG_EV_WAKE:
    case SNAG_EV_UNPARK: /* the switch back to it says so */
    case SNAG_EV_IDLE:
    case SNAG_EV_WANT: /* it gets it at once, or the end shows that it does not */
    case SNAG_EV_MUTEX_INIT:
    case SNAG_EV_COND_INIT:
    case SNAG_EV_RWLOCK_INIT:
    case SNAG_EV_SPIN_INIT:
    case SNAG_EV_SEM_INIT:
    case SNAG_EV_BARRIER_INIT:
        return false;
    case SNAG_EV_TASK_END: /* only where it was dropped */
    case SNAG_EV_CO_ENDED:
        return e->value != 0;
    case SNAG_EV_MUTEX_DESTROY:
    case SNAG_EV_COND_DESTROY:
    case SNAG_EV_RWLOCK_DESTROY:
    case SNAG_EV_SPIN_DESTROY:
    case SNAG_EV_SEM_DESTROY:
    case SNAG_EV_BARRIER_DESTROY:
    case SNAG_EV_ALLOC:
    case SNAG_EV_FREE:
        return concerns_party(v, e);
    default:
        return true;
    }
}

static bool event_is_shown(const struct snag__view *v, const struct snag_event *e) {
    return (e->flags & SNAG_EVF_FAULT) != 0 || kind_is_shown(v, e);
}

/* How event `e` is folded, which no finding names. */
static enum snag__fold fold_of(const struct walk *w, const struct snag_event *e) {
    bool whole = w->s->all || concerns_party(w->v, e);
    return whole ? SNAG__FOLD_NOT : snag__fold(w->v, (uint32_t)(e - w->v->in->events));
}

static bool is_shown(const struct walk *w, const struct snag_event *e) {
    if (w->s->all)
        return true;
    if (fold_of(w, e) == SNAG__FOLD_AWAY)
        return false;
    int who = who_of(e);
    enum snag__role role = snag__view_role(w->v, who);
    bool plumbing =
        role == SNAG__ROLE_WORKER || (role == SNAG__ROLE_ROOT && w->v->in->impl != NULL);
    return (!plumbing || is_party(w->v, who)) && event_is_shown(w->v, e);
}

/* ---- why control changed hands --------------------------------------------------------------- */

static bool was_preempted(const struct snag__view *v, uint32_t event) {
    const struct snag_choice_entry *choices = v->in->choices;
    uint32_t low = 0, high = v->in->choices_count; /* they stand in the order of events */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (choices[middle].event < event)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < v->in->choices_count && choices[low].event == event; low++)
        if (choices[low].kind == SNAG_CHOOSE_NEXT && choices[low].current_enabled &&
            choices[low].picked != choices[low].vthread)
            return true;
    return false;
}

static const struct snag_event *next_of(const struct snag__view *v, int who, uint32_t from) {
    for (uint32_t i = from; i < v->in->events_count; i++)
        if (who_of(&v->in->events[i]) == who)
            return &v->in->events[i];
    return NULL;
}

/* Is it one of those who stand somewhere at the end? */
static bool has_party(const struct walk *w, int who) {
    for (uint32_t i = 0; w->stuck != NULL && i < w->stuck->parties_count; i++)
        if (who_of_party(&w->stuck->parties[i]) == who)
            return true;
    return false;
}

bool snag__is_park_kind(uint8_t kind) {
    return snag__is_park(kind) || kind == SNAG_EV_FD_AWAIT;
}

/* Its last event before index `at` is one after which there is nothing to do. */
static bool has_ended(const struct walk *w, int who, uint32_t at) {
    while (at > 0 && who_of(&w->v->in->events[at - 1]) != who)
        at--;
    switch (at > 0 ? w->v->in->events[at - 1].kind : SNAG_EV_END) {
    case SNAG_EV_END:
    case SNAG_EV_TASK_END:
    case SNAG_EV_JOB_END:
    case SNAG_EV_CO_ENDED:
    case SNAG_EV_OP_END:
        return true;
    default:
        return false;
    }
}

/* Does whoever had the last event run on the same thread, below a task that goes on? */
static bool carries_next(const struct walk *w, uint32_t at) {
    const struct snag_event *e = &w->v->in->events[at];
    return at > 0 && at < w->v->in->events_count && e->kind == SNAG_EV_CO_RESUMED &&
           e[-1].vthread == e->vthread;
}

/* Why `who`, whose last event stands before index `at`, did not go on there. */
static const char *why_left(const struct walk *w, int who, uint32_t at) {
    const struct snag_event *last = at > 0 ? &w->v->in->events[at - 1] : NULL;
    const struct snag_event *next = next_of(w->v, who, at);
    if (was_preempted(w->v, at))
        return "preempted";
    if (last != NULL && who_of(last) == who) {
        if (last->kind == SNAG_EV_SUSPEND || last->kind == SNAG_EV_CO_SUSPENDED ||
            (last->task != 0 && snag__is_park_kind(last->kind)))
            return "suspended";
        if (last->kind == SNAG_EV_YIELD || last->kind == SNAG_EV_TASK_YIELD)
            return "yields";
        if (last->kind == SNAG_EV_SLEEP)
            return "sleeps";
    }
    if (carries_next(w, at))
        return "";
    if (next == NULL && !has_party(w, who) && has_ended(w, who, at))
        return "done";
    return next == NULL || (next->flags & SNAG_EVF_WAITED) ? "blocked" : "";
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void begin_row(struct walk *w, int who) {
    if (w->shown != who)
        snag__sheet_switch(w->s, w->shown >= 0 ? snag__sheet_lane(w->s, w->shown) : -1,
                           snag__sheet_lane(w->s, who), w->why != NULL ? w->why : "");
    w->shown = who;
    w->why = NULL;
}

static uint32_t indent_of(const struct snag__view *v, const struct snag_event *e) {
    const struct snag__op *op = snag__view_op(v, e);
    uint32_t depth = op != NULL ? op->depth : 0;
    bool mark = e->kind == SNAG_EV_OP_BEGIN || e->kind == SNAG_EV_OP_END;
    return e->op == 0 ? 0 : 2 * (depth + (mark ? 0 : 1));
}

/* Of the worker that vthread `index` is; -1: it is none, or has no lane. */
static int worker_lane(const struct walk *w, uint16_t index) {
    int worker = snag__who(index, 0);
    return snag__view_role(w->v, worker) == SNAG__ROLE_WORKER ? snag__sheet_lane(w->s, worker) : -1;
}

/* A task's row also says which worker it is on, when that is news. */
static void set_beside(struct walk *w, const struct snag_event *e, struct snag__row *row,
                       char name[SNAG__NAME]) {
    int lane = worker_lane(w, e->vthread);
    const struct snag__actor_info *info = snag__view_info(w->v, snag__who(e->vthread, 0));
    row->beside = -1;
    if (e->task == 0 || lane < 0 || info == NULL)
        return;
    w->s->under = lane;
    int *on = &w->on_worker[info->actor.path[1] % (SNAG__WORKERS_MAX + 1)];
    if (*on == who_of(e))
        return;
    *on = who_of(e);
    row->beside = lane;
    row->beside_text = snag__view_name(w->v, who_of(e), name);
}

/* "2", "1.3"; "+" for what does not fit. */
static const char *short_name(const struct walk *w, int who, char text[SNAG__ACTOR_TEXT]) {
    const struct snag__actor_info *info = snag__view_info(w->v, who);
    if (info == NULL)
        return "?";
    const char *path = snag__actor_print(&info->actor, text);
    path += info->actor.is_task;
    return strlen(path) < sizeof w->s->lanes[0].on ? path : "+";
}

/* The task of event `e` has its worker. */
static void take_worker(struct walk *w, const struct snag_event *e) {
    char text[SNAG__ACTOR_TEXT];
    int lane = worker_lane(w, e->vthread);
    if (e->task != 0 && lane >= 0)
        snag__sheet_worker(w->s, lane, short_name(w, who_of(e), text), false);
}

static bool gives_worker_away(const struct snag_event *e) {
    return e->kind == SNAG_EV_SUSPEND || e->kind == SNAG_EV_TASK_YIELD ||
           e->kind == SNAG_EV_TASK_END || e->kind == SNAG_EV_TASK_JOIN ||
           e->kind == SNAG_EV_SLEEP ||
           (snag__is_park_kind(e->kind) && e->value == 0 && (e->flags & SNAG_EVF_FAULT) == 0);
}

/* Whoever comes after event `e` sees that worker without a task, if it awaits something. */
static void leave_worker(struct walk *w, const struct snag_event *e) {
    if (e->task != 0 && gives_worker_away(e))
        snag__sheet_worker(w->s, worker_lane(w, e->vthread), "", false);
}

static void show_event(struct walk *w, const struct snag_event *e) {
    char text[SNAG__WORDS], name[SNAG__NAME];
    int lane = snag__sheet_lane(w->s, who_of(e));
    if (lane < 0)
        return;
    begin_row(w, who_of(e));
    bool call = fold_of(w, e) == SNAG__FOLD_CALL;
    struct snag__row row = {.lane = lane,
                            .indent = indent_of(w->v, e),
                            .text =
                                call ? snag__fold_call(w->v, e, text) : snag__phrase(w->v, e, text),
                            .site = e->site};
    if (call || e->kind == SNAG_EV_OP_BEGIN || e->kind == SNAG_EV_OP_END)
        row.site = 0; /* the harness's own */
    set_beside(w, e, &row, name);
    snag__sheet_row(w->s, &row);
}

static bool stands_in_op(const struct walk *w, int who) {
    return w->v->in->program != NULL && snag__view_role(w->v, who) == SNAG__ROLE_CLIENT;
}

/* The lane of the worker that waits with its task; -1: none does. */
static int blocked_worker(const struct walk *w, const struct snag_party *p) {
    int worker = p->object != 0 ? snag__view_worker(w->v, p) : -1;
    return worker >= 0 ? snag__sheet_lane(w->s, worker) : -1;
}

/* Where a party of the hang stands for good. */
static void show_stuck(struct walk *w, uint32_t i) {
    const struct snag_party *p = &w->stuck->parties[i];
    char text[SNAG__WORDS], object[SNAG__AWAITED];
    int who = who_of_party(p), lane = snag__sheet_lane(w->s, who);
    if (w->stuck_shown[i] || lane < 0)
        return;
    w->stuck_shown[i] = true;
    if (p->ready)
        (void)snprintf(text, sizeof text, "READY, no worker");
    else if (p->ended)
        (void)snprintf(text, sizeof text, "HAS ENDED, still holding %s",
                       snag__view_object(w->v, p->holds, object));
    else if (p->suspended)
        (void)snprintf(text, sizeof text, "SUSPENDED%s%s", p->holds != 0 ? ", still holding " : "",
                       snag__view_object(w->v, p->holds, object));
    else if (w->stuck->kind == SNAG_LIVELOCK || w->stuck->kind == SNAG_INFINITE_LOOP)
        (void)snprintf(text, sizeof text, "RUNS ON AND ON");
    else if (p->object != 0)
        (void)snprintf(text, sizeof text, "WAITS FOR %s", snag__view_awaited(w->v, p, object));
    else
        (void)snprintf(text, sizeof text, "STUCK HERE");
    int worker = blocked_worker(w, p);
    if (worker >= 0) {
        char number[SNAG__ACTOR_TEXT];
        w->s->under = worker;
        snag__sheet_worker(w->s, worker, short_name(w, who, number), true);
    }
    begin_row(w, who);
    snag__sheet_row(w->s, &(struct snag__row){.lane = lane,
                                              .indent = stands_in_op(w, who) ? 2 : 0,
                                              .text = text,
                                              .site = p->at_site,
                                              .style = SNAG__BAD,
                                              .beside = worker,
                                              .beside_text = "BLOCKED"});
}

/* The access at which a race was seen, in the lane of who was running. */
static void show_race(struct walk *w, const struct snag_finding *f, uint32_t at) {
    int running = at > 0 ? who_of(&w->v->in->events[at - 1]) : SNAG__WHO_NOBODY;
    for (uint32_t i = 0; i < f->parties_count; i++) {
        const struct snag_party *p = &f->parties[i];
        int lane = snag__sheet_lane(w->s, who_of_party(p));
        if (who_of_party(p) != running || lane < 0)
            continue;
        begin_row(w, running);
        snag__sheet_row(
            w->s, &(struct snag__row){.lane = lane,
                                      .indent = 2,
                                      .text = p->is_write ? "WRITE, unordered" : "READ, unordered",
                                      .site = p->at_site,
                                      .style = SNAG__BAD,
                                      .beside = -1});
        return;
    }
}

/* The call that is misused comes after it was seen, if it is a row of its own. */
static bool misuse_has_row(const struct walk *w, const struct snag_finding *f) {
    if (f->event >= w->v->in->events_count || f->parties_count == 0)
        return false;
    const struct snag_event *e = &w->v->in->events[f->event];
    return who_of(e) == who_of_party(&f->parties[0]) && e->site == f->parties[0].at_site &&
           is_shown(w, e);
}

/* Else it has one here. */
static void show_misuse(struct walk *w, const struct snag_finding *f) {
    int who = f->parties_count > 0 ? who_of_party(&f->parties[0]) : SNAG__WHO_NOBODY;
    int lane = snag__sheet_lane(w->s, who);
    if (lane < 0)
        return;
    begin_row(w, who);
    snag__sheet_row(w->s, &(struct snag__row){.lane = lane,
                                              .indent = stands_in_op(w, who) ? 2 : 0,
                                              .text = f->detail,
                                              .site = f->parties[0].at_site,
                                              .style = SNAG__BAD,
                                              .beside = -1});
}

static void show_findings(struct walk *w, uint32_t at) {
    const struct snag_verdict *verdict = w->v->in->verdict;
    uint32_t count = w->v->in->events_count;
    for (uint32_t i = 0; i < verdict->findings_count; i++) {
        const struct snag_finding *f = &verdict->findings[i];
        bool misuse = f->kind == SNAG_MISUSE, row = misuse && misuse_has_row(w, f);
        /* A leak names the allocation itself; the others the place between two events. */
        uint32_t seen = f->event + (f->kind == SNAG_LEAK || row);
        if ((seen < count ? seen : count) != at)
            continue;
        if (f->kind == SNAG_RACE)
            show_race(w, f, at);
        if (misuse && !row)
            show_misuse(w, f);
        char text[SNAG__WORDS];
        (void)snprintf(text, sizeof text, "*** [%u] %s ***", i + 1, snag_finding_name(f->kind));
        snag__sheet_note(w->s, text, SNAG__BAD);
    }
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* Somebody else goes on at index `at`: the one with the last row has left. */
static void leave(struct walk *w, uint32_t at) {
    if (w->why != NULL || w->shown < 0)
        return;
    w->why = why_left(w, w->shown, at);
    if (next_of(w->v, w->shown, at) != NULL)
        return;
    if (strcmp(w->why, "done") == 0)
        snag__sheet_done(w->s, snag__sheet_lane(w->s, w->shown));
    /* Who was preempted could have gone on then: it got stuck when its turn came again. */
    if (strcmp(w->why, "preempted") == 0)
        return;
    const char *why = w->why;
    for (uint32_t i = 0; w->stuck != NULL && i < w->stuck->parties_count; i++)
        if (who_of_party(&w->stuck->parties[i]) == w->shown)
            show_stuck(w, i);
    w->why = why;
}

static void find_stuck(struct walk *w) {
    const struct snag_verdict *verdict = w->v->in->verdict;
    for (uint32_t i = 0; i < verdict->findings_count && w->stuck == NULL; i++)
        if (snag__is_stuck(verdict->findings[i].kind))
            w->stuck = &verdict->findings[i];
}

void snag__walk(const struct snag__view *v, struct snag__sheet *s) {
    struct walk w = {.v = v, .s = s, .shown = SNAG__WHO_NOBODY};
    memset(w.on_worker, 0xff, sizeof w.on_worker);
    find_stuck(&w);
    for (uint32_t i = 0; i < v->in->events_count; i++) {
        const struct snag_event *e = &v->in->events[i];
        if (who_of(e) != w.shown)
            leave(&w, i);
        show_findings(&w, i);
        take_worker(&w, e);
        if (is_shown(&w, e))
            show_event(&w, e);
        leave_worker(&w, e);
    }
    leave(&w, v->in->events_count);
    for (uint32_t i = 0; w.stuck != NULL && i < w.stuck->parties_count; i++) {
        if (w.why == NULL || w.why[0] == '\0')
            w.why = "blocked";
        show_stuck(&w, i);
    }
    show_findings(&w, v->in->events_count);
    snag__sheet_end(s);
}
