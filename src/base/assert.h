/* assert.h: checks of the harness's own invariants. They stay on in every build.
 *
 * Not for findings in the code under test and not for bad input. The rule: a condition here can
 * only be false through a bug of snag's own; it ends the process, and the supervisor reports it.
 */
#ifndef SNAG_BASE_ASSERT_H
#define SNAG_BASE_ASSERT_H

#define snag__likely(x) __builtin_expect(!!(x), 1)
#define snag__unlikely(x) __builtin_expect(!!(x), 0)
/* Now so and now so, as a schedule goes: not a branch, if it can be helped. */
#if __has_builtin(__builtin_unpredictable)
#define snag__unpredictable(x) __builtin_unpredictable(!!(x))
#else
#define snag__unpredictable(x) (!!(x))
#endif

/* Prints one line and ends the process with status 3. Safe on any fiber. */
_Noreturn void snag__panic(const char *what, const char *file, int line);

#define snag__assert(cond) (snag__likely(cond) ? (void)0 : snag__panic(#cond, __FILE__, __LINE__))

#endif
