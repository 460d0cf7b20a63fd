/* cxx_name.h: the names of C++ functions, as a person would say them.
 *
 * "bank::Account::move" for what the linker knows as _ZN4bank7Account4moveEi. The rule: they go
 * into keys, so they depend on the function alone: no parameters, no return type, template
 * arguments only where they are short, and of a long name the end.
 */
#ifndef SNAG_BASE_CXX_NAME_H
#define SNAG_BASE_CXX_NAME_H

#include <stddef.h>

enum { SNAG__CXX_NAME = 56 }; /* bytes, with the NUL */

/* Of a name as __cxa_demangle gives it. A lambda that has no number of its own within its function
 * is given `lambda`; 0: none. */
void snag__cxx_name(const char *demangled, unsigned lambda, char name[SNAG__CXX_NAME]);
/* Of a name as the linker knows it. The result is allocated; NULL: not C++, or no memory. */
char *snag__cxx_name_of(const char *linkage, unsigned lambda);

/* Clang numbers lambdas by file: the length of `linkage` up to that number, and the number. 0:
 * there is none. */
size_t snag__cxx_lambda(const char *linkage, unsigned *number);

#endif
