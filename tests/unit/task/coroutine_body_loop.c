/* coroutine_body_loop.c: code under test for coroutine_test.c: requests that are served by one
 * callback after another, each of which runs on the stack of a loop.
 */
#define _GNU_SOURCE
#include "coroutine_cases.h"
#include "coroutine_lib.h"

enum { REQUESTS = 2 };

static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER;
static struct loop loop, second;
static struct request requests[REQUESTS];
static int value;

/* ---- one loop ---- */

static void on_answer(struct request *r) {
    SNAG_TASK_RESUMED(r);
    pthread_mutex_lock(&table);
    value += r->number;
    out(value);
    pthread_mutex_unlock(&table);
    SNAG_TASK_ENDED(r);
}

static void on_request(struct request *r) {
    SNAG_TASK_RESUMED(r);
    pthread_mutex_lock(&table);
    value++;
    pthread_mutex_unlock(&table);
    loop_ask(&loop, r, on_answer);
    SNAG_TASK_SUSPENDED(r, &r->next);
}

static void serve(void (*request)(struct request *r)) {
    loop_init(&loop, 2 * REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
        requests[i].number = i;
        snag_name(&requests[i], "request %d", i);
        SNAG_TASK_CREATED(&requests[i]);
        loop_ask(&loop, &requests[i], request);
    }
    loop_run(&loop);
}

void loop_serves(void) {
    serve(on_request);
}

/* The mutex is held from the callback that begins the request to the one that ends it. */
static void answers_holding(struct request *r) {
    SNAG_TASK_RESUMED(r);
    value += r->number;
    pthread_mutex_unlock(&table);
    SNAG_TASK_ENDED(r);
}

static void requests_holding(struct request *r) {
    SNAG_TASK_RESUMED(r);
    pthread_mutex_lock(&table);
    value++;
    loop_ask(&loop, r, answers_holding);
    SNAG_TASK_SUSPENDED(r, &r->next);
}

void loop_holds(void) {
    serve(case_in ? on_request : requests_holding);
}

/* ---- two loops, one each of which has the other one answer ---- */

static void asks_holding(struct request *r) {
    SNAG_TASK_RESUMED(r);
    pthread_mutex_lock(&table);
    value++;
    if (case_in)
        pthread_mutex_unlock(&table);
    loop_ask(r->number == 0 ? &second : &loop, r, case_in ? on_answer : answers_holding);
    SNAG_TASK_SUSPENDED(r, &r->next);
}

static void run_first(void) {
    loop_ask(&loop, &requests[0], asks_holding);
    loop_run(&loop);
}

static void run_second(void) {
    requests[1].number = 1;
    loop_ask(&second, &requests[1], asks_holding);
    loop_run(&second);
}

void loop_holds_two_loops(void) {
    loop_init(&loop, 2);
    loop_init(&second, 2);
    both(run_first, run_second);
}

/* To be a task orders nothing. */
static int shared;

static void touches(struct request *r) {
    SNAG_TASK_RESUMED(r);
    if (case_in)
        pthread_mutex_lock(&table);
    shared++;
    if (case_in)
        pthread_mutex_unlock(&table);
    SNAG_TASK_SUSPENDED(r, NULL);
}

static void touches_first(void) {
    touches(&requests[0]);
}

static void touches_second(void) {
    touches(&requests[1]);
}

void loop_races(void) {
    both(touches_first, touches_second);
}

/* ---- whose lock it is ---- */

static void gives_up(struct request *r) {
    SNAG_TASK_RESUMED(r);
    pthread_mutex_unlock(&table); /* that whoever calls it has taken: the same thread */
    SNAG_TASK_ENDED(r);
}

void loop_unlocks_of_caller(void) {
    pthread_mutex_lock(&table);
    gives_up(&requests[0]);
    pthread_mutex_lock(&table);
    pthread_mutex_unlock(&table);
}

static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void enters(struct request *r) {
    SNAG_TASK_RESUMED(r);
    pthread_mutex_lock(&recursive);
    value++;
    if (case_in)
        pthread_mutex_unlock(&recursive);
    SNAG_TASK_SUSPENDED(r, NULL);
}

static void leaves(struct request *r) {
    SNAG_TASK_RESUMED(r);
    if (!case_in)
        pthread_mutex_unlock(&recursive);
    SNAG_TASK_ENDED(r);
}

/* Both requests are inside at once, which the mutex, on one thread, lets them. */
void loop_recursive(void) {
    enters(&requests[0]);
    enters(&requests[1]);
    leaves(&requests[1]);
    leaves(&requests[0]);
}
