/* name.c: the table of names: open addressing by address, emptied by raising a generation, as that
 * of the objects is. See name.h.
 */
#include "sched/name.h"

#include <string.h>

#include "base/assert.h"

enum { SLOTS = SNAG__NAMES_MAX * 2 };

struct slot {
    uintptr_t address;
    uint32_t generation;
    uint16_t id; /* 0: forgotten, but others may lie behind it */
};

static struct slot slots[SLOTS];
static struct {
    uintptr_t address;
    char text[SNAG__NAME_TEXT];
} names[SNAG__NAMES_MAX + 1];
static uint32_t generation = 1;
uint32_t snag__names_count;

static struct slot *find(uintptr_t address) {
    uint64_t h = (uint64_t)address * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t i = (uint32_t)(h >> 40) & (SLOTS - 1);
    while (slots[i].generation == generation && slots[i].address != address) {
        i = (i + 1) & (SLOTS - 1);
    }
    return &slots[i];
}

uint16_t snag__name_put(uintptr_t address, const char *text) {
    if (snag__names_count == SNAG__NAMES_MAX) {
        return 0;
    }
    struct slot *s = find(address);
    uint16_t id = (uint16_t)++snag__names_count;
    *s = (struct slot){.address = address, .generation = generation, .id = id};
    names[id].address = address;
    memcpy(names[id].text, text, SNAG__NAME_TEXT);
    names[id].text[SNAG__NAME_TEXT - 1] = '\0';
    return id;
}

uint16_t snag__name_of(uintptr_t address) {
    const struct slot *s = find(address);
    return s->generation == generation ? s->id : 0;
}

const char *snag__name_text(uint16_t id) {
    snag__assert(id >= 1 && id <= snag__names_count);
    return names[id].text;
}

static void forget(uintptr_t address) {
    struct slot *s = find(address);
    if (s->generation == generation) {
        s->id = 0;
    }
}

void snag__names_forget(uintptr_t from, size_t bytes) {
    if (snag__names_count <= bytes) {
        for (uint32_t id = 1; id <= snag__names_count; id++) {
            if (names[id].address - from < bytes) {
                forget(names[id].address);
            }
        }
    } else {
        for (size_t i = 0; i < bytes; i++) {
            forget(from + i);
        }
    }
}

void snag__names_reset(void) {
    snag__names_count = 0;
    if (++generation == 0) {
        memset(slots, 0, sizeof(slots));
        generation = 1;
    }
}
