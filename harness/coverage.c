/* coverage.c: counting what executions cover. See coverage.h. */
#define _GNU_SOURCE
#include "coverage.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "counted.h"
#include "exec/feedback.h"
#include "recover.h"

/* ---- where it lies ---- */

/* NULL: none was handed to us, or by another snag. */
static struct snag__coverage *map_inherited(void) {
    const char *text = getenv(SNAG__ENV_COVERAGE_FD);
    struct stat st;
    if (text == NULL)
        return NULL;
    int fd = (int)strtol(text, NULL, 10);
    void *at = MAP_FAILED;
    if (fstat(fd, &st) == 0 && (uint64_t)st.st_size == sizeof(struct snag__coverage))
        at = mmap(NULL, sizeof(struct snag__coverage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)unsetenv(SNAG__ENV_COVERAGE_FD);
    if (at == MAP_FAILED)
        return NULL;
    (void)close(fd);
    struct snag__coverage *c = at;
    bool fresh = c->magic == 0;
    bool ours = c->magic == SNAG__COVERAGE_MAGIC && c->bytes == sizeof *c;
    if (fresh || ours)
        return c;
    (void)munmap(at, sizeof *c);
    return NULL;
}

struct snag__coverage *snag__coverage_open(bool *shared) {
    struct snag__coverage *c = map_inherited();
    *shared = c != NULL;
    if (c == NULL) {
        void *at = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        c = at != MAP_FAILED ? at : NULL;
    }
    /* Its tables are asked at random, an execution once each: not also the processor's for pages.
     */
    if (c != NULL)
        (void)madvise(c, sizeof *c, MADV_HUGEPAGE);
    if (c != NULL) {
        c->magic = SNAG__COVERAGE_MAGIC;
        c->bytes = sizeof *c;
    }
    return c;
}

void snag__coverage_close(struct snag__coverage *c) {
    (void)munmap(c, sizeof *c);
}

struct snag__share *snag__coverage_share(struct snag__coverage *c, const char *flavour,
                                         struct snag__job job) {
    size_t first = (size_t)job.index * SNAG__TURNS_MAX;
    for (size_t i = first; i < first + SNAG__TURNS_MAX; i++) {
        struct snag__share *s = &c->shares[i];
        if (!c->used[i])
            (void)strncpy(s->flavour, flavour, sizeof s->flavour - 1);
        c->used[i] = true;
        if (strcmp(s->flavour, flavour) == 0)
            return s;
    }
    return NULL;
}

/* ---- counting ---- */

/* A pair that this execution has shown already counts once: by number of execution. */
enum { SEEN_SLOTS = 1 << 13 };
static uint64_t seen_in[SEEN_SLOTS];
static uint64_t samples;

static void saw_pair(void *share, uint64_t pair) {
    struct snag__share *s = share;
    uint64_t *slot = &seen_in[pair % SEEN_SLOTS];
    if (*slot == samples)
        return;
    *slot = samples;
    (void)snag__distinct_add(&s->pairs, pair);
}

static void read_pairs(struct snag__share *s) {
    struct snag__trace trace = snag__exec_trace();
    uint64_t before = s->pairs.used;
    s->sampled++;
    samples++;
    snag__feedback_visit(&trace, saw_pair, s);
    s->looked = true;
    s->new_pairs = s->pairs.used - before;
}

static inline void settle(struct snag__share *s) {
    if (!s->held)
        return;
    bool new_trace = snag__distinct_add(&s->traces, s->trace);
    snag__portfolio_saw(&s->portfolio, s->held_by, new_trace);
    if (snag__unlikely(s->looked))
        snag__portfolio_looked(&s->portfolio, s->held_by, s->new_pairs, new_trace);
    s->held = false;
}

static void note_curve(struct snag__share *s) {
    struct snag__curve *c = &s->curve;
    if (c->count == SNAG__CURVE_MAX) {
        for (uint64_t i = 1; i < SNAG__CURVE_MAX; i += 2) {
            c->traces[i / 2] = c->traces[i];
            c->pairs[i / 2] = c->pairs[i];
        }
        c->count /= 2;
        c->step *= 2;
        if (s->counted % c->step != 0)
            return;
    }
    settle(s);
    c->traces[c->count] = s->traces.used;
    c->pairs[c->count++] = s->pairs.used;
}

void snag__coverage_settle(struct snag__coverage *c) {
    for (size_t i = 0; i < SNAG__SHARES_MAX; i++)
        if (c->used[i])
            settle(&c->shares[i]);
}

/* Every so many executions. */
static __attribute__((noinline)) void look_closer(struct snag__share *s) {
    struct snag__curve *c = &s->curve;
    uint64_t turn = s->counted % SNAG__PAIRS_STRIDE;
    if (s->counted <= SNAG__PAIRS_EACH || turn == 0)
        read_pairs(s);
    if (c->step == 0)
        c->step = 1;
    if (s->counted == c->step * (c->count + 1))
        note_curve(s);
    uint64_t point = c->step * (c->count + 1);
    s->due = s->counted + (s->counted < SNAG__PAIRS_EACH ? 1 : SNAG__PAIRS_STRIDE - turn);
    s->due = point < s->due ? point : s->due;
}

void snag__coverage_saw(struct snag__share *s, uint64_t id, const struct snag_verdict *v) {
    /* Waiting for memory would cost a twentieth of a short execution: by the next one it is there.
     */
    settle(s);
    s->held = true;
    s->held_by = s->by;
    s->looked = false;
    s->trace = v->digest ^ id;
    snag__distinct_expect(&s->traces, s->trace);
    s->counted++;
    s->points += v->points;
    s->switches += v->switches;
    s->limits[v->limit]++;
    s->unknown += v->history_unknown;
    if (snag__unlikely(s->counted >= s->due))
        look_closer(s);
}

/* ---- the end ---- */

void snag__coverage_locks(const struct snag__coverage *c, const struct snag__share *own) {
    for (size_t i = 0; i < SNAG__SHARES_MAX; i++)
        if (snag__counted_in(c, i, own->flavour) && &c->shares[i] != own)
            snag__needless_add(&c->shares[i].locks);
}

static void add_share(struct snag__share *sum, const struct snag__share *s) {
    memcpy(sum->flavour, s->flavour, sizeof sum->flavour);
    sum->curve = sum->begun == 0 ? s->curve : (struct snag__curve){0};
    sum->programs_count += s->programs_count;
    sum->tasks_count += s->tasks_count;
    sum->ops_count += s->ops_count;
    sum->begun += s->begun;
    sum->counted += s->counted;
    sum->sampled += s->sampled;
    sum->points += s->points;
    sum->switches += s->switches;
    sum->unknown += s->unknown;
    sum->pursuits += s->pursuits;
    for (size_t i = 0; i < SNAG_LIMIT_KINDS; i++)
        sum->limits[i] += s->limits[i];
    for (size_t i = 0; i < SNAG_OPS_MAX; i++)
        sum->overlaps[i] |= s->overlaps[i];
    snag__portfolio_add(&sum->portfolio, &s->portfolio);
    snag__distinct_merge(&sum->programs, &s->programs);
    snag__distinct_merge(&sum->traces, &s->traces);
    snag__distinct_merge(&sum->pairs, &s->pairs);
}

void snag__coverage_recall(const struct snag__share *s) {
    for (uint32_t i = 0; i < s->sites_count && i < SNAG__SITES_MAX; i++)
        snag__plain_races(s->sites[i]);
}

bool snag__coverage_learned(struct snag__share *s) {
    const uint32_t *sites;
    uint32_t count = snag__plain_known(&sites), had = s->sites_count;
    memcpy(s->sites + had, sites + had, (count - had) * sizeof sites[0]); /* they only grow */
    s->sites_count = count;
    return count != had;
}

void snag__coverage_sum(const struct snag__coverage *c, const char *flavour,
                        struct snag__share *sum) {
    memset(sum, 0, sizeof *sum);
    for (size_t i = 0; i < SNAG__SHARES_MAX; i++)
        if (snag__counted_in(c, i, flavour))
            add_share(sum, &c->shares[i]);
}

uint64_t snag__coverage_times(const struct snag__coverage *c, const char *key) {
    uint64_t times = 0;
    bool overflowed = false;
    for (size_t i = 0; i < SNAG__SHARES_MAX; i++) {
        if (!snag__counted_in(c, i, NULL))
            continue;
        overflowed |= c->shares[i].seen.overflowed;
        times += snag__tally_of(&c->shares[i].seen, key);
    }
    return overflowed ? 0 : times;
}

/* How many cells were used after `at` schedules: on the line between two points of the curve. */
static uint64_t used_at(const struct snag__share *s, const uint64_t *points, uint64_t at,
                        uint64_t now) {
    const struct snag__curve *c = &s->curve;
    if (at == s->counted)
        return now;
    uint64_t k = at / c->step, rest = at % c->step;
    uint64_t low = k == 0 ? 0 : points[k - 1];
    uint64_t high = k < c->count ? points[k] : now;
    uint64_t span = k < c->count ? c->step : s->counted - k * c->step;
    return span == 0 ? low : low + (high - low) * rest / span;
}

bool snag__coverage_discovery(const struct snag__share *s, struct snag__discovery *out) {
    if (s->counted < 8)
        return false;
    (void)strncpy(out->flavour, s->flavour, sizeof out->flavour - 1);
    out->points = s->curve.step != 0 ? SNAG__DISCOVERY_POINTS : 1;
    for (unsigned i = 0; i < out->points; i++) {
        uint64_t at = s->counted >> (out->points - 1 - i);
        out->traces[i] =
            snag__distinct_estimate_at(used_at(s, s->curve.traces, at, s->traces.used));
        out->pairs[i] = snag__distinct_estimate_at(used_at(s, s->curve.pairs, at, s->pairs.used));
    }
    out->schedules = s->counted;
    out->sampled = s->sampled;
    out->new_trace = snag__distinct_once(&s->traces) / (double)s->counted;
    out->new_pair = snag__distinct_once(&s->pairs) / (double)s->sampled;
    return true;
}
