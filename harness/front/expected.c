/* expected.c: targets/expected.def as a table: lines SNAG_EXPECT("target", "flavour", "kind"). The
 * kind "silent" says that nothing is expected.
 *
 * Never linked into a target executable: the engine must not know. */
#include "front/expected.h"

#include <string.h>

static const struct {
    const char *target, *flavour, *kind;
} rows[] = {
#define SNAG_EXPECT(target, flavour, kind) {target, flavour, kind},
#include "../../targets/expected.def"
#undef SNAG_EXPECT
};

const char *snag__expected(const char *target, const char *flavour, size_t n) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].target, target) == 0 && strcmp(rows[i].flavour, flavour) == 0 &&
            strcmp(rows[i].kind, "silent") != 0 && n-- == 0)
            return rows[i].kind;
    }
    return NULL;
}

bool snag__expected_known(const char *target) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].target, target) == 0)
            return true;
    return false;
}
