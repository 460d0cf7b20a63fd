/* finding.h: what an oracle says it found: one value that is deduplicated, shrunk for and reported.
 *
 * It is not the repro (program + schedule, src/repro) nor its picture (src/report). The rule: `key`
 * is structural (kind, function and operation names, lock roles in canonical order) and holds no
 * pc, line, address, vthread or task number, so that it is the same across runs, builds and
 * shrinking.
 */
#ifndef SNAG_FINDING_H
#define SNAG_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum snag_finding_kind {
    SNAG_NO_FINDING = 0,
#define X(id, name, grade, rule, help) SNAG_##id,
#include "snag/finding.def"
#undef X
    SNAG_FINDING_KINDS
};

enum snag_grade {
    SNAG_GRADE_FINDING, /* it happened */
    SNAG_GRADE_HAZARD,  /* seen, no harm in this schedule */
    SNAG_GRADE_HINT     /* needless */
};

enum {
    SNAG_KEY_BYTES = 192,   /* key, with its NUL */
    SNAG_PARTIES_MAX = 8,   /* of one finding */
    SNAG_CALLERS_MAX = 8,   /* of one place of a party */
    SNAG_DETAIL_BYTES = 512 /* one paragraph for a person, with its NUL */
};

/* Somebody in the finding: who waits, who owns, who accessed. Positions are in the event log. */
struct snag_party {
    uint16_t vthread;    /* index in the execution */
    uint16_t task;       /* index + 1; 0: none */
    uint32_t object;     /* object number it waits for, accesses or was given; 0: none */
    uint32_t holds;      /* object number it holds; 0: none */
    uint32_t at_site;    /* call site where it stands (image offset; 0 unknown) */
    uint32_t holds_site; /* call site where `holds` was taken; 0 unknown */
    bool suspended;      /* a task that owns something and is not on any worker */
    bool ready;          /* a task that could go on, but every worker is blocked */
    bool guard;          /* as which it knows `holds`: one that was handed out to it */
    bool reads;          /* it holds `holds` for reading, as others may */
    bool ended;          /* it has ended, and still holds it */
    uint16_t left_by;    /* its operation of that number returned with it, undeclared; 0: none */
    uint32_t lasted_ms;  /* virtual: how long it has waited there so far; 0: not told */
    uint32_t lasted_ops; /* operations of others that came and went meanwhile; 0: not told */
    uint32_t bytes;      /* memory: how many it accessed, or allocated; 0: unknown */
    /* Call sites that led to at_site and to holds_site, innermost first; 0: no more. Of memory
     * always, of locks where the execution is shown (exec.h). */
    uint32_t callers[SNAG_CALLERS_MAX], taken_callers[SNAG_CALLERS_MAX];
    bool is_write; /* races and memory: the kind of access */
    bool is_atomic;
};

struct snag_finding {
    enum snag_finding_kind kind;
    enum snag_grade grade;
    char rule[4]; /* "R1" … "R8", or "" */
    char key[SNAG_KEY_BYTES];
    char detail[SNAG_DETAIL_BYTES]; /* may name lines and numbers; not part of the identity */
    uint32_t event;                 /* index in the event log at which it was seen */
    uint32_t parties_count;
    struct snag_party parties[SNAG_PARTIES_MAX];
};

/* Static data of a kind, from finding.def. Never NULL for a valid kind. */
const char *snag_finding_name(enum snag_finding_kind kind);
const char *snag_finding_help(enum snag_finding_kind kind);
const char *snag_finding_rule(enum snag_finding_kind kind);
enum snag_grade snag_finding_grade(enum snag_finding_kind kind);
/* The kind of that name, or SNAG_NO_FINDING. */
enum snag_finding_kind snag_finding_parse(const char *name);
const char *snag_grade_name(enum snag_grade grade);

#endif
