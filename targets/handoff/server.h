/* server.h: what a generation of the server holds, and what is no matter of taking over.
 *
 * A generation is a thread that waits, in one poll, for whatever may come: commands, clients, what
 * its predecessor passes on, what its successor says, requests. The rule: all that a generation
 * holds is its own thread's, from its start to its end; others reach it by descriptors.
 */
#ifndef HANDOFF_SERVER_H
#define HANDOFF_SERVER_H

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

#include "session.h"

enum { CONNECTIONS_MAX = HANDOFF_TASKS + 1 /* two may come at once */ };

struct connection {
    int fd;
    bool half; /* of a request has been read */
    int32_t total;
};

struct generation {
    struct server *server;
    pthread_t thread;
    int64_t number;
    bool fails;      /* to start, once it has the listening socket */
    int commands[2]; /* a pipe: each is the descriptor of a channel to a successor; the end: stop */
    int listener;    /* the next three are -1: there is none (yet, or any more) */
    int predecessor; /* the channel from it */
    int successor;   /* the channel to it */
    bool draining;   /* the successor answers; what is left is to be finished and passed on */
    unsigned count;
    struct connection connections[CONNECTIONS_MAX];
};

/* ---- life ---- */

static void generation_close(struct generation *g) {
    close_if_open(&g->listener);
    close_if_open(&g->commands[0]);
    close_if_open(&g->successor);
    close_if_open(&g->predecessor);
}

static void generation_free(struct generation *g) {
    generation_close(g);
    close_if_open(&g->commands[1]);
    free(g);
}

/* One that holds nothing yet. NULL: memory or descriptors were refused. */
static struct generation *generation_new(struct server *server, int64_t number, bool fails) {
    struct generation *g = calloc(1, sizeof *g);
    if (g == NULL)
        return NULL;
    if (pipe(g->commands) != 0) {
        free(g);
        return NULL;
    }
    g->server = server;
    g->number = number;
    g->fails = fails;
    g->listener = g->predecessor = g->successor = -1;
    return g;
}

/* When its thread has nothing more to do. */
static void generation_join(struct generation *g) {
    pthread_join(g->thread, NULL);
    generation_free(g);
}

static void generation_stop(struct generation *g) {
    close_if_open(&g->commands[1]);
    generation_join(g);
}

/* ---- connections ---- */

static void keep(struct generation *g, int fd, int32_t total) {
    if (fd >= 0)
        g->connections[g->count++] = (struct connection){.fd = fd, .total = total};
}

/* The last one takes its place: go through them from the last to the first. */
static void drop(struct generation *g, unsigned i) {
    close(g->connections[i].fd);
    g->connections[i] = g->connections[--g->count];
}

static bool answer(const struct connection *c, int64_t number) {
    int32_t sent = (int32_t)number;
    return RETRY(send(c->fd, &sent, sizeof sent, MSG_NOSIGNAL)) == (ssize_t)sizeof sent;
}

/* One byte of what has arrived, if any has; a request that is then whole is answered. False: the
 * client is gone, or is not one of ours and is cut off. */
static bool serve(const struct generation *g, struct connection *c) {
    unsigned char byte;
    ssize_t got = RETRY(recv(c->fd, &byte, 1, MSG_DONTWAIT));
    if (got != 1)
        return got < 0 && errno == EAGAIN;
    if (c->half) {
        c->half = false;
        c->total += byte;
        return answer(c, c->total);
    }
    c->half = byte == REQUEST_ADD;
    if (c->half)
        return true;
    if (byte == REQUEST_WHO)
        return answer(c, g->number);
    shutdown(c->fd, SHUT_RDWR);
    return false;
}

/* ---- what it waits for ---- */

enum { ON_COMMANDS, ON_LISTENER, ON_PREDECESSOR, ON_SUCCESSOR, ON_CONNECTIONS };

struct polled {
    struct pollfd fds[ON_CONNECTIONS + CONNECTIONS_MAX];
};

/* Waits for any of it. Who is full takes nobody in: they wait in the listening socket, or in the
 * channel. And who has not got all that was passed on to him is not told to pass it on. */
static void generation_wait(const struct generation *g, struct polled *p) {
    bool room = g->count < HANDOFF_TASKS;
    p->fds[ON_COMMANDS].fd = g->predecessor >= 0 ? -1 : g->commands[0];
    p->fds[ON_LISTENER].fd = room ? g->listener : -1;
    p->fds[ON_PREDECESSOR].fd = room ? g->predecessor : -1;
    p->fds[ON_SUCCESSOR].fd = g->successor;
    for (unsigned i = 0; i < g->count; i++)
        p->fds[ON_CONNECTIONS + i].fd = g->connections[i].fd;
    for (unsigned i = 0; i < ON_CONNECTIONS + g->count; i++)
        p->fds[i].events = POLLIN;
    RETRY(poll(p->fds, ON_CONNECTIONS + g->count, -1));
}

static bool polled(const struct polled *p, unsigned which) {
    return p->fds[which].fd >= 0 && p->fds[which].revents != 0;
}

#endif
