/* environment.c: fresh copies of what the invocation says. See environment.h. */
#define _GNU_SOURCE
#include "shim/environment.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "exec/recorder.h"

/* What every program finds, unless its invocation has another value. */
static const char *const fixed[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LANG=C",
                                    "TZ=UTC0"};
enum { FIXED = sizeof fixed / sizeof fixed[0], FIXED_BYTES = 128, WORDS_MAX = 4096 };

static char text[SNAG__INVOCATION_PATH_BYTES + SNAG__INVOCATION_BYTES + FIXED_BYTES];
static size_t used;
static char *words[WORDS_MAX + 2]; /* arguments and variables, NULL after each */
static size_t words_count;
static int arguments;
static char **own; /* of this process; NULL: it is in place */

static void add(const char *word) {
    size_t bytes = strlen(word) + 1;
    snag__assert(words_count < WORDS_MAX && bytes <= sizeof text - used);
    words[words_count++] = memcpy(text + used, word, bytes);
    used += bytes;
}

/* Is the variable of `word` among those from `first` on? */
static bool is_given(const char *word, size_t first) {
    size_t name = strcspn(word, "=") + 1;
    for (size_t i = first; i < words_count; i++) {
        if (strncmp(words[i], word, name) == 0) {
            return true;
        }
    }
    return false;
}

void snag__environment_begin(void) {
    const struct snag__invocation *v = &snag__recorder->invocation;
    used = words_count = 0;
    add(v->path);
    const char *word = snag__invocation_first(v);
    uint32_t n = 0;
    for (; word != NULL && n < v->arguments; n++, word = snag__invocation_next(v, word)) {
        add(word);
    }
    arguments = (int)words_count;
    words[words_count++] = NULL;
    size_t first = words_count;
    for (; word != NULL; word = snag__invocation_next(v, word)) {
        add(word);
    }
    for (size_t i = 0; i < FIXED; i++) {
        if (!is_given(fixed[i], first)) {
            add(fixed[i]);
        }
    }
    words[words_count] = NULL;
    own = environ;
    environ = words + first;
}

void snag__environment_end(void) {
    if (own != NULL) {
        environ = own;
        own = NULL;
    }
}

char **snag__environment_arguments(int *count) {
    *count = arguments;
    return words;
}
