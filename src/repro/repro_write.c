/* repro_write.c: a repro as text. See FORMAT.md.
 *
 * It checks nothing: the program is legal. The rule: the same value gives the same bytes, and
 * repro_read.c gives that value back.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "repro/repro.h"
#include "sched/schedule.h"

/* Text up to the end of a line: whatever would break the line, or be trimmed, is escaped. */
static void add_line_text(struct snag__text *t, const char *text) {
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\\') {
            snag__text_add(t, "\\\\", 2);
        } else if (c == '\n') {
            snag__text_add(t, "\\n", 2);
        } else if (c == '\r') {
            snag__text_add(t, "\\r", 2);
        } else if (c == '\t') {
            snag__text_add(t, "\\t", 2);
        } else if (c < ' ' || c == 0x7f || (c == ' ' && (i == 0 || i == n - 1))) {
            snag__text_format(t, "\\x%02x", c);
        } else {
            snag__text_add(t, text + i, 1);
        }
    }
    snag__text_add(t, "\n", 1);
}

static void add_note(struct snag__text *t, const char *note) {
    while (note != NULL && *note != '\0') {
        const char *end = strchr(note, '\n');
        size_t n = end == NULL ? strlen(note) : (size_t)(end - note);
        while (n > 0 && (note[n - 1] == ' ' || note[n - 1] == '\t' || note[n - 1] == '\r')) {
            n--;
        }
        snag__text_add(t, "# ", n > 0 ? 2 : 1);
        for (size_t i = 0; i < n; i++) {
            unsigned char c = (unsigned char)note[i];
            snag__text_add(t, (c < ' ' && c != '\t') || c == 0x7f ? "?" : note + i, 1);
        }
        snag__text_add(t, "\n", 1);
        note = end == NULL ? NULL : end + 1;
        if (note != NULL && *note == '\0') {
            snag__text_add(t, "#\n", 2); /* a note that ends with a newline: an empty last line */
        }
    }
}

static void add_named(struct snag__text *t, const char *name, const char *text) {
    snag__text_format(t, text[0] == '\0' ? "%s" : "%s ", name);
    add_line_text(t, text);
}

static void add_invocation(struct snag__text *t, const struct snag__invocation *v) {
    if (v->path[0] == '\0') {
        return;
    }
    add_named(t, "program", v->path);
    uint32_t n = 0;
    for (const char *word = snag__invocation_first(v);
         word != NULL && n < v->arguments + v->variables; n++) {
        add_named(t, n < v->arguments ? "argument" : "variable", word);
        word = snag__invocation_next(v, word);
    }
    if (v->input[0] != '\0') {
        add_named(t, "input", v->input);
    }
    if (v->judged != 0) {
        snag__text_format(t, "judge%s%s\n", (v->judged & SNAG__JUDGE_EXIT) != 0 ? " exit" : "",
                          (v->judged & SNAG__JUDGE_LEAKS) != 0 ? " leaks" : "");
    }
}

static void add_header(struct snag__text *t, const struct snag__repro *r) {
    snag__text_format(t, "snag repro %d\n", SNAG__REPRO_VERSION);
    add_note(t, r->note);
    snag__text_format(t, "target %s\n", r->target);
    add_invocation(t, &r->invocation);
    if (r->has_program || r->spec_hash != 0) {
        snag__text_format(t, "spec %016" PRIx64 "\n", r->spec_hash);
    }
    snag__text_format(t, "finding %s\n",
                      r->kind == SNAG_NO_FINDING ? "none" : snag_finding_name(r->kind));
    add_named(t, "key", r->key);
    if (r->unreproduced) {
        snag__text_format(t, "unreproduced\n");
    }
    for (int i = 0; i < SNAG__REPRO_FLAVOURS; i++) {
        const struct snag__expect *x = &r->expect[i];
        if (x->flavour[0] == '\0') {
            continue;
        }
        snag__text_format(t, "expect %s", x->flavour);
        if (x->sync_digest != 0) {
            snag__text_format(t, " sync %016" PRIx64, x->sync_digest);
        }
        snag__text_format(t, x->key[0] == '\0' ? " silent" : " key ");
        add_line_text(t, x->key);
    }
}

