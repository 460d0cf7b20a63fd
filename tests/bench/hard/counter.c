/* counter.c: N threads count, each once.
 *
 * Wrong: to count is to read and to write. What another one wrote in between is lost.
 */
#include "crew.h"

#include <stdatomic.h>

#include "snag/scenario.h"

#ifdef FIXED
static atomic_int counter;
#else
static int counter;
#endif

static void *count(void *unused) {
    counter++;
    return unused;
}

SNAG_SCENARIO(counter) {
    for (int i = 0; i < N; i++) {
        begin(count, NULL);
    }
    await_all();
    snag_assert(counter == N);
}
