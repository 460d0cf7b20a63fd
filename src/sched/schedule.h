/* schedule.h: the sparse list of choices that differ from the default policy, as a value.
 *
 * It is not the choice log (every choice, dense, one execution's). The rule: entries stand in the
 * order in which they were taken.
 */
#ifndef SNAG_SCHED_SCHEDULE_H
#define SNAG_SCHED_SCHEDULE_H

#include <stddef.h>
#include <string.h>

#include "base/assert.h"
#include "snag/run.h"

/* All return false on lack of memory, and then leave the schedule as it was. */
bool snag__schedule_push(struct snag_schedule *s, const struct snag_switch *entry);
/* In the place of the entry that is anchored where it is, else before the first that comes later to
 * the same actor, else last. */
bool snag__schedule_put(struct snag_schedule *s, const struct snag_switch *entry);
bool snag__schedule_copy(struct snag_schedule *to, const struct snag_schedule *from);
void snag__schedule_remove(struct snag_schedule *s, uint32_t index);
void snag__schedule_clear(struct snag_schedule *s); /* keeps the memory */
void snag__schedule_free(struct snag_schedule *s);
uint64_t snag__schedule_hash(const struct snag_schedule *s);

/* "0", "0.2", "t1", "t1.3"; "-" for nobody (depth 0). `text` holds at least SNAG__ACTOR_TEXT bytes.
 * Returns text. */
enum { SNAG__ACTOR_TEXT = 32 };
char *snag__actor_print(const struct snag_actor *a, char *text);
/* False: not an actor's name. */
bool snag__actor_parse(const char *text, struct snag_actor *a);
_Static_assert(sizeof(struct snag_actor) == sizeof(uint64_t) &&
                   offsetof(struct snag_actor, depth) == 1 &&
                   offsetof(struct snag_actor, path) == 2,
               "a name is a word; little-endian");
/* Names are one word, and compared as one: schedules are followed and edited by comparing them. */
static inline bool snag__actor_equal(const struct snag_actor *a, const struct snag_actor *b) {
    uint64_t one, other;
    memcpy(&one, a, sizeof(one));
    memcpy(&other, b, sizeof(other));
    unsigned used = a->depth < SNAG_PATH_MAX ? 16 + 8U * a->depth : 64;
    return (one ^ other) << (64 - used) == 0;
}
/* snag__actor_below, where the step is no byte or there is no place for it. */
struct snag_actor snag__actor_far_below(const struct snag_actor *parent, uint32_t nth);

/* "0". As a word, as the next. */
static inline struct snag_actor snag__actor_root(void) {
    struct snag_actor a;
    uint64_t word = 1 << 8;
    memcpy(&a, &word, sizeof(word));
    return a;
}

/* A name below `parent`, the `nth` (from 1): "0" gives "0.2". Steps are bytes; no child is numbered
 * 0, so that a step of 0 says: two bytes follow, high and low ("0.0.1.44" is the 300th child of
 * "0"). Deeper than SNAG_PATH_MAX, the last step is folded into the deepest place, and names may
 * coincide. Beyond its depth, `parent` is zero, and so is what is returned. On the whole word:
 * bytes that were stored one by one a processor cannot read back as one at once. */
static inline struct snag_actor snag__actor_below(const struct snag_actor *parent, uint32_t nth) {
    struct snag_actor a;
    uint64_t word;
    if (snag__unlikely(nth > UINT8_MAX || parent->depth >= SNAG_PATH_MAX)) {
        return snag__actor_far_below(parent, nth);
    }
    unsigned shift = 16 + 8U * parent->depth;
    memcpy(&word, parent, sizeof(word));
    word += ((uint64_t)nth << shift) + (1 << 8);
    memcpy(&a, &word, sizeof(word));
    return a;
}

#endif
