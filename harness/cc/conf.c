/* conf.c: see conf.h. A part begins with a line "[name]"; every further line is a word. */
#define _GNU_SOURCE
#include "cc/conf.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { PARTS_MAX = 64, CONF_BYTES_MAX = 1 << 20 };

static struct part {
    const char *name;
    struct snag__words words;
} parts[PARTS_MAX];
static size_t parts_count;

/* The folder of this very executable. */
static const char *own_folder(void) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        snag__cc_fail("/proc/self/exe: cannot be read");
    path[length] = '\0';
    *strrchr(path, '/') = '\0';
    return snag__word("%s", path);
}

/* In the build tree, or under a prefix. */
static const char *conf_folder(void) {
    const char *here = own_folder();
    const char *installed = snag__word("%s/../%s/snag", here, SNAG__LIBDIR);
    if (access(snag__word("%s/snag-cc.conf", here), R_OK) == 0)
        return here;
    char *real = realpath(installed, NULL);
    return real != NULL ? real : installed;
}

static void add_line(const char *line, const char *folder) {
    size_t length = strlen(line);
    if (line[0] == '[' && line[length - 1] == ']') {
        if (parts_count == PARTS_MAX)
            snag__cc_fail("%s/snag-cc.conf: too many parts", folder);
        parts[parts_count++].name = snag__word("%.*s", (int)length - 2, line + 1);
    } else if (parts_count > 0) {
        snag__words_add(&parts[parts_count - 1].words, snag__word_with(line, "%DIR%", folder));
    }
}

void snag__conf_read(void) {
    const char *folder = conf_folder();
    char *text;
    size_t bytes;
    struct snag_error e;
    if (snag__file_read(snag__word("%s/snag-cc.conf", folder), CONF_BYTES_MAX, &text, &bytes, &e) !=
        SNAG_ERR_OK)
        snag__cc_fail("%s", e.line);
    for (char *next; (next = strsep(&text, "\n")) != NULL;)
        if (next[0] != '\0')
            add_line(next, folder);
}

const struct snag__words *snag__conf(const char *name) {
    for (size_t i = 0; i < parts_count; i++)
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i].words;
    return NULL;
}

const char *snag__conf_word(const char *name) {
    const struct snag__words *words = snag__conf(name);
    if (words == NULL || words->count != 1)
        snag__cc_fail("snag-cc.conf: no [%s]; install snag anew", name);
    return words->list[0];
}
