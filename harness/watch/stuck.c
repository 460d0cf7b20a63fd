/* stuck.c: ptrace and libdw (elfutils) behind a handful of lines. See stuck.h.
 *
 * The name must not depend on the moment. So traps are set behind the calls of a loop: what it
 * comes back from is something it calls, not the loop. Calls that take longer than that, and
 * machines on which it cannot be done, are told by looking several times: the stacks differ from
 * one look to the next, the function that loops is on each.
 */
#define _GNU_SOURCE
#include "watch/stuck.h"

#include "watch/returns.h"

#include <elfutils/libdwfl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS = 8, LOOK_GAP_MS = 7 };

/* Separate debug files are not looked for: that could go to the network. */
static int no_debug_file(Dwfl_Module *m, void **data, const char *name, Dwarf_Addr base,
                         const char *file, const char *link, GElf_Word crc, char **found) {
    (void)m, (void)data, (void)name, (void)base, (void)file, (void)link, (void)crc, (void)found;
    return -1;
}

struct look {
    Dwfl *dwfl;
    char executable[512];
    struct snag__stack *stack;
    uint64_t pc[SNAG__FRAMES_MAX], sp[SNAG__FRAMES_MAX]; /* of the last look; sp 0: unknown */
};

/* The file of an address, *line its line; NULL: unknown. dwfl_module_getsrc() would go by
 * .debug_aranges, which clang does not write; so the units are asked one by one. */
static const char *source_of(Dwfl_Module *m, Dwarf_Addr pc, int *line) {
    Dwarf_Addr bias;
    for (Dwarf_Die *unit = NULL; (unit = dwfl_module_nextcu(m, unit, &bias)) != NULL;) {
        if (dwarf_haspc(unit, pc - bias) != 1)
            continue;
        Dwarf_Line *at = dwarf_getsrc_die(unit, pc - bias);
        if (at == NULL || dwarf_lineno(at, line) != 0)
            return NULL;
        return dwarf_linesrc(at, NULL, NULL);
    }
    return NULL;
}

