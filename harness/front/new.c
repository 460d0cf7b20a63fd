/* new.c: `snag new NAME`: a project to begin with: spec, implementation and CMake lines.
 *
 * Not the files' text: they stand in new/, as a project about a `stock` that builds as it is. The
 * rule: all of them are written or none, and nothing that was there is ever changed.
 */
#include "base/file.h"
#include "base/text.h"
#include "front/front.h"
#include "recover.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define X(id, source, suffix, text) extern const char snag__new_##id[];
#include "front/new_files.def"
#undef X

static const struct new_file {
    const char *content;
    const char *suffix; /* NULL: CMakeLists.txt */
    const char *text;
} files[] = {
#define X(id, source, suffix, text) {snag__new_##id, suffix, text},
#include "front/new_files.def"
#undef X
};
enum { FILES = sizeof files / sizeof files[0], NAME_MAX_BYTES = 40, CACHE_BYTES_MAX = 1 << 24 };

/* What the project needs to know of this snag: one option of CMake. */
enum { OPTION_BYTES = PATH_MAX + 64 };

/* Words that a struct cannot be called, or that the files use for something of their own. */
static bool is_taken(const char *name) {
    static const char *const words[] = {
        "auto",   "bool",   "break",  "case",  "char",     "const",    "continue", "default",
        "do",     "double", "else",   "enum",  "extern",   "float",    "for",      "goto",
        "if",     "inline", "int",    "long",  "model",    "register", "restrict", "return",
        "short",  "signed", "sizeof", "snag",  "static",   "struct",   "switch",   "typedef",
        "typeof", "union",  "void",   "while", "unsigned", "volatile"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return strncmp(name, "snag_", strlen("snag_")) == 0;
}

/* Its folder is searched for headers, so NAME.h would stand in the place of that one. */
static bool is_system_header(const char *name) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "/usr/include/%s.h", name);
    return access(path, F_OK) == 0;
}

/* It becomes the beginning of functions' names, a struct, files and a target. */
static enum snag_err check_name(const char *name, struct snag_error *e) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (name[length] != '\0' || !islower((unsigned char)name[0]) || length > NAME_MAX_BYTES)
        return snag_fail(e, SNAG_ERR_USAGE,
                         "snag new: '%s' cannot be a name: at most %d of a-z, 0-9 and _, a letter "
                         "first",
                         name, NAME_MAX_BYTES);
    if (is_taken(name))
        return snag_fail(e, SNAG_ERR_USAGE, "snag new: '%s' cannot be a name: it is taken", name);
    if (is_system_header(name))
        return snag_fail(e, SNAG_ERR_USAGE,
                         "snag new: '%s' cannot be a name: %s.h is a header of the system", name,
                         name);
    return SNAG_ERR_OK;
}

static bool is_word(char c) {
    return isalnum((unsigned char)c);
}

/* Where `word` begins a word in `at`, or the end. `_` parts words: stock_put is two. */
static const char *find_word(const char *text, const char *at, const char *word) {
    size_t length = strlen(word);
    for (const char *found = strstr(at, word); found != NULL; found = strstr(found + 1, word))
        if ((found == text || !is_word(found[-1])) && !is_word(found[length]))
            return found;
    return at + strlen(at);
}

/* The file's text with `name` for stock, and NAME for STOCK. NULL: no memory. */
static char *text_for(const char *content, const char *name) {
    struct snag__text out = {0};
    char upper[NAME_MAX_BYTES + 1] = "";
    for (size_t i = 0; name[i] != '\0'; i++)
        upper[i] = (char)toupper((unsigned char)name[i]);
    for (const char *at = content; *at != '\0';) {
        const char *lower_at = find_word(content, at, "stock");
        const char *upper_at = find_word(content, at, "STOCK");
        const char *next = lower_at < upper_at ? lower_at : upper_at;
        snag__text_add(&out, at, (size_t)(next - at));
        if (*next != '\0') {
            const char *put = next == lower_at ? name : upper;
            snag__text_add(&out, put, strlen(put));
            next += strlen("stock");
        }
        at = next;
    }
    return snag__text_take(&out);
}

static void path_of(size_t file, const char *folder, const char *name, char path[PATH_MAX]) {
    if (files[file].suffix != NULL)
        snprintf(path, PATH_MAX, "%s/%s%s", folder, name, files[file].suffix);
    else
        snprintf(path, PATH_MAX, "%s/CMakeLists.txt", folder);
}

/* Whatever stands there, a link to nowhere too, stays. */
static enum snag_err check_free(const char *folder, const char *name, struct snag_error *e) {
    char path[PATH_MAX];
    struct stat st;
    for (size_t i = 0; i < FILES; i++) {
        path_of(i, folder, name, path);
        if (lstat(path, &st) == 0)
            return snag_fail(e, SNAG_ERR_USAGE,
                             "snag new: %s is there already; nothing was written", path);
    }
    return SNAG_ERR_OK;
}

