/* model.h: is a spec itself right? Looks at a model while it explains what one task alone did.
 *
 * It is handed sequential histories (harness/cli/check_spec.c makes them) and runs `init`, `step`
 * and `partition` far more often than an explanation needs: twice, elsewhere in memory, with other
 * results, in other orders. It does not judge the implementation. The rule: a problem is one line
 * that shows the very call and state, and is told once per operation; what a right spec may do is
 * never one.
 */
#ifndef SNAG_ORACLE_MODEL_H
#define SNAG_ORACLE_MODEL_H

#include "snag/run.h"

enum snag__model_problem_kind {
#define X(id, name, grade, help) SNAG__MODEL_##id,
#include "oracle/model_problems.def"
#undef X
    SNAG__MODEL_PROBLEM_KINDS
};

struct snag__model_problem {
    enum snag__model_problem_kind kind;
    int16_t op, arg; /* -1: none in particular. Of UNUSED_CONFIG `arg` is the value's index */
    char text[600];  /* what was seen, in one sentence without a full stop */
};

const char *snag__model_problem_name(enum snag__model_problem_kind kind);
const char *snag__model_problem_help(enum snag__model_problem_kind kind);
/* Else it is a note. */
bool snag__model_problem_is_grave(enum snag__model_problem_kind kind);

/* What was exercised. */
struct snag__model_figures {
    uint64_t histories, calls, states, pairs;
    uint32_t ops, ops_usable; /* accepted at least once; that the implementation offers */
};

struct snag__model; /* owns its memory */

/* NULL: no memory. */
struct snag__model *snag__model_new(const struct snag_impl *impl);
void snag__model_free(struct snag__model *m);

/* Judges the declarations. */
void snag__model_declared(struct snag__model *m);
/* Judges what one task alone did under `config`. `waits`: it ended because nobody could go on, and
 * no mistake of the implementation (a lock taken twice) is known to be why. */
void snag__model_saw(struct snag__model *m, const struct snag_config *config,
                     const struct snag_history *h, bool waits);
/* Judges what never happened. After the last history. */
void snag__model_end(struct snag__model *m);
/* A note about the implementation: it showed this finding. */
void snag__model_note_finding(struct snag__model *m, const char *key);

/* In the order in which they were seen. */
const struct snag__model_problem *snag__model_problems(const struct snag__model *m,
                                                       uint32_t *count);
struct snag__model_figures snag__model_figures(const struct snag__model *m);

#endif
