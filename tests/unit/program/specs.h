/* specs.h: two small specs that no shipped target resembles: every argument type, handles that are
 * used and taken, nested programs with a minimum, configuration, operations left out.
 *
 * Only declarations, and a `run` that is never called. The rule: `store` is for threads, `pool`
 * for tasks, and between them every rule of snag__program_check can be broken.
 */
#ifndef SNAG_TEST_SPECS_H
#define SNAG_TEST_SPECS_H

#include "snag/spec.h"

enum {
    STORE_PUT,
    STORE_LEN,
    STORE_OPEN,
    STORE_READ,
    STORE_MERGE,
    STORE_CLOSE,
    STORE_VISIT,
    STORE_GONE
};

static const struct snag_spec store_spec = {
    .name = "store",
    .ops = {{.name = "put",
             .args = {{"key", SNAG_KEY, .min = 0, .max = 7},
                      {"value", SNAG_INT, .min = -100, .max = 100},
                      {"data", SNAG_BYTES, .min = 0, .max = 16}},
             .flags = SNAG_OP_NESTS},
            {.name = "len", .flags = SNAG_OP_NESTS, .result = SNAG_RESULT_INT},
            {.name = "open",
             .args = {{"key", SNAG_KEY, .min = 0, .max = 7}},
             .result = SNAG_RESULT_HANDLE,
             .returns = "cursor",
             .flags = SNAG_OP_NESTS | SNAG_OP_HOLDS,
             .weight = 12},
            {.name = "read",
             .args = {{"at", SNAG_HANDLE, .tag = "cursor"}},
             .result = SNAG_RESULT_BYTES,
             .flags = SNAG_OP_NESTS},
            {.name = "merge",
             .args = {{"from", SNAG_HANDLE, .tag = "cursor", .takes = true},
                      {"into", SNAG_HANDLE, .tag = "cursor"}},
             .weight = 20},
            {.name = "close",
             .args = {{"at", SNAG_HANDLE, .tag = "cursor", .takes = true}},
             .result = SNAG_RESULT_NONE,
             .flags = SNAG_OP_NESTS},
            {.name = "visit",
             .args = {{"key", SNAG_KEY, .min = 0, .max = 7},
                      {"body", SNAG_PROGRAM, .min = 0, .max = 4}},
             .flags = SNAG_OP_NESTS},
            {.name = "gone", .weight = 200}},
    .config = {{"capacity", 1, 64}, {"shards", 0, INT64_MAX}},
};

/* Never called: programs are made and checked here, not run. */
static void no_run(void *shared, void *local, const struct snag_call *call,
                   struct snag_result *result, struct snag_scope *scope) {
    (void)shared, (void)local, (void)call, (void)result, (void)scope;
}

static const struct snag_impl store_impl = {
    .name = "store/plain", .spec = &store_spec, .run = no_run, .without = 1u << STORE_GONE};

enum { POOL_LEASE, POOL_UPGRADE, POOL_RETURN, POOL_WITH, POOL_TICK, POOL_SLEEP, POOL_PEEK };

static const struct snag_spec pool_spec = {
    .name = "pool",
    .ops = {{.name = "lease",
             .args = {{"size", SNAG_INT, .min = INT64_MIN, .max = INT64_MAX}},
             .result = SNAG_RESULT_HANDLE,
             .returns = "lease"},
            {.name = "upgrade",
             .args = {{"lease", SNAG_HANDLE, .tag = "lease", .takes = true}},
             .result = SNAG_RESULT_HANDLE,
             .returns = "owner"},
            {.name = "return",
             .args = {{"owner", SNAG_HANDLE, .tag = "owner", .takes = true},
                      {"why", SNAG_BYTES, .min = 3, .max = 3}}},
            {.name = "with",
             .args = {{"owner", SNAG_HANDLE, .tag = "owner"},
                      {"do", SNAG_PROGRAM, .min = 2, .max = 63}},
             .result = SNAG_RESULT_HANDLE,
             .returns = "lease"},
            {.name = "tick",
             .args = {{"id", SNAG_KEY, .min = INT64_MIN, .max = INT64_MAX}},
             .flags = SNAG_OP_NESTS},
            {.name = "sleep", .flags = SNAG_OP_ASYNC_ONLY},
            {.name = "peek",
             .args = {{"lease", SNAG_HANDLE, .tag = "lease"}},
             .flags = SNAG_OP_NESTS}},
};

static const struct snag_impl pool_impl = {
    .name = "pool/tasks", .spec = &pool_spec, .mode = SNAG_TASKS, .cancel = true, .run = no_run};

#endif