static enum snag_err write_one(size_t file, const char *folder, const char *name,
                               struct snag_error *e) {
    char path[PATH_MAX];
    char *text = text_for(files[file].content, name);
    if (text == NULL)
        return snag_fail(e, SNAG_ERR_SYSTEM, "snag new: out of memory");
    path_of(file, folder, name, path);
    enum snag_err err = snag__file_write(path, text, strlen(text), e);
    free(text);
    return err;
}

/* On error everything that it wrote is gone again, and the folder too if it made it. */
static enum snag_err write_all(const char *folder, const char *name, struct snag_error *e) {
    char path[PATH_MAX];
    bool made = mkdir(folder, 0777) == 0;
    if (!made && errno != EEXIST)
        return snag_fail(e, SNAG_ERR_IO, "snag new: %s: cannot be made: %s", folder,
                         strerror(errno));
    enum snag_err err = SNAG_ERR_OK;
    size_t written = 0;
    while (written < FILES && (err = write_one(written, folder, name, e)) == SNAG_ERR_OK)
        written++;
    if (err == SNAG_ERR_OK)
        return err;
    for (size_t i = 0; i <= written; i++) {
        path_of(i, folder, name, path);
        (void)unlink(path);
    }
    if (made)
        (void)rmdir(folder);
    return err;
}

/* ---- how to build it ------------------------------------------------------------------------- */

/* Quoted for a shell where that is needed. */
static void print_quoted(const char *text) {
    if (text[0] != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789_./-+=:,@%")] == '\0') {
        fputs(text, stdout);
        return;
    }
    putchar('\'');
    for (; *text != '\0'; text++)
        (void)(*text == '\'' ? fputs("'\\''", stdout) : putchar(*text));
    putchar('\'');
}

/* The sources that the build tree at `folder` is of. */
static bool sources_of_build(const char *folder, char option[OPTION_BYTES]) {
    static const char entry[] = "\nsnag_SOURCE_DIR:STATIC=";
    char path[PATH_MAX];
    char *text;
    size_t bytes;
    struct snag_error ignored;
    snprintf(path, sizeof path, "%s/CMakeCache.txt", folder);
    if (snag__file_read(path, CACHE_BYTES_MAX, &text, &bytes, &ignored) != SNAG_ERR_OK)
        return false;
    const char *at = strstr(text, entry);
    bool found = at != NULL;
    if (found) {
        at += strlen(entry);
        snprintf(option, OPTION_BYTES, "-DSNAG_SOURCE=%.*s", (int)strcspn(at, "\n"), at);
    }
    free(text);
    return found;
}

/* Where this command stands tells where the rest of snag is: in a build tree, below the folder of
 * one that holds snag as a subfolder, or under a prefix. `self` is its path. */
static void snag_option(const char *self, char option[OPTION_BYTES]) {
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", self);
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(folder, '/');
        if (slash == NULL)
            break;
        *slash = '\0';
        if (sources_of_build(folder, option))
            return;
    }
    snprintf(option, OPTION_BYTES, "-DCMAKE_PREFIX_PATH=%s", folder);
}

static void print_next_steps(const char *folder, const char *name) {
    char self[PATH_MAX] = "", option[OPTION_BYTES];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    const char *called = getenv(SNAG__ENV_COMMAND);
    snag_option(length > 0 ? self : "", option);
    printf("\nIt builds and runs as it is:\n\n    cd ");
    print_quoted(folder);
    printf("\n    cmake -G Ninja -B build -DCMAKE_C_COMPILER=");
    print_quoted(SNAG__COMPILER);
    putchar(' ');
    print_quoted(option);
    printf("\n    cmake --build build\n    ");
    print_quoted(called != NULL && strchr(called, '/') == NULL ? called : self);
    printf(" explore %s/mutex\n\n", name);
    printf("Then make it yours: %s_spec.c says how, in four steps, and\n"
           "'snag check-spec %s/mutex' whether the model is right.\n",
           name, name);
}

int snag__front_new(const struct snag__options *o, int argc, char **positional) {
    const char *name = positional[0], *folder = argc > 1 ? positional[1] : name;
    struct snag_error e = {0};
    char path[PATH_MAX];
    (void)o;
    enum snag_err err = check_name(name, &e);
    if (err == SNAG_ERR_OK && strlen(folder) + NAME_MAX_BYTES + sizeof "CMakeLists.txt" > PATH_MAX)
        err = snag_fail(&e, SNAG_ERR_USAGE, "snag new: the folder's name is too long");
    if (err == SNAG_ERR_OK)
        err = check_free(folder, name, &e);
    if (err == SNAG_ERR_OK)
        err = write_all(folder, name, &e);
    if (err != SNAG_ERR_OK)
        return snag__front_fail(&e);
    for (size_t i = 0; i < FILES; i++) {
        path_of(i, folder, name, path);
        printf("%-32s %s\n", path, files[i].text);
    }
    print_next_steps(folder, name);
    return SNAG__EXIT_NOTHING;
}
