/*
 * test: the unit test runner.
 *
 * Prints `ok NAME` or `FAIL NAME FILE:LINE: …` for each test, and `N passed, N failed` last; exits
 * 1 if any failed or none ran. Not a sandbox: a test that crashes ends the executable, after a line
 * that names it. The rule that keeps it right: exactly one ok or FAIL line per test, for ci/test
 * counts them.
 */
#include "test.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *tests;
static struct test **tests_tail = &tests;

static char current[256]; /* name of the running test, for a line printed while dying */
static bool current_failed;

void test_register(struct test *test) {
    *tests_tail = test;
    tests_tail = &test->next;
}

/* Opens the line of a failure. The first of a test is its FAIL line; later ones are remarks on it.
 */
static void open_failure(const char *file, int line, const char *what) {
    if (current_failed)
        printf("  also %s:%d: %s", file, line, what);
    else
        printf("FAIL %s %s:%d: %s", current, file, line, what);
    current_failed = true;
}

bool test_true(bool held, const char *file, int line, const char *what) {
    if (!held) {
        open_failure(file, line, what);
        printf("\n");
    }
    return held;
}

bool test_int(int64_t a, int64_t b, const char *file, int line, const char *what) {
    if (a != b) {
        open_failure(file, line, what);
        printf(" (a=%" PRId64 ", b=%" PRId64 ")\n", a, b);
    }
    return a == b;
}

bool test_u64(uint64_t a, uint64_t b, const char *file, int line, const char *what) {
    if (a != b) {
        open_failure(file, line, what);
        printf(" (a=%" PRIu64 " 0x%" PRIx64 ", b=%" PRIu64 " 0x%" PRIx64 ")\n", a, a, b, b);
    }
    return a == b;
}

/* A string on one line, so that what it contains can never look like a result line. */
static void print_quoted(const char *text) {
    if (!text) {
        printf("NULL");
        return;
    }
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c == '\n')
            printf("\\n");
        else if (c < 0x20 || c == 0x7f)
            printf("\\x%02x", c);
        else
            putchar(c);
    }
    putchar('"');
}

bool test_str(const char *a, const char *b, const char *file, int line, const char *what) {
    bool same = a && b ? strcmp(a, b) == 0 : a == b;
    if (!same) {
        open_failure(file, line, what);
        printf(" (a=");
        print_quoted(a);
        printf(", b=");
        print_quoted(b);
        printf(")\n");
    }
    return same;
}

bool test_mem(const void *a, const void *b, size_t bytes, const char *file, int line,
              const char *what) {
    const unsigned char *left = a;
    const unsigned char *right = b;
    if (bytes == 0)
        return true;
    if (!left || !right) {
        if (left != right) {
            open_failure(file, line, what);
            printf(" (%s is NULL)\n", left ? "b" : "a");
        }
        return left == right;
    }
    for (size_t i = 0; i < bytes; i++) {
        if (left[i] != right[i]) {
            open_failure(file, line, what);
            printf(" (at byte %zu: a=0x%02x, b=0x%02x)\n", i, left[i], right[i]);
            return false;
        }
    }
    return true;
}

#if !defined(__has_feature)
#define __has_feature(x) 0
#endif

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
/* Names the test that the process dies in, then dies of the same signal. A test of code that
 * handles such signals itself simply replaces this handler. */
static void on_death(int signal_number) {
    static const char head[] = "FAIL ";
    static const char tail[] = " died of a signal\n";
    ssize_t ignored = 0;
    if (!current_failed) {
        ignored += write(STDOUT_FILENO, head, sizeof(head) - 1);
        ignored += write(STDOUT_FILENO, current, strlen(current));
        ignored += write(STDOUT_FILENO, tail, sizeof(tail) - 1);
    }
    (void)ignored;
    raise(signal_number); /* SA_RESETHAND has put the default back */
}

static void watch_deaths(void) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    static char stack[64 << 10]; /* the test's own stack may be what overflowed */
    stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
    sigaltstack(&alt, NULL);
    struct sigaction action = {.sa_handler = on_death, .sa_flags = SA_RESETHAND | SA_ONSTACK};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigaction(signals[i], &action, NULL);
}
#else
static void watch_deaths(void) {
    /* The sanitizer has its own handlers, and says more. */
}
#endif

/* "tests/unit/base/vector_test.c" and "push" make "base/vector/push". */
static void name_test(const struct test *test, char *out, size_t out_bytes) {
    const char *start = strstr(test->file, "tests/unit/");
    start = start ? start + strlen("tests/unit/") : test->file;
    const char *end = strstr(start, "_test.c");
    size_t stem = end ? (size_t)(end - start) : strlen(start);
    snprintf(out, out_bytes, "%.*s/%s", (int)stem, start, test->name);
}

static int usage(const char *program) {
    fprintf(stderr, "usage: %s [--list] [--filter TEXT]\n", program);
    return 2;
}

int main(int argc, char **argv) {
    const char *filter = "";
    bool list = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0)
            list = true;
        else if (strcmp(argv[i], "--filter") == 0 && i + 1 < argc)
            filter = argv[++i];
        else
            return usage(argv[0]);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    watch_deaths();

    int passed = 0;
    int failed = 0;
    for (struct test *test = tests; test; test = test->next) {
        name_test(test, current, sizeof(current));
        if (!strstr(current, filter))
            continue;
        if (list) {
            printf("%s\n", current);
            continue;
        }
        current_failed = false;
        test->run();
        if (!current_failed)
            printf("ok %s\n", current);
        passed += !current_failed;
        failed += current_failed;
    }
    if (list)
        return 0;
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
