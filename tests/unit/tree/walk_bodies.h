/* walk_bodies.h: the programs of walk_body.c, each a function to be run as a scenario. */
#ifndef TESTS_TREE_WALK_BODIES_H
#define TESTS_TREE_WALK_BODIES_H

void increments(void);
void try_and_locks(void);
void two_locks(void);
void handshake(void);
void timed(void);
void semaphores(void);
void readers(void);
void atomics(void);
void spinning(void);
void heap_locks(void);
void families(void);
void leaves_early(void);
void freed(void);
void waiters(void);
void barrier(void);

#endif
