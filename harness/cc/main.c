/* main.c: snag-cc and snag-c++: a C and a C++ compiler that build a program for snag.
 *
 *     CC=snag-cc make        snag-cc -g bank.c -o bank -lpthread        snag explore ./bank
 *
 * It runs the compiler that snag was built with and adds what snag_add_program() adds. It compiles
 * nothing itself, and what it does not understand it hands on. The rule: what it links is the
 * program, called as it was asked to be and doing what it did; every other flavour lies beside it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cc/build.h"
#include "cc/command.h"
#include "cc/conf.h"
#include "cc/libraries.h"
#include "cc/objects.h"
#include "cc/run.h"

static void help(void) {
    printf("usage: %s [--flavour LIST] OPTION... FILE...\n\n"
           "  Compiles and links a C or C++ program, unmodified, as the compiler does:\n"
           "  the program itself, which snag can also run under many schedules.\n\n"
           "    CC=snag-cc ./configure && make\n"
           "    snag-cc -g bank.c -o bank -lpthread\n"
           "    snag explore ./bank -- ARGUMENT...\n"
           "    snag doctor ./bank\n\n"
           "  Beside bank lies bank.tsan, which finds data races as well.\n\n"
           "  --flavour LIST   which of fast, tsan and asan to link, parted by commas, instead\n"
           "                   of fast,tsan; the first is called as -o says. asan has objects\n"
           "                   of its own. The variable SNAG_FLAVOUR says the same\n"
           "  -v               also says which options were left out, and why\n\n"
           "  All other options are those of the compiler: %s\n",
           snag__cc_name, snag__conf_word("compiler"));
}

static void say_what_changed(const struct snag__command *c, const struct snag__libraries *l) {
    for (size_t i = 0; i < c->count; i++)
        if (c->parts[i].role == SNAG__ROLE_DROP)
            fprintf(stderr, "%s: left out %s: %s\n", snag__cc_name, c->parts[i].word,
                    c->parts[i].why);
    for (size_t i = 0; l != NULL && i < l->count; i++) {
        const struct snag__library *of = &l->list[i];
        if (of->archive != NULL)
            fprintf(stderr, "%s: -l%s is %s\n", snag__cc_name, of->part->value, of->archive);
        else if (of->stays_shared != NULL)
            fprintf(stderr, "%s: -l%s stays shared, for %s needs it so\n", snag__cc_name,
                    of->part->value, of->stays_shared);
    }
}

/* Objects of the wrong instrumentation would be found out by the linker too, in many lines. */
static void check_objects(const char *path, bool asan, struct snag__words *plain) {
    struct snag__objects o;
    if (!snag__objects_look(path, &o))
        return;
    if (o.plain && !snag__words_have(plain, path))
        snag__words_add(plain, path);
    const char *member = asan ? o.tsan_member : o.asan_member;
    if (member == NULL)
        return;
    const char *name = member[0] != '\0' ? snag__word("%s(%s)", path, member) : path;
    if (asan)
        snag__cc_fail("%s was compiled for fast and tsan; for asan, compile it anew with "
                      "--flavour asan (SNAG_FLAVOUR=asan)",
                      name);
    snag__cc_fail("%s was compiled for asan; link with --flavour asan (SNAG_FLAVOUR=asan), or "
                  "compile it anew without",
                  name);
}

/* `plain`: those that another compiler made are added to it. */
static void check_all_objects(const struct snag__command *c, const struct snag__libraries *l,
                              const char *flavour, struct snag__words *plain) {
    bool asan = strcmp(snag__instrumentation(flavour), "asan") == 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->parts[i].role == SNAG__ROLE_FILE)
            check_objects(c->parts[i].value, asan, plain);
    for (size_t i = 0; i < l->count; i++)
        if (l->list[i].archive != NULL)
            check_objects(l->list[i].archive, asan, plain);
}

/* The sources of the command line as objects; once for each instrumentation. */
static void compile_sources(const struct snag__command *c, const char *instrumentation,
                            struct snag__words *objects) {
    for (size_t i = 0; i < c->count; i++) {
        const struct snag__part *p = &c->parts[i];
        if (p->role != SNAG__ROLE_SOURCE)
            continue;
        struct snag__words line = {0};
        const char *object = snag__aside(snag__word("%s%zu.o", instrumentation, i));
        (void)close(creat(object, 0666)); /* -### makes none, and links it */
        snag__build_source_line(c, p, instrumentation, object, &line);
        snag__run(&line);
        snag__words_add(objects, object);
    }
}

static void link_program(const struct snag__command *c) {
    const char *output = c->output != NULL ? c->output : "a.out";
    struct snag__words objects[2] = {{0}}, plain = {0};
    struct snag__libraries libraries;
    snag__libraries_find(&libraries, c);
    if (c->verbose)
        say_what_changed(c, &libraries);
    for (size_t i = 0; i < c->flavours_count; i++)
        check_all_objects(c, &libraries, c->flavours[i], &plain);
    for (size_t i = 0; i < c->flavours_count; i++) {
        const char *flavour = c->flavours[i], *instrumentation = snag__instrumentation(flavour);
        struct snag__words *own = &objects[strcmp(instrumentation, "asan") == 0];
        struct snag__words line = {0};
        if (own->count == 0)
            compile_sources(c, instrumentation, own);
        const char *info = snag__build_info(output, flavour, &plain);
        snag__build_link_line(c, &libraries, flavour, own, info,
                              i == 0 ? output : snag__word("%s.%s", output, flavour), &line);
        snag__run_start(&line);
    }
    exit(snag__run_wait());
}

int main(int argc, char **argv) {
    struct snag__words words = {0};
    struct snag__command c;
    struct snag__words line = {0};
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const char *called = slash != NULL ? slash + 1 : argc > 0 ? argv[0] : "";
    bool cxx = strstr(called, "++") != NULL;
    snag__cc_name = cxx ? "snag-c++" : "snag-cc";
    snag__conf_read();
    snag__words_of(&words, argc, argv);
    if (words.count == 1 && strcmp(words.list[0], "--help") == 0) {
        help();
        return EXIT_SUCCESS;
    }
    snag__command_read(&c, &words, cxx);
    if (c.ask || c.partial || c.sources + c.files == 0) {
        snag__build_plain_line(&c, &line);
        snag__run_instead(&line);
    }
    if (!c.only)
        link_program(&c);
    if (c.verbose)
        say_what_changed(&c, NULL);
    snag__build_compile_line(&c, &line);
    snag__run_instead(&line);
}
