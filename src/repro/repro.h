/* repro.h: the repro file: versioned, commented, diffable text that replays a finding. See
 * FORMAT.md.
 *
 * The rule: write then read gives the same value, and a reader never guesses: what it does not
 * understand is an error that names line and column.
 */
#ifndef SNAG_REPRO_REPRO_H
#define SNAG_REPRO_REPRO_H

#include "base/invocation.h"
#include "program/program.h"
#include "snag/run.h"

enum { SNAG__REPRO_VERSION = 1, SNAG__TARGET_BYTES = 64, SNAG__REPRO_FLAVOURS = 4 };

/* What a replay in one flavour is expected to show. */
struct snag__expect {
    char flavour[16];         /* "fast"; empty: unused slot */
    char key[SNAG_KEY_BYTES]; /* "" : silent */
    uint64_t sync_digest;     /* 0: not stated */
};

struct snag__repro {
    char target[SNAG__TARGET_BYTES];    /* "kv/mutex" */
    struct snag__invocation invocation; /* of a program with a main of its own */
    uint64_t spec_hash;                 /* 0 for a scenario */
    enum snag_finding_kind kind;
    char key[SNAG_KEY_BYTES];
    bool unreproduced; /* the child died once and did not again: kept, not a finding */
    struct snag__expect expect[SNAG__REPRO_FLAVOURS];
    bool has_program;
    struct snag_program program;
    struct snag_schedule schedule;
    char note[512]; /* comment lines for a person (stuck stack, …); newlines allowed; may be "" */
};

/* Which target and spec hash a file is for, without needing the target: for the front command. Only
 * the lines before the program are read. `out` need not be initialised, here and below. */
enum snag_err snag__repro_peek(const char *path, struct snag__repro *out, struct snag_error *e);
/* Reads all of it against `impl` (NULL: scenario). SNAG_ERR_TARGET, _STALE, _VERSION, _FORMAT, _IO.
 * `target` NULL: any. On success `out` is to be freed. */
enum snag_err snag__repro_read(const char *path, const struct snag_impl *impl, const char *target,
                               struct snag__repro *out, struct snag_error *e);
/* The same from a text; `path` is for messages. */
enum snag_err snag__repro_parse(const char *text, const char *path, const struct snag_impl *impl,
                                const char *target, struct snag__repro *out, struct snag_error *e);
/* The text, malloc'ed; NULL: no memory. */
char *snag__repro_text(const struct snag__repro *r, const struct snag_impl *impl);
/* Writes aside, syncs, renames. */
enum snag_err snag__repro_write(const char *path, const struct snag__repro *r,
                                const struct snag_impl *impl, struct snag_error *e);
void snag__repro_free(struct snag__repro *r);

/* One operation as repros and reports print it: `put(key=1, value=7)`; the block of a nested
 * program is the caller's to lay out. Returns the length snprintf would. */
int snag__op_print(const struct snag_spec *spec, const struct snag__op *op, char *text,
                   size_t room);

#endif
