/* bodies.h: what the tests of strategies run: see strategies_body.c. */
#ifndef TESTS_STRATEGY_BODIES_H
#define TESTS_STRATEGY_BODIES_H

/* As many threads as case_in has decimal digits, the first for the lowest, each of which stores to
 * an atomic of its own as often as its digit says. */
void chains(void);
/* The same, but for the last store of each, which is to one place that is common to all: in the end
 * case_out[0] is who came last, from 1. */
void to_one_place(void);
/* The same of the last two stores of each, and of all. */
void twice_to_one_place(void);
void all_to_one_place(void);
/* Like twice_to_one_place, of three threads whose accesses are plain, and tell who they are. */
void plainly_to_one_place(void);
/* Two threads, which make two and three plain accesses. */
void plain_chains(void);

/* Two threads, and at the half and the end of what they do they tell who they are, 1 and 2; 3 does
 * nothing else. */
void halves(void);
/* One that does much, tells who it is, 1, and does as much again; and one that but tells, 2. */
void after_much(void);

/* Of three threads two wait, by looking again and again, for what the third is working on. */
void spinning(void);
void yielding(void);
void sleeping(void);
void looking(void);
void napping(void);
void trying(void);
/* Two that take turns, ten times, and look for theirs. */
void in_turns(void);
/* A thousand threads; case_out[0] is how many of them ran. */
void crowd(void);

#endif
