/* bare_switch.c: what one switch between two fibers costs with nothing around it: one key=value
 * line. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sched/fiber.h"

static struct snag__fiber self, *other;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bounce(void) {
    for (;;)
        snag__fiber_switch(other, &self);
}

int main(int argc, char **argv) {
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 20000000;
    snag__fiber_pool_init(65536);
    other = snag__fiber_take();
    if (other == NULL)
        return 1;
    snag__fiber_prepare(other, bounce);
    double start = seconds();
    for (long i = 0; i < rounds; i++)
        snag__fiber_switch(&self, other);
    printf("engine=bare-switch ns_per_switch=%.2f\n",
           (seconds() - start) * 1e9 / (2.0 * (double)rounds));
    return 0;
}
