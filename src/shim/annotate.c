/* annotate.c: what <snag/annotate.h> calls when it is there.
 *
 * The rule: nothing here is a scheduling point, allocates, or is seen by a race detector as an
 * access of the code under test.
 */
#include "snag/annotate.h"

#include <stdarg.h>
#include <stdio.h>

#include "exec/rt.h"
#include "sched/name.h"
#include "sched/sched.h"

/* What printf may use of a stack below its caller, which is cleared after the execution. */
enum { PRINTF_BYTES = 8192 };

/* Printable, so that it keeps its place in a report. */
static void clean(char *text) {
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            *text = '?';
        }
    }
}

void snag__annotate_name(const volatile void *object, const char *format, ...) {
    if (snag__self == NULL) {
        return;
    }
    char text[SNAG__NAME_TEXT] = "";
    va_list args;
    snag__fiber_note_depth(snag__self->runs, (char *)__builtin_frame_address(0) - PRINTF_BYTES);
    snag__rt_ignore_begin();
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snag__rt_ignore_end();
    clean(text);
    snag__object_name(object, snag__name_put((uintptr_t)object, text));
}
