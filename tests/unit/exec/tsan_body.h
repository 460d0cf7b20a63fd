/* tsan_body.h: the bodies of tsan_body.c, one of which an execution runs. */
#ifndef TSAN_BODY_H
#define TSAN_BODY_H

enum body {
    GUARDED,        /* a counter behind a mutex */
    WRITE_WRITE,    /* two unordered writes */
    WRITE_READ,     /* an unordered write and read */
    ABBA,           /* two mutexes in both orders, deadlocks now and then */
    ABBA_OR_RACE,   /* the same, and a race before it */
    PUBLISH,        /* data published by release and acquire */
    PUBLISH_RELAXED /* the same, relaxed */
};

/* Set by the test; lies outside the code under test, so it is not put back. */
extern enum body body;

#endif
