/* text.h: text that grows while it is written.
 *
 * Not a stream: it stays in memory. The rule: running out of memory is remembered, not reported at
 * every call; whoever takes the result looks once.
 */
#ifndef SNAG_BASE_TEXT_H
#define SNAG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* All zero is an empty text. */
struct snag__text {
    char *data; /* owned, NUL-terminated once anything was added */
    size_t length, room;
    bool failed;
};

void snag__text_add(struct snag__text *t, const char *data, size_t bytes);
void snag__text_format(struct snag__text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "check_spec" as it is typed: "check-spec". Lives as long as the process. */
const char *snag__dashed(const char *name);
/* 1234567 as "1,234,567". Returns `text`. */
enum { SNAG__GROUPED_BYTES = 32 };
char *snag__grouped(uint64_t n, char text[SNAG__GROUPED_BYTES]);
/* A word as a shell wants it: in quotes where it needs them. */
void snag__print_word(FILE *out, const char *word);
/* The text, now the caller's to free, and *t is empty; NULL: no memory (all was freed). */
char *snag__text_take(struct snag__text *t);

#endif