static void describe(struct look *look, Dwarf_Addr pc, struct snag__frame *f) {
    Dwfl_Module *m = dwfl_addrmodule(look->dwfl, pc);
    memset(f, 0, sizeof *f);
    snprintf(f->function, sizeof f->function, "?");
    if (m == NULL)
        return;
    const char *path = dwfl_module_info(m, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    f->own = path != NULL && strcmp(path, look->executable) == 0;
    GElf_Off offset;
    GElf_Sym symbol;
    const char *name = dwfl_module_addrinfo(m, pc, &offset, &symbol, NULL, NULL, NULL);
    if (name != NULL)
        snprintf(f->function, sizeof f->function, "%s", name);
    const char *source = source_of(m, pc, &f->line);
    if (source != NULL) {
        const char *slash = strrchr(source, '/');
        snprintf(f->file, sizeof f->file, "%s", slash != NULL ? slash + 1 : source);
    }
}

/* DWARF's number of the stack pointer. */
#if defined __aarch64__
enum { SP_REGISTER = 31 };
#else
enum { SP_REGISTER = 7 };
#endif

static int one_frame(Dwfl_Frame *frame, void *context) {
    struct look *look = context;
    Dwarf_Addr pc;
    bool is_activation;
    if (look->stack->count == SNAG__FRAMES_MAX || !dwfl_frame_pc(frame, &pc, &is_activation))
        return DWARF_CB_ABORT;
    Dwarf_Word sp = 0;
    (void)dwfl_frame_reg(frame, SP_REGISTER, &sp);
    look->pc[look->stack->count] = pc;
    look->sp[look->stack->count] = sp;
    /* A return address belongs to the call before it. */
    describe(look, is_activation ? pc : pc - 1, &look->stack->frames[look->stack->count++]);
    return DWARF_CB_OK;
}

bool snag__is_internal(const char *function) {
    static const char *const prefixes[] = {"snag__",         "__wrap_",     "__tsan",
                                           "__interceptor_", "__sanitizer", "___interceptor_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(function, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return strcmp(function, "?") == 0;
}

/* The number of outermost frames that both stacks share. */
static uint32_t shared(const struct snag__stack *a, const struct snag__stack *b) {
    uint32_t n = 0;
    while (n < a->count && n < b->count &&
           strcmp(a->frames[a->count - 1 - n].function, b->frames[b->count - 1 - n].function) == 0)
        n++;
    return n;
}

static void name_function(struct snag__stack *s, uint32_t steady) {
    for (uint32_t i = s->count - steady; i < s->count; i++) {
        if (s->frames[i].own && !snag__is_internal(s->frames[i].function)) {
            snprintf(s->stuck_in, sizeof s->stuck_in, "%s", s->frames[i].function);
            return;
        }
    }
}

static void pause_between_looks(void) {
    const struct timespec gap = {0, LOOK_GAP_MS * 1000000L};
    (void)nanosleep(&gap, NULL);
}

/* How many frames, from the outermost, were not returned from while the stack pointer rose as far
 * as `highest`. */
static uint32_t not_left(const struct look *look, uint64_t highest) {
    uint32_t i = 0, count = look->stack->count;
    /* A frame ends where its caller's begins. */
    while (i + 1 < count && look->sp[i + 1] != 0 && look->sp[i + 1] <= highest)
        i++;
    return count - i;
}

/* Looks repeatedly; false: not even once. */
static bool look_on(struct look *look, pid_t pid, bool computes, struct snag__stack *out) {
    struct snag__stack again;
    look->stack = out;
    (void)dwfl_getthread_frames(look->dwfl, pid, one_frame, look);
    if (out->count == 0) {
        const char *why = dwfl_errmsg(-1);
        snprintf(out->why, sizeof out->why, "%s", why != NULL ? why : "no frame");
        return false;
    }
    uint64_t highest = computes ? snag__returns(pid, look->pc, look->sp, out->count) : 0;
    uint32_t steady = not_left(look, highest);
    for (int i = 1; i < LOOKS; i++) {
        pause_between_looks();
        memset(&again, 0, sizeof again);
        look->stack = &again;
        (void)dwfl_getthread_frames(look->dwfl, pid, one_frame, look);
        uint32_t common = shared(out, &again);
        if (again.count > 0 && common < steady)
            steady = common;
    }
    name_function(out, steady);
    return true;
}

void snag__stack_take(pid_t pid, bool computes, struct snag__stack *out) {
    static char *no_paths;
    const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                      .find_debuginfo = no_debug_file,
                                      .debuginfo_path = &no_paths};
    struct look look = {0};
    char link[64];
    memset(out, 0, sizeof *out);
    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    (void)!readlink(link, look.executable, sizeof look.executable - 1);
    look.dwfl = dwfl_begin(&callbacks);
    if (look.dwfl == NULL || dwfl_linux_proc_report(look.dwfl, pid) != 0 ||
        dwfl_report_end(look.dwfl, NULL, NULL) != 0 ||
        dwfl_linux_proc_attach(look.dwfl, pid, false) != 0) {
        const char *why = dwfl_errmsg(-1);
        snprintf(out->why, sizeof out->why, "%s", why != NULL ? why : "the process is gone");
    } else {
        (void)look_on(&look, pid, computes, out);
    }
    if (look.dwfl != NULL)
        dwfl_end(look.dwfl);
}

void snag__stack_print(FILE *out, const struct snag__stack *stack) {
    if (stack->count == 0)
        fprintf(out, "(no stack: %s)\n", stack->why);
    for (uint32_t i = 0; i < stack->count; i++) {
        const struct snag__frame *f = &stack->frames[i];
        fprintf(out, "at %s", f->function);
        if (f->file[0] != '\0')
            fprintf(out, " %s:%d", f->file, f->line);
        fputc('\n', out);
    }
}
