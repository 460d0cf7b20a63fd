/* strategies.c: the registry of strategies, from strategies.def. */
#include "snag/strategy.h"

#include <string.h>

#define X(symbol, role) extern const struct snag_strategy symbol;
#include "sched/strategy/strategies.def"
#undef X

enum role { ALONE, ARM, LEAD };

static const struct {
    const struct snag_strategy *strategy;
    enum role role;
} all[] = {
#define X(symbol, role) {&symbol, role},
#include "sched/strategy/strategies.def"
#undef X
};

enum { COUNT = sizeof(all) / sizeof(all[0]) };

const struct snag_strategy *snag_strategy_at(size_t i) {
    return i < COUNT ? all[i].strategy : NULL;
}

bool snag_strategy_is_arm(size_t i) {
    return i < COUNT && all[i].role != ALONE;
}

bool snag_strategy_leads(size_t i) {
    return i < COUNT && all[i].role == LEAD;
}

const struct snag_strategy *snag_strategy_find(const char *name) {
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(all[i].strategy->name, name) == 0) {
            return all[i].strategy;
        }
    }
    return NULL;
}
