/* strategies.c: the registry of strategies, from strategies.def. */
#include "snag/strategy.h"

#include <string.h>

#define X(symbol) extern const struct snag_strategy symbol;
#include "sched/strategy/strategies.def"
#undef X

static const struct snag_strategy *const all[] = {
#define X(symbol) &symbol,
#include "sched/strategy/strategies.def"
#undef X
};

const struct snag_strategy *snag_strategy_at(size_t i) {
    return i < sizeof(all) / sizeof(all[0]) ? all[i] : NULL;
}

const struct snag_strategy *snag_strategy_find(const char *name) {
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    return NULL;
}
