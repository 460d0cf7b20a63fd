/* symbol.c: addresses of this process to functions and lines, by libdw.
 *
 * It reads the debug information of the running executable and its libraries; without any, the
 * symbol table gives at least the function. The rule: an answer is kept for ever (strings belong to
 * libdw's session, which is never ended) and a lack of anything is an empty answer, never an error.
 *
 * A call site is a return address, so one byte before it is looked up: the call may be the last
 * instruction of its line, or of its function. Of frames inlined at an address the innermost that
 * is the user's own is named: a line within a system header or snag's own helps nobody. C++ names
 * are made readable (cxx_name.h).
 */
#include "base/symbol.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cxx_name.h"

extern const char __executable_start[]; /* made by the linker */

enum { SLOTS_FIRST = 256 };

/* Open addressing by pc or, for answers given beforehand, by site. */
struct entry {
    uint64_t key; /* 0: free */
    struct snag__symbol *symbol;
};
struct table {
    struct entry *slots;
    size_t used, size; /* size: a power of two */
};

static struct table by_pc, by_site;
static const struct snag__symbol unknown = {.function = "", .file = "", .outer = ""};

static struct entry *find(const struct table *t, uint64_t key) {
    size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (t->size - 1);
    while (t->slots[i].key != 0 && t->slots[i].key != key)
        i = (i + 1) & (t->size - 1);
    return &t->slots[i];
}

/* The entry of `key`, made if there is none yet. NULL: no memory. */
static struct entry *find_or_add(struct table *t, uint64_t key) {
    if (t->used * 2 >= t->size) {
        struct table bigger = {.size = t->size != 0 ? t->size * 2 : SLOTS_FIRST, .used = t->used};
        bigger.slots = calloc(bigger.size, sizeof *bigger.slots);
        if (bigger.slots == NULL)
            return NULL;
        for (size_t i = 0; i < t->size; i++)
            if (t->slots[i].key != 0)
                *find(&bigger, t->slots[i].key) = t->slots[i];
        free(t->slots);
        *t = bigger;
    }
    struct entry *e = find(t, key);
    if (e->key == 0) {
        struct snag__symbol *s = malloc(sizeof *s);
        if (s == NULL)
            return NULL;
        *s = unknown;
        *e = (struct entry){key, s};
        t->used++;
    }
    return e;
}

/* ---- libdw ----------------------------------------------------------------------------------- */

static Dwfl *session(void) {
    static Dwfl *dwfl;
    static bool opened;
    static char *debug_path; /* NULL: libdw's default places */
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
        .debuginfo_path = &debug_path,
    };
    if (opened)
        return dwfl;
    opened = true;
    /* It would ask a server on the network for debug information that is not there. */
    (void)unsetenv("DEBUGINFOD_URLS");
    dwfl = dwfl_begin(&callbacks);
    if (dwfl != NULL &&
        (dwfl_linux_proc_report(dwfl, getpid()) != 0 || dwfl_report_end(dwfl, NULL, NULL) != 0)) {
        dwfl_end(dwfl);
        dwfl = NULL;
    }
    return dwfl;
}

static const char *basename_of(const char *path) {
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return slash != NULL ? slash + 1 : path != NULL ? path : "";
}

/* Of snag itself, by the folder from which it was built: one of that name may be anybody's. */
static bool is_primitive_file(const char *path) {
    static const char folder[] = SNAG__PRIMITIVES_FOLDER;
    return path != NULL && strncmp(path, folder, sizeof folder - 1) == 0;
}

static bool is_user_file(const char *path) {
    static const char *const systems[] = {"/usr/include/", "/usr/lib/", "/usr/bin/../"};
    for (size_t i = 0; path != NULL && i < sizeof systems / sizeof systems[0]; i++)
        if (strncmp(path, systems[i], strlen(systems[i])) == 0)
            return false;
    return path == NULL ||
           (strstr(path, "/include/snag/") == NULL && strstr(path, "/include/c++/") == NULL);
}

/* ---- names of C++ ---------------------------------------------------------------------------- */

