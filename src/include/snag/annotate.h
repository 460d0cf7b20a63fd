/* annotate.h: what code under test may say of itself: names, for reports.
 *
 * For the code under test, C11 or C++, not for a spec. It needs nothing of snag but this header:
 * the calls may stay in production code, where each costs a comparison with zero, evaluates none of
 * its arguments and links against nothing; with -DSNAG_NO_ANNOTATIONS they are gone altogether. The
 * rule: an annotation tells; it never changes what runs when, or what is found under which key.
 */
#ifndef SNAG_ANNOTATE_H
#define SNAG_ANNOTATE_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__ELF__) && !defined(SNAG_NO_ANNOTATIONS)
/* Weak: only an executable that snag built has them. */
void snag__annotate_name(const volatile void *object, const char *format, ...)
    __attribute__((weak, format(printf, 2, 3)));
#define SNAG__ANNOTATE(function, ...) (function ? function(__VA_ARGS__) : (void)0)
#else
#define SNAG__ANNOTATE(function, ...) ((void)0)
#endif

/* Calls a lock, condition variable, atomic … by a name: snag_name(&s->lock, "shard[%d]", i).
 * Reports then say `mutex shard[2]` instead of `mutex 5`. Before or after it is initialised; until
 * it is called otherwise, or its memory is allocated anew. 27 bytes are kept, and 4,096 names. A
 * thread is named by pthread_setname_np. */
#define snag_name(...) SNAG__ANNOTATE(snag__annotate_name, __VA_ARGS__)

#ifdef __cplusplus
}
#endif

#endif
