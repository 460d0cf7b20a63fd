/* terminate.c: std::terminate, unless the program has a handler of its own: a finding.
 *
 * It says which exception nobody caught, or that a std::thread was destroyed that somebody should
 * have joined. The place is the innermost one of the code under test: what libstdc++ and the
 * compiler put between says nothing. The rule: whatever can be had is said; nothing of it is
 * needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/symbol.h"
#include "exec/callers.h"
#include "exec/rt.h"
#include "oracle/raise.h"
#include "sched/sched.h"

/* ---- the exception in flight, by what libstdc++ exports ---- */

/* std::type_info: a table of functions, and a name as the linker knows it. */
struct type_info {
    void **functions;
    const char *name;
};

/* std::exception_ptr. That it is larger than it has to be makes the C compiler pass it as the C++
 * compiler does: by reference. */
struct pointer {
    void *object;
    void *unused[2];
};

struct type_info *__cxa_current_exception_type(void);
char *__cxa_demangle(const char *name, char *buffer, size_t *length, int *status);
struct pointer current_exception(void) __asm__("_ZSt17current_exceptionv");
extern const struct type_info standard __asm__("_ZTISt9exception");
/* Is `thrown`, at *object, one of `type`? Then *object is where that part of it is. */
bool does_catch(
    const struct type_info *type, const struct type_info *thrown, void **object,
    unsigned outer) __asm__("_ZNK10__cxxabiv117__class_type_info10__do_catchEPKSt9type_infoPPvj");

/* std::exception::what, the third of its virtual functions, after two destructors. */
static const char *what(void *exception) {
    enum { WHAT = 2 };
    void **functions = *(void ***)exception;
    return ((const char *(*)(const void *))functions[WHAT])(exception);
}

static void describe_exception(const struct type_info *type, void *object, char *text,
                               size_t room) {
    char *name = __cxa_demangle(type->name, NULL, NULL, NULL);
    bool says = object != NULL && does_catch(&standard, type, &object, 1);
    int n = snprintf(text, room, "nobody catches %s", name != NULL ? name : type->name);
    if (says && n > 0 && (size_t)n < room) {
        snprintf(text + n, room - (size_t)n, "\nwhat(): %s", what(object));
    }
    free(name);
}

/* ---- where ---- */

enum { SITES_MAX = 32 };

static bool is_compilers(const char *function) {
    return strcmp(function, "__clang_call_terminate") == 0;
}

/* `sites`: the innermost, and those that led there, up to the program's own. */
static void describe_place(const uint32_t *sites, uint32_t n, char *text, size_t room) {
    snprintf(text, room, "std::terminate");
    for (uint32_t i = 0; i < n; i++) {
        if (snag__symbol_within(sites[i], "~thread")) {
            snprintf(text, room, "a std::thread is destroyed that was neither joined nor detached");
        }
    }
}

void __real__ZN9__gnu_cxx27__verbose_terminate_handlerEv(void);
void __wrap__ZN9__gnu_cxx27__verbose_terminate_handlerEv(void);

void __wrap__ZN9__gnu_cxx27__verbose_terminate_handlerEv(void) {
    struct snag__vthread *self = snag__self;
    if (self == NULL) {
        __real__ZN9__gnu_cxx27__verbose_terminate_handlerEv();
        return;
    }
    uint32_t sites[SITES_MAX];
    uint32_t n = snag__callers(sites, SITES_MAX);
    const struct type_info *type = __cxa_current_exception_type();
    void *object = type != NULL ? current_exception().object : NULL; /* of the vthread */
    struct snag_finding *f = snag__raise(SNAG_ABORT);
    snag__rt_ignore_begin();
    snag__self = NULL;
    uint32_t i = 0;
    while (i + 1 < n && (is_compilers(snag__symbol_of_site(sites[i])->function) ||
                         snag__symbol_of_site(sites[i])->library)) {
        i++;
    }
    if (f != NULL && type != NULL) {
        describe_exception(type, object, f->detail, sizeof(f->detail));
    } else if (f != NULL) {
        describe_place(sites, n > 0 ? i + 1 : 0, f->detail, sizeof(f->detail));
    }
    snag__self = self;
    snag__rt_ignore_end();
    (void)snag__raise_party(f, 0, n > 0 ? sites[i] : 0);
    snag__raise_done(f);
    snag__sched_stop(SNAG_END_STOPPED);
}
