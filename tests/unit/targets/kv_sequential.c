/* kv_sequential.c: one kv implementation against the model, from one thread, without snag.
 *
 * Linked with targets/kv/spec.c and the implementation, compiled as anybody would compile them;
 * tests/e2e/kv_sequential_test.sh does that for each. It says nothing about concurrency: every
 * planted target passes, which is the point. The rule: every operation must have been seen with
 * every code it can return, or the test fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "kv/kv.h"

enum { OPS = 20000 };

struct snag_scope {
    bool run; /* its nested program has run */
};

static struct {
    const struct snag_config *config;
    void *shared;
    struct snag__prng random;
    _Alignas(8) uint8_t model[SNAG_MODEL_BYTES_MAX];
    bool seen[SNAG_OPS_MAX][4]; /* by code: [0] a value, [-code] the others */
} t;

int64_t snag_io(int64_t request) {
    return snag_io_answer(request);
}

static void fail(const struct snag_call *call, const char *why) {
    const char *op = kv_spec.ops[call->op].name;
    printf("FAIL %s: %s(%d, %d) = %d: %s\n", snag__target_impl->name, op, (int)call->args[0].i,
           (int)call->args[1].i, (int)call->result.i, why);
    exit(1);
}

static void run_random(bool nested) {
    struct snag_scope scope = {false};
    struct snag_call call = {0};
    _Alignas(8) uint8_t before[SNAG_MODEL_BYTES_MAX];
    do {
        call.op = (uint16_t)snag__prng_below(&t.random, KV_FETCH_PUT + 1);
    } while (nested && !(kv_spec.ops[call.op].flags & SNAG_OP_NESTS));
    for (int i = 0; i < 2; i++) {
        const struct snag_arg_decl *arg = &kv_spec.ops[call.op].args[i];
        call.args[i].i = snag__prng_between(&t.random, arg->min, arg->max);
    }
    memcpy(before, t.model, sizeof before);
    snag__target_impl->run(t.shared, NULL, &call, &call.result, &scope);
    /* An operation that ran others takes effect before them: the only such one, visit, reads. */
    void *model = scope.run ? before : t.model;
    if (call.result.i == KV_NOMEM)
        fail(&call, "out of memory");
    if (kv_spec.step(t.config, model, &call) != SNAG_ACCEPT)
        fail(&call, "the model disagrees");
    const char *broken = snag__target_impl->invariant(t.shared, SNAG_AT_QUIESCENCE);
    if (broken != NULL)
        fail(&call, broken);
    t.seen[call.op][call.result.i < 0 ? -call.result.i : 0] = true;
}

bool snag_run_nested(struct snag_scope *scope) {
    if (scope->run)
        return false;
    scope->run = true;
    run_random(true);
    run_random(true);
    return true;
}

static bool seen_all(void) {
    bool all = true;
    for (int op = KV_GET; op <= KV_FETCH_PUT; op++) {
        bool absent = op == KV_GET || op == KV_REMOVE || op == KV_VISIT;
        bool full = op == KV_PUT || op == KV_ADD || op == KV_FETCH_PUT;
        all = all && t.seen[op][0] && t.seen[op][-KV_ABSENT] == absent &&
              t.seen[op][-KV_FULL] == full;
    }
    return all;
}

int main(void) {
    for (int64_t capacity = kv_spec.config[0].min; capacity <= kv_spec.config[0].max; capacity++) {
        struct snag_config config = {{capacity}};
        memset(t.model, 0, sizeof t.model);
        t.config = &config;
        t.shared = snag__target_impl->create(&config);
        snag__prng_seed(&t.random, (uint64_t)capacity);
        for (int i = 0; i < OPS; i++)
            run_random(false);
        snag__target_impl->destroy(t.shared);
    }
    if (!seen_all()) {
        printf("FAIL %s: not every operation was seen with every code\n", snag__target_impl->name);
        return 1;
    }
    printf("ok %s\n", snag__target_impl->name);
    return 0;
}
