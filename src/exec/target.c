/* target.c: finds the target that is linked into this executable. See target.h. */
#include "exec/target.h"

const struct snag_impl *snag__impl;
const struct snag_scenario *snag__scenario;

void snag__target_set(const struct snag_scenario *scenario) {
    snag__scenario = scenario;
}

bool snag__target_load(void) {
    if (snag__scenario != NULL) {
        return true;
    }
    /* A weak symbol that nothing defines has the address zero; the compiler must not assume
     * otherwise. */
    const struct snag_impl *const *volatile impl = &snag__target_impl;
    const struct snag_scenario *const *volatile scenario = &snag__target_scenario;
    if (impl != NULL) {
        snag__impl = *impl;
    } else if (scenario != NULL) {
        snag__scenario = *scenario;
    }
    return snag__impl != NULL || snag__scenario != NULL;
}
