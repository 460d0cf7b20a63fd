/*
 * marker: the symbols that bound the globals, and the functions, of the code under test.
 *
 * Only declares them; the link order that makes them true is snag_add_target()'s, and saving and
 * restoring is the snapshot's. The rule that keeps it right: the range to restore is [X_begin,
 * X_end), of which the opening marker itself is constant; the closing one lies behind it.
 */
#ifndef SNAG_EXEC_MARKER_H
#define SNAG_EXEC_MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Also the alignment: neither end of a range shares a cache line with what is outside it. */
#define SNAG__MARKER_BYTES 64

extern char snag__data_begin[SNAG__MARKER_BYTES];
extern char snag__data_end[SNAG__MARKER_BYTES];
extern char snag__bss_begin[SNAG__MARKER_BYTES];
extern char snag__bss_end[SNAG__MARKER_BYTES];

/* In a global of the code under test? */
static inline bool snag__in_globals(uintptr_t at) {
    return at - (uintptr_t)snag__data_begin <
               (uintptr_t)snag__data_end - (uintptr_t)snag__data_begin ||
           at - (uintptr_t)snag__bss_begin < (uintptr_t)snag__bss_end - (uintptr_t)snag__bss_begin;
}

/* Never called: their addresses bound the code. */
void snag__text_begin(void);
void snag__text_end(void);
/* Where it ends before snag__text_end, and a library of the language begins, whose globals are
 * restored all the same (marker_library.c). NULL: it does not. */
void snag__text_library(void) __attribute__((weak));
/* Where the archives begin, in it (marker_archives.c). NULL: there are none. */
void snag__text_archives(void) __attribute__((weak));

/* The same for what runs before main, which compilers and linker keep apart. */
#define SNAG__STARTUP __attribute__((section(".text.startup")))
void snag__startup_begin(void);
void snag__startup_end(void);
void snag__startup_library(void) __attribute__((weak));

/* The end of the code under test. */
static inline uintptr_t snag__text_stop(void) {
    return snag__text_library != NULL ? (uintptr_t)snag__text_library : (uintptr_t)snag__text_end;
}

/* In a library of the language? */
static inline bool snag__in_text_library(uintptr_t pc) {
    return pc - snag__text_stop() < (uintptr_t)snag__text_end - snag__text_stop();
}

static inline bool snag__in_code_under_test(uintptr_t pc) {
    return pc - (uintptr_t)snag__text_begin < snag__text_stop() - (uintptr_t)snag__text_begin;
}

/* In an archive that snag did not compile? */
static inline bool snag__in_archive(uintptr_t pc) {
    return snag__text_archives != NULL &&
           pc - (uintptr_t)snag__text_archives < snag__text_stop() - (uintptr_t)snag__text_archives;
}

#endif
