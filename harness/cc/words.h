/* words.h: the words of a command line, and how snag-cc gives up.
 *
 * Not for anything that lives long: nothing is freed, the process ends soon. The rule: a word is a
 * whole argument, whatever is in it; no shell ever sees one.
 */
#ifndef SNAG_HARNESS_CC_WORDS_H
#define SNAG_HARNESS_CC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is none. `list` ends with NULL once there was one. */
struct snag__words {
    const char **list;
    size_t count, room;
};

void snag__words_add(struct snag__words *w, const char *word);
void snag__words_add_all(struct snag__words *w, const struct snag__words *more);
bool snag__words_have(const struct snag__words *w, const char *word);
/* argv without its first, every @FILE replaced by the words in it. */
void snag__words_of(struct snag__words *w, int argc, char **argv);

/* A word made as printf does. */
const char *snag__word(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The word with every `what` in it replaced. */
const char *snag__word_with(const char *word, const char *what, const char *by);
bool snag__word_begins(const char *word, const char *with);

/* "snag-cc" or "snag-c++": whoever speaks. */
extern const char *snag__cc_name;
/* One line on standard error, and the end of the process, as after an error of a compiler. */
_Noreturn void snag__cc_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
