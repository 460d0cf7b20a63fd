/* elf_test: the symbols of this executable, and the libraries that it needs. */
#include "base/elf.h"

#include <string.h>

#include "test.h"

const char elf_test_word[] = "found by its symbol";

static bool is_word(void *size, const GElf_Sym *symbol, const char *name) {
    if (strcmp(name, "elf_test_word") != 0)
        return false;
    *(uint64_t *)size = symbol->st_size;
    return true;
}

static bool never(void *count, const GElf_Sym *symbol, const char *name) {
    (void)symbol, (void)name;
    ++*(unsigned *)count;
    return false;
}

static void note_libc(void *found, int64_t tag, const char *text) {
    if (tag == DT_NEEDED && strncmp(text, "libc.so", 7) == 0)
        *(bool *)found = true;
}

TEST(symbols_are_visited_until_one_is_wanted) {
    int fd;
    uint64_t size = 0;
    unsigned count = 0;
    Elf *elf = snag__elf_open("/proc/self/exe", &fd);
    CHECK(elf != NULL);
    CHECK(snag__elf_symbols(elf, SHT_SYMTAB, is_word, &size));
    EXPECT(size >= sizeof elf_test_word); /* AddressSanitizer's red zone is part of it */
    EXPECT(!snag__elf_symbols(elf, SHT_SYMTAB, never, &count));
    EXPECT(count > 10);
    snag__elf_close(elf, fd);
}

TEST(what_it_needs_is_told) {
    int fd;
    bool found = false;
    Elf *elf = snag__elf_open("/proc/self/exe", &fd);
    CHECK(elf != NULL);
    snag__elf_dynamic(elf, note_libc, &found);
    EXPECT(found);
    snag__elf_close(elf, fd);
}

TEST(what_cannot_be_read_is_none) {
    int fd;
    unsigned count = 0;
    Elf *elf = snag__elf_open("/no/such/file", &fd);
    EXPECT(elf == NULL);
    snag__elf_close(elf, fd);
    elf = snag__elf_open("/proc/self/cmdline", &fd); /* not one of those */
    EXPECT(elf == NULL || !snag__elf_symbols(elf, SHT_SYMTAB, never, &count));
    EXPECT_EQ_U64(count, 0);
    snag__elf_close(elf, fd);
}
