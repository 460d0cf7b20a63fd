/* lexer.h: the repro file's lines and tokens.
 *
 * It knows no keyword. The rule: the first error is kept, with file, line and column, and after it
 * every call fails, so that the reader need not look after each token.
 */
#ifndef SNAG_REPRO_LEXER_H
#define SNAG_REPRO_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snag/error.h"

struct snag__lexer {
    const char *path; /* for messages */
    const char *at;   /* next character of this line */
    const char *line, *line_end;
    const char *next; /* beginning of the line after it; NULL: there is none */
    unsigned number;  /* of this line, from 1; 0: none read yet */
    enum snag_err err;
    struct snag_error *e;
};

/* `text` is NUL-terminated and outlives the lexer. */
void snag__lex_start(struct snag__lexer *x, const char *path, const char *text,
                     struct snag_error *e);
/* To the next line, whatever it is. False: none. */
bool snag__lex_raw_line(struct snag__lexer *x);
/* To the next line that is neither blank nor a comment. At the end of the text: an error. */
bool snag__lex_line(struct snag__lexer *x);

/* Fails at the current token; `code` and the sentence that follows "FILE:LINE:COLUMN: ". Returns
 * false. */
bool snag__lex_fail(struct snag__lexer *x, enum snag_err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The next token, over the blanks before it: for errors that are noticed only after it. */
const char *snag__lex_here(struct snag__lexer *x);
/* Is this the next token? Then it is passed over. A word must end where `token` does. */
bool snag__lex_accept(struct snag__lexer *x, const char *token);
bool snag__lex_expect(struct snag__lexer *x, const char *token);
/* Nothing may follow on this line. */
bool snag__lex_end(struct snag__lexer *x);
/* Letters, digits and _ - / . up to anything else; `what` names it in an error. */
bool snag__lex_word(struct snag__lexer *x, const char *what, char *word, size_t room);
bool snag__lex_number(struct snag__lexer *x, const char *what, int64_t *value);
/* A number in [min, max]: anything else is an error of the format. */
bool snag__lex_count(struct snag__lexer *x, const char *what, uint32_t min, uint32_t max,
                     uint32_t *value);
bool snag__lex_hash(struct snag__lexer *x, const char *what, uint64_t *value);
/* A quoted string, or x and hexadecimal digits. */
bool snag__lex_bytes(struct snag__lexer *x, const char *what, uint8_t *bytes, size_t room,
                     uint8_t *count);
/* The rest of the line, unescaped. */
bool snag__lex_text(struct snag__lexer *x, const char *what, char *text, size_t room);

#endif
