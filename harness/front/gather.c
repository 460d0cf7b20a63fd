/* gather.c: see gather.h. */
#define _GNU_SOURCE
#include "front/gather.h"

#include "base/file.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = sizeof((struct snag__ledger_entry *)NULL)->repro, OPEN_MAX = 16 };

/* Is `a` what is to be told, rather than `b` with the same key? */
static bool is_better(const struct snag__ledger_entry *a, const struct snag__ledger_entry *b) {
    bool here = a->standing != SNAG__UNREPRODUCED, there = b->standing != SNAG__UNREPRODUCED;
    return here != there ? here : a->executions < b->executions;
}

static struct snag__gathered_one *find(const struct snag__gathered *g, const char *key) {
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->list[i].entry.key, key) == 0)
            return &g->list[i];
    return NULL;
}

static void add(struct snag__gathered *g, const struct snag__ledger_entry *entry,
                const struct snag__found_in *by) {
    if (g->count == g->room) {
        g->room = g->room != 0 ? 2 * g->room : 64;
        g->list = realloc(g->list, g->room * sizeof *g->list);
        if (g->list == NULL)
            abort();
    }
    g->list[g->count++] = (struct snag__gathered_one){*entry, by};
}

enum snag_err snag__gather(struct snag__gathered *g, const struct snag__found_in *in,
                           struct snag_error *e) {
    struct snag__ledger_entry *entries;
    size_t count;
    enum snag_err err = snag__ledger_read(in->ledger, &entries, &count, e);
    for (size_t i = 0; i < count; i++) {
        entries[i].executions = snag__job_number(in->job, entries[i].executions);
        struct snag__gathered_one *other = find(g, entries[i].key);
        if (other == NULL)
            add(g, &entries[i], in);
        else if (is_better(&entries[i], &other->entry))
            *other = (struct snag__gathered_one){entries[i], in};
    }
    free(entries);
    return err;
}

size_t snag__gathered_new(const struct snag__gathered *g) {
    size_t n = 0;
    for (size_t i = 0; i < g->count; i++)
        n += snag__ledger_is_discovery(&g->list[i].entry);
    return n;
}

static int by_schedule(const void *a, const void *b) {
    const struct snag__gathered_one *x = a, *y = b;
    return x->entry.executions != y->entry.executions
               ? (x->entry.executions < y->entry.executions ? -1 : 1)
               : strcmp(x->entry.key, y->entry.key);
}

/* The place below `out` of what lies at `path` in the job's folder, with folders to lie in. */
static enum snag_err place_of(const char *path, const struct snag__found_in *by, const char *out,
                              char place[PATH_BYTES], struct snag_error *e) {
    if (snprintf(place, PATH_BYTES, "%s%s", out, path + strlen(by->out)) >= PATH_BYTES)
        return snag_fail(e, SNAG_ERR_IO, "the path below --out=%s is too long", out);
    return snag__file_folders(place, e);
}

static enum snag_err move(const char *path, const char *place, struct snag_error *e) {
    if (rename(path, place) == 0)
        return SNAG_ERR_OK;
    return snag_fail(e, SNAG_ERR_IO, "%s: cannot become %s: %s", path, place, strerror(errno));
}

/* From the job's folder to the one of all; what lies elsewhere (in the corpus) stays. */
static enum snag_err move_repro(struct snag__ledger_entry *entry, const struct snag__found_in *by,
                                const char *out, struct snag_error *e) {
    char place[PATH_BYTES];
    if (strncmp(entry->repro, by->out, strlen(by->out)) != 0)
        return SNAG_ERR_OK;
    enum snag_err err = place_of(entry->repro, by, out, place, e);
    if (err == SNAG_ERR_OK)
        err = move(entry->repro, place, e);
    if (err == SNAG_ERR_OK)
        memcpy(entry->repro, place, sizeof place);
    return err;
}

enum snag_err snag__gathered_keep(struct snag__gathered *g, const char *out, const char *ledger,
                                  struct snag_error *e) {
    enum snag_err err = SNAG_ERR_OK;
    qsort(g->list, g->count, sizeof *g->list, by_schedule);
    for (size_t i = 0; i < g->count; i++) {
        struct snag__gathered_one *one = &g->list[i];
        struct snag_error why;
        enum snag_err moved = move_repro(&one->entry, one->by, out, &why);
        if (moved == SNAG_ERR_OK)
            moved = snag__ledger_append(ledger, &one->entry, &why);
        else /* it is told where it is */
            (void)snag__ledger_append(ledger, &one->entry, e);
        if (moved != SNAG_ERR_OK) {
            err = moved;
            *e = why;
        }
    }
    return err;
}

/* ---- the rest of a job's folder ---- */

static bool is_repro(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot != NULL && strcmp(dot, ".repro") == 0;
}

static bool is_same(const char *a, const char *b) {
    enum { INPUT_BYTES_MAX = 1 << 24 };
    char *x = NULL, *y = NULL;
    size_t m, n;
    struct snag_error unread;
    bool same = snag__file_read(a, INPUT_BYTES_MAX, &x, &m, &unread) == SNAG_ERR_OK &&
                snag__file_read(b, INPUT_BYTES_MAX, &y, &n, &unread) == SNAG_ERR_OK && m == n &&
                memcmp(x, y, n) == 0;
    free(x);
    free(y);
    return same;
}

/* What nftw() does not hand on to those that it calls. */
static struct {
    const struct snag__found_in *from;
    const char *out;
    struct snag_error *e;
    enum snag_err err;
} moving;

static int move_input(const char *path, const struct stat *st, int type, struct FTW *at) {
    char place[PATH_BYTES];
    (void)st, (void)at;
    if (type != FTW_F || is_repro(path))
        return 0;
    moving.err = place_of(path, moving.from, moving.out, place, moving.e);
    if (moving.err != SNAG_ERR_OK)
        return 1;
    if (access(place, F_OK) != 0)
        moving.err = move(path, place, moving.e);
    else if (is_same(path, place))
        (void)unlink(path);
    return moving.err != SNAG_ERR_OK;
}

enum snag_err snag__gather_inputs(const struct snag__found_in *in, const char *out,
                                  struct snag_error *e) {
    moving.from = in;
    moving.out = out;
    moving.e = e;
    moving.err = SNAG_ERR_OK;
    (void)nftw(in->out, move_input, OPEN_MAX, FTW_PHYS);
    return moving.err;
}

static int remove_repro(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)at;
    if (type == FTW_DP)
        (void)rmdir(path); /* if it is empty */
    else if (is_repro(path))
        (void)unlink(path);
    return 0;
}

void snag__gathered_clear(const struct snag__found_in *in) {
    (void)nftw(in->out, remove_repro, OPEN_MAX, FTW_DEPTH | FTW_PHYS);
}

void snag__gathered_free(struct snag__gathered *g) {
    free(g->list);
    *g = (struct snag__gathered){0};
}
