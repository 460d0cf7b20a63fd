/* repro_read.c: a repro from its text. See FORMAT.md.
 *
 * Lines stand in a fixed order, so the reader walks down them once. The rule: it never guesses:
 * what it does not understand is an error with line and column; and what it returns is legal.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "repro/parse.h"
#include "sched/schedule.h"

enum { FILE_BYTES_MAX = 16 << 20, NAME_BYTES = 64 };

static bool parse_actor(struct snag__lexer *x, struct snag_actor *a) {
    char name[SNAG__ACTOR_TEXT];
    const char *start = snag__lex_here(x);
    if (!snag__lex_word(x, "an actor, like 0.2 or t1,", name, sizeof name)) {
        return false;
    }
    if (!snag__actor_parse(name, a)) {
        x->at = start;
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "`%s` is no actor: write it like 0.2 or t1",
                              name);
    }
    return true;
}

static bool parse_kind(struct snag__lexer *x, struct snag_switch *s) {
    if (snag__lex_accept(x, "preempt")) {
        s->kind = SNAG_CHOOSE_NEXT;
        s->preempts = 1;
        return true;
    }
    for (unsigned i = 0; i < SNAG_CHOICE_KINDS; i++) {
        if (snag__lex_accept(x, snag_choice_name((enum snag_choice_kind)i))) {
            s->kind = (uint8_t)i;
            return true;
        }
    }
    return snag__lex_fail(x, SNAG_ERR_FORMAT,
                          "expected preempt, next, wake or another kind of choice, or `}` here");
}

/* "2", or "2.1": the ordinal, and after a point the sub-ordinal. */
static bool parse_event(struct snag__lexer *x, struct snag_switch *s) {
    const char *point = snag__lex_here(x), *end = x->line_end;
    uint32_t sub = 0;
    while (point < end && *point >= '0' && *point <= '9') {
        point++;
    }
    bool has_sub = point + 1 < end && *point == '.' && point[1] >= '0' && point[1] <= '9';
    x->line_end = has_sub ? point : end;
    bool ok = snag__lex_count(x, "the event's number", 0, UINT32_MAX, &s->ordinal);
    x->line_end = end;
    if (ok && has_sub) {
        x->at = point + 1;
        ok = snag__lex_count(x, "the number after the point", 1, UINT16_MAX, &sub);
    }
    s->sub = (uint16_t)sub;
    return ok;
}

static bool parse_switch(struct snag__lexer *x, struct snag_switch *s) {
    uint32_t op = 0, number = 0;
    *s = (struct snag_switch){0};
    if (!parse_kind(x, s) || !parse_actor(x, &s->at) || !snag__lex_expect(x, "op") ||
        !snag__lex_count(x, "the operation's number", 0, UINT16_MAX, &op) ||
        !snag__lex_expect(x, "event") || !parse_event(x, s)) {
        return false;
    }
    s->op = (uint16_t)op;
    if (snag_choice_takes(s->kind) == SNAG_TAKES_NUMBER) {
        if (!snag__lex_expect(x, "=") ||
            !snag__lex_count(x, "the number chosen", 0, UINT16_MAX, &number)) {
            return false;
        }
        s->number = (uint16_t)number;
    } else if (!snag__lex_expect(x, "->") || !parse_actor(x, &s->to)) {
        return false;
    }
    return snag__lex_end(x);
}

static bool parse_schedule(struct snag__lexer *x, struct snag_schedule *schedule) {
    if (!snag__lex_expect(x, "schedule") || !snag__lex_expect(x, "{") || !snag__lex_end(x)) {
        return false;
    }
    while (snag__lex_line(x)) {
        struct snag_switch s;
        if (snag__lex_accept(x, "}")) {
            return snag__lex_end(x);
        }
        if (!parse_switch(x, &s)) {
            return false;
        }
        if (!snag__schedule_push(schedule, &s)) {
            return snag__lex_fail(x, SNAG_ERR_SYSTEM, "no memory for the schedule");
        }
    }
    return false;
}

/* The first line, and the note under it. Leaves x on the first line of the header. */
static bool parse_top(struct snag__lexer *x, struct snag__repro *r) {
    int64_t version = 0;
    if (!snag__lex_raw_line(x) || !snag__lex_accept(x, "snag") || !snag__lex_accept(x, "repro")) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT,
                              "not a repro file: its first line should be `snag repro %d`",
                              SNAG__REPRO_VERSION);
    }
    if (!snag__lex_number(x, "the version", &version) || !snag__lex_end(x)) {
        return false;
    }
    if (version != SNAG__REPRO_VERSION) {
        return snag__lex_fail(x, SNAG_ERR_VERSION,
                              "repro format %" PRId64 ", and this snag reads %d: replay it with "
                              "the snag that wrote it",
                              version, SNAG__REPRO_VERSION);
    }
    size_t length = 0;
    bool first = true;
    while (x->next != NULL && *x->next == '#' && snag__lex_raw_line(x)) {
        const char *text = x->line + 1;
        text += text < x->line_end && *text == ' ';
        size_t n = (size_t)(x->line_end - text);
        if (length + n + 2 <= sizeof r->note) {
            if (!first) {
                r->note[length++] = '\n';
            }
            memcpy(r->note + length, text, n);
            length += n;
        }
        first = false;
    }
    r->note[length] = '\0';
    return snag__lex_line(x);
}

