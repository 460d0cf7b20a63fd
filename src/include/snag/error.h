/* error.h: how snag's own calls say that something went wrong.
 *
 * It is for *errors* (harness trouble: a file that cannot be read, memory that is not there). It is
 * not for *findings* (bugs in the code under test, <snag/finding.h>) nor for *inconclusive* runs (a
 * budget ran out, <snag/run.h>). The rule: 0 is ok, and whoever returns an error has already
 * written the one line that says what, where and what to do into the `struct snag_error` it was
 * handed.
 */
#ifndef SNAG_ERROR_H
#define SNAG_ERROR_H

#define SNAG_ERRORS(X)                                                                             \
    X(OK, "ok")                                                                                    \
    X(USAGE, "the command line or an argument is wrong")                                           \
    X(IO, "a file could not be read or written")                                                   \
    X(FORMAT, "a file is not in the format it should be in")                                       \
    X(VERSION, "a file is of a version this snag does not know")                                   \
    X(STALE, "a repro no longer fits its target")                                                  \
    X(TARGET, "a repro belongs to another target")                                                 \
    X(LIMIT, "a bound was reached")                                                                \
    X(SYSTEM, "the operating system refused")

enum snag_err {
#define SNAG_ERR_ENUM(name, text) SNAG_ERR_##name,
    SNAG_ERRORS(SNAG_ERR_ENUM)
#undef SNAG_ERR_ENUM
};

/* One error. `line` is a complete sentence without a newline: what, where, what to do. */
struct snag_error {
    enum snag_err code;
    char line[512];
};

/* Fills `e` (which may be NULL) and returns `code`, so that a failure is one statement. */
enum snag_err snag_fail(struct snag_error *e, enum snag_err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The general meaning of a code, for a caller that has no line. Never NULL. */
const char *snag_err_text(enum snag_err code);

#endif