static const char *linkage_of(Dwarf_Die *function) {
    Dwarf_Attribute a;
    return dwarf_formstring(dwarf_attr_integrate(function, DW_AT_linkage_name, &a));
}

/* The lambdas of one function: which of their numbers, from the smallest, is `own`. */
struct lambdas {
    const char *prefix;
    size_t length;
    unsigned own, seen[64], count;
};

static int note_lambda(Dwarf_Die *function, void *argument) {
    struct lambdas *l = argument;
    const char *name = linkage_of(function);
    unsigned number;
    if (name == NULL || strncmp(name, l->prefix, l->length) != 0 ||
        snag__cxx_lambda(name, &number) != l->length || number >= l->own) {
        return DWARF_CB_OK;
    }
    for (unsigned i = 0; i < l->count; i++)
        if (l->seen[i] == number)
            return DWARF_CB_OK;
    if (l->count < sizeof l->seen / sizeof l->seen[0])
        l->seen[l->count++] = number;
    return DWARF_CB_OK;
}

/* The compiler counts lambdas by file: to count them by function, all of the unit are looked at. */
static unsigned lambda_within(Dwarf_Die *cu, const char *linkage) {
    struct lambdas l = {.prefix = linkage};
    l.length = snag__cxx_lambda(linkage, &l.own);
    if (l.length == 0)
        return 0;
    (void)dwarf_getfuncs(cu, note_lambda, &l, 0);
    return l.count + 1;
}

static const char *name_of(Dwarf_Die *cu, Dwarf_Die *function) {
    const char *linkage = linkage_of(function);
    char *name = linkage != NULL ? snag__cxx_name_of(linkage, lambda_within(cu, linkage)) : NULL;
    return name != NULL ? name : dwarf_diename(function);
}

/* File number `attribute` of the compilation unit, and the line beside it. */
static const char *call_file(Dwarf_Die *cu, Dwarf_Die *inlined, int *line) {
    Dwarf_Attribute a;
    Dwarf_Word file, number;
    Dwarf_Files *files;
    size_t count;
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &a), &file) != 0 ||
        dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &a), &number) != 0 ||
        dwarf_getsrcfiles(cu, &files, &count) != 0 || file >= count)
        return NULL;
    *line = (int)number;
    return dwarf_filesrc(files, file, NULL, NULL);
}

/* The function at some pc and, within it, those that were inlined there; innermost first. */
struct frames {
    Dwarf_Die list[32];
    int count;
};

/* Those below `parent`. Not dwarf_getscopes: that passes over functions in a namespace. */
static bool find_frames(Dwarf_Die *parent, Dwarf_Addr pc, struct frames *out) {
    Dwarf_Die child;
    for (int more = dwarf_child(parent, &child); more == 0;
         more = dwarf_siblingof(&child, &child)) {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_namespace || tag == DW_TAG_class_type || tag == DW_TAG_structure_type) {
            if (find_frames(&child, pc, out))
                return true;
        } else if (dwarf_haspc(&child, pc) == 1) {
            bool function = tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
            (void)find_frames(&child, pc, out);
            if (function && out->count < (int)(sizeof out->list / sizeof out->list[0]))
                out->list[out->count++] = child;
            return true;
        }
    }
    return false;
}

/* Goes outwards from the innermost frame at `pc`, beginning with its own file and line. */
static void name_frame(Dwarf_Die *cu, Dwarf_Addr pc, const char *file, int line,
                       struct snag__symbol *out) {
    struct frames frames = {.count = 0};
    (void)find_frames(cu, pc, &frames);
    for (int i = 0; i < frames.count; i++) {
        int tag = dwarf_tag(&frames.list[i]);
        const char *name = name_of(cu, &frames.list[i]);
        out->function = name != NULL ? name : out->function;
        out->file = basename_of(file);
        out->line = line;
        out->library = !is_user_file(file);
        if (tag == DW_TAG_subprogram || !out->library)
            break;
        const char *outer = call_file(cu, &frames.list[i], &line);
        if (outer == NULL)
            break;
        file = outer;
    }
}

/* The compilation unit that holds `pc`. clang leaves out the table of address ranges that libdw's
 * own search relies on, so the units are asked one by one. */
