/* real_threads.c: the small lock program on real threads, again and again, for comparison. It takes
 * no time itself.
 *
 * usage: bench_real_threads RUNS */
#include <stdlib.h>

#include "lock2x4.h"

int main(int argc, char **argv) {
    long runs = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    for (long i = 0; i < runs; i++)
        if (lock2x4() != 8)
            return 1;
    return 0;
}
