/* fd_await_drive.h: how the tests of fd_await_body.c run programs of fd_await_cases.h.
 *
 * The model: bytes in the socket. Who takes one may wait while there is none.
 */
#ifndef TESTS_TASK_FD_AWAIT_DRIVE_H
#define TESTS_TASK_FD_AWAIT_DRIVE_H

#include "fd_await_cases.h"
#define OPS_IMPL fd_await_impl
#include "ops_drive.h"

static enum snag_step step(const struct snag_config *config, void *state,
                           const struct snag_call *call) {
    int64_t *bytes = state;
    (void)config;
    bool takes = call->op == GETS || call->op == AWAITS || call->op == UNDER_LOCK;
    if (takes && *bytes == 0)
        return call->pending ? SNAG_BLOCKED : SNAG_REJECT;
    if (takes && !call->pending && call->result.i != 'x')
        return SNAG_REJECT;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    *bytes += takes ? -1 : call->op == PUTS || call->op == PUTS_LOCKED;
    return SNAG_ACCEPT;
}

const struct snag_spec fd_await_spec = {
    .name = "fd_await",
    .ops = {[GETS] = {.name = "gets", .flags = SNAG_OP_MAY_WAIT},
            [AWAITS] = {.name = "awaits", .flags = SNAG_OP_MAY_WAIT},
            PLAIN(PUTS, "puts"),
            WITH(UNTIL, "until", 0, 99),
            PLAIN(DROPS_WAIT, "drops_wait"),
            PLAIN(UNDER_LOCK, "under_lock"),
            PLAIN(PUTS_LOCKED, "puts_locked"),
            PLAIN(LEAVES_OPEN, "leaves_open"),
            PLAIN(TALKS, "talks")},
    .state_bytes = sizeof(int64_t),
    .step = step,
};

#endif
