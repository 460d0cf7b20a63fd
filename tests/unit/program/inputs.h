/* inputs.h: what tests of inputs share: equality, field by field, and a check of the whole.
 *
 * Not a fixture. The rule: equality is stricter than the hashes: it looks at everything that an
 * execution could.
 */
#ifndef SNAG_TEST_INPUTS_H
#define SNAG_TEST_INPUTS_H

#include <string.h>

#include "program/input.h"
#include "sched/schedule.h"

static inline bool program_equal(const struct snag_program *a, const struct snag_program *b) {
    if (a->tasks != b->tasks || a->workers != b->workers ||
        memcmp(&a->config, &b->config, sizeof a->config) != 0 ||
        memcmp(a->first, b->first, (a->tasks + 1u) * sizeof a->first[0]) != 0) {
        return false;
    }
    for (unsigned i = 0; i < a->first[a->tasks]; i++) {
        const struct snag__op *x = &a->ops[i], *y = &b->ops[i];
        if (x->op != y->op || x->nested != y->nested || x->depth != y->depth ||
            x->abort != y->abort) {
            return false;
        }
        for (unsigned k = 0; k < SNAG_ARGS_MAX; k++) {
            const struct snag_value *v = &x->args[k], *w = &y->args[k];
            if (v->i != w->i || v->bytes_count != w->bytes_count ||
                memcmp(v->bytes, w->bytes, v->bytes_count) != 0) {
                return false;
            }
        }
    }
    return true;
}

static inline bool schedule_equal(const struct snag_schedule *a, const struct snag_schedule *b) {
    if (a->count != b->count) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        const struct snag_switch *x = &a->list[i], *y = &b->list[i];
        if (x->kind != y->kind || x->preempts != y->preempts || x->op != y->op ||
            x->ordinal != y->ordinal || x->sub != y->sub || x->number != y->number ||
            !snag__actor_equal(&x->at, &y->at) || !snag__actor_equal(&x->to, &y->to)) {
            return false;
        }
    }
    return true;
}

static inline bool input_equal(const struct snag__input *a, const struct snag__input *b,
                               const struct snag_impl *impl) {
    return a->strategy == b->strategy && a->seed == b->seed && a->batch == b->batch &&
           schedule_equal(&a->schedule, &b->schedule) &&
           (impl == NULL ? a->program.tasks == 0 && b->program.tasks == 0
                         : program_equal(&a->program, &b->program));
}

/* NULL if legal, else what is wrong (input.h). */
static inline const char *input_wrong(const struct snag__input *in, const struct snag_impl *impl) {
    static struct snag_error e;
    if (impl != NULL && snag__program_check(&in->program, impl, &e) != SNAG_ERR_OK) {
        return e.line;
    }
    if (impl == NULL && in->program.tasks != 0) {
        return "a scenario with tasks";
    }
    if (in->batch < 1 || in->batch > SNAG__BATCH_MAX) {
        return "batch";
    }
    for (uint32_t i = 0; i < in->schedule.count; i++) {
        const struct snag_switch *s = &in->schedule.list[i];
        bool number =
            s->kind < SNAG_CHOICE_KINDS && snag_choice_takes(s->kind) == SNAG_TAKES_NUMBER;
        if (s->kind >= SNAG_CHOICE_KINDS || s->at.depth > SNAG_PATH_MAX ||
            s->to.depth > SNAG_PATH_MAX || (number && s->to.depth != 0) ||
            (!number && s->number != 0) || (s->preempts && s->kind != SNAG_CHOOSE_NEXT)) {
            return "schedule entry";
        }
    }
    return NULL;
}

#endif
