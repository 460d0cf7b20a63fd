/* streams.c: std::cout and its kin, which are there before the first execution and in each of them.
 *
 * Every file that includes <iostream> has a std::ios_base::Init. The first one makes the streams,
 * by a hundred calls that are nobody's affair: one more than the program knows of does so before
 * the globals are saved. They keep the C library's stdin and stdout that are there at that time: in
 * a program, those of executions. The last flushes them: that one, when the program exits.
 */
#include <stddef.h>

#include "exec/marker.h"
#include "exec/rt.h"
#include "sched/sched.h"
#include "shim/cxx/cxx.h"
#include "shim/streams.h"

/* The constructor and the destructor of std::ios_base::Init; NULL: nobody uses the streams. */
void make(void *init) __asm__("_ZNSt8ios_base4InitC1Ev") __attribute__((weak));
void flush(void *init) __asm__("_ZNSt8ios_base4InitD1Ev") __attribute__((weak));

extern const bool snag__is_program __attribute__((weak)); /* a test of snag's own does not say */

static char own;

static bool are_there(void) {
    return snag__text_library != NULL && make != NULL && flush != NULL;
}

void snag__cxx_streams_make(void) {
    bool program = &snag__is_program != NULL && snag__is_program;
    if (!are_there()) {
        return;
    }
    if (program) {
        snag__streams_put(true);
    }
    make(&own);
    if (program) {
        snag__streams_put(false);
    }
}

void snag__cxx_streams_flush(void) {
    struct snag__vthread *self = snag__self;
    if (!are_there()) {
        return;
    }
    snag__rt_ignore_begin();
    snag__self = NULL;
    flush(&own);
    snag__self = self;
    snag__rt_ignore_end();
}
