/* command.c: see command.h. */
#define _GNU_SOURCE
#include "cc/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cc/conf.h"

#define SNAG_CC_SHARED                                                                             \
    "what a shared library does escapes snag; build a static one (configure --disable-shared, "    \
    "cmake -DBUILD_SHARED_LIBS=OFF, meson -Ddefault_library=static)"

enum form { WORD, NEXT, PREFIX, EITHER };

static const struct option {
    const char *spelling;
    enum form form;
    enum snag__role role;
    const char *why;
} options[] = {
#define SNAG_CC_OPTION(spelling, form, role, why) {spelling, form, SNAG__ROLE_##role, why},
#include "cc/options.def"
#undef SNAG_CC_OPTION
};

/* Names that are compiled, not linked: these, and those of C++. */
static const char *const other_endings[] = {"c", "i", "s", "S", "sx", "h", "hh", "hpp", "hxx", "H"};
static const char *const cxx_endings[] = {"cc", "cp", "cpp", "cxx", "c++", "CPP", "C", "ii"};

static bool ends_as(const char *name, const char *const *endings, size_t count) {
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && i < count; i++)
        if (strcmp(dot + 1, endings[i]) == 0)
            return true;
    return false;
}
#define ENDS_AS(name, endings) ends_as(name, endings, sizeof(endings) / sizeof *(endings))

static bool fits(const struct option *o, const char *word) {
    return o->form == PREFIX || o->form == EITHER ? snag__word_begins(word, o->spelling)
                                                  : strcmp(word, o->spelling) == 0;
}

static const struct option *find_option(const char *word) {
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (fits(&options[i], word))
            return &options[i];
    return NULL;
}

/* ---- flavours ---- */

const char *snag__instrumentation(const char *flavour) {
    return strcmp(flavour, "asan") == 0 ? "asan" : "tsan";
}

static void read_flavours(struct snag__command *c, const char *list) {
    const struct snag__words *known = snag__conf("flavours");
    char *text = (char *)snag__word("%s", list), *names = (char *)snag__word("%s", "");
    c->flavours_count = 0;
    for (char *name; (name = strsep(&text, ",")) != NULL;) {
        if (!snag__words_have(known, name)) {
            for (size_t i = 0; i < known->count; i++)
                names = (char *)snag__word("%s%s%s", names, i > 0 ? ", " : "", known->list[i]);
            snag__cc_fail("no flavour '%s'; there are: %s", name, names);
        }
        if (c->flavours_count < SNAG__CC_FLAVOURS_MAX)
            c->flavours[c->flavours_count++] = name;
    }
}

/* ---- reading ---- */

static void add_file(struct snag__command *c, struct snag__part *p, const char *language,
                     bool cxx) {
    bool by_language = language != NULL && strcmp(language, "none") != 0;
    p->language = by_language ? language : NULL;
    p->value = p->word;
    bool by_name = ENDS_AS(p->word, cxx_endings);
    bool source = by_language || by_name || ENDS_AS(p->word, other_endings);
    p->role = source ? SNAG__ROLE_SOURCE : SNAG__ROLE_FILE;
    c->cxx =
        c->cxx || (source && (cxx || (by_language ? snag__word_begins(language, "c++") : by_name)));
    *(p->role == SNAG__ROLE_SOURCE ? &c->sources : &c->files) += 1;
}

