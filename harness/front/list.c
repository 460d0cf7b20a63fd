/* list.c: `snag list`: the targets that are built, and what each is expected to show. */
#include "base/json.h"
#include "base/text.h"
#include "front/expected.h"
#include "front/front.h"
#include "report/sheet.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 80, NAME_COLUMNS_MAX = 32 };

static void print_json(const struct snag__target *t) {
    const char *separator = "";
    fputs("{\"name\":", stdout);
    snag__json_string(stdout, t->name);
    fputs(",\"flavours\":[", stdout);
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++) {
        if (t->executables[f] == NULL)
            continue;
        printf("%s\"%s\"", separator, snag__flavour_names[f]);
        separator = ",";
    }
    fputs("],\"expects\":{", stdout);
    separator = "";
    for (int f = 0; snag__expected_known(t->name) && f < SNAG__FLAVOURS_COUNT; f++) {
        if (t->executables[f] == NULL)
            continue;
        printf("%s\"%s\":[", separator, snag__flavour_names[f]);
        separator = ",";
        const char *kind;
        for (size_t n = 0; (kind = snag__expected(t->name, snag__flavour_names[f], n)) != NULL;
             n++) {
            fputs(n > 0 ? "," : "", stdout);
            snag__json_string(stdout, kind);
        }
        fputc(']', stdout);
    }
    fputs("}}", stdout);
}

static bool expects(const struct snag__target *t, int flavour, const char *kind) {
    const char *known;
    for (size_t n = 0; (known = snag__expected(t->name, snag__flavour_names[flavour], n)) != NULL;
         n++)
        if (strcmp(known, kind) == 0)
            return true;
    return false;
}

/* Is it expected in every flavour that is built, of several? */
static bool expected_in_all(const struct snag__target *t, const char *kind, int *built) {
    bool all = true;
    *built = 0;
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++) {
        *built += t->executables[f] != NULL;
        all = all && (t->executables[f] == NULL || expects(t, f, kind));
    }
    return all && *built > 1;
}

/* Adds "both: a, b", the kinds expected in all flavours (f < 0), or "tsan: c", those of flavour `f`
 * that are not expected in all. */
static void add_group(struct snag__text *text, const struct snag__target *t, int f) {
    bool first = true;
    int from = f, built;
    for (int any = 0; f < 0 && any < SNAG__FLAVOURS_COUNT; any++) /* they agree: ask one of them */
        if (t->executables[any] != NULL)
            from = any;
    const char *kind;
    for (size_t n = 0; (kind = snag__expected(t->name, snag__flavour_names[from], n)) != NULL;
         n++) {
        if (expected_in_all(t, kind, &built) != (f < 0))
            continue;
        if (first)
            snag__text_format(text, "%s%s: ", text->length > 0 ? "; " : "",
                              f >= 0       ? snag__flavour_names[f]
                              : built == 2 ? "both"
                                           : "all");
        snag__text_format(text, "%s%s", first ? "" : ", ", kind);
        first = false;
    }
}

/* "kv/leak-on-error  fast tsan  both: leak"; "silent" where nothing is expected, "-" where nobody
 * said. */
static void print_row(const struct snag__target *t, int name_width) {
    struct snag__text flavours = {0}, expected = {0};
    for (int f = -1; f < SNAG__FLAVOURS_COUNT; f++) {
        if (f >= 0 && t->executables[f] == NULL)
            continue;
        if (f >= 0)
            snag__text_format(&flavours, "%s%s", flavours.length > 0 ? " " : "",
                              snag__flavour_names[f]);
        add_group(&expected, t, f);
    }
    char *left = snag__text_take(&flavours), *right = snag__text_take(&expected);
    if ((int)strlen(t->name) > name_width) /* has the line for itself */
        printf("%s\n%*s", t->name, name_width, "");
    else
        printf("%-*s", name_width, t->name);
    int column = name_width + printf("  %-14s  ", left != NULL ? left : "");
    const char *rest = right != NULL && right[0] != '\0' ? right
                       : snag__expected_known(t->name)   ? "silent"
                                                         : "-";
    do {
        const char *line = rest;
        size_t length = snag__wrap_line(line, (size_t)(COLUMNS - column), &rest);
        printf("%.*s\n%*s", (int)length, line, *rest != '\0' ? column : 0, "");
    } while (*rest != '\0');
    free(left);
    free(right);
}

static void say_none(const struct snag__targets *targets) {
    char places[1024];
    snag__places_text(&targets->places, true, places, sizeof places);
    fprintf(stderr, "snag: no target is built below: %s; --targets DIR looks elsewhere\n", places);
}

int snag__front_list(const struct snag__options *o, int argc, char **positional) {
    (void)argc, (void)positional;
    struct snag__targets targets;
    struct snag_error e = {0};
    if (snag__targets_scan(o->targets, &targets, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    int width = (int)strlen("TARGET");
    for (size_t i = 0; i < targets.count; i++)
        if ((int)strlen(targets.list[i].name) > width &&
            strlen(targets.list[i].name) <= NAME_COLUMNS_MAX)
            width = (int)strlen(targets.list[i].name);
    if (o->json)
        fputs("{\"targets\":[", stdout);
    else if (targets.count > 0)
        printf("%-*s  %-14s  %s\n", width, "TARGET", "FLAVOURS", "EXPECTED");
    else
        say_none(&targets);
    for (size_t i = 0; i < targets.count; i++) {
        if (o->json) {
            fputs(i > 0 ? ",\n " : "", stdout);
            print_json(&targets.list[i]);
        } else {
            print_row(&targets.list[i], width);
        }
    }
    if (o->json)
        puts("]}");
    snag__targets_free(&targets);
    return SNAG__EXIT_NOTHING;
}
