/* model_parts.h: what the files of the spec check share: the report, and guarded calls of a model.
 *
 * It is for src/oracle/model*.c only. The rule: every call of the spec's functions goes through
 * here, so that none is unguarded.
 */
#ifndef SNAG_ORACLE_MODEL_PARTS_H
#define SNAG_ORACLE_MODEL_PARTS_H

#include "oracle/linear.h"
#include "oracle/model.h"
#include "program/menu.h"

enum { SNAG__MODEL_PROBLEMS_MAX = 128, SNAG__MODEL_CALLS_MAX = 64 };

/* A model's state, with room for any alignment. */
struct snag__model_state {
    _Alignas(16) uint8_t bytes[SNAG_MODEL_BYTES_MAX];
};

struct snag__model {
    const struct snag_impl *impl;
    const struct snag_spec *spec;
    struct snag__menu menu;
    struct snag__linear_checker *linear;
    struct snag__model_problem problems[SNAG__MODEL_PROBLEMS_MAX];
    uint32_t problems_count;
    struct snag__model_figures figures;
    /* By operation. */
    uint64_t seen[SNAG_OPS_MAX], returned[SNAG_OPS_MAX], accepted[SNAG_OPS_MAX];
    uint32_t may_block;               /* bit i: SNAG_BLOCKED was answered for operation i */
    uint32_t args_used[SNAG_OPS_MAX]; /* bit a: argument a made a difference */
    uint32_t config_used;             /* bit i: configuration value i made one */
    /* The history in hand: calls in an order in which all of them were accepted, as far as that
     * goes, and the states before each and after the last. */
    const struct snag_config *config;
    uint32_t calls_count;
    const struct snag_call *calls[SNAG__MODEL_CALLS_MAX];
    struct snag__model_state states[SNAG__MODEL_CALLS_MAX + 1];
};

/* ---- the report ---- */

/* Tells it, unless the same kind was told of the same operation and argument already. */
void snag__model_tell(struct snag__model *m, enum snag__model_problem_kind kind, int op, int arg,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));
bool snag__model_told(const struct snag__model *m, enum snag__model_problem_kind kind, int op,
                      int arg);

enum { SNAG__MODEL_TEXT = 256 };
/* "put(key=0, value=7) = -2", "take(), pending". Returns `text`. */
const char *snag__model_call_text(const struct snag__model *m, const struct snag_call *call,
                                  char text[SNAG__MODEL_TEXT]);
/* "00000000 2a00" */
const char *snag__model_state_text(const struct snag__model *m, const struct snag__model_state *s,
                                   char text[SNAG__MODEL_TEXT]);
/* "capacity=1"; "" if the spec has none. */
const char *snag__model_config_text(const struct snag__model *m, char text[SNAG__MODEL_TEXT]);

/* ---- calls ---- */

/* The initial state, told about if it is not one. */
void snag__model_init(struct snag__model *m, struct snag__model_state *out);
/* One step, run twice in different places, told about if anything but the answer differs or
 * anything but the state was written. `out` may be `from`. */
enum snag_step snag__model_step(struct snag__model *m, const struct snag__model_state *from,
                                const struct snag_call *call, struct snag__model_state *out);
/* One step, run once and only kept from doing harm. */
enum snag_step snag__model_try(struct snag__model *m, const struct snag_config *config,
                               const struct snag__model_state *from, const struct snag_call *call,
                               struct snag__model_state *out);
int64_t snag__model_partition(struct snag__model *m, const struct snag_call *call);

bool snag__model_same(const struct snag__model *m, const struct snag__model_state *a,
                      const struct snag__model_state *b);

/* ---- checks of the history in hand (model_walk.c) ---- */

void snag__model_check_pending(struct snag__model *m);
void snag__model_check_uses(struct snag__model *m);
void snag__model_check_partition(struct snag__model *m);

#endif
