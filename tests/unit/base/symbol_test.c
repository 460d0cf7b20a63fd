/* symbol_test.c: the symboliser asked about this very executable. */
#define _GNU_SOURCE
#include "base/symbol.h"

#include "exec/exec.h"
#include "test.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static uintptr_t seen_pc;
static int seen_line;

/* Not inlined, and not a tail call: the return address lies in the caller. */
__attribute__((noinline)) static void note_pc(void) {
    seen_pc = (uintptr_t)__builtin_return_address(0) - 1;
}

__attribute__((always_inline)) static inline void helper(void) {
    seen_line = __LINE__ + 1;
    note_pc();
    __asm__ volatile("");
}

__attribute__((noinline)) static void plain(void) {
    seen_line = __LINE__ + 1;
    note_pc();
    __asm__ volatile("");
}

__attribute__((noinline)) static void caller_of_inlined(void) {
    helper();
    __asm__ volatile("");
}

static void check_symbol(const char *function, const char *file, int line) {
    const struct snag__symbol *s = snag__symbol_of_pc(seen_pc);
    CHECK_EQ_STR(s->function, function);
    CHECK_EQ_STR(s->file, file);
    CHECK_EQ_INT(s->line, line);
    CHECK(snag__symbol_of_pc(seen_pc) == s);
}

TEST(a_call_is_named_by_function_file_and_line) {
    plain();
    check_symbol("plain", "symbol_test.c", seen_line);
}

TEST(an_inlined_function_is_named_rather_than_its_caller) {
    caller_of_inlined();
    check_symbol("helper", "symbol_test.c", seen_line);
}

TEST(the_c_library_has_at_least_a_function) {
    const struct snag__symbol *s = snag__symbol_of_pc((uintptr_t)memmove + 1);
    CHECK(s->function != NULL && s->file != NULL);
    /* Not &qsort, which in a program at a fixed address may be a stub of its own. */
    void *in_library = dlsym(RTLD_DEFAULT, "qsort");
    CHECK(in_library != NULL);
    s = snag__symbol_of_pc((uintptr_t)in_library + 1);
    CHECK(strstr(s->function, "qsort") != NULL);
}

TEST(nonsense_is_unknown) {
    static char data[64];
    const uintptr_t odd[] = {0, 1, UINTPTR_MAX, (uintptr_t)data, (uintptr_t)&odd};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        const struct snag__symbol *s = snag__symbol_of_pc(odd[i]);
        CHECK(s->function != NULL && s->file != NULL);
        CHECK_EQ_INT(s->line, 0);
    }
    CHECK_EQ_STR(snag__symbol_of_site(0)->function, "");
}

TEST(many_addresses_are_remembered) {
    const struct snag__symbol *first = snag__symbol_of_pc(seen_pc);
    for (uintptr_t i = 0; i < 2000; i++)
        (void)snag__symbol_of_pc(seen_pc + i);
    CHECK(snag__symbol_of_pc(seen_pc) == first);
}

TEST(what_is_part_of_a_primitive_is_known_by_its_path) {
    snag__symbol_preset(78, "g", SNAG__PRIMITIVES_FOLDER "channel.c", 9);
    CHECK_EQ_STR(snag__symbol_of_site(78)->file, "channel.c");
    CHECK(snag__symbol_of_site(78)->primitive);
    snag__symbol_preset(79, "h", "/home/task/primitives/channel.c", 9);
    CHECK(!snag__symbol_of_site(79)->primitive);
    caller_of_inlined();
    CHECK_EQ_STR(snag__symbol_of_pc(seen_pc)->outer, "caller_of_inlined");
    CHECK(!snag__symbol_of_pc(seen_pc)->primitive);
}

TEST(an_answer_given_beforehand_wins) {
    snag__symbol_preset(77, "f", "x.c", 5);
    CHECK_EQ_STR(snag__symbol_of_site(77)->function, "f");
    CHECK_EQ_INT(snag__symbol_of_site(77)->line, 5);
}
