/* constructors.c: see constructors.h.
 *
 * The C library calls the functions of .preinit_array, then those of .init_array, which the linker
 * has sorted by priority. Those of the code under test that come after our own marker there, of the
 * last priority that is reserved for the implementation, are replaced by a function that does
 * nothing. That page is read-only by then.
 */
#include "exec/constructors.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/assert.h"
#include "exec/marker.h"
#include "sched/sched.h"

typedef void (*constructor)(int argc, char **argv, char **envp);

extern constructor __init_array_start[], __init_array_end[]; /* made by the linker */
/* Which executable this is; a test of snag's own does not say. */
extern const bool snag__is_test __attribute__((weak)), snag__is_program __attribute__((weak));

enum { LATER_MAX = 8192, RESERVED = 100 };

static constructor later[LATER_MAX];
static unsigned later_count;
static struct {
    int argc;
    char **argv, **envp;
} start;
static uint32_t events; /* how many were theirs */

/* Not empty: compilers drop a constructor that does nothing. */
__attribute__((constructor(RESERVED))) static void reserved_end(void) {
    __asm__ volatile("");
}

static bool is_under_test(uintptr_t pc) {
    uintptr_t end = snag__startup_library != NULL ? (uintptr_t)snag__startup_library
                                                  : (uintptr_t)snag__startup_end;
    return snag__in_code_under_test(pc) ||
           pc - (uintptr_t)snag__startup_begin < end - (uintptr_t)snag__startup_begin;
}

static void nothing(int argc, char **argv, char **envp) {
    (void)argc, (void)argv, (void)envp;
}

static void protect(int how) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = (uintptr_t)__init_array_start & ~(page - 1);
    uintptr_t to = ((uintptr_t)__init_array_end + page - 1) & ~(page - 1);
    snag__assert(syscall(SYS_mprotect, from, to - from, how) == 0);
}

/* A test has a main of its own, that runs as it is. So does a program that is not to be explored.
 * The C library does not know the environment yet. */
static bool stays(char **envp) {
    static const char runner[] = "SNAG_RUNNER=1";
    bool program = &snag__is_program != NULL && snag__is_program;
    for (; program && *envp != NULL; envp++) {
        program = strcmp(*envp, runner) != 0;
    }
    return program || (&snag__is_test != NULL && snag__is_test);
}

static void take_off(int argc, char **argv, char **envp) {
    start.argc = argc;
    start.argv = argv;
    start.envp = envp;
    if (stays(envp)) {
        return;
    }
    bool theirs = false;
    protect(PROT_READ | PROT_WRITE);
    for (constructor *c = __init_array_start; c < __init_array_end; c++) {
        theirs |= *c == (constructor)(void *)reserved_end;
        if (theirs && is_under_test((uintptr_t)*c)) {
            snag__assert(later_count < LATER_MAX);
            later[later_count++] = *c;
            *(constructor volatile *)c = nothing;
        }
    }
    protect(PROT_READ);
    snag__assert(theirs);
}

__attribute__((section(".preinit_array"), used)) static const constructor before_all = take_off;

void snag__constructors_run(void) {
    if (later_count == 0) {
        return;
    }
    for (unsigned i = 0; i < later_count; i++) {
        later[i](start.argc, start.argv, start.envp);
    }
    events = snag__recorder->events_count;
}

bool snag__constructors_did(uint32_t event) {
    return later_count != 0 && event < events;
}
