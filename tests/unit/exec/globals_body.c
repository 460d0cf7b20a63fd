/* globals_body.c: code under test for globals_test.c: large globals, of which little is written. */
#define _GNU_SOURCE
#include "cases.h"
#include "snag/scenario.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, LARGE = 64 << 20, TABLE = 1 << 20 };

static char large[LARGE];
static int table[TABLE] = {[0] = 7, [TABLE / 2] = 8, [TABLE - 1] = 9};
static int small = 5;

/* The bytes of `large` at which something is to be: none of them in one page. */
static size_t place(int64_t i) {
    return (size_t)((i * 7919 * PAGE + i) % LARGE);
}

static int wrong;

static void expect(int64_t has, int64_t wanted) {
    wrong += has != wanted;
}

void is_as_new(void);
void is_as_new(void) {
    for (int64_t i = 0; i < case_in; i++)
        expect(large[place(i)], 0);
    expect(large[0], 0);
    expect(large[LARGE - 1], 0);
    expect(table[0], 7);
    expect(table[1], 0);
    expect(table[TABLE / 2], 8);
    expect(table[TABLE / 2 + PAGE], 0);
    expect(table[TABLE - 1], 9);
    expect(small, 5);
    out(wrong);
}

void writes_some(void);
void writes_some(void) {
    is_as_new();
    for (int64_t i = 0; i < case_in; i++)
        large[place(i)] = 1;
    large[0] = large[LARGE - 1] = 2;
    table[0] = table[1] = table[TABLE / 2] = table[TABLE / 2 + PAGE] = table[TABLE - 1] = 3;
    small = 4;
}

/* Not by the code itself. */
void has_some_written(void);
void has_some_written(void) {
    is_as_new();
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    for (int64_t i = 0; i < case_in; i++) {
        size_t at = place(i) / PAGE * PAGE;
        out(read(self, large + at, PAGE) == PAGE && lseek(self, 0, SEEK_SET) == 0);
        out(memcmp(large + at, "\177ELF", 4));
    }
    out(read(self, &table[TABLE / 4], PAGE) == PAGE);
    close(self);
}

void writes_all(void);
void writes_all(void) {
    is_as_new();
    for (size_t i = 0; i < LARGE; i += PAGE)
        large[i] = 1;
}

SNAG_SCENARIO(globals) {
    case_body();
}
