/* operator.h: the server as its operator sees it, who starts generations and waits for them.
 *
 * Included by an implementation after it has defined generation_main, what a generation does. The
 * rule: one takeover at a time, and never more than two generations that have started.
 */
#ifndef HANDOFF_OPERATOR_H
#define HANDOFF_OPERATOR_H

#include "server.h"

enum report { REPORT_NONE = 0, REPORT_TAKEN_OVER, REPORT_FAILED };

struct server {
    struct address address;     /* never changes once the server is there */
    pthread_mutex_t lock;       /* guards `busy` and `report` */
    pthread_cond_t turn;        /* not busy */
    pthread_cond_t reported;    /* there is a report */
    bool busy;                  /* somebody takes over or drains; the rest is his */
    enum report report;         /* of the takeover in progress */
    struct generation *current; /* who is to answer */
    struct generation *old;     /* who drains, or has drained; or NULL */
};

static void *generation_main(void *argument);

static void turn_begin(struct server *server) {
    pthread_mutex_lock(&server->lock);
    while (server->busy)
        pthread_cond_wait(&server->turn, &server->lock);
    server->busy = true;
    pthread_mutex_unlock(&server->lock);
}

static void turn_end(struct server *server) {
    pthread_mutex_lock(&server->lock);
    server->busy = false;
    pthread_cond_signal(&server->turn);
    pthread_mutex_unlock(&server->lock);
}

static void report(struct server *server, enum report report) {
    pthread_mutex_lock(&server->lock);
    server->report = report;
    pthread_cond_signal(&server->reported);
    pthread_mutex_unlock(&server->lock);
}

static enum report await_report(struct server *server) {
    pthread_mutex_lock(&server->lock);
    while (server->report == REPORT_NONE)
        pthread_cond_wait(&server->reported, &server->lock);
    enum report report = server->report;
    server->report = REPORT_NONE;
    pthread_mutex_unlock(&server->lock);
    return report;
}

static void drain_old(struct server *server) {
    if (server->old != NULL)
        generation_join(server->old);
    server->old = NULL;
}

/* The next generation, its thread started, and in *channel the end that is for its predecessor.
 * NULL: memory, descriptors or a thread were refused. */
static struct generation *start_next(struct server *server, bool fails, int *channel) {
    struct generation *next = generation_new(server, server->current->number + 1, fails);
    int ends[2] = {-1, -1};
    if (next == NULL)
        return NULL;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0) {
        next->predecessor = ends[1];
        *channel = ends[0];
        if (pthread_create(&next->thread, NULL, generation_main, next) == 0)
            return next;
        close(ends[0]);
    }
    generation_free(next);
    return NULL;
}

static int64_t take_over(struct server *server, bool fails) {
    int channel;
    struct generation *next = start_next(server, fails, &channel);
    if (next == NULL)
        return HANDOFF_AGAIN;
    RETRY(write(server->current->commands[1], &channel, sizeof channel));
    if (await_report(server) == REPORT_FAILED) {
        generation_join(next);
        return HANDOFF_FAILED;
    }
    server->old = server->current;
    server->current = next;
    return next->number;
}

static int64_t server_takeover(struct server *server, bool fails) {
    turn_begin(server);
    drain_old(server);
    int64_t code = take_over(server, fails);
    turn_end(server);
    return code;
}

static void server_drain(struct server *server) {
    turn_begin(server);
    drain_old(server);
    turn_end(server);
}

static void server_free(struct server *server) {
    pthread_cond_destroy(&server->reported);
    pthread_cond_destroy(&server->turn);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

static void server_destroy(void *shared) {
    struct server *server = shared;
    drain_old(server);
    generation_stop(server->current);
    server_free(server);
}

/* The first generation makes the listening socket; the others are given it. */
static bool start_first(struct server *server) {
    struct generation *first = generation_new(server, 1, false);
    if (first == NULL)
        return false;
    first->listener = listen_at(&server->address);
    if (first->listener >= 0 && pthread_create(&first->thread, NULL, generation_main, first) == 0) {
        server->current = first;
        return true;
    }
    generation_free(first);
    return false;
}

static void *server_create(const struct snag_config *config) {
    struct server *server = calloc(1, sizeof *server);
    (void)config;
    if (server == NULL)
        return NULL;
    server->address.name.sun_family = AF_UNIX;
    server->address.bytes = sizeof server->address.name.sun_family;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->turn, NULL);
    pthread_cond_init(&server->reported, NULL);
    if (start_first(server))
        return server;
    server_free(server);
    return NULL;
}

#endif
