/* campaign_known.c: see campaign_known.h. */
#include "campaign_known.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "exec/recorder.h"
#include "finding/key.h"
#include "repro/repro.h"

struct snag__found *snag__known_find(struct snag__campaign *c, const char *key) {
    for (uint32_t i = 0; i < c->found_count; i++)
        if (strcmp(c->found[i].entry.key, key) == 0)
            return &c->found[i];
    return NULL;
}

struct snag__found *snag__known_add(struct snag__campaign *c,
                                    const struct snag__ledger_entry *entry) {
    if (c->found_count == c->found_capacity) {
        uint32_t capacity = c->found_capacity != 0 ? 2 * c->found_capacity : 16;
        struct snag__found *more = realloc(c->found, capacity * sizeof *more);
        if (more == NULL) {
            fprintf(stderr, "snag: out of memory for the list of findings\n");
            exit(SNAG__EXIT_TROUBLE);
        }
        c->found = more;
        c->found_capacity = capacity;
    }
    struct snag__found *f = &c->found[c->found_count++];
    f->entry = *entry;
    f->times = 0;
    f->hidden = f->before = false;
    f->pursued = 0;
    return f;
}

static void add_known(struct snag__campaign *c, const char *path) {
    struct snag__repro *r = calloc(1, sizeof *r);
    struct snag_error e = {0};
    if (r != NULL && snag__repro_peek(path, r, &e) != SNAG_ERR_OK)
        fprintf(stderr, "snag: not counted as known: %s\n", e.line);
    else if (r != NULL && strcmp(r->target, snag__target_name) == 0 &&
             snag__known_find(c, r->key) == NULL) {
        struct snag__ledger_entry entry = {
            .kind = r->kind, .grade = snag_finding_grade(r->kind), .standing = SNAG__KNOWN};
        snprintf(entry.rule, sizeof entry.rule, "%s", snag_finding_rule(r->kind));
        snprintf(entry.flavour, sizeof entry.flavour, "%s", snag__target_flavour);
        memcpy(entry.key, r->key, sizeof entry.key);
        snprintf(entry.repro, sizeof entry.repro, "%s", path);
        (void)snag__known_add(c, &entry);
    }
    free(r);
}

/* CORPUS/TARGET/regress/\*.repro; a folder that is not there holds nothing, and one that
 * cannot be read would make everything in it look new. */
int snag__known_corpus(struct snag__campaign *c) {
    char folder[512], path[1024];
    snprintf(folder, sizeof folder, "%s/%s/regress", c->session->options->corpus,
             snag__target_name);
    struct dirent **names = NULL;
    int n = scandir(folder, &names, NULL, alphasort);
    if (n < 0 && errno != ENOENT) {
        fprintf(stderr, "snag: %s: cannot be read: %s\n", folder, strerror(errno));
        return SNAG__EXIT_TROUBLE;
    }
    for (int i = 0; i < n; i++) {
        const char *dot = strrchr(names[i]->d_name, '.');
        if (dot != NULL && strcmp(dot, ".repro") == 0) {
            snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
            add_known(c, path);
        }
        free(names[i]);
    }
    free(names);
    return 0;
}

int snag__known_ledger(struct snag__campaign *c) {
    struct snag__ledger_entry *entries = NULL;
    size_t count = 0;
    struct snag_error e;
    if (snag__ledger_read(NULL, &entries, &count, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: %s\n", e.line);
        return SNAG__EXIT_TROUBLE;
    }
    for (size_t i = 0; i < count; i++)
        if (snag__known_find(c, entries[i].key) == NULL)
            snag__known_add(c, &entries[i])->before = true;
    free(entries);
    return 0;
}

/* ---- of a campaign that goes on ---- */

uint32_t snag__campaign_findings(const struct snag__campaign *c,
                                 struct snag__campaign_finding *to) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->found_count; i++) {
        const struct snag__found *f = &c->found[i];
        if (f->times == 0 && !f->hidden)
            continue; /* known, and not seen */
        if (to != NULL) {
            to[n].entry = f->entry;
            to[n].times = f->times;
            to[n].hidden = f->hidden;
        }
        n++;
    }
    return n;
}

void snag__campaign_recall(struct snag__campaign *c, const struct snag__campaign_finding *f) {
    struct snag__found *known = snag__known_find(c, f->entry.key);
    known = known != NULL ? known : snag__known_add(c, &f->entry);
    known->times = f->times;
    known->hidden = f->hidden;
}

void snag__campaign_goes_on(struct snag__campaign *c, uint64_t executions) {
    c->executions = executions;
    c->covers_all = false;
    snag__recorder->executions = executions;
}
