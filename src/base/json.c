/* json.c: escaping. The rule: whatever the bytes, what is printed is one JSON string (RFC 8259) as
 * long as `text` is UTF-8. */
#include "base/json.h"

static void put(FILE *out, unsigned char c) {
    if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
    else if (c < ' ' || c == 0x7f)
        fprintf(out, "\\u%04x", c);
    else
        fputc(c, out);
}

void snag__json_string(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text != '\0'; text++)
        put(out, (unsigned char)*text);
    fputc('"', out);
}

void snag__json_bytes(FILE *out, const char *bytes, size_t count) {
    fputc('"', out);
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x80)
            fprintf(out, "\\u%04x", c);
        else
            put(out, c);
    }
    fputc('"', out);
}
