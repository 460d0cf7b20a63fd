/* recovery.c: see recovery.h. */
#define _GNU_SOURCE
#include "front/recovery.h"

#include "front/flight.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void snag__line_start(struct snag__line *l, const char *executable, const char *command,
                      const struct snag__options *o, uint64_t more) {
    memset(l, 0, sizeof *l);
    snag__line_add(l, "%s", executable);
    snag__line_add(l, "%s", command);
    l->count += snag__options_unparse(o, command, more, l->words + l->count);
}

void snag__line_add(struct snag__line *l, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *word = NULL;
    if (vasprintf(&word, format, args) >= 0 && l->count < SNAG__WORDS_MAX)
        l->words[l->count++] = word;
    else
        free(word);
    va_end(args);
}

void snag__line_free(struct snag__line *l) {
    for (int i = 0; i < l->count; i++)
        free(l->words[i]);
    memset(l, 0, sizeof *l);
}

enum snag_err snag__line_run(struct snag__line *l, const struct snag__options *o,
                             struct snag__end *end, struct snag_error *e) {
    const struct snag__supervised s = {.argv = l->words, .timeout_ms = o->timeout_ms};
    enum snag_err err = snag__supervise(&s, end, e);
    snag__line_free(l);
    return err;
}

void snag__end_tell(const struct snag__chosen *c, const struct snag__end *end) {
    fprintf(stderr, "snag: %s (%s)", c->target, c->flavour);
    if (end->executions > 0)
        fprintf(stderr, ", execution %" PRIu64, end->executions);
    fputs(": the process ", stderr);
    snag__end_print(stderr, end);
    fputc('\n', stderr);
}

/* What is known of the process that is gone, for those who look into it. In memory: the disk may be
 * full, and a finding is not lost for that. */
struct evidence {
    int flight_fd, note_fd;
    char flight[SNAG__HELD_PATH_BYTES];
    char note[SNAG__HELD_PATH_BYTES]; /* the text for the repro's comment */
};

static enum snag_err hold_note(struct evidence *v, const struct snag__end *end,
                               struct snag_error *e) {
    enum snag_err err = snag__hold(&v->note_fd, v->note, e);
    FILE *out = err == SNAG_ERR_OK ? fopen(v->note, "we") : NULL;
    if (out == NULL)
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory to hold the evidence: %s", strerror(errno));
    snag__end_note(out, end);
    if (fclose(out) != 0)
        err = snag_fail(e, SNAG_ERR_SYSTEM, "no memory to hold the evidence: %s", strerror(errno));
    return err;
}

static enum snag_err hold(struct evidence *v, const struct snag__end *end, struct snag_error *e) {
    v->flight_fd = v->note_fd = -1;
    enum snag_err err = snag__flight_hold(end->recorder, &v->flight_fd, v->flight, e);
    return err == SNAG_ERR_OK ? hold_note(v, end, e) : err;
}

static void let_go(const struct evidence *v) {
    if (v->flight_fd >= 0)
        (void)close(v->flight_fd);
    if (v->note_fd >= 0)
        (void)close(v->note_fd);
}

/* Nothing could be made of it. */
static void keep_flight(const struct snag__end *end, const char *directory) {
    struct snag_error e = {0};
    char path[1100];
    if (snag__flight_save(end->recorder, directory, path, sizeof path, &e) == SNAG_ERR_OK)
        fprintf(stderr,
                "snag: %s is kept: the flight recorder of an execution that could not be "
                "turned into a repro\n",
                path);
    else
        (void)snag__front_fail(&e);
}

/* Does the recorded execution end in the same way again? */
static enum snag_err run_again(const struct snag__chosen *c, const struct snag__options *o,
                               const char *flight, const struct snag__end *first, bool *same,
                               struct snag_error *e) {
    struct snag__line line;
    struct snag__end again;
    snag__line_start(&line, c->executable, "recover", o, 0);
    snag__line_add(&line, "--flight=%s", flight);
    snag__line_add(&line, "--rerun");
    const struct snag__supervised s = {
        .argv = line.words, .timeout_ms = o->timeout_ms, .shielded = true};
    enum snag_err err = snag__supervise(&s, &again, e);
    snag__line_free(&line);
    if (err != SNAG_ERR_OK)
        return err;
    if (again.how == SNAG__ENDED && again.status > 1) {
        err =
            snag_fail(e, SNAG_ERR_SYSTEM, "%s: the recorded execution cannot be run again", flight);
    } else {
        /* Which signal a second death has is luck where memory was corrupted. */
        *same = again.how == first->how;
    }
    snag__end_free(&again);
    return err;
}

/* `recover` proper; its exit status, or 3. */
static int conclude(const struct snag__chosen *c, const struct snag__options *o,
                    const struct snag__end *end, const struct evidence *v, const char *extra,
                    uint64_t more, const char *const *env) {
    struct snag__line line;
    struct snag__end done;
    struct snag_error e = {0};
    snag__line_start(&line, c->executable, "recover", o, more);
    snag__line_add(&line, "--flight=%s", v->flight);
    snag__line_add(&line, "--kind=%s", snag__end_kind(end));
    if (end->how != SNAG__DIED && end->stack.stuck_in[0] != '\0')
        snag__line_add(&line, "--function=%s", end->stack.stuck_in);
    snag__line_add(&line, "--note=%s", v->note);
    if (extra != NULL)
        snag__line_add(&line, "%s", extra);
    const struct snag__supervised s = {
        .argv = line.words, .env = env, .timeout_ms = o->timeout_ms, .shielded = true};
    enum snag_err err = snag__supervise(&s, &done, &e);
    snag__line_free(&line);
    if (err != SNAG_ERR_OK)
        return snag__front_fail(&e);
    int status = done.how == SNAG__ENDED ? done.status : SNAG__EXIT_TROUBLE;
    if (done.how != SNAG__ENDED) {
        char text[128];
        snag__end_text(&done, text, sizeof text);
        fprintf(stderr, "snag: %s: `recover` %s\n", c->target, text);
    }
    snag__end_free(&done);
    return status;
}

bool snag__recover(const struct snag__chosen *c, const struct snag__options *o,
                   const struct snag__end *end, const char *const *env, int *status) {
    struct evidence v;
    struct snag_error e = {0};
    bool same = false;
    if (hold(&v, end, &e) != SNAG_ERR_OK ||
        run_again(c, o, v.flight, end, &same, &e) != SNAG_ERR_OK) {
        *status = snag__front_fail(&e);
    } else {
        uint64_t out = UINT64_C(1) << SNAG__OPTION_out;
        *status = conclude(c, o, end, &v, same ? NULL : "--unreproduced", out, env);
    }
    let_go(&v);
    if (*status == SNAG__EXIT_NOTHING)
        return true;
    keep_flight(end, o->out);
    *status = SNAG__EXIT_TROUBLE;
    return false;
}

int snag__recover_replay(const struct snag__chosen *c, const struct snag__options *o,
                         const struct snag__end *end, const char *repro) {
    struct evidence v;
    struct snag_error e = {0};
    char *against = NULL;
    int status = SNAG__EXIT_TROUBLE;
    if (hold(&v, end, &e) != SNAG_ERR_OK)
        status = snag__front_fail(&e);
    else if (asprintf(&against, "--against=%s", repro) >= 0)
        status = conclude(c, o, end, &v, against, 0, NULL);
    free(against);
    let_go(&v);
    return status;
}
