/* error.c: filling in errors.
 *
 * It decides nothing. The rule: a line stays one line, whatever is in the names it quotes.
 */
#include "snag/error.h"

#include <stdarg.h>
#include <stdio.h>

enum snag_err snag_fail(struct snag_error *e, enum snag_err code, const char *format, ...) {
    if (e == NULL) {
        return code;
    }
    e->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(e->line, sizeof e->line, format, args);
    va_end(args);
    for (char *c = e->line; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            *c = '?'; /* a path or a quoted token may hold anything, also terminal escapes */
        }
    }
    return code;
}

const char *snag_err_text(enum snag_err code) {
    static const char *const texts[] = {
#define SNAG_ERR_TEXT(name, text) text,
        SNAG_ERRORS(SNAG_ERR_TEXT)
#undef SNAG_ERR_TEXT
    };
    return (unsigned)code < sizeof texts / sizeof texts[0] ? texts[code] : "unknown error";
}
