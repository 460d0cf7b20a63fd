/* text.c: see text.h. It formats into the buffer itself; the rule is in the header. */
#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct snag__text *t, size_t bytes) {
    if (t->failed) {
        return false;
    }
    size_t room = t->room == 0 ? 256 : t->room;
    while (room < t->length + bytes + 1) {
        room *= 2;
    }
    if (room == t->room) {
        return true;
    }
    char *data = realloc(t->data, room);
    if (data == NULL) {
        t->failed = true;
        return false;
    }
    t->data = data;
    t->room = room;
    return true;
}

void snag__text_add(struct snag__text *t, const char *data, size_t bytes) {
    if (!reserve(t, bytes)) {
        return;
    }
    memcpy(t->data + t->length, data, bytes);
    t->length += bytes;
    t->data[t->length] = '\0';
}

void snag__text_format(struct snag__text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(t, (size_t)n)) {
        t->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(t->data + t->length, (size_t)n + 1, format, args);
    va_end(args);
    t->length += (size_t)n;
}

char *snag__text_take(struct snag__text *t) {
    snag__text_add(t, "", 0);
    char *data = t->data;
    if (t->failed) {
        free(data);
        data = NULL;
    }
    *t = (struct snag__text){0};
    return data;
}

const char *snag__dashed(const char *name) {
    char *copy = strchr(name, '_') != NULL ? strdup(name) : NULL;
    for (char *c = copy; c != NULL && *c != '\0'; c++)
        *c = *c == '_' ? '-' : *c;
    return copy != NULL ? copy : name;
}

void snag__print_word(FILE *out, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./,:=+@%";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        (void)fputs(word, out);
        return;
    }
    (void)fputc('\'', out);
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            (void)fputs("'\\''", out);
        else
            (void)fputc(*word, out);
    }
    (void)fputc('\'', out);
}

char *snag__grouped(uint64_t n, char text[SNAG__GROUPED_BYTES]) {
    char digits[SNAG__GROUPED_BYTES];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, n), at = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}