static bool parse_expect(struct snag__lexer *x, struct snag__repro *r, unsigned i) {
    if (i == SNAG__REPRO_FLAVOURS) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "more than %d flavours", SNAG__REPRO_FLAVOURS);
    }
    struct snag__expect *e = &r->expect[i];
    if (!snag__lex_word(x, "a flavour", e->flavour, sizeof e->flavour)) {
        return false;
    }
    for (unsigned k = 0; k < i; k++) {
        if (strcmp(r->expect[k].flavour, e->flavour) == 0) {
            return snag__lex_fail(x, SNAG_ERR_FORMAT, "flavour %s is given twice", e->flavour);
        }
    }
    if (snag__lex_accept(x, "sync") && !snag__lex_hash(x, "a digest", &e->sync_digest)) {
        return false;
    }
    if (snag__lex_accept(x, "silent")) {
        return snag__lex_end(x);
    }
    if (!snag__lex_accept(x, "key")) {
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "expected `silent` or `key` and the key here");
    }
    if (!snag__lex_text(x, "the key", e->key, sizeof e->key)) {
        return false;
    }
    return e->key[0] != '\0' ||
           snag__lex_fail(x, SNAG_ERR_FORMAT, "expected the key here; no finding is `silent`");
}

static bool parse_finding(struct snag__lexer *x, struct snag__repro *r) {
    char kind[NAME_BYTES];
    const char *start = snag__lex_here(x);
    if (!snag__lex_word(x, "a kind of finding", kind, sizeof kind)) {
        return false;
    }
    r->kind = strcmp(kind, "none") == 0 ? SNAG_NO_FINDING : snag_finding_parse(kind);
    if (r->kind == SNAG_NO_FINDING && strcmp(kind, "none") != 0) {
        x->at = start;
        return snag__lex_fail(x, SNAG_ERR_FORMAT,
                              "this snag knows no finding of kind `%s`: replay it with the snag "
                              "that wrote it",
                              kind);
    }
    return snag__lex_end(x);
}

/* A line that is a word and a text, which may be empty. */
static bool parse_text(struct snag__lexer *x, const char *what, char *text, size_t room) {
    return snag__lex_text(x, what, text, room) && snag__lex_line(x);
}

static bool parse_words(struct snag__lexer *x, const char *name,
                        bool (*add)(struct snag__invocation *v, const char *word),
                        struct snag__invocation *v) {
    static char word[sizeof v->text];
    const char *start;
    while (start = snag__lex_here(x), snag__lex_accept(x, name)) {
        if (!snag__lex_text(x, "it", word, sizeof word))
            return false;
        if (!add(v, word)) {
            x->at = start;
            return snag__lex_fail(x, SNAG_ERR_FORMAT, "more than %zu bytes, or not NAME=VALUE",
                                  sizeof v->text);
        }
        if (!snag__lex_line(x))
            return false;
    }
    return x->err == SNAG_ERR_OK;
}

static bool parse_judged(struct snag__lexer *x, struct snag__invocation *v) {
    v->judged |= snag__lex_accept(x, "exit") ? SNAG__JUDGE_EXIT : 0U;
    v->judged |= snag__lex_accept(x, "leaks") ? SNAG__JUDGE_LEAKS : 0U;
    if (v->judged == 0)
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "expected `exit` or `leaks` here");
    return snag__lex_end(x) && snag__lex_line(x);
}

/* How a program is called, if it is for one. */
static bool parse_invocation(struct snag__lexer *x, struct snag__invocation *v) {
    if (!snag__lex_accept(x, "program"))
        return x->err == SNAG_ERR_OK;
    if (!snag__lex_text(x, "the program's path", v->path, sizeof v->path))
        return false;
    if (v->path[0] == '\0')
        return snag__lex_fail(x, SNAG_ERR_FORMAT, "expected the program's path here");
    return snag__lex_line(x) && parse_words(x, "argument", snag__invocation_argument, v) &&
           parse_words(x, "variable", snag__invocation_variable, v) &&
           (!snag__lex_accept(x, "input") ||
            parse_text(x, "the input's path", v->input, sizeof v->input)) &&
           (!snag__lex_accept(x, "judge") || parse_judged(x, v));
}

