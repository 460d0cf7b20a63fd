/* json.c: escaping. The rule: whatever the bytes, what is printed is one JSON string (RFC 8259) as
 * long as `text` is UTF-8. */
#include "base/json.h"

void snag__json_string(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < ' ' || *c == 0x7f)
            fprintf(out, "\\u%04x", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}
