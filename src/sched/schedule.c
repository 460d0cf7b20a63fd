/* schedule.c: schedules and actors as values.
 *
 * It does not run them (src/exec) nor change them at random (src/program). The rule: bytes of an
 * actor's path beyond its depth mean nothing, and nothing here looks at them.
 */
#include "sched/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/prng.h"

enum { CAPACITY_MIN = 16 };

static bool reserve(struct snag_schedule *s, uint32_t count) {
    if (count <= s->capacity) {
        return true;
    }
    uint32_t capacity = s->capacity < CAPACITY_MIN ? CAPACITY_MIN : s->capacity;
    while (capacity < count) {
        if (capacity > UINT32_MAX / 2) {
            return false;
        }
        capacity *= 2;
    }
    struct snag_switch *list = realloc(s->list, capacity * sizeof *list);
    if (list == NULL) {
        return false;
    }
    s->list = list;
    s->capacity = capacity;
    return true;
}

bool snag__schedule_push(struct snag_schedule *s, const struct snag_switch *entry) {
    struct snag_switch copy = *entry; /* `entry` may lie in the list that is about to move */
    if (!reserve(s, s->count + 1)) {
        return false;
    }
    s->list[s->count++] = copy;
    return true;
}

/* Of two anchors of one actor: < 0: `a` comes by first; 0: they are the same. */
static int anchors_compare(const struct snag_switch *a, const struct snag_switch *b) {
    if (a->op != b->op) {
        return a->op < b->op ? -1 : 1;
    }
    if (a->ordinal != b->ordinal) {
        return a->ordinal < b->ordinal ? -1 : 1;
    }
    return (a->sub > b->sub) - (a->sub < b->sub);
}

bool snag__schedule_put(struct snag_schedule *s, const struct snag_switch *entry) {
    uint32_t i = 0;
    int order = -1;
    for (; i < s->count; i++) {
        if (snag__actor_equal(&s->list[i].at, &entry->at)) {
            order = anchors_compare(&s->list[i], entry);
            if (order > 0 || (order == 0 && s->list[i].kind == entry->kind)) {
                break;
            }
        }
    }
    if (i < s->count && order == 0) {
        s->list[i] = *entry;
        return true;
    }
    if (!snag__schedule_push(s, entry)) {
        return false;
    }
    memmove(s->list + i + 1, s->list + i, (s->count - 1 - i) * sizeof *s->list);
    s->list[i] = *entry;
    return true;
}

bool snag__schedule_copy(struct snag_schedule *to, const struct snag_schedule *from) {
    if (to == from) {
        return true;
    }
    if (!reserve(to, from->count)) {
        return false;
    }
    if (from->count > 0) {
        memcpy(to->list, from->list, from->count * sizeof *from->list);
    }
    to->count = from->count;
    return true;
}

void snag__schedule_remove(struct snag_schedule *s, uint32_t index) {
    if (index >= s->count) {
        return;
    }
    s->count--;
    memmove(s->list + index, s->list + index + 1, (s->count - index) * sizeof *s->list);
}

void snag__schedule_clear(struct snag_schedule *s) {
    s->count = 0;
}

void snag__schedule_free(struct snag_schedule *s) {
    free(s->list);
    *s = (struct snag_schedule){0};
}

static uint64_t actor_hash(const struct snag_actor *a, uint64_t h) {
    h = snag__mix64(h ^ (a->is_task | (uint64_t)a->depth << 8));
    for (uint8_t i = 0; i < a->depth && i < SNAG_PATH_MAX; i++) {
        h = snag__mix64(h + a->path[i] + 1);
    }
    return h;
}

/* `preempts` is left out: it follows from the rest. */
uint64_t snag__schedule_hash(const struct snag_schedule *s) {
    uint64_t h = snag__mix64(s->count + 1);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct snag_switch *w = &s->list[i];
        h = snag__mix64(h ^ (w->kind | (uint64_t)w->op << 8 | (uint64_t)w->ordinal << 32));
        h = snag__mix64(h + w->number + ((uint64_t)w->sub << 16));
        h = actor_hash(&w->at, h);
        h = actor_hash(&w->to, h);
    }
    return h;
}

char *snag__actor_print(const struct snag_actor *a, char *text) {
    if (a->depth == 0) {
        return strcpy(text, "-");
    }
    int n = 0;
    if (a->is_task) {
        text[n++] = 't';
    }
    for (uint8_t i = 0; i < a->depth && i < SNAG_PATH_MAX; i++) {
        n += sprintf(text + n, i == 0 ? "%u" : ".%u", a->path[i]); /* at most 1 + 6 * 4 bytes */
    }
    return text;
}

/* Only the spelling that snag__actor_print gives is a name: no sign, blank or leading zero. */
bool snag__actor_parse(const char *text, struct snag_actor *a) {
    *a = (struct snag_actor){0};
    if (strcmp(text, "-") == 0) {
        return true;
    }
    a->is_task = *text == 't';
    text += a->is_task;
    for (;;) {
        unsigned number = 0;
        const char *start = text;
        while (*text >= '0' && *text <= '9' && number <= UINT8_MAX) {
            number = number * 10 + (unsigned)(*text++ - '0');
        }
        bool leading_zero = *start == '0' && text - start > 1;
        if (text == start || leading_zero || number > UINT8_MAX || a->depth == SNAG_PATH_MAX) {
            return false;
        }
        a->path[a->depth++] = (uint8_t)number;
        if (*text == '\0') {
            return true;
        }
        if (*text++ != '.') {
            return false;
        }
    }
}

struct snag_actor snag__actor_far_below(const struct snag_actor *parent, uint32_t nth) {
    struct snag_actor a = *parent;
    if (nth > UINT8_MAX && a.depth + 3 <= SNAG_PATH_MAX) {
        a.path[a.depth++] = 0;
        a.path[a.depth++] = (uint8_t)(nth >> 8);
        a.path[a.depth++] = (uint8_t)nth;
    } else if (a.depth == SNAG_PATH_MAX) {
        a.path[SNAG_PATH_MAX - 1] = (uint8_t)(a.path[SNAG_PATH_MAX - 1] * 31 + nth);
    } else {
        a.path[a.depth++] = (uint8_t)nth;
    }
    return a;
}