static Dwarf_Die *unit_at(Dwfl_Module *module, Dwarf_Addr pc, Dwarf_Addr *bias) {
    Dwarf_Die *cu = dwfl_module_addrdie(module, pc, bias);
    if (cu != NULL)
        return cu;
    while ((cu = dwfl_module_nextcu(module, cu, bias)) != NULL)
        if (dwarf_haspc(cu, pc - *bias) == 1)
            return cu;
    return NULL;
}

/* SNAG_SCENARIO(counter) makes a function snag__body_counter: to the user it is counter. The
 * compiler makes one of each initialiser of a static object, with a number of its own. */
static const char *as_written(const char *function) {
    static const char prefix[] = "snag__body_", initialiser[] = "__cxx_global_var_init";
    size_t length = sizeof prefix - 1;
    if (strncmp(function, initialiser, sizeof initialiser - 1) == 0)
        return "a static initialiser";
    return strncmp(function, prefix, length) == 0 ? function + length : function;
}

bool snag__symbol_within(uint32_t site, const char *name) {
    uintptr_t pc = (uintptr_t)__executable_start + site - 1;
    Dwfl *dwfl = session();
    Dwfl_Module *module = dwfl != NULL ? dwfl_addrmodule(dwfl, pc) : NULL;
    Dwarf_Addr bias = 0;
    Dwarf_Die *cu = module != NULL ? unit_at(module, pc, &bias) : NULL;
    struct frames frames = {.count = 0};
    bool found = false;
    if (cu != NULL)
        (void)find_frames(cu, pc - bias, &frames);
    for (int i = 0; i < frames.count && !found; i++) {
        const char *own = dwarf_diename(&frames.list[i]);
        found = own != NULL && strcmp(own, name) == 0;
    }
    return found;
}

static void look_up(uintptr_t pc, struct snag__symbol *out) {
    Dwfl *dwfl = session();
    Dwfl_Module *module = dwfl != NULL ? dwfl_addrmodule(dwfl, pc) : NULL;
    if (module == NULL)
        return;
    const char *name = dwfl_module_addrname(module, pc);
    if (name != NULL) {
        char *readable = snag__cxx_name_of(name, 0);
        out->function = out->outer = readable != NULL ? readable : name;
    }
    Dwarf_Addr bias = 0;
    Dwarf_Die *cu = unit_at(module, pc, &bias);
    Dwarf_Line *at = cu != NULL ? dwarf_getsrc_die(cu, pc - bias) : NULL;
    const char *file = at != NULL ? dwarf_linesrc(at, NULL, NULL) : NULL;
    int line = 0;
    if (file == NULL)
        return;
    out->primitive = is_primitive_file(file);
    (void)dwarf_lineno(at, &line);
    out->file = basename_of(file);
    out->line = line;
    name_frame(cu, pc - bias, file, line, out);
}

/* ---- the interface --------------------------------------------------------------------------- */

const struct snag__symbol *snag__symbol_of_pc(uintptr_t pc) {
    if (pc == 0)
        return &unknown;
    size_t before = by_pc.used;
    struct entry *e = find_or_add(&by_pc, pc);
    if (e == NULL)
        return &unknown;
    if (by_pc.used != before) {
        look_up(pc, e->symbol);
        e->symbol->function = as_written(e->symbol->function);
    }
    return e->symbol;
}

const struct snag__symbol *snag__symbol_of_site(uint32_t site) {
    if (site == 0)
        return &unknown;
    if (by_site.used != 0) {
        const struct entry *e = find(&by_site, site);
        if (e->key != 0)
            return e->symbol;
    }
    return snag__symbol_of_pc((uintptr_t)__executable_start + site - 1);
}

void snag__symbol_preset(uint32_t site, const char *function, const char *file, int line) {
    struct entry *e = find_or_add(&by_site, site);
    if (e != NULL)
        *e->symbol = (struct snag__symbol){.function = function,
                                           .file = basename_of(file),
                                           .outer = function,
                                           .line = line,
                                           .primitive = is_primitive_file(file)};
}