/* What -fsanitize= of this command line comes to. */
static void read_sanitize(const struct snag__command *c, struct snag__part *p) {
    bool asan = strcmp(snag__instrumentation(c->flavours[0]), "asan") == 0;
    char *list = (char *)snag__word("%s", p->value);
    p->role = SNAG__ROLE_DROP;
    p->why = "the flavour decides what is checked";
    for (char *name; (name = strsep(&list, ",")) != NULL;) {
        if (strcmp(name, "address") == 0 && !asan)
            snag__cc_fail("-fsanitize=address: build everything with --flavour asan "
                          "(SNAG_FLAVOUR=asan) instead, which does the same");
        if (strcmp(name, "thread") == 0 && asan)
            snag__cc_fail("-fsanitize=thread: not with --flavour asan; the flavour tsan does the "
                          "same");
        if (strcmp(name, "memory") == 0 || strcmp(name, "hwaddress") == 0 ||
            strcmp(name, "dataflow") == 0 || strcmp(name, "safe-stack") == 0)
            snag__cc_fail("-fsanitize=%s: cannot be had together with controlled threads; build "
                          "without it",
                          name);
        if (strcmp(name, "fuzzer") == 0)
            snag__cc_fail("-fsanitize=fuzzer: brings a main of its own; give the program one that "
                          "calls what is to be explored");
    }
}

static void apply(struct snag__command *c, struct snag__part *p) {
    switch (p->role) {
    case SNAG__ROLE_ONLY:
        c->only = true;
        break;
    case SNAG__ROLE_PARTIAL:
        c->partial = true;
        break;
    case SNAG__ROLE_ASK:
        c->ask = true;
        break;
    case SNAG__ROLE_VERBOSE:
        c->verbose = true;
        break;
    case SNAG__ROLE_OUTPUT:
        c->output = p->value;
        break;
    case SNAG__ROLE_LIBRARY:
        c->cxx = c->cxx || strcmp(p->value, "stdc++") == 0;
        break;
    case SNAG__ROLE_SANITIZE:
        read_sanitize(c, p);
        break;
    default:
        break;
    }
}

/* Looks for --flavour first, for other options depend on it. `rest`: all other words. */
static void take_flavours(struct snag__command *c, const struct snag__words *words,
                          struct snag__words *rest) {
    const char *list = getenv("SNAG_FLAVOUR");
    for (size_t i = 0; i < words->count; i++) {
        if (snag__word_begins(words->list[i], "--flavour=")) {
            list = words->list[i] + strlen("--flavour=");
        } else if (strcmp(words->list[i], "--flavour") == 0) {
            if (i + 1 == words->count)
                snag__cc_fail("--flavour: which one?");
            list = words->list[++i];
        } else {
            snag__words_add(rest, words->list[i]);
        }
    }
    read_flavours(c, list != NULL && list[0] != '\0' ? list : snag__conf_word("default"));
}

static void refuse(const struct snag__command *c) {
    for (size_t i = 0; i < c->count; i++) {
        const struct snag__part *p = &c->parts[i];
        if (p->role == SNAG__ROLE_REFUSE ||
            (p->role == SNAG__ROLE_REFUSE_LINK && !c->only && !c->partial))
            snag__cc_fail("%s: %s", p->word, p->why);
    }
}

void snag__command_read(struct snag__command *c, const struct snag__words *words, bool cxx) {
    struct snag__words rest = {0};
    const char *language = NULL;
    *c = (struct snag__command){.cxx = cxx};
    take_flavours(c, words, &rest);
    c->parts = calloc(rest.count + 1, sizeof *c->parts);
    if (c->parts == NULL)
        snag__cc_fail("out of memory");
    for (size_t i = 0; i < rest.count; i++) {
        struct snag__part *p = &c->parts[c->count++];
        p->word = rest.list[i];
        if (p->word[0] != '-' || p->word[1] == '\0') {
            add_file(c, p, language, cxx);
            continue;
        }
        const struct option *o = find_option(p->word);
        if (o == NULL)
            continue; /* role OPTION is 0 */
        p->role = o->role;
        p->why = o->why;
        p->value = p->word + strlen(o->spelling);
        if (o->form == NEXT || (o->form == EITHER && *p->value == '\0')) {
            if (i + 1 == rest.count)
                snag__cc_fail("%s: its argument is missing", p->word);
            p->next = p->value = rest.list[++i];
        }
        if (p->role == SNAG__ROLE_LANGUAGE)
            language = p->value;
        apply(c, p);
    }
    refuse(c);
}
