/* clock.h: virtual time as the code under test sees it, and waits until a point of it.
 *
 * The scheduler keeps time in nanoseconds since the execution began (sched.h); this translates to
 * and from the clocks of POSIX. The rule: no real clock is ever read in controlled mode.
 */
#ifndef SNAG_SHIM_CLOCK_H
#define SNAG_SHIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define SNAG__NS_PER_S UINT64_C(1000000000)

/* In ns; before 0 is 0, and what is beyond five centuries is never: UINT64_MAX - 1. */
uint64_t snag__clock_ns(const struct timespec *t);
struct timespec snag__clock_timespec(uint64_t ns);
/* A timespec POSIX accepts: nanoseconds in [0, 10^9). */
bool snag__clock_valid(const struct timespec *t);
/* A clock that one can wait by. */
bool snag__clock_waits(clockid_t clock);
/* The running vthread sleeps for `t`, called at `site`; EINVAL: that is no time. EINTR: it was
 * interrupted, and *left is what is left (`left` may be NULL). */
int snag__clock_sleep(const struct timespec *t, struct timespec *left, uint32_t site);
/* An absolute time of `clock` as virtual nanoseconds; the past is now. */
uint64_t snag__clock_deadline(clockid_t clock, const struct timespec *at);
/* So many ms from now; UINT64_MAX: never, as poll has it, for a negative number. */
uint64_t snag__clock_after_ms(int ms);
/* The same of a time (NULL: never). False: that is none. */
bool snag__clock_after(const struct timespec *time, uint64_t *deadline);

/* Virtual ns since the execution began; it goes on a little. */
uint64_t snag__clock_read(void);

#endif
