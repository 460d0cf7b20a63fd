/* checkpoint.c: the file: what it is of, the walk, the path in the tree, the findings so far, and a
 * hash of all that. See checkpoint.h.
 *
 * Memory is named by address in it, so that it is of use only where the code under test finds its
 * memory at the same addresses: that is looked at when the path is walked the next time
 * (snag__tree.moved).
 */
#include "exhaustive/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "exhaustive/walk.h"
#include "live.h"

#define EVERY_NS UINT64_C(10000000000)
enum { VERSION = 1, EXECUTABLE_BYTES_MAX = 1 << 30, FILE_BYTES_MAX = 1 << 30 };

struct head {
    char magic[8];
    uint64_t version, of; /* what it is of, hashed */
    struct snag__summary_walk said;
    uint64_t executions;
    uint32_t bound, sites, findings, nodes, touches, tries;
    bool bound_cut, faults_cut;
};
static const char magic[8] = "snagwalk";

/* ---- what it is of ---- */

static uint64_t hash_text(const char *text, uint64_t seed) {
    return snag__hash(text, strlen(text), seed);
}

/* The executable, the program and all options that shape the tree. 0: it cannot be read. */
static uint64_t identity(const struct snag__walk *w) {
    const struct snag__session *s = w->campaign->session;
    const struct snag__options *o = s->options;
    char *data;
    size_t bytes;
    struct snag_error e;
    if (snag__file_read("/proc/self/exe", EXECUTABLE_BYTES_MAX, &data, &bytes, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag explore: %s\n", e.line);
        return 0;
    }
    uint64_t h = snag__hash(data, bytes, VERSION);
    free(data);
    const uint64_t shape[] = {w->id,
                              w->preemptions_max,
                              w->tree.reduction,
                              w->tree.faults_max,
                              s->faults,
                              s->points,
                              o->seed,
                              o->steps_max,
                              o->vthreads_max,
                              o->heap_max,
                              o->queue_max,
                              o->block_max,
                              o->held_max_ops,
                              sizeof(struct head),
                              sizeof(struct snag__tree_node)};
    h = snag__hash(shape, sizeof shape, h);
    h = hash_text(snag__target_name, hash_text(snag__target_flavour, h));
    return snag__hash(&snag__recorder->invocation, sizeof snag__recorder->invocation, h) | 1;
}

/* ---- its parts ---- */

struct part {
    void *at;
    size_t bytes;
};
enum { PARTS = 6 };

/* Where what follows the head is in memory; findings last, for which there is none yet. */
static void parts_of(struct snag__walk *w, const struct head *h, struct part parts[PARTS]) {
    struct snag__tree *t = &w->tree;
    size_t row = SNAG__TREE_ACTORS_MAX * sizeof(uint32_t);
    parts[0] = (struct part){w->sites, h->sites * sizeof(w->sites[0])};
    parts[1] = (struct part){t->nodes, h->nodes * sizeof(t->nodes[0])};
    parts[2] = (struct part){t->clocks, h->nodes * row};
    parts[3] = (struct part){t->slept, h->nodes * row};
    parts[4] = (struct part){t->touches, h->touches * sizeof(t->touches[0])};
    parts[5] = (struct part){t->tries, h->tries * sizeof(t->tries[0])};
}

static size_t bytes_of(struct snag__walk *w, const struct head *h) {
    struct part parts[PARTS];
    size_t bytes = sizeof *h + h->findings * sizeof(struct snag__campaign_finding);
    parts_of(w, h, parts);
    for (int i = 0; i < PARTS; i++)
        bytes += parts[i].bytes;
    return bytes + sizeof(uint64_t);
}

/* ---- writing ---- */

static struct head head_of(struct snag__walk *w) {
    struct head h;
    memset(&h, 0, sizeof h); /* what lies between its members, too */
    memcpy(h.magic, magic, sizeof magic);
    h.version = VERSION;
    h.of = w->identity;
    h.said = w->said;
    h.said.reduction = h.said.points = NULL;
    h.executions = w->campaign->executions;
    h.bound = w->bound;
    h.sites = w->sites_count;
    h.findings = snag__campaign_findings(w->campaign, NULL);
    h.nodes = w->tree.count;
    h.touches = w->tree.touches_count;
    h.tries = w->tree.tries_count;
    h.bound_cut = w->tree.bound_cut;
    h.faults_cut = w->tree.faults_cut;
    return h;
}

static bool write_file(struct snag__walk *w) {
    struct head h = head_of(w);
    struct part parts[PARTS];
    struct snag_error e;
    size_t bytes = bytes_of(w, &h);
    char *data = calloc(1, bytes), *at = data;
    struct snag__campaign_finding *findings = calloc(h.findings + 1, sizeof *findings);
    if (data == NULL || findings == NULL) {
        fprintf(stderr, "snag: no memory for a checkpoint of %zu bytes\n", bytes);
        free(data);
        free(findings);
        return false;
    }
    memcpy(at, &h, sizeof h);
    at += sizeof h;
    parts_of(w, &h, parts);
    for (int i = 0; i < PARTS; i++) {
        memcpy(at, parts[i].at, parts[i].bytes);
        at += parts[i].bytes;
    }
    (void)snag__campaign_findings(w->campaign, findings);
    memcpy(at, findings, h.findings * sizeof *findings);
    free(findings);
    uint64_t sum = snag__hash(data, bytes - sizeof sum, 0);
    memcpy(data + bytes - sizeof sum, &sum, sizeof sum);
    bool ok = snag__file_folders(w->checkpoint, &e) == SNAG_ERR_OK &&
              snag__file_write(w->checkpoint, data, bytes, &e) == SNAG_ERR_OK;
    free(data);
    if (!ok) {
        snag__live_clear();
        fprintf(stderr, "snag explore: --checkpoint: %s\n", e.line);
    }
    return ok;
}

bool snag__checkpoint_tick(struct snag__walk *w, bool now) {
    enum { LOOKS_EVERY = 64 };
    if (w->checkpoint == NULL || w->campaign->before > 0 ||
        (!now && w->campaign->executions % LOOKS_EVERY != 0))
        return true;
    uint64_t at = snag__live_now_ns();
    if (!now && at - w->checkpointed_ns < EVERY_NS)
        return true;
    w->checkpointed_ns = at;
    return write_file(w);
}

/* ---- reading ---- */

static int refuse(const struct snag__walk *w, const char *why) {
    fprintf(stderr, "snag explore: --checkpoint: %s: %s\n", w->checkpoint, why);
    return SNAG__EXIT_USAGE;
}

static const char *wrong_with(struct snag__walk *w, const char *data, size_t bytes,
                              struct head *h) {
    uint64_t sum;
    if (bytes < sizeof *h + sizeof sum || memcmp(data, magic, sizeof magic) != 0)
        return "this is no checkpoint";
    memcpy(h, data, sizeof *h);
    memcpy(&sum, data + bytes - sizeof sum, sizeof sum);
    if (h->version != VERSION)
        return "written by another version of snag";
    if (sum != snag__hash(data, bytes - sizeof sum, 0))
        return "damaged: what it says does not add up";
    if (h->of != w->identity)
        return "of another exploration: the executable, the program or an option is another one";
    if (h->nodes > w->tree.nodes_max || h->touches > w->tree.touches_max ||
        h->tries > w->tree.tries_max || h->sites > SNAG__SITES_MAX || bytes_of(w, h) != bytes)
        return "damaged: it is not whole";
    return NULL;
}

static void take(struct snag__walk *w, const char *data, const struct head *h) {
    const char *reduction = w->said.reduction, *points = w->said.points;
    const uint32_t stops = UINT32_C(1) << SNAG__WALK_GAP_STOPPED | UINT32_C(1)
                                                                       << SNAG__WALK_GAP_FOUND;
    struct part parts[PARTS];
    parts_of(w, h, parts);
    data += sizeof *h;
    for (int i = 0; i < PARTS; i++) {
        memcpy(parts[i].at, data, parts[i].bytes);
        data += parts[i].bytes;
    }
    w->said = h->said;
    w->said.reduction = reduction;
    w->said.points = points;
    w->said.gaps &= ~stops;
    w->bound = h->bound;
    w->sites_count = h->sites;
    w->tree.count = h->nodes;
    w->tree.touches_count = h->touches;
    w->tree.tries_count = h->tries;
    w->tree.bound_cut = h->bound_cut;
    w->tree.faults_cut = h->faults_cut;
    w->tree.preemptions_max = h->said.bounds[h->bound].preemptions;
    w->bound_began_ns = snag__live_now_ns();
    for (uint32_t i = 0; i < h->findings; i++) {
        struct snag__campaign_finding f;
        memcpy(&f, data + i * sizeof f, sizeof f);
        snag__campaign_recall(w->campaign, &f);
    }
    snag__campaign_goes_on(w->campaign, h->executions);
}

int snag__checkpoint_open(struct snag__walk *w, bool *resumed) {
    char *data;
    size_t bytes;
    struct head h;
    struct snag_error e;
    *resumed = false;
    if (w->checkpoint == NULL)
        return 0;
    w->checkpointed_ns = snag__live_now_ns();
    w->identity = identity(w);
    if (w->identity == 0)
        return SNAG__EXIT_TROUBLE;
    if (access(w->checkpoint, F_OK) != 0)
        return 0;
    if (snag__file_read(w->checkpoint, FILE_BYTES_MAX, &data, &bytes, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag explore: --checkpoint: %s\n", e.line);
        return SNAG__EXIT_USAGE;
    }
    const char *wrong = wrong_with(w, data, bytes, &h);
    *resumed = wrong == NULL;
    if (*resumed)
        take(w, data, &h);
    free(data);
    return *resumed ? 0 : refuse(w, wrong);
}
