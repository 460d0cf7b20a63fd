/* suggest.h: "did you mean …?" for a name that is not known. */
#ifndef SNAG_BASE_SUGGEST_H
#define SNAG_BASE_SUGGEST_H

#include <stddef.h>

/* The nearest of `names` (the first of equals), or NULL if none is near enough to be a slip. */
const char *snag__suggest(const char *name, const char *const *names, size_t count);

#endif
