/* cxx_name.c: see cxx_name.h. */
#include "base/cxx_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1024, ARGUMENTS_MAX = 12 };

/* What has been written of it so far; too long a name loses its end. */
struct writer {
    char text[ROOM];
    size_t length;
    unsigned lambda;
};

static void put(struct writer *w, const char *from, size_t n) {
    n = n < ROOM - 1 - w->length ? n : ROOM - 1 - w->length;
    memcpy(w->text + w->length, from, n);
    w->length += n;
    w->text[w->length] = '\0';
}

/* To behind what closes the bracket at `s`. */
static const char *behind(const char *s) {
    static const char opens[] = "(<{[", closes[] = ")>}]";
    int depth = 0;
    for (; *s != '\0'; s++) {
        bool arrow = *s == '>' && s[-1] == '-';
        if (strchr(opens, *s) != NULL) {
            depth++;
        } else if (strchr(closes, *s) != NULL && !arrow && --depth == 0) {
            return s + 1;
        }
    }
    return s;
}

static bool starts(const char *s, const char *with) {
    return strncmp(s, with, strlen(with)) == 0;
}

/* At the word "operator": what it is called, "operator()" say, whole. */
static const char *put_operator(struct writer *w, const char *s) {
    const char *from = s;
    s += strlen("operator");
    if (starts(s, "()") || starts(s, "[]")) {
        s += 2;
    } else if (*s == ' ') { /* new, delete, a type */
        s += strcspn(s, "(");
    } else {
        s += strspn(s, "<>=!+-*/%^&|~,");
    }
    put(w, from, (size_t)(s - from));
    return s;
}

static void put_lambda(struct writer *w, unsigned number) {
    char text[24];
    put(w, text, (size_t)snprintf(text, sizeof text, number != 0 ? "lambda#%u" : "lambda", number));
}

/* At "{lambda(int)#2}" or "'lambda'(int)" or "$_5". */
static const char *put_some_lambda(struct writer *w, const char *s) {
    if (*s == '{') {
        const char *end = behind(s), *hash = end;
        while (hash > s && *hash != '#') {
            hash--;
        }
        put_lambda(w, hash > s ? (unsigned)strtoul(hash + 1, NULL, 10) : 0);
        return end;
    }
    s += 2;
    s += strspn(s, "0123456789");
    put_lambda(w, w->lambda);
    return s;
}

static const char *put_arguments(struct writer *w, const char *s) {
    const char *end = behind(s);
    if (end - s <= ARGUMENTS_MAX) {
        put(w, s, (size_t)(end - s));
    } else {
        put(w, "<...>", 5);
    }
    return end;
}

static bool at_word(const struct writer *w, const char *s, const char *word) {
    return starts(s, word) && (w->length == 0 || w->text[w->length - 1] == ':');
}

static void write_name(struct writer *w, const char *s) {
    static const char *const dropped[] = {"(anonymous namespace)::", "__cxx11::", "[abi:cxx11]"};
    while (*s != '\0') {
        bool skipped = false;
        for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
            if (starts(s, dropped[i])) {
                s += strlen(dropped[i]);
                skipped = true;
            }
        }
        if (skipped) {
            continue;
        }
        if (at_word(w, s, "operator") && !isalnum((unsigned char)s[8]) && s[8] != '_') {
            s = put_operator(w, s);
        } else if (starts(s, "{lambda") || starts(s, "$_")) {
            s = put_some_lambda(w, s);
        } else if (*s == '<') {
            s = put_arguments(w, s);
        } else if (*s ==
                   '(') { /* parameters: of the function, or of one that something is local to */
            s = behind(s);
            if (starts(s, " const::")) {
                s += strlen(" const");
            }
            if (!starts(s, "::")) {
                return;
            }
        } else if (*s == ' ') { /* what came before is the type that it returns */
            w->length = 0;
            s++;
        } else {
            put(w, s++, 1);
        }
    }
}

void snag__cxx_name(const char *demangled, unsigned lambda, char name[SNAG__CXX_NAME]) {
    struct writer w = {.lambda = lambda};
    write_name(&w, demangled);
    /* Of a lambda, that it is one says enough. */
    static const char call[] = "::operator()";
    char *end = strstr(w.text, "lambda") != NULL ? strstr(w.text, call) : NULL;
    if (end != NULL && end[sizeof call - 1] == '\0') {
        *end = '\0';
    }
    const char *text = w.text, *next;
    while (strlen(text) >= SNAG__CXX_NAME && (next = strstr(text, "::")) != NULL) {
        text = next + 2;
    }
    snprintf(name, SNAG__CXX_NAME, "%s", text);
}

char *__cxa_demangle(const char *name, char *buffer, size_t *length, int *status)
    __attribute__((weak));

char *snag__cxx_name_of(const char *linkage, unsigned lambda) {
    if (strncmp(linkage, "_Z", 2) != 0 || __cxa_demangle == NULL) {
        return NULL;
    }
    char *demangled = __cxa_demangle(linkage, NULL, NULL, NULL);
    char *name = demangled != NULL ? malloc(SNAG__CXX_NAME) : NULL;
    if (name != NULL) {
        snag__cxx_name(demangled, lambda, name);
    }
    free(demangled);
    return name;
}

size_t snag__cxx_lambda(const char *linkage, unsigned *number) {
    const char *at = strstr(linkage, "$_");
    if (at == NULL || !isdigit((unsigned char)at[2])) {
        return 0;
    }
    *number = (unsigned)strtoul(at + 2, NULL, 10);
    return (size_t)(at + 2 - linkage);
}
