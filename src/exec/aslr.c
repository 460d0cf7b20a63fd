/* aslr.c: see aslr.h.
 *
 * ThreadSanitizer before clang 18 also needs it where the kernel randomises 32 bits of a mapping's
 * address: it gives up before main ("unexpected memory mapping"), which only a parent can prevent.
 */
#define _GNU_SOURCE
#include "exec/aslr.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <unistd.h>

enum { ASK = 0xffffffff };

/* True: it was on, and what this process executes from now on has it off. */
static bool turn_off(void) {
    int now = personality(ASK);
    if (now == -1 || (now & ADDR_NO_RANDOMIZE) != 0)
        return false;
    return personality((unsigned long)now | ADDR_NO_RANDOMIZE) != -1;
}

void snag__aslr_off_after_exec(void) {
    (void)turn_off();
}

void snag__aslr_off(char **argv) {
    char self[PATH_MAX];
    /* A set-user-id executable would lose the setting at each exec, and never come to an end. */
    if (getauxval(AT_SECURE) != 0 || !turn_off())
        return;
    /* By its own name rather than /proc/self/exe, which would be its name in ps. */
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length > 0) {
        self[length] = '\0';
        (void)execv(self, argv);
    }
}
