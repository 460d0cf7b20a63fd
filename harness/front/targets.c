/* targets.c: see targets.h. */
#define _GNU_SOURCE
#include "front/targets.h"

#include "base/suggest.h"
#include "front/program.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const snag__flavour_names[SNAG__FLAVOURS_COUNT] = {
#define SNAG__FLAVOUR_NAME(name) #name,
    SNAG__FLAVOURS(SNAG__FLAVOUR_NAME)
#undef SNAG__FLAVOUR_NAME
};

/* The flavour that a path ends with (".fast"); -1: none. *stem: the bytes before the dot. */
static int flavour_of(const char *path, size_t *stem) {
    const char *dot = strrchr(path, '.');
    if (dot == NULL || dot == path || dot[-1] == '/')
        return -1;
    for (int i = 0; i < SNAG__FLAVOURS_COUNT; i++) {
        if (strcmp(dot + 1, snag__flavour_names[i]) == 0) {
            *stem = (size_t)(dot - path);
            return i;
        }
    }
    return -1;
}

static bool is_executable(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* The entry of that name, new if need be. NULL: no memory. */
static struct snag__target *entry(struct snag__targets *targets, const char *name, size_t length) {
    for (size_t i = 0; i < targets->count; i++) {
        struct snag__target *t = &targets->list[i];
        if (strlen(t->name) == length && strncmp(t->name, name, length) == 0)
            return t;
    }
    struct snag__target *list =
        realloc(targets->list, (targets->count + 1) * sizeof *targets->list);
    if (list == NULL)
        return NULL;
    targets->list = list;
    struct snag__target *t = &list[targets->count];
    memset(t, 0, sizeof *t);
    t->name = strndup(name, length);
    if (t->name == NULL)
        return NULL;
    targets->count++;
    return t;
}

static bool add(struct snag__targets *targets, const char *path, const char *name) {
    size_t stem;
    int flavour = flavour_of(name, &stem);
    if (flavour < 0 || !is_executable(path))
        return true;
    struct snag__target *t = entry(targets, name, stem);
    if (t == NULL)
        return false;
    if (t->executables[flavour] == NULL)
        t->executables[flavour] = strdup(path);
    return t->executables[flavour] != NULL;
}

/* Everything below `directory`; one that does not exist holds nothing. */
static enum snag_err scan(struct snag__targets *targets, const char *directory,
                          struct snag_error *e) {
    char *root = strdup(directory);
    if (root == NULL)
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory for the list of targets");
    size_t length = strlen(root);
    while (length > 1 && root[length - 1] == '/')
        root[--length] = '\0';
    char *roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
    enum snag_err err = SNAG_ERR_OK;
    if (tree == NULL)
        err = snag_fail(e, SNAG_ERR_IO, "%s: cannot be read: %s", root, strerror(errno));
    for (FTSENT *f; err == SNAG_ERR_OK && (f = fts_read(tree)) != NULL;) {
        if (f->fts_info == FTS_D && strcmp(f->fts_name, "CMakeFiles") == 0)
            (void)fts_set(tree, f, FTS_SKIP);
        else if (f->fts_info == FTS_F && !add(targets, f->fts_path, f->fts_path + length + 1))
            err = snag_fail(e, SNAG_ERR_SYSTEM, "no memory for the list of targets");
    }
    if (tree != NULL)
        (void)fts_close(tree);
    free(root);
    return err;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct snag__target *)a)->name, ((const struct snag__target *)b)->name);
}

enum snag_err snag__targets_scan(const char *directory, struct snag__targets *out,
                                 struct snag_error *e) {
    *out = (struct snag__targets){0};
    enum snag_err err = snag__places_find(directory, &out->places, e);
    for (size_t i = 0; err == SNAG_ERR_OK && i < out->places.count; i++)
        if (access(out->places.list[i], F_OK) == 0)
            err = scan(out, out->places.list[i], e);
    if (err != SNAG_ERR_OK)
        snag__targets_free(out);
    else if (out->count > 0)
        qsort(out->list, out->count, sizeof *out->list, by_name);
    return err;
}

void snag__targets_free(struct snag__targets *targets) {
    for (size_t i = 0; i < targets->count; i++) {
        free(targets->list[i].name);
        for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++)
            free(targets->list[i].executables[f]);
    }
    free(targets->list);
    *targets = (struct snag__targets){0};
}

/* The target found below the known places whose executable this is. */
static const struct snag__target *same_file(const struct snag__targets *targets, const char *path,
                                            int flavour) {
    struct stat given, known;
    if (stat(path, &given) != 0)
        return NULL;
    for (size_t i = 0; i < targets->count; i++) {
        const char *other = targets->list[i].executables[flavour];
        if (other != NULL && stat(other, &known) == 0 && known.st_dev == given.st_dev &&
            known.st_ino == given.st_ino)
            return &targets->list[i];
    }
    return NULL;
}

enum { PATH_BYTES = 1200, STEM_BYTES = 1024 };

/* Puts the user's program at `path` among its flavours, if it is one. */
static bool add_program(const char *path, char paths[][PATH_BYTES]) {
    char flavour[16];
    if (!is_executable(path) || !snag__program_look(path, flavour, sizeof flavour))
        return false;
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++)
        if (strcmp(snag__flavour_names[f], flavour) == 0)
            snprintf(paths[f], PATH_BYTES, "%s", path);
    return true;
}

