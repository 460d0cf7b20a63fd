/* build.c: see build.h. The user's words come first and the build's after them, so that these win.
 */
#include "cc/build.h"

#include <stdio.h>
#include <string.h>

#include "cc/conf.h"
#include "cc/run.h"

static const char *language_of(const struct snag__command *c) {
    return c->cxx ? "cxx" : "c";
}

static void add_part(struct snag__words *out, const struct snag__part *p) {
    snag__words_add(out, p->word);
    if (p->next != NULL)
        snag__words_add(out, p->next);
}

static void begin(const struct snag__command *c, struct snag__words *out) {
    snag__words_add(out, snag__conf_word("compiler"));
    if (c->cxx)
        snag__words_add(out, "--driver-mode=g++");
}

/* What makes it code under test; of the user's words not all are used when nothing is linked. */
static void end(const struct snag__command *c, const char *instrumentation,
                struct snag__words *out) {
    snag__words_add_all(out,
                        snag__conf(snag__word("compile.%s.%s", language_of(c), instrumentation)));
    snag__words_add(out, "-Wno-unused-command-line-argument");
}

void snag__build_plain_line(const struct snag__command *c, struct snag__words *out) {
    begin(c, out);
    for (size_t i = 0; i < c->count; i++)
        add_part(out, &c->parts[i]);
}

void snag__build_compile_line(const struct snag__command *c, struct snag__words *out) {
    const char *instrumentation = snag__instrumentation(c->flavours[0]);
    for (size_t i = 0; i < c->flavours_count; i++)
        if (strcmp(snag__instrumentation(c->flavours[i]), instrumentation) != 0)
            snag__cc_fail("objects for asan are compiled apart from the others; name one of "
                          "--flavour %s and --flavour %s",
                          c->flavours[0], c->flavours[i]);
    begin(c, out);
    for (size_t i = 0; i < c->count; i++)
        if (c->parts[i].role != SNAG__ROLE_DROP && c->parts[i].role != SNAG__ROLE_REFUSE_LINK)
            add_part(out, &c->parts[i]);
    end(c, instrumentation, out);
}

/* -MD says what the object depends on: the one that lies where it would without snag. */
static void name_dependencies(const struct snag__command *c, const char *source,
                              struct snag__words *out) {
    const char *slash = strrchr(source, '/'), *base = slash != NULL ? slash + 1 : source;
    const char *dot = strrchr(base, '.');
    int length = (int)(dot != NULL ? (size_t)(dot - base) : strlen(base));
    bool wanted = false, named = false;
    for (size_t i = 0; i < c->count; i++) {
        const char *word = c->parts[i].word;
        wanted = wanted || strcmp(word, "-MD") == 0 || strcmp(word, "-MMD") == 0;
        named = named || snag__word_begins(word, "-MF");
    }
    if (!wanted || named)
        return;
    snag__words_add(out, "-MF");
    snag__words_add(out, snag__word("%.*s.d", length, base));
    snag__words_add(out, "-MT");
    snag__words_add(out, snag__word("%.*s.o", length, base));
}

void snag__build_source_line(const struct snag__command *c, const struct snag__part *source,
                             const char *instrumentation, const char *object,
                             struct snag__words *out) {
    begin(c, out);
    for (size_t i = 0; i < c->count; i++)
        if (c->parts[i].role == SNAG__ROLE_OPTION || c->parts[i].role == SNAG__ROLE_VERBOSE)
            add_part(out, &c->parts[i]);
    name_dependencies(c, source->word, out);
    end(c, instrumentation, out);
    if (source->language != NULL) {
        snag__words_add(out, "-x");
        snag__words_add(out, source->language);
    }
    snag__words_add(out, "-c");
    snag__words_add(out, "-o");
    snag__words_add(out, object);
    snag__words_add(out, source->word);
}

/* What the user links, in the order of his command line. */
static void add_objects(const struct snag__command *c, const struct snag__libraries *l,
                        const struct snag__words *objects, struct snag__words *out) {
    size_t source = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct snag__part *p = &c->parts[i];
        switch (p->role) {
        case SNAG__ROLE_SOURCE:
            snag__words_add(out, objects->list[source++]);
            break;
        case SNAG__ROLE_LIBRARY:
            if (strcmp(p->value, "stdc++") != 0)
                snag__words_add(out, snag__libraries_word(l, p));
            break;
        case SNAG__ROLE_FILE:
        case SNAG__ROLE_LINKER:
        case SNAG__ROLE_FOLDER:
        case SNAG__ROLE_VERBOSE:
            add_part(out, p);
            break;
        default:
            break;
        }
    }
    snag__words_add_all(out, &l->also);
}

void snag__build_link_line(const struct snag__command *c, const struct snag__libraries *l,
                           const char *flavour, const struct snag__words *objects, const char *info,
                           const char *output, struct snag__words *out) {
    bool cxx = c->cxx || l->cxx;
    const struct snag__words *line =
        snag__conf(snag__word("link.%s.%s", cxx ? "cxx" : "c", flavour));
    snag__words_add(out, snag__conf_word("compiler"));
    for (size_t i = 0; i < line->count; i++)
        if (strcmp(line->list[i], "%INFO%") == 0)
            snag__words_add(out, info);
        else if (strcmp(line->list[i], "%OBJECTS%") == 0)
            add_objects(c, l, objects, out);
        else
            snag__words_add(out, line->list[i]);
    snag__words_add(out, "-Wno-unused-command-line-argument");
    snag__words_add(out, "-o");
    snag__words_add(out, output);
}

/* As it stands in a string of C. */
static const char *quoted(const char *word) {
    return snag__word_with(snag__word_with(word, "\\", "\\\\"), "\"", "\\\"");
}

const char *snag__build_info(const char *program, const char *flavour,
                             const struct snag__words *plain) {
    const char *source = snag__aside(snag__word("info_%s.c", flavour));
    const char *object = snag__aside(snag__word("info_%s.o", flavour));
    const char *slash = strrchr(program, '/');
    const char *name = quoted(slash != NULL ? slash + 1 : program), *list = "";
    const struct snag__words *lines = snag__conf(snag__word("info.%s", flavour));
    struct snag__words compile = {0};
    for (size_t i = 0; i < plain->count; i++)
        list = snag__word("%s%s\\n", list, quoted(plain->list[i]));
    FILE *f = fopen(source, "w");
    if (f == NULL)
        snag__cc_fail("%s: cannot be written", source);
    for (size_t i = 0; i < lines->count; i++)
        fprintf(f, "%s\n",
                snag__word_with(snag__word_with(lines->list[i], "%NAME%", name), "%PLAIN%", list));
    if (fclose(f) != 0)
        snag__cc_fail("%s: cannot be written", source);
    snag__words_add(&compile, snag__conf_word("compiler"));
    for (const char *const *word = (const char *const[]){"-c", "-o", object, source, NULL};
         *word != NULL; word++)
        snag__words_add(&compile, *word);
    snag__run(&compile);
    return object;
}
