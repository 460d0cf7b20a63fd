/* words.c: see words.h. A response file is read as GNU's compilers read one: words are parted by
 * blanks, quotes keep blanks, and a backslash keeps any one character. */
#define _GNU_SOURCE
#include "cc/words.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { RESPONSE_BYTES_MAX = 1 << 26, RESPONSE_DEPTH_MAX = 20 };

const char *snag__cc_name = "snag-cc";

_Noreturn void snag__cc_fail(const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    fprintf(stderr, "%s: ", snag__cc_name);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(EXIT_FAILURE);
}

static void *must(void *memory) {
    if (memory == NULL)
        snag__cc_fail("out of memory");
    return memory;
}

void snag__words_add(struct snag__words *w, const char *word) {
    if (w->count + 1 >= w->room) {
        w->room = w->room == 0 ? 32 : 2 * w->room;
        w->list = must(realloc(w->list, w->room * sizeof *w->list));
    }
    w->list[w->count++] = word;
    w->list[w->count] = NULL;
}

void snag__words_add_all(struct snag__words *w, const struct snag__words *more) {
    for (size_t i = 0; i < more->count; i++)
        snag__words_add(w, more->list[i]);
}

bool snag__words_have(const struct snag__words *w, const char *word) {
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->list[i], word) == 0)
            return true;
    return false;
}

const char *snag__word(const char *format, ...) {
    char *word;
    va_list ap;
    va_start(ap, format);
    if (vasprintf(&word, format, ap) < 0)
        word = NULL;
    va_end(ap);
    return must(word);
}

const char *snag__word_with(const char *word, const char *what, const char *by) {
    const char *at = strstr(word, what);
    if (at == NULL)
        return word;
    const char *rest = snag__word_with(at + strlen(what), what, by);
    return snag__word("%.*s%s%s", (int)(at - word), word, by, rest);
}

bool snag__word_begins(const char *word, const char *with) {
    return strncmp(word, with, strlen(with)) == 0;
}

/* The next word of the text at *at, unquoted in place; NULL: there is none. */
static char *next_word(char **at) {
    char *from = *at, *word, *to, quote = '\0';
    while (isspace((unsigned char)*from))
        from++;
    if (*from == '\0')
        return NULL;
    for (word = to = from; *from != '\0' && (quote != '\0' || !isspace((unsigned char)*from));
         from++) {
        if (*from == '\\' && from[1] != '\0')
            *to++ = *++from;
        else if (quote != '\0' ? *from == quote : *from == '"' || *from == '\'')
            quote = quote != '\0' ? '\0' : *from;
        else
            *to++ = *from;
    }
    *at = *from == '\0' ? from : from + 1;
    *to = '\0';
    return word;
}

/* @FILE of no file is a word like any other. */
static void add_expanded(struct snag__words *w, char *word, int depth) {
    char *text;
    size_t bytes;
    struct snag_error e;
    if (word[0] != '@' || access(word + 1, F_OK) != 0) {
        snag__words_add(w, word);
        return;
    }
    if (depth == RESPONSE_DEPTH_MAX)
        snag__cc_fail("%s: includes itself", word);
    if (snag__file_read(word + 1, RESPONSE_BYTES_MAX, &text, &bytes, &e) != SNAG_ERR_OK)
        snag__cc_fail("%s", e.line);
    for (char *next; (next = next_word(&text)) != NULL;)
        add_expanded(w, next, depth + 1);
}

void snag__words_of(struct snag__words *w, int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        add_expanded(w, argv[i], 0);
}
