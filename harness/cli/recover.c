/* recover.c: `recover`: a repro out of the flight recorder of a process that got stuck or died.
 *
 * For the supervisor; harness/recover.h says what it promises. The rule: whatever fails on the way,
 * the repro as recorded is written, or its text is on standard error.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "exec/recorder.h"
#include "load.h"
#include "recover.h"
#include "report/findings.h"
#include "wreck.h"

enum { NOTE_BYTES_MAX = 1 << 16 };

/* ---- reading the flight ---- */

static const struct snag__recorder *map_flight(const char *path) {
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat st;
    void *at = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &st) == 0 && (size_t)st.st_size >= sizeof(struct snag__recorder))
        at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        (void)close(fd);
    if (at == MAP_FAILED || !snag__recorder_legible(at, (uint64_t)st.st_size)) {
        fprintf(stderr, "snag recover: --flight=%s is not a flight recorder of this snag\n",
                path != NULL ? path : "");
        return NULL;
    }
    return at;
}

/* ---- the repro ---- */

static void read_note(char *note, size_t room, const char *path) {
    char *text = NULL;
    size_t bytes = 0;
    struct snag_error e;
    if (path == NULL)
        return;
    if (snag__file_read(path, NOTE_BYTES_MAX, &text, &bytes, &e) == SNAG_ERR_OK)
        snprintf(note, room, "%s", text);
    else
        fprintf(stderr, "snag recover: %s\n", e.line);
    free(text);
}

static bool already_kept(const char *key) {
    struct snag__ledger_entry *entries = NULL;
    size_t count = 0;
    struct snag_error e;
    bool kept = false;
    if (snag__ledger_read(NULL, &entries, &count, &e) == SNAG_ERR_OK)
        for (size_t i = 0; i < count; i++)
            kept |= strcmp(entries[i].key, key) == 0;
    free(entries);
    return kept;
}

static int write_repro(struct snag__wreck *x, const struct snag__options *o, uint64_t executions) {
    struct snag__ledger_entry entry = {.executions = executions};
    struct snag_error e;
    read_note(x->note, sizeof x->note, o->note);
    bool written = snag__wreck_keep(x, o->unreproduced, &entry);
    if (getenv(SNAG__ENV_JOB) == NULL)
        snag__ledger_tell(&entry);
    if (snag__ledger_append(NULL, &entry, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag recover: %s\n", e.line);
        written = false;
    }
    return written ? SNAG__EXIT_NOTHING : SNAG__EXIT_TROUBLE;
}

/* ---- the end of a replay ---- */

static int end_replay(struct snag__wreck *x, const struct snag__options *o) {
    static struct snag__repro r;
    int status = snag__load(o->against, x->session, &r, NULL, 0, NULL);
    if (status != 0)
        return status;
    const struct snag__expect *expect = snag__load_expect(&r);
    const char *key = expect != NULL ? expect->key : r.key;
    bool same = strcmp(key, x->finding.key) == 0;
    if (o->expect) {
        printf("{\"status\":\"%s\",\"line\":", same ? "reproduced" : "different");
        snag__json_string(stdout, same ? "" : x->finding.key);
        puts("}");
        return same ? SNAG__EXIT_NOTHING : SNAG__EXIT_FINDINGS;
    }
    read_note(r.note, sizeof r.note, o->note);
    if (o->json) {
        fputs("{\"kind\":", stdout);
        snag__json_string(stdout, o->kind);
        fputs(",\"key\":", stdout);
        snag__json_string(stdout, x->finding.key);
        fputs(",\"note\":", stdout);
        snag__json_string(stdout, r.note);
        puts("}");
    } else {
        printf("%s\n%s\n\n%s\n\n%s\n", x->finding.key, snag_finding_help(x->finding.kind),
               snag__explain(x->finding.kind, x->finding.rule), r.note);
    }
    return snag__options_has(o->fail_on, snag_grade_name(x->finding.grade)) ? SNAG__EXIT_FINDINGS
                                                                            : SNAG__EXIT_NOTHING;
}

/* ---- the command ---- */

static int recover(struct snag__wreck *x, struct snag__session *session,
                   const struct snag__options *o, const struct snag__recorder *flight) {
    if (!snag__wreck_read(x, session, flight))
        return SNAG__EXIT_TROUBLE;
    if (o->rerun) {
        struct snag_verdict v;
        snag__recorder->watching = 1;
        snag__session_replay(session, x->c.has_program ? &x->c.program : NULL, 0, &x->c.schedule,
                             &v);
        return SNAG__EXIT_NOTHING;
    }
    snag__wreck_name(x, snag_finding_parse(o->kind), o->function);
    if (o->against != NULL)
        return end_replay(x, o);
    if (already_kept(x->finding.key))
        return SNAG__EXIT_NOTHING;
    if (!o->unreproduced && !o->no_shrink)
        snag__wreck_shrink(x);
    return write_repro(x, o, flight->executions);
}

int snag__cmd_recover(const struct snag__options *o, int argc, char **positional) {
    (void)argc, (void)positional;
    static struct snag__session session;
    static struct snag__wreck x;
    const struct snag__recorder *flight = map_flight(o->flight);
    if (flight == NULL)
        return SNAG__EXIT_TROUBLE;
    /* `strategy` and the rest have their defaults: this command knows no such options. */
    int status = snag__session_open(&session, o);
    if (status == 0) {
        status = recover(&x, &session, o, flight);
        snag__wreck_free(&x);
        snag__session_close(&session);
    }
    return status;
}
