/* unmodelled.c: reads them out of this process's own executable. See unmodelled.h. */
#define _GNU_SOURCE
#include "exec/unmodelled.h"

#include "base/elf.h"
#include "exec/marker.h"

#include <stdlib.h>
#include <string.h>

extern const char __executable_start[]; /* made by the linker */

/* From what a relocation changes to the return address of the call that it is in: the four bytes of
 * an operand (x86-64), or of the instruction (aarch64). */
enum { TO_RETURN_ADDRESS = 4 };

enum { LIST_MAX = 192 };
static struct snag__unmodelled list[LIST_MAX]; /* what is not modelled, then inputs */
static size_t list_count, unmodelled_count;
static struct snag__unmodelled controlled[LIST_MAX];
static size_t controlled_count;

/* ---- names ---- */

static bool matches(const char *pattern, const char *name) {
    size_t length = strlen(pattern);
    return pattern[length - 1] == '*' ? strncmp(name, pattern, length - 1) == 0
                                      : strcmp(name, pattern) == 0;
}

bool snag__unmodelled_is(const char *name) {
    static const struct {
        const char *pattern;
        bool watched;
    } table[] = {
#define SNAG_WATCHED(pattern) {pattern, true},
#define SNAG_HARMLESS(pattern) {pattern, false},
#define SNAG_REFUSED(name) {"__wrap_" name, true},
#define SNAG_PASSED(name) {"__wrap_" name, true},
#include "shim/unmodelled.def"
#undef SNAG_WATCHED
#undef SNAG_HARMLESS
#undef SNAG_REFUSED
#undef SNAG_PASSED
    };
    bool watched = false;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (!matches(table[i].pattern, name))
            continue;
        if (!table[i].watched)
            return false;
        watched = true;
    }
    return watched;
}

struct input {
    const char *pattern, *what;
    bool fixed;
};

/* NULL: the function of that name is none. */
static const struct input *input_of(const char *name) {
    static const struct input table[] = {
#define SNAG_FIXED(pattern, what) {pattern, what, true},
#define SNAG_OPEN(pattern, what) {pattern, what, false},
#include "shim/inputs.def"
#undef SNAG_FIXED
#undef SNAG_OPEN
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (matches(table[i].pattern, name))
            return &table[i];
    }
    return NULL;
}

/* "poll@GLIBC_2.2.5" is poll. False: too long to be one of ours. */
static bool plain_name(const char *symbol, char *name, size_t room) {
    size_t length = symbol != NULL ? strcspn(symbol, "@") : room;
    if (length >= room)
        return false;
    memcpy(name, symbol, length);
    name[length] = '\0';
    return true;
}

/* The function's own name, where a wrapper stands in for it. */
static const char *strip_wrap(const char *name) {
    static const char prefix[] = "__wrap_";
    return strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
}

/* Not those that the compiler calls. */
static bool is_controlled(const char *name) {
    const char *own = strip_wrap(name);
    return own != name && strncmp(own, "__", 2) != 0 && strncmp(own, "mem", 3) != 0;
}

/* ---- relocations ---- */

static bool is_between(uint64_t at, const void *begin, const void *end) {
    return at >= (uintptr_t)begin && at < (uintptr_t)end;
}

static bool is_in_text(uint64_t at) {
    return snag__in_code_under_test(at);
}

/* NULL: the list is full. */
static struct snag__unmodelled *entry_of(struct snag__unmodelled *in, size_t *count,
                                         const char *name) {
    for (size_t i = 0; i < *count; i++)
        if (strcmp(in[i].name, name) == 0)
            return &in[i];
    if (*count == LIST_MAX)
        return NULL;
    struct snag__unmodelled *u = &in[(*count)++];
    *u = (struct snag__unmodelled){.calls = 0};
    strcpy(u->name, name); /* plain_name made it fit */
    return u;
}

static void note(const char *symbol, uint64_t at) {
    char name[sizeof list[0].name];
    bool in_text = is_in_text(at);
    bool in_data = is_between(at, snag__data_begin, snag__data_end);
    if ((!in_text && !in_data) || !plain_name(symbol, name, sizeof name))
        return;
    const struct input *input = input_of(strip_wrap(name));
    struct snag__unmodelled *u = NULL;
    if (input != NULL || snag__unmodelled_is(name))
        u = entry_of(list, &list_count, strip_wrap(name));
    else if (is_controlled(name))
        u = entry_of(controlled, &controlled_count, strip_wrap(name));
    if (u == NULL)
        return;
    u->input = input != NULL ? input->what : NULL;
    u->fixed = input != NULL && input->fixed;
    u->calls++;
    uint32_t site = (uint32_t)(at + TO_RETURN_ADDRESS - (uintptr_t)__executable_start);
    if (in_text && (u->site == 0 || site < u->site))
        u->site = site;
}

