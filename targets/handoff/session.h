/* session.h: what travels between a client and the server, and the client's side of it.
 *
 * A request is one byte that says what is wanted, and for an addition a second one, the value, sent
 * apart, as requests of more than a packet arrive; an answer is one number. The rule: a client has
 * one request in progress, and sends the next when it has the answer.
 */
#ifndef HANDOFF_SESSION_H
#define HANDOFF_SESSION_H

#include "handoff.h"
#include "passing.h"

enum { REQUEST_ADD = 'a', REQUEST_WHO = 'w' };

struct session {
    int fd; /* -1: not open */
};

static int64_t session_open(struct session *session, const struct address *address) {
    if (session->fd >= 0)
        return 0;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return HANDOFF_AGAIN;
    if (RETRY(connect(fd, (const struct sockaddr *)&address->name, address->bytes)) != 0) {
        close(fd);
        return HANDOFF_REFUSED;
    }
    session->fd = fd;
    return 0;
}

static bool session_send(const struct session *session, unsigned char byte) {
    return RETRY(send(session->fd, &byte, 1, MSG_NOSIGNAL)) == 1;
}

/* The number that comes back, in as many pieces as it takes; HANDOFF_LOST: it does not. */
static int64_t session_answer(const struct session *session) {
    int32_t answer = 0;
    for (size_t got = 0; got < sizeof answer;) {
        ssize_t n = RETRY(read(session->fd, (char *)&answer + got, sizeof answer - got));
        if (n <= 0)
            return HANDOFF_LOST;
        got += (size_t)n;
    }
    return answer;
}

static int64_t session_add(struct session *session, const struct address *address, int64_t value) {
    int64_t code = session_open(session, address);
    if (code != 0)
        return code;
    if (!session_send(session, REQUEST_ADD) || !session_send(session, (unsigned char)value))
        return HANDOFF_LOST;
    return session_answer(session);
}

static int64_t session_who(struct session *session, const struct address *address) {
    int64_t code = session_open(session, address);
    if (code != 0)
        return code;
    return session_send(session, REQUEST_WHO) ? session_answer(session) : HANDOFF_LOST;
}

#endif
