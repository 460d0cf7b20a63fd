/* once.h: pthread_once, call_once and the function-local statics of C++: the first caller runs the
 * routine or initialiser, the others wait for it. */
#ifndef SNAG_SHIM_ONCE_H
#define SNAG_SHIM_ONCE_H

#include <stdint.h>

void snag__once(int *control, void (*routine)(void), uint32_t site);
/* The running vthread ends inside a routine: somebody else runs it again. */
void snag__onces_runner_ends(void);

#endif
