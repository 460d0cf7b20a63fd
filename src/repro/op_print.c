/* op_print.c: one operation as repros and reports show it.
 *
 * It lays out nothing: indentation, braces and nested operations are the caller's. The rule: what
 * it prints is what repro_read.c reads (FORMAT.md).
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "repro/repro.h"

/* Text that may not fit; `length` is what it would take. */
struct out {
    char *text;
    size_t room, length;
};

static void put(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct out *o, const char *format, ...) {
    size_t left = o->length < o->room ? o->room - o->length : 0;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(left > 0 ? o->text + o->length : NULL, left, format, args);
    va_end(args);
    o->length += n > 0 ? (size_t)n : 0;
}

static bool quotable(const struct snag_value *v) {
    for (unsigned i = 0; i < v->bytes_count; i++) {
        uint8_t c = v->bytes[i];
        if (c < ' ' || c > '~' || c == '"' || c == '\\') {
            return false;
        }
    }
    return true;
}

static void put_bytes(struct out *o, const struct snag_value *v) {
    bool quoted = quotable(v);
    put(o, quoted ? "\"" : "x");
    for (unsigned i = 0; i < v->bytes_count; i++) {
        put(o, quoted ? "%c" : "%02x", v->bytes[i]);
    }
    if (quoted) {
        put(o, "\"");
    }
}

int snag__op_print(const struct snag_spec *spec, const struct snag__op *op, char *text,
                   size_t room) {
    const struct snag_op_decl *d = &spec->ops[op->op];
    struct out o = {text, room, 0};
    const char *comma = "";
    put(&o, "%s(", d->name);
    for (unsigned a = 0; a < SNAG_ARGS_MAX && d->args[a].type != SNAG_NONE; a++) {
        if (d->args[a].type == SNAG_PROGRAM) {
            continue;
        }
        put(&o, "%s%s=", comma, d->args[a].name);
        comma = ", ";
        if (d->args[a].type == SNAG_BYTES) {
            put_bytes(&o, &op->args[a]);
        } else {
            put(&o, d->args[a].type == SNAG_HANDLE ? "#%" PRId64 : "%" PRId64, op->args[a].i);
        }
    }
    put(&o, ")");
    if (op->abort != 0) {
        put(&o, " aborted %u", op->abort);
    }
    return (int)o.length;
}
