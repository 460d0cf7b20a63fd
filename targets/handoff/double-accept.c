/* double-accept.c: a planted bug. Its healthy twin is graceful.c.
 *
 * Wrong: the old generation passes every session on at once, those with a request in progress too,
 * which it still means to finish: until then both generations have the connection and wait for
 * what comes over it. The rest of the request goes to either of them, and the new one has a total
 * that lacks it. Breaks R8: a connection is served by one generation at a time.
 */
#include "operator.h"
#include "passing.h"
#include "server.h"

/* ---- the old one ---- */

static void begin_takeover(struct generation *g) {
    pass(g->successor, (struct message){.kind = MESSAGE_LISTENER}, g->listener);
}

/* The successor holds it from now on. */
static void pass_on(struct generation *g, unsigned i) {
    const struct connection *c = &g->connections[i];
    pass(g->successor, (struct message){.kind = MESSAGE_SESSION, .total = c->total}, c->fd);
}

static void fail_takeover(struct generation *g) {
    close_if_open(&g->successor);
    report(g->server, REPORT_FAILED);
}

static void finish_takeover(struct generation *g) {
    close_if_open(&g->listener);
    g->draining = true;
    pass(g->successor, (struct message){.kind = MESSAGE_YOURS}, -1);
    for (unsigned i = 0; i < g->count; i++)
        pass_on(g, i);
    report(g->server, REPORT_TAKEN_OVER);
}

static void hear_successor(struct generation *g) {
    int none;
    if (receive(g->successor, &none).kind == MESSAGE_READY)
        finish_takeover(g);
    else
        fail_takeover(g);
}

/* ---- the new one ---- */

/* Gets ready, and waits until it is to answer. False: it fails. */
static bool start(struct generation *g) {
    int none;
    if (g->predecessor < 0)
        return true;
    receive(g->predecessor, &g->listener);
    if (g->fails)
        return false;
    pass(g->predecessor, (struct message){.kind = MESSAGE_READY}, -1);
    return receive(g->predecessor, &none).kind == MESSAGE_YOURS;
}

/* A session that was passed on, or the end of them: the predecessor has drained. */
static void hear_predecessor(struct generation *g) {
    int fd;
    struct message message = receive(g->predecessor, &fd);
    if (message.kind == MESSAGE_NONE)
        close_if_open(&g->predecessor);
    else
        keep(g, fd, message.total);
}

/* ---- both ---- */

/* False: it is to stop. */
static bool obey(struct generation *g) {
    if (RETRY(read(g->commands[0], &g->successor, sizeof g->successor)) <= 0)
        return false;
    begin_takeover(g);
    return true;
}

/* Before a connection can come into the place of one that is gone. */
static void serve_polled(struct generation *g, const struct polled *p) {
    for (unsigned i = g->count; i-- > 0;) {
        struct connection *c = &g->connections[i];
        bool alive = !polled(p, ON_CONNECTIONS + i) || serve(g, c);
        if (!alive)
            drop(g, i);
    }
}

/* What is finished is let go. True: nothing is left here. */
static bool drained(struct generation *g) {
    for (unsigned i = g->count; i-- > 0;) {
        if (!g->connections[i].half)
            drop(g, i);
    }
    return g->count == 0;
}

static void *generation_main(void *argument) {
    struct generation *g = argument;
    struct polled p;
    bool goes_on = start(g);
    while (goes_on) {
        generation_wait(g, &p);
        serve_polled(g, &p);
        if (polled(&p, ON_LISTENER))
            keep(g, RETRY(accept(g->listener, NULL, NULL)), 0);
        if (polled(&p, ON_PREDECESSOR))
            hear_predecessor(g);
        if (polled(&p, ON_SUCCESSOR))
            hear_successor(g);
        goes_on = !polled(&p, ON_COMMANDS) || obey(g);
        if (g->draining)
            goes_on = !drained(g);
    }
    generation_close(g);
    return NULL;
}

#include "adapter.h"
HANDOFF_TARGET("handoff/double-accept");