/* "dir/mutex.fast", or "dir/mutex" for all flavours that lie there. */
static const struct snag__target *find_path(struct snag__targets *targets, const char *path,
                                            const char **flavour) {
    size_t length = strlen(path);
    int which = flavour_of(path, &length);
    char paths[SNAG__FLAVOURS_COUNT][PATH_BYTES], stem[STEM_BYTES];
    int first = -1;
    if (strchr(path, '/') == NULL || length >= sizeof stem || (which >= 0 && !is_executable(path)))
        return NULL;
    snprintf(stem, sizeof stem, "%.*s", (int)length, path);
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++) {
        snprintf(paths[f], sizeof paths[f], "%s.%s", stem, snag__flavour_names[f]);
        if (!is_executable(paths[f]))
            paths[f][0] = '\0';
    }
    bool program = add_program(stem, paths);
    for (int f = SNAG__FLAVOURS_COUNT; f-- > 0;)
        first = paths[f][0] != '\0' ? f : first;
    if (first < 0)
        return NULL;
    if (which >= 0 && *flavour == NULL)
        *flavour = snag__flavour_names[which];
    const struct snag__target *known =
        same_file(targets, paths[which >= 0 ? which : first], which >= 0 ? which : first);
    if (known != NULL)
        return known;
    struct snag__target *t = entry(targets, stem, length);
    if (t != NULL)
        t->program = program || snag__program_look(paths[first], (char[16]){0}, 16);
    for (int f = 0; t != NULL && f < SNAG__FLAVOURS_COUNT; f++)
        if (t->executables[f] == NULL && paths[f][0] != '\0')
            t->executables[f] = strdup(paths[f]);
    return t;
}

/* A name like it, or one that ends in it: "mutex" for "kv/mutex". */
static const char *nearest(const struct snag__targets *targets, const char *name) {
    const char **names = calloc(targets->count + 1, sizeof *names);
    if (names == NULL)
        return NULL;
    for (size_t i = 0; i < targets->count; i++)
        names[i] = targets->list[i].name;
    const char *near = snag__suggest(name, names, targets->count);
    for (size_t i = 0; near == NULL && i < targets->count; i++) {
        const char *slash = strrchr(names[i], '/');
        if (slash != NULL && strcmp(slash + 1, name) == 0)
            near = names[i];
    }
    free(names);
    return near;
}

static void say_unknown(const struct snag__targets *targets, const char *name,
                        struct snag_error *e) {
    char places[400];
    struct stat st;
    size_t stem;
    const char *near = nearest(targets, name);
    char flavour[16];
    snag__places_text(&targets->places, targets->count == 0, places, sizeof places);
    if (strchr(name, '/') == NULL && snag__program_look(name, flavour, sizeof flavour))
        (void)snag_fail(e, SNAG_ERR_USAGE,
                        "snag: no target '%s'; the program in this directory is './%s'", name,
                        name);
    else if (near != NULL)
        (void)snag_fail(e, SNAG_ERR_USAGE,
                        "snag: no target '%s'; did you mean '%s'? 'snag list' shows all", name,
                        near);
    else if (strchr(name, '/') != NULL && stat(name, &st) == 0)
        (void)snag_fail(e, SNAG_ERR_USAGE,
                        "snag: '%s' is %s, not a target executable; these end in .fast or .tsan, "
                        "and programs are built with snag-cc",
                        name,
                        S_ISDIR(st.st_mode)            ? "a directory"
                        : flavour_of(name, &stem) >= 0 ? "not executable"
                                                       : "a file");
    else if (targets->count == 0)
        (void)snag_fail(e, SNAG_ERR_USAGE,
                        "snag: no target '%s', nor any other; --targets DIR looks elsewhere than "
                        "below: %s",
                        name, places);
    else
        (void)snag_fail(e, SNAG_ERR_USAGE,
                        "snag: no target '%s'; 'snag list' shows all; looked below: %s", name,
                        places);
}

const struct snag__target *snag__targets_find(struct snag__targets *targets, const char *name,
                                              const char **flavour, struct snag_error *e) {
    for (size_t i = 0; i < targets->count; i++)
        if (strcmp(targets->list[i].name, name) == 0)
            return &targets->list[i];
    const struct snag__target *by_path = find_path(targets, name, flavour);
    if (by_path == NULL)
        say_unknown(targets, name, e);
    return by_path;
}

const char *snag__target_executable(const struct snag__target *t, const char **flavour,
                                    struct snag_error *e) {
    char present[128] = "";
    size_t used = 0;
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++) {
        if (t->executables[f] == NULL)
            continue;
        if (*flavour == NULL)
            *flavour = snag__flavour_names[f];
        if (strcmp(*flavour, snag__flavour_names[f]) == 0)
            return t->executables[f];
        used += (size_t)snprintf(present + used, sizeof present - used, "%s%s",
                                 used > 0 ? ", " : "", snag__flavour_names[f]);
    }
    (void)snag_fail(e, SNAG_ERR_USAGE, "snag: '%s' has no flavour '%s'; it has: %s", t->name,
                    *flavour != NULL ? *flavour : "", present);
    return NULL;
}
