/* gather.c: see gather.h. */
#define _GNU_SOURCE
#include "front/gather.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whose turn comes first. */
static size_t rank(const struct snag__gathered *g, const struct snag__ledger_entry *e) {
    size_t i = 0;
    while (i < g->flavours_count && strcmp(g->flavours[i], e->flavour) != 0)
        i++;
    return i;
}

/* In the order in which they were found, as if all took their turns together. */
static int order(const struct snag__gathered *g, const struct snag__ledger_entry *a,
                 const struct snag__ledger_entry *b) {
    size_t x = rank(g, a), y = rank(g, b);
    if (x != y)
        return x < y ? -1 : 1;
    if (a->executions != b->executions)
        return a->executions < b->executions ? -1 : 1;
    return strcmp(a->key, b->key);
}

/* Is `a` what is to be told, rather than `b` with the same key? */
static bool is_better(const struct snag__gathered *g, const struct snag__ledger_entry *a,
                      const struct snag__ledger_entry *b) {
    bool here = a->standing != SNAG__UNREPRODUCED, there = b->standing != SNAG__UNREPRODUCED;
    bool saved = a->repro[0] != '\0', other_saved = b->repro[0] != '\0';
    return here != there ? here : saved != other_saved ? saved : order(g, a, b) < 0;
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
        else if (is_better(g, &entries[i], &other->entry))
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

static int by_schedule(const void *a, const void *b, void *gathered) {
    return order(gathered, &((const struct snag__gathered_one *)a)->entry,
                 &((const struct snag__gathered_one *)b)->entry);
}

static enum snag_err move(const char *path, const char *place, struct snag_error *e) {
    if (rename(path, place) == 0)
        return SNAG_ERR_OK;
    return snag_fail(e, SNAG_ERR_IO, "%s: cannot become %s: %s", path, place, strerror(errno));
}

/* From the job's folder to the one of all; what lies elsewhere (in the corpus) stays. */
static enum snag_err move_repro(struct snag__ledger_entry *entry, const struct snag__found_in *by,
                                const char *out, struct snag_error *e) {
    size_t length = strlen(by->out);
    char place[sizeof entry->repro];
    if (strncmp(entry->repro, by->out, length) != 0)
        return SNAG_ERR_OK;
    if (snprintf(place, sizeof place, "%s%s", out, entry->repro + length) >= (int)sizeof place)
        return snag_fail(e, SNAG_ERR_IO, "the path below --out=%s is too long", out);
    enum snag_err err = snag__file_folders(place, e);
    if (err == SNAG_ERR_OK)
        err = move(entry->repro, place, e);
    if (err == SNAG_ERR_OK)
        memcpy(entry->repro, place, sizeof place);
    return err;
}

enum snag_err snag__gathered_keep(struct snag__gathered *g, const char *out, const char *ledger,
                                  struct snag_error *e) {
    enum snag_err err = SNAG_ERR_OK;
    qsort_r(g->list, g->count, sizeof *g->list, by_schedule, g);
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

/* One input; `from` and `to` are folders. */
static enum snag_err move_input(const char *from, const char *to, const char *name,
                                struct snag_error *e) {
    char path[PATH_MAX], place[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", from, name) >= PATH_MAX ||
        snprintf(place, sizeof place, "%s/%s", to, name) >= PATH_MAX)
        return snag_fail(e, SNAG_ERR_IO, "%s/%s: the path is too long", from, name);
    if (access(place, F_OK) != 0)
        return move(path, place, e);
    if (is_same(path, place))
        (void)unlink(path);
    return SNAG_ERR_OK;
}

enum snag_err snag__gather_inputs(const struct snag__found_in *in, const char *out,
                                  const char *target, struct snag_error *e) {
    char from[PATH_MAX], to[PATH_MAX];
    if (snprintf(from, sizeof from, "%s/%s/inputs", in->out, target) >= PATH_MAX ||
        snprintf(to, sizeof to, "%s/%s/inputs/", out, target) >= PATH_MAX)
        return snag_fail(e, SNAG_ERR_IO, "the path below --out=%s is too long", out);
    DIR *d = opendir(from);
    if (d == NULL)
        return errno == ENOENT ? SNAG_ERR_OK
                               : snag_fail(e, SNAG_ERR_IO, "%s: %s", from, strerror(errno));
    enum snag_err err = snag__file_folders(to, e);
    for (const struct dirent *f; err == SNAG_ERR_OK && (f = readdir(d)) != NULL;)
        if (f->d_name[0] != '.')
            err = move_input(from, to, f->d_name, e);
    (void)closedir(d);
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
    enum { OPEN_AT_ONCE = 16 };
    (void)nftw(in->out, remove_repro, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS);
}

void snag__gathered_free(struct snag__gathered *g) {
    free(g->list);
    *g = (struct snag__gathered){0};
}
