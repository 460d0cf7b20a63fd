/* real_threads.c: the small lock program on real threads, for comparison: prints one key=value
 * line. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lock2x4.h"

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    long runs = argc > 1 ? strtol(argv[1], NULL, 10) : 10000;
    double start = seconds();
    for (long i = 0; i < runs; i++)
        if (lock2x4() != 8)
            return 1;
    printf("flavour=none program=lock2x4 engine=real-threads schedules_per_s=%.0f\n",
           (double)runs / (seconds() - start));
    return 0;
}