/* Everything before the program. Leaves x on the line after it. */
static bool parse_header(struct snag__lexer *x, struct snag__repro *r) {
    if (!parse_top(x, r) || !snag__lex_expect(x, "target") ||
        !snag__lex_word(x, "a target's name", r->target, sizeof r->target) || !snag__lex_end(x) ||
        !snag__lex_line(x) || !parse_invocation(x, &r->invocation)) {
        return false;
    }
    if (snag__lex_accept(x, "spec") && (!snag__lex_hash(x, "the spec's hash", &r->spec_hash) ||
                                        !snag__lex_end(x) || !snag__lex_line(x))) {
        return false;
    }
    if (!snag__lex_expect(x, "finding") || !parse_finding(x, r) || !snag__lex_line(x) ||
        !snag__lex_expect(x, "key") || !parse_text(x, "the key", r->key, sizeof r->key)) {
        return false;
    }
    if (snag__lex_accept(x, "unreproduced")) {
        r->unreproduced = true;
        if (!snag__lex_end(x) || !snag__lex_line(x)) {
            return false;
        }
    }
    for (unsigned i = 0; snag__lex_accept(x, "expect"); i++) {
        if (!parse_expect(x, r, i) || !snag__lex_line(x)) {
            return false;
        }
    }
    return x->err == SNAG_ERR_OK;
}

static void check_target(struct snag__lexer *x, const char *target, const struct snag__repro *r) {
    if (x->err == SNAG_ERR_OK && target != NULL && strcmp(target, r->target) != 0) {
        x->err = snag_fail(x->e, SNAG_ERR_TARGET, "%s: is for target %s, and this is %s", x->path,
                           r->target, target);
    }
}

/* From the program to the end of the file. */
static void parse_rest(struct snag__lexer *x, const struct snag_impl *impl, struct snag__repro *r) {
    if (!snag__repro_parse_program(x, impl, r) || !parse_schedule(x, &r->schedule) ||
        !snag__lex_line(x) || !snag__lex_expect(x, "end") || !snag__lex_end(x)) {
        return;
    }
    while (snag__lex_raw_line(x)) {
        if (snag__lex_here(x) < x->line_end && *x->at != '#') {
            snag__lex_fail(x, SNAG_ERR_FORMAT, "only comments may follow `end`");
            return;
        }
    }
    struct snag_error why;
    if (r->has_program && snag__program_check(&r->program, impl, &why) != SNAG_ERR_OK) {
        x->err = snag_fail(x->e, SNAG_ERR_STALE,
                           "%s: %s no longer runs this program: %.200s: record it again or remove "
                           "the file",
                           x->path, r->target, why.line);
    }
}

/* Is there a line `end`? Without one the file was cut off, and the last word in it may be half of
 * one that would be known: no reason to call the file stale. */
static bool has_end(const char *text) {
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += strspn(line, " \t\r\n");
        if (strncmp(line, "end", 3) == 0 && strchr(" \t\r\n", line[3]) != NULL)
            return true;
        if (*line == '\0')
            return false;
    }
    return false;
}

static enum snag_err load(const char *path, char **text, struct snag_error *e) {
    size_t bytes;
    enum snag_err err = snag__file_read(path, FILE_BYTES_MAX, text, &bytes, e);
    if (err == SNAG_ERR_OK && strlen(*text) != bytes) {
        free(*text);
        *text = NULL;
        err = snag_fail(e, SNAG_ERR_FORMAT, "%s: not a repro file: it is not text", path);
    }
    return err;
}

enum snag_err snag__repro_parse(const char *text, const char *path, const struct snag_impl *impl,
                                const char *target, struct snag__repro *out, struct snag_error *e) {
    struct snag__lexer x;
    memset(out, 0, sizeof *out);
    snag__lex_start(&x, path, text, e);
    parse_header(&x, out);
    check_target(&x, target, out);
    if (x.err == SNAG_ERR_OK) {
        parse_rest(&x, impl, out);
    }
    if (x.err == SNAG_ERR_STALE && !has_end(text)) {
        x.err = snag_fail(e, SNAG_ERR_FORMAT,
                          "%s: the file ends before its `end`: it was cut off; restore it", path);
    }
    if (x.err != SNAG_ERR_OK) {
        snag__repro_free(out);
    }
    return x.err;
}

enum snag_err snag__repro_peek(const char *path, struct snag__repro *out, struct snag_error *e) {
    char *text;
    memset(out, 0, sizeof *out);
    enum snag_err err = load(path, &text, e);
    if (err != SNAG_ERR_OK) {
        return err;
    }
    struct snag__lexer x;
    snag__lex_start(&x, path, text, e);
    parse_header(&x, out);
    free(text);
    return x.err;
}

enum snag_err snag__repro_read(const char *path, const struct snag_impl *impl, const char *target,
                               struct snag__repro *out, struct snag_error *e) {
    char *text;
    memset(out, 0, sizeof *out);
    enum snag_err err = load(path, &text, e);
    if (err == SNAG_ERR_OK) {
        err = snag__repro_parse(text, path, impl, target, out, e);
        free(text);
    }
    return err;
}
