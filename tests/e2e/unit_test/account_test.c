/* account_test.c: a unit test with a main of its own, in no framework. Prints a line per test. */
#include "account.h"

#include <snag/scenario.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct account accounts[2] = {{PTHREAD_MUTEX_INITIALIZER, 0},
                                     {PTHREAD_MUTEX_INITIALIZER, 0}};
static int runs; /* of bodies: put back after each */
static int failed;

static void expect(int held, const char *what) {
    printf("%s: %s\n", held ? "good" : "bad", what);
    failed += !held;
}

static void *forth(void *move) {
    ((void (*)(struct account *, struct account *, int))move)(&accounts[0], &accounts[1], 30);
    return NULL;
}

static void *back(void *move) {
    ((void (*)(struct account *, struct account *, int))move)(&accounts[1], &accounts[0], 10);
    return NULL;
}

static void both_ways(void *move) {
    pthread_t t[2];
    int *block = malloc(sizeof *block);
    runs++;
    pthread_create(&t[0], NULL, forth, move);
    pthread_create(&t[1], NULL, back, move);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
    free(block);
}

static void ordered(void) {
    both_ways((void *)account_move_ordered);
    snag_assert(accounts[0].balance == 80);
}

static void crossing(void) {
    both_ways((void *)account_move);
}

static const char *sums_up(enum snag_when when) {
    (void)when;
    return accounts[0].balance + accounts[1].balance == 100 ? NULL : "money was lost or made";
}

static const char *never_poor(enum snag_when when) {
    (void)when;
    return accounts[0].balance >= 80 ? NULL : "fewer than 80 left";
}

static void tests(void) {
    struct snag_check_result r;

    r = snag_check(ordered, .schedules = 2000, .invariant = sums_up,
                   .invariant_when = SNAG_AT_QUIESCENCE);
    expect(r.ok && r.end == SNAG_CHECK_SILENT, "what is right is silent");
    expect(r.schedules == 2000 && r.traces > 1 && r.inconclusive == 0, "and was tried");
    expect(runs == 0 && accounts[0].balance == 100, "globals are as they were");

    r = snag_check(crossing, .seed = 3);
    expect(!r.ok && r.end == SNAG_CHECK_FOUND, "a deadlock is found");
    expect(r.kind == SNAG_DEADLOCK && strstr(r.key, "account_move") != NULL, "and named");
    expect(access(r.repro, R_OK) == 0 && r.repro[0] == '/', "and kept");
    expect(r.schedules > 0 && r.schedules < 10000, "at the first, it ends");
    struct snag_check_result again = snag_check(crossing, .seed = 3);
    expect(again.schedules == r.schedules && strcmp(again.key, r.key) == 0, "a seed is a search");

    r = snag_check(ordered, .name = "poor", .schedules = 500, .invariant = never_poor,
                   .invariant_when = SNAG_ALWAYS, .strategy = "pct");
    expect(!r.ok && r.kind == SNAG_INVARIANT, "an invariant may be asked always");
    accounts[0].balance = 200;
    r = snag_check(ordered, .name = "rich", .schedules = 500, .invariant = sums_up,
                   .invariant_when = SNAG_AT_QUIESCENCE);
    expect(!r.ok && r.kind == SNAG_ASSERTION, "a check begins with the globals of its time");
    accounts[0].balance = 100;
    r = snag_check(ordered, .name = "later", .schedules = 500);
    expect(r.ok, "and another one after it with others");

    r = snag_check(ordered, .name = "not a name");
    expect(!r.ok && r.end == SNAG_CHECK_TROUBLE, "a bad name is trouble");
    r = snag_check(ordered, .strategy = "magic");
    expect(!r.ok && r.end == SNAG_CHECK_TROUBLE, "an unknown strategy is, too");
}

int main(int argc, char **argv) {
    accounts[0].balance = 100; /* before any check: what bodies begin with */
    if (argc == 1 || strcmp(argv[1], "every test") == 0)
        tests();
    return failed > 0;
}
