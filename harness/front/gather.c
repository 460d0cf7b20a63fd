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

/* From the job's folder to the one of all; what lies elsewhere (in the corpus) stays. */
static enum snag_err move_repro(struct snag__ledger_entry *entry, const struct snag__found_in *by,
                                const char *out, struct snag_error *e) {
    size_t length = strlen(by->out);
    char path[sizeof entry->repro];
    if (strncmp(entry->repro, by->out, length) != 0)
        return SNAG_ERR_OK;
    if (snprintf(path, sizeof path, "%s%s", out, entry->repro + length) >= (int)sizeof path)
        return snag_fail(e, SNAG_ERR_IO, "the path below --out=%s is too long", out);
    enum snag_err err = snag__file_folders(path, e);
    if (err == SNAG_ERR_OK && rename(entry->repro, path) != 0)
        err = snag_fail(e, SNAG_ERR_IO, "%s: cannot become %s: %s", entry->repro, path,
                        strerror(errno));
    if (err == SNAG_ERR_OK)
        memcpy(entry->repro, path, sizeof path);
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

static int remove_repro(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)at;
    const char *dot = strrchr(path, '.');
    if (type == FTW_DP)
        (void)rmdir(path); /* if it is empty */
    else if (dot != NULL && strcmp(dot, ".repro") == 0)
        (void)unlink(path);
    return 0;
}

void snag__gathered_clear(const struct snag__found_in *in) {
    enum { OPEN_MAX = 16 };
    (void)nftw(in->out, remove_repro, OPEN_MAX, FTW_DEPTH | FTW_PHYS);
}

void snag__gathered_free(struct snag__gathered *g) {
    free(g->list);
    *g = (struct snag__gathered){0};
}
