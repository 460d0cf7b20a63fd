/* ledger.h: the distinct findings of one campaign, shared by the processes that carry it out.
 *
 * A campaign may take several processes: one after another when the code under test gets stuck or
 * dies, one per flavour in turns. The file named by SNAG_LEDGER tells each what the others found:
 * one line per finding, appended when its repro is on disk. Without that variable there is one
 * process, and it starts with an empty ledger. The rule: a line is written whole, with one write.
 *
 * Line: kind, grade, rule ("-": none), flavour, executions until it was found, "known" or "new" or
 * "unreproduced", key, path of the repro; between tabs.
 */
#ifndef SNAG_FINDING_LEDGER_H
#define SNAG_FINDING_LEDGER_H

#include <stdbool.h>

#include "snag/error.h"
#include "snag/finding.h"

enum snag__standing {
    SNAG__NEW,
    SNAG__KNOWN,       /* its key is kept in the corpus */
    SNAG__UNREPRODUCED /* it happened once and not again: not a finding */
};

struct snag__ledger_entry {
    enum snag_finding_kind kind;
    enum snag_grade grade;
    char rule[4];
    char flavour[32];
    uint64_t executions; /* of that flavour, when it was found, from 1 */
    enum snag__standing standing;
    char key[SNAG_KEY_BYTES];
    char repro[512]; /* path; "": not written */
};

/* Appends to `path` (NULL: to the file named by SNAG_LEDGER; does nothing if there is none). */
enum snag_err snag__ledger_append(const char *path, const struct snag__ledger_entry *entry,
                                  struct snag_error *e);

/* All entries of `path` (NULL: of SNAG_LEDGER; none if that is unset), malloc'ed, oldest first. A
 * damaged line is an error. */
enum snag_err snag__ledger_read(const char *path, struct snag__ledger_entry **entries,
                                size_t *count, struct snag_error *e);

/* A finding that nobody knew: not a hazard, nor kept in the corpus, nor seen only once. */
static inline bool snag__ledger_is_discovery(const struct snag__ledger_entry *entry) {
    return entry->grade == SNAG_GRADE_FINDING && entry->standing == SNAG__NEW;
}

/* In a line on standard error. */
void snag__ledger_tell(const struct snag__ledger_entry *entry);

const char *snag__standing_name(enum snag__standing standing);

/* The exit status that these findings make, given the set of --fail-on: 0 or 1. A known finding
 * counts only with "known", an unreproduced one never. */
int snag__ledger_status(const struct snag__ledger_entry *entries, size_t count,
                        const char *fail_on);

#endif
