/* minimise.c: the shrinker's window on real executions. See minimise.h.
 *
 * A smaller program seldom fails under the old schedule, whose anchors have moved. So a candidate
 * is run under its own schedule first, then under the default one, then under some seeds of each
 * strategy; the schedule that showed the key is the one the shrinker gets back.
 */
#include "minimise.h"

#include <string.h>

#include "base/prng.h"
#include "live.h"
#include "oracle/needless.h"
#include "sched/fault.h"
#include "sched/schedule.h"

enum { SEARCHES = 60 };   /* by several strategies in turn */
enum { FEW_CHOICES = 1 }; /* that it is not worth looking for fewer of */
#define NS_PER_S UINT64_C(1000000000)

struct search {
    struct snag__session *session;
    enum snag_finding_kind kind;
    const char *key;
    uint64_t now_ns, until_ns; /* `now_ns`: when the clock was last looked at */
    const volatile bool *interrupted;
    bool progress;
    uint64_t runs;
    uint64_t shown_ns;   /* when the last line was shown, or the search began */
    uint64_t program_id; /* of the last candidate: another one is searched, the same one is not */
    uint32_t faults;     /* that it showed with: a search brings no others in */
};

static bool shows(struct search *m, const struct snag_verdict *v, struct snag_schedule *schedule) {
    return snag__session_find(v, m->key) != UINT32_MAX && snag__exec_schedule(schedule);
}

static bool replay(struct search *m, const struct snag_program *p, uint64_t id,
                   struct snag_schedule *schedule) {
    struct snag_verdict v;
    m->runs++;
    return snag__session_show(m->session, p, id, schedule, m->kind, m->key, &v) != UINT32_MAX &&
           snag__exec_schedule(schedule);
}

/* Not by those that learn: a candidate has too few executions for that. */
static uint32_t in_turn(const struct search *m, uint32_t i) {
    uint32_t which = i % m->session->strategies;
    while (snag_strategy_at(which)->saw != NULL)
        which = (which + 1) % m->session->strategies;
    return which;
}

static bool out_of_time(void *context) {
    struct search *m = context;
    m->now_ns = snag__live_now_ns();
    return *m->interrupted || m->now_ns >= m->until_ns;
}

/* Search number `i`. True: it shows what is wanted, and *schedule is how. */
static bool search_once(struct search *m, const struct snag_program *p, uint64_t id, uint32_t i,
                        struct snag_schedule *schedule) {
    struct snag_verdict v;
    uint32_t which = in_turn(m, i);
    struct snag__request r = {.program = p,
                              .program_id = id,
                              .strategy = snag_strategy_at(which),
                              .strategy_state = m->session->strategy_states[which],
                              .seed = snag__mix64(id + i),
                              .hint = &m->session->hint,
                              .faults = m->faults,
                              .points = m->session->points};
    m->runs++;
    snag__exec_run(&r, &v);
    return shows(m, &v, schedule);
}

static bool search(struct search *m, const struct snag_program *p, uint64_t id,
                   struct snag_schedule *schedule) {
    for (uint32_t i = 0; i < SEARCHES && !*m->interrupted; i++) {
        /* What a strategy found must also show by its sparse schedule alone. */
        if (search_once(m, p, id, i, schedule) && replay(m, p, id, schedule))
            return true;
    }
    return false;
}

static void swap_schedules(struct snag_schedule *a, struct snag_schedule *b) {
    struct snag_schedule kept = *a;
    *a = *b;
    *b = kept;
}

/* The smallest schedule of fewer than `below` choices that a few searches come upon. False: none.
 */
static bool find_elsewhere(struct search *m, const struct snag_program *p, uint64_t id,
                           uint32_t below, struct snag_schedule *smallest) {
    struct snag_schedule other = {0};
    bool found = false;
    for (uint32_t i = 0; i < SEARCHES && !out_of_time(m); i++) {
        if (search_once(m, p, id, i, &other) && other.count < below && replay(m, p, id, &other) &&
            other.count < below && snag__schedule_copy(smallest, &other)) {
            below = smallest->count;
            found = true;
        }
    }
    snag__schedule_free(&other);
    return found;
}

/* Of a scenario there is nothing but the schedule to be made smaller, step by step, and where that
 * leads depends on where it begins: with the smallest that is found. */
static void begin_elsewhere(struct search *m, struct snag__shrink_case *c) {
    struct snag_schedule other = {0};
    if (find_elsewhere(m, NULL, 0, c->schedule.count, &other))
        swap_schedules(&c->schedule, &other);
    snag__schedule_free(&other);
}

/* What is as small as it gets by steps may be smaller from where another schedule of the same
 * program leads. */
static void shrink_elsewhere(struct search *m, struct snag__shrink_case *c,
                             const struct snag__shrink_options *options) {
    struct snag__shrink_case other = {.has_program = true, .program = c->program};
    if (find_elsewhere(m, &other.program, snag__program_hash(&other.program), UINT32_MAX,
                       &other.schedule)) {
        (void)snag__shrink(&other, options);
        if (snag__shrink_is_smaller(&other, c, options->impl)) {
            c->program = other.program;
            swap_schedules(&c->schedule, &other.schedule);
        }
    }
    snag__schedule_free(&other.schedule);
}

static bool try_candidate(void *context, const struct snag_program *p,
                          struct snag_schedule *schedule) {
    struct search *m = context;
    uint64_t id = p != NULL ? snag__program_hash(p) : 0;
    if (replay(m, p, id, schedule))
        return true;
    if (p == NULL || id == m->program_id)
        return false;
    m->program_id = id;
    return search(m, p, id, schedule);
}

static void show_progress(void *context, const struct snag__shrink_progress *p) {
    struct search *m = context;
    char line[160];
    if (!m->progress || m->now_ns - m->shown_ns < snag__live_every_ns())
        return;
    m->shown_ns = m->now_ns;
    snprintf(line, sizeof line, "shrinking: %u task%s, %u operation%s, %u choice%s (%u tr%s, %s)",
             p->tasks, p->tasks == 1 ? "" : "s", p->ops, p->ops == 1 ? "" : "s", p->choices,
             p->choices == 1 ? "" : "s", p->tries, p->tries == 1 ? "y" : "ies",
             p->pass != NULL ? p->pass : "");
    snag__live_show(line);
}

uint64_t snag__minimise(struct snag__session *s, struct snag__shrink_case *c,
                        enum snag_finding_kind kind, const char *key, uint64_t seconds,
                        bool progress, const volatile bool *interrupted) {
    struct search m = {.session = s,
                       .kind = kind,
                       .key = key,
                       .interrupted = interrupted,
                       .progress = progress,
                       .faults = snag__faults_in(&c->schedule)};
    m.program_id = c->has_program ? snag__program_hash(&c->program) : 0;
    m.now_ns = m.shown_ns = snag__live_now_ns();
    m.until_ns = m.now_ns + seconds * NS_PER_S;
    struct snag__shrink_options options = {.impl = s->impl,
                                           .stop = out_of_time,
                                           .progress = show_progress,
                                           .try = try_candidate,
                                           .context = &m};
    /* What is only tried out is one program again and again: of the campaign it says nothing. */
    struct snag__needless *counting = snag__needless_in(NULL);
    if (!c->has_program)
        begin_elsewhere(&m, c);
    (void)snag__shrink(c, &options);
    if (c->has_program && c->schedule.count > FEW_CHOICES)
        shrink_elsewhere(&m, c, &options);
    (void)snag__needless_in(counting);
    snag__live_clear();
    return m.runs;
}
