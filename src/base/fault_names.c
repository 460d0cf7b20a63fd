/* fault_names.c: static data of faults, from snag/fault.h, and the words of --faults. */
#include "snag/fault.h"

#include "base/options.h"

_Static_assert(SNAG_FAULT_KINDS <= 32, "a set of faults is a word of 32 bits");

enum { ON = 1, OFF = 0 };

static const struct {
    const char *name, *says, *help;
    enum snag_choice_kind choice;
    bool on;
} faults[SNAG_FAULT_KINDS] = {
#define X(id, name, on, says, help) {name, says, help, SNAG_CHOOSE_##id, on},
    SNAG_FAULTS(X)
#undef X
};

const char *snag_fault_name(enum snag_fault fault) {
    return faults[fault].name;
}

const char *snag_fault_says(enum snag_fault fault) {
    return faults[fault].says;
}

const char *snag_fault_help(enum snag_fault fault) {
    return faults[fault].help;
}

enum snag_choice_kind snag_fault_choice(enum snag_fault fault) {
    return faults[fault].choice;
}

enum snag_fault snag_fault_of(enum snag_choice_kind kind) {
    unsigned f = 0;
    while (f < SNAG_FAULT_KINDS && faults[f].choice != kind)
        f++;
    return (enum snag_fault)f;
}

uint32_t snag_faults_parse(const char *words) {
    bool all = snag__options_has(words, "all"), usual = snag__options_has(words, "default");
    uint32_t set = 0;
    for (unsigned f = 0; f < SNAG_FAULT_KINDS; f++)
        if (all || (usual && faults[f].on) || snag__options_has(words, faults[f].name))
            set |= SNAG_FAULT_SET(f);
    return set;
}
