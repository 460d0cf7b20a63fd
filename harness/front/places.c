/* places.c: see places.h. */
#include "front/places.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const below_here[] = {"build/targets", "targets"};
static const char *const installed = "libexec/snag/targets";

/* Of a place that exists, its canonical name, so that it is looked into (and named) once. */
static void add(struct snag__places *places, const char *directory, const char *name) {
    char path[2 * PATH_MAX], real[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", strcmp(directory, "/") != 0 ? directory : "", name);
    const char *text = realpath(path, real) != NULL ? real : path;
    for (size_t i = 0; i < places->count; i++)
        if (strcmp(places->list[i], text) == 0)
            return;
    if (places->count < SNAG__PLACES_MAX && strlen(text) < SNAG__PLACE_BYTES)
        strcpy(places->list[places->count++], text);
}

/* False: it has none. */
static bool parent_of(char *path) {
    char *slash = strrchr(path, '/');
    if (slash != NULL)
        *slash = '\0';
    return slash != NULL;
}

static enum snag_err add_given(struct snag__places *places, const char *who, const char *directory,
                               struct snag_error *e) {
    struct stat st;
    if (stat(directory, &st) != 0 || !S_ISDIR(st.st_mode))
        return snag_fail(e, SNAG_ERR_USAGE, "snag: %s: '%s' is not a directory", who, directory);
    add(places, directory, ".");
    return SNAG_ERR_OK;
}

enum snag_err snag__places_find(const char *directory, struct snag__places *out,
                                struct snag_error *e) {
    const char *environment = getenv(SNAG__ENV_TARGETS);
    char self[PATH_MAX] = "", here[PATH_MAX];
    enum snag_err err = SNAG_ERR_OK;
    out->count = 0;
    if (directory != NULL)
        err = add_given(out, "--targets", directory, e);
    if (err == SNAG_ERR_OK && environment != NULL && environment[0] != '\0')
        err = add_given(out, SNAG__ENV_TARGETS, environment, e);
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    bool known = length > 0 && parent_of(self);
    if (known)
        add(out, self, "targets"); /* a build tree */
    known = known && parent_of(self);
    if (known)
        add(out, self, "targets"); /* that of a project that holds snag as a subfolder */
    if (getcwd(here, sizeof here) != NULL)
        for (size_t i = 0; i < sizeof below_here / sizeof below_here[0]; i++)
            add(out, here, below_here[i]);
    if (known)
        add(out, self, installed);
    return err;
}

void snag__places_text(const struct snag__places *places, bool all, char *text, size_t room) {
    char here[PATH_MAX];
    size_t length = getcwd(here, sizeof here) != NULL ? strlen(here) : 0, used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < places->count && used < room; i++) {
        const char *place = places->list[i];
        if (!all && access(place, F_OK) != 0)
            continue;
        if (length > 1 && strncmp(place, here, length) == 0 && place[length] == '/')
            place += length + 1;
        used += (size_t)snprintf(text + used, room - used, "%s%s", used > 0 ? ", " : "", place);
    }
}
