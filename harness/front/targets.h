/* targets.h: finding target executables: NAME.FLAVOUR below a directory, or a path.
 *
 * It never runs one. The rule: a name found in an earlier place (places.h) hides the same name in a
 * later one.
 */
#ifndef SNAG_FRONT_TARGETS_H
#define SNAG_FRONT_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "front/places.h"
#include "snag/error.h"

/* In order of preference. */
#define SNAG__FLAVOURS(X) X(fast) X(tsan) X(asan) X(stress)
enum {
#define SNAG__FLAVOUR_ENUM(name) SNAG__FLAVOUR_##name,
    SNAG__FLAVOURS(SNAG__FLAVOUR_ENUM)
#undef SNAG__FLAVOUR_ENUM
        SNAG__FLAVOURS_COUNT
};
extern const char *const snag__flavour_names[SNAG__FLAVOURS_COUNT];

struct snag__target {
    char *name;                              /* "kv/mutex" */
    char *executables[SNAG__FLAVOURS_COUNT]; /* paths; NULL: not built */
    bool program;                            /* a user's, with a main of its own */
};

struct snag__targets {
    struct snag__target *list; /* by name */
    size_t count;
    struct snag__places places; /* where they were looked for */
};

/* `directory`: what --targets said, or NULL. */
enum snag_err snag__targets_scan(const char *directory, struct snag__targets *out,
                                 struct snag_error *e);
void snag__targets_free(struct snag__targets *targets);

/* By name, or by a path: of an executable (its flavour is then put into *flavour, if that was NULL)
 * or of what its flavours have in common; a user's program and its flavours are "dir/prog" and
 * "dir/prog.tsan". NULL: there is none, and `e` says what there is. */
const struct snag__target *snag__targets_find(struct snag__targets *targets, const char *name,
                                              const char **flavour, struct snag_error *e);

/* The executable of a flavour (NULL: the most preferred there is, put into *flavour). NULL: `e`
 * says which there are. */
const char *snag__target_executable(const struct snag__target *t, const char **flavour,
                                    struct snag_error *e);

#endif
