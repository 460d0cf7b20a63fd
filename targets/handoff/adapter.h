/* adapter.h: how an implementation of handoff is plugged in: the same for all of them.
 *
 * Included once, at the end of an implementation, which has defined struct server, with its
 * address, server_create, server_destroy, server_takeover and server_drain. Clients, one a task,
 * are here. The rule: nothing here belongs to a server, nor synchronises; what an implementation
 * does wrong stands in its own file.
 */
#ifndef HANDOFF_ADAPTER_H
#define HANDOFF_ADAPTER_H

#include "session.h"

static void *client_enter(void *shared) {
    struct session *session = malloc(sizeof *session);
    (void)shared;
    if (session != NULL)
        session->fd = -1;
    return session;
}

static void client_leave(void *shared, void *local) {
    struct session *session = local;
    (void)shared;
    if (session != NULL)
        close_if_open(&session->fd);
    free(session);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    struct server *server = shared;
    struct session *session = local;
    (void)scope;
    if (session == NULL) {
        result->i = HANDOFF_AGAIN;
        return;
    }
    switch ((enum handoff_op)call->op) {
    case HANDOFF_ADD:
        result->i = session_add(session, &server->address, call->args[0].i);
        break;
    case HANDOFF_WHO:
        result->i = session_who(session, &server->address);
        break;
    case HANDOFF_HANG_UP:
        close_if_open(&session->fd);
        break;
    case HANDOFF_TAKEOVER:
        result->i = server_takeover(server, call->args[0].i != 0);
        break;
    case HANDOFF_DRAIN:
        server_drain(server);
        break;
    }
}

#define HANDOFF_TARGET(target_name)                                                                \
    static const struct snag_impl handoff_impl = {                                                 \
        .name = target_name,                                                                       \
        .spec = &handoff_spec,                                                                     \
        .create = server_create,                                                                   \
        .destroy = server_destroy,                                                                 \
        .run = run,                                                                                \
        .enter = client_enter,                                                                     \
        .leave = client_leave,                                                                     \
    };                                                                                             \
    SNAG_TARGET(handoff_impl)

#endif
