/* places.h: the directories in which target executables are looked for, in order.
 *
 * It does not look into them (targets.h does). The rule: what somebody said comes before what lies
 * near, and what lies near before what is installed.
 */
#ifndef SNAG_FRONT_PLACES_H
#define SNAG_FRONT_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "snag/error.h"

#define SNAG__ENV_TARGETS "SNAG_TARGETS"

enum { SNAG__PLACES_MAX = 8, SNAG__PLACE_BYTES = 1024 };

struct snag__places {
    size_t count;
    char list[SNAG__PLACES_MAX][SNAG__PLACE_BYTES]; /* each once; they need not exist */
};

/* `directory`: what --targets said, or NULL. Errors: it, or SNAG_TARGETS, is not a directory. */
enum snag_err snag__places_find(const char *directory, struct snag__places *out,
                                struct snag_error *e);

/* "build/targets, /opt/snag/targets": those in the current directory without its name; `all`: also
 * those that do not exist. */
void snag__places_text(const struct snag__places *places, bool all, char *text, size_t room);

#endif
