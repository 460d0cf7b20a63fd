/* exit.c: two lists, one of them for quick_exit. See exit.h. */
#include "shim/exit.h"

#include <stdint.h>
#include <stdlib.h>

#include "exec/parts.h"
#include "sched/sched.h"
#include "shim/cxx/cxx.h"

int __real_atexit(void (*f)(void));
int __real_on_exit(void (*f)(int status, void *argument), void *argument);
int __real___cxa_atexit(void (*f)(void *argument), void *argument, void *object);
int __real_at_quick_exit(void (*f)(void));

int __wrap_atexit(void (*f)(void));
int __wrap_on_exit(void (*f)(int status, void *argument), void *argument);
int __wrap___cxa_atexit(void (*f)(void *argument), void *argument, void *object);
int __wrap_at_quick_exit(void (*f)(void));

enum { EXITS_MAX = 1024 };

struct handler {
    void (*plain)(void); /* one of these three */
    void (*with_status)(int status, void *argument);
    void (*with_argument)(void *argument);
    void *argument;
};

struct list {
    struct handler list[EXITS_MAX];
    uint32_t count;
};

static struct list exits, quick_exits;

void snag__exits_begin(void) {
    exits.count = quick_exits.count = 0;
}

/* As the C library's: not 0 means that there was no room. */
static int add(struct list *l, struct handler h) {
    if (l->count == EXITS_MAX) {
        return -1;
    }
    snag__part_use(SNAG__PART_EXITS);
    l->list[l->count++] = h;
    return 0;
}

static void run(struct list *l, int status) {
    while (l->count > 0) {
        struct handler h = l->list[--l->count];
        if (h.plain != NULL) {
            h.plain();
        } else if (h.with_status != NULL) {
            h.with_status(status, h.argument);
        } else {
            h.with_argument(h.argument);
        }
    }
}

void snag__exits_run(int status) {
    snag__cxx_thread_ends();
    run(&exits, status);
    snag__cxx_streams_flush();
}

void snag__exits_run_quick(void) {
    run(&quick_exits, 0);
}

int __wrap_atexit(void (*f)(void)) {
    return snag__self == NULL ? __real_atexit(f) : add(&exits, (struct handler){.plain = f});
}

int __wrap_on_exit(void (*f)(int status, void *argument), void *argument) {
    return snag__self == NULL
               ? __real_on_exit(f, argument)
               : add(&exits, (struct handler){.with_status = f, .argument = argument});
}

int __wrap___cxa_atexit(void (*f)(void *argument), void *argument, void *object) {
    return snag__self == NULL
               ? __real___cxa_atexit(f, argument, object)
               : add(&exits, (struct handler){.with_argument = f, .argument = argument});
}

int __wrap_at_quick_exit(void (*f)(void)) {
    return snag__self == NULL ? __real_at_quick_exit(f)
                              : add(&quick_exits, (struct handler){.plain = f});
}
