/* shared.c: see shared.h. */
#define _GNU_SOURCE
#include "exec/shared.h"

#include <link.h>
#include <stdbool.h>
#include <string.h>

#include "base/elf.h"
#include "base/text.h"

enum { LIST_MAX = 64, NAMES_MAX = 256, NAME_BYTES = 128, SHOWN_MAX = 6 };

static struct snag__shared list[LIST_MAX];
static size_t list_count;

/* ---- which ones ---- */

static char names[NAMES_MAX][NAME_BYTES]; /* of libraries needed, each once */
static size_t names_count;

/* The language's own, and those that the harness is linked with (SnagTarget.cmake). */
static bool is_ours(const char *name) {
    static const char *const ours[] = {
        "libc.so",  "libm.so",     "libpthread.so", "libdl.so",     "librt.so",
        "ld-linux", "libgcc_s.so", "libstdc++.so",  "libresolv.so", "libjemalloc",
        "libdw.so", "libelf.so",   "libcjson.so",   "libxxhash.so"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (strncmp(name, ours[i], strlen(ours[i])) == 0)
            return true;
    return false;
}

static void add_name(const char *name) {
    for (size_t i = 0; i < names_count; i++)
        if (strcmp(names[i], name) == 0)
            return;
    if (names_count < NAMES_MAX && strlen(name) < NAME_BYTES && !is_ours(name))
        strcpy(names[names_count++], name);
}

static void add_if_needed(void *unused, int64_t tag, const char *text) {
    (void)unused;
    if (tag == DT_NEEDED)
        add_name(text);
}

static void add_needed(const char *path) {
    int fd;
    Elf *elf = snag__elf_open(path, &fd);
    if (elf != NULL)
        snag__elf_dynamic(elf, add_if_needed, NULL);
    snag__elf_close(elf, fd);
}

/* ---- what escapes ---- */

/* Waits, wakes, or makes threads; and not what every library does to be safe among threads. */
static bool escapes(const char *name) {
    static const char *const begin[] = {"pthread_create",
                                        "pthread_join",
                                        "pthread_mutex_",
                                        "pthread_cond_",
                                        "pthread_rwlock_",
                                        "pthread_barrier_",
                                        "pthread_spin_",
                                        "pthread_cancel",
                                        "pthread_kill",
                                        "sem_",
                                        "mtx_",
                                        "cnd_",
                                        "thrd_",
                                        "syscall"};
    static const char *const harmless[] = {"_init", "_destroy"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        size_t tail = strlen(harmless[i]);
        if (length > tail && strcmp(name + length - tail, harmless[i]) == 0)
            return false;
    }
    for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++)
        if (strncmp(name, begin[i], strlen(begin[i])) == 0 && strstr(name, "attr_") == NULL)
            return true;
    return false;
}

struct escaping {
    struct snag__text text;
    size_t count;
};

static bool add_escaping(void *context, const GElf_Sym *symbol, const char *name) {
    struct escaping *e = context;
    if (symbol->st_shndx == SHN_UNDEF && escapes(name) && e->count++ < SHOWN_MAX)
        snag__text_format(&e->text, "%s%s", e->count > 1 ? ", " : "", name);
    return false;
}

static char *escaping_calls(const char *path) {
    struct escaping e = {.count = 0};
    int fd;
    Elf *elf = snag__elf_open(path, &fd);
    if (elf != NULL)
        (void)snag__elf_symbols(elf, SHT_DYNSYM, add_escaping, &e);
    if (e.count > SHOWN_MAX)
        snag__text_format(&e.text, " and %zu more", e.count - SHOWN_MAX);
    snag__elf_close(elf, fd);
    return snag__text_take(&e.text);
}

/* ---- all of them ---- */

static int look(struct dl_phdr_info *info, size_t bytes, void *unused) {
    (void)bytes, (void)unused;
    const char *slash = strrchr(info->dlpi_name, '/');
    for (size_t i = 0; slash != NULL && i < names_count && list_count < LIST_MAX; i++) {
        if (strcmp(names[i], slash + 1) != 0)
            continue;
        char *calls = escaping_calls(info->dlpi_name);
        list[list_count++] =
            (struct snag__shared){.name = names[i], .escapes = calls != NULL ? calls : ""};
    }
    return 0;
}

/* What a library needs in turn is found by its path, which only the loader knows. */
static int look_deeper(struct dl_phdr_info *info, size_t bytes, void *unused) {
    (void)bytes, (void)unused;
    const char *slash = strrchr(info->dlpi_name, '/');
    for (size_t i = 0; slash != NULL && i < names_count; i++)
        if (strcmp(names[i], slash + 1) == 0)
            add_needed(info->dlpi_name);
    return 0;
}

const struct snag__shared *snag__shared(size_t *count) {
    static bool done;
    if (!done) {
        done = true;
        add_needed("/proc/self/exe");
        for (size_t before = 0; before != names_count;) {
            before = names_count;
            (void)dl_iterate_phdr(look_deeper, NULL);
        }
        (void)dl_iterate_phdr(look, NULL);
    }
    *count = list_count;
    return list;
}
