/* lexer.c: see lexer.h. The rule: nothing is read beyond line_end, and every loop moves `at`. */
#include "repro/lexer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void snag__lex_start(struct snag__lexer *x, const char *path, const char *text,
                     struct snag_error *e) {
    *x = (struct snag__lexer){
        .path = path, .at = text, .line = text, .line_end = text, .next = text, .e = e};
}

bool snag__lex_fail(struct snag__lexer *x, enum snag_err code, const char *format, ...) {
    if (x->err == SNAG_ERR_OK) {
        char what[384];
        va_list args;
        va_start(args, format);
        vsnprintf(what, sizeof what, format, args);
        va_end(args);
        x->err = snag_fail(x->e, code, "%s:%u:%u: %s", x->path, x->number == 0 ? 1 : x->number,
                           (unsigned)(x->at - x->line) + 1, what);
    }
    return false;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct snag__lexer *x) {
    while (x->at < x->line_end && is_blank(*x->at)) {
        x->at++;
    }
}

const char *snag__lex_here(struct snag__lexer *x) {
    skip_blanks(x);
    return x->at;
}

bool snag__lex_raw_line(struct snag__lexer *x) {
    if (x->err != SNAG_ERR_OK || x->next == NULL || *x->next == '\0') {
        return false;
    }
    x->line = x->at = x->next;
    x->number++;
    const char *newline = strchr(x->line, '\n');
    x->line_end = newline == NULL ? x->line + strlen(x->line) : newline;
    x->next = newline == NULL ? NULL : newline + 1;
    while (x->line_end > x->line && is_blank(x->line_end[-1])) {
        x->line_end--;
    }
    return true;
}

bool snag__lex_line(struct snag__lexer *x) {
    while (snag__lex_raw_line(x)) {
        skip_blanks(x);
        if (x->at < x->line_end && *x->at != '#') {
            return true;
        }
    }
    x->at = x->line_end;
    return snag__lex_fail(x, SNAG_ERR_FORMAT,
                          "the file ends before its `end`: it was cut off; restore it");
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '/' || c == '.';
}

bool snag__lex_accept(struct snag__lexer *x, const char *token) {
    size_t n = strlen(token);
    skip_blanks(x);
    if (x->err != SNAG_ERR_OK || (size_t)(x->line_end - x->at) < n ||
        memcmp(x->at, token, n) != 0) {
        return false;
    }
    bool word = is_word(token[0]) && is_word(token[n - 1]);
    if (word && x->at + n < x->line_end && is_word(x->at[n])) {
        return false;
    }
    x->at += n;
    return true;
}

bool snag__lex_expect(struct snag__lexer *x, const char *token) {
    return snag__lex_accept(x, token) ||
           snag__lex_fail(x, SNAG_ERR_FORMAT, "expected `%s` here (see FORMAT.md)", token);
}

bool snag__lex_end(struct snag__lexer *x) {
    skip_blanks(x);
    if (x->err == SNAG_ERR_OK && x->at < x->line_end) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "the line should end here; remove the rest");
    }
    return x->err == SNAG_ERR_OK;
}

bool snag__lex_word(struct snag__lexer *x, const char *what, char *word, size_t room) {
    skip_blanks(x);
    size_t n = 0;
    while (x->at + n < x->line_end && is_word(x->at[n])) {
        n++;
    }
    if (n == 0) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "expected %s here", what);
    }
    if (n >= room) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "%s is longer than %zu characters", what,
                              room - 1);
    }
    memcpy(word, x->at, n);
    word[n] = '\0';
    x->at += n;
    return x->err == SNAG_ERR_OK;
}

bool snag__lex_number(struct snag__lexer *x, const char *what, int64_t *value) {
    skip_blanks(x);
    const char *at = x->at;
    bool negative = at < x->line_end && *at == '-';
    at += negative;
    uint64_t limit = (uint64_t)INT64_MAX + negative, v = 0;
    const char *digits = at;
    for (; at < x->line_end && *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (v > (limit - digit) / 10) {
            return snag__lex_fail(x, SNAG_ERR_FORMAT, "%s does not fit into 64 bits", what);
        }
        v = v * 10 + digit;
    }
    if (at == digits || (at < x->line_end && is_word(*at) && *at != '-')) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "expected %s here, a number", what);
    }
    *value = (int64_t)(negative ? 0 - v : v);
    x->at = at;
    return x->err == SNAG_ERR_OK;
}