/* A function of the code under test itself, whatever its name. */
static bool is_own(const GElf_Sym *symbol) {
    return symbol->st_shndx != SHN_UNDEF && is_in_text(symbol->st_value);
}

/* The relocations of one section, against the symbols of another. */
static void read_section(Elf *elf, Elf_Scn *section, const GElf_Shdr *header) {
    Elf_Data *relocations = elf_getdata(section, NULL);
    Elf_Scn *symbols_section = elf_getscn(elf, header->sh_link);
    GElf_Shdr symbols_header;
    if (relocations == NULL || header->sh_entsize == 0 ||
        gelf_getshdr(symbols_section, &symbols_header) == NULL)
        return;
    Elf_Data *symbols = elf_getdata(symbols_section, NULL);
    for (int i = 0; i < (int)(header->sh_size / header->sh_entsize); i++) {
        GElf_Rela r;
        GElf_Sym symbol;
        if (gelf_getrela(relocations, i, &r) != NULL &&
            gelf_getsym(symbols, (int)GELF_R_SYM(r.r_info), &symbol) != NULL && !is_own(&symbol))
            note(elf_strptr(elf, symbols_header.sh_link, symbol.st_name), r.r_offset);
    }
}

/* Those that the linker leaves for code and data; not the dynamic ones (which have no target
 * section), nor those of debug information. */
static void read_elf(Elf *elf) {
    for (Elf_Scn *s = elf_nextscn(elf, NULL); s != NULL; s = elf_nextscn(elf, s)) {
        GElf_Shdr header, target;
        if (gelf_getshdr(s, &header) != NULL && header.sh_type == SHT_RELA &&
            (header.sh_flags & SHF_ALLOC) == 0 &&
            gelf_getshdr(elf_getscn(elf, header.sh_info), &target) != NULL &&
            (target.sh_flags & SHF_ALLOC) != 0)
            read_section(elf, s, &header);
    }
}

/* ---- instructions ---- */

#if defined(__x86_64__)
/* Its upper half is moved up soon afterwards: told from bytes of an operand that look alike. */
static bool reads_cycles(const uint8_t *at, const uint8_t *end) {
    static const uint8_t read[] = {0x0f, 0x31}, read_and_processor[] = {0x0f, 0x01, 0xf9};
    static const uint8_t shift_up[] = {0x48, 0xc1, 0xe2, 0x20};
    enum { SOON_BYTES = 24 };
    size_t left = (size_t)(end - at);
    if (left < SOON_BYTES || (memcmp(at, read, sizeof read) != 0 &&
                              memcmp(at, read_and_processor, sizeof read_and_processor) != 0))
        return false;
    return memmem(at, SOON_BYTES, shift_up, sizeof shift_up) != NULL;
}

/* In assembly, where no function of ours can stand for it. */
static void read_text(void) {
    const uint8_t *begin = (const uint8_t *)snag__text_begin;
    const uint8_t *end = (const uint8_t *)snag__text_stop();
    for (const uint8_t *at = begin; at < end; at++) {
        struct snag__unmodelled *u =
            reads_cycles(at, end) ? entry_of(list, &list_count, "rdtsc") : NULL;
        if (u == NULL)
            continue;
        u->input = "counter of cycles";
        u->calls++;
        if (u->site == 0)
            u->site = (uint32_t)((uintptr_t)at + 1 - (uintptr_t)__executable_start);
    }
}
#else
static void read_text(void) {}
#endif

static int by_sort_and_name(const void *a, const void *b) {
    const struct snag__unmodelled *x = a, *y = b;
    int sort_x = (x->input != NULL) + x->fixed, sort_y = (y->input != NULL) + y->fixed;
    return sort_x != sort_y ? sort_x - sort_y : strcmp(x->name, y->name);
}

static void read_once(void) {
    static bool done;
    int fd;
    if (!done) {
        done = true;
        Elf *elf = snag__elf_open("/proc/self/exe", &fd);
        if (elf != NULL)
            read_elf(elf);
        read_text();
        snag__elf_close(elf, fd);
        qsort(list, list_count, sizeof list[0], by_sort_and_name);
        qsort(controlled, controlled_count, sizeof controlled[0], by_sort_and_name);
        while (unmodelled_count < list_count && list[unmodelled_count].input == NULL)
            unmodelled_count++;
    }
}

const struct snag__unmodelled *snag__unmodelled(size_t *count) {
    read_once();
    *count = unmodelled_count;
    return list;
}

const struct snag__unmodelled *snag__inputs(size_t *count) {
    read_once();
    *count = list_count - unmodelled_count;
    return list + unmodelled_count;
}

const struct snag__unmodelled *snag__controlled(size_t *count) {
    read_once();
    *count = controlled_count;
    return controlled;
}
