/* list.c: `snag list`: the targets that are built, and what each is expected to show. */
#include "base/json.h"
#include "front/expected.h"
#include "front/front.h"

#include <string.h>

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
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++) {
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

/* "fast: deadlock, leak; tsan: race", or "silent". */
static void print_row(const struct snag__target *t, int name_width) {
    char flavours[64] = "";
    size_t used = 0;
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++)
        if (t->executables[f] != NULL)
            used += (size_t)snprintf(flavours + used, sizeof flavours - used, "%s%s",
                                     used > 0 ? " " : "", snag__flavour_names[f]);
    printf("%-*s  %-10s  ", name_width, t->name, flavours);
    bool any = false;
    for (int f = 0; f < SNAG__FLAVOURS_COUNT; f++) {
        const char *kind;
        for (size_t n = 0; t->executables[f] != NULL &&
                           (kind = snag__expected(t->name, snag__flavour_names[f], n)) != NULL;
             n++) {
            if (n == 0)
                printf("%s%s: ", any ? "; " : "", snag__flavour_names[f]);
            printf("%s%s", n > 0 ? ", " : "", kind);
            any = true;
        }
    }
    puts(any ? "" : "silent");
}

int snag__front_list(const struct snag__options *o, int argc, char **positional) {
    (void)argc, (void)positional;
    struct snag__targets targets;
    struct snag_error e = {0};
    if (snag__targets_scan(o->targets, &targets, &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    int width = (int)strlen("TARGET");
    for (size_t i = 0; i < targets.count; i++)
        if ((int)strlen(targets.list[i].name) > width)
            width = (int)strlen(targets.list[i].name);
    if (o->json)
        fputs("{\"targets\":[", stdout);
    else if (targets.count > 0)
        printf("%-*s  %-10s  %s\n", width, "TARGET", "FLAVOURS", "EXPECTED");
    else
        fputs("snag: no target is built; --targets DIR says where to look\n", stderr);
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
    return fflush(stdout) == 0 ? SNAG__EXIT_NOTHING : SNAG__EXIT_TROUBLE;
}
