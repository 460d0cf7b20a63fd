/* tsan_memory_body.h: the bodies of tsan_memory_body.c, one of which an execution runs. */
#ifndef TSAN_MEMORY_BODY_H
#define TSAN_MEMORY_BODY_H

enum body {
    /* Healthy. */
    HAND_OVER,  /* blocks and globals, passed on under a lock, some of them never freed */
    OWN_LOCALS, /* thread-locals and stack */
    EXIT_DEEP,  /* threads that end by pthread_exit, far down, one of them holding a lock */
    WAIT,       /* a condition variable */
    MANY,       /* three hundred threads, alive at once, that count under a lock */
    HUNG,       /* a thread writes what in the next execution another one does, and both hang */
    /* Not. */
    USE_AFTER_FREE, /* a read of a freed block, by who freed it */
    LOCK_FREED,     /* a lock in a freed block */
    FREE_RACES,     /* a free not ordered after a write */
    REALLOC_RACES,  /* a realloc that reads what another one writes */
    ALLOC_RACES,    /* a block passed on without order is read as it was allocated */
    COPY_RACES,     /* a structure copied while it is written */
    FLAG_RACES,     /* volatile is not atomic */
    ATOMIC_RACES,   /* a plain write and an atomic read */
    DESTROY_RACES,  /* a mutex destroyed by one, unlocked by another */
    MANY_RACE,      /* three hundred threads alive at once that write one variable */
    FEW_OF_MANY,    /* the same, but two of them write */
    NULL_READ,
    OVERFLOW
};

/* Set by the test; lies outside the code under test, so it is not put back. */
extern enum body body;
extern int turn; /* HUNG: which thread writes */

#endif
