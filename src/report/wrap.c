/* wrap.c: words into lines of a width, and colours.
 *
 * A column is a byte: names and arguments are ASCII. The rule: a line is never longer than its
 * room; a word that does not fit anywhere is cut.
 */
#include "report/sheet.h"

#include <string.h>

size_t snag__wrap_line(const char *text, size_t room, const char **next) {
    size_t newline = strcspn(text, "\n"), length = newline;
    if (newline <= room) {
        *next = text + newline + (text[newline] == '\n');
        return newline;
    }
    for (length = room; length > 0 && text[length] != ' '; length--)
        ;
    if (length == 0) { /* no space to break at */
        *next = text + room;
        return room;
    }
    *next = text + length + 1;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return length;
}

void snag__wrap(FILE *out, const char *text, uint32_t first, uint32_t indent, uint32_t columns) {
    uint32_t at = first;
    do {
        size_t room = columns > at + 8 ? columns - at : 8;
        const char *line = text;
        size_t length = snag__wrap_line(line, room, &text);
        (void)fprintf(out, "%*s%.*s\n", length > 0 ? (int)at : 0, "", (int)length, line);
        at = indent;
    } while (*text != '\0');
}

static const char *const styles[] = {"", "\033[2m", "\033[1;31m", "\033[1m"};

const char *snag__style_on(bool colour, enum snag__style style) {
    return colour ? styles[style] : "";
}

const char *snag__style_off(bool colour, enum snag__style style) {
    return colour && style != SNAG__PLAIN ? "\033[0m" : "";
}
