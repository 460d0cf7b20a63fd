/* kv.h: what the kv specification and its implementations agree on: operations, codes, the backend.
 *
 * Neither an implementation nor a lock. The rule: values are never negative, so a negative result
 * is always one of the codes.
 */
#ifndef KV_H
#define KV_H

#include <stdint.h>

#include "snag/spec.h"
#include "snag/task.h"

/* Index of each operation in kv_spec.ops. */
enum kv_op {
    KV_GET,      /* (key): the value, or KV_ABSENT */
    KV_PUT,      /* (key, value): KV_OK or KV_FULL */
    KV_ADD,      /* (key, delta): the new value, or KV_FULL; an absent key counts as 0 */
    KV_REMOVE,   /* (key): the value it had, or KV_ABSENT */
    KV_LEN,      /* (): how many keys are there */
    KV_VISIT,    /* (key, program): calls back with the entry if there is one, returns as get */
    KV_FETCH_PUT /* (key, arg): asks the backend, puts its answer; returns as put */
};

enum {
    KV_OK = 0,
    KV_ABSENT = -1,
    KV_FULL = -2, /* the key is new and the table holds `capacity` keys */
    KV_NOMEM = -3 /* the allocator refused; nothing was changed */
};

enum { KV_KEYS = 4, KV_CONFIG_CAPACITY = 0 };

extern const struct snag_spec kv_spec;

/* What visit calls back; `arg` is the visitor's own. */
typedef void kv_visitor(int64_t key, int64_t value, void *arg);

/* What is asked of the simulated backend; its answer is snag_io_answer of this. */
static inline int64_t kv_request(int64_t key, int64_t arg) {
    return 10 * key + arg;
}

/* Asks it: a round trip that suspends the calling task (or blocks the calling thread). */
static inline int64_t kv_fetch(int64_t key, int64_t arg) {
    return snag_io(kv_request(key, arg));
}

#endif