static void add_op(struct snag__text *t, const struct snag_spec *spec, const struct snag__op *op) {
    int n = snag__op_print(spec, op, NULL, 0);
    char *text = malloc((size_t)n + 1);
    if (text == NULL) {
        t->failed = true;
        return;
    }
    snag__op_print(spec, op, text, (size_t)n + 1);
    snag__text_format(t, "%s%s%s\n", op->depth == 0 ? "    " : "        ", text,
                      op->nested > 0 ? " {" : "");
    free(text);
}

static void add_program(struct snag__text *t, const struct snag_program *p,
                        const struct snag_spec *spec) {
    if (p->workers > 0) {
        snag__text_format(t, "workers %u\n", p->workers);
    }
    for (unsigned i = 0; i < SNAG_CONFIG_MAX && spec->config[i].name != NULL; i++) {
        snag__text_format(t, "%s%s=%" PRId64, i == 0 ? "config " : " ", spec->config[i].name,
                          p->config.values[i]);
    }
    if (spec->config[0].name != NULL) {
        snag__text_add(t, "\n", 1);
    }
    for (unsigned task = 0; task < p->tasks; task++) {
        snag__text_format(t, "task %u {\n", task + 1);
        unsigned block_end = 0; /* index after the nested program we are in; 0: in none */
        for (unsigned i = p->first[task]; i < p->first[task + 1]; i++) {
            add_op(t, spec, &p->ops[i]);
            if (p->ops[i].nested > 0) {
                block_end = i + 1 + p->ops[i].nested;
            }
            if (i + 1 == block_end) {
                snag__text_format(t, "    }\n");
            }
        }
        snag__text_format(t, "}\n");
    }
}

static const char *switch_name(const struct snag_switch *s) {
    return s->kind == SNAG_CHOOSE_NEXT && s->preempts ? "preempt" : snag_choice_name(s->kind);
}

static void add_schedule(struct snag__text *t, const struct snag_schedule *schedule) {
    snag__text_format(t, "schedule {\n");
    for (uint32_t i = 0; i < schedule->count; i++) {
        const struct snag_switch *s = &schedule->list[i];
        char at[SNAG__ACTOR_TEXT], to[SNAG__ACTOR_TEXT];
        snag__text_format(t, "    %s %s op %u event %" PRIu32, switch_name(s),
                          snag__actor_print(&s->at, at), s->op, s->ordinal);
        if (s->sub != 0) {
            snag__text_format(t, ".%u", s->sub);
        }
        if (snag_choice_takes(s->kind) == SNAG_TAKES_NUMBER) {
            snag__text_format(t, " = %u\n", s->number);
        } else {
            snag__text_format(t, " -> %s\n", snag__actor_print(&s->to, to));
        }
    }
    snag__text_format(t, "}\n");
}

char *snag__repro_text(const struct snag__repro *r, const struct snag_impl *impl) {
    struct snag__text t = {0};
    add_header(&t, r);
    if (r->has_program && impl != NULL) {
        add_program(&t, &r->program, impl->spec);
    }
    add_schedule(&t, &r->schedule);
    snag__text_format(&t, "end\n");
    return snag__text_take(&t);
}

enum snag_err snag__repro_write(const char *path, const struct snag__repro *r,
                                const struct snag_impl *impl, struct snag_error *e) {
    char *text = snag__repro_text(r, impl);
    if (text == NULL) {
        return snag_fail(e, SNAG_ERR_SYSTEM, "%s: no memory to write it", path);
    }
    enum snag_err err = snag__file_write(path, text, strlen(text), e);
    free(text);
    return err;
}

void snag__repro_free(struct snag__repro *r) {
    snag__schedule_free(&r->schedule);
}
