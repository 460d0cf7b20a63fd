/* keep.c: repro files of findings. See keep.h. */
#include "keep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "cli/commands.h"
#include "exec/recorder.h"

void snag__keep_describe(struct snag__repro *r, struct snag__session *s,
                         const struct snag__shrink_case *c, const struct snag_verdict *v,
                         uint32_t i) {
    const struct snag_finding *f = &v->findings[i];
    memset(r, 0, offsetof(struct snag__repro, program));
    snprintf(r->target, sizeof r->target, "%s", snag__target_name);
    r->invocation = snag__recorder->invocation;
    r->spec_hash = s->impl != NULL ? snag__spec_hash(s->impl->spec) : 0;
    r->kind = f->kind;
    memcpy(r->key, f->key, sizeof r->key);
    snprintf(r->expect[0].flavour, sizeof r->expect[0].flavour, "%s", snag__target_flavour);
    memcpy(r->expect[0].key, f->key, sizeof r->expect[0].key);
    r->expect[0].sync_digest = v->sync_digest;
    r->has_program = c->has_program;
    if (c->has_program)
        r->program = c->program;
    r->schedule = c->schedule;
    r->note[0] = '\0';
    if (snag__is_test)
        snprintf(r->note, sizeof r->note,
                 "Of a unit test: it replays this when run with SNAG_REPLAY=THIS-FILE.");
}

bool snag__keep_write(const struct snag__repro *r, struct snag__session *s, char *path,
                      size_t room) {
    struct snag_error e = {0};
    uint64_t h = snag__hash(r->key, strlen(r->key), 0);
    int n = snprintf(path, room, "%s/%s/%s-%08" PRIx32 ".repro", s->options->out, r->target,
                     snag_finding_name(r->kind), (uint32_t)h);
    if (n < 0 || (size_t)n >= room) {
        (void)snag_fail(&e, SNAG_ERR_IO, "the path below --out=%s is too long", s->options->out);
    } else if (snag__file_folders(path, &e) == SNAG_ERR_OK &&
               snag__repro_write(path, r, s->impl, &e) == SNAG_ERR_OK) {
        return true;
    }
    char *text = snag__repro_text(r, s->impl);
    fprintf(stderr, "snag: %s\nsnag: the repro that could not be written:\n%s", e.line,
            text != NULL ? text : "(and no memory to print it)\n");
    free(text);
    path[0] = '\0';
    return false;
}
