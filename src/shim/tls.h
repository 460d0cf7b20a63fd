/* tls.h: emulated thread-locals: every vthread has its own copy of each _Thread_local variable.
 *
 * The code under test is compiled with -femulated-tls, so that each access calls
 * __emutls_get_address, which is ours. Objects are keyed by the address of the compiler's control
 * object. The rule: a new vthread, and so a new execution, sees the initial values.
 */
#ifndef SNAG_SHIM_TLS_H
#define SNAG_SHIM_TLS_H

#include <stdbool.h>
#include <stddef.h>

/* What the compiler emits for each thread-local variable (libgcc's emutls.c, the same in clang). */
struct snag__tls_control {
    size_t size, align;
    void *place; /* libgcc's index: not used, because it would be lost when .data is put back */
    const char *initial;
};
void *__emutls_get_address(const struct snag__tls_control *c);

/* Is it in one of those variables? */
bool snag__tls_contains(const void *address);
/* Room for what belongs to the running vthread, as long as the execution. Never NULL. */
void *snag__tls_room(size_t bytes);
/* All those of vthreads, of this execution. */
const void *snag__tls_memory(size_t *bytes);
/* Forgets the thread-locals of all vthreads: between executions. */
extern size_t snag__tls_used; /* bytes of their memory */
static inline void snag__tls_reset(void) {
    snag__tls_used = 0; /* each vthread's list vanished with it */
}

#endif
