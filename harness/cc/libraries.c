/* libraries.c: see libraries.h. */
#define _GNU_SOURCE
#include "cc/libraries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cc/conf.h"
#include "cc/objects.h"

enum { DEPTH_MAX = 32 };

/* Those of the C library, which is shared, and those that the harness itself uses: two of one would
 * be mixed up. */
static bool stays_shared(const char *name) {
    static const char *const names[] = {
        "c",   "m",        "pthread", "dl",     "rt",     "util",         "resolv",
        "anl", "nsl",      "mvec",    "gcc",    "gcc_s",  "atomic",       "dw",
        "elf", "jemalloc", "cjson",   "xxhash", "stdc++", "BrokenLocale", "thread_db"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* ---- finding files ---- */

static struct snag__words folders;

static void find_folders(const struct snag__command *c) {
    for (size_t i = 0; i < c->count; i++)
        if (c->parts[i].role == SNAG__ROLE_FOLDER)
            snag__words_add(&folders, c->parts[i].value);
    const char *more = getenv("LIBRARY_PATH");
    char *text = (char *)snag__word("%s", more != NULL ? more : "");
    for (char *folder; (folder = strsep(&text, ":")) != NULL;)
        if (folder[0] != '\0')
            snag__words_add(&folders, folder);
    snag__words_add_all(&folders, snag__conf("folders"));
}

/* The first folder's that has it; NULL: none. */
static const char *find_file(const char *name) {
    for (size_t i = 0; i < folders.count; i++) {
        const char *path = snag__word("%s/%s", folders.list[i], name);
        if (access(path, R_OK) == 0)
            return path;
    }
    return NULL;
}

/* Of the first folder that has either. A script of the linker's in place of the shared library says
 * what else is needed: it is left to the linker. */
static void find_library(struct snag__library *l, const char *name) {
    if (name[0] == ':') {
        const char *path = find_file(name + 1);
        size_t length = strlen(name);
        if (path != NULL && length > 2 && strcmp(name + length - 2, ".a") == 0)
            l->archive = path;
        return;
    }
    for (size_t i = 0; i < folders.count && l->shared == NULL && l->archive == NULL; i++) {
        const char *shared = snag__word("%s/lib%s.so", folders.list[i], name);
        const char *archive = snag__word("%s/lib%s.a", folders.list[i], name);
        l->shared = access(shared, R_OK) == 0 ? shared : NULL;
        l->archive = access(archive, R_OK) == 0 ? archive : NULL;
    }
    if (l->shared != NULL && !snag__shared_look(l->shared, &l->soname, &l->needed))
        l->archive = NULL;
    if (stays_shared(name))
        l->archive = NULL;
}

/* ---- who stays shared ---- */

static bool is_shared(const struct snag__library *l) {
    return l->shared != NULL && l->archive == NULL;
}

/* Does one of these, or what they need in turn, need `soname`? */
static bool need(const struct snag__words *needed, const char *soname, int depth) {
    for (size_t i = 0; i < needed->count; i++) {
        const char *own, *path = find_file(needed->list[i]);
        struct snag__words more = {0};
        if (strcmp(needed->list[i], soname) == 0 ||
            (path != NULL && depth < DEPTH_MAX && snag__shared_look(path, &own, &more) &&
             need(&more, soname, depth + 1)))
            return true;
    }
    return false;
}

static struct snag__library *by_soname(const struct snag__libraries *l, const char *soname) {
    for (size_t i = 0; i < l->count; i++)
        if (l->list[i].soname != NULL && strcmp(l->list[i].soname, soname) == 0)
            return &l->list[i];
    return NULL;
}

/* What a library drags in as shared: all that it needs if it is shared itself, else what it needs
 * and nobody named. */
static void dragged_in(const struct snag__libraries *l, const struct snag__library *of,
                       struct snag__words *out) {
    for (size_t i = 0; i < of->needed.count; i++)
        if (is_shared(of) || by_soname(l, of->needed.list[i]) == NULL)
            snag__words_add(out, of->needed.list[i]);
}

static bool keep_one_shared(struct snag__libraries *l) {
    for (size_t i = 0; i < l->count; i++) {
        struct snag__words in = {0};
        dragged_in(l, &l->list[i], &in);
        for (size_t k = 0; k < l->count; k++) {
            struct snag__library *other = &l->list[k];
            if (other->archive == NULL || other->soname == NULL || !need(&in, other->soname, 0))
                continue;
            other->archive = NULL;
            other->stays_shared = l->list[i].part->value;
            return true;
        }
    }
    return false;
}

/* ---- all of them ---- */

static void add_also(struct snag__libraries *l) {
    for (size_t i = 0; i < l->count; i++) {
        const struct snag__library *of = &l->list[i];
        for (size_t n = 0; of->archive != NULL && n < of->needed.count; n++) {
            const char *name = of->needed.list[n], *path = find_file(name);
            if (snag__word_begins(name, "libstdc++.so"))
                l->cxx = true;
            else if (path != NULL && by_soname(l, name) == NULL &&
                     !snag__word_begins(name, "libc.so") && !snag__word_begins(name, "ld-linux") &&
                     !snag__words_have(&l->also, path))
                snag__words_add(&l->also, path);
        }
    }
}

void snag__libraries_find(struct snag__libraries *l, const struct snag__command *c) {
    *l = (struct snag__libraries){.list = calloc(c->count + 1, sizeof *l->list)};
    if (l->list == NULL)
        snag__cc_fail("out of memory");
    find_folders(c);
    for (size_t i = 0; i < c->count; i++) {
        const struct snag__part *p = &c->parts[i];
        struct snag__library *found = &l->list[l->count];
        *found = (struct snag__library){.part = p};
        if (p->role == SNAG__ROLE_LIBRARY)
            find_library(found, p->value);
        else if (p->role == SNAG__ROLE_FILE &&
                 snag__shared_look(p->value, &found->soname, &found->needed))
            found->shared = p->value;
        else
            continue;
        l->count++;
    }
    while (keep_one_shared(l)) {
    }
    add_also(l);
}

const char *snag__libraries_word(const struct snag__libraries *l, const struct snag__part *p) {
    for (size_t i = 0; i < l->count; i++)
        if (l->list[i].part == p && l->list[i].archive != NULL)
            return l->list[i].archive;
    return snag__word("-l%s", p->value);
}
