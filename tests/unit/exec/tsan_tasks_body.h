/* tsan_tasks_body.h: what the one operation of tsan_tasks_body.c does. */
#ifndef TSAN_TASKS_BODY_H
#define TSAN_TASKS_BODY_H

enum body {
    PLAIN,      /* counts without a lock, and awaits its turn in between */
    GUARDED,    /* counts under a mutex, and awaits outside of it */
    HAND_DOWN,  /* a child task is handed memory, and hands it back */
    REQUEST,    /* writes its own memory on both sides of a simulated request */
    AWAITS_HELD /* awaits while it holds a mutex, and counts without one */
};

/* Set by the test; lies outside the code under test, so it is not put back. */
extern enum body body;

#endif
