/* steering.h: an execution is steered towards an abstract schedule.
 *
 * It does not know where schedules come from (corpus.h). The rule: nobody is held back when nobody
 * else can go on, nor for ever beside those who can.
 */
#ifndef SNAG_SCHED_STRATEGY_READS_FROM_STEERING_H
#define SNAG_SCHED_STRATEGY_READS_FROM_STEERING_H

#include "base/prng.h"
#include "sched/strategy/reads_from/corpus.h"

/* How somebody stands at its pending event. */
struct snag__rf_stand {
    uint32_t execution; /* this and the next four: which event it is */
    uint32_t ordinal, site;
    uint16_t op, sub;
    uint32_t score;
    uint8_t event;    /* abstract */
    uint8_t concerns; /* a bit for each of `wanted` */
};

struct snag__rf_wanted {
    struct snag__rf_constraint constraint; /* `skips`: that are left */
    bool met; /* positive: it is over; negative: the reader has read, though not from the writer */
};

/* Which of `wanted` an abstract event concerns: a bit for each. */
struct snag__rf_concern {
    uint64_t classes; /* of the relation, when it was found out; of others: nobody knows */
    uint8_t set;
};

struct snag__rf_steering {
    struct snag__rf_relation *relation;
    struct snag__prng *prng;
    uint32_t execution; /* generation of `stands` */
    uint32_t read;      /* events of the log */
    uint32_t wanted_count;
    uint32_t unmet; /* of `wanted`, and negative ones; 0: nobody is held back any more */
    uint32_t over;  /* a bit for each of `wanted` that is positive and met */
    uint32_t patience, waited;
    uint32_t lowest;              /* score, of who gave way last: the next one is behind it */
    struct snag_pending happened; /* that was picked last */
    struct snag__rf_wanted wanted[SNAG__RF_CONSTRAINTS_MAX];
    struct snag__rf_stand stands[SNAG__RF_ACTORS_MAX];
    struct snag__rf_concern concerns[SNAG__RF_EVENTS_MAX];
};

/* An execution begins, of about `points` points; `relation` and `prng` are its owner's. */
void snag__rf_steer(struct snag__rf_steering *s, const struct snag__rf_schedule *schedule,
                    uint32_t points);
/* Who goes on, at a choice of NEXT. */
uint32_t snag__rf_next(struct snag__rf_steering *s, const struct snag_choice *c);
/* The log has come to `count` events. */
void snag__rf_catch_up(struct snag__rf_steering *s, const struct snag_event *log, uint32_t count);

#endif
