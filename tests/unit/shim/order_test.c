/* order_test.c: what is ordered by each primitive is no race, and what is not is one.
 *
 * link: rt_tsan
 */
#include "../exec/drive.h"

struct primitive {
    const char *name;
    void (*body)(void); /* `case_in` 0: a healthy user; 1: somebody goes past it */
};

void order_rwlock_writers(void);
void order_rwlock_readers(void);
void order_spin(void);
void order_robust(void);
void order_semaphore(void);
void order_barrier(void);
void order_once(void);
void order_c11(void);
void order_cleanup(void);

static const struct primitive primitives[] = {
    {"rwlock, writing", order_rwlock_writers},
    {"rwlock, reading", order_rwlock_readers},
    {"spin lock", order_spin},
    {"robust mutex", order_robust},
    {"semaphore", order_semaphore},
    {"barrier", order_barrier},
    {"once", order_once},
    {"C11 mutex, condition, join", order_c11},
    {"cleanup handler", order_cleanup},
};
enum { PRIMITIVES = sizeof(primitives) / sizeof(primitives[0]), SEEDS = 2000 };

TEST(who_uses_it_as_he_should_is_silent) {
    case_in = 0;
    for (size_t i = 0; i < PRIMITIVES; i++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            const struct snag_verdict *v = drive_seed(primitives[i].body, "random", seed);
            if (!EXPECT_EQ_STR(worst(v), "") || !EXPECT_EQ_INT(v->end, SNAG_END_DONE)) {
                printf("  %s at seed %llu\n", primitives[i].name, (unsigned long long)seed);
                break;
            }
        }
    }
}

TEST(who_goes_past_it_races_in_every_order) {
    case_in = 1;
    for (size_t i = 0; i < PRIMITIVES; i++) {
        unsigned races = 0;
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            races += has(drive_seed(primitives[i].body, "random", seed), SNAG_RACE);
        if (!EXPECT_EQ_INT(races, SEEDS))
            printf("  %s: %u\n", primitives[i].name, races);
    }
}
