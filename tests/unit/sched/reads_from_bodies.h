/* reads_from_bodies.h: the programs of reads_from_body.c, each a function to be run as a scenario.
 */
#ifndef TESTS_READS_FROM_BODIES_H
#define TESTS_READS_FROM_BODIES_H

void three_stores(void);
void three_loads(void);
void two_stage(void);
void neighbours(void);
void after_a_flag(void);
void hand_over(void);
void reorder(void);

#endif