bool snag__lex_count(struct snag__lexer *x, const char *what, uint32_t min, uint32_t max,
                     uint32_t *value) {
    skip_blanks(x);
    const char *start = x->at;
    int64_t v;
    if (!snag__lex_number(x, what, &v)) {
        return false;
    }
    if (v < min || v > max) {
        x->at = start;
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "%s must be from %" PRIu32 " to %" PRIu32, what,
                              min, max);
    }
    *value = (uint32_t)v;
    return true;
}

/* -1: not one. Lower case only, so that a value has one spelling. */
static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool snag__lex_hash(struct snag__lexer *x, const char *what, uint64_t *value) {
    skip_blanks(x);
    uint64_t v = 0;
    unsigned n = 0;
    while (n < 16 && x->at + n < x->line_end && hex_digit(x->at[n]) >= 0) {
        v = v << 4 | (uint64_t)hex_digit(x->at[n++]);
    }
    if (n < 16 || (x->at + n < x->line_end && is_word(x->at[n]))) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "expected %s here, 16 hexadecimal digits", what);
    }
    *value = v;
    x->at += n;
    return x->err == SNAG_ERR_OK;
}

bool snag__lex_bytes(struct snag__lexer *x, const char *what, uint8_t *bytes, size_t room,
                     uint8_t *count) {
    skip_blanks(x);
    const char *at = x->at, *end = x->line_end;
    bool quoted = at < end && *at == '"', hex = at < end && *at == 'x';
    if (!quoted && !hex) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "expected %s here, \"text\" or x00ff", what);
    }
    size_t n = 0;
    for (at++; at < end && *at != '"'; n++) {
        int high = hex ? hex_digit(*at) : 0;
        if (hex && high < 0) {
            break;
        }
        int low = hex && at + 1 < end ? hex_digit(at[1]) : -1;
        bool visible = *at >= ' ' && *at <= '~' && *at != '\\';
        if (hex ? low < 0 : !visible) {
            x->at = at;
            return snag__lex_fail(x, SNAG_ERR_FORMAT, "not a byte of %s; write it as x00ff", what);
        }
        if (n == room) {
            x->at = at;
            return snag__lex_fail(x, SNAG_ERR_STALE, "%s is longer than %zu bytes", what, room);
        }
        bytes[n] = hex ? (uint8_t)(high << 4 | low) : (uint8_t)*at;
        at += hex ? 2 : 1;
    }
    x->at = at;
    if (quoted && !snag__lex_accept(x, "\"")) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "%s lacks its closing quote", what);
    }
    *count = (uint8_t)n;
    return x->err == SNAG_ERR_OK;
}

/* One character of escaped text. -1: not an escape. */
static int unescape(struct snag__lexer *x) {
    if (*x->at != '\\') {
        return (unsigned char)*x->at++;
    }
    size_t left = (size_t)(x->line_end - x->at);
    static const char names[] = "\\nrt", values[] = "\\\n\r\t";
    const char *name = left >= 2 ? memchr(names, x->at[1], sizeof names - 1) : NULL;
    if (name != NULL) {
        x->at += 2;
        return values[name - names];
    }
    bool hex = left >= 4 && x->at[1] == 'x' && hex_digit(x->at[2]) >= 0 && hex_digit(x->at[3]) >= 0;
    if (!hex || (x->at[2] == '0' && x->at[3] == '0')) {
        return -1;
    }
    int c = hex_digit(x->at[2]) << 4 | hex_digit(x->at[3]);
    x->at += 4;
    return c;
}

bool snag__lex_text(struct snag__lexer *x, const char *what, char *text, size_t room) {
    skip_blanks(x);
    size_t n = 0;
    while (x->err == SNAG_ERR_OK && x->at < x->line_end) {
        if (n + 1 >= room) {
            return snag__lex_fail(x, SNAG_ERR_FORMAT, "%s is longer than %zu bytes", what,
                                  room - 1);
        }
        int c = unescape(x);
        if (c < 0) {
            return snag__lex_fail(x, SNAG_ERR_FORMAT, "not an escape: write \\\\ for a backslash");
        }
        text[n++] = (char)c;
    }
    text[n] = '\0';
    return x->err == SNAG_ERR_OK;
}
